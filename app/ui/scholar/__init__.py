"""The Scholar page."""
