"""Errors and notices of: chat."""

TEXTS: dict[str, str] = {}
