"""Checks whether a sentence holds against the abstract of the work it cites.

The one law: doubt is flagged. A sentence is supported only if a passage of the abstract can be
quoted for it; every number and name in it must be in what is known of the work, strong claims must
be made there too, and what is denied or turned round there may not be affirmed here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from agents.scholar import terms

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy as np
    import numpy.typing as npt

    from agents.store.library import Work

    Embed = Callable[[Sequence[str]], npt.NDArray[np.float32]]

_ENOUGH = 0.6  # share of the sentence's content words in the quoted passage
_ENOUGH_NEAREST = 0.4  # ... where by meaning, too, the passage is the nearest of all
_ENOUGH_OVERALL = 0.7  # ... in title and abstract together
_TOGETHER = 0.7  # share of neighbouring words that stand near each other in the passage, too
_NEAR = 7  # content words apart
_FEWEST = 2  # content words that must be shared
_BETTER_ELSEWHERE = 0.25  # so much more in another work's passage, and it was taken for that one
_COPIED_WORDS = 8  # a longer run in the author's words is a quotation
_COPIED_SHARE = 0.8

_CLAUSE_ENDS = re.compile(
    r"[;:]|\b(?:although|though|while|whereas|but|however|unlike|except|instead|rather than)\b"
    r"|지만|반면|그러나",
    re.IGNORECASE,
)
_DENIALS = re.compile(
    r"\b(?:not|no|without|never|cannot|neither|nor|none|fails?|failed|unable|lacks?|hardly)\b|n[’']t\b"
    r"|않|없|못\s?하|아니|불가능",
    re.IGNORECASE,
)
_CLAIMS = frozenset(
    """
    outperform superior best surpass exceed beat guarantee prove always never all
    every only first perfect optimal unprecedented revolutionary groundbreaking significantly
    dramatically cause eliminate
    """.split()  # noqa: SIM905 - a list of words is read as words
)
_KO_CLAIMS = ("최초", "최고", "유일", "항상", "모든", "증명", "보장", "완벽", "최적", "능가")
_OPPOSITES = (
    ("increase", "decrease"), ("increase", "reduce"), ("rise", "fall"), ("raise", "lower"),
    ("higher", "lower"), ("more", "less"), ("more", "fewer"), ("faster", "slower"),
    ("better", "worse"), ("improve", "degrade"), ("improve", "worsen"), ("gain", "lose"),
    ("larger", "smaller"), ("before", "after"), ("accept", "reject"), ("positive", "negative"),
    ("linear", "quadratic"), ("maximum", "minimum"), ("maximise", "minimise"),
    ("증가", "감소"), ("상승", "하락"), ("높", "낮"), ("향상", "저하"), ("빠르", "느리"),
    ("긍정", "부정"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a sentence is supported, by which passage, and if not, why (a code)."""

    supported: bool
    evidence: str = ""
    reason: str = ""


class Verifier:
    """Checks sentences against works, knowing the other works they could be confused with."""

    def __init__(self, works: Sequence[Work], embed: Embed | None) -> None:
        """Prepare.

        Args:
            works: all works of the draft.
            embed: texts to unit vectors, shape (len(texts), dimensions), or None.
        """
        self._passages = {work.key: passages(work.abstract) for work in works}
        self._embed = embed
        self._vectors: dict[str, npt.NDArray[np.float32]] = {}

    def check(self, text: str, work: Work) -> Verdict:
        """Whether `text` may stand with a citation of `work`."""
        if not work.abstract:
            return Verdict(supported=False, reason="scholar.no_abstract")
        mine = self._passages.get(work.key) or passages(work.abstract)
        reason = _unknown(text, work)
        if terms.language(text) != terms.language(work.abstract):
            return self._check_across(text, mine, reason)
        share, evidence = max(
            ((coverage(text, passage), passage) for passage in mine),
            key=lambda found: (found[0], -len(found[1])),
        )
        reason = reason or self._unsupported(text, work, share, evidence)
        return Verdict(not reason, evidence if share > 0 else "", reason)

    def _unsupported(self, text: str, work: Work, share: float, evidence: str) -> str:
        """Why the passage does not carry the sentence, or an empty string."""
        if not self._carried(text, work, share, evidence):
            return "scholar.no_support"
        if _denies(text) != _denies(evidence) or _turned(text, evidence):
            return "scholar.contradicts"
        others = (
            coverage(text, passage)
            for key, found in self._passages.items()
            if key != work.key
            for passage in found
        )
        if max(others, default=0.0) >= share + _BETTER_ELSEWHERE:
            return "scholar.fits_other_work"
        return ""

    def _carried(self, text: str, work: Work, share: float, evidence: str) -> bool:
        """Whether enough of the sentence is in the passage and abstract, and put together alike."""
        known = terms.bag(f"{work.title}. {work.abstract}")
        said = terms.content(text, generic=True)
        shared = sum(terms.bag(evidence).holds(term) for term in said)
        overall = sum(known.holds(term) for term in said) / max(1, len(said))
        nearest = share >= _ENOUGH_NEAREST and (
            self._nearest(text) in self._passages.get(work.key, ())
        )
        return (
            shared >= _FEWEST
            and (share >= _ENOUGH or nearest)
            and overall >= _ENOUGH_OVERALL
            and together(text, evidence) >= _TOGETHER
        )

    def _check_across(self, text: str, mine: Sequence[str], reason: str) -> Verdict:
        """Sentence and abstract are in different languages: by meaning, numbers and names."""
        if self._embed is None:
            return Verdict(supported=False, reason=reason or "scholar.not_checkable")
        evidence = max(mine, key=lambda passage: self._near(text, passage))
        if not reason and self._nearest(text) not in mine:
            reason = "scholar.no_support"
        if not reason and _denies(text) != _denies(evidence):
            reason = "scholar.contradicts"
        return Verdict(not reason, evidence, reason)

    def _nearest(self, text: str) -> str:
        """The passage of all works that is nearest by meaning; empty without embeddings."""
        if self._embed is None:
            return ""
        every = [passage for found in self._passages.values() for passage in found]
        return max(every, key=lambda passage: self._near(text, passage), default="")

    def _near(self, text: str, passage: str) -> float:
        assert self._embed is not None  # noqa: S101 - both callers looked
        missing = [item for item in self._all(text) if item not in self._vectors]
        if missing:
            self._vectors.update(zip(missing, self._embed(missing), strict=True))
        return float(self._vectors[text] @ self._vectors[passage])

    def _all(self, text: str) -> list[str]:
        every = (passage for found in self._passages.values() for passage in found)
        return list(dict.fromkeys((text, *every)))


