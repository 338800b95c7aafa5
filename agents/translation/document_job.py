"""The run of one document: what is known of it, what it will say, and what makes it another one.

The one law: what is written follows from the stored segments alone, so that a file can be written
again without asking anybody.
"""

from __future__ import annotations

import hashlib
import json
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, cast

from agents.base import Progress, UserError
from agents.store.segment_rows import StoredSegment
from agents.translation import choices, language, prompts, work
from agents.translation.events import DocumentRequest

if TYPE_CHECKING:
    from agents.base import CancelToken
    from agents.store.translations import TranslationJob
    from agents.translation.events import EngineKind, Language
    from agents.translation.formats.base import Document
    from agents.translation.inline import Piece, Rich
    from agents.translation.memory import Known
    from agents.translation.work import Judge, Unit


@dataclass(slots=True)
class Job:
    """A run of one document."""

    request: DocumentRequest
    document: Document
    pieces: dict[str, tuple[Piece, ...]]
    units: list[Unit]
    judge: Judge
    memory: Known
    output: Path
    languages: tuple[Language, Language]
    id: int = 0
    stored: dict[str, StoredSegment] = field(default_factory=dict[str, StoredSegment])
    phrases: dict[str, str] = field(default_factory=dict[str, str])
    since: float = field(default_factory=time.monotonic)  # what is not stored yet began here
    began: float = field(default_factory=time.monotonic)
    left: int = 0  # characters still to do
    letters: int = 0  # characters done in this run
    count: int = 0  # segments done in this run

    def guesses(self) -> list[str]:
        """Formatted phrases that a model should be asked about, each once."""
        found: dict[str, None] = {}
        for unit in self.units:
            row = self.stored.get(unit.id)
            if row is None or row.state == "untranslated" or row.target == unit.piece.rich.text:
                continue
            for phrase in self.judge.guessed(unit, row.target, self.hint):
                if phrase not in self.phrases and language.needs(phrase, self.request.target):
                    found[phrase] = None
        return list(found)

    def hint(self, text: str) -> str:
        """How a phrase reads in the other language, empty if not known."""
        known = self.memory.hint(text) or self.judge.terms.hint(text)
        return known or self.phrases.get(text, "")

    def data(self, cancel: CancelToken) -> bytes:
        """The translated file as the segments stand now."""
        targets: dict[str, list[tuple[Piece, Rich | None]]] = {}
        units = {(unit.paragraph.id, unit.piece.segment): unit for unit in self.units}
        for name, pieces in self.pieces.items():
            cancel.check()
            targets[name] = [
                (piece, self._target(units.get((name, piece.segment)))) for piece in pieces
            ]
        data = self.document.write(targets)
        cancel.check()
        return data

    def _target(self, unit: Unit | None) -> Rich | None:
        """What is written for a segment; None where the source stays."""
        row = self.stored.get(unit.id) if unit is not None else None
        if unit is None or row is None:  # what is not done yet is shown as it was read
            return None
        if row.state == "untranslated" or row.target == unit.piece.rich.text:
            return None
        engine = "" if row.made_by else self.request.engine  # a person's words are no engine's
        if engine == "identity":
            return None
        if engine == "pseudo":
            return work.pseudo_rich(unit, self.judge)
        placed = self.judge.place(unit, row.target, self.hint, closely=True)
        return placed or self.judge.place(unit, row.target, lambda _text: "")

    def lap(self) -> float:
        """Seconds since the last time something was stored."""
        now = time.monotonic()
        seconds, self.since = now - self.since, now
        return seconds

    def progress(self) -> Progress:
        """How far the job is; the time left follows the characters, not the segments."""
        seconds = max(time.monotonic() - self.began, 1e-6)
        speed = self.letters / seconds
        return Progress(
            done=len(self.stored),
            total=len(self.units),
            unit="segment",
            rate=self.count / seconds,
            seconds_left=self.left / speed if speed else 0.0,
        )


def output_path(request: DocumentRequest) -> Path:
    """Where the translation is written: `name.ko.docx` in the output folder."""
    name = f"{request.source.stem}.{request.target}{request.source.suffix}"
    return request.out_dir / name


def asked(job: TranslationJob) -> DocumentRequest:
    """What a stored job was asked to do; of an older version's job only what its columns say."""
    output = Path(job.output)
    plain = DocumentRequest(
        Path(job.source),
        cast("Language", job.target_language),
        output.parent,
        cast("EngineKind", job.engine),
        job.model,
    )
    return choices.from_json(job.choices) or plain


def source_language(request: DocumentRequest, units: list[Unit]) -> Language:
    """The language of the document.

    Raises:
        UserError: translation.already_there (all of it is in the target language).
    """
    if request.engine in ("model", "memory"):
        if any(unit.asks(request.target) for unit in units):
            return language.other(request.target)
        if any(language.has_words(unit.words) for unit in units):
            raise UserError("translation.already_there", file=request.source.name)
    return language.detect(" ".join(unit.words for unit in units))


def identity_of(request: DocumentRequest, data: bytes, known: str, terms: str, rules: str) -> str:
    """Everything that decides what the segments say."""
    parts: list[object] = [
        hashlib.sha256(data).hexdigest(),
        request.source.suffix.lower(),
        request.target,
        request.engine,
        model(request),
        prompts.RECIPE,
        known,
        *([request.register] if request.register else []),
        *([request.options] if request.options else []),
        *(["terms", terms] if terms else []),
        *([] if request.use_memory else ["alone"]),
        *(["rules", rules] if rules else []),
    ]
    return hashlib.sha256(json.dumps(parts).encode("utf-8")).hexdigest()


def model(request: DocumentRequest) -> str:
    """The model of a request; empty where none is asked."""
    return request.model if request.engine == "model" else ""
