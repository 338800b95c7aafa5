"""Where formatting is put back, against spans labelled by hand: `moadesk eval alignment`.

The one law: a sentence gets all its spans at once, as formatting in a document does, and without
hints from a model; a wrong place that was flagged is told from one that was not.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec

from agents.base import Progress, UserError
from agents.translation.align import put_back
from agents.translation.formats.base import read_bytes
from agents.translation.inline import Mark, Rich
from agents.translation.meanings import Meanings

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence
    from pathlib import Path

    from agents.base import CancelToken
    from agents.engine.port import Embedder
    from agents.translation.events import Language
    from agents.translation.korean import Korean

CLOSE = 0.5  # shared letters by all letters of both spans

Labels = tuple[int, int, int, int]  # start and end in English, start and end in Korean


class Labelled(msgspec.Struct, frozen=True):
    """A sentence in both languages and the spans that say the same."""

    en: str
    ko: str
    spans: tuple[Labels, ...]


@dataclass(frozen=True, slots=True)
class AlignmentRequest:
    """Measure a file of JSONL rows `{"en": …, "ko": …, "spans": [[a, b, c, d], …]}`."""

    path: Path


@dataclass(frozen=True, slots=True)
class Wrong:
    """A span that was put elsewhere."""

    source: str
    wanted: str
    got: str
    flagged: bool


@dataclass(frozen=True, slots=True)
class AlignmentFigures:
    """One direction. Numbers count spans; close ones include exact ones. Time is of a sentence."""

    target: Language
    spans: int
    exact: int
    close: int
    flagged: int
    wrong_unflagged: int
    wrong: tuple[Wrong, ...]
    milliseconds: float


@dataclass(frozen=True, slots=True)
class AlignmentReport:
    """Both directions."""

    figures: tuple[AlignmentFigures, ...]


class AlignmentEval:
    """An agent that measures `put_back`."""

    def __init__(self, korean: Korean, embedder: Embedder | None = None) -> None:
        """Keep the analyser of particles and what knows how alike words are, if anything does."""
        self._korean = korean
        self._likeness = Meanings(embedder) if embedder else None

    def run(
        self, request: AlignmentRequest, cancel: CancelToken
    ) -> Generator[Progress | AlignmentReport, None, None]:
        """Measure both directions; the report last.

        Raises:
            CancelledError: `cancel` was set.
            UserError: file.*, translation.labels_broken.
        """
        rows = load(request.path)
        made: list[AlignmentFigures] = []
        targets: tuple[Language, ...] = ("ko", "en")
        for number, target in enumerate(targets):
            placed: list[tuple[Wrong, float]] = []
            began = time.monotonic()
            for index, row in enumerate(rows):
                cancel.check()
                placed += self._place(row, target)
                done = number * len(rows) + index + 1
                yield Progress(done, len(targets) * len(rows), "segment")
            took = 1000 * (time.monotonic() - began) / len(rows)
            made.append(_figures(target, placed, took))
        yield AlignmentReport(tuple(made))

    def _place(self, row: Labelled, target: Language) -> list[tuple[Wrong, float]]:
        """Each span with where it went, and how much of it is right."""
        source, other = (row.en, row.ko) if target == "ko" else (row.ko, row.en)
        spans = [
            ((a, b), (c, d)) if target == "ko" else ((c, d), (a, b)) for a, b, c, d in row.spans
        ]
        spans.sort()
        marks = tuple(Mark(number, "wrap", *own) for number, (own, _there) in enumerate(spans))
        particles = self._korean.particles if target == "ko" else None
        placed = put_back(Rich(source, marks), other, None, particles, self._likeness)
        found: list[tuple[Wrong, float]] = []
        for (own, there), mark in zip(spans, placed.rich.marks, strict=True):
            words = source[slice(*own)]
            got = (mark.start, mark.end)
            text = Wrong(words, other[slice(*there)], other[slice(*got)], words in placed.guessed)
            found.append((text, _overlap(there, got)))
        return found


def load(path: Path) -> list[Labelled]:
    """The labelled sentences of a file.

    Raises:
        UserError: file.*, translation.labels_broken.
    """
    decoder = msgspec.json.Decoder(Labelled)
    rows: list[Labelled] = []
    for number, line in enumerate(read_bytes(path).splitlines(), start=1):
        if not line.strip():
            continue
        try:
            row = decoder.decode(line)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            reason = f"{number}: {error}"
            raise UserError("translation.labels_broken", file=path.name, reason=reason) from error
        if not row.spans or not all(_fits(row, span) for span in row.spans):
            raise UserError(
                "translation.labels_broken", file=path.name, reason=f"{number}: {row.en[:60]}"
            )
        rows.append(row)
    if not rows:
        raise UserError("translation.labels_broken", file=path.name, reason="0")
    return rows


def _fits(row: Labelled, span: Labels) -> bool:
    a, b, c, d = span
    return 0 <= a < b <= len(row.en) and 0 <= c < d <= len(row.ko)


def _figures(
    target: Language, placed: Sequence[tuple[Wrong, float]], milliseconds: float
) -> AlignmentFigures:
    wrong = tuple(one for one, right in placed if right < CLOSE)
    return AlignmentFigures(
        target=target,
        spans=len(placed),
        exact=sum(right == 1 for _one, right in placed),
        close=len(placed) - len(wrong),
        flagged=sum(one.flagged for one, _right in placed),
        wrong_unflagged=sum(not one.flagged for one in wrong),
        wrong=wrong,
        milliseconds=milliseconds,
    )


def _overlap(one: tuple[int, int], two: tuple[int, int]) -> float:
    shared = min(one[1], two[1]) - max(one[0], two[0])
    return max(0, shared) / (max(one[1], two[1]) - min(one[0], two[0]))
