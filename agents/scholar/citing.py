"""Which works of the library printed references are.

The one law: an identifier decides; otherwise a title has to stand in the reference letter by
letter, and neither year nor first author may say otherwise.
"""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING

from agents.store import words

if TYPE_CHECKING:
    from collections.abc import Iterable

    from agents.store.entries import Identity
    from agents.store.papers import PaperReference

_BEGIN = 12  # letters of a folded title by which it is looked up
_BEGIN_KO = 6
_APART = 2  # years between a preprint and its paper
_YEAR = re.compile(r"(?<!\d)(?:1[5-9]\d\d|20\d\d)(?!\d)")


class Citing:
    """Looks references up among works."""

    def __init__(self, works: Iterable[Identity]) -> None:
        """Index the works."""
        self._dois: dict[str, int] = {}
        self._arxiv: dict[str, int] = {}
        self._begins: dict[str, list[tuple[str, Identity]]] = defaultdict(list)
        for work in works:
            if work.doi:
                self._dois.setdefault(work.doi.lower(), work.id)
            if work.arxiv:
                self._arxiv.setdefault(work.arxiv.lower(), work.id)
            title = "".join(words.tokens(work.title))
            least = _BEGIN_KO if words.is_hangul(title) else _BEGIN
            if len(title) > least:
                self._begins[title[:least]].append((title, work))

    def work(self, reference: PaperReference) -> int:
        """The id of the work that a reference is; 0 where it is none of the library."""
        found = self._dois.get(reference.doi) or self._arxiv.get(reference.arxiv)
        if found:
            return found
        text = "".join(words.tokens(reference.text))
        best: tuple[int, int] = (0, 0)
        for at in range(len(text)):
            for size in (_BEGIN, _BEGIN_KO):
                for title, work in self._begins.get(text[at : at + size], ()):
                    longer = len(title) > best[0] and text.startswith(title, at)
                    if longer and _fits(reference, work, text):
                        best = (len(title), work.id)
        return best[1]


def _fits(reference: PaperReference, work: Identity, text: str) -> bool:
    """Whether year and first author agree, as far as both say something."""
    years = set(_YEAR.findall(reference.text))
    if work.year.isdigit() and years:
        near = {str(int(work.year) + step) for step in range(-_APART, _APART + 1)}
        if not years & near:
            return False
    if not work.authors:
        return True
    return "".join(words.tokens(work.authors[0].partition(",")[0])) in text
