"""How good the parts of the chat are, measured on labelled requests."""
