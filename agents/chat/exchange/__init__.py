"""Conversations as files: written to be read elsewhere, and read back without a loss."""
