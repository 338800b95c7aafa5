"""Translation jobs and their segments, stored as they are done.

The one law: a job is found again only by everything that makes its words (content of the file,
target, engine, model, recipe), so an older model's text is never passed off as a new one's.
"""

from __future__ import annotations

import itertools
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from agents.store import owner
from agents.store.segment_rows import (
    FREE,
    KEEP,
    SEGMENT,
    WRITE,
    Cut,
    StoredSegment,
    Version,
    segment_of,
    values_of,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from agents.store.database import Database, Session

JobState = Literal["running", "interrupted", "done", "cancelled", "failed"]

_COLUMNS = (
    "j.id, j.source, j.output, j.source_language, j.target_language, j.engine, j.model,"
    " j.segments, (select count(*) from translation_segment s where s.job = j.id),"
    " (select count(*) from translation_segment s where s.job = j.id and s.problems != ''"
    " and s.confirmed = 0),"
    " j.state, j.seconds, j.receipt, j.updated, j.owner, j.choices"
)


@dataclass(frozen=True, slots=True)
class TranslationJob:
    """One file and how far it is. `updated` is ISO 8601, UTC."""

    id: int
    source: str  # path
    output: str  # path
    source_language: str
    target_language: str
    engine: str
    model: str
    segments: int
    stored: int  # segments already done
    flagged: int  # of them with a problem that nobody has confirmed
    state: JobState  # "interrupted": its process died
    seconds: float
    receipt: str  # path, once it is written
    updated: str
    choices: str = "{}"  # JSON: everything it was asked to do


class Translations:
    """Reads and writes translation jobs. Any thread."""

    def __init__(self, database: Database) -> None:
        """Keep the database."""
        self._database = database

    def start(
        self,
        identity: str,
        *,
        source: str,
        output: str,
        languages: tuple[str, str],
        engine: str,
        model: str,
        segments: int,
        choices: str = "{}",
    ) -> int:
        """Begin a job, or take up the one with the same identity; returns its id.

        `choices`: JSON, everything it is asked to do; for whoever goes on with it.

        What a finished job could not translate is forgotten, so that it is tried again; what a
        person wrote or confirmed is not.
        """
        values = [source, output, *languages, engine, model, segments, choices, owner.me()]
        with self._database.write() as db:
            row = db.execute(
                "select id, state from translation_job where identity = ?", [identity]
            ).fetchone()
            if row is None:
                cursor = db.execute(
                    "insert into translation_job (source, output, source_language,"
                    " target_language, engine, model, segments, choices, owner, identity)"
                    " values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                    [*values, identity],
                )
                return int(cursor.lastrowid or 0)
            job, state = int(row[0]), str(row[1])
            if state == "done":
                db.execute(
                    "delete from translation_segment where job = ? and problems != ''"
                    " and confirmed = 0 and made_by != 'human'",
                    [job],
                )
                db.execute("update translation_job set seconds = 0 where id = ?", [job])
            db.execute(
                "update translation_job set source = ?, output = ?, source_language = ?,"
                " target_language = ?, engine = ?, model = ?, segments = ?, choices = ?, owner = ?,"
                " state = 'running', receipt = '' where id = ?",
                [*values, job],
            )
            _touch(db, job)
            return job

    def save(self, job: int, segments: Sequence[StoredSegment], seconds: float = 0.0) -> None:
        """Store segments that are done, and the seconds they took, in one transaction.

        What a person wrote or confirmed meanwhile stays.
        """
        with self._database.write() as db:
            for one in segments:
                values = values_of(job, one)
                db.execute(f"{KEEP} and {FREE}", values)
                db.execute(f"{WRITE} where {FREE}", values)
            db.execute(
                "update translation_job set seconds = seconds + ? where id = ?", [seconds, job]
            )
            _touch(db, job)

    def segments(self, job: int, only: Sequence[str] | None = None) -> tuple[StoredSegment, ...]:
        """What is done, in the order of the document; `only` those of these ids."""
        some = "" if only is None else " and segment in (select value from json_each(:only))"
        rows = self._database.read().execute(
            f"select {SEGMENT} from translation_segment where job = :job{some} order by position",  # noqa: S608 - made of constants
            {"job": job, "only": json.dumps(only)},
        )
        return tuple(segment_of(row) for row in rows)

    def review(self, job: int, segments: Sequence[StoredSegment]) -> None:
        """Store what a person decided, over whatever is there, in one transaction."""
        with self._database.write() as db:
            for one in segments:
                values = values_of(job, one)
                db.execute(KEEP, values)
                db.execute(WRITE, values)
            _touch(db, job)

    def cuts(self, job: int) -> dict[str, tuple[Cut, ...]]:
        """The segments of the paragraphs that a person cut or joined, by paragraph."""
        rows = self._database.read().execute(
            "select paragraph, start, stop, segment from translation_span where job = ?"
            " order by paragraph, start",
            [job],
        )
        return {
            name: tuple(Cut(*row[1:]) for row in some)
            for name, some in itertools.groupby(rows, key=lambda row: str(row[0]))
        }

    def cuts_of(self, identity: str) -> dict[str, tuple[Cut, ...]]:
        """The same of the job with this identity, if there is one."""
        row = (
            self._database.read()
            .execute("select id from translation_job where identity = ?", [identity])
            .fetchone()
        )
        return self.cuts(int(row[0])) if row is not None else {}

    def recut(
        self,
        job: int,
        paragraph: str,
        cuts: Sequence[Cut],
        before: Sequence[StoredSegment],
        after: Sequence[StoredSegment],
    ) -> None:
        """Put segments of a paragraph in the place of others, in one transaction.

        Args:
            job: its id.
            paragraph: whose segments they are.
            cuts: all segments of the paragraph from now on; none: those of the segmenter.
            before: the segments that go, one behind the other.
            after: those that come, from the position of the first on.
        """
        more = len(after) - len(before)
        with self._database.write() as db:
            db.execute(
                "delete from translation_span where job = ? and paragraph = ?", [job, paragraph]
            )
            for cut in cuts:
                db.execute(
                    "insert into translation_span (job, paragraph, start, stop, segment)"
                    " values (?, ?, ?, ?, ?)",
                    [job, paragraph, cut.start, cut.stop, cut.segment],
                )
            stay = {one.segment for one in after}
            for one in before:
                if one.segment not in stay:
                    db.execute(
                        "delete from translation_segment where job = ? and segment = ?",
                        [job, one.segment],
                    )
            db.execute(
                "update translation_segment set position = position + ?"
                " where job = ? and position > ?",
                [more, job, before[-1].position],
            )
            for one in after:
                values = values_of(job, one)
                db.execute(KEEP, values)
                db.execute(WRITE, values)
            db.execute(
                "update translation_job set segments = segments + ? where id = ?", [more, job]
            )
            _touch(db, job)

    def history(self, job: int, segment: str) -> tuple[Version, ...]:
        """Everything a segment has said, the words of now last."""
        rows = self._database.read().execute(
            "select target, state, made_by, made_at from translation_version"
            " where job = :job and segment = :segment"
            " union all select target, state, made_by, made_at from translation_segment"
            " where job = :job and segment = :segment",
            {"job": job, "segment": segment},
        )
        return tuple(Version(*row) for row in rows)

    def save_phrases(self, job: int, phrases: Mapping[str, str]) -> None:
        """Store how phrases read in the other language."""
        with self._database.write() as db:
            for source, target in phrases.items():
                db.execute(
                    "insert or replace into translation_phrase (job, source, target)"
                    " values (?, ?, ?)",
                    [job, source, target],
                )

    def phrases(self, job: int) -> dict[str, str]:
        """The stored phrases."""
        rows = self._database.read().execute(
            "select source, target from translation_phrase where job = ?", [job]
        )
        return {str(source): str(target) for source, target in rows}

    def finish(
        self,
        job: int,
        state: Literal["done", "cancelled", "failed"],
        receipt: str = "",
        seconds: float = 0.0,
    ) -> None:
        """Store how a run ended, and the seconds since the last segment."""
        with self._database.write() as db:
            db.execute(
                "update translation_job set state = ?, receipt = ?, owner = '',"
                " seconds = seconds + ? where id = ?",
                [state, receipt, seconds, job],
            )
            _touch(db, job)

    def job(self, job: int) -> TranslationJob | None:
        """One job, or None if it was deleted."""
        row = (
            self._database.read()
            .execute(f"select {_COLUMNS} from translation_job j where j.id = ?", [job])  # noqa: S608 - columns are a constant
            .fetchone()
        )
        return None if row is None else _job(row)

    def jobs(self, limit: int = 200) -> tuple[TranslationJob, ...]:
        """The latest first."""
        rows = self._database.read().execute(
            f"select {_COLUMNS} from translation_job j order by j.updated desc, j.id desc limit ?",  # noqa: S608 - columns are a constant
            [limit],
        )
        return tuple(_job(row) for row in rows)

    def made(self, output: str) -> bool:
        """Whether a job of ours writes to this path."""
        found = self._database.read().execute(
            "select 1 from translation_job where output = ?", [output]
        )
        return found.fetchone() is not None

    def delete(self, job: int) -> None:
        """Forget a job with all its segments; the files stay."""
        with self._database.write() as db:
            db.execute("delete from translation_job where id = ?", [job])


def _job(row: tuple[Any, ...]) -> TranslationJob:
    dead = row[10] == "running" and not owner.alive(row[14])
    return TranslationJob(
        id=row[0],
        source=row[1],
        output=row[2],
        source_language=row[3],
        target_language=row[4],
        engine=row[5],
        model=row[6],
        segments=row[7],
        stored=row[8],
        flagged=row[9],
        state="interrupted" if dead else row[10],
        seconds=row[11],
        receipt=row[12],
        updated=row[13],
        choices=row[15],
    )


def _touch(db: Session, job: int) -> None:
    db.execute(
        "update translation_job set updated = strftime('%Y-%m-%dT%H:%M:%fZ', 'now') where id = ?",
        [job],
    )
