"""Pseudo-localisation: text that looks translated, for checking a layout before translating.

The one law: readable, reversible by eye, longer by about a third, and every number, address,
placeholder and mark is where it was.
"""

from __future__ import annotations

import dataclasses
import re
from typing import TYPE_CHECKING

from agents.translation.inline import Rich, Style
from agents.translation.language import PLACEHOLDER, URL

if TYPE_CHECKING:
    from collections.abc import Callable

_ACCENTS = str.maketrans(
    "AaBbCcDdEeFfGgHhIiJjKkLlMmNnOoPpQqRrSsTtUuVvWwXxYyZz",
    "ÅåƁƀÇçÐðÉéƑƒĜĝĤĥÎîĴĵĶķĻļṀḿÑñÖöÞþǪǫŔŕŠšŢţÛûṼṽŴŵẊẋÝýŽž",
)
_GROWTH = 0.3
_FILLER = {
    "en": "one two three four five six seven eight nine ten",
    "ko": "하나 둘 셋 넷 다섯 여섯 일곱 여덟",
}
_KEPT = re.compile(f"(?:{URL.pattern})|(?:{PLACEHOLDER.pattern})", re.ASCII)


def pseudo(rich: Rich, *, framed: bool = True) -> Rich:
    """The pseudo-translation of a sentence, with its marks on the same words.

    `framed` puts brackets around it, which show where a sentence is cut off, and makes it longer.
    """
    kept = [m.span() for m in _KEPT.finditer(rich.text)]
    kept += [(m.start, m.end) for m in rich.marks if m.kind == "fixed"]
    parts: list[str] = []
    at = 0
    for start, end in sorted(kept):
        parts += [rich.text[at:start].translate(_ACCENTS), rich.text[max(at, start) : end]]
        at = max(at, end)
    body = "".join([*parts, rich.text[at:].translate(_ACCENTS)])
    if not framed:
        return dataclasses.replace(rich, text=body)
    korean = any("가" <= letter <= "힣" for letter in body)
    filler = _filler(round(len(body) * _GROWTH), _FILLER["ko" if korean else "en"])
    text = f"[{body} {filler}]" if filler else f"[{body}]"
    return _moved(rich, text, lambda at: at + 1)


def _filler(length: int, words: str) -> str:
    repeated = (words + " ") * (length // len(words) + 1)
    cut = repeated[:length].rstrip()
    return cut.translate(_ACCENTS)


def _moved(rich: Rich, text: str, move: Callable[[int], int]) -> Rich:
    """`rich` with `text`; what touched an end of the old text touches that end of the new one."""
    size = len(rich.text)

    def start(at: int) -> int:
        return 0 if at == 0 else move(at)

    def end(at: int) -> int:
        return len(text) if at == size else move(at)

    marks = tuple(
        dataclasses.replace(
            mark,
            start=start(mark.start) if mark.start < size or not size else end(mark.start),
            end=end(mark.end)
            if mark.end > 0 and (mark.start < mark.end or mark.end == size)
            else start(mark.end),
        )
        if mark.kind != "fixed"
        else dataclasses.replace(mark, start=move(mark.start), end=move(mark.end))
        for mark in rich.marks
    )
    styles = tuple(Style(start(s.start), end(s.end), s.id) for s in rich.styles)
    return Rich(text, marks, styles)
