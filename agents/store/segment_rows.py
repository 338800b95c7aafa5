"""Segments of translation jobs as rows, and the words they said before.

The one law: what stood before another text is kept as a version of its segment, and a machine
leaves alone what a person wrote or confirmed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

SegmentState = Literal["translated", "untranslated", "from_memory"]


@dataclass(frozen=True, slots=True)
class StoredSegment:
    """One segment. `target` is what stands in the translated file."""

    segment: str
    position: int
    source: str
    target: str
    state: SegmentState
    problems: tuple[str, ...] = ()
    refused: str = ""  # the answer that did not pass
    retried: bool = False
    made_by: str = ""  # "" = the job's own engine; "human", "memory", "model:" and its id, …
    confirmed: bool = False
    comment: str = ""

    @property
    def edited(self) -> bool:
        """Whether these are a person's words."""
        return self.made_by == "human"


SEGMENT = (
    "segment, position, source, target, state, problems, refused, retried, made_by, confirmed,"
    " comment"
)
# What stood before another text is kept as a version of its segment.
KEEP = (
    "insert into translation_version (job, segment, target, state, made_by, made_at)"
    " select job, segment, target, state, made_by, made_at from translation_segment"
    " where job = :job and segment = :segment and target != :target"
)
WRITE = (
    f"insert into translation_segment (job, {SEGMENT}, made_at)"  # noqa: S608 - made of constants
    " values (:job, :segment, :position, :source, :target, :state, :problems, :refused, :retried,"
    " :made_by, :confirmed, :comment, strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))"
    " on conflict (job, segment) do update set position = excluded.position,"
    " source = excluded.source, target = excluded.target, state = excluded.state,"
    " problems = excluded.problems, refused = excluded.refused, retried = excluded.retried,"
    " made_by = excluded.made_by, confirmed = excluded.confirmed, comment = excluded.comment,"
    " made_at = case when target = excluded.target and made_by = excluded.made_by"
    " then made_at else excluded.made_at end"
)
# A run of a machine leaves alone what a person wrote or confirmed.
FREE = " (confirmed = 0 and made_by != 'human' or source != :source)"


@dataclass(frozen=True, slots=True)
class Cut:
    """A segment of a paragraph that a person cut or joined: `start`..`stop` of its text."""

    start: int
    stop: int
    segment: str


@dataclass(frozen=True, slots=True)
class Version:
    """Words that stood, or stand, for a segment. `made_at` is ISO 8601, UTC."""

    target: str
    state: SegmentState
    made_by: str
    made_at: str


def values_of(job: int, one: StoredSegment) -> dict[str, object]:
    """What `WRITE` and `KEEP` take."""
    return {
        "job": job,
        "segment": one.segment,
        "position": one.position,
        "source": one.source,
        "target": one.target,
        "state": one.state,
        "problems": " ".join(one.problems),
        "refused": one.refused,
        "retried": int(one.retried),
        "made_by": one.made_by,
        "confirmed": int(one.confirmed),
        "comment": one.comment,
    }


def segment_of(row: tuple[Any, ...]) -> StoredSegment:
    """A row of `SEGMENT`."""
    return StoredSegment(
        segment=row[0],
        position=row[1],
        source=row[2],
        target=row[3],
        state=row[4],
        problems=tuple(_kind(kind, row[6]) for kind in str(row[5]).split()),
        refused=row[6],
        retried=bool(row[7]),
        made_by=row[8],
        confirmed=bool(row[9]),
        comment=row[10],
    )


def _kind(kind: str, refused: str) -> str:
    """A problem by its name of today: "missing" was said of no answer and of half a one."""
    if kind != "missing":
        return kind
    return "truncated" if refused else "empty"
