"""Groups the works of a draft into themes and names them.

The one law: everything comes from the works themselves (their embeddings and words), so a plan is
the same each time and a weak model cannot spoil it.
"""

from __future__ import annotations

import math
from collections import Counter
from itertools import pairwise
from typing import TYPE_CHECKING

from agents.scholar import terms
from agents.scholar.events import Theme

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy as np
    import numpy.typing as npt

    from agents.scholar.relevance import Relevant
    from agents.store.library import Work

    Array = npt.NDArray[np.float32]

WORKS_PER_THEME = 6
_WORKS_PER_THEME_WANTED = 3
_LENGTH_BONUS = {1: 1.0, 2: 1.7, 3: 1.8}


def themes(
    relevant: Sequence[Relevant], vectors: Mapping[str, Array] | None, most: int
) -> tuple[Theme, ...]:
    """The paragraphs to be, the nearest to the topic first; works in each by year.

    Args:
        relevant: nearest first; what is beyond the room of `most` themes is not used.
        vectors: embeddings by text, or None.
        most: how many themes at most.
    """
    chosen = [item.work for item in relevant[: max(1, most) * WORKS_PER_THEME]]
    if not chosen:
        return ()
    wanted = min(max(1, most), max(1, round(len(chosen) / _WORKS_PER_THEME_WANTED)))
    groups = _cluster(_likeness(chosen, vectors), wanted)
    groups.sort(key=min)  # `chosen` stands nearest first
    named: list[Theme] = []
    for group in groups:
        works = [chosen[index] for index in group]
        others = [work for work in chosen if work not in works]
        taken = {theme.title.lower() for theme in named}
        title = heading(works, others, taken)
        named.append(Theme(title, tuple(sorted(works, key=lambda work: (work.year, work.key)))))
    return tuple(named)


def heading(works: Sequence[Work], others: Sequence[Work], taken: set[str]) -> str:
    """What these works speak of and the others less: a phrase of one to three words."""
    phrase = shared_phrase(works, others, taken)
    if phrase:
        return phrase[:1].upper() + phrase[1:]
    title = works[0].title
    return title.split(":")[0] if len(title.split(":")[0]) > 3 else title


def shared_phrase(
    works: Sequence[Work], others: Sequence[Work], taken: set[str] | frozenset[str] = frozenset()
) -> str:
    """The most telling phrase that several of the works hold, or an empty string."""
    mine = [terms.bag(f"{work.title}. {work.abstract}") for work in works]
    theirs = [terms.bag(f"{work.title}. {work.abstract}") for work in others]
    best, best_score = "", 0.0
    for stems, surface in _phrases(works).items():
        if surface.lower() in taken:
            continue
        held = sum(_holds(bag, stems) for bag in mine)
        if held < min(2, len(works)):
            continue
        elsewhere = sum(_holds(bag, stems) for bag in theirs) / max(1, len(theirs))
        share = held / len(works)
        score = share * (1.0 - 0.8 * elsewhere) * _LENGTH_BONUS[len(stems)]
        if len(stems) == 1 and surface.lower().endswith(("ed", "ing")):
            score *= 0.5  # rather a verb
        if any(_holds(terms.bag(work.title), stems) for work in works):
            score *= 1.2  # titles are made of nouns
        if score > best_score + 1e-9:
            best, best_score = surface, score
    return best


def holds_phrase(text: str, phrase: str) -> bool:
    """Whether a text has the words of a phrase side by side."""
    return _holds(terms.bag(text), _stems(terms.folded_words(phrase)))


def _holds(bag: terms.Bag, stems: tuple[str, ...]) -> bool:
    if len(stems) == 1:
        return bag.holds(stems[0])
    return all(bag.holds(f"{a} {b}") for a, b in pairwise(stems))


def _phrases(works: Sequence[Work]) -> dict[tuple[str, ...], str]:
    """Phrases of one to three words by their stems, as most often written; telling ones only."""
    forms: dict[tuple[str, ...], Counter[str]] = {}
    for work in works:
        for sentence in (work.title, *terms.sentences(work.abstract)):
            for run in terms.runs(sentence):
                for size in (1, 2, 3):
                    for at in range(len(run) - size + 1):
                        part = run[at : at + size]
                        stems = _stems(terms.folded_words(" ".join(part)))
                        if stems and len(stems) <= 3 and _telling(stems, part):
                            forms.setdefault(stems, Counter())[" ".join(part)] += 1
    return {
        stems: min(count, key=lambda form: (-count[form], form)) for stems, count in forms.items()
    }


def _telling(stems: tuple[str, ...], words: Sequence[str]) -> bool:
    if all(terms.is_generic(stem) for stem in stems) or terms.is_generic(stems[0]):
        return False
    if len(stems) == 1:
        return len(words[0]) > 4 or words[0].isupper() or terms.language(words[0]) == "ko"
    return True


def _stems(words: Sequence[str]) -> tuple[str, ...]:
    return tuple(term for word in words for term in terms.content(word, generic=True))


def _likeness(works: Sequence[Work], vectors: Mapping[str, Array] | None) -> list[list[float]]:
    """How alike works are: cosine of rare words, plus that of embeddings without their mean."""
    import numpy as np  # noqa: PLC0415 - not needed to import the agent

    texts = [f"{work.title}. {work.title}. {work.abstract}" for work in works]
    words = [Counter((*terms.content(text), *terms.pairs(text))) for text in texts]
    spread = Counter(term for bag in words for term in bag)
    names = {term: index for index, term in enumerate(spread)}
    table = np.zeros((len(works), max(1, len(names))), dtype=np.float64)
    for row, bag in enumerate(words):
        for term in bag:
            table[row, names[term]] = math.log((1 + len(works)) / spread[term])
    alike = _cosines(table)
    if vectors is not None and all(work.text in vectors for work in works):
        stacked = np.stack([vectors[work.text] for work in works]).astype(np.float64)
        alike = alike + _cosines(stacked - stacked.mean(axis=0))
    return [[float(value) for value in row] for row in alike]


def _cosines(table: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    import numpy as np  # noqa: PLC0415 - not needed to import the agent

    norms = np.linalg.norm(table, axis=1, keepdims=True)
    unit = table / np.maximum(norms, 1e-9)
    return unit @ unit.T


def _cluster(alike: list[list[float]], wanted: int) -> list[list[int]]:
    """Average-linkage clusters; lone works join the nearest group."""
    groups = [[index] for index in range(len(alike))]

    def near(one: list[int], two: list[int]) -> float:
        return sum(alike[a][b] for a in one for b in two) / (len(one) * len(two))

    def join(limit: int) -> None:
        pairs = [
            (near(one, two), i, j)
            for i, one in enumerate(groups)
            for j, two in enumerate(groups)
            if i < j and len(one) + len(two) <= limit
        ]
        _score, i, j = max(pairs, key=lambda pair: (pair[0], -pair[1], -pair[2]))
        groups[i] += groups.pop(j)

    while len(groups) > wanted:
        # a group that swallows everything tells nothing: keep them of one size where possible
        fits = any(
            len(one) + len(two) <= WORKS_PER_THEME
            for i, one in enumerate(groups)
            for two in groups[i + 1 :]
        )
        join(WORKS_PER_THEME if fits else len(alike))
    while len(groups) > 1 and any(len(group) == 1 for group in groups):
        lone = next(group for group in groups if len(group) == 1)
        groups.remove(lone)
        max(groups, key=lambda group: near(lone, group)).extend(lone)
    return groups
