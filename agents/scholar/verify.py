"""Checks whether a sentence holds against what is known of the work it cites.

The one law: doubt is flagged. A sentence is supported only if a passage of the work can be quoted
for it; every number and name in it must be there, strong claims must be made there too, and what
is denied or turned round there may not be affirmed here.

The thresholds were chosen on the abstracts of `typeset.bib`; see `evaluation`.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Literal, Protocol

from agents.scholar import background, facts, terms, wording

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import numpy as np
    import numpy.typing as npt

    from agents.store.library import Work

    Embed = Callable[[Sequence[str]], npt.NDArray[np.float32]]

# quoted: a passage can be quoted for it. weak: a passage speaks of it and says less, or something
# speaks against it. none: nothing does. unchecked: there is nothing to hold it against here.
Grade = Literal["quoted", "weak", "none", "unchecked"]

_ENOUGH = 0.7  # share of the sentence's content words in the quoted passage
_ENOUGH_NEAREST = 0.6  # ... where by meaning, too, the passage is the nearest of all
_SOME = 0.4  # ... that makes a passage speak of the same, though no more
_ENOUGH_OVERALL = 0.6  # ... in title and abstract together
_TOGETHER = 0.7  # share of neighbouring words that stand near each other in the passage, too
_OF_WINDOW = 0.5  # of some words in a row: the second half of another sentence has fewer
_PAIRS = 0.55  # share of neighbouring words that are neighbours in the passage, too
_MOST = 0.8  # share of the words with which the order may be freer ...
_SHORT = 6  # ... and content words of a sentence too short to tell by its order
_PAIRS_MOST = 0.4  # then this is enough
_PAIRS_KO = 0.2  # ... in Korean, whose word order is freer
_FEWEST = 2  # content words that must be shared
_BETTER_ELSEWHERE = 0.25  # so much more in another work's passage, and it was taken for that one
_STANDS_OUT = 3.0  # standard deviations above unrelated sentences, across languages
_FAR_OFF = 1.5  # ... below which the passage has nothing to do with the sentence
_EMBEDDED = 60  # passages of a text without an abstract
_COPIED_WORDS = 8  # a longer run in the author's words is a quotation
_COPIED_SHARE = 0.8
_AGAINST = -1.0  # of a vote: the model would rather say no
_FOR = 1.0


@dataclass(frozen=True, slots=True)
class Quote:
    """What can be quoted. `page` is 1-based; 0 for an abstract or title."""

    text: str
    page: int = 0


@dataclass(frozen=True, slots=True)
class Verdict:
    """How far a sentence is supported, by which passage, and if not, why (a code)."""

    grade: Grade
    evidence: str = ""
    reason: str = ""
    page: int = 0

    @property
    def supported(self) -> bool:
        """Whether it may stand unflagged."""
        return self.grade == "quoted"


class Voter(Protocol):
    """Somebody else who reads both; see `votes.ModelVoter`."""

    def vote(self, claim: str, passage: str, other: str) -> float:
        """Above 0: the passage carries the claim rather than the other passage does."""
        ...


class Verifier:
    """Checks sentences against works, knowing the other works they could be confused with."""

    def __init__(
        self,
        works: Sequence[Work],
        embed: Embed | None,
        texts: Mapping[str, Sequence[Quote]] | None = None,
        voter: Voter | None = None,
    ) -> None:
        """Prepare.

        Args:
            works: all works of the draft or cited in the text.
            embed: texts to unit vectors, shape (len(texts), dimensions), or None.
            texts: what can be quoted of works beside their abstracts, by key.
            voter: a further vote; it moves a verdict between "quoted" and "weak" only.
        """
        self._passages = {
            work.key: (
                *(Quote(passage) for passage in passages(work.abstract)),
                *(texts or {}).get(work.key, ()),
            )
            for work in works
        }
        # pages of text would take long to embed: of a PDF the abstract speaks, or its beginning
        self._compared = {
            key: tuple(q.text for q in found if not q.page)
            or tuple(q.text for q in found[:_EMBEDDED])
            for key, found in self._passages.items()
        }
        self._embed = embed
        self._voter = voter
        self._owners: list[str] = []  # of all passages, in order
        self._holders: dict[str, list[int]] = defaultdict(list)  # passages by their terms
        for key, found in self._passages.items():
            for quote in found:
                for term in terms.content(quote.text, generic=True):
                    self._holders[term].append(len(self._owners))
                self._owners.append(key)
        self._vectors: dict[str, npt.NDArray[np.float32]] = {}
        self._names = facts.always_capital(f"{work.title}. {work.abstract}" for work in works)

    def check(self, text: str, work: Work, *, beside: str = "") -> Verdict:
        """How far `text` may stand with a citation of `work`.

        Args:
            text: the sentence, or the part of it that this work is cited for.
            work: the cited work.
            beside: what other works cited in the same sentence say: it may hold its facts.
        """
        mine = self._passages.get(work.key) or tuple(map(Quote, passages(work.abstract)))
        if not mine:
            known = wording.coverage(wording.said(text, work), work.title) >= _ENOUGH
            grade: Grade = "weak" if known else "unchecked"
            return Verdict(grade, work.title if known else "", "scholar.no_abstract")
        if terms.language(text) != terms.language(" ".join(quote.text for quote in mine[:20])):
            return self._check_across(text, work, mine, beside)
        core = wording.said(text, work)
        share, quote = max(
            ((wording.coverage(core, quote.text), quote) for quote in mine),
            key=lambda found: (found[0], -len(found[1].text)),
        )
        evidence = quote.text if share > 0 else ""
        reason = self._wrong(text, work, evidence, beside, across=False)
        carried = self._carried(core, work, share, quote)
        if not reason and carried and facts.contradicts(core, evidence):
            reason = "scholar.contradicts"
        if not reason and not carried:
            reason = "scholar.no_support"
        if not reason and self._elsewhere(core, work) >= share + _BETTER_ELSEWHERE:
            reason = "scholar.fits_other_work"
        grade = "none"
        if not reason:
            grade = "quoted"
        elif share >= _SOME and reason in ("scholar.no_support", "scholar.claim_not_found"):
            grade, reason = "weak", _weaker(reason)
        grade, reason = self._voted(grade, reason, text, work, evidence)
        return Verdict(grade, evidence, reason, quote.page)

    def _voted(
        self, grade: Grade, reason: str, text: str, work: Work, evidence: str
    ) -> tuple[Grade, str]:
        if self._voter is None or grade not in ("quoted", "weak"):
            return grade, reason
        other = next(
            (found[0].text for key, found in self._passages.items() if key != work.key and found),
            background.passages(terms.language(evidence))[0],
        )
        vote = self._voter.vote(text, evidence, other)
        if grade == "quoted" and vote <= _AGAINST:
            return "weak", "scholar.model_doubts"
        if grade == "weak" and reason == "scholar.weak_support" and vote >= _FOR:
            # a passage may hold words to the model: its yes alone lifts nothing
            nearest = (
                self._embed is not None and self._nearest(text, terms.language(text)) == evidence
            )
            return ("quoted", "") if nearest else (grade, reason)
        return grade, reason

    def _wrong(self, text: str, work: Work, evidence: str, beside: str, *, across: bool) -> str:
        """A fact of the sentence that is not there."""
        about = " ".join([work.title, work.keywords, *work.authors, beside])
        allowed = facts.known_numbers(f"{evidence} {about}") | terms.numbers(work.year)
        if across:
            allowed |= facts.known_numbers(work.abstract)
        if facts.stated_numbers(text) - allowed:
            return "scholar.number_not_found"
        known = f"{about} {work.abstract} {evidence} {work.venue}"
        if facts.missing_names(text, known, self._names):
            return "scholar.name_not_found"
        if not across and facts.overclaims(text, f"{work.abstract} {evidence} {beside}"):
            return "scholar.claim_not_found"
        return ""

    def _carried(self, text: str, work: Work, share: float, quote: Quote) -> bool:
        """Whether enough of the sentence is in the passage and abstract, and put together alike."""
        content = terms.content(text, generic=True)
        bag = terms.bag(quote.text)
        known = terms.bag(f"{work.title}. {work.abstract} {quote.text}")
        if sum(bag.holds(term) for term in content) < _FEWEST:
            return False
        overall = sum(known.holds(term) for term in content) / max(1, len(content))
        if overall < _ENOUGH_OVERALL or wording.together(text, quote.text) < _TOGETHER:
            return False
        free = share >= _MOST or len(content) <= _SHORT
        pairs = _PAIRS_MOST if free else _PAIRS
        pairs = _PAIRS_KO if terms.language(text) == "ko" else pairs
        if (
            wording.thinnest(text, quote.text) < _OF_WINDOW
            or wording.paired(text, quote.text) < pairs
        ):
            return False
        return share >= _ENOUGH or (
            share >= _ENOUGH_NEAREST and self._nearest(text, terms.language(text)) == quote.text
        )

    def _elsewhere(self, text: str, work: Work) -> float:
        """The most that a passage of another work has of the sentence."""
        weights = wording.weights(text)
        held: Counter[int] = Counter()
        for term, weight in weights.items():
            for place in self._holders.get(term, ()):
                held[place] += weight
        total = max(1, sum(weights.values()))
        most = (count for place, count in held.items() if self._owners[place] != work.key)
        return max(most, default=0) / total

    def _check_across(self, text: str, work: Work, mine: Sequence[Quote], beside: str) -> Verdict:
        """Sentence and abstract are in different languages: by numbers, names and meaning.

        Words tell nothing here. A passage can be quoted only where the sentence stands out from
        unrelated ones by meaning and a number or a name agrees as well.
        """
        whole = " ".join(quote.text for quote in mine)
        reason = self._wrong(text, work, whole, beside, across=True)
        if self._embed is None:
            return Verdict("none" if reason else "unchecked", "", reason or "scholar.not_checkable")
        mine = [quote for quote in mine if not quote.page] or mine[:_EMBEDDED]
        quote = max(mine, key=lambda quote: self._near(text, quote.text))
        if reason:
            return Verdict("none", quote.text, reason, quote.page)
        out = self._out(text, quote.text)
        if out < _FAR_OFF:
            return Verdict("none", quote.text, "scholar.no_support", quote.page)
        language = terms.language(quote.text)
        if out < _STANDS_OUT or self._nearest(text, language) not in {found.text for found in mine}:
            return Verdict("unchecked", quote.text, "scholar.not_checkable", quote.page)
        return self._anchored(text, quote)

    def _anchored(self, text: str, quote: Quote) -> Verdict:
        """The verdict on a sentence that resembles a passage in the other language by meaning."""
        if facts.denies(text) != facts.denies(quote.text):
            return Verdict("weak", quote.text, "scholar.contradicts", quote.page)
        anchored = bool(facts.stated_numbers(text) & facts.known_numbers(quote.text)) or any(
            terms.bag(quote.text).holds(term)
            for name in terms.names(text)
            for term in terms.content(name, generic=True)
        )
        if not anchored:
            return Verdict("weak", quote.text, "scholar.by_meaning_only", quote.page)
        return Verdict("quoted", quote.text, "", quote.page)

    def _nearest(self, text: str, language: str) -> str:
        """The passage of all works that is nearest by meaning; empty without embeddings.

        Of those in one language: what is in the language of the text is always nearer.
        """
        if self._embed is None:
            return ""
        every = [
            text
            for found in self._compared.values()
            for text in found
            if terms.language(text) == language
        ]
        return max(every, key=lambda passage: self._near(text, passage), default="")

    def _out(self, text: str, passage: str) -> float:
        """How far a passage stands out from unrelated sentences, in standard deviations."""
        import numpy as np  # noqa: PLC0415 - not needed to import the agent

        others = background.passages(terms.language(passage))
        scores = [self._near(text, other) for other in others]
        spread = max(float(np.std(scores)), 1e-6)
        return (self._near(text, passage) - float(np.mean(scores))) / spread

    def _near(self, text: str, passage: str) -> float:
        assert self._embed is not None  # noqa: S101 - the callers looked
        if text not in self._vectors or passage not in self._vectors:
            every = (text for found in self._compared.values() for text in found)
            wanted = dict.fromkeys((text, passage, *every))
            missing = [item for item in wanted if item not in self._vectors]
            self._vectors.update(zip(missing, self._embed(missing), strict=True))
        return float(self._vectors[text] @ self._vectors[passage])


def _weaker(reason: str) -> str:
    return "scholar.weak_support" if reason == "scholar.no_support" else reason


def passages(abstract: str) -> tuple[str, ...]:
    """What can be quoted: each sentence, and each two that follow each other."""
    found = terms.sentences(abstract)
    return (*found, *(f"{a} {b}" for a, b in pairwise(found)))


def copied(text: str, passage: str) -> bool:
    """Whether a sentence is the author's wording rather than a paraphrase."""
    words, theirs = terms.folded_words(text), terms.folded_words(passage)
    run = terms.longest_run(words, theirs)
    return run >= _COPIED_WORDS or run >= _COPIED_SHARE * max(1, len(words))
