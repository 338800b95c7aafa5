"""Writes conversations into a file and takes them in from one.

The one law: a file is there whole or not at all, and so is what is taken in.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from agents.base import UserError, readable
from agents.chat.exchange import json_file, markdown, page, word

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from agents.chat.exchange.reading import Words
    from agents.store.whole import Added, Talk, Whole

SUFFIXES = (".md", ".json", ".html", ".docx")


class Exchange:
    """Exports and imports conversations. Any thread."""

    def __init__(self, whole: Whole, program: str) -> None:
        """Keep where conversations live, and what the program is called in a file."""
        self._whole = whole
        self._program = program

    def write(self, path: Path, conversations: Sequence[int], words: Words) -> int:
        """Write these conversations, or all, in the form the name ends with; returns how many.

        Raises:
            UserError: chat.export_suffix, chat.export_nothing, file.unwritable.
        """
        if path.suffix.lower() not in SUFFIXES:
            raise UserError("chat.export_suffix", path=str(path))
        talks = self._whole.read(conversations)
        if not talks:
            raise UserError("chat.export_nothing")
        data = self._made(path.suffix.lower(), talks, words)
        part = path.with_name(path.name + ".part")
        try:
            part.write_bytes(data)
            part.replace(path)
        except OSError as error:
            part.unlink(missing_ok=True)
            reason = error.strerror or str(error)
            raise UserError("file.unwritable", path=str(path), reason=reason) from error
        return len(talks)

    def read(self, path: Path) -> Added:
        """Take conversations in from a JSON file that `write` made.

        Raises:
            UserError: file.missing, file.unreadable, and what `json_file.read` raises; nothing
                is taken in then.
        """
        with readable(path):
            data = path.read_bytes()
        return self._whole.add(json_file.read(data, path.name))

    def _made(self, suffix: str, talks: tuple[Talk, ...], words: Words) -> bytes:
        match suffix:
            case ".json":
                return json_file.write(talks, self._program)
            case ".html":
                return page.write(talks, words)
            case ".docx":
                return word.write(talks, words)
            case _:
                return markdown.write(talks, words)
