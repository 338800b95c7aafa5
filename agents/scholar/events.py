"""What goes into the scholar agent and what comes out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from agents.base import Notice, Progress, Token
from agents.store.drafts import Draft, DraftReport, Paragraph, Sentence, Support
from agents.store.entries import Broken, Renamed, Work

if TYPE_CHECKING:
    from pathlib import Path

BrokenEntry = Broken
ParagraphDone = Paragraph  # one paragraph, checked and stored

SearchWay = Literal["words", "meaning", "both"]


@dataclass(frozen=True, slots=True)
class ImportRequest:
    """Add a bibliography, a PDF, a Zotero data folder or a folder of PDFs to the library."""

    source: Path


@dataclass(frozen=True, slots=True)
class ImportDone:
    """What came in. `duplicates` are entries the library already had."""

    added: int
    updated: int
    duplicates: int
    broken: tuple[Broken, ...]
    total: int  # works in the library now
    renamed: tuple[Renamed, ...] = ()  # taken under another key than they were written with
    kept_in: str = ""  # the file beside the source that holds `broken`


@dataclass(frozen=True, slots=True)
class SearchRequest:
    """Search the library."""

    query: str
    way: SearchWay = "both"
    limit: int = 20


@dataclass(frozen=True, slots=True)
class Hit:
    """One found work. `score` is the fused rank score: higher is better, never a probability."""

    work: Work
    score: float
    ways: tuple[str, ...]  # "words", "meaning"


@dataclass(frozen=True, slots=True)
class SearchDone:
    """The hits, best first. `by_meaning` is False where no embedder is available here."""

    hits: tuple[Hit, ...]
    by_meaning: bool


@dataclass(frozen=True, slots=True)
class DraftRequest:
    """Draft a related-work section from a topic or an abstract."""

    topic: str
    model: str
    library: Path | None = None  # a .bib file drafted from alone; None = the whole library
    max_themes: int = 4
    seed: int = 0
    draft: int = 0  # go on with this stopped draft; its topic, library and plan hold


@dataclass(frozen=True, slots=True)
class Theme:
    """One paragraph to be: its heading and the works it may cite, slot 1 first."""

    title: str
    works: tuple[Work, ...]


@dataclass(frozen=True, slots=True)
class PlanMade:
    """The plan, before anything is written. `left_out` works have nothing to do with the topic."""

    themes: tuple[Theme, ...]
    left_out: int
    draft: int = 0  # its id in the store


@dataclass(frozen=True, slots=True)
class SentenceDone:
    """One sentence, checked and stored; replaces the tokens shown since the last one."""

    paragraph: int  # index of the theme
    index: int  # within the paragraph
    sentence: Sentence


@dataclass(frozen=True, slots=True)
class DraftDone:
    """The draft is finished and stored."""

    draft: Draft


ScholarEvent = (
    Token
    | Notice
    | Progress
    | ImportDone
    | SearchDone
    | PlanMade
    | SentenceDone
    | ParagraphDone
    | DraftDone
)

ScholarRequest = ImportRequest | SearchRequest | DraftRequest

__all__ = [
    "Broken",
    "BrokenEntry",
    "Draft",
    "DraftDone",
    "DraftReport",
    "DraftRequest",
    "Hit",
    "ImportDone",
    "ImportRequest",
    "Notice",
    "ParagraphDone",
    "PlanMade",
    "Progress",
    "Renamed",
    "ScholarEvent",
    "ScholarRequest",
    "SearchDone",
    "SearchRequest",
    "SearchWay",
    "Sentence",
    "SentenceDone",
    "Support",
    "Theme",
    "Token",
    "Work",
]
