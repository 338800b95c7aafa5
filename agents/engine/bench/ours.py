"""The engine as everybody gets it, with a clock beside it and an eye on what it asks llama.cpp for.

The one law: nothing here changes what the engine does. `watching` wraps native calls to take a
copy of their parameters, so that the other side can be given the very same.
"""

from __future__ import annotations

import contextlib
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from agents.base import CancelToken
from agents.engine import native
from agents.engine.cache import ModelCache
from agents.engine.catalog import Catalog

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping
    from pathlib import Path

    from agents.engine.bench.figures import Part
    from agents.engine.catalog import CatalogEntry
    from agents.engine.port import Completion, Engine, GenerationRequest

CHAT, DOCUMENT = "chat", "document"  # ids of the two models


class FileShelf:
    """Lends files by id; what they are is read from the files themselves."""

    def __init__(self, files: Mapping[str, Path]) -> None:
        """Remember the files."""
        self.catalog = Catalog(())
        self._files = files

    def path(self, model_id: str) -> Path | None:
        """See `cache.Models`."""
        return self._files.get(model_id)

    def entry(self, model_id: str) -> CatalogEntry | None:
        """See `cache.Models`."""
        del model_id


@contextlib.contextmanager
def opened(part: Part, **more: Any) -> Generator[ModelCache, None, None]:  # noqa: ANN401 - what ModelCache takes
    """A cache over the part's two models; nothing is loaded yet."""
    shelf = FileShelf({CHAT: part.model, DOCUMENT: part.second})
    cache = ModelCache(shelf, threads=part.threads, budget=0, **more)
    try:
        yield cache
    finally:
        cache.close()


@dataclass(slots=True)
class Asked:
    """Parameters the engine gave to llama.cpp: `llama_model_params`, `llama_context_params`."""

    model: Any = None
    context: Any = None

    def save(self, folder: Path) -> None:
        """For another process of the same program."""
        (folder / "model_params.bin").write_bytes(bytes(self.model))
        (folder / "context_params.bin").write_bytes(bytes(self.context))

    @classmethod
    def load(cls, folder: Path) -> Asked:
        """What `save` wrote. Its callbacks lead nowhere."""
        lib = native.llama()
        return cls(
            lib.llama_model_params.from_buffer_copy((folder / "model_params.bin").read_bytes()),
            lib.llama_context_params.from_buffer_copy((folder / "context_params.bin").read_bytes()),
        )


@contextlib.contextmanager
def watching() -> Generator[Asked, None, None]:
    """Take a copy of the parameters of the model that is loaded first meanwhile."""
    lib = native.llama()
    load, begin = lib.llama_model_load_from_file, lib.llama_init_from_model
    asked = Asked()

    def loading(path: bytes, params: Any) -> Any:  # noqa: ANN401 - native structures
        asked.model = asked.model or copied(params)
        return load(path, params)

    def beginning(model: Any, params: Any) -> Any:  # noqa: ANN401 - native structures
        asked.context = asked.context or copied(params)
        return begin(model, params)

    lib.llama_model_load_from_file, lib.llama_init_from_model = loading, beginning
    try:
        yield asked
    finally:
        lib.llama_model_load_from_file, lib.llama_init_from_model = load, begin


def copied(structure: Any) -> Any:  # noqa: ANN401 - a native structure
    """A structure with the same content."""
    return cast("Any", type(structure)).from_buffer_copy(structure)


@dataclass(frozen=True, slots=True)
class Timed:
    """A request that ran to its end. Seconds since it was submitted."""

    first: float  # until its first piece of text
    end: float
    completion: Completion

    @property
    def rate(self) -> float:
        """Tokens a second after the first."""
        return (self.completion.completion_tokens - 1) / (self.end - self.first)


def timed(engine: Engine, request: GenerationRequest, cancel: CancelToken | None = None) -> Timed:
    """Submit a request and read it to its end, as a caller does."""
    first = 0.0
    started = time.perf_counter()
    stream = engine.submit(request, cancel or CancelToken())
    for _piece in stream:
        first = first or time.perf_counter() - started
    end = time.perf_counter() - started
    return Timed(first or end, end, stream.result())
