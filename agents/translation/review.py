"""What a person does with a translated document: edit, confirm, comment, replace, write again.

The one law: a person's words stand. The guards say what they find in them, and no run of a
machine writes over them unless it was asked to. Each step is a `Change` that can be undone.
"""

from __future__ import annotations

import dataclasses
import functools
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, ParamSpec, Protocol, TypeVar, cast

from agents.base import CancelToken, UserError
from agents.translation import search, work
from agents.translation.documents import Documents
from agents.translation.meanings import Meanings
from agents.translation.opened import Opened
from agents.translation.own import Own
from agents.translation.recutting import Recutting

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from agents.engine.port import Embedder, Models
    from agents.store.segment_rows import StoredSegment, Version
    from agents.store.translations import Translations
    from agents.translation.cutting import Recut
    from agents.translation.events import DocumentDone, Language
    from agents.translation.korean import Korean
    from agents.translation.search import Search
    from agents.translation.work import Judge, Unit

P = ParamSpec("P")
R = TypeVar("R")

Kind = Literal["edit", "confirm", "comment", "replace", "translate", "split", "join"]


class Confirmed(Protocol):
    """Who is told of each confirmed translation."""

    def __call__(self, source: str, target: str, languages: tuple[Language, Language]) -> object:
        """Take one in; `languages` are (source, target)."""
        ...


def nobody(source: str, target: str, languages: tuple[Language, Language]) -> None:
    """Nobody is told."""
    del source, target, languages


@dataclass(frozen=True, slots=True)
class Change:
    """One step of a review: the segments before it and after it."""

    kind: Kind
    job: int
    before: tuple[StoredSegment, ...]
    after: tuple[StoredSegment, ...]
    recut: Recut | None = None  # where segments were cut or joined: others may stand elsewhere now


def _one_by_one(step: Callable[P, R]) -> Callable[P, R]:
    """Steps read, judge and store: two at once could each miss what the other did."""

    @functools.wraps(step)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        review = cast("Review", args[0])
        with review.steps:
            return step(*args, **kwargs)

    return run


