"""Pieces written into a document, and read out of it again.

The one law: only the blocks that differ are touched.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtGui import QFont, QTextBlockFormat, QTextCharFormat, QTextCursor

from app.ui.rich.inline import FORMULA, OBJECT_TYPE, STANDS_ALONE
from app.ui.rich.pieces import OBJECT, Piece, Run

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from PySide6.QtGui import QTextDocument

    from app.ui.rich.layout import RichLayout
    from app.ui.theme import Theme

_HEADINGS = (18, 16, 15)  # pixels at 100 %: an answer is not a page, its headings stay small
_KEPT = 400  # looks
_LOOKS: dict[tuple[bool, int, Look], QTextCharFormat] = {}


def with_formulas(
    pieces: Sequence[Piece], drawing: Callable[[str, bool], object | None]
) -> Iterator[Piece]:
    """The pieces with each formula marked that can be drawn now."""
    for piece in pieces:
        if any(run.tex for run in piece.runs):
            runs = (
                replace(run, drawn=drawing(run.tex, run.block) is not None) if run.tex else run
                for run in piece.runs
            )
            yield replace(piece, runs=tuple(runs))
        else:
            yield piece


def rewrite(
    document: QTextDocument,
    layout: RichLayout,
    theme: Theme,
    old: Sequence[Piece],
    new: Sequence[Piece],
    *,
    muted: bool = False,
) -> None:
    """Turn a document that shows `old` into one that shows `new`."""
    most = min(len(old), len(new))
    first = 0
    while first < most and _equal(old[first], new[first]):
        first += 1
    if first == len(old) == len(new):
        return
    same = 0
    while same < most - first and _equal(old[-1 - same], new[-1 - same]):
        same += 1
    # One block is always written, so that each of the others keeps what ends it.
    if first == len(new) - same:
        if first:
            first -= 1
        else:
            same -= 1
    layout.describe(new)
    cursor = QTextCursor(document)
    cursor.beginEditBlock()
    pieces = list(new[first : len(new) - same])
    kept = 0
    if not old:
        cursor.select(QTextCursor.SelectionType.Document)
        cursor.removeSelectedText()
    elif first == len(old) - same:  # only more: a new block behind, or before, what is there
        _open(cursor, document, first)
    else:
        kept, runs = _kept(old[first], new[first])
        pieces[0] = replace(new[first], runs=runs)
        begin = document.findBlockByNumber(first)
        end = document.findBlockByNumber(len(old) - same - 1)
        cursor.setPosition(begin.position() + kept)
        cursor.setPosition(end.position() + end.length() - 1, QTextCursor.MoveMode.KeepAnchor)
        cursor.removeSelectedText()
    _write(cursor, theme, pieces, begun=kept > 0, muted=muted)
    cursor.endEditBlock()


def _equal(one: Piece, other: Piece) -> bool:
    return one is other or one == other


def _kept(old: Piece, new: Piece) -> tuple[int, tuple[Run, ...]]:
    """What can stay of a piece that changed, so that what is selected in it stays selected.

    Returns:
        How many letters of the block stay, and the runs to be written behind them.
    """
    if (old.kind, old.level, old.quote) != (new.kind, new.level, new.quote):
        return 0, new.runs
    if new.kind == "code-head":
        return 0, new.runs
    letters = 0
    for at, run in enumerate(new.runs):
        one = old.runs[at] if at < len(old.runs) else None
        if one == run:
            letters += _length(run)
            continue
        if one is None or run.tex or replace(one, text=run.text) != run:
            return letters, new.runs[at:]
        pairs = enumerate(zip(one.text, run.text, strict=False))
        most = min(len(one.text), len(run.text))
        same = next((place for place, (was, now) in pairs if was != now), most)
        return letters + same, (replace(run, text=run.text[same:]), *new.runs[at + 1 :])
    return letters, ()


def _length(run: Run) -> int:
    return 1 if run.drawn else len(source(run)) if run.tex else len(run.text)


def _open(cursor: QTextCursor, document: QTextDocument, number: int) -> None:
    """Put the cursor into an empty block of this number."""
    if number:
        before = document.findBlockByNumber(number - 1)
        cursor.setPosition(before.position() + before.length() - 1)
        cursor.insertBlock(QTextBlockFormat(), QTextCharFormat())
    else:
        cursor.setPosition(0)
        cursor.insertBlock(QTextBlockFormat(), QTextCharFormat())
        cursor.setPosition(0)


def _write(
    cursor: QTextCursor, theme: Theme, pieces: Sequence[Piece], *, begun: bool, muted: bool
) -> None:
    """Write pieces; `begun` where the first has something written already."""
    for number, piece in enumerate(pieces):
        plain = _look(theme, piece, Run(""), muted=muted)
        if number:
            cursor.insertBlock(QTextBlockFormat(), plain)
        elif not begun:
            cursor.setBlockCharFormat(plain)
        for at, run in enumerate(piece.runs):
            look = _look(theme, piece, run, muted=muted)
            if piece.kind == "code-head" and at == 1:
                cursor.insertText("\t", look)
            elif run.drawn:
                look.setProperty(FORMULA, run.tex)
                look.setProperty(STANDS_ALONE, run.block)
                look.setObjectType(OBJECT_TYPE)
                cursor.insertText(OBJECT, look)
            elif run.tex:
                cursor.insertText(source(run), look)
            else:
                cursor.insertText(run.text, look)


def _look(theme: Theme, piece: Piece, run: Run, *, muted: bool) -> QTextCharFormat:
    """How words look; made once for each look there is."""
    place = "quote" if (piece.quote or muted) and piece.kind == "text" else piece.kind
    mono = run.code or piece.kind == "code" or (bool(run.tex) and not run.drawn)
    look = Look(
        place,
        piece.level,
        mono,
        run.bold,
        run.italic,
        run.strike,
        run.code,
        run.tone,
        run.href,
        run.hint,
    )
    key = (theme.dark, theme.scale, look)
    if key not in _LOOKS:
        if len(_LOOKS) >= _KEPT:
            _LOOKS.clear()
        _LOOKS[key] = _made(theme, look)
    return QTextCharFormat(_LOOKS[key])


class Look(NamedTuple):
    """What the look of words depends on, besides the theme."""

    place: str
    level: int
    mono: bool
    bold: bool
    italic: bool
    strike: bool
    code: bool
    tone: str
    href: str
    hint: str


def _made(theme: Theme, look: Look) -> QTextCharFormat:
    made = QTextCharFormat()
    font = theme.font("small" if look.place == "code-head" else "body", mono=look.mono)
    if look.place == "heading":
        font.setPixelSize(theme.px(_HEADINGS[min(look.level, len(_HEADINGS)) - 1]))
    elif look.mono:
        font.setPixelSize(theme.px(13))
    if look.bold:
        font.setWeight(QFont.Weight.DemiBold)
    font.setItalic(look.italic)
    font.setStrikeOut(look.strike)
    made.setFont(font)
    if look.code and look.place != "code":
        made.setBackground(theme.colour("sunken"))
    colour = look.tone or ("muted" if look.place in ("code-head", "quote") else "text")
    if look.href:
        made.setAnchor(True)
        made.setAnchorHref(look.href)
        made.setFontUnderline(look.place != "code-head" and not look.hint)
        if look.place != "code-head":
            made.setToolTip(look.hint or look.href)
        colour = "accent"
    made.setForeground(theme.colour(colour))
    return made


def source(run: Run) -> str:
    """A formula as it is written in a text."""
    return f"$${run.tex}$$" if run.block else f"${run.tex}$"


def selected(document: QTextDocument, pieces: Sequence[Piece], start: int, end: int) -> str:
    """What stands between two positions: formulas as LaTeX, cells with tabs between."""
    made: list[str] = []
    block = document.findBlock(start)
    before: Piece | None = None
    while block.isValid() and block.position() <= end and block.blockNumber() < len(pieces):
        piece = pieces[block.blockNumber()]
        words = _words(piece, start - block.position(), end - block.position())
        block = block.next()
        if piece.kind == "code-head":
            continue
        if before is not None:
            row = piece.kind == before.kind == "cell" and piece.row == before.row
            near = row or piece.tight or (piece.group >= 0 and piece.group == before.group)
            made.append("\t" if row else "\n" if near else "\n\n")
        made.append(words)
        before = piece
    return "".join(made).replace("\u2028", "\n")


def _words(piece: Piece, start: int, end: int) -> str:
    made, at = [], 0
    for run in piece.runs:
        shown = OBJECT if run.drawn else source(run) if run.tex else run.text
        begin, stop = max(0, start - at), min(len(shown), end - at)
        if begin < stop:
            made.append(source(run) if run.drawn else shown[begin:stop])
        at += len(shown)
    return "".join(made)
