"""How the columns of a table share the width there is."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from PySide6.QtGui import QTextLayout

    from app.ui.rich.pieces import Piece


def natural(layout: QTextLayout) -> float:
    """How wide a text would be on one line, in pixels."""
    lines = range(layout.lineCount())
    return max((layout.lineAt(at).naturalTextWidth() for at in lines), default=0.0)


def rows(pieces: Sequence[Piece]) -> Iterator[int]:
    """How many cells each row has."""
    count, row = 0, pieces[0].row
    for piece in pieces:
        if piece.row != row:
            yield count
            count, row = 0, piece.row
        count += 1
    yield count


def shared(wide: list[float], narrow: list[float], room: float) -> list[float]:
    """The room shared among columns: what each wants if it can be had, its longest word first."""
    if sum(wide) <= room:
        return wide
    least = [min(one, other) for one, other in zip(wide, narrow, strict=True)]
    spare = room - sum(least)
    if spare <= 0:
        return [one * room / sum(least) for one in least]
    wish = [one - other for one, other in zip(wide, least, strict=True)]
    return [have + spare * more / sum(wish) for have, more in zip(least, wish, strict=True)]
