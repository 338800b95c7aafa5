"""What a screen reader is told of a text that grows.

The one law: whole sentences, each once. A token is no news; a half sentence read aloud is noise.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent

from app.i18n import _

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from PySide6.QtWidgets import QWidget

    from app.ui.rich.pieces import Piece

# Behind the mark that ends a sentence, and what closes after it; not inside 3.14 or e.g.
_END = re.compile(r"(?<!\b[A-Za-z])(?<!\be\.g)(?<!\bi\.e)[.!?…。！？]+[\"'”’)\]」』]*(?=\s)|\n")


def spoken(pieces: Sequence[Piece]) -> str:
    """A text as it is read aloud: a line each, a program by its length, a table row by row."""
    return "".join(f"{line}\n" for line in _lines(pieces) if line)


def _lines(pieces: Sequence[Piece]) -> Iterator[str]:
    row: list[str] = []
    program = 0
    for at, piece in enumerate(pieces):
        after = pieces[at + 1] if at + 1 < len(pieces) else None
        goes_on = after is not None and after.group == piece.group
        if piece.kind == "cell":
            row.append(piece.plain)
            if not goes_on or (after is not None and after.row != piece.row):
                yield ", ".join(row)
                row = []
        elif piece.kind in ("code", "code-head"):
            program += piece.kind == "code"
            if not goes_on:
                yield _("Program, lines: {count}.", count=program)
                program = 0
        elif piece.kind != "rule":
            yield piece.plain.replace("\u2028", " ").strip()


class Sentences:
    """Cuts a growing text into the sentences that are new and whole."""

    def __init__(self) -> None:
        self._told = 0  # letters

    def hear(self, text: str, *, ended: bool) -> list[str]:
        """The sentences that have become whole.

        Args:
            text: all of it so far, as `spoken` gives it.
            ended: whether nothing more comes.
        """
        open_ = text if ended else text.rstrip("\n")  # its last line may go on
        sentences = []
        for match in _END.finditer(open_, self._told):
            sentence = open_[self._told : match.end()].strip()
            self._told = match.end()
            if sentence:
                sentences.append(sentence)
        if ended and (rest := open_[self._told :].strip()):
            sentences.append(rest)
            self._told = len(open_)
        return sentences


class Speaker:
    """Announces the sentences of a widget's text while it grows."""

    def __init__(self, widget: QWidget) -> None:
        self._widget = widget
        self._sentences: Sentences | None = None  # None: nothing grows

    def begin(self) -> None:
        """A text begins to grow."""
        self._sentences = Sentences()

    def hear(self, pieces: Sequence[Piece], *, ended: bool) -> None:
        """Announce what is whole by now."""
        if self._sentences is None:
            return
        if QAccessible.isActive() and self._widget.isVisible():
            new = self._sentences.hear(spoken(pieces), ended=ended)
            if new:
                event = QAccessibleAnnouncementEvent(self._widget, " ".join(new))
                QAccessible.updateAccessibility(event)
        if ended:
            self._sentences = None