class Review:
    """Looks through stored translations. Any thread."""

    def __init__(
        self,
        models: Models,
        store: Translations,
        korean: Korean,
        on_confirmed: Confirmed = nobody,
        own: Own | None = None,
        embedder: Embedder | None = None,
    ) -> None:
        """Keep what it works with.

        Args:
            models: lends what translates once more.
            store: where jobs live.
            korean: the analyser.
            on_confirmed: is told of each confirmed translation.
            own: the user's glossaries, which a person's words are held against too.
            embedder: see `TranslationAgent`.
        """
        self.models = models
        self._store = store
        likeness = Meanings(embedder) if embedder else None
        self._documents = Documents(models, store, korean, own or Own(), likeness=likeness)
        self._on_confirmed = on_confirmed
        self._opened = Opened(self._documents, store, korean)
        self._recutting = Recutting(store, self._opened)
        self.steps = threading.RLock()  # steps are done one after the other

    def segments(self, job: int) -> tuple[StoredSegment, ...]:
        """What is done of a job, in the order of the document."""
        return self._store.segments(job)

    def history(self, job: int, segment: str) -> tuple[Version, ...]:
        """Everything a segment has said, the words of now last."""
        return self._store.history(job, segment)

    def opened(self, job: int) -> tuple[dict[str, Unit], Judge]:
        """The segments of a job as its file has them, and who judges their translations.

        Raises:
            UserError: translation.{job_gone,source_changed}, file.*.
        """
        return self._opened.of(job)

    @_one_by_one
    def edit(self, job: int, segment: str, words: str, *, confirm: bool = False) -> Change | None:
        """Let a person's words stand, confirmed or not; None if they stood already.

        They are stored before they are judged: judging has to read the document.
        """
        row = self._row(job, segment)
        target = work.clean(words)
        if target == row.target:
            return self.confirm(job, [segment]) if confirm else None
        bare = dataclasses.replace(_human(row, target), confirmed=confirm)
        self._store.review(job, [bare])
        change = self._stored("edit", job, [row], [self._opened.judged(job, bare)])
        if confirm:
            self._tell(job, change.after)
        return change

    @_one_by_one
    def confirm(
        self, job: int, segments: Sequence[str], *, confirmed: bool = True
    ) -> Change | None:
        """Say of segments that they are right, or take that back; None if nothing changes."""
        rows = [row for row in self._rows(job, segments) if row.confirmed != confirmed]
        after = [self._confirmed(row, confirmed=confirmed) for row in rows]
        change = self._stored("confirm", job, rows, after) if rows else None
        if confirmed and change is not None:
            self._tell(job, change.after)
        return change

    @_one_by_one
    def comment(self, job: int, segment: str, words: str) -> Change | None:
        """Write something beside a segment; None if it stood there already."""
        row = self._row(job, segment)
        if words.strip() == row.comment:
            return None
        after = dataclasses.replace(row, comment=words.strip())
        return self._stored("comment", job, [row], [after])

    def find(self, job: int, wanted: Search) -> tuple[tuple[StoredSegment, int], ...]:
        """The segments whose translation has what is looked for, in order, and how often.

        Raises:
            UserError: translation.bad_pattern, translation.slow_pattern.
        """
        return tuple(search.hits(self.segments(job), wanted))

    @_one_by_one
    def replace(
        self, job: int, wanted: Search, segments: Sequence[str] | None = None
    ) -> Change | None:
        """Replace in all segments, or in some, as one step; None if nothing is found.

        Raises:
            UserError: translation.bad_pattern, translation.slow_pattern.
        """
        rows = self.segments(job) if segments is None else self._rows(job, segments)
        done = [row for row in rows if row.state != "untranslated" or row.edited]
        new = {row.segment: row.target for row in search.replaced(done, wanted)}
        before = [row for row in done if row.segment in new]
        after = [
            self._opened.judged(job, _human(row, work.clean(new[row.segment]))) for row in before
        ]
        return self._stored("replace", job, before, after) if before else None

    @_one_by_one
    def apply(self, change: Change, *, back: bool = False) -> Change:
        """Do a step again, or take it back: the segments stand as they did."""
        if change.recut is None:
            self._store.review(change.job, change.before if back else change.after)
        else:
            rows = change.before, change.after
            self._recutting.apply(change.job, change.recut, *rows, back=back)
        return change

    @_one_by_one
    def split(self, job: int, segment: str, at: int, target_at: int | None = None) -> Change:
        """Make two segments of one.

        Args:
            job: the document.
            segment: its id.
            at: the place in the source as it is stored.
            target_at: the place in the translation; None if all of it goes to the first part.

        Raises:
            UserError: translation.{split_empty,split_inside,still_running,job_gone,
                source_changed}, file.*.
        """
        return Change("split", job, *self._recutting.split(job, segment, at, target_at))

    @_one_by_one
    def join(self, job: int, segment: str) -> Change:
        """Make one of a segment and the one after it in the same paragraph.

        Raises:
            UserError: translation.{join_last,join_break,join_long,still_running,unfinished,
                job_gone,source_changed}, file.*.
        """
        return Change("join", job, *self._recutting.join(job, segment))

    @_one_by_one
    def keep(self, job: int, rows: Iterable[StoredSegment]) -> Change | None:
        """Let other translations stand that a machine made because it was asked to."""
        after = list(rows)
        before = self._rows(job, [row.segment for row in after])
        return self._stored("translate", job, before, after) if after else None

    def export(self, job: int) -> DocumentDone:
        """Write the file and its receipt again, without asking any model.

        Raises:
            UserError: translation.{job_gone,still_running,source_changed,unfinished}, file.*.
        """
        return self._documents.export(job, CancelToken())

    def as_it_stands(self, job: int, cancel: CancelToken) -> bytes:
        """The translated file as it would be written now.

        Raises:
            UserError: translation.{job_gone,source_changed}, file.*.
        """
        return self._documents.as_it_stands(job, cancel)

    # -- inside -------------------------------------------------------------------------------

    def _rows(self, job: int, segments: Iterable[str]) -> list[StoredSegment]:
        return list(self._store.segments(job, tuple(segments)))

    def _row(self, job: int, segment: str) -> StoredSegment:
        rows = self._rows(job, [segment])
        if not rows:
            raise UserError("translation.job_gone")
        return rows[0]

    def _stored(
        self, kind: Kind, job: int, before: Sequence[StoredSegment], after: Sequence[StoredSegment]
    ) -> Change:
        self._store.review(job, after)
        return Change(kind, job, tuple(before), tuple(after))

    def _confirmed(self, row: StoredSegment, *, confirmed: bool) -> StoredSegment:
        if confirmed and row.state == "untranslated" and not row.edited:
            # The source stands there, and a person says that it may.
            return dataclasses.replace(row, state="translated", made_by="human", confirmed=True)
        return dataclasses.replace(row, confirmed=confirmed)

    def _tell(self, job: int, rows: Iterable[StoredSegment]) -> None:
        kept = self._store.job(job)
        if kept is None:
            return
        languages = (
            cast("Language", kept.source_language),
            cast("Language", kept.target_language),
        )
        for row in rows:
            if row.state != "untranslated" and row.target != row.source:
                self._on_confirmed(row.source, row.target, languages)


def _human(row: StoredSegment, target: str) -> StoredSegment:
    """A segment with a person's words, not judged yet."""
    return dataclasses.replace(
        row,
        target=target,
        made_by="human",
        state="translated",
        problems=(),
        refused="",
        confirmed=False,
    )
