"""A piece of text, translated while one looks on.

The one law: what streams is a promise, what `TextDone` carries is the text: a sentence that does
not pass the checks is asked again and, failing that, stays as it was.
"""

from __future__ import annotations

import dataclasses
import time
from typing import TYPE_CHECKING

from agents.base import CancelledError, Notice, Progress, Token, UserError
from agents.engine.port import Completion, Priority
from agents.translation import ahead, language, prompts, receipt, work
from agents.translation.events import Pair, SegmentDone, TextDone
from agents.translation.formats.text import TextDocument

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Sequence

    from agents.base import CancelToken
    from agents.engine.port import Engine, Models, Stream
    from agents.translation.ahead import Further
    from agents.translation.events import Language, TextRequest, TranslationEvent
    from agents.translation.inline import Piece, Rich
    from agents.translation.korean import Korean
    from agents.translation.memory import Known
    from agents.translation.own import Own
    from agents.translation.work import Outcome, Unit

AHEAD = 4  # sentences asked before the one that is being read


@dataclasses.dataclass(slots=True)
class _Asked:
    """Sentences that a model is asked, a few of them before their turn."""

    translator: work.Translator
    engine: Engine
    units: Sequence[Unit]
    cancel: CancelToken
    streams: dict[str, Stream] = dataclasses.field(default_factory=dict[str, "Stream"])
    sent: int = 0

    def stream(self, unit: Unit) -> Stream:
        """The stream of this sentence; those after it are under way already."""
        end = self.units.index(unit) + AHEAD
        while self.sent < min(end, len(self.units)):
            one = self.units[self.sent]
            request = self.translator.request(one.text, prompts.FIRST, Priority.INTERACTIVE, one.id)
            self.streams[one.id] = self.engine.submit(request, self.cancel)
            self.sent += 1
        return self.streams.pop(unit.id)


class Texts:
    """Translates texts."""

    def __init__(
        self, models: Models, korean: Korean, own: Own, further: Further = ahead.nobody
    ) -> None:
        """Keep what lends the models, and the user's memory and glossaries."""
        self._further = further
        self._models = models
        self._korean = korean
        self._own = own

    def run(
        self, request: TextRequest, cancel: CancelToken
    ) -> Generator[TranslationEvent, None, None]:
        """Translate one text; see `agents.base.Agent`."""
        began = time.monotonic()
        _check(request)
        known, terms = self._own.opened(request, self._korean)
        document = TextDocument.of(request.text)
        pieces, units = work.read(document, self._korean)
        source = _source_language(request, units)
        judge = work.Judge(
            document,
            request.target,
            self._korean,
            register=request.register,
            terms=terms,
        )
        easy = work.without_model(units, request.engine, known, judge, request.target, cancel)
        done = {unit.id: outcome for unit, outcome in easy}
        known.settle()
        if known.file.skipped:
            yield Notice("translation.memory_skipped", (("rows", known.file.skipped),))
        asked = [unit for unit in units if unit.id not in done]
        if asked:
            with self._models.borrow(request.model, cancel) as engine:
                yield from work.lacking(engine)
                translator = work.Translator(
                    engine,
                    request.target,
                    judge,
                    others=ahead.Others(
                        self._models, self._further, request.model, request.target, cancel
                    ),
                    priority=Priority.INTERACTIVE,
                )
                model = _Asked(translator, engine, asked, cancel)
                yield from self._read(document, units, done, judge, model)
        else:
            yield from self._read(document, units, done, judge, None)
        _in_one_register(units, done, request, judge, known)
        rows = [work.row(unit, done[unit.id]) for unit in units]
        text = document.write(_targets(pieces, units, done, request)).decode("utf-8")
        yield TextDone(
            text,
            source,
            receipt.make(
                rows,
                names=("", ""),
                languages=(source, request.target),
                engine=request.engine,
                model=request.model if request.engine == "model" else "",
                seconds=time.monotonic() - began,
            ),
            _pairs(document, units, done),
        )

    def _read(
        self,
        document: TextDocument,
        units: Sequence[Unit],
        done: dict[str, Outcome],
        judge: work.Judge,
        model: _Asked | None,
    ) -> Iterator[TranslationEvent]:
        """Sentence by sentence, with what stands between them."""
        at = 0
        try:
            for number, unit in enumerate(units, start=1):
                start, end = document.place(unit.paragraph.id, unit.piece)
                if start > at:
                    yield Token(document.text[at:start])
                at = end
                if unit.id in done or model is None:
                    yield Token(done[unit.id].target)
                else:
                    made = yield from _stream(model.stream(unit))
                    done[unit.id] = _settled(unit, made, judge, model)
                outcome = done[unit.id]
                yield SegmentDone(
                    unit.id, unit.index, unit.text, outcome.target, outcome.state, outcome.problems
                )
                yield Progress(number, len(units), "segment")
        except (CancelledError, GeneratorExit):
            if model is not None:
                model.cancel.cancel()  # sentences asked ahead have nobody to read them
            raise
        if at < len(document.text):
            yield Token(document.text[at:])


