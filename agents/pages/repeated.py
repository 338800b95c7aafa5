"""Headers, footers and page numbers: what stands in the same place on many pages.

The one law: only lines at the edge of a page are looked at, and one page alone proves a page
number at most.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from agents.pages.shapes import Line, Sheet

_EDGE = 0.12  # of the height of a page, above and below
_DEEP = 3  # lines of each edge that are looked at
_FAR = 1.8  # letter sizes between a running head and the text
_MOST = 0.3  # of the pages (left and right ones count apart)
_DIGITS = re.compile(r"\d+")
_NUMBER = re.compile(r"[-–—\s]*(?:\d{1,4}|[ivxlc]{1,6})[-–—\s]*(?:/\s*\d{1,4})?", re.IGNORECASE)


def furniture(pages: Sequence[tuple[Sheet, Sequence[Line]]]) -> frozenset[int]:
    """The `id()` of each line that is a header, a footer or a page number."""
    seen: dict[tuple[str, int], list[tuple[int, Line]]] = {}
    found: set[int] = set()
    for sheet, lines in pages:
        for line in _edges(sheet, lines):
            if _NUMBER.fullmatch(line.text.strip()):
                found.add(id(line))
                continue
            where = round((line.baseline - sheet.box.y0) / 6)
            key = " ".join(_DIGITS.sub("#", line.text).lower().split())
            seen.setdefault((key, where), []).append((sheet.number, line))
    found |= _often(seen, len(pages)) | _set_apart(pages)
    return frozenset(found)


def _set_apart(pages: Sequence[tuple[Sheet, Sequence[Line]]]) -> set[int]:
    """Running heads that change: alone at one height, far from the text, on most pages."""
    seen: dict[tuple[bool, int], set[int]] = {}
    for sheet, lines in pages:
        ordered = sorted(_edges(sheet, lines), key=lambda line: -line.baseline)
        edge = _EDGE * sheet.box.height
        for top, line in ((True, ordered[:1]), (False, ordered[-1:])):
            for one in line:
                far = sheet.box.y1 - one.box.y1 if top else one.box.y0 - sheet.box.y0
                gaps = [
                    abs(one.baseline - other.baseline)
                    for other in lines
                    if abs(one.baseline - other.baseline) > 0.5 * one.size
                ]
                if far < edge and gaps and min(gaps) > _FAR * one.size:
                    key = (top, round(one.baseline - sheet.box.y0))
                    seen.setdefault(key, set()).add(id(one))
    return {
        name
        for names in seen.values()
        if len(names) >= max(4, _MOST * len(pages))
        for name in names
    }


def _often(seen: Mapping[tuple[str, int], Sequence[tuple[int, Line]]], pages: int) -> set[int]:
    """Lines that say the same at one height of several pages; two columns of one do not count."""
    least = 2 if pages <= 4 else 3
    found: set[int] = set()
    for (key, where), lines in seen.items():
        near = {page for step in (-1, 0, 1) for page, _line in seen.get((key, where + step), ())}
        if len(near) >= least:
            found |= {id(line) for _page, line in lines}
    return found


def _edges(sheet: Sheet, lines: Sequence[Line]) -> list[Line]:
    height = sheet.box.height
    ordered = sorted(lines, key=lambda line: -line.baseline)
    top = [line for line in ordered if line.box.y1 > sheet.box.y1 - _EDGE * height]
    bottom = [line for line in ordered if line.box.y0 < sheet.box.y0 + _EDGE * height]
    return [*top[: 2 * _DEEP], *(line for line in bottom[-2 * _DEEP :] if line not in top)]
