"""Loads, on a worker, what the first message with a program would otherwise wait for."""

from __future__ import annotations

from app.ui.rich.code import highlighted
from app.ui.rich.markdown import Reader

_LANGUAGES = ("python", "bash", "json", "sql", "javascript")


def warm() -> None:
    """Read a little of everything once."""
    Reader("", "").read("| a |\n|---|\n| $x$ |\n")
    for language in _LANGUAGES:
        for _line in highlighted("x = 1", language):
            pass
