"""Which works of a library a text means by its mentions.

The one law: nothing is guessed into being. A mention that fits no work is unknown, one that fits
a work but for its year or a name is a mismatch, and neither is called invented: the library may
simply lack the work.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rapidfuzz import fuzz

from agents.scholar import citations
from agents.store import words

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from agents.scholar.citations import Cited
    from agents.store.library import Work

_TITLE_IN_REFERENCE = 90  # of 100: how well a title is found in the line of a list
_SHORTEST_TITLE = 12  # letters; a shorter one is found anywhere
_YEARS_APART = 2  # a preprint and its paper; more is another work
_YEAR = re.compile(r"(?<!\d)(?:1[5-9]\d\d|20\d\d)(?!\d)")


@dataclass(frozen=True, slots=True)
class Link:
    """What a mention means. No works: unknown. `mismatch` is a code of `app.messages` or ""."""

    shown: str  # the key, or the people and year, or "[12]"
    works: tuple[Work, ...]  # several where the text does not tell them apart
    mismatch: str = ""


class Linker:
    """Links mentions to the works of one library."""

    def __init__(
        self,
        works: Iterable[Work],
        listed: Mapping[str, str] | None = None,
        aliases: Mapping[str, Work] | None = None,
    ) -> None:
        """Index the works.

        Args:
            works: the library.
            listed: the text's own list of works: lines by key or number.
            aliases: keys of entries that were merged into another work of the library.
        """
        self._works = list(works)
        self._by_key = {**(aliases or {}), **{work.key: work for work in self._works}}
        self._by_folded_key = {work.key.casefold(): work for work in self._works}
        self._listed = dict(listed or {})
        self._by_family: dict[str, list[Work]] = defaultdict(list)
        for work in self._works:
            for name in dict.fromkeys(map(family, work.authors)):
                self._by_family[name].append(work)

    def link(self, cited: Cited) -> Link | None:
        """The works that are meant; None where it is no citation after all."""
        if cited.key:
            return self._by_its_key(cited)
        if cited.number:
            return self._by_its_line(cited, str(cited.number), f"[{cited.number}]")
        return self._by_people(cited)

    def _by_its_key(self, cited: Cited) -> Link:
        work = self._by_key.get(cited.key) or self._by_folded_key.get(cited.key.casefold())
        if work is None:
            return self._by_its_line(cited, cited.key, cited.key)
        return Link(cited.key, (work,), _mismatch(cited, work))

    def _by_its_line(self, cited: Cited, name: str, shown: str) -> Link:
        line = self._listed.get(name, "")
        work = self._of_line(line) if line else None
        if work is None:
            return Link(shown, ())
        years = set(_YEAR.findall(line))
        if years and work.year and work.year not in years:
            return Link(shown, (work,), "scholar.year_differs")
        return Link(shown, (work,), _mismatch(cited, work))

    def _of_line(self, line: str) -> Work | None:
        """The work whose title stands in a line of a list of works."""
        folded = " ".join(words.tokens(line))
        best, best_score = None, float(_TITLE_IN_REFERENCE)
        for work in self._likely(line):
            title = " ".join(words.tokens(work.title))
            if len(title) < _SHORTEST_TITLE:
                continue
            score = fuzz.partial_ratio(title, folded, score_cutoff=best_score)
            if score >= best_score and (best is None or len(title) > len(best.title)):
                best, best_score = work, score
        return best

    def _likely(self, line: str) -> Sequence[Work]:
        """Works by somebody who is named in the line; all where nobody is."""
        named = {
            work.id or id(work): work
            for word in words.tokens(line)
            for work in self._by_family.get(word, ())
        }
        return list(named.values()) or self._works

    def _by_people(self, cited: Cited) -> Link | None:
        shown = _shown(cited)
        first = self._by_family.get(family(cited.people[0]), [])
        mine = [work for work in first if _names_fit(cited, work)]
        fitting = [work for work in mine if work.year == cited.year]
        if cited.letter and len(fitting) > 1:
            place = ord(cited.letter) - ord("a")
            ordered = sorted(fitting, key=lambda work: work.title)
            fitting = ordered[place : place + 1] or fitting
        if fitting:
            return Link(shown, tuple(fitting))
        near = [work for work in mine if _apart(work.year, cited.year) <= _YEARS_APART]
        if len(near) == 1 or (near and len(cited.people) > 1):
            return Link(shown, tuple(near), "scholar.year_differs")
        others = [work for work in first if work.year == cited.year and _is_first(cited, work)]
        if len(others) == 1 and len(cited.people) > 1:
            return Link(shown, tuple(others), "scholar.authors_differ")
        return Link(shown, ()) if cited.sure else None


def family(name: str) -> str:
    """A family name for comparison: "Núñez, A" and "Nunez" are one; Korean names stay whole."""
    return "".join(words.tokens(name.partition(",")[0]))


def _names_fit(cited: Cited, work: Work) -> bool:
    """Whether everybody who is named is an author, and the first one the first."""
    known = [family(name) for name in work.authors]
    named = [family(name) for name in cited.people]
    return bool(known) and named[0] == known[0] and all(name in known for name in named)


def _is_first(cited: Cited, work: Work) -> bool:
    return bool(work.authors) and family(work.authors[0]) == family(cited.people[0])


def _mismatch(cited: Cited, work: Work) -> str:
    """What the text says of a work that the library does not."""
    if cited.people and work.authors and not _names_fit(cited, work):
        return "scholar.authors_differ"
    if cited.year and work.year and cited.year != work.year:
        return "scholar.year_differs"
    return ""


def _apart(one: str, two: str) -> int:
    digits = _YEAR.fullmatch(one) and _YEAR.fullmatch(two)
    return abs(int(one) - int(two)) if digits else 9999


def _shown(cited: Cited) -> str:
    korean = citations.is_korean(cited.people[0])
    more = (" 외" if korean else " et al.") if cited.more else ""
    names = ("·" if korean else " and ").join(cited.people)
    return f"{names}{more} ({cited.year}{cited.letter})"
