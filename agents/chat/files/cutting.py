"""Paragraphs as passages: what is searched, shown to a model and quoted, one piece at a time.

The one law: nothing is lost and nothing doubled. Short paragraphs (cells, items, headings) are put
together until there is something to cite, long ones are cut at the end of a sentence.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from agents.store.files import FilePiece

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

ENOUGH = 240  # letters of short paragraphs that are put together
LONGEST = 1_200  # letters of one passage
MOST = 20_000  # passages of one file; what is beyond is no document for a question
_SENTENCE = re.compile(r"(?<=[.!?。])[\"”’)\]]?\s+|\n+")
_SPACE = re.compile(r"(?<=\S)[^\S\n]+")  # not what a line of code begins with


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph of a file, or a row of a table."""

    text: str
    page: int = 0  # 1-based; 0 where there are no pages


def cut(paragraphs: Iterable[Paragraph]) -> Iterator[FilePiece]:
    """The passages of a text; none begins on another page than its first letter stands."""
    held: list[str] = []
    page = 0
    for one in paragraphs:
        text = _SPACE.sub(" ", one.text.replace("\x00", "")).rstrip().lstrip("\n")
        if not text.strip():
            continue
        full = sum(map(len, held)) + len(text) > LONGEST
        if held and (one.page != page or full or sum(map(len, held)) >= ENOUGH):
            yield FilePiece("\n".join(held), page)
            held = []
        page = one.page
        if len(text) > LONGEST:
            yield from (FilePiece(part, page) for part in _parts(text))
        else:
            held.append(text)
    if held:
        yield FilePiece("\n".join(held), page)


def _parts(text: str) -> Iterator[str]:
    """A long paragraph in pieces of whole sentences, or of words where there are none."""
    begin = 0
    while begin < len(text):
        end = len(text)
        if end - begin > LONGEST:
            limit = begin + LONGEST
            ends = [match.end() for match in _SENTENCE.finditer(text, begin + 1, limit)]
            space = text.rfind(" ", begin + 1, limit)
            end = ends[-1] if ends else space + 1 if space > begin else limit
        part = text[begin:end].strip()
        if part:
            yield part
        begin = end
