"""A set of citing sentences whose truth is known, made from a bibliography with abstracts.

How it is built, the same each time for one seed:

- **true**: up to `PER_WORK` sentences of each abstract, reworded as somebody would cite them
  (`rewording`): words of the same meaning, asides and last clauses left out, the authors as the
  subject, another order, "According to …";
- **evidence**: a true sentence, cited to the work whose abstract is most like its own work's
  (cosine of rare words), and again to any other work; not where that abstract has nearly the same
  sentence, letter by letter, because authors repeat themselves and it would be true there, too;
- **number**: a number of a true sentence exchanged for one of another abstract that the cited work
  does not have;
- **name**: a name of it exchanged for a name of another abstract that the cited work does not have;
- **graft**: its second half exchanged for the second half of a sentence of the most similar work;
- **reversed**: what it says is denied, or what it denies is said, or one word is turned into its
  opposite.

Each false sentence differs from a true one in that alone, so nothing else gives it away.
"""

from __future__ import annotations

import math
import random
import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from rapidfuzz import fuzz

from agents.scholar import terms
from agents.scholar.evaluation import rewording
from agents.scholar.facts import OPPOSITES, always_capital

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from agents.store.library import Work

Kind = Literal["true", "evidence", "number", "name", "graft", "reversed"]
KINDS: tuple[Kind, ...] = ("true", "evidence", "number", "name", "graft", "reversed")

PER_WORK = 2
_LEAST_SENTENCES = 2
_TWINS = 0.5  # works whose abstracts are so much alike are one work twice
_REPEATED = 75.0  # of 100: how much a sentence is repeated in another abstract
_DIGITS = re.compile(r"(?<![\w.,-])\d+(?:,\d{3})*(?:\.\d+)?(?![\w-]|[.,]\d)")
_NUMBER_WORDS = re.compile(
    r"\b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|thirty|forty|fifty|"
    r"hundred|thousand|million)\b"
)
_VERB = re.compile(
    r"(?<!\AIt )\b(is|are|was|were|can|will|has been|have been|could|should|may)\b(?! not)"
)


@dataclass(frozen=True, slots=True)
class Claim:
    """A citing sentence without its mark, the work it cites, and whether it may."""

    text: str
    work: Work
    kind: Kind

    @property
    def true(self) -> bool:
        """Whether the cited work carries the sentence."""
        return self.kind == "true"


def build(works: Sequence[Work], seed: int = 1) -> list[Claim]:
    """The set; empty where fewer than three works have an abstract of several sentences."""
    chosen = [
        w for w in works if w.abstract and len(terms.sentences(w.abstract)) >= _LEAST_SENTENCES
    ]
    if len(chosen) < 3:
        return []
    return list(_Builder(chosen, seed).claims())


