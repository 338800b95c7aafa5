"""Paragraphs into sentences.

The one law: lossless. The sentences plus what stands between them are the paragraph, character
for character; sentences neither begin nor end with white space.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from agents.translation import language

if TYPE_CHECKING:
    from collections.abc import Sequence

    from agents.translation.inline import Rich
    from agents.translation.korean import Korean

Span = tuple[int, int]

LONGEST = 1200  # characters; beyond it a sentence is cut at a pause so that it fits a small context

_END = re.compile(r"[.!?…。！？]+[\"'”’)\]»』」*]*")
_NEXT = re.compile(r"\s*[\"'“‘(\[«『「*]*(\S*)")
# Never the end of a sentence: something belongs to them on the right.
_OPEN = language.word_set(
    "mr mrs ms dr prof st gen col lt sgt capt rev hon sen rep gov pres messrs mt ft"
    " fig figs eq eqs tab tabs sec secs ch chap vol vols no nos pp p art app ed eds ref refs thm"
    " e.g i.e cf viz vs v approx ca resp incl esp al ibid op loc trans nr"
)
# The end of a sentence if a word that likes to begin one follows.
_EITHER = language.word_set(
    "al etc inc ltd co corp jr sr ph.d m.d b.a m.a m.sc b.sc u.s u.k u.n e.u a.m p.m dept univ"
    " est jan feb mar apr jun jul aug sep sept oct nov dec mon tue wed thu fri sat sun d.c a.d b.c"
)
_STARTERS = language.word_set(
    "the a an this that these those it its he she we they you i in on at by for from with as if"
    " when while although though because since however moreover furthermore therefore thus hence"
    " finally first second third next then there here our their his her my your what why how who"
    " where which no not but and so after before during both each all many most some such to"
    " according recently"
)


def sentences(text: str, korean: Korean) -> list[Span]:
    """Offsets of the sentences. Line breaks and tabs always separate."""
    spans: list[Span] = []
    for match in re.finditer(r"[^\n\t\r\v\f\u2028\u2029]+", text):
        line, offset = match.group(), match.start()
        found = _korean(line, korean) if language.hangul(line) else _english(line)
        for start, end in found:
            spans += _shortened(text, *_trimmed(text, start + offset, end + offset))
    return spans


def segments(rich: Rich, korean: Korean) -> list[Span]:
    """The sentences of a paragraph, none of which ends inside text that must stay whole."""
    spans = sentences(rich.text, korean)
    for mark in rich.marks:
        if mark.kind != "fixed":
            continue
        inside = [s for s in spans if s[0] < mark.end and s[1] > mark.start]
        if len(inside) > 1:
            at = spans.index(inside[0])
            spans[at : at + len(inside)] = [(inside[0][0], inside[-1][1])]
    return spans


def _trimmed(text: str, start: int, end: int) -> Span:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end


def _korean(line: str, korean: Korean) -> list[Span]:
    found: list[Span] = []
    for start, end in korean.sentences(line):
        begin = found[-1][1] if found else 0
        # Whatever the analyser leaves out between two sentences belongs to the later one.
        if max(start, end) > begin:
            found.append((begin, min(end, len(line))))
    if not found:
        return [(0, len(line))]
    found[-1] = (found[-1][0], len(line))
    return _whole(line, found)


def _whole(line: str, found: Sequence[Span]) -> list[Span]:
    """Join what has no letters or digits of its own to its neighbour."""
    spans: list[Span] = []
    for start, end in found:
        if spans and not any(letter.isalnum() for letter in line[start:end]):
            spans[-1] = (spans[-1][0], end)
        else:
            spans.append((start, end))
    return spans


def _english(line: str) -> list[Span]:
    spans: list[Span] = []
    begin = 0
    for match in _END.finditer(line):
        if match.start() >= begin and _ends(line, begin, match):
            spans.append((begin, match.end()))
            begin = match.end()
    if line[begin:].strip():
        spans.append((begin, len(line)))
    return _whole(line, spans)


def _ends(line: str, begin: int, match: re.Match[str]) -> bool:
    after = line[match.end() :]
    mark = match.group()
    if mark[0] in "。！？":
        return True
    if not after or not after[0].isspace():
        return not after
    following = _NEXT.match(after)
    following_word = following.group(1) if following else ""
    if following_word[:1].islower():
        return False
    if mark[0] != ".":
        return True
    return _period_ends(line[begin : match.start()], following_word)


def _period_ends(before: str, following: str) -> bool:
    """Whether the period after `before` ends a sentence that `following` continues."""
    words = before.split()
    last = (words[-1] if words else "").lstrip("\"'“‘([*")
    starts = following.rstrip(".,;:!?\"'”’)]").lower() in _STARTERS
    if len(words) == 1 and re.fullmatch(r"[\dIVXivx]+(?:\.\d+)*|[A-Za-z]", last):
        return False  # "1. Introduction", "A. Method"
    name = last.lower()
    if name in _EITHER or re.fullmatch(r"(?:[A-Za-z]\.)+[A-Za-z]", last):
        return starts
    if name in _OPEN:
        return False
    return not (len(last) == 1 and last.isalpha() and last.isupper() and last != "I") or starts


def _shortened(text: str, start: int, end: int) -> list[Span]:
    """Cut an endless sentence at pauses; usually there is nothing to cut."""
    spans: list[Span] = []
    while end - start > LONGEST:
        window = text[start : start + LONGEST]
        at = max(
            (window.rfind(pause) + len(pause) for pause in ("; ", ", ", "， ", "、")), default=0
        )
        if at < LONGEST // 3:
            at = window.rfind(" ") + 1
        if at < LONGEST // 3:
            at = LONGEST
        spans.append(_trimmed(text, start, start + at))
        start = _trimmed(text, start + at, end)[0]
    if end > start:
        spans.append((start, end))
    return spans
