"""What goes into the scholar agent and what comes out."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from agents.base import Notice, Progress, Token

SearchWay = Literal["words", "meaning", "both"]
Support = Literal["supported", "flagged"]


@dataclass(frozen=True, slots=True)
class Work:
    """One entry of the library."""

    id: int
    key: str  # citation key, as the user wrote it
    kind: str  # BibTeX entry type, lower case
    title: str
    authors: tuple[str, ...]  # "Family, Given"
    year: str
    venue: str
    abstract: str
    doi: str = ""


@dataclass(frozen=True, slots=True)
class ImportRequest:
    """Add the entries of a .bib file to the library."""

    source: Path


@dataclass(frozen=True, slots=True)
class BrokenEntry:
    """An entry that could not be read: where it stands and what it says."""

    line: int  # 1-based
    reason: str
    text: str


@dataclass(frozen=True, slots=True)
class ImportDone:
    """What came in. `duplicates` are entries the library already had."""

    added: int
    updated: int
    duplicates: int
    broken: tuple[BrokenEntry, ...]
    total: int  # works in the library now


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


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of the draft with the keys it cites and what backs it."""

    text: str  # without citation marks
    keys: tuple[str, ...]
    support: Support
    evidence: str = ""  # quoted from the abstract of a cited work
    reason: str = ""  # a code of `app.messages`, where flagged


@dataclass(frozen=True, slots=True)
class ParagraphDone:
    """One paragraph, checked and stored."""

    index: int
    theme: str
    sentences: tuple[Sentence, ...]


@dataclass(frozen=True, slots=True)
class DraftReport:
    """The counts of the report beside the draft, all integers."""

    citations: int
    unknown_keys: int
    sentences: int
    supported: int
    flagged: int


@dataclass(frozen=True, slots=True)
class Draft:
    """A whole draft."""

    id: int
    topic: str
    paragraphs: tuple[ParagraphDone, ...]
    works: tuple[Work, ...]  # what is cited, in order of first citation
    report: DraftReport


@dataclass(frozen=True, slots=True)
class DraftDone:
    """The draft is finished and stored."""

    draft: Draft


ScholarEvent = (
    Token | Notice | Progress | ImportDone | SearchDone | PlanMade | ParagraphDone | DraftDone
)
