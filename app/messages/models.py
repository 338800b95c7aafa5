"""Errors and notices of: models."""

TEXTS: dict[str, str] = {}
