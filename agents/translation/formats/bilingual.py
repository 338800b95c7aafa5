"""Files that hold a source and a place for its translation beside it.

The one law: that place is filled with a whole translation or left as it is. A message of which
one sentence is missing stays untranslated: its source is what is shown instead.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from agents.translation import language
from agents.translation.inline import join

if TYPE_CHECKING:
    from collections.abc import Sequence

    from agents.translation.events import Language
    from agents.translation.inline import Piece, Rich


def whole(
    source: Rich, pieces: Sequence[tuple[Piece, Rich | None]], target: Language
) -> Rich | None:
    """All segments of a text, translated; None if nothing or not all of it was."""
    if all(made is None for _piece, made in pieces):
        return None
    if any(made is None and language.needs(_words(piece.rich), target) for piece, made in pieces):
        return None
    return join([made or piece.rich for piece, made in pieces], source)


def _words(rich: Rich) -> str:
    """The text without what must stay as it is."""
    letters = list(rich.text)
    for mark in rich.marks:
        if mark.kind == "fixed":
            letters[mark.start : mark.end] = " " * (mark.end - mark.start)
    return "".join(letters)
