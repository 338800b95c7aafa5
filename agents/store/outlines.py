"""The outline of a draft: themes, the works of each, and what each sentence will say and rest on.

The one law: plain frozen values that can be compared: a planned sentence that has not changed need
not be written again. Which work a slot is follows from the order of a theme's works alone.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Literal

import msgspec

Kind = Literal["lead", "claim", "comparison", "closing"]
Step = Literal["topic", "themes", "sentences", "text"]
Unsupported = Literal["flag", "drop"]

STEPS: tuple[Step, ...] = ("topic", "themes", "sentences", "text")


@dataclass(frozen=True, slots=True)
class EvidenceRef:
    """What can be quoted of a work, word for word."""

    key: str  # of the work; empty where it is the user's own note
    text: str
    page: int = 0  # 1-based; 0 where it stands in the abstract
    passage: int = 0  # id of the stored passage of a PDF; 0 where it stands in the abstract


@dataclass(frozen=True, slots=True)
class PlannedSentence:
    """One sentence to be written."""

    id: int  # within the draft
    kind: Kind
    evidence: tuple[EvidenceRef, ...] = ()  # of a comparison one for each work
    # lead and comparison: the phrase that the works share; claim: what the user wants to say, empty
    # for what the evidence says
    says: str = ""
    locked: bool = False  # stays as it is when the plan is proposed anew

    @property
    def keys(self) -> tuple[str, ...]:
        """The works it cites, each once."""
        return tuple(dict.fromkeys(ref.key for ref in self.evidence if ref.key))

    def same(self, other: PlannedSentence | None) -> bool:
        """Whether another one would be written alike; a lock is of no consequence for that."""
        mine = (self.kind, self.evidence, self.says)
        return other is not None and mine == (other.kind, other.evidence, other.says)


@dataclass(frozen=True, slots=True)
class PlannedTheme:
    """One paragraph to be."""

    id: int  # within the draft
    title: str
    keys: tuple[str, ...] = ()  # what it may cite: the first is slot 1
    question: str = ""
    pinned: tuple[str, ...] = ()  # works that stay where they are
    sentences: tuple[PlannedSentence, ...] = ()
    planned: bool = False  # whether `sentences` fit `keys`
    closing: bool = False  # the paragraph on the user's own work


@dataclass(frozen=True, slots=True)
class Outline:
    """What a draft is written from."""

    themes: tuple[PlannedTheme, ...] = ()
    language: str = ""  # "en" or "ko"; empty = that of the topic
    own: str = ""  # what the user's own work does, in the user's words
    unsupported: Unsupported = "flag"
    max_themes: int = 4

    def theme(self, id_: int) -> PlannedTheme | None:
        """A theme by its id."""
        return next((theme for theme in self.themes if theme.id == id_), None)

    def sentence(self, id_: int) -> PlannedSentence | None:
        """A planned sentence by its id."""
        every = (sentence for theme in self.themes for sentence in theme.sentences)
        return next((sentence for sentence in every if sentence.id == id_), None)

    @property
    def keys(self) -> tuple[str, ...]:
        """All works, each once."""
        return tuple(dict.fromkeys(key for theme in self.themes for key in theme.keys))

    @property
    def free_theme(self) -> int:
        """An id that no theme has."""
        return max((theme.id for theme in self.themes), default=0) + 1

    @property
    def free_sentence(self) -> int:
        """An id that no planned sentence has."""
        every = (sentence.id for theme in self.themes for sentence in theme.sentences)
        return max(every, default=0) + 1


def dump(outline: Outline) -> str:
    """An outline as JSON, for the database."""
    return json.dumps(msgspec.to_builtins(outline), ensure_ascii=False)


def load(text: str) -> Outline | None:
    """The outline of a JSON text of `dump`; None for an empty one."""
    return msgspec.json.decode(text, type=Outline) if text else None
