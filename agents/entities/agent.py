"""Finds entities in texts, in the order of the texts.

The one law: whatever is slow (exporting, loading, inference) happens inside `run`, on the
caller's worker thread, and stops at once when asked to; nobody waits for it anywhere else.
"""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import psutil

from agents.base import Progress, Turns, UserError
from agents.entities import checkpoint
from agents.entities.events import EntitiesFound
from agents.entities.folder import runtime, weights
from agents.entities.gliner import Gliner
from agents.entities.gliner2 import Gliner2
from agents.entities.gliner2_folder import is_gliner2
from agents.entities.korean import trimmed

if TYPE_CHECKING:
    from collections.abc import Callable, Generator
    from pathlib import Path

    from agents.base import CancelToken
    from agents.entities.events import EntityEvent, EntityRequest
    from agents.entities.korean import Particles

MAX_THREADS = 4  # beside llama.cpp: more gains little for a 200 M encoder


@dataclass(frozen=True, slots=True)
class _Loaded:
    """A model in memory, and the file it was."""

    file: tuple[Path, int, int]  # path, size, modified (ns)
    model: Gliner | Gliner2


class EntityAgent:
    """Keeps one loaded GLiNER or GLiNER2."""

    def __init__(
        self,
        find: Callable[[str], Path | None],
        particles: Particles,
        turns: Turns | None = None,
    ) -> None:
        """Keep what finds models.

        Args:
            find: model id to its folder, or to a file in it; None if it is not here.
            particles: where Korean particles end a word: end of the word -> their start.
            turns: shared with others who compute on all cores.
        """
        self._find = find
        self._particles = particles
        self._cores = turns or Turns()
        self._turn = threading.Lock()  # one load or one run of a model at a time
        self._loaded: _Loaded | None = None

    def run(
        self, request: EntityRequest, cancel: CancelToken
    ) -> Generator[EntityEvent, None, None]:
        """Yield `EntitiesFound` for each text, and `Progress` in steps through them.

        Raises:
            CancelledError: `cancel` was set.
            UserError: entities.no_model, entities.no_labels, entities.labels_too_long,
                entities.bad_label, entities.failed, model.missing and those of loading.
        """
        labels = tuple(dict.fromkeys(label.strip() for label in request.labels if label.strip()))
        if not labels:
            raise UserError("entities.no_labels")
        if not request.model:
            raise UserError("entities.no_model")
        yield Progress(0, 0, "step")
        with self._my_turn(cancel):
            model = self._model(request.model, cancel)
        began = time.monotonic()
        steps = model.read(request.texts, labels, request.threshold, cancel)
        while True:
            with self._my_turn(cancel), self._cores.turn(cancel):
                step = next(steps, None)
            if step is None:
                break
            for number, spans in step.found:
                cancel.check()
                yield EntitiesFound(number, trimmed(request.texts[number], spans, self._particles))
            rate = step.done / max(time.monotonic() - began, 1e-6)
            left = (step.total - step.done) / rate if rate else 0.0
            yield Progress(step.done, step.total, "step", rate, left)

    def free(self) -> None:
        """Give the memory back, without waiting; the next request loads the model again.

        A request that is running keeps the model until its end.
        """
        self._loaded = None

    def runtime(self) -> str:
        """The runtime that would run a model, for the self-test."""
        import tokenizers  # noqa: PLC0415 - native, and slow to import

        version = runtime().__version__
        return f"ONNX Runtime {version}, tokenizers {tokenizers.__version__}"

    @contextmanager
    def _my_turn(self, cancel: CancelToken) -> Generator[None, None, None]:
        """Wait for the others, as long as nobody cancels."""
        while not self._turn.acquire(timeout=0.05):
            cancel.check()
        try:
            cancel.check()
            yield
        finally:
            self._turn.release()

    def _model(self, model_id: str, cancel: CancelToken) -> Gliner | Gliner2:
        place = self._find(model_id)
        if place is None:
            raise UserError("model.missing", model=model_id)
        folder = place if place.is_dir() else place.parent
        checkpoint.export_if_needed(folder, cancel)
        file = _identity(folder)
        loaded = self._loaded
        if loaded is None or loaded.file != file:
            self._loaded = None  # never two at once
            threads = min(psutil.cpu_count(logical=False) or 1, MAX_THREADS)
            kind = Gliner2 if is_gliner2(folder) else Gliner
            loaded = self._loaded = _Loaded(file, kind(folder, threads))
        return loaded.model


def _identity(folder: Path) -> tuple[Path, int, int]:
    """A model's file as it is now: it may be replaced under the same name."""
    try:
        file = weights(folder) or folder
        stat = file.stat()
    except OSError as error:
        raise UserError("file.unreadable", path=str(folder), reason=str(error)) from error
    return file, stat.st_size, stat.st_mtime_ns
