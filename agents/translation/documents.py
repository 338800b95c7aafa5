"""One file from its source to its translation and receipt.

The one law: each segment is stored when it is done, the file is written whole at the end or not
at all, and a job that was killed or cancelled goes on where it was.
"""

from __future__ import annotations

import hashlib
import json
import time
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, cast

from agents.base import CancelledError, Notice, Progress, UserError
from agents.store.translations import StoredSegment
from agents.translation import ahead, choices, glossary, language, memory, prompts, receipt, work
from agents.translation.choices import absolute
from agents.translation.events import (
    DocumentDone,
    DocumentRequest,
    DocumentStarted,
    SegmentDone,
)
from agents.translation.formats import open_document, opening
from agents.translation.formats.base import notices

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from agents.base import CancelToken
    from agents.engine.port import Models
    from agents.store.translations import TranslationJob, Translations
    from agents.translation.ahead import Further
    from agents.translation.events import (
        EngineKind,
        Language,
        ProblemKind,
        Receipt,
        TranslationEvent,
    )
    from agents.translation.formats.base import Document
    from agents.translation.guesses import Likeness
    from agents.translation.inline import Piece, Rich
    from agents.translation.korean import Korean
    from agents.translation.own import Own
    from agents.translation.work import Judge, Outcome, Unit

_TOGETHER = 64  # segments stored in one transaction where they cost nothing to make again


@dataclass(slots=True)
class _Job:
    """A run of one document."""

    request: DocumentRequest
    document: Document
    pieces: dict[str, tuple[Piece, ...]]
    units: list[Unit]
    judge: Judge
    memory: memory.Known
    output: Path
    languages: tuple[Language, Language]
    id: int = 0
    stored: dict[str, StoredSegment] = field(default_factory=dict[str, StoredSegment])
    phrases: dict[str, str] = field(default_factory=dict[str, str])
    since: float = field(default_factory=time.monotonic)  # what is not stored yet began here
    began: float = field(default_factory=time.monotonic)
    left: int = 0  # characters still to do
    letters: int = 0  # characters done in this run
    count: int = 0  # segments done in this run


def output_path(request: DocumentRequest) -> Path:
    """Where the translation is written: `name.ko.docx` in the output folder."""
    name = f"{request.source.stem}.{request.target}{request.source.suffix}"
    return request.out_dir / name


def asked(job: TranslationJob) -> DocumentRequest:
    """What a stored job was asked to do; of an older version's job only what its columns say."""
    output = Path(job.output)
    plain = DocumentRequest(
        Path(job.source),
        cast("Language", job.target_language),
        output.parent,
        cast("EngineKind", job.engine),
        job.model,
    )
    return choices.from_json(job.choices) or plain


