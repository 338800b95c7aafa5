"""What goes into entity extraction and what comes out."""

from __future__ import annotations

from dataclasses import dataclass

from agents.base import Notice, Progress

PAPER_LABELS = (
    "person", "organisation", "method", "dataset", "task", "metric", "result", "year", "venue",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Span:
    """One entity: character offsets into the text it was found in, end exclusive."""

    start: int
    end: int
    text: str
    label: str
    score: float  # 0..1


@dataclass(frozen=True, slots=True)
class EntityRequest:
    """Find entities in some texts."""

    texts: tuple[str, ...]
    model: str
    labels: tuple[str, ...] = PAPER_LABELS
    threshold: float = 0.5


@dataclass(frozen=True, slots=True)
class EntitiesFound:
    """The spans of text number `index`, in order of position."""

    index: int
    spans: tuple[Span, ...]


EntityEvent = Notice | Progress | EntitiesFound
