"""Plain text and citation keys as Pandoc's Markdown wants them.

The one law: every sign of a text stands for itself, and every key is read back as it is.
"""

from __future__ import annotations

import re

_PANDOC_KEY = re.compile(r"\w(?:\w|[:.#$%&\-+?<>~/](?=\w))*\Z")
_MARKDOWN = str.maketrans(
    {
        **{mark: f"\\{mark}" for mark in "\\`*_{}[]#$^~|"},
        "&": "&amp;",
        "<": "&lt;",
        ">": "&gt;",
        "@": "&#64;",  # even `\@` looks like a citation to some tools
    }
)


def plain(text: str) -> str:
    """A text in which no sign is taken for Markdown."""
    return text.translate(_MARKDOWN)


def key(name: str) -> str:
    """A citation key behind `@`; odd ones in braces."""
    return name if _PANDOC_KEY.match(name) else f"{{{name}}}"