class Documents:
    """Translates documents."""

    def __init__(
        self,
        models: Models,
        store: Translations,
        korean: Korean,
        own: Own,
        further: Further = ahead.nobody,
        likeness: Likeness | None = None,
    ) -> None:
        """Keep what lends the models, where jobs live, and the user's memory and glossaries.

        `likeness`: how alike phrases of both languages are, for the place of formatting.
        """
        self.looks = ahead.Looks()
        self._further = further
        self._likeness = likeness
        self._models = models
        self._store = store
        self._korean = korean
        self._own = own

    def run(
        self, request: DocumentRequest, cancel: CancelToken
    ) -> Generator[TranslationEvent, None, None]:
        """Translate one file; see `agents.base.Agent`."""
        job, identity = yield from self._prepare(request, cancel)
        job.id = self._store.start(
            identity,
            source=str(absolute(request.source)),
            output=str(absolute(job.output)),
            languages=job.languages,
            engine=request.engine,
            model=_model(request),
            segments=len(job.units),
            choices=choices.as_json(request),
        )
        ended = False
        try:
            self._resume(job)
            told = notices(job.document)
            yield from told
            yield from self._work(job, cancel)
            yield from self._in_one_register(job)
            done = self._finish(job, cancel)
            ended = True
            yield from notices(job.document, told)
            yield done
        except (CancelledError, GeneratorExit):
            if not ended:
                cancel.cancel()
                self._store.finish(job.id, "cancelled", seconds=_lap(job))
            raise
        except BaseException:
            self._store.finish(job.id, "failed", seconds=_lap(job))
            raise

    # -- before -------------------------------------------------------------------------------

    def _prepare(
        self, request: DocumentRequest, cancel: CancelToken
    ) -> Generator[Progress, None, tuple[_Job, str]]:
        if request.engine == "memory" and request.memory is None:
            raise UserError("translation.no_memory")
        if request.engine == "model" and not request.model:
            raise UserError("translation.no_model")
        source, target = request.source, request.target
        document, data = yield from opening(source, target, cancel, request.options)
        output = output_path(request)
        self._check_output(request, output)
        korean = self._korean.ruled(request.srx)
        known, terms = self._own.opened(request, korean)
        rules = korean.rules
        parts = (known.file.digest, terms.digest, rules.digest if rules.own else "")
        identity = _identity(request, data, *parts)
        cancel.check()
        pieces, units = work.read(document, korean, self._store.cuts_of(identity))
        cancel.check()
        languages = (_source_language(request, units), request.target)
        judge = work.Judge(
            document,
            request.target,
            korean,
            register=request.register,
            terms=terms,
            likeness=self._likeness,
        )
        job = _Job(request, document, pieces, units, judge, known, output, languages)
        return job, identity

    def _check_output(self, request: DocumentRequest, output: Path) -> None:
        """Nothing that is not ours is written over.

        Raises:
            UserError: translation.output_exists, file.unwritable.
        """
        try:
            request.out_dir.mkdir(parents=True, exist_ok=True)
            if not output.exists():
                return
            ours = output.with_name(output.name + receipt.SUFFIX).is_file()
        except OSError as error:
            raise UserError(
                "file.unwritable", path=str(request.out_dir), reason=str(error)
            ) from error
        same = output.samefile(request.source)
        if same or not output.is_file() or not (ours or self._store.made(str(absolute(output)))):
            raise UserError("translation.output_exists", file=str(output))

    def _resume(self, job: _Job) -> None:
        units = {unit.id: unit for unit in job.units}
        for one in self._store.segments(job.id):
            unit = units.get(one.segment)
            if unit is None or unit.text != one.source:
                continue
            if one.state == "translated" and job.memory.corrected(one.source, one.target):
                continue
            job.stored[one.segment] = one
            job.judge.remember(unit, one)
        job.phrases = self._store.phrases(job.id)
        job.left = sum(len(unit.text) for unit in job.units if unit.id not in job.stored)

    def count(self, request: DocumentRequest) -> int:
        """How many segments the file has.

        Raises:
            UserError: what reading it raises.
        """
        document, _data = open_document(request.source, request.target, request.options)
        _pieces, units = work.read(document, self._korean.ruled(request.srx))
        return len(units)

    # -- once more ----------------------------------------------------------------------------

    def reopen(self, job_id: int) -> tuple[dict[str, Unit], Judge]:
        """The segments of a stored job by their ids, and who judges their translations.

        Raises:
            UserError: translation.{job_gone,source_changed}, file.*.
        """
        job = self._reopened(job_id)
        return {unit.id: unit for unit in job.units}, job.judge

    def export(self, job_id: int, cancel: CancelToken) -> DocumentDone:
        """Write file and receipt of a stored job again, from what is stored alone.

        Raises:
            UserError: translation.{job_gone,still_running,source_changed,unfinished}, file.*.
        """
        job = self._reopened(job_id)
        kept = self._store.job(job_id)
        if kept is not None and kept.state == "running":
            raise UserError("translation.still_running", file=job.request.source.name)
        self._check_output(job.request, job.output)
        self._resume(job)
        missing = sum(unit.id not in job.stored for unit in job.units)
        if missing:
            raise UserError(
                "translation.unfinished", file=job.request.source.name, segments=missing
            )
        return self._finish(job, cancel)

    def as_it_stands(self, job_id: int, cancel: CancelToken) -> bytes:
        """The file of a stored job as it would be written now; nothing is written or stored.

        Raises:
            UserError: translation.{job_gone,source_changed}, file.*.
        """
        job = self._reopened(job_id)
        cancel.check()
        self._resume(job)
        return self._data(job, cancel)

    def _reopened(self, job_id: int) -> _Job:
        kept = self._store.job(job_id)
        if kept is None:
            raise UserError("translation.job_gone")
        request, output = asked(kept), Path(kept.output)
        target = request.target
        document, _data = open_document(request.source, target, request.options)
        korean = self._korean.ruled(request.srx)
        pieces, units = work.read(document, korean, self._store.cuts(job_id))
        texts = {unit.id: unit.text for unit in units}
        stored = self._store.segments(job_id)
        changed = any(texts.get(one.segment) != one.source for one in stored)
        if changed or (kept.segments and kept.segments != len(units)):
            raise UserError("translation.source_changed", file=request.source.name)
        judge = work.Judge(
            document,
            target,
            korean,
            register=request.register,
            terms=self._kept_terms(request, korean),
            likeness=self._likeness,
        )
        languages = (cast("Language", kept.source_language), target)
        known = memory.alone(memory.NONE, target)
        return _Job(request, document, pieces, units, judge, known, output, languages, job_id)

    def _kept_terms(self, request: DocumentRequest, korean: Korean) -> glossary.Glossary:
        """The terms of a stored job; none if its glossary is gone: its words are there still."""
        try:
            return self._own.terms(request, korean)
        except UserError:
            return glossary.Glossary((), request.target)

    # -- the work -----------------------------------------------------------------------------

    def _work(self, job: _Job, cancel: CancelToken) -> Generator[TranslationEvent, None, None]:
        request = job.request
        waiting = [unit for unit in job.units if unit.id not in job.stored]
        started = DocumentStarted(
            job.id,
            len(job.units),
            len(job.stored),
            job.languages[0],
            job.output,
            tuple(unit.text for unit in job.units),
        )
        if job.memory.file.skipped:
            yield Notice("translation.memory_skipped", (("rows", job.memory.file.skipped),))
        if request.engine != "model":
            yield started
            yield from self._easy(job, waiting, cancel)
            return
        need = [unit for unit in waiting if unit.asks(request.target)]
        if not need and not self._guesses(job):
            yield started
            yield from self._easy(job, waiting, cancel)
            return
        with self._models.borrow(request.model, cancel) as engine:
            yield from work.lacking(engine)
            yield started
            yield from self._easy(job, waiting, cancel)
            translator = work.Translator(
                engine,
                request.target,
                job.judge,
                others=ahead.Others(
                    self._models, self._further, request.model, request.target, cancel
                ),
                looked=lambda: self.looks.at(job.id),
            )
            left = [unit for unit in waiting if unit.id not in job.stored]
            for unit, outcome in translator.documents(left, cancel):
                yield from self._store_all(job, [(unit, outcome)])
            for phrase, answer in translator.phrases(self._guesses(job), cancel):
                job.phrases[phrase] = answer
                self._store.save_phrases(job.id, {phrase: answer})

    def _easy(
        self, job: _Job, units: list[Unit], cancel: CancelToken
    ) -> Generator[TranslationEvent, None, None]:
        """Everything that needs no model."""
        request = job.request
        batch: list[tuple[Unit, Outcome]] = []
        made = work.without_model(
            units, request.engine, job.memory, job.judge, request.target, cancel
        )
        for pair in made:
            cancel.check()
            batch.append(pair)
            if len(batch) >= _TOGETHER:
                yield from self._store_all(job, batch)
                batch = []
        yield from self._store_all(job, batch)
        job.memory.settle()

    def _store_all(
        self, job: _Job, pairs: list[tuple[Unit, Outcome]]
    ) -> Iterator[TranslationEvent]:
        rows = [work.row(unit, outcome) for unit, outcome in pairs]
        if not rows:
            return
        self._store.save(job.id, rows, _lap(job))
        if job.request.engine == "model":
            good = [(unit, made) for unit, made in pairs if made.state == "translated"]
            learnt = [
                (unit.text, made.target)
                for unit, made in good
                if not made.problems and not made.by and unit.asks(job.request.target)
            ]
            job.memory.learn(learnt, job.request.source.name)
        for (unit, outcome), row in zip(pairs, rows, strict=True):
            job.stored[unit.id] = row
            job.letters += len(unit.text)
            job.left -= len(unit.text)
            job.count += 1
            yield SegmentDone(
                unit.id, unit.index, unit.text, outcome.target, outcome.state, outcome.problems
            )
            yield _progress(job)

    def _in_one_register(self, job: _Job) -> Iterator[TranslationEvent]:
        """Put right, or flag, what is in another register than the rest."""
        if job.request.engine not in ("model", "memory"):
            return
        targets = [
            (unit, job.stored[unit.id].target)
            for unit in job.units
            if job.stored[unit.id].state != "untranslated" and unit.asks(job.request.target)
        ]

        def stands(unit: Unit) -> bool:
            row = job.stored[unit.id]
            return row.edited or row.confirmed or job.memory.confirmed(row.source, row.target)

        for unit, target, settled in job.judge.in_one_register(targets, stands):
            row = job.stored[unit.id]
            others = tuple(kind for kind in row.problems if kind != "register")
            problems = others if settled else (*others, "register")
            row = replace(row, target=target, problems=problems)
            job.stored[unit.id] = row
            self._store.save(job.id, [row])
            yield SegmentDone(
                unit.id,
                unit.index,
                unit.text,
                target,
                row.state,
                cast("tuple[ProblemKind, ...]", problems),
            )

    # -- after --------------------------------------------------------------------------------

    def _guesses(self, job: _Job) -> list[str]:
        """Formatted phrases that a model should be asked about, each once."""
        found: dict[str, None] = {}
        for unit in job.units:
            row = job.stored.get(unit.id)
            if row is None or row.state == "untranslated" or row.target == unit.piece.rich.text:
                continue
            for phrase in job.judge.guessed(unit, row.target, lambda text: self._hint(job, text)):
                if phrase not in job.phrases and language.needs(phrase, job.request.target):
                    found[phrase] = None
        return list(found)

    def _hint(self, job: _Job, text: str) -> str:
        known = job.memory.hint(text) or job.judge.terms.hint(text)
        return known or job.phrases.get(text, "")

    def _finish(self, job: _Job, cancel: CancelToken) -> DocumentDone:
        self._resume(job)  # a person may have written or confirmed segments meanwhile
        data = self._data(job, cancel)
        made = self._receipt(job)
        path = job.output.with_name(job.output.name + receipt.SUFFIX)
        # The receipt first: a file without one would not be known as ours.
        receipt.write_whole(path, receipt.as_json(made))
        receipt.write_whole(job.output, data)
        self._store.finish(job.id, "done", str(path), _lap(job))
        return DocumentDone(job.id, job.output, path, made)

    def _data(self, job: _Job, cancel: CancelToken) -> bytes:
        """The translated file as the segments stand now."""
        targets: dict[str, list[tuple[Piece, Rich | None]]] = {}
        units = {(unit.paragraph.id, unit.piece.segment): unit for unit in job.units}
        for name, pieces in job.pieces.items():
            cancel.check()
            targets[name] = [
                (piece, self._target(job, units.get((name, piece.segment)))) for piece in pieces
            ]
        data = job.document.write(targets)
        cancel.check()
        return data

    def _target(self, job: _Job, unit: Unit | None) -> Rich | None:
        """What is written for a segment; None where the source stays."""
        row = job.stored.get(unit.id) if unit is not None else None
        if unit is None or row is None:  # what is not done yet is shown as it was read
            return None
        if row.state == "untranslated" or row.target == unit.piece.rich.text:
            return None
        engine = "" if row.made_by else job.request.engine  # a person's words are no engine's
        if engine == "identity":
            return None
        if engine == "pseudo":
            return work.pseudo_rich(unit, job.judge)
        placed = job.judge.place(unit, row.target, lambda text: self._hint(job, text), closely=True)
        return placed or job.judge.place(unit, row.target, lambda _text: "")

    def _receipt(self, job: _Job) -> Receipt:
        kept = self._store.job(job.id)
        return receipt.make(
            [job.stored[unit.id] for unit in job.units],
            names=(job.request.source.name, job.output.name),
            languages=job.languages,
            engine=job.request.engine,
            model=_model(job.request),
            seconds=(kept.seconds if kept else 0.0) + time.monotonic() - job.since,
        )


