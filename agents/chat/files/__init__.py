"""Files in the chat: read, searched, cited."""
