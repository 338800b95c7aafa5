"""Errors and notices of: entities."""

TEXTS: dict[str, str] = {}
