"""A draft that a person edits: what is typed becomes sentences, and each is checked anew.

The one law: a sentence that was not touched keeps its verdict, and one that was has none until it
was held against what it cites. Until then it is flagged, so that a crash never leaves a sentence
that looks checked and is not.
"""

from __future__ import annotations

import functools
import re
import threading
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from agents.scholar import cited, terms, verify
from agents.store.drafts import Sentence
from agents.store.entries import rekeyed
from agents.store.outlines import EvidenceRef

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence

    from agents.base import CancelToken
    from agents.engine.port import Embedder
    from agents.scholar.cited import Piece
    from agents.store.draft_edits import DraftEdits
    from agents.store.entries import Entry, Work
    from agents.store.passages import Passages
    from agents.store.versions import Versions

CHIP = terms.MARK  # stands for one citation in a paragraph that is edited
MINUTES = 5  # of editing between two versions
UNCHECKED = "scholar.not_checked_yet"
_GOES_ON = re.compile(r"\s*(?:[\"“‘(]*[A-Z0-9가-힣]|\Z)")
_ENDED = re.compile(rf"[.!?。…][\"”’)\]』」]*(?:\s*{CHIP})*\Z")
_SPACE = re.compile(r"\s")
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


def typed(sentence: Sentence) -> str:
    """A sentence as it stands in an editor, with `CHIP` for each citation."""
    return _SPACE.sub(" ", cited.joined(sentence, str, lambda keys, _first: CHIP * len(keys)))


def cut(paragraph: str, keys: Sequence[str], before: Iterable[str] = ()) -> tuple[Cut, ...]:
    """The sentences of a paragraph.

    Args:
        paragraph: its letters, with `CHIP` for each citation.
        keys: what the chips cite, in order.
        before: its sentences before it was changed, see `typed`: those that still stand there are
            one sentence each, however odd they begin or end.
    """
    spans: list[tuple[int, int]] = []
    at = 0
    for start, end in [*_stayed(paragraph, before), (len(paragraph), len(paragraph))]:
        _between(paragraph, (at, start), spans)
        if end > start:
            spans.append((start, end))
        at = end
    waiting = iter(keys)
    return tuple(_cut(paragraph, span, waiting) for span in spans)


def _stayed(paragraph: str, before: Iterable[str]) -> list[tuple[int, int]]:
    """Where sentences stand that stood there before, and nothing was added to them."""
    found: list[tuple[int, int]] = []
    at = 0
    for form in before:
        start = paragraph.find(form, at) if form else -1
        if start < 0:
            continue
        end = start + len(form)
        between = paragraph[at:start].rstrip()
        begins = not between or _ENDED.search(between)
        if begins and (end == len(paragraph) or paragraph[end].isspace()):
            found.append((start, end))
            at = end
    return found


def _between(paragraph: str, gap: tuple[int, int], spans: list[tuple[int, int]]) -> None:
    """Add the sentences of a stretch that was written anew."""
    text = paragraph[slice(*gap)]
    if not text or text.isspace():
        return  # as between all sentences of a long paragraph but the one that is typed in
    at = 0
    for sentence in terms.sentences(text):
        start = text.index(sentence, at)
        at = start + len(sentence)
        behind = re.match(rf"(?:\s*{CHIP})+", sentence)
        if spans and behind and _GOES_ON.match(sentence, behind.end()):
            # “It holds. [1] Others …”: the citation is of the sentence before it
            spans[-1] = (spans[-1][0], gap[0] + start + behind.end())
            start += behind.end()
        if text[start:at].strip():
            spans.append((gap[0] + start, gap[0] + at))


def _cut(paragraph: str, span: tuple[int, int], waiting: Iterator[str]) -> Cut:
    text, places = _read(paragraph[slice(*span)])
    keys = tuple(next(waiting) for _place in places)
    return Cut(text, keys, places, *span)


@functools.lru_cache(maxsize=2048)  # of a long paragraph one sentence changes at a time
def _read(said: str) -> tuple[str, tuple[int, ...]]:
    """The words of a sentence without its chips, and where those stood."""
    text = ""
    places: list[int] = []
    for number, part in enumerate(said.split(CHIP)):
        if number:
            text = text.rstrip()
            places.append(len(text))
        words = _SPACE.sub(" ", part)
        text += words if text or places else words.lstrip()
    text = text.rstrip()
    return text, tuple(min(one, len(text)) for one in places)


class Known:
    """What is known of sentences, by what they say and cite. One thread."""

    def __init__(self, found: Iterable[Sentence] = ()) -> None:
        """Know these."""
        self._exact: dict[object, Sentence] = {}
        self._alike: dict[object, Sentence] = {}
        self._found: dict[object, Sentence] = {}  # what was answered since something was learnt
        self.learn(found)

    def learn(self, found: Iterable[Sentence]) -> None:
        """Know these as well; what is newer counts."""
        self._found.clear()
        for one in found:
            self._exact[_shape(one)] = one
            self._alike[_words(one), frozenset(one.keys)] = one

    def sentence(self, each: Cut) -> Sentence:
        """A sentence that was typed, with what is known of it."""
        asked = (each.text, each.keys, each.places)
        found = self._found.get(asked)
        if found is None:
            found = self._found[asked] = self._look_up(each)
        return found

    def _look_up(self, each: Cut) -> Sentence:
        new = Sentence(each.text, each.keys, "flagged", "", UNCHECKED, "person", places=each.places)
        if found := self._exact.get(_shape(new)):
            return found
        if found := self._alike.get((_words(new), frozenset(new.keys))):
            return replace(found, text=new.text, keys=new.keys, places=new.places)
        return new if new.keys else replace(new, reason="scholar.cites_nothing")


