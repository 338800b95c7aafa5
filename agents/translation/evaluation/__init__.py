"""How good the translation pipeline is, measured on pairs of sentences."""
