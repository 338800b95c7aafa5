"""Numbers in brackets that are links: [1] in a text leads to the passage it cites.

The one law: only numbers that were told to be citations are links; code and formulas have none.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from app.ui.rich.pieces import Piece, Run

SCHEME = "moadesk-cite"  # moadesk-cite:1, which no link of a text can be
_MARK = re.compile(r"\[(\d{1,3})\]")
_CODE = ("code", "code-head")


@dataclass(frozen=True, slots=True)
class Cited:
    """What a number stands for."""

    target: str  # the link that is told when it is clicked
    hint: str  # the name of what is cited


def with_citations(pieces: Iterable[Piece], cited: Mapping[int, Cited]) -> Iterator[Piece]:
    """The pieces with each number that is a citation as a link."""
    for piece in pieces:
        held = cited and piece.kind not in _CODE and any("[" in run.text for run in piece.runs)
        if not held:
            yield piece
            continue
        runs = tuple(part for run in piece.runs for part in _parts(run, cited))
        yield piece if runs == piece.runs else replace(piece, runs=runs)


def _parts(run: Run, cited: Mapping[int, Cited]) -> Iterator[Run]:
    """A run, cut where a citation begins and ends."""
    if run.code or run.tex or run.href:
        yield run
        return
    at = 0
    for mark in _MARK.finditer(run.text):
        known = cited.get(int(mark[1]))
        if known is None:
            continue
        if mark.start() > at:
            yield replace(run, text=run.text[at : mark.start()])
        yield replace(run, text=mark[0], href=f"{SCHEME}:{mark[1]}", hint=known.hint)
        at = mark.end()
    if at < len(run.text) or not at:
        yield replace(run, text=run.text[at:])
