"""Reads abstracts and the text of PDFs for entities, in the background.

The one law: what was read is stored before the next batch is read, so a reading that is stopped
anywhere goes on where it was; only what has changed, or what this model with these labels has
never read, is read.
"""

from __future__ import annotations

import re
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, get_args

from agents.base import Notice, Progress, UserError
from agents.entities import names
from agents.entities.events import PAPER_LABELS, EntitiesFound, EntityRequest
from agents.scholar.retrieval import Index
from agents.store.entities import FoundSpan, Reading
from agents.store.passages import Source

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence

    from agents.base import CancelToken
    from agents.entities.events import EntityEvent, Span
    from agents.store.entities import Entities
    from agents.store.library import Library
    from agents.store.passages import Passage, Passages

BATCH = 32  # passages whose spans are stored in one transaction
_YEAR = re.compile(r"(?<!\d)(?:1[5-9]|20)\d\d(?!\d)")
_LONGEST = 120  # letters; what is longer is a clause, not a name


class Finder(Protocol):
    """What finds spans: an `EntityAgent`."""

    def run(
        self, request: EntityRequest, cancel: CancelToken
    ) -> Generator[EntityEvent, None, None]:
        """Yield `EntitiesFound` for each text."""
        ...


@dataclass(frozen=True, slots=True)
class ReadRequest:
    """Read the library for entities."""

    model: str
    labels: tuple[str, ...] = PAPER_LABELS
    threshold: float = 0.5


@dataclass(frozen=True, slots=True)
class ReadDone:
    """What was read now, and what was found in it."""

    passages: int
    mentions: int


class EntityReading:
    """The agent that reads."""

    def __init__(
        self, finder: Finder, entities: Entities, passages: Passages, library: Library
    ) -> None:
        """Keep what finds spans and where everything lives."""
        self._finder = finder
        self._entities = entities
        self._index = Index(passages, library)

    def run(
        self, request: ReadRequest, cancel: CancelToken
    ) -> Generator[Progress | Notice | ReadDone, None, None]:
        """Yield `Progress` after each batch, at last `ReadDone`.

        Abstracts come before the text of PDFs.

        Raises:
            CancelledError: what was read so far is stored.
            UserError: entities.no_model, and those of `EntityAgent.run`.
        """
        if not request.model:
            raise UserError("entities.no_model")
        yield from self._index.refresh(None, cancel)
        reader = self._entities.begin(request.model, request.labels, request.threshold)
        total = self._entities.count_unread(reader)
        done, mentions, began = 0, 0, time.monotonic()
        yield Progress(0, total, "passage")
        for source in get_args(Source):
            last = 0
            while batch := self._entities.unread(reader, source, BATCH, last):
                cancel.check()
                readings = self._read(batch, request, cancel)
                self._entities.keep(reader, readings)
                last = batch[-1].id
                done += len(batch)
                mentions += sum(len(reading.spans) for reading in readings.values())
                rate = done / max(time.monotonic() - began, 1e-6)
                yield Progress(done, total, "passage", rate, max(0, total - done) / rate)
        self._entities.link(linked(self._entities))
        yield ReadDone(done, mentions)

    def _read(
        self, batch: Sequence[Passage], request: ReadRequest, cancel: CancelToken
    ) -> dict[int, Reading]:
        asked = EntityRequest(
            tuple(passage.text for passage in batch),
            request.model,
            request.labels,
            request.threshold,
        )
        return {
            batch[event.index].id: reading(batch[event.index].text, event.spans)
            for event in self._finder.run(asked, cancel)
            if isinstance(event, EntitiesFound)
        }


def reading(text: str, spans: Sequence[Span]) -> Reading:
    """What is stored of the spans of a text: those that name something."""
    kept = [one for span in spans if (one := _kept(span))]
    labels = {span.label for span in spans}
    short = {
        (label, pair.short, pair.long)
        for label in labels
        for pair in names.short_forms(text, label)
    }
    for span in spans:
        pair = names.short_of(text, span.start, span.end, span.label)
        if pair:
            short.add((span.label, pair.short, pair.long))
    return Reading(tuple(kept), tuple(sorted(short)))


def linked(entities: Entities) -> dict[str, dict[str, str]]:
    """By label: the short forms, each with the long form whose entity it names."""
    return {
        label: names.targets(
            entities.forms(label), [names.ShortForm(short, long) for short, long in pairs]
        )
        for label, pairs in entities.shorts().items()
    }


def _kept(span: Span) -> FoundSpan | None:
    form = names.form(span.text, span.label)
    if len(form) < 2 or len(span.text) > _LONGEST:
        return None
    if span.label == "year" and not _YEAR.search(span.text):
        return None
    shown = names.bare(span.text, span.label)
    return FoundSpan(span.start, span.end, span.label, form, shown, span.score)
