"""One file from its source to its translation and receipt.

The one law: each segment is stored when it is done, the file is written whole at the end or not
at all, and a job that was killed or cancelled goes on where it was.
"""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, cast

from agents.base import CancelledError, Notice, Progress, UserError
from agents.translation import ahead, choices, glossary, memory, receipt, work
from agents.translation.choices import absolute
from agents.translation.document_job import (
    Job,
    asked,
    identity_of,
    model,
    output_path,
    source_language,
)
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
    from agents.store.translations import Translations
    from agents.translation.ahead import Further
    from agents.translation.events import (
        Language,
        ProblemKind,
        Receipt,
        TranslationEvent,
    )
    from agents.translation.guesses import Likeness
    from agents.translation.korean import Korean
    from agents.translation.own import Own
    from agents.translation.work import Judge, Outcome, Unit

_TOGETHER = 64  # segments stored in one transaction where they cost nothing to make again


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
            model=model(request),
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
                self._store.finish(job.id, "cancelled", seconds=job.lap())
            raise
        except BaseException:
            self._store.finish(job.id, "failed", seconds=job.lap())
            raise

    # -- before -------------------------------------------------------------------------------

    def _prepare(
        self, request: DocumentRequest, cancel: CancelToken
    ) -> Generator[Progress, None, tuple[Job, str]]:
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
        identity = identity_of(request, data, *parts)
        cancel.check()
        pieces, units = work.read(document, korean, self._store.cuts_of(identity))
        cancel.check()
        languages = (source_language(request, units), request.target)
        judge = work.Judge(
            document,
            request.target,
            korean,
            register=request.register,
            terms=terms,
            likeness=self._likeness,
        )
        job = Job(request, document, pieces, units, judge, known, output, languages)
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

    def _resume(self, job: Job) -> None:
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
        return job.data(cancel)

    def _reopened(self, job_id: int) -> Job:
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
        return Job(request, document, pieces, units, judge, known, output, languages, job_id)

    def _kept_terms(self, request: DocumentRequest, korean: Korean) -> glossary.Glossary:
        """The terms of a stored job; none if its glossary is gone: its words are there still."""
        try:
            return self._own.terms(request, korean)
        except UserError:
            return glossary.Glossary((), request.target)

    # -- the work -----------------------------------------------------------------------------

    def _work(self, job: Job, cancel: CancelToken) -> Generator[TranslationEvent, None, None]:
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
        if not need and not job.guesses():
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
            for phrase, answer in translator.phrases(job.guesses(), cancel):
                job.phrases[phrase] = answer
                self._store.save_phrases(job.id, {phrase: answer})

    def _easy(
        self, job: Job, units: list[Unit], cancel: CancelToken
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

    def _store_all(self, job: Job, pairs: list[tuple[Unit, Outcome]]) -> Iterator[TranslationEvent]:
        rows = [work.row(unit, outcome) for unit, outcome in pairs]
        if not rows:
            return
        self._store.save(job.id, rows, job.lap())
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
            yield job.progress()

    def _in_one_register(self, job: Job) -> Iterator[TranslationEvent]:
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

    def _finish(self, job: Job, cancel: CancelToken) -> DocumentDone:
        self._resume(job)  # a person may have written or confirmed segments meanwhile
        data = job.data(cancel)
        made = self._receipt(job)
        path = job.output.with_name(job.output.name + receipt.SUFFIX)
        # The receipt first: a file without one would not be known as ours.
        receipt.write_whole(path, receipt.as_json(made))
        receipt.write_whole(job.output, data)
        self._store.finish(job.id, "done", str(path), job.lap())
        return DocumentDone(job.id, job.output, path, made)

    def _receipt(self, job: Job) -> Receipt:
        kept = self._store.job(job.id)
        return receipt.make(
            [job.stored[unit.id] for unit in job.units],
            names=(job.request.source.name, job.output.name),
            languages=job.languages,
            engine=job.request.engine,
            model=model(job.request),
            seconds=(kept.seconds if kept else 0.0) + time.monotonic() - job.since,
        )
