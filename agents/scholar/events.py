"""What goes into the scholar agent and what comes out."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from agents.base import Notice, Progress, Token
from agents.store.drafts import Draft, DraftReport, Paragraph, Sentence, Support
from agents.store.entries import Broken, Renamed, Work
from agents.store.papers import PaperState
from agents.store.passages import FacetKind, Narrowed, Passage

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
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
class ReadRequest:
    """Read the PDFs of works: passages, headings, references."""

    again: bool = False  # also those that were read already


@dataclass(frozen=True, slots=True)
class PaperRead:
    """What became of the PDF of a work."""

    work: int
    path: str
    state: PaperState
    pages: int


@dataclass(frozen=True, slots=True)
class PapersRead:
    """All PDFs are read. `counts` of this run by state; `links`: references that are works here."""

    counts: Mapping[PaperState, int]
    links: int


@dataclass(frozen=True, slots=True)
class SearchRequest:
    """Search the library."""

    query: str
    way: SearchWay = "both"
    limit: int = 20
    narrowed: Narrowed | None = None  # only works of these years, venues, authors or entities
    rerank: str = ""  # the model that puts the first hits in order anew; "" = none


@dataclass(frozen=True, slots=True)
class Hit:
    """One found work. `score` is the fused rank score: higher is better, never a probability."""

    work: Work
    score: float
    ways: tuple[str, ...]  # "words", "meaning"
    passage: Passage | None = None  # the piece of it that answers best


@dataclass(frozen=True, slots=True)
class SearchDone:
    """The hits, best first. `by_meaning` is False where no embedder is available here."""

    hits: tuple[Hit, ...]
    by_meaning: bool
    # what the hits can be narrowed by: the most frequent values, with how many hits have them
    facets: Mapping[FacetKind, Sequence[tuple[str, int]]] = field(
        default_factory=dict[FacetKind, "Sequence[tuple[str, int]]"]
    )


# "not checked": there is nothing here to hold the sentence against, so nothing is said about it.
TextVerdict = Literal[
    "quoted", "weak", "no support", "metadata mismatch", "unknown work", "not checked"
]


@dataclass(frozen=True, slots=True)
class VerifyRequest:
    """Check the citing sentences of a text that was written elsewhere."""

    text: Path  # LaTeX, Markdown, plain text, a Word file or a PDF
    library: Path | None = None  # a .bib file; None = the whole library, with what its PDFs say
    model: str = ""  # whose yes or no is a further vote; "" = nobody's
    pasted: str = ""  # a text that is checked instead of the file, whose name says its form


@dataclass(frozen=True, slots=True)
class BackedBy:
    """One citation of a sentence, checked."""

    key: str  # of the library, or what the text calls a work that is not there
    title: str
    verdict: TextVerdict
    evidence: str  # what can be quoted for the sentence, or comes nearest to it
    reason: str = ""  # a code of `app.messages`, unless quoted
    page: int = 0  # of the evidence, 1-based; 0 = the abstract
    work: int = 0  # its id in the library; 0 = it is of a .bib file, or unknown
    shown: str = ""  # how the text cites it: its key, people and year, or "[12]"


@dataclass(frozen=True, slots=True)
class SentenceChecked:
    """A sentence that cites, with the verdict of the worst of its citations."""

    sentence: str  # readable, with its citations as they stand
    keys: tuple[str, ...]
    verdict: TextVerdict
    evidence: str
    reason: str
    line: int  # 1-based
    works: tuple[BackedBy, ...]


@dataclass(frozen=True, slots=True)
class TextChecked:
    """All citing sentences, and the entries of the .bib file that could not be read."""

    sentences: tuple[SentenceChecked, ...]
    broken: tuple[Broken, ...]
    by_meaning: bool  # whether an embedder took part


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
    | SentenceChecked
    | TextChecked
    | PlanMade
    | SentenceDone
    | ParagraphDone
    | DraftDone
)

ScholarRequest = ImportRequest | SearchRequest | VerifyRequest | DraftRequest

__all__ = [
    "BackedBy",
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
    "PaperRead",
    "PaperState",
    "PapersRead",
    "ParagraphDone",
    "PlanMade",
    "Progress",
    "ReadRequest",
    "Renamed",
    "ScholarEvent",
    "ScholarRequest",
    "SearchDone",
    "SearchRequest",
    "SearchWay",
    "Sentence",
    "SentenceChecked",
    "SentenceDone",
    "Support",
    "TextChecked",
    "TextVerdict",
    "Theme",
    "Token",
    "VerifyRequest",
    "Work",
]
