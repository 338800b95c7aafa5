"""A model that is loading or loaded, and what is lent of it.

The one law: a slot belongs to one state of one file. Who replaces, changes or removes the file
gets another slot with the next loan; loans that are out go on with what they have.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from agents.engine import mapped

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from agents.engine.embed_gguf import EmbeddingModel
    from agents.engine.lease import Lease
    from agents.engine.llama_engine import LlamaEngine
    from agents.engine.loaded import LoadedModel
    from agents.engine.port import Engine

FileState = tuple[str, int, int, int, int]  # path, device, number, bytes, modified (ns)


def file_state(path: Path | None) -> FileState | None:
    """What tells a file from another that was put in its place; None where there is none."""
    try:
        found = path.stat() if path is not None else None
    except OSError:
        return None
    if found is None:
        return None
    return str(path), found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns


@dataclass(slots=True, eq=False)
class Slot:
    """A model that is loading or loaded."""

    id: str
    embeds: bool = False  # it makes vectors, and nobody can generate with it
    waiting: int = 0  # borrowers who wait for it
    borrowed: int = 0
    used: float = field(default_factory=time.monotonic)  # last given back
    since: float = field(default_factory=time.time)
    bytes: int = 0  # it may take
    held: int = 0  # of its own memory, without the mapped file
    file: FileState | None = None  # when it was loaded
    lease: Lease | None = None  # on the file, while it is mapped
    model: LoadedModel | EmbeddingModel | None = None
    engine: LlamaEngine | EmbeddingModel | None = None  # what is lent
    error: BaseException | None = None

    @property
    def key(self) -> tuple[str, bool]:
        """Its place among the slots: who wants the wrong thing of a model gets an error."""
        return self.id, self.embeds

    def resident(self) -> int:
        """Bytes that are really in memory, where the system tells; else what was predicted."""
        file = mapped.resident(self.model.info.path) if self.model else None
        if file is None:
            return self.bytes
        return self.held + file + (self.lease.copied if self.lease else 0)

    def let_file_go(self) -> None:
        """It is no longer mapped."""
        if self.lease is not None:
            self.lease.close()
            self.lease = None


class Loan:
    """A borrowed engine; see `port.EngineLoan`. Giving it back twice does no harm."""

    def __init__(self, engine: Engine, give_back: Callable[[], None]) -> None:
        """Hold `engine`."""
        self._engine = engine
        self._give_back: Callable[[], None] | None = give_back

    def __enter__(self) -> Engine:
        """Return the engine."""
        return self._engine

    def __exit__(self, *exc: object) -> None:
        """Give it back."""
        give_back, self._give_back = self._give_back, None
        if give_back is not None:
            give_back()
