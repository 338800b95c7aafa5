"""Chosen segments through another engine or model.

The one law: what does not pass the guards replaces nothing. The words that stood there stay.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import TYPE_CHECKING

from agents.base import Progress, UserError
from agents.translation import memory, work

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Sequence
    from pathlib import Path

    from agents.base import CancelToken, Notice
    from agents.store.segment_rows import StoredSegment
    from agents.translation.events import EngineKind
    from agents.translation.review import Change, Review
    from agents.translation.work import Judge, Outcome, Unit


@dataclass(frozen=True, slots=True)
class AgainRequest:
    """Translate these segments of a stored job once more."""

    job: int
    segments: tuple[str, ...]
    engine: EngineKind = "model"
    model: str = ""
    memory: Path | None = None


@dataclass(frozen=True, slots=True)
class AgainDone:
    """What changed, if anything, and how many segments stay as they were."""

    change: Change | None
    kept: int


class Again:
    """Translates segments of a reviewed document once more."""

    def __init__(self, review: Review) -> None:
        """Keep the review whose segments they are."""
        self._review = review

    def run(
        self, request: AgainRequest, cancel: CancelToken
    ) -> Generator[Progress | Notice | AgainDone, None, None]:
        """Translate; see `agents.base.Agent`. All of it is one step that can be undone.

        Raises:
            CancelledError: `cancel` was set; nothing was changed.
            UserError: translation.*, file.*, and what the engine raises.
        """
        units, judge = self._review.opened(request.job)
        chosen = [units[name] for name in request.segments if name in units]
        made: list[tuple[Unit, Outcome]] = []
        if request.engine == "model":
            if not request.model:
                raise UserError("translation.no_model")
            with self._review.models.borrow(request.model, cancel) as engine:
                yield from work.lacking(engine)
                translator = work.Translator(engine, judge.target, judge)
                for pair in translator.documents(chosen, cancel):
                    made.append(pair)
                    yield Progress(len(made), len(chosen), "segment")
        else:
            made = list(_without_model(request, chosen, judge, cancel))
        yield self._kept(request, made)

    def _kept(self, request: AgainRequest, made: Sequence[tuple[Unit, Outcome]]) -> AgainDone:
        by = f"model:{request.model}" if request.engine == "model" else request.engine
        now = {row.segment: row for row in self._review.segments(request.job)}
        rows = [
            _by(work.row(unit, outcome), by, row)
            for unit, outcome in made
            if outcome.state != "untranslated"
            and (row := now.get(unit.id)) is not None
            and row.source == unit.text  # not cut meanwhile
        ]
        return AgainDone(self._review.keep(request.job, rows), len(request.segments) - len(rows))


def _by(made: StoredSegment, by: str, now: StoredSegment) -> StoredSegment:
    return dataclasses.replace(made, made_by=by, comment=now.comment, position=now.position)


def _without_model(
    request: AgainRequest, units: Sequence[Unit], judge: Judge, cancel: CancelToken
) -> Iterator[tuple[Unit, Outcome]]:
    file = memory.NONE
    if request.engine == "memory":
        if request.memory is None:
            raise UserError("translation.no_memory")
        file = memory.load(request.memory, judge.target)
    known = memory.alone(file, judge.target)
    yield from work.without_model(units, request.engine, known, judge, judge.target, cancel)
