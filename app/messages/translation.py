"""Errors and notices of: translation."""

TEXTS: dict[str, str] = {}
