"""Formatted text of citations and bibliographies: letters with their looks, and nothing else.

The one law: what a work says is never taken for markup. A processor marks what it formats with
letters of the private use area, and whatever of those stood in the work itself is taken out first.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

Look = Literal["italic", "bold", "caps", "sup", "sub", "underline"]

LOOKS: tuple[Look, ...] = ("italic", "bold", "caps", "sup", "sub", "underline")
OPEN: dict[Look, str] = {look: chr(0xE100 + 2 * at) for at, look in enumerate(LOOKS)}
CLOSE: dict[Look, str] = {look: chr(0xE101 + 2 * at) for at, look in enumerate(LOOKS)}
TAB = "\ue1f0"  # between the label of an entry and the rest of it
OTHERS = "\ue1f1"  # people who are not named
MARKS = "\ue100-\ue1ff"

_MARK = re.compile(f"[{MARKS}]")
_TAGS: dict[str, Look] = {"i": "italic", "b": "bold", "sup": "sup", "sub": "sub", "sc": "caps"}
_TAG = re.compile(r"<(/?)(i|b|sup|sub|sc)>|<span[^>]*small-caps[^>]*>|<span[^>]*>|</span>")
_HTML: dict[Look, tuple[str, str]] = {
    "italic": ("<i>", "</i>"), "bold": ("<b>", "</b>"), "sup": ("<sup>", "</sup>"),
    "sub": ("<sub>", "</sub>"), "underline": ("<u>", "</u>"),
    "caps": ('<span style="font-variant:small-caps">', "</span>"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text that looks the same all through. A tab stands behind a label."""

    text: str
    looks: frozenset[Look] = frozenset()


def clean(text: str) -> str:
    """Text of a work without letters that would be taken for marks."""
    return _MARK.sub("", text)


def from_tags(text: str) -> str:
    """Text as CSL-JSON allows it (`<i>`, `<b>`, `<sup>`, `<sub>`, small capitals) with marks."""
    open_spans: list[str] = []

    def marked(match: re.Match[str]) -> str:
        name = match[2]
        if name:
            look = _TAGS[name]
            return CLOSE[look] if match[1] else OPEN[look]
        if match.group() == "</span>":
            return open_spans.pop() if open_spans else ""
        caps = "small-caps" in match.group()
        open_spans.append(CLOSE["caps"] if caps else "")
        return OPEN["caps"] if caps else ""

    return _TAG.sub(marked, clean(text))


def runs(marked: str) -> tuple[Run, ...]:
    """Marked text as runs; a mark that was never closed holds to the end."""
    made: list[Run] = []
    depth: dict[Look, int] = dict.fromkeys(LOOKS, 0)
    opening: dict[str, Look] = {mark: look for look, mark in OPEN.items()}
    closing: dict[str, Look] = {mark: look for look, mark in CLOSE.items()}
    for letter in marked:
        if letter in opening:
            depth[opening[letter]] += 1
        elif letter in closing:
            depth[closing[letter]] = max(0, depth[closing[letter]] - 1)
        elif letter == TAB:
            made.append(Run("\t"))
        elif not _MARK.match(letter):
            # italic inside italic is upright, as typesetters have it
            looks: frozenset[Look] = frozenset(look for look, times in depth.items() if times % 2)
            if made and made[-1].looks == looks and made[-1].text != "\t":
                made[-1] = replace(made[-1], text=made[-1].text + letter)
            else:
                made.append(Run(letter, looks))
    return tuple(made)


def plain(found: Iterable[Run]) -> str:
    """What the runs say."""
    return "".join(run.text for run in found)


def escaped(words: str) -> str:
    """Plain words as HTML."""
    return html.escape(words, quote=False)


def to_html(found: Sequence[Run]) -> str:
    """The runs as HTML; a tab becomes a space."""
    made: list[str] = []
    for run in found:
        inner = escaped(run.text.replace("\t", " "))
        for look in LOOKS:
            if look in run.looks:
                before, after = _HTML[look]
                inner = f"{before}{inner}{after}"
        made.append(inner)
    return "".join(made)