class _Builder:
    def __init__(self, works: Sequence[Work], seed: int) -> None:
        self._works = works
        self._dice = random.Random(seed)  # noqa: S311 - a sample, not a secret
        self._alike = _likeness(works)
        self._texts = [f"{w.title}. {w.abstract} {w.keywords}" for w in works]
        surely = always_capital(w.abstract for w in works)
        found = {name for w in works for name in _inner_names(w.abstract)}
        self._names = sorted(name for name in found if name.lower() in surely)
        self._numbers = sorted({m for w in works for m in _DIGITS.findall(w.abstract)})

    def claims(self) -> Iterator[Claim]:
        for at, work in enumerate(self._works):
            found = rewording.usable(work.abstract)
            for sentence in self._dice.sample(found, min(PER_WORK, len(found))):
                yield from self._of(sentence, at)

    def _of(self, sentence: str, at: int) -> Iterator[Claim]:
        """The true claim and the false ones that are made from it."""
        work, near = self._works[at], self._nearest(at)
        seed = self._dice.random()

        def said_of(work: Work) -> str:
            return rewording.reworded(sentence, work, random.Random(seed))  # noqa: S311

        text = said_of(work)
        yield Claim(_ended(text), work, "true")
        for other in (near, self._any(at)):
            if fuzz.partial_ratio(sentence, self._works[other].abstract) >= _REPEATED:
                continue
            # as its authors' own: their names alone would give the exchange away
            yield Claim(_ended(said_of(self._works[other])), self._works[other], "evidence")
        others: dict[Kind, str] = {
            "number": self._number(text, at),
            "name": self._name(text, at),
            "graft": self._graft(text, near),
            "reversed": self._reversed(text),
        }
        for kind, made in others.items():
            if made and made != text:
                yield Claim(_ended(made), work, kind)

    def _nearest(self, at: int) -> int:
        row = self._alike[at]
        others = [other for other in range(len(row)) if other != at and row[other] < _TWINS]
        return max(others, key=lambda other: row[other])

    def _any(self, at: int) -> int:
        row = self._alike[at]
        others = [other for other in range(len(row)) if other != at and row[other] < _TWINS]
        return self._dice.choice(others)

    def _number(self, text: str, at: int) -> str:
        known = terms.numbers(self._texts[at], words=True) | terms.numbers(self._works[at].year)
        found = [*_DIGITS.finditer(text), *_NUMBER_WORDS.finditer(text)]
        found = [match for match in found if terms.numbers(match.group(), words=True) <= known]
        if not found:
            return ""
        match = self._dice.choice(found)
        words = match.group().isalpha()
        pool = _NUMBER_WORDS.pattern[5:-3].split("|") if words else self._numbers
        others = [n for n in pool if not terms.numbers(n, words=True) & known]
        if not others:
            return ""
        return text[: match.start()] + self._dice.choice(others) + text[match.end() :]

    def _name(self, text: str, at: int) -> str:
        mine = set(_inner_names(self._works[at].abstract))
        found = [name for name in _inner_names(text) if name in mine and name in self._names]
        bag = terms.bag(f"{self._texts[at]} {' '.join(self._works[at].authors)}")
        others = [n for n in self._names if not any(map(bag.holds, terms.content(n, generic=True)))]
        if not found or not others:
            return ""
        name = self._dice.choice(found)
        return re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", self._dice.choice(others), text)

    def _graft(self, text: str, near: int) -> str:
        others = [s for s in rewording.usable(self._works[near].abstract) if len(s.split()) >= 10]
        words = text.split()
        if not others or len(words) < 10:
            return ""
        other = self._dice.choice(others).rstrip(".").split()
        return " ".join([*words[: len(words) // 2], *other[len(other) // 2 :]])

    def _reversed(self, text: str) -> str:
        if re.search(r"\b(?:not|no|without|never|cannot)\b", text):
            made = re.sub(r"\bcannot\b", "can", text)
            return re.sub(r"\b(?:not|never) |\bno |(?<=with)out\b", "", made, count=1)
        for one, two in OPPOSITES:
            for here, there in ((one, two), (two, one)):
                if match := re.search(rf"\b{here}\b", text):
                    return text[: match.start()] + there + text[match.end() :]
        return _VERB.sub(r"\1 not", text, count=1).replace("can not", "cannot")


def _inner_names(text: str) -> list[str]:
    """Names that are surely ones: they do not begin a sentence and are no roman numeral."""
    return [
        name
        for name in terms.names(text)
        if len(name) > 1 and not re.fullmatch(r"[IVX]+|[A-Z][a-z]?", name)
    ]


def _likeness(works: Sequence[Work]) -> list[list[float]]:
    """Cosines of rare words, work by work."""
    import numpy as np  # noqa: PLC0415 - not needed to import the agent

    counts = [Counter(terms.content(f"{w.title}. {w.abstract}")) for w in works]
    spread = Counter(term for bag in counts for term in bag)
    places = {term: at for at, term in enumerate(spread)}
    table = np.zeros((len(works), len(places)), dtype=np.float32)
    for row, bag in enumerate(counts):
        for term in bag:
            table[row, places[term]] = math.log((1 + len(works)) / spread[term])
    table /= np.maximum(np.linalg.norm(table, axis=1, keepdims=True), 1e-9)
    return [[float(value) for value in row] for row in table @ table.T]


def _ended(text: str) -> str:
    return text if text.endswith((".", "!", "?")) else f"{text}."
