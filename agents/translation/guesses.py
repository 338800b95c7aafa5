"""The likeliest place of a phrase in a translation, where no number, name or bracket shows it.

The one law: every place is given its probability, so that whoever asks knows how far to trust it.

A place is a run of words, without the particle behind it, or the noun of a verb that ends in 하다.
The probabilities are a conditional logit (McFadden 1974) over all runs: `_WEIGHTS` times what
`_facts` sees of one, and with an embedder how much it means what the phrase means, and how little
what another word of the source means. The weights are of multilingual-e5-small: the likenesses of
another model are of another size.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from agents.translation.language import hangul, word_set

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    Likeness = Callable[[Sequence[str], Sequence[str]], Sequence[Sequence[float]] | None]

Span = tuple[int, int]
SURE = 0.5  # probability from which a place is no mere guess
SURE_BLIND = 0.8  # the same without an embedder

EDGES = ".,;:!?。…、，！？\"'“”‘’()[]{}«»「」『』〈〉《》 \u00a0"
LITTLE = word_set("a an the in on at of by to for from with and or as is are was were")
_MORE = 2  # words that a place may have more than its phrase
_MOST = 7  # words of a place
_READ = 8  # places that an embedder reads: the likeliest by all else
_BREAK = re.compile(r"[,;:()“”\"]")
_VERB = re.compile(  # 하다, 되다, 이다
    r"(?<=[가-힣]{2})(?:(?:하|되|한|할|해|했|합|된|될|됐|됩|함)[가-힣]*"
    r"|(?:이다|입니다|이었|였|이며|이고|이에요|예요)[가-힣]*)$"
)


@dataclass(frozen=True, slots=True)
class Question:
    """What is looked for, and where it may be."""

    source: str
    own: Span  # the phrase in the source
    target: str
    within: Span  # of the target
    middle: float  # where in the target it is by the order of things
    taken: Sequence[Span] = ()  # what says something else
    known: Span | None = None  # what is a part of the place for certain
    occupied: Sequence[Span] = ()  # where others stand
    particles: Mapping[int, int] | None = None  # end of a Korean word -> start of its particles


@dataclass(frozen=True, slots=True)
class Guess:
    """A place and how likely it is."""

    span: Span
    probability: float
    sure: bool = False  # likely enough to be more than a guess


@dataclass(frozen=True, slots=True)
class _Word:
    start: int
    end: int  # without what hangs on it
    whole: int
    little: bool
    ends_phrase: bool  # with a particle other than the one that binds to the next word


def likeliest(question: Question, likeness: Likeness | None = None) -> Guess:
    """The best place; that of all words where there is no word.

    Args:
        question: what is looked for.
        likeness: how alike two lists of texts in two languages are, each with each; None where
            there is no embedder, or it gives None.
    """
    places, facts = seen(question)
    if not places:
        return Guess(question.within, 0.0)
    korean = hangul(question.target) > 0
    scores = _scores(_WEIGHTS[korean, False], facts)
    limit = SURE_BLIND
    if likeness is not None:
        first = sorted(range(len(places)), key=scores.__getitem__)[-_READ:]
        alike = meant(question, [places[at] for at in first], likeness)
        if alike is not None:
            places = [places[at] for at in first]
            rows = [(*facts[at], *like) for at, like in zip(first, alike, strict=True)]
            scores = _scores(_WEIGHTS[korean, True], rows)
            limit = SURE
    best = max(range(len(scores)), key=scores.__getitem__)
    probability = 1 / sum(math.exp(score - scores[best]) for score in scores)
    return Guess(places[best], probability, probability >= limit)


def _scores(weights: Sequence[float], facts: Sequence[Sequence[float]]) -> list[float]:
    return [sum(a * b for a, b in zip(weights, row, strict=True)) for row in facts]


def seen(question: Question) -> tuple[list[Span], list[tuple[float, ...]]]:
    """All places, and what is seen of each without an embedder."""
    words = _words(question)
    phrase = question.source[slice(*question.own)].split()
    size = sum(not _little(word) for word in phrase) or 1
    runs = [
        (first, last)
        for first in range(len(words))
        for last in range(first, min(len(words), first + min(size + _MORE, _MOST)))
    ]
    places: list[Span] = []
    facts: list[tuple[float, ...]] = []
    for first, last in runs:
        if question.known and not _covers(words, first, last, question.known):
            continue
        ends = {words[last].end, words[last].whole}
        if verb := _VERB.search(question.target, 0, words[last].whole):
            ends |= {verb.start()} if verb.start() > words[last].start + 1 else set()
        for end in sorted(ends):
            place = (words[first].start, end)
            if any(place[0] < b and place[1] > a for a, b in question.occupied):
                continue
            places.append(place)
            facts.append(_facts(question, words, first, last, place, size))
    return places, facts


def _covers(words: Sequence[_Word], first: int, last: int, known: Span) -> bool:
    return words[first].start <= known[0] and known[1] <= words[last].whole


def _facts(
    question: Question, words: Sequence[_Word], first: int, last: int, place: Span, size: int
) -> tuple[float, ...]:
    run = words[first : last + 1]
    content = sum(not word.little for word in run)
    text = question.target[slice(*place)]
    tail = run[-1]
    away = abs((place[0] + place[1]) / 2 - question.middle) / max(1, len(question.target))
    before = words[first - 1] if first else None
    after = words[last + 1] if last + 1 < len(words) else None
    overlaps = any(place[0] < b and place[1] > a for a, b in question.taken)
    korean = hangul(question.target) > 0
    return (
        10 * away,
        abs(math.log(content + 0.5) - math.log(size + 0.5)),
        float(overlaps),
        float(_BREAK.search(text) is not None),
        # Korean: a particle inside, none behind, none before; the predicate.
        float(korean and sum(word.ends_phrase for word in run[:-1])),
        float(korean and not tail.ends_phrase),
        float(korean and before is not None and not before.ends_phrase),
        float(korean and after is None),
        float(korean and place[1] < tail.end),  # the noun of a verb
        float(korean and place[1] > tail.end),  # with its particle
        # English: little words at the ends, others beside them.
        float(run[0].little),
        float(tail.little),
        float(not korean and before is not None and not before.little),
        float(not korean and after is not None and not after.little),
    )


def meant(
    question: Question, places: Sequence[Span], likeness: Likeness
) -> list[tuple[float, float]] | None:
    """How alike each place is to the phrase, and to the other word that is most like it.

    In tenths; None where `likeness` gives none.
    """
    start, end = question.own
    others = [
        word
        for text in (question.source[:start], question.source[end:])
        for word in (part.strip(EDGES) for part in text.split())
        if word and not _little(word)
    ]
    texts = [question.target[slice(*place)] for place in places]
    rows = likeness([question.source[start:end], *others], texts)
    if rows is None:
        return None
    most = [max((row[at] for row in rows[1:]), default=_USUAL) for at in range(len(texts))]
    return [(10 * own, 10 * other) for own, other in zip(rows[0], most, strict=True)]


def _words(question: Question) -> list[_Word]:
    found: list[_Word] = []
    low, high = question.within
    for match in re.finditer(r"\S+", question.target[low:high]):
        text = match.group()
        start = low + match.start() + len(text) - len(text.lstrip(EDGES))
        whole = low + match.start() + len(text.rstrip(EDGES))
        if start >= whole:
            continue
        end = (question.particles or {}).get(whole, whole)
        end = end if end > start else whole
        particle = question.target[end:whole]
        word = question.target[start:whole]
        found.append(_Word(start, end, whole, _little(word), particle not in {"", "의"}))
    return found


def _little(word: str) -> bool:
    bare = word.strip(EDGES).lower()
    return bare in LITTLE or not any(letter.isalnum() for letter in bare)


_USUAL = 0.78  # likeness of words that have nothing to do with each other
# By whether the target is Korean and whether there is an embedder.
_WEIGHTS: dict[tuple[bool, bool], tuple[float, ...]] = {
    (True, True): (
        -0.21, -1.74, -0.39, -0.07, -1.79, -1.23, -0.52, -0.7, -0.49, -2.34,
        0, 0, 0, 0, 3.07, -2.07,
    ),
    (True, False): (
        -0.43, -2.32, -1.17, -0.05, -1.98, -1.43, -0.77, -0.78, -0.43, -2.48, 0, 0, 0, 0,
    ),
    (False, True): (
        -0.23, -1.78, -0.37, -0.1, 0, 0, 0, 0, 0, 0, -1.61, -1.14, -1.11, -1.19, 3.69, -1.78,
    ),
    (False, False): (
        -0.38, -2.61, -1.3, -0.18, 0, 0, 0, 0, 0, 0, -1.68, -1.31, -1.24, -1.33,
    ),
}  # fmt: skip
