"""What goes into the scholar agent and what comes out."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from agents.base import Notice, Progress, Token
from agents.store.drafts import Draft, DraftReport, Paragraph, Sentence, Support
from agents.store.entries import Broken, Renamed, Work
from agents.store.outlines import (
    EvidenceRef,
    Outline,
    PlannedSentence,
    PlannedTheme,
    Step,
    Unsupported,
)
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
    """Search the library. Without words, all works that fit what it is narrowed to are found."""

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
    """The hits, best first. `by_meaning` is False where no embedder is available here.

    Where a model sorts them, they are told twice: as they were, and `by_model`.
    """

    hits: tuple[Hit, ...]
    by_meaning: bool
    # What the hits can be narrowed by: the most frequent values, with how many hits have them; of
    # a kind that is narrowed, how many there were without that. Without words, of the library.
    facets: Mapping[FacetKind, Sequence[tuple[str, int]]] = field(
        default_factory=dict[FacetKind, "Sequence[tuple[str, int]]"]
    )
    by_model: bool = False


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
    """Draft a related-work section from a topic, an abstract or a draft paper, up to some step."""

    topic: str
    model: str
    library: Path | None = None  # a .bib file drafted from alone; None = the whole library
    max_themes: int = 4
    seed: int = 0
    draft: int = 0  # go on with this draft; its topic, library and plan hold
    until: Step = "text"  # "themes" and "sentences": wait there, so that the plan can be changed
    language: str = ""  # "en" or "ko"; empty = that of the topic
    own: str = ""  # what the user's own work does, for the closing paragraph
    unsupported: Unsupported = "flag"  # what becomes of sentences that nothing supports
    questions: bool = False  # the model words what each theme asks; checked
    plan: Path | None = None  # write from the plan in this file; `topic` is its own then


@dataclass(frozen=True, slots=True)
class RewriteRequest:
    """Write a paragraph of a draft anew, or propose other wordings of one of its sentences."""

    draft: int
    model: str
    paragraph: int  # index of the theme
    sentence: int = 0  # id of a planned sentence; 0 = all that are not locked
    alternatives: int = 0  # propose so many and store none; of one sentence only
    seed: int = 1


@dataclass(frozen=True, slots=True)
class PapersRequest:
    """Look for works of the library that a theme of a draft could cite."""

    draft: int
    query: str  # the theme's name and question, or what the user looks for
    limit: int = 12


@dataclass(frozen=True, slots=True)
class PapersFound:
    """The works found, best first, with the passage of each that answers best."""

    query: str
    works: tuple[Work, ...]
    evidence: tuple[EvidenceRef, ...]  # in the same order; an empty text where there is none


@dataclass(frozen=True, slots=True)
class EvidenceRequest:
    """Look for other words of a work that a planned sentence could rest on."""

    draft: int
    theme: int  # id of the theme
    key: str


@dataclass(frozen=True, slots=True)
class EvidenceFound:
    """What can be quoted of a work, what fits the theme best first."""

    key: str
    evidence: tuple[EvidenceRef, ...]


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
class DraftBegun:
    """The draft is in the store, with its topic."""

    draft: int


@dataclass(frozen=True, slots=True)
class PlanDone:
    """All that was asked for is planned, and the plan waits to be changed or written."""

    draft: int
    step: Step  # "themes" or "sentences"
    outline: Outline


@dataclass(frozen=True, slots=True)
class SentenceDropped:
    """A sentence was taken out because nothing supports it; it is listed in the report."""

    paragraph: int
    sentence: Sentence


@dataclass(frozen=True, slots=True)
class AlternativesFound:
    """Other wordings of one planned sentence, each checked; nothing is stored."""

    paragraph: int
    planned: int
    sentences: tuple[Sentence, ...]


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
    | DraftBegun
    | PlanMade
    | PlanDone
    | PapersFound
    | EvidenceFound
    | SentenceDropped
    | AlternativesFound
    | SentenceDone
    | ParagraphDone
    | DraftDone
)

DraftingRequest = DraftRequest | RewriteRequest | PapersRequest | EvidenceRequest
ScholarRequest = ImportRequest | SearchRequest | VerifyRequest | DraftingRequest

__all__ = [
    "AlternativesFound",
    "BackedBy",
    "Broken",
    "BrokenEntry",
    "Draft",
    "DraftBegun",
    "DraftDone",
    "DraftReport",
    "DraftRequest",
    "DraftingRequest",
    "EvidenceFound",
    "EvidenceRef",
    "EvidenceRequest",
    "Hit",
    "ImportDone",
    "ImportRequest",
    "Notice",
    "Outline",
    "PaperRead",
    "PaperState",
    "PapersFound",
    "PapersRead",
    "PapersRequest",
    "ParagraphDone",
    "PlanDone",
    "PlanMade",
    "PlannedSentence",
    "PlannedTheme",
    "Progress",
    "ReadRequest",
    "Renamed",
    "RewriteRequest",
    "ScholarEvent",
    "ScholarRequest",
    "SearchDone",
    "SearchRequest",
    "SearchWay",
    "Sentence",
    "SentenceChecked",
    "SentenceDone",
    "SentenceDropped",
    "Step",
    "Support",
    "TextChecked",
    "TextVerdict",
    "Theme",
    "Token",
    "Unsupported",
    "VerifyRequest",
    "Work",
]