def _source_language(request: DocumentRequest, units: list[Unit]) -> Language:
    """The language of the document.

    Raises:
        UserError: translation.already_there (all of it is in the target language).
    """
    if request.engine in ("model", "memory"):
        if any(unit.asks(request.target) for unit in units):
            return language.other(request.target)
        if any(language.has_words(unit.words) for unit in units):
            raise UserError("translation.already_there", file=request.source.name)
    return language.detect(" ".join(unit.words for unit in units))


def _identity(request: DocumentRequest, data: bytes, known: str, terms: str, rules: str) -> str:
    """Everything that decides what the segments say."""
    parts: list[object] = [
        hashlib.sha256(data).hexdigest(),
        request.source.suffix.lower(),
        request.target,
        request.engine,
        _model(request),
        prompts.RECIPE,
        known,
        *([request.register] if request.register else []),
        *([request.options] if request.options else []),
        *(["terms", terms] if terms else []),
        *([] if request.use_memory else ["alone"]),
        *(["rules", rules] if rules else []),
    ]
    return hashlib.sha256(json.dumps(parts).encode("utf-8")).hexdigest()


def _model(request: DocumentRequest) -> str:
    return request.model if request.engine == "model" else ""


def _lap(job: _Job) -> float:
    """Seconds since the last time something was stored."""
    now = time.monotonic()
    seconds, job.since = now - job.since, now
    return seconds


def _progress(job: _Job) -> Progress:
    """How far the job is; the time left follows the characters, not the segments."""
    seconds = max(time.monotonic() - job.began, 1e-6)
    speed = job.letters / seconds
    return Progress(
        done=len(job.stored),
        total=len(job.units),
        unit="segment",
        rate=job.count / seconds,
        seconds_left=job.left / speed if speed else 0.0,
    )
