"""A draft that a person edits: what is typed becomes sentences, and each is checked anew.

The one law: a sentence that was not touched keeps its verdict, and one that was has none until it
was held against what it cites. Until then it is flagged, so that a crash never leaves a sentence
that looks checked and is not.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from agents.scholar import cited, terms, verify
from agents.store.drafts import Sentence
from agents.store.entries import rekeyed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from agents.base import CancelToken
    from agents.engine.port import Embedder
    from agents.store.entries import Entry, Work
    from agents.store.passages import Passages

CHIP = terms.MARK  # stands for one citation in a paragraph that is edited
UNCHECKED = "scholar.not_checked_yet"
_GOES_ON = re.compile(r"\s*(?:[\"“‘(]*[A-Z0-9가-힣]|\Z)")
_GRADES = ("none", "unchecked", "weak", "quoted")  # the worst first
_FEWEST_TERMS = 3  # content words of a part that can be checked by itself


@dataclass(frozen=True, slots=True)
class Cut:
    """A sentence as it was typed, without a verdict; see `Sentence` for its fields."""

    text: str
    keys: tuple[str, ...]
    places: tuple[int, ...]
    start: int  # in the paragraph it was cut from, chips counted as one letter each
    end: int


def cut(paragraph: str, keys: Sequence[str]) -> tuple[Cut, ...]:
    """The sentences of a paragraph.

    Args:
        paragraph: its letters, with `CHIP` for each citation.
        keys: what the chips cite, in order.
    """
    spans: list[tuple[int, int]] = []
    at = 0
    for sentence in terms.sentences(paragraph):
        start = paragraph.index(sentence, at)
        at = start + len(sentence)
        behind = re.match(rf"(?:\s*{CHIP})+", sentence)
        if spans and behind and _GOES_ON.match(sentence, behind.end()):
            # “It holds. [1] Others …”: the citation is of the sentence before it
            spans[-1] = (spans[-1][0], start + behind.end())
            start += behind.end()
        if paragraph[start:at].strip():
            spans.append((start, at))
    waiting = iter(keys)
    return tuple(_cut(paragraph, span, waiting) for span in spans)


def _cut(paragraph: str, span: tuple[int, int], waiting: Iterable[str]) -> Cut:
    text = ""
    keys: list[str] = []
    places: list[int] = []
    following = iter(waiting)
    for letter in paragraph[span[0] : span[1]]:
        if letter == CHIP:
            text = text.rstrip()
            keys.append(next(following))
            places.append(len(text))
        elif text or places or not letter.isspace():
            text += " " if letter.isspace() else letter
    text = text.rstrip()
    return Cut(text, tuple(keys), tuple(min(one, len(text)) for one in places), *span)


def sentences(paragraphs: Sequence[Sequence[Cut]], old: Iterable[Sentence]) -> tuple[Sentence, ...]:
    """What is stored of a section: its paragraphs as they are now.

    Args:
        paragraphs: the sentences under one heading, paragraph by paragraph.
        old: what was stored of them; a sentence that is still there keeps all that is known.
    """
    exact: dict[object, list[Sentence]] = defaultdict(list)
    alike: dict[object, list[Sentence]] = defaultdict(list)
    for one in old:
        exact[cited.pieces(one)].append(one)
        alike[_words(one), frozenset(one.keys)].append(one)
    made: list[Sentence] = []
    for number, paragraph in enumerate(paragraphs):
        for place, each in enumerate(paragraph):
            opens = bool(number) and not place
            new = Sentence(
                each.text, each.keys, "flagged", "", UNCHECKED, "person", places=each.places
            )
            if found := exact[cited.pieces(new)]:
                made.append(replace(found.pop(0), opens=opens))
                continue
            if found := alike[_words(new), frozenset(new.keys)]:
                new = replace(found.pop(0), text=new.text, keys=new.keys, places=new.places)
            elif not new.keys:
                new = replace(new, reason="scholar.cites_nothing")
            made.append(replace(new, opens=opens))
    return tuple(made)


def _words(sentence: Sentence) -> str:
    """A sentence as far as its words go: a citation that moved changes no claim."""
    return " ".join("".join(p for p in cited.pieces(sentence) if isinstance(p, str)).split())


def for_draft(entry: Entry, draft: Mapping[str, Entry]) -> Entry:
    """The entry as a draft can cite it: under its key, or another where that is taken."""
    key, number = entry.work.key, 1
    while (there := draft.get(key)) is not None and not _same(there.work, entry.work):
        number += 1
        key = f"{entry.work.key}-{number}"
    return entry if key == entry.work.key else rekeyed(entry, key)


def _same(one: Work, other: Work) -> bool:
    return (one.title, one.authors, one.year) == (other.title, other.authors, other.year)


class Rechecker:
    """Checks edited sentences; keeps what it has learnt of the works of one draft. One thread."""

    def __init__(self, passages: Passages, embedder: Callable[[], Embedder | None]) -> None:
        """Keep where the text of works is, and who embeds now."""
        self._passages = passages
        self._embedder = embedder
        self._works: tuple[Work, ...] = ()
        self._verifier = verify.Verifier((), None)

    def check(
        self, found: Sequence[Sentence], works: Sequence[Work], cancel: CancelToken
    ) -> tuple[Sentence, ...]:
        """The sentences with their verdicts, in order; those that have one stay.

        Args:
            found: sentences of a draft.
            works: what the draft may cite.
            cancel: stops it.

        Raises:
            CancelledError: the token was cancelled.
        """
        waiting = [one for one in found if one.reason == UNCHECKED]
        if not waiting:
            return tuple(found)
        if self._works != tuple(works):
            self._works = tuple(works)
            self._verifier = verify.Verifier(works, self._embed(cancel), self._texts(works))
        by_key = {work.key: work for work in works}
        made: list[Sentence] = []
        for one in found:
            cancel.check()
            made.append(self._checked(one, by_key) if one.reason == UNCHECKED else one)
        return tuple(made)

    def _checked(self, sentence: Sentence, works: Mapping[str, Work]) -> Sentence:
        worst: verify.Verdict | None = None
        for at, key in enumerate(sentence.keys):
            work = works.get(key)
            if work is None:
                return replace(sentence, support="flagged", reason="scholar.unknown_work")
            # facts that another work cited here holds are no fault of this one
            others = [works[each] for each in sentence.keys if each in works and each != key]
            beside = " ".join(f"{w.title} {w.abstract} {' '.join(w.authors)}" for w in others)
            verdict = max(
                (
                    self._verifier.check(claim, work, beside=beside)
                    for claim in _claims(sentence, at)
                ),
                key=lambda found: _GRADES.index(found.grade),
            )
            if worst is None or _GRADES.index(verdict.grade) < _GRADES.index(worst.grade):
                worst = verdict
        if worst is None:
            return replace(sentence, support="flagged", reason="scholar.cites_nothing")
        return replace(
            sentence,
            support="supported" if worst.supported else "flagged",
            evidence=worst.evidence,
            reason="" if worst.supported else worst.reason or "scholar.no_support",
        )

    def _texts(self, works: Sequence[Work]) -> dict[str, list[verify.Quote]]:
        return {
            work.key: [
                verify.Quote(sentence, piece.page)
                for piece in self._passages.of_work(work.id, "text")
                for sentence in verify.passages(piece.text)
            ]
            for work in works
            if work.id
        }

    def _embed(self, cancel: CancelToken) -> verify.Embed | None:
        embedder = self._embedder()
        if embedder is None:
            return None
        return lambda texts: embedder.embed(texts, "passage", cancel)


def _claims(sentence: Sentence, at: int) -> tuple[str, ...]:
    """What a citation is to back: the whole sentence, or the part that it ends."""
    whole = _words(sentence)
    if len(sentence.places) != len(sentence.keys) or len(set(sentence.places)) < 2:
        return (whole,)
    places = sorted(set(sentence.places))
    place = places.index(sentence.places[at])
    start = places[place - 1] if place else 0
    end = places[place] if place + 1 < len(places) else len(sentence.text)
    part = sentence.text[start:end].strip(" ,;")
    enough = len(terms.content(part, generic=True)) >= _FEWEST_TERMS
    return (part, whole) if enough and part != whole else (whole,)