def sentences(
    paragraphs: Sequence[Sequence[Cut]], old: Sequence[Sentence], known: Known | None = None
) -> tuple[Sentence, ...]:
    """What is stored of a section: its paragraphs as they are now.

    Args:
        paragraphs: the sentences under one heading, paragraph by paragraph.
        old: what was stored of them. What takes the place of a planned sentence is written from
            its plan, so that the plan is not written again.
        known: all sentences of the draft with what is known of them; without it, `old`.
    """
    known = known or Known(old)
    made: list[Sentence] = []
    for number, paragraph in enumerate(paragraphs):
        for place, each in enumerate(paragraph):
            one = known.sentence(each)
            opens = bool(number) and not place
            made.append(one if one.opens == opens else replace(one, opens=opens))
    kept: set[int] = set()
    for at, one in enumerate(made):
        if one.planned in kept:
            made[at] = replace(one, planned=0)
        elif one.planned:
            kept.add(one.planned)
    lost = [one.planned for one in old if one.planned and one.planned not in kept]
    for at, one in enumerate(made):
        if lost and one.origin == "person" and not one.planned:
            made[at] = replace(one, planned=lost.pop(0))
    return tuple(made)


def _shape(sentence: Sentence) -> tuple[Piece, ...]:
    """A sentence as it is shown: any white space is a space."""
    return tuple(
        _SPACE.sub(" ", piece) if isinstance(piece, str) else piece
        for piece in cited.pieces(sentence)
    )


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


@dataclass(frozen=True, slots=True)
class RecheckRequest:
    """Check these sentences of a draft against the works that it may cite."""

    sentences: tuple[Sentence, ...]
    works: tuple[Work, ...]


@dataclass(frozen=True, slots=True)
class Rechecked:
    """The sentences with their verdicts, in the same order."""

    sentences: tuple[Sentence, ...]


class Rechecker:
    """Checks edited sentences, one request at a time; remembers the works of the last draft."""

    def __init__(self, passages: Passages, embedder: Callable[[], Embedder | None]) -> None:
        """Keep where the text of works is, and who embeds now."""
        self._passages = passages
        self._embedder = embedder
        self._works: tuple[Work, ...] = ()
        self._verifier = verify.Verifier((), None)

    def run(self, request: RecheckRequest, cancel: CancelToken) -> Generator[Rechecked, None, None]:
        """Check; see `agents.base.Agent`."""
        yield Rechecked(self.check(request.sentences, request.works, cancel))

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
        backing: list[EvidenceRef] = []
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
            if verdict.supported:
                backing.append(EvidenceRef(key, verdict.evidence, verdict.page))
            if worst is None or _GRADES.index(verdict.grade) < _GRADES.index(worst.grade):
                worst = verdict
        if worst is None:
            return replace(sentence, support="flagged", reason="scholar.cites_nothing")
        return replace(
            sentence,
            support="supported" if worst.supported else "flagged",
            evidence=worst.evidence,
            reason="" if worst.supported else worst.reason or "scholar.no_support",
            passages=tuple(backing),
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


class Writer:
    """Stores what was edited, in the order it was edited, whoever's thread comes to it.

    What waits is taken and written under one lock, so an older state never follows a newer one.
    """

    def __init__(self, edits: DraftEdits, versions: Versions) -> None:
        """Keep where it goes."""
        self._edits, self._versions = edits, versions
        self._writing, self._taking = threading.Lock(), threading.Lock()
        self._waiting: dict[tuple[int, int], tuple[Sentence, ...]] = {}
        self._titles: dict[tuple[int, int], str] = {}

    def put(self, draft: int, section: int, made: tuple[Sentence, ...]) -> None:
        """A section as it is now; it replaces what still waits of it."""
        with self._taking:
            self._waiting[draft, section] = made

    def title(self, draft: int, section: int, words: str) -> None:
        """A heading as it is now."""
        with self._taking:
            self._titles[draft, section] = words

    @property
    def waits(self) -> bool:
        """Whether anything is not stored yet."""
        with self._taking:
            return bool(self._waiting or self._titles)

    def write(self) -> None:
        """Store all that waits, with a version of what was there before, now and then."""
        with self._writing:
            with self._taking:
                waiting, self._waiting = self._waiting, {}
                titles, self._titles = self._titles, {}
            try:
                for draft in {draft for draft, _section in (*waiting, *titles)}:
                    self._versions.keep(draft, "editing", minutes=MINUTES)
                for (draft, section), words in titles.items():
                    self._edits.retitle(draft, section, words)
                for (draft, section), made in waiting.items():
                    self._edits.replace(draft, section, made)
            except BaseException:
                with self._taking:  # it still waits, unless it was changed meanwhile
                    self._waiting = waiting | self._waiting
                    self._titles = titles | self._titles
                raise


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
