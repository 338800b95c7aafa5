"""Cuts and joins stored segments: the store, the opened document and the judge in step.

The one law: nobody works on a document while its segments are cut; who does has them in hand as
they are.
"""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING

from agents.base import UserError
from agents.translation import cutting, work
from agents.translation.cutting import Recut

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from agents.store.segment_rows import StoredSegment
    from agents.store.translations import TranslationJob, Translations
    from agents.translation.opened import Opened
    from agents.translation.work import Unit

Rows = tuple["StoredSegment", ...]
Done = tuple[Rows, Rows, Recut]  # the segments before and after, and how they were cut

_SAYING = ("model", "memory")  # engines whose words are kept as they are


class Recutting:
    """Steps of a review; one at a time."""

    def __init__(self, store: Translations, opened: Opened) -> None:
        """Keep where jobs live, and the document that is looked through."""
        self._store = store
        self._opened = opened

    def split(self, job: int, segment: str, at: int, target_at: int | None) -> Done:
        """Make two segments of one; see `Review.split`."""
        kept, unit, units = self._at(job, segment)
        (row,) = self._rows(job, [segment])
        recut = self._planned(
            job, unit, cutting.split(cutting.of(units, unit.paragraph.id), unit, at)
        )
        new = work.recut(units, recut.paragraph, recut.after)
        halves = cutting.parts_of(row, (new[unit.index], new[unit.index + 1]), target_at)
        said = [_by_person(half, kept.engine) for half in halves]
        return self._done(job, recut, [row], said, judge=True)

    def join(self, job: int, segment: str) -> Done:
        """Make one of a segment and the one after it; see `Review.join`."""
        kept, unit, units = self._at(job, segment)
        before = cutting.of(units, unit.paragraph.id)
        recut = self._planned(job, unit, cutting.joined(before, unit))
        rows = self._rows(job, [segment, units[unit.index + 1].id])
        new = work.recut(units, recut.paragraph, recut.after)
        whole = cutting.whole_of((rows[0], rows[1]), new[unit.index])
        done = whole.state != "untranslated"
        return self._done(job, recut, rows, [_by_person(whole, kept.engine)], judge=done)

    def apply(
        self, job: int, recut: Recut, before: Rows, after: Rows, *, back: bool = False
    ) -> None:
        """Do it again, or take it back."""
        self._idle(job)
        if back:
            self._store_all(job, recut, after, before, back=True)
        else:
            self._store_all(job, recut, before, after)

    # -- inside -------------------------------------------------------------------------------

    def _idle(self, job: int) -> TranslationJob:
        """The job, if nobody works on it.

        Raises:
            UserError: translation.job_gone, translation.still_running.
        """
        kept = self._store.job(job)
        if kept is None:
            raise UserError("translation.job_gone")
        if kept.state == "running":
            raise UserError("translation.still_running", file=Path(kept.source).name)
        return kept

    def _at(self, job: int, segment: str) -> tuple[TranslationJob, Unit, list[Unit]]:
        """The job, a segment of it, and all of them."""
        kept = self._idle(job)
        units, _judge = self._opened.of(job)
        if segment not in units:
            raise UserError("translation.job_gone")
        return kept, units[segment], list(units.values())

    def _rows(self, job: int, names: Sequence[str]) -> list[StoredSegment]:
        rows = list(self._store.segments(job, names))
        if len(rows) < len(names):
            name = Path(self._idle(job).source).name
            missing = len(names) - len(rows)
            raise UserError("translation.unfinished", file=name, segments=missing)
        return rows

    def _planned(self, job: int, unit: Unit, cuts: cutting.Cuts) -> Recut:
        name = unit.paragraph.id
        units, _judge = self._opened.of(job)
        before = cutting.of(units.values(), name)
        return Recut(name, before, cuts, name in self._store.cuts(job))

    def _done(
        self,
        job: int,
        recut: Recut,
        before: Sequence[StoredSegment],
        after: Sequence[StoredSegment],
        *,
        judge: bool,
    ) -> Done:
        """Store it, then judge it: the segments have to be there as they are cut now."""
        unseen = tuple(dict.fromkeys(kind for row in before for kind in cutting.unseen(row)))
        self._store_all(job, recut, before, after)
        judged = tuple(
            self._judged(job, row, unseen) if judge and cutting.said(row) else row for row in after
        )
        self._store.review(job, judged)
        return tuple(before), judged, recut

    def _judged(self, job: int, row: StoredSegment, unseen: tuple[str, ...]) -> StoredSegment:
        """Words that stood before, as they are judged in their new segment."""
        judged = self._opened.judged(job, row)
        problems = tuple(dict.fromkeys((*judged.problems, *unseen)))
        remembered = row.state == "from_memory" and judged.state == "translated"
        state = "from_memory" if remembered else judged.state
        return dataclasses.replace(judged, state=state, problems=problems)

    def _store_all(
        self,
        job: int,
        recut: Recut,
        before: Sequence[StoredSegment],
        after: Iterable[StoredSegment],
        *,
        back: bool = False,
    ) -> None:
        cuts = recut.before if back else recut.after
        stored = () if back and not recut.own else cuts
        self._store.recut(job, recut.paragraph, stored, before, tuple(after))
        self._opened.recut(job, recut.paragraph, cuts)


def _by_person(row: StoredSegment, engine: str) -> StoredSegment:
    """A segment that a person cut.

    What `pseudo` and `identity` say is made anew with the file: what is to stand there instead
    has to be a person's.
    """
    made_anew = row.state != "untranslated" and not row.made_by and engine not in _SAYING
    return dataclasses.replace(row, made_by="human") if made_anew else row
