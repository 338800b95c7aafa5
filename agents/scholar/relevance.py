"""Decides which works have to do with a topic.

The one law: a work must earn its place. Ranking always finds a best one, even in a library about
something else, so the decision rests on what is absolute: terms of the topic that the work has,
weighed by how rare they are in the library, and how far its embedding stands out from unrelated
texts (`background`). Neither is enough by itself unless it is strong.
"""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from agents.scholar import background, terms

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy as np
    import numpy.typing as npt

    from agents.base import CancelToken
    from agents.engine.port import Embedder
    from agents.store.library import Work

    Array = npt.NDArray[np.float32]

# Works that collect others are not cited for what is in them.
_CONTAINERS = frozenset({"proceedings", "mvproceedings", "periodical", "mvbook", "set", "xdata"})

# Standard deviations above unrelated texts. Chosen on mixed libraries with multilingual-e5-small:
# unrelated works stayed below 3.4 in one language and 2.2 across languages.
_FAR = 4.6  # enough by itself
_FAR_ACROSS = 3.0  # ... where work and topic are in different languages
_OUT = 2.0  # enough beside a shared term
_OUT_TERMS = 1.5  # ... beside several
_OUT_STRONG_TERMS = 1.0  # enough where most of the topic's terms are there
_TERMS = 0.3  # share of the topic's term weight that counts
_STRONG_TERMS = 0.5
_TOPIC_WEIGHT = 5.0  # a long abstract has more terms than any work about it shares
_SHORT_TOPIC = 3  # words
_PAIR_WEIGHT = 0.7
_LOOSE_PAIR_WEIGHT = 0.2  # one half is a word of every paper, as in "language model"


@dataclass(frozen=True, slots=True)
class Relevant:
    """A work that has to do with the topic. A higher score is nearer; only the order means much."""

    work: Work
    score: float


@dataclass(frozen=True, slots=True)
class Topic:
    """What is asked about: as the user wrote it, and again in the other language if known."""

    text: str
    translation: str = ""

    @property
    def variants(self) -> tuple[str, ...]:
        """The whole text, its sentences where there are several, and the translation."""
        parts = terms.sentences(self.text)
        found = (self.text, *(parts if len(parts) > 1 else ()), self.translation)
        return tuple(dict.fromkeys(part for part in found if part))


def standing_out(
    topic: Topic,
    works: Sequence[Work],
    vectors: Mapping[str, Array],
    embedder: Embedder,
    cancel: CancelToken,
) -> dict[int, float]:
    """How far each work stands out from unrelated texts, in standard deviations, by position.

    Measured from both sides: the topic against the work and against unrelated passages, and the
    work against the topic and against unrelated topics. The smaller counts.
    """
    import numpy as np  # noqa: PLC0415 - not needed to import the agent

    best: dict[int, float] = {}
    unrelated: dict[str, Array] = {}
    asked: dict[str, Array] = {}
    for language in {terms.language(work.text) for work in works}:
        unrelated[language] = embedder.embed(background.passages(language), "passage", cancel)
    for variant in topic.variants:
        cancel.check()
        spoken = terms.language(variant)
        if spoken not in asked:
            asked[spoken] = embedder.embed(background.passages(spoken), "query", cancel)
        query = embedder.embed([variant], "query", cancel)[0]
        for position, work in enumerate(works):
            vector = vectors.get(work.text)
            if vector is None:
                continue
            score = float(vector @ query)
            from_topic = unrelated[terms.language(work.text)] @ query
            from_work = asked[spoken] @ vector
            out = min(
                (score - float(np.mean(others))) / max(float(np.std(others)), 1e-6)
                for others in (from_topic, from_work)
            )
            best[position] = max(best.get(position, out), out)
    return best


