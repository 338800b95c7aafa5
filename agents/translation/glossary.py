"""A project's terms: which a sentence holds, whether its translation keeps them, and repairs.

The one law: a term counts as kept only in a form that the rules of its language allow, and the
longest term wins where several stand in the same place.
"""

from __future__ import annotations

import dataclasses
import functools
import hashlib
import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from agents.translation import english_terms, korean_terms, language

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from agents.translation.english_terms import Likeness
    from agents.translation.events import Language
    from agents.translation.korean import Morpheme

LONGEST = 200  # characters of a term; what is longer is a sentence
_LETTER = re.compile(r"[^\W_]")


_BEHIND_NOUNS = ("N", "J", "VCP", "XSV", "XSA")  # tags: nouns, particles, 이다, 하다


@dataclass(frozen=True, slots=True)
class Term:
    """How one thing is called in both languages, as seen by whoever translates."""

    source: str
    target: str
    avoid: tuple[str, ...] = ()  # what must not stand for it in the translation
    also: tuple[str, ...] = ()  # other targets that count as well


@dataclass(frozen=True, slots=True)
class Hit:
    """A term in a text."""

    start: int
    end: int
    term: Term
    likeness: Likeness = "noun"


class Glossary:
    """Terms for translating into one language."""

    def __init__(
        self,
        terms: Iterable[Term],
        target: Language,
        morphemes: Callable[[str], Sequence[Morpheme]] | None = None,
    ) -> None:
        """Keep the terms. Of two with the same source the later one is asked for, both are right.

        Args:
            terms: source and target in the direction of the translation.
            target: the language translated into.
            morphemes: takes Korean words apart, so that 학습 is found in 학습데이터.
        """
        kept: dict[str, Term] = {}
        for term in terms:
            old = kept.pop(term.source, None)
            also = (*term.also, *((old.target, *old.also) if old else ()))
            kept[term.source] = dataclasses.replace(term, also=tuple(dict.fromkeys(also)))
        self.terms = tuple(kept.values())
        self._target: Language = target
        self._morphemes = morphemes
        facts = sorted((t.source, t.target, sorted(t.avoid), sorted(t.also)) for t in self.terms)
        text = json.dumps([target, facts], ensure_ascii=False) if facts else ""
        self.digest = hashlib.sha256(text.encode("utf-8")).hexdigest()[:16] if text else ""

    def hint(self, text: str) -> str:
        """The translation of a text that is a term as it stands; empty if it is none."""
        return next((t.target for t in self.terms if t.source.casefold() == text.casefold()), "")

    def found(self, text: str) -> tuple[Term, ...]:
        """The terms that a source text holds, in the order in which they first stand there."""
        return tuple(dict.fromkeys(hit.term for hit in self.hits(text)))

    def hits(self, text: str) -> tuple[Hit, ...]:
        """Where terms stand in a source text, from left to right, none inside another."""
        if not self.terms:
            return ()
        all_ = self._english.hits(text) if self._target == "ko" else self._korean(text)
        return tuple(_longest(all_))

    def missing(self, source: str, answer: str) -> tuple[Term, ...]:
        """The terms of `source` that `answer` does not keep, or has in a word to be avoided."""
        loose: dict[Term, bool] = {}  # whether it stands there as a verb only
        for hit in self.hits(source):
            loose[hit.term] = loose.get(hit.term, True) and hit.likeness == "verb"
        return tuple(
            term
            for term, verb in loose.items()
            if self._avoided(term, answer)
            or not any(self._kept(word, answer, loose=verb) for word in (term.target, *term.also))
        )

    def repaired(self, source: str, answer: str) -> str:
        """The Korean `answer` with the terms that stand there in English in their Korean form.

        Only what is certain: the term is missing, and its English word stands in the answer. The
        particle behind it gets the form that the Korean word asks for: model을 becomes 모델을.
        """
        if self._target != "ko":
            return answer
        wanted = tuple(
            term for term in self.missing(source, answer) if language.hangul(term.target)
        )
        if not wanted:
            return answer
        made = answer
        for hit in reversed(_longest(_English(wanted).hits(answer))):
            word = hit.term.target
            made = made[: hit.start] + word + korean_terms.attached(word, made[hit.end :])
        return made

    def _kept(self, word: str, answer: str, *, loose: bool) -> bool:
        if self._target == "en":
            return bool(_one(word).hits(answer))
        if korean_terms.holds(word, answer):
            return True
        if loose and korean_terms.within(word, answer):
            return True  # a verb may be another word in Korean: modelling is 모델링
        return self._compounded(word, answer)

    def _compounded(self, word: str, answer: str) -> bool:
        """Whether a Korean word is a noun by itself or the first of a compound (학습데이터)."""
        if self._morphemes is None or not korean_terms.within(word, answer):
            return False
        bounds = self._morphemes(answer)
        starts = {one.start for one in bounds if one.tag.startswith("N")}
        ends = {one.end for one in bounds if one.tag.startswith(("N", "XR"))}
        behind = {one.start for one in bounds if one.tag.startswith(_BEHIND_NOUNS)}
        return any(
            start in starts and end in ends and end in behind
            for start, end in korean_terms.anywhere(word, answer)
        )

    def _avoided(self, term: Term, answer: str) -> bool:
        for word in term.avoid:
            if language.hangul(word):
                spots = korean_terms.found(word, answer)
                own = korean_terms.found(term.target, answer)
            else:
                spots = _spans(_one(word).hits(answer))
                own = _spans(_one(term.target).hits(answer))
            # 언어 모델 holds 모델: what is a part of the right word is not the wrong one.
            if any(not any(a <= start and end <= b for a, b in own) for start, end in spots):
                return True
        return False

    def _korean(self, text: str) -> list[Hit]:
        folded = "".join(text.split()).casefold()
        return [
            Hit(start, end, term)
            for term in self.terms
            if "".join(term.source.split()).casefold() in folded
            for start, end in korean_terms.found(term.source, text)
        ]

    @functools.cached_property
    def _english(self) -> _English:
        return _English(self.terms)


