"""Finds entities in texts, batch by batch, in the order of the texts.

The one law: whatever is slow (loading, inference) happens inside `run`, on the caller's worker
thread, and stops within one batch when asked to.
"""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

import psutil

from agents.base import Progress, UserError
from agents.entities import checkpoint
from agents.entities.events import EntitiesFound, Span
from agents.entities.gliner import Gliner

if TYPE_CHECKING:
    from collections.abc import Callable, Generator
    from pathlib import Path

    from agents.base import CancelToken
    from agents.entities.events import EntityEvent, EntityRequest

BATCH_TEXTS = 8
BATCH_CHARACTERS = 8000  # of one batch, unless one text alone is longer
MAX_THREADS = 4  # beside llama.cpp: more gains little for a 200 M encoder


class EntityAgent:
    """Lends one loaded GLiNER at a time."""

    def __init__(
        self,
        find: Callable[[str], Path | None],
        particles: Callable[[str], dict[int, int]],
    ) -> None:
        """Keep what finds models.

        Args:
            find: model id to its folder, or to a file in it; None if it is not here.
            particles: where Korean particles end a word: end of the word -> their start.
        """
        self._find = find
        self._particles = particles
        self._lock = threading.Lock()
        self._loaded: tuple[Path, Gliner] | None = None

    def run(
        self, request: EntityRequest, cancel: CancelToken
    ) -> Generator[EntityEvent, None, None]:
        """Yield `EntitiesFound` for each text, and `Progress`.

        Raises:
            CancelledError: `cancel` was set.
            UserError: entities.no_model, entities.no_labels, model.missing and those of loading.
        """
        labels = tuple(dict.fromkeys(label.strip() for label in request.labels if label.strip()))
        if not labels:
            raise UserError("entities.no_labels")
        if not request.model:
            raise UserError("entities.no_model")
        total, done, began = len(request.texts), 0, time.monotonic()
        yield Progress(0, total, "text")
        with self._lock:
            model = self._model(request.model, cancel)
            for batch in _batches(request.texts):
                cancel.check()
                found = model.find(batch, labels, request.threshold, cancel)
                for text, spans in zip(batch, found, strict=True):
                    yield EntitiesFound(done, self._trimmed(text, spans))
                    done += 1
                rate = done / max(time.monotonic() - began, 1e-6)
                yield Progress(done, total, "text", rate, (total - done) / rate)

    def free(self) -> None:
        """Give the memory back; the next request loads the model again."""
        with self._lock:
            self._loaded = None

    def runtime(self) -> str:
        """The runtime that would run a model, for the self-test."""
        import onnxruntime  # noqa: PLC0415 - native, and slow to import
        import tokenizers  # noqa: PLC0415 - likewise

        return f"ONNX Runtime {onnxruntime.__version__}, tokenizers {tokenizers.__version__}"

    def _model(self, model_id: str, cancel: CancelToken) -> Gliner:
        place = self._find(model_id)
        if place is None:
            raise UserError("model.missing", model=model_id)
        folder = place if place.is_dir() else place.parent
        if self._loaded is not None and self._loaded[0] == folder:
            return self._loaded[1]
        self._loaded = None  # never two at once
        checkpoint.export_if_needed(folder, cancel)
        threads = min(psutil.cpu_count(logical=False) or 1, MAX_THREADS)
        self._loaded = (folder, Gliner(folder, threads))
        cancel.check()
        return self._loaded[1]

    def _trimmed(self, text: str, spans: list[Span]) -> tuple[Span, ...]:
        """The spans without the Korean particles at their end (논문에서 -> 논문)."""
        if not any(_is_hangul(span.text[-1]) for span in spans):
            return tuple(spans)
        particles = self._particles(text)
        return tuple(_trim(text, span, particles) for span in spans)


def _trim(text: str, span: Span, particles: dict[int, int]) -> Span:
    end = particles.get(span.end, span.end)
    if end <= span.start:
        return span  # nothing but particles: then it is none
    return Span(span.start, end, text[span.start : end], span.label, span.score)


def _is_hangul(letter: str) -> bool:
    return "가" <= letter <= "힣"


def _batches(texts: tuple[str, ...]) -> Generator[list[str], None, None]:
    batch: list[str] = []
    for text in texts:
        size = sum(map(len, batch)) + len(text)
        if batch and (len(batch) >= BATCH_TEXTS or size > BATCH_CHARACTERS):
            yield batch
            batch = []
        batch.append(text)
    if batch:
        yield batch
