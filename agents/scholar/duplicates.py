"""Finds entries that are one work: by DOI, by arXiv id, by title and year, and nearly so.

The one law: what tells two works apart outweighs what they share: another part or number in the
title, another place in one volume, two DOIs of publishers.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Literal

from agents.store import words
from agents.store.entries import likeness

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from agents.store.entries import Entry, Identity

Reason = Literal["doi", "arxiv", "title", "similar"]

_STRENGTH: dict[Reason, int] = {"doi": 0, "arxiv": 1, "title": 2, "similar": 3}
_ALIKE = 93.0  # of 100: token_sort_ratio of two folded titles that are one, typing errors apart
_SHORT = 24  # letters of a title below which a near match says too little
_RARE = 40  # works a word may be in and still lead to candidates
_WORDS = 4  # rarest words of a title that lead to candidates
_NUMBER = re.compile(r"^(?:\d+|[ivx]+)$")
_PREPRINT = "10.48550/"
_DRAFTS = frozenset({"misc", "unpublished", "techreport", "report", "online"})


@dataclass(frozen=True, slots=True)
class Group:
    """Works that are one. `reason` is the weakest of what ties them; the first was first here."""

    works: tuple[Identity, ...]
    reason: Reason


def groups(works: Sequence[Identity]) -> tuple[Group, ...]:
    """All groups of two or more, the surest first."""
    folded = {work.id: tuple(words.tokens(work.title)) for work in works}
    by_id = {work.id: work for work in works}
    leader = {work.id: work.id for work in works}
    members = {work.id: [work.id] for work in works}
    reasons: dict[int, Reason] = {}
    for one, other, reason in _pairs(works, folded):
        first, second = sorted((leader[one], leader[other]))
        if first == second:
            continue
        sides = members[first], members[second]
        if any(differ(by_id[a], by_id[b], folded) for a in sides[0] for b in sides[1]):
            continue
        for id_ in sides[1]:
            leader[id_] = first
        members[first] += members.pop(second)
        known: list[Reason] = [reason, *(reasons[at] for at in (first, second) if at in reasons)]
        reasons[first] = max(known, key=lambda one: _STRENGTH[one])
    found = [
        Group(tuple(by_id[id_] for id_ in sorted(ids)), reasons[at])
        for at, ids in members.items()
        if len(ids) > 1
    ]
    return tuple(sorted(found, key=lambda group: (_STRENGTH[group.reason], group.works[0].id)))


def _pairs(
    works: Sequence[Identity], folded: dict[int, tuple[str, ...]]
) -> Iterator[tuple[int, int, Reason]]:
    """Pairs that may be one work, the surest reason first."""
    exact: tuple[tuple[Reason, dict[str, list[int]]], ...] = (
        ("doi", defaultdict(list)),
        ("arxiv", defaultdict(list)),
        ("title", defaultdict(list)),
    )
    for work in works:
        for (_reason, table), name in zip(
            exact, (work.doi, work.arxiv, work.likeness), strict=True
        ):
            if name:
                table[name].append(work.id)
    titles = dict(folded)
    for reason, table in exact:
        for ids in table.values():
            for one, other in combinations(ids[:_RARE], 2):
                if reason == "title" or _shares(titles[one], titles[other]):
                    yield one, other, reason
    for one, other in _similar(works, folded):
        yield one, other, "similar"


def _similar(
    works: Sequence[Identity], folded: dict[int, tuple[str, ...]]
) -> Iterator[tuple[int, int]]:
    """Pairs of nearly one title, by one first author, at most a year apart."""
    from rapidfuzz import fuzz  # noqa: PLC0415 - native library, loaded when needed

    holders: dict[str, list[int]] = defaultdict(list)
    for work in works:
        for word in set(folded[work.id]):
            holders[word].append(work.id)
    by_id = {work.id: work for work in works}
    texts = {work.id: " ".join(sorted(folded[work.id])) for work in works}
    families = {work.id: _family(work.authors) for work in works}
    seen: set[tuple[int, int]] = set()
    for work in works:
        if len(texts[work.id]) < _SHORT or not families[work.id]:
            continue
        rare = sorted(set(folded[work.id]), key=lambda word: (len(holders[word]), word))
        shared = [word for word in rare if 1 < len(holders[word]) <= _RARE][:_WORDS]
        for other in {id_ for word in shared for id_ in holders[word] if id_ > work.id}:
            pair = (work.id, other)
            if pair in seen or families[other] != families[work.id]:
                continue
            seen.add(pair)
            if _near(work, by_id[other]) and fuzz.ratio(
                texts[work.id], texts[other], score_cutoff=_ALIKE
            ):
                yield pair


def differ(one: Identity, other: Identity, folded: dict[int, tuple[str, ...]]) -> bool:
    """Whether something says that two works are not one, however alike they look."""
    mine, theirs = (_published(work.doi) for work in (one, other))
    if mine and mine == theirs:
        return False
    if mine and theirs:
        return True
    if one.arxiv and one.arxiv == other.arxiv:
        return False
    if one.arxiv and other.arxiv:
        return True
    numbers = [[word for word in folded[work.id] if _NUMBER.match(word)] for work in (one, other)]
    if sorted(numbers[0]) != sorted(numbers[1]):
        return True
    return _elsewhere(one.place, other.place)


def _elsewhere(one: str, other: str) -> bool:
    """Whether two places (volume/number/first page) contradict each other."""
    if not one or not other:
        return False
    return any(a and b and a != b for a, b in zip(one.split("/"), other.split("/"), strict=False))


def _published(doi: str) -> str:
    """The DOI of a publisher; that of a preprint says nothing against another."""
    return "" if doi.startswith(_PREPRINT) else doi


def _shares(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Whether half of the shorter title is in the other: a chapter may carry its book's DOI."""
    shared = len(set(one) & set(other))
    return shared >= 0.5 * max(1, min(len(set(one)), len(set(other))))


def _family(authors: Sequence[str]) -> str:
    return "".join(words.tokens(authors[0].split(",")[0])) if authors else ""


def _near(one: Identity, other: Identity) -> bool:
    """Whether the years are one, or those of a preprint and what became of it."""
    first, second = one.year, other.year
    if not (first.isdigit() and second.isdigit()):
        return first == second or not first or not second
    preprint = any(work.arxiv or work.kind in _DRAFTS for work in (one, other))
    # two years of one book are two editions
    return abs(int(first) - int(second)) <= (1 if preprint else 0)


class Finder:
    """Looks single entries up among the works of the library."""

    def __init__(self, works: Iterable[Identity]) -> None:
        """Index the works."""
        self._ids: dict[str, int] = {}
        self._titles: dict[str, int] = {}
        for work in works:
            for name in _names(work.doi, work.arxiv, work.likeness):
                self._ids.setdefault(name, work.id)
            title = "".join(words.tokens(work.title))
            if len(title) >= (8 if words.is_hangul(title) else 16):
                self._titles.setdefault(title, work.id)

    def twin(self, entry: Entry) -> int:
        """The id of the work that an entry is, 0 if it is new.

        A DOI or arXiv id decides; where the entry has neither year nor people, its title does.
        """
        for name in _names(entry.work.doi, entry.arxiv, likeness(entry.work)):
            if name in self._ids:
                return self._ids[name]
        return self._titles.get("".join(words.tokens(entry.work.title)), 0)


def _names(doi: str, arxiv: str, like: str) -> Iterator[str]:
    yield from (f"doi:{doi}",) if doi else ()
    yield from (f"arxiv:{arxiv}",) if arxiv else ()
    yield from (like,) if like else ()