NONE = Glossary((), "ko")


class _English:
    """Finds English terms in a text."""

    def __init__(self, terms: Sequence[Term]) -> None:
        """Sort the terms by the beginning of their first word, which no form changes."""
        self._first: dict[str, list[tuple[list[str], Term]]] = {}
        self._literal: list[tuple[re.Pattern[str], Term]] = []
        for term in terms:
            parts = [word.text for word in english_terms.words(term.source)]
            if not parts or _symbols(term.source):
                self._literal.append((_as_it_stands(term.source), term))
            else:
                self._first.setdefault(parts[0][:1].lower(), []).append((parts, term))

    def hits(self, text: str) -> list[Hit]:
        """Every place of every term."""
        found = [
            Hit(*match.span(), term)
            for pattern, term in self._literal
            for match in pattern.finditer(text)
        ]
        words = english_terms.words(text)
        for at, word in enumerate(words):
            for parts, term in self._first.get(word.text[:1].lower(), ()):
                alike = _alike(words[at : at + len(parts)], parts, text)
                if alike:
                    found.append(Hit(word.start, words[at + len(parts) - 1].end, term, alike))
        return found


@functools.lru_cache(maxsize=4096)
def _one(word: str) -> _English:
    return _English((Term(word, word),))


def _alike(words: Sequence[english_terms.Word], parts: list[str], text: str) -> Likeness:
    """Whether these words are the words of a term."""
    if len(words) < len(parts):
        return ""
    kind: Likeness = "noun"
    for number, (word, part) in enumerate(zip(words, parts, strict=True)):
        alike = english_terms.likeness(word.text, part)
        if not alike and word.opens and number == 0:
            # A sentence begins with a capital, whatever the term does.
            alike = english_terms.likeness(word.text[0].lower() + word.text[1:], part)
        if not alike:
            return ""
        kind = "verb" if alike == "verb" else kind
        if number and not _together(text[words[number - 1].end : word.start]):
            return ""
    return kind


def _together(between: str) -> bool:
    """Whether two words may belong to one term: spaces, one line break or a hyphen part them."""
    return bool(re.fullmatch(r"[^\S\n]*(?:[-‐‑–/]|\n)?[^\S\n]*", between))


def _symbols(term: str) -> bool:
    """Whether a term holds signs that its words alone do not tell: C++, .NET, R&D."""
    return bool(re.search(r"[^\w\s'’‐‑–/-]|_", term))


def _as_it_stands(term: str) -> re.Pattern[str]:
    text = term.strip()
    head = r"(?<![^\W_])" if _LETTER.match(text) else ""
    tail = r"(?![^\W_가-힣])" if _LETTER.match(text[-1]) else ""
    flags = re.IGNORECASE if text == text.lower() else re.NOFLAG
    return re.compile(head + r"\s+".join(map(re.escape, text.split())) + tail, flags)


def _longest(hits: list[Hit]) -> list[Hit]:
    kept: list[Hit] = []
    for hit in sorted(hits, key=lambda hit: (hit.start - hit.end, hit.start)):
        if all(hit.end <= other.start or other.end <= hit.start for other in kept):
            kept.append(hit)
    return sorted(kept, key=lambda hit: hit.start)


def _spans(hits: list[Hit]) -> list[tuple[int, int]]:
    return [(hit.start, hit.end) for hit in hits]
