"""What goes into the translation agent and what comes out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from agents.base import Notice, Progress, Token

if TYPE_CHECKING:
    from pathlib import Path

Language = Literal["en", "ko"]
EngineKind = Literal["model", "pseudo", "identity", "memory"]
ProblemKind = Literal[
    "empty",
    "same_as_source",
    "wrong_script",
    "loop",
    "length",
    "neighbour",
    "truncated",
    "number",
    "term",
    "tag",
    "register",
]
Register = Literal["", "formal", "polite", "plain"]  # 합쇼체, 해요체, 해라체; "": as most of it is
SegmentState = Literal["translated", "untranslated", "from_memory"]


@dataclass(frozen=True, slots=True)
class TextRequest:
    """Translate a piece of text."""

    text: str
    target: Language
    engine: EngineKind = "model"
    model: str = ""
    memory: Path | None = None  # TMX or JSONL, for engine "memory"
    register: Register = ""
    use_memory: bool = True  # the user's own memory is looked into before the model is asked
    glossary: str = ""  # name of one of the user's, or a file


@dataclass(frozen=True, slots=True)
class AlternativesRequest:
    """Say one sentence in other words."""

    sentence: TextRequest  # its `text` is the sentence
    known: tuple[str, ...] = ()  # wordings that are not wanted again


@dataclass(frozen=True, slots=True)
class DocumentRequest:
    """Translate one file into `out_dir / name.<target><suffix>`, with its receipt beside it."""

    source: Path
    target: Language
    out_dir: Path
    engine: EngineKind = "model"
    model: str = ""
    memory: Path | None = None
    register: Register = ""
    options: tuple[tuple[str, str], ...] = ()  # of the format, see `formats.open_document`
    use_memory: bool = True  # the user's own memory is read, and learns from the model
    glossary: str = ""  # name of one of the user's, or a file
    srx: Path | None = None  # the user's own rules for where sentences end
    also: tuple[str, ...] = ()  # kinds of outputs beside the file; written by who asked for it


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with one segment. `segment` is its stable id.

    `target` is the answer, whether it stands in the document or was refused.
    """

    segment: str
    kind: ProblemKind
    source: str
    target: str


@dataclass(frozen=True, slots=True)
class DocumentStarted:
    """The file was read. `resumed` segments were already there from an earlier run."""

    job: int
    segments: int
    resumed: int
    source_language: Language
    output: Path
    sources: tuple[str, ...] = ()  # the text of every segment, document order


@dataclass(frozen=True, slots=True)
class SegmentDone:
    """One segment is stored."""

    segment: str
    index: int  # 0-based, document order
    source: str
    target: str
    state: SegmentState
    problems: tuple[ProblemKind, ...] = ()


@dataclass(frozen=True, slots=True)
class Receipt:
    """What happened to the segments of one file; written beside it as JSON."""

    source: str  # file name
    output: str  # file name
    source_language: Language
    target_language: Language
    engine: EngineKind
    model: str
    segments: int
    translated: int
    untranslated: int
    retried: int
    from_memory: int
    seconds: float
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class DocumentDone:
    """The file and its receipt are written."""

    job: int
    output: Path
    receipt_path: Path
    receipt: Receipt


@dataclass(frozen=True, slots=True)
class Pair:
    """Where a sentence and its translation stand: start and end, in code points."""

    source: tuple[int, int]
    target: tuple[int, int]


@dataclass(frozen=True, slots=True)
class TextDone:
    """The whole translation of a text."""

    text: str
    source_language: Language
    receipt: Receipt
    pairs: tuple[Pair, ...] = ()  # every sentence, in order


@dataclass(frozen=True, slots=True)
class Alternative:
    """Another wording, which passed the checks."""

    text: str


TranslationEvent = (
    Token
    | Notice
    | Progress
    | DocumentStarted
    | SegmentDone
    | DocumentDone
    | TextDone
    | Alternative
)