def decide(topic: Topic, works: Sequence[Work], out: Mapping[int, float] | None) -> list[Relevant]:
    """The works that have to do with the topic, nearest first. `out` is None without embeddings."""
    bags = [terms.bag(f"{work.title}. {work.abstract} {work.keywords}") for work in works]
    shares = [_Share(0.0, 0)] * len(works)
    for text in (topic.text, topic.translation):
        found = _shares(text, bags) if text else []
        shares = [
            max(pair, key=lambda s: s.weight) for pair in zip(shares, found, strict=False)
        ] or shares
    spoken = terms.language(topic.text)
    chosen = {
        position
        for position, work in enumerate(works)
        if work.kind not in _CONTAINERS
        and _earned(
            shares[position],
            out.get(position) if out is not None else None,
            across=terms.language(work.text) != spoken,
        )
    }
    chosen |= _alike(chosen, bags, works, out)
    scored = [
        Relevant(works[p], min(shares[p].weight, 1.0) * 4 + (out.get(p, 0.0) if out else 0.0))
        for p in sorted(chosen)
    ]
    return sorted(scored, key=lambda item: -item.score)


@dataclass(frozen=True, slots=True)
class _Share:
    """What a work has of the topic's terms: their share of the weight, and how many."""

    weight: float
    count: int


def _shares(topic: str, bags: Sequence[terms.Bag]) -> list[_Share]:
    single, paired = terms.content(topic), terms.pairs(topic)
    if not single and len(words := terms.content(topic, generic=True)) <= _SHORT_TOPIC:
        single = words  # "information systems" has no other words
    weights = {term: _rarity(term, bags) for term in (*single, *paired)}
    total = max(1.0, min(sum(weights[term] for term in single), _TOPIC_WEIGHT))
    shares: list[_Share] = []
    for bag in bags:
        held = [term for term in single if bag.holds(term)]
        held_pairs = [term for term in paired if bag.holds(term)]
        weight = sum(weights[term] for term in held)
        weight += sum(_pair_weight(term) * weights[term] for term in held_pairs)
        shares.append(_Share(weight / total, len(held)))
    return shares


def _pair_weight(pair: str) -> float:
    loose = any(terms.is_generic(term) for term in pair.split())
    return _LOOSE_PAIR_WEIGHT if loose else _PAIR_WEIGHT


def _rarity(term: str, bags: Sequence[terms.Bag]) -> float:
    """From 0.4 (in every work) to 1 (in none).

    Counted among unrelated texts as well: in a library all about one thing its words are no less
    telling.
    """
    everything = (*bags, *map(terms.bag, (*background.ENGLISH, *background.KOREAN)))
    count = sum(bag.holds(term) for bag in everything)
    return 0.4 + 0.6 * math.log(len(everything) / max(1, count)) / math.log(len(everything))


def _earned(share: _Share, out: float | None, *, across: bool) -> bool:
    if out is None:
        return share.weight >= _TERMS and (share.count > 1 or share.weight >= _STRONG_TERMS)
    if out >= (_FAR_ACROSS if across else _FAR):
        return True
    if share.weight >= _STRONG_TERMS and share.count > 1:
        return out >= _OUT_STRONG_TERMS
    return share.weight >= _TERMS and out >= (_OUT_TERMS if share.count > 1 else _OUT)


def _alike(
    chosen: set[int],
    bags: Sequence[terms.Bag],
    works: Sequence[Work],
    out: Mapping[int, float] | None,
) -> set[int]:
    """Works that speak of what the chosen ones speak of among themselves and others do not."""
    if len(chosen) < 3:
        return set()
    counts: Counter[str] = Counter()
    for position in chosen:
        text = f"{works[position].title}. {works[position].abstract}"
        counts.update({*terms.content(text), *terms.pairs(text)})
    least = max(2, len(chosen) // 3)
    marks = [
        term
        for term, count in counts.items()
        if count >= least and count >= 0.5 * sum(bag.holds(term) for bag in bags)
    ]
    joined: set[int] = set()
    for position, bag in enumerate(bags):
        if position in chosen or works[position].kind in _CONTAINERS:
            continue
        shared = sum(bag.holds(term) for term in marks)
        stands = out is None or out.get(position, 0.0) >= _OUT
        if stands and shared >= (3 if out is None else 2):
            joined.add(position)
    return joined
