"""Which part of a translated sentence says what a part of its source says.

The one law: evidence first (the same words, a known phrase, the same digits, the same brackets),
position last; and never inside a word. No dictionary, no model: offsets in, offsets out.
"""

from __future__ import annotations

import bisect
import difflib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from agents.translation import anchors, guesses
from agents.translation.language import hangul

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from agents.translation.guesses import Likeness

Span = tuple[int, int]

_STOPS = ".!?。…！？"
_EDGES = guesses.EDGES
_LEFT_EDGES = "\"'“‘([{«「『〈《 \u00a0,.;:"
_PAIRS = {
    "(": ")",
    "[": "]",
    "“": "”",
    "‘": "’",
    "「": "」",
    "『": "』",
    '"': '"',
    "'": "'",
    "《": "》",
}
_QUOTES = frozenset("“‘\"'「『《")


@dataclass(frozen=True, slots=True)
class Choice:
    """A place in the target. `trust`: 5 certain … 1 by position alone."""

    span: Span
    trust: int
    probability: float = 1.0  # of a place that nothing shows for certain


class Places:
    """One sentence pair, asked for one place after the other."""

    def __init__(
        self,
        source: str,
        target: str,
        hints: Callable[[str], str],
        particles: Callable[[str], Mapping[int, int]],
        fixed: Mapping[int, Span],
        likeness: Likeness | None = None,
    ) -> None:
        """Read both texts once; `fixed` spans of the target are never cut."""
        self.source = source
        self.target = target
        self.guessed: list[str] = []
        self._hints = hints
        self._particles = particles
        self._particle_ends: Mapping[int, int] | None = None
        self._likeness = likeness
        self._fixed = tuple(fixed.values())
        self._words = [match.span() for match in re.finditer(r"\S+", target)]
        self._pairs = anchors.pairs(source, target)
        self._anchors = anchors.chain(source, target, self._pairs)

    def span(
        self,
        start: int,
        end: int,
        within: Span,
        inner: Iterable[Span],
        occupied: Sequence[Span] = (),
    ) -> Choice:
        """Where `source[start:end]` is said in `target`, inside `within`, around `inner`.

        Where nothing shows it for certain it is beside what is `occupied`, if there is room.
        """
        fragment = self.source[start:end].strip()
        choice = (
            self._whole(start, end, within)
            or self._exact(fragment, start, within)
            or self._hinted(fragment, within)
            or self._quoted(start, end, within)
            or self._likely(start, end, within, occupied)
        )
        if choice.trust < 2:
            self.guessed.append(fragment)
        left, right = choice.span
        for a, b in inner:
            left, right = min(left, a), max(right, b)
        if choice.trust < 4:
            left, right = self._tidy(left, right, fragment)
        return Choice((left, right), choice.trust, choice.probability)

    def point(self, at: int, within: Span, taken: Sequence[Span]) -> int:
        """Where a mark without width goes."""
        low, high = within
        before, after = self.source[:at], self.source[at:]
        if not before.strip() or not any(c.isalnum() for c in before):
            place = low
        elif not any(c.isalnum() for c in after):
            place = high if not after.strip() else self._before_stop(low, high)
        else:
            place = self._beside(at)
        place = min(max(place, low), high)
        for a, b in (*taken, *self._fixed):
            if a < place < b:
                place = b
        return min(place, high)

    def free(self, span: Span, taken: Sequence[Span], within: Span, inner: Sequence[Span]) -> Span:
        """`span` moved to where nobody is: cut short, or else the nearest free word."""
        start, end = max(span[0], within[0]), min(span[1], within[1])
        if start < end and not any(start < b and end > a for a, b in taken):
            return start, end
        gaps = _gaps(taken, within)
        cut = [(max(start, a), min(end, b)) for a, b in gaps if max(start, a) < min(end, b)]
        cut = [self._trimmed(a, b) for a, b in cut if self._letters(a, b)]
        if inner:
            low, high = min(a for a, _ in inner), max(b for _, b in inner)
            cut = [(a, b) for a, b in cut if a <= low and high <= b] or [(low, high)]
        if cut:
            return max(cut, key=lambda s: s[1] - s[0])
        words = [
            (max(a, x) > a or min(b, y) < b, self._trimmed(max(a, x), min(b, y)))
            for a, b in self._words
            for x, y in gaps
            if max(a, x) < min(b, y) and self._letters(max(a, x), min(b, y))
        ]
        if words:  # a whole word rather than what is left of one
            _part, found = min(words, key=lambda w: (w[0], abs(sum(w[1]) - sum(span))))
            return self._tidy(*found, "")
        at = min((b for _, b in taken), key=lambda b: abs(b - span[1]), default=within[1])
        return at, at

    # -- evidence ---------------------------------------------------------------------------

    def _whole(self, start: int, end: int, within: Span) -> Choice | None:
        """All words of the source: all words of the target, punctuation outside left outside."""
        if within != (0, len(self.target)):
            return None
        before, after = self.source[:start], self.source[end:]
        if any(c.isalnum() for c in before + after):
            return None
        left, right = 0, len(self.target)
        if after.strip():
            right = len(self.target.rstrip(_EDGES if after.strip() in self.target else _STOPS))
        if before.strip():
            left = right - len(self.target[:right].lstrip(_LEFT_EDGES))
        return Choice((left, right), 5) if left < right else None

    def _exact(self, fragment: str, start: int, within: Span) -> Choice | None:
        """The same words again."""
        places = anchors.occurrences(self.target, fragment)
        found = [s for s in places if s[0] >= within[0] and s[1] <= within[1]]
        if not fragment or not found:
            return None
        own = anchors.occurrences(self.source, fragment)
        if len(own) == len(places):
            rank = sum(a < start for a, _ in own)
            if rank < len(places) and places[rank] in found:
                return Choice(places[rank], 4)
        expected = self._across(start)
        return Choice(min(found, key=lambda s: abs(s[0] - expected)), 4)

    def _hinted(self, fragment: str, within: Span) -> Choice | None:
        """A phrase whose translation is known, perhaps with another ending."""
        hint = self._hints(fragment).strip(_EDGES)
        if not hint:
            return None
        text = self.target[within[0] : within[1]]
        at = text.casefold().find(hint.casefold())
        size = len(hint)
        if at < 0:
            match = difflib.SequenceMatcher(
                None, hint.casefold(), text.casefold(), autojunk=False
            ).find_longest_match()
            if match.size < 2 or match.size < 0.6 * len(hint):
                return None
            at, size = match.b, match.size
        begin = within[0] + at
        return Choice(self._to_words(begin, begin + size), 3)

    def _quoted(self, start: int, end: int, within: Span) -> Choice | None:
        """The inside of a pair of brackets or quotation marks that the target has too."""
        if not start or end >= len(self.source):
            return None
        opening = self.source[start - 1]
        if _PAIRS.get(opening) != self.source[end]:
            return None
        own = _insides(self.source, opening in _QUOTES, opening)
        found = _insides(self.target, opening in _QUOTES, opening)
        rank = next((i for i, (a, b) in enumerate(own) if a <= start < b), -1)
        if len(own) != len(found) or rank < 0:
            return None
        inside = found[rank]
        fits = within[0] <= inside[0] < inside[1] <= within[1]
        return Choice(inside, 2) if fits else None

    def _likely(self, start: int, end: int, within: Span, occupied: Sequence[Span]) -> Choice:
        """The likeliest words, around numbers and names of the fragment that the target has."""
        pairs = [
            (own, there)
            for own, there in self._pairs
            if start <= own[0] and own[1] <= end and within[0] <= there[0] and there[1] <= within[1]
        ]
        known = None
        if pairs:
            known = min(there[0] for _, there in pairs), max(there[1] for _, there in pairs)
            if (
                len(self.target[slice(*known)].split())
                > 2 * len(self.source[start:end].split()) + 1
            ):
                known = None
        question = guesses.Question(
            self.source,
            (start, end),
            self.target,
            within,
            self._expected(start, end),
            [there for own, there in self._pairs if own[1] <= start or own[0] >= end],
            known,
            occupied,
            self._particle_places(),
        )
        guess = guesses.likeliest(question, self._likeness)
        if known and not guess.probability:
            return Choice(self._to_words(*known), 1)
        return Choice(guess.span, 2 if guess.sure else 1, guess.probability)

    def _expected(self, start: int, end: int) -> float:
        """The middle of the place by length; a Korean predicate stands last, an English one not."""
        middle = (self._across(start) + self._across(end)) / 2
        if len(self._anchors) > 2 or len(self._words) < 3:
            return middle
        if hangul(self.target):
            return middle * self._words[-1][0] / len(self.target)
        last = self.source.rstrip().rfind(" ")
        return min(middle * len(self.source) / max(last, 1), len(self.target))

    def _beside(self, at: int) -> int:
        """A point in the middle: beside the same word or sign, else where it would be by length."""
        previous = self.source[at - 1]
        for signs in anchors.PAUSES:
            if previous in signs:
                own = [i for i, c in enumerate(self.source) if c in signs]
                found = [i for i, c in enumerate(self.target) if c in signs]
                if len(own) == len(found):
                    return found[own.index(at - 1)] + 1
        if not previous.isspace():
            word = self.source[:at].split()[-1].strip(_EDGES)
            if word and (choice := self._exact(word, at - len(word), (0, len(self.target)))):
                return choice.span[1]
            if word and (choice := self._hinted(word, (0, len(self.target)))):
                return self._tidy(*choice.span, word)[1]
        following = self.source[at:].split()[0].strip(_EDGES) if self.source[at:].split() else ""
        if following and (previous.isspace() or previous in _LEFT_EDGES):
            start = self.source.index(following, at)
            if choice := self._exact(following, start, (0, len(self.target))):
                return choice.span[0]
            low = self._across(at)
            return min((a for a, _ in self._words), key=lambda a: abs(a - low), default=0)
        wanted = self._across(at)
        ends = [self._trimmed(a, b)[1] for a, b in self._words]
        return min(ends, key=lambda b: abs(b - wanted), default=len(self.target))

    # -- offsets ----------------------------------------------------------------------------

    def _across(self, at: int) -> float:
        """The offset in the target that corresponds to `at`, between the nearest anchors."""
        index = bisect.bisect_right(self._anchors, (at, len(self.target) + 1))
        a, x = self._anchors[max(0, index - 1)]
        b, y = self._anchors[min(index, len(self._anchors) - 1)]
        return x if b <= a else x + (at - a) / (b - a) * (y - x)

    def _to_words(self, start: int, end: int) -> Span:
        touched = [(a, b) for a, b in self._words if a < end and b > start]
        return (touched[0][0], touched[-1][1]) if touched else (start, end)

    def _tidy(self, start: int, end: int, fragment: str) -> Span:
        """Without punctuation at the ends that the fragment does not have, and no particle."""
        text = self.target
        while end > start + 1 and text[end - 1] in _EDGES and text[end - 1] != fragment[-1:]:
            end -= 1
        while start < end - 1 and text[start] in _LEFT_EDGES and text[start] != fragment[:1]:
            start += 1
        begin = self._particle_places().get(end, end)
        return (start, begin) if begin > start else (start, end)

    def _particle_places(self) -> Mapping[int, int]:
        if self._particle_ends is None:
            self._particle_ends = self._particles(self.target)
        return self._particle_ends

    def _trimmed(self, start: int, end: int) -> Span:
        """Without punctuation at the ends; all of it if there is nothing else."""
        text = self.target[start:end]
        left = len(text) - len(text.lstrip(_EDGES))
        right = len(text.rstrip(_EDGES))
        return (start + left, start + right) if left < right else (start, end)

    def _before_stop(self, low: int, high: int) -> int:
        text = self.target[low:high]
        return low + (len(text.rstrip(_STOPS)) or len(text))

    def _letters(self, start: int, end: int) -> bool:
        return any(c.isalnum() for c in self.target[start:end])


def _insides(text: str, quotes: bool, opening: str) -> list[Span]:  # noqa: FBT001 - one of two kinds
    """What stands inside brackets of one kind, or inside quotation marks of any kind."""
    kinds = _QUOTES if quotes else {opening}
    found: list[Span] = []
    at = 0
    while at < len(text):
        if text[at] in kinds and not (text[at] == "'" and at and text[at - 1].isalnum()):
            end = text.find(_PAIRS[text[at]], at + 1)
            if end > at + 1:
                found.append((at + 1, end))
                at = end
        at += 1
    return found


def _gaps(taken: Sequence[Span], within: Span) -> list[Span]:
    gaps: list[Span] = []
    at = within[0]
    for a, b in sorted(taken):
        if a > at:
            gaps.append((at, min(a, within[1])))
        at = max(at, b)
    if at < within[1]:
        gaps.append((at, within[1]))
    return gaps
