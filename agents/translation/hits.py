"""What the memory and the glossaries know about one segment: for a person to look at.

The one law: looking changes nothing, and a resemblance says how far it goes. Only a text that is
the same counts as 100 per cent.
"""

from __future__ import annotations

import re
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from rapidfuzz.distance import Levenshtein

from agents.store.memory_rows import Maker
from agents.store.words import normal
from agents.translation import glossary_files, prompts
from agents.translation.glossary import Glossary

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from agents.store.glossaries import Glossaries, StoredTerm
    from agents.store.memories import Memories
    from agents.store.memory_rows import Entry, Origin
    from agents.translation.events import Language
    from agents.translation.glossary import Term
    from agents.translation.korean import Korean

MOST = 5  # pairs of the memory that are shown
_WORD = re.compile(r"\s+|\w+|[^\w\s]")


@dataclass(frozen=True, slots=True)
class HitsRequest:
    """One segment as it stands."""

    source: str
    target: str
    language: Language  # of the target
    model: str = ""  # whose pairs count beside those of people; "" for nobody's
    glossary: str = ""  # name of the one it is translated with; without one, all are looked into


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of an earlier source, or of this one, where they are laid side by side."""

    kind: Literal["same", "gone", "new"]  # "gone": only in the earlier one; "new": only in this
    text: str


@dataclass(frozen=True, slots=True)
class Pair:
    """A pair of the memory whose source is, or resembles, the segment's."""

    score: int  # per cent, rounded down
    source: tuple[Part, ...]
    target: str
    origin: Origin
    name: str  # the file it is from, where that is known
    model: str  # that made it; "" for people
    created: str  # ISO 8601, UTC

    @property
    def words(self) -> str:
        """The source of the pair as it stands in the memory."""
        return "".join(part.text for part in self.source if part.kind != "new")


@dataclass(frozen=True, slots=True)
class Named:
    """A term that the segment holds."""

    source: str  # as the glossary writes it
    target: str  # what has to stand for it
    also: tuple[str, ...]  # what counts as well
    avoid: tuple[str, ...]  # what must not stand for it
    met: bool  # whether the translation keeps it
    glossary: str  # its name
    note: str


@dataclass(frozen=True, slots=True)
class Hits:
    """Everything known about a segment."""

    request: HitsRequest
    pairs: tuple[Pair, ...] = ()
    terms: tuple[Named, ...] = ()
    remembers: bool = False  # whether the memory holds anything at all
    names: bool = False  # whether there is a glossary at all


@dataclass(frozen=True, slots=True)
class _Terms:
    """Glossaries for one direction, and what they were made of."""

    stored: tuple[tuple[str, tuple[StoredTerm, ...]], ...]
    glossary: Glossary
    facts: dict[tuple[str, str], tuple[str, str]]  # by both sides: the glossary's name, the note


class Finder:
    """Looks segments up. Any thread."""

    def __init__(self, memories: Memories, glossaries: Glossaries, korean: Korean) -> None:
        """Keep the user's memory and glossaries.

        Args:
            memories: the pairs.
            glossaries: the terms.
            korean: the analyser.
        """
        self._memories = memories
        self._glossaries = glossaries
        self._korean = korean
        self._lock = threading.Lock()
        self._terms: dict[tuple[Language, str], _Terms] = {}

    def look(self, request: HitsRequest) -> Hits:
        """Look one segment up."""
        names = self._glossaries.names()
        chosen = request.glossary if request.glossary in names else ""
        terms = self._opened(request.language, chosen)
        pairs = tuple(self._pairs(request, terms.glossary.digest if chosen else ""))
        return Hits(
            request,
            pairs,
            tuple(_named(terms, request)),
            bool(pairs) or self._memories.holds_any(),
            bool(names),
        )

    def _pairs(self, request: HitsRequest, glossary: str) -> Iterator[Pair]:
        maker = Maker(request.model, prompts.RECIPE, glossary) if request.model else None
        exact = self._memories.exact(request.source, request.language, maker)
        alike = self._memories.fuzzy(request.source, request.language, maker, limit=2 * MOST)
        found = [(100.0, entry) for entry in exact]
        found += [(match.score, match.entry) for match in alike]
        shown: set[tuple[str, str]] = set()
        for score, entry in found:
            pair = (normal(entry.source), entry.target)
            if pair in shown or _stands(entry, request) or len(shown) == MOST:
                continue
            shown.add(pair)
            same = pair[0] == normal(request.source)
            yield Pair(
                100 if same else min(99, int(score)),
                differences(entry.source, request.source),
                entry.target,
                entry.origin,
                entry.name,
                entry.model,
                entry.created,
            )

    def _opened(self, target: Language, chosen: str) -> _Terms:
        """The terms as they are stored now; their index is made anew only where they changed."""
        names = [chosen] if chosen else self._glossaries.names()
        stored = tuple((name, self._glossaries.terms(name)) for name in names)
        with self._lock:
            known = self._terms.get((target, chosen))
            if known is None or known.stored != stored:
                known = self._terms[target, chosen] = _indexed(stored, target, self._korean)
            return known


def _indexed(
    stored: tuple[tuple[str, tuple[StoredTerm, ...]], ...], target: Language, korean: Korean
) -> _Terms:
    terms: list[Term] = []
    facts: dict[tuple[str, str], tuple[str, str]] = {}
    for name, own in stored:
        made = list(glossary_files.directed(own, target))
        terms += made
        for term, one in zip(made, own, strict=True):
            facts[term.source, term.target] = (name, one.note)
    return _Terms(stored, Glossary(terms, target, korean.morphemes), facts)


def _named(terms: _Terms, request: HitsRequest) -> Iterator[Named]:
    missing = set(terms.glossary.missing(request.source, request.target))
    for term in terms.glossary.found(request.source):
        name, note = terms.facts[term.source, term.target]
        yield Named(
            term.source, term.target, term.also, term.avoid, term not in missing, name, note
        )


def _stands(entry: Entry, request: HitsRequest) -> bool:
    """Whether a pair is only what the model has just said of this very segment."""
    same = entry.source == request.source and entry.target == request.target
    return same and entry.origin == "machine"


def differences(before: str, now: str) -> tuple[Part, ...]:
    """Two texts laid side by side, word by word: what is the same, gone and new, in order."""
    old, new = _WORD.findall(before), _WORD.findall(now)
    parts: list[Part] = []
    for step in Levenshtein.opcodes(old, new):
        here, there = old[step.src_start : step.src_end], new[step.dest_start : step.dest_end]
        if step.tag == "equal":
            _append(parts, "same", here)
        else:
            _append(parts, "gone", here)
            _append(parts, "new", there)
    return tuple(parts)


def _append(parts: list[Part], kind: Literal["same", "gone", "new"], words: Sequence[str]) -> None:
    text = "".join(words)
    if parts and text and parts[-1].kind == kind:
        parts[-1] = Part(kind, parts[-1].text + text)
    elif text:
        parts.append(Part(kind, text))
