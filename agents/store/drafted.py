"""What a draft is: its sentences with what backs them, its counts, what it was begun with.

The one law: these are values; what is stored of them is in `agents.store.drafts`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from agents.store.entries import Entry, Work  # noqa: TC001 - the same
from agents.store.outlines import EvidenceRef, Outline, Step  # noqa: TC001 - msgspec reads them

if TYPE_CHECKING:
    from collections.abc import Container, Sequence

DraftState = Literal["writing", "done", "stopped", "interrupted", "planned"]
Support = Literal["supported", "flagged"]
Origin = Literal["model", "quote", "title", "lead", "own", "person"]


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of the draft with the keys it cites and what backs it."""

    text: str  # without citation marks
    keys: tuple[str, ...]
    support: Support
    evidence: str = ""  # quoted from the abstract of a cited work
    reason: str = ""  # a code of `app.messages`, where flagged
    # who worded it: the model; a verbatim quotation; the title alone (there is no abstract);
    # an opening that names what the cited works share; the user's own notes; a person, by hand
    origin: Origin = "model"
    passages: tuple[EvidenceRef, ...] = ()  # what backs it, for each cited work, with its page
    planned: int = 0  # the id of the planned sentence it was written from; 0 = none
    # where each key is cited, as an offset into `text`; empty = all before the final full stop
    places: tuple[int, ...] = ()
    opens: bool = False  # begins a new paragraph under its heading


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph of sentences, checked and stored."""

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
    dropped: int = 0  # taken out because nothing supports them


@dataclass(frozen=True, slots=True)
class Draft:
    """A whole draft, or what there is of one that was stopped."""

    id: int
    topic: str
    paragraphs: tuple[Paragraph, ...]
    works: tuple[Work, ...]  # what is cited, in order of first citation
    report: DraftReport
    entries: tuple[Entry, ...] = ()  # the verbatim BibTeX of `works`, in the same order
    model: str = ""
    state: DraftState = "done"
    language: str = ""  # "en", "ko"; empty = that of the topic
    dropped: tuple[Sentence, ...] = ()  # taken out because nothing supports them
    step: Step = "text"


@dataclass(frozen=True, slots=True)
class DraftRow:
    """One draft of the list. Times are ISO 8601, UTC."""

    id: int
    topic: str
    model: str
    state: DraftState
    sentences: int
    flagged: int
    updated: str
    step: Step = "text"


@dataclass(frozen=True, slots=True)
class Plan:
    """What a draft is written from: headings with the keys that they may cite, and the entries."""

    themes: tuple[tuple[str, tuple[str, ...]], ...]
    entries: tuple[Entry, ...]
    left_out: int = 0


@dataclass(frozen=True, slots=True)
class Begun:
    """What a draft was begun with, and how far it is."""

    topic: str
    model: str
    seed: int
    source: str  # the .bib file drafted from alone; empty = the library
    state: DraftState
    step: Step
    outline: Outline | None  # None in a draft that has none yet


def report(paragraphs: Sequence[Paragraph], known: Container[str], dropped: int = 0) -> DraftReport:
    """Count what a draft holds. `known` are the keys that exist."""
    sentences = [sentence for paragraph in paragraphs for sentence in paragraph.sentences]
    keys = [key for sentence in sentences for key in sentence.keys]
    supported = sum(sentence.support == "supported" for sentence in sentences)
    return DraftReport(
        citations=len(keys),
        unknown_keys=sum(key not in known for key in keys),
        sentences=len(sentences),
        supported=supported,
        flagged=len(sentences) - supported,
        dropped=dropped,
    )
