"""Errors and notices of: scholar."""

TEXTS: dict[str, str] = {}
