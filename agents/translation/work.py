"""Segments through an engine: asked, checked, asked once more, and judged.

The one law: what does not pass the checks is not a translation. It is tried once more in another
way; then its source stays in place and the receipt says why.
"""

from __future__ import annotations

import dataclasses
import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from agents.base import Notice
from agents.engine.port import GenerationRequest, Message, Priority
from agents.store.translations import StoredSegment
from agents.translation import checks, inline, language, prompts, segment
from agents.translation.align import put_back
from agents.translation.pseudo import pseudo

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence

    from agents.base import CancelToken
    from agents.engine.port import Completion, Engine, Finish, Sampling
    from agents.store.translations import SegmentState
    from agents.translation.events import EngineKind, Language, ProblemKind
    from agents.translation.formats.base import Document
    from agents.translation.inline import Paragraph, Piece, Rich
    from agents.translation.korean import Korean
    from agents.translation.memory import Memory

IN_FLIGHT = 8
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Unit:
    """One segment of a document."""

    id: str
    index: int  # in the document
    paragraph: Paragraph
    piece: Piece
    text: str  # what is translated: the sentence on one line
    words: str  # the same without what must stay as it is

    def asks(self, target: Language) -> bool:
        """Whether there is something to translate."""
        return language.needs(self.words, target)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a segment. `target` is what stands in the translated document."""

    target: str
    state: SegmentState
    problems: tuple[ProblemKind, ...] = ()
    refused: str = ""
    retried: bool = False


def read(document: Document, korean: Korean) -> tuple[dict[str, tuple[Piece, ...]], list[Unit]]:
    """The pieces of each paragraph, and the segments among them in order."""
    pieces: dict[str, tuple[Piece, ...]] = {}
    units: list[Unit] = []
    for paragraph in document.paragraphs:
        spans = segment.segments(paragraph.rich, korean)
        pieces[paragraph.id] = inline.cut(paragraph.rich, spans)
        for piece in pieces[paragraph.id]:
            if piece.segment >= 0:
                name = f"{paragraph.id}.{piece.segment}"
                words = " ".join(_masked(piece.rich).split())
                text = " ".join(piece.rich.text.split())
                units.append(Unit(name, len(units), paragraph, piece, text, words))
    return pieces, units


def _masked(rich: Rich) -> str:
    text = rich.text
    for mark in rich.marks:
        if mark.kind == "fixed":
            text = text[: mark.start] + " " * (mark.end - mark.start) + text[mark.end :]
    return text


def clean(answer: str) -> str:
    """An answer on one line, without control characters."""
    return " ".join(_CONTROL.sub("", unicodedata.normalize("NFC", answer)).split())


class Judge:
    """Decides whether an answer may stand in the document."""

    def __init__(self, document: Document, target: Language, korean: Korean) -> None:
        """Judge for one document."""
        self._document = document
        self._target: Language = target
        self._korean = korean

    @property
    def target(self) -> Language:
        """The language translated into."""
        return self._target

    def judge(self, unit: Unit, answer: str, finish: Finish = "stop") -> Outcome | ProblemKind:
        """The outcome, or what is wrong with the answer."""
        answer = clean(answer)
        if kind := checks.problem(unit.text, answer, self._target, finish):
            return kind
        placed = self.place(unit, answer, lambda _text: "")
        return "tag" if placed is None else Outcome(placed.text, "translated")

    def place(self, unit: Unit, answer: str, hints: Callable[[str], str]) -> Rich | None:
        """The answer with the marks of its source; None if one would be lost."""
        placed = put_back(unit.piece.rich, answer, hints, self._particles())
        if placed.lost or not self._document.fits(unit.paragraph.id, unit.piece, placed.rich):
            return None
        return placed.rich

    def holds(self, unit: Unit, target: Rich) -> bool:
        """Whether `target` has all marks of its source, also once it is written."""
        return not inline.lost(unit.piece.rich, target) and self._document.fits(
            unit.paragraph.id, unit.piece, target
        )

    def guessed(self, unit: Unit, answer: str, hints: Callable[[str], str]) -> tuple[str, ...]:
        """Phrases of the source whose place in the answer was only guessed."""
        return put_back(unit.piece.rich, answer, hints, self._particles()).guessed

    def _particles(self) -> Callable[[str], Mapping[int, int]] | None:
        return self._korean.particles if self._target == "ko" else None


def kept(unit: Unit, problem: ProblemKind, refused: str = "", *, retried: bool = False) -> Outcome:
    """A segment that stays in its own language."""
    return Outcome(unit.piece.rich.text, "untranslated", (problem,), refused, retried)


def row(unit: Unit, outcome: Outcome) -> StoredSegment:
    """A segment as it is stored."""
    return StoredSegment(
        segment=unit.id,
        position=unit.index,
        source=unit.text,
        target=outcome.target,
        state=outcome.state,
        problems=outcome.problems,
        refused=outcome.refused,
        retried=outcome.retried,
    )


def without_model(
    units: Iterable[Unit], kind: EngineKind, memory: Memory, judge: Judge, target: Language
) -> Iterator[tuple[Unit, Outcome]]:
    """Segments through the engines that need no model.

    With `kind` "model" only what needs no model comes out: what holds no words, and what the
    memory knows.
    """
    for unit in units:
        outcome = _without_model(unit, kind, memory, judge, target)
        if outcome is not None:
            yield unit, outcome


def _without_model(
    unit: Unit, kind: EngineKind, memory: Memory, judge: Judge, target: Language
) -> Outcome | None:
    wanted = language.has_words(unit.words) if kind == "pseudo" else unit.asks(target)
    if kind == "identity" or not wanted:
        return Outcome(unit.piece.rich.text, "translated")
    if not unit.paragraph.readable:
        return kept(unit, "missing")
    if kind == "pseudo":
        made = pseudo_rich(unit, judge)
        return kept(unit, "tag") if made is None else Outcome(made.text, "translated")
    return _remembered(unit, kind, memory, judge)


def _remembered(unit: Unit, kind: EngineKind, memory: Memory, judge: Judge) -> Outcome | None:
    """What the memory says; None where a model may still be asked."""
    known = memory.look_up(unit.text)
    judged = judge.judge(unit, known) if known is not None else "missing"
    if isinstance(judged, Outcome):
        return dataclasses.replace(judged, state="from_memory")
    return kept(unit, judged, known or "") if kind == "memory" else None


def pseudo_rich(unit: Unit, judge: Judge) -> Rich | None:
    """The pseudo-translation of a segment; None if a mark would be lost."""
    return next(
        (
            made
            for framed in (True, False)
            if judge.holds(unit, made := pseudo(unit.piece.rich, framed=framed))
        ),
        None,
    )


class Translator:
    """Segments through a model."""

    def __init__(self, engine: Engine, target: Language, judge: Judge) -> None:
        """Translate into `target`."""
        self._engine = engine
        self._target: Language = target
        self._judge = judge

    def documents(
        self, units: Sequence[Unit], cancel: CancelToken
    ) -> Generator[tuple[Unit, Outcome]]:
        """Many segments at once, in the order in which they are done.

        Equal segments are asked once. The second round is for what did not pass the first.

        Raises:
            CancelledError: `cancel` was set.
            UserError: the model failed on every segment.
        """
        failed: dict[str, list[tuple[Unit, ProblemKind, str]]] = {}
        problems: list[Completion] = []
        asked = 0
        for text, group, made in self._round(_groups(units), prompts.FIRST, cancel):
            asked += 1
            if made.problem is not None:
                problems.append(made)
            for unit in group:
                judged = self._judge.judge(unit, made.text, made.finish)
                if isinstance(judged, Outcome):
                    yield unit, judged
                else:
                    failed.setdefault(text, []).append((unit, judged, clean(made.text)))
        if problems and len(problems) == asked and problems[0].problem is not None:
            raise problems[0].problem
        again = {text: [unit for unit, *_ in group] for text, group in failed.items()}
        for _text, group, made in self._round(again, self.second(), cancel):
            for unit in group:
                judged = self._judge.judge(unit, made.text, made.finish)
                if isinstance(judged, Outcome):
                    yield unit, dataclasses.replace(judged, retried=True)
                else:
                    yield unit, kept(unit, judged, clean(made.text), retried=True)

    def phrases(self, texts: Sequence[str], cancel: CancelToken) -> Iterator[tuple[str, str]]:
        """How formatted phrases read in the other language, where the model says something."""
        groups: dict[str, list[Unit]] = {text: [] for text in texts}
        for text, _group, made in self._round(groups, prompts.FIRST, cancel):
            answer = clean(made.text).rstrip(".。")
            wrong = checks.problem(text, answer, self._target, made.finish)
            yield text, "" if wrong else answer

    def request(
        self, text: str, sampling: Sampling, priority: Priority, name: str = ""
    ) -> GenerationRequest:
        """What the model is asked: one instruction, and the text alone."""
        return GenerationRequest(
            messages=(Message("system", prompts.SYSTEM[self._target]), Message("user", text)),
            sampling=sampling,
            max_tokens=64 + 3 * self._engine.count_tokens(text),
            priority=priority,
            id=name,
            prefix_key=f"translate-{self._target}",
        )

    def second(self) -> Sampling:
        """How a second try differs from the first: sampled, with the model's own settings."""
        own = self._engine.info.sampling
        chosen = own if own.temperature > 0 else prompts.SECOND
        return dataclasses.replace(chosen, seed=prompts.SECOND_SEED)

    def _round(
        self, groups: Mapping[str, list[Unit]], sampling: Sampling, cancel: CancelToken
    ) -> Iterator[tuple[str, list[Unit], Completion]]:
        texts = list(groups)
        requests = (
            self.request(text, sampling, Priority.BACKGROUND, str(number))
            for number, text in enumerate(texts)
        )
        for name, made in self._engine.map(requests, IN_FLIGHT, cancel):
            cancel.check()
            text = texts[int(name)]
            yield text, groups[text], made


def _groups(units: Iterable[Unit]) -> dict[str, list[Unit]]:
    groups: dict[str, list[Unit]] = {}
    for unit in units:
        groups.setdefault(unit.text, []).append(unit)
    return groups


LACKS = {"ko": "translation.model_lacks_korean", "en": "translation.model_lacks_english"}


def lacking(engine: Engine) -> Iterator[Notice]:
    """A sentence for each language of the pair that the model does not know."""
    known = engine.info.languages
    for lacked, code in LACKS.items() if known else ():
        if lacked not in known:
            yield Notice(code, (("model", engine.info.name),))