def passages(abstract: str) -> tuple[str, ...]:
    """What can be quoted: each sentence, and each two that follow each other."""
    found = terms.sentences(abstract)
    return (*found, *(f"{a} {b}" for a, b in pairwise(found)))


def coverage(text: str, passage: str) -> float:
    """The share of the sentence's content words that the passage has; telling words count twice."""
    said = terms.content(text, generic=True)
    bag = terms.bag(passage)
    weights = {term: 1.0 if terms.is_generic(term) else 2.0 for term in said}
    total = sum(weights.values())
    return (
        sum(weight for term, weight in weights.items() if bag.holds(term)) / total if total else 0.0
    )


def together(text: str, passage: str) -> float:
    """The share of neighbouring content words that are near each other in one clause there, too.

    The same words can be put together to say something else: "the memory becomes linear although
    the arithmetic stays quadratic" does not carry "the memory becomes quadratic".
    """
    clauses = [terms.content(part, generic=True) for part in _CLAUSE_ENDS.split(passage)]
    places = [_places(term, clauses) for term in terms.content(text, generic=True)]
    known = [place for place in places if place]
    near = [
        any(a[0] == b[0] and abs(a[1] - b[1]) <= _NEAR for a in one for b in two)
        for one, two in pairwise(known)
    ]
    return sum(near) / len(near) if near else 1.0


def _places(term: str, clauses: Sequence[tuple[str, ...]]) -> list[tuple[int, int]]:
    """Where a term stands: clause and position. Hangul words may hang together differently."""
    korean = "가" <= term[0] <= "힣"
    return [
        (number, position)
        for number, clause in enumerate(clauses)
        for position, word in enumerate(clause)
        if word == term or (korean and (word in term or term in word))
    ]


def copied(text: str, passage: str) -> bool:
    """Whether a sentence is the author's wording rather than a paraphrase."""
    words, theirs = terms.folded_words(text), terms.folded_words(passage)
    run = terms.longest_run(words, theirs)
    return run >= _COPIED_WORDS or run >= _COPIED_SHARE * max(1, len(words))


def _unknown(text: str, work: Work) -> str:
    """Something in the sentence that is nowhere in what is known of the work."""
    known = " ".join([work.title, work.abstract, work.keywords, *work.authors])
    allowed = terms.numbers(known, words=True) | terms.numbers(work.year)
    if terms.numbers(text) - allowed:
        return "scholar.number_not_found"
    bag = terms.bag(f"{known} {work.venue}")
    for name in terms.names(text):
        if not all(bag.holds(term) for term in terms.content(name, generic=True)):
            return "scholar.name_not_found"
    if terms.language(text) == terms.language(work.abstract) and _overclaims(text, work.abstract):
        return "scholar.claim_not_found"
    return ""


def _overclaims(text: str, abstract: str) -> bool:
    said, known = terms.bag(text), terms.bag(abstract)
    for claim in _CLAIMS:
        stems = terms.stems(claim)
        if said.holds(stems) and not known.holds(stems):
            return True
    return any(claim in said.hangul and claim not in known.hangul for claim in _KO_CLAIMS)


def _denies(text: str) -> bool:
    return bool(_DENIALS.search(text))


def _turned(text: str, evidence: str) -> bool:
    """Whether the sentence has the opposite of a word of the passage, which has not that one."""
    said, known = terms.bag(text), terms.bag(evidence)
    for pair in _OPPOSITES:
        one, two = (terms.stems(word) for word in pair)
        for here, there in ((one, two), (two, one)):
            if said.holds(here) and not known.holds(here) and known.holds(there):
                return True
    return False