def _stream(stream: Stream) -> Generator[Token, None, Completion]:
    for piece in stream:
        yield Token(piece)
    return stream.result()


def _settled(unit: Unit, made: Completion, judge: work.Judge, model: _Asked) -> Outcome:
    answer = prompts.without_terms(made.text, unit.text)
    outcome = judge.weigh(unit, answer, made.finish)
    if outcome.problems:
        return model.translator.again(unit, outcome, model.cancel)
    judge.remember(unit, outcome)
    return outcome


def _in_one_register(
    units: Sequence[Unit],
    done: dict[str, Outcome],
    request: TextRequest,
    judge: work.Judge,
    known: Known,
) -> None:
    """Put right, or flag, what is in another register than the rest."""
    if request.engine not in ("model", "memory"):
        return
    targets = [
        (unit, done[unit.id].target)
        for unit in units
        if done[unit.id].state != "untranslated" and unit.asks(request.target)
    ]

    def stands(unit: Unit) -> bool:
        return known.confirmed(unit.text, done[unit.id].target)

    for unit, target, settled in judge.in_one_register(targets, stands):
        outcome = done[unit.id]
        problems = outcome.problems if settled else (*outcome.problems, "register")
        done[unit.id] = dataclasses.replace(outcome, target=target, problems=problems)


def _check(request: TextRequest) -> None:
    """Whether a request can be worked on.

    Raises:
        UserError: translation.{empty_text,no_memory,no_model}.
    """
    if not request.text.strip():
        raise UserError("translation.empty_text")
    if request.engine == "memory" and request.memory is None:
        raise UserError("translation.no_memory")
    if request.engine == "model" and not request.model:
        raise UserError("translation.no_model")


def _source_language(request: TextRequest, units: Sequence[Unit]) -> Language:
    if request.engine in ("model", "memory"):
        if any(unit.asks(request.target) for unit in units):
            return language.other(request.target)
        if any(language.has_words(unit.words) for unit in units):
            raise UserError("translation.text_already_there")
    return language.detect(request.text)


def _pairs(
    document: TextDocument, units: Sequence[Unit], done: dict[str, Outcome]
) -> tuple[Pair, ...]:
    """Where each sentence stands, before and after."""
    pairs: list[Pair] = []
    grown = 0  # how much longer than its source the translation is up to here
    for unit in units:
        start, end = document.place(unit.paragraph.id, unit.piece)
        kept = done[unit.id].target == unit.piece.rich.text  # written as it stood, line ends too
        length = end - start if kept else len(done[unit.id].target)
        pairs.append(Pair((start, end), (start + grown, start + grown + length)))
        grown += length - (end - start)
    return tuple(pairs)


def _targets(
    pieces: dict[str, tuple[Piece, ...]],
    units: Sequence[Unit],
    done: dict[str, Outcome],
    request: TextRequest,
) -> dict[str, list[tuple[Piece, Rich | None]]]:
    by_piece = {(unit.paragraph.id, unit.piece.segment): done[unit.id] for unit in units}
    targets: dict[str, list[tuple[Piece, Rich | None]]] = {}
    for name, parts in pieces.items():
        targets[name] = []
        for piece in parts:
            outcome = by_piece.get((name, piece.segment))
            stays = outcome is None or outcome.state == "untranslated"
            rich = None
            if outcome is not None and not stays and request.engine != "identity":
                rich = dataclasses.replace(piece.rich, text=outcome.target, marks=())
            targets[name].append((piece, rich))
    return targets
