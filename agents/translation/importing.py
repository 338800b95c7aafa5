"""Memory files taken into the user's memory, and the memory written as one.

The one law: an import is there whole or not at all: what breaks off is taken back, be it by a
later process. So is a file that is written.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from agents.base import Progress, UserError
from agents.translation import memory, tmx
from agents.translation.formats.base import read_bytes
from agents.translation.receipt import write_whole

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator
    from pathlib import Path

    from agents.base import CancelToken
    from agents.store.memories import Memories
    from agents.store.memory_imports import Batch
    from agents.store.memory_rows import Entry

Part = Literal["all", "without_models", "human"]

_LARGE = 5_000  # pairs from which the index is put in order afterwards
_TOGETHER = 5_000  # pairs stored in one transaction


def load(
    memories: Memories, path: Path, cancel: CancelToken
) -> Generator[Progress | Batch, None, None]:
    """Import a TMX or JSONL file; ends with the batch.

    Raises:
        CancelledError: `cancel` was set; nothing of the file stays.
        UserError: file.*, translation.memory_{broken,empty}, translation.too_big.
    """
    rows = memory.rows(read_bytes(path), path.name)
    memories.imports.take_back_dead()  # the same file again must not find half of its pairs there
    batch = memories.imports.begin(path.name)
    done = 0
    try:
        while some := list(itertools.islice(rows, _TOGETHER)):
            cancel.check()
            pairs = [(row.get("en", ""), row.get("ko", "")) for row in some]
            memories.imports.add(batch, pairs, "ko")
            done += len(some)
            yield Progress(done, 0, "pair")
        made = _made(memories, batch)
        memories.imports.end(batch)
    except BaseException:
        memories.imports.undo(batch)
        raise
    if made.added >= _LARGE:
        memories.tidy()
    yield made


def _made(memories: Memories, batch: int) -> Batch:
    """The batch, if there is anything in it."""
    made = memories.imports.batch(batch)
    if not made.added and not made.known:
        raise UserError("translation.memory_empty", file=made.file)
    return made


class Imports:
    """`load` as an agent; its request is the path of a file."""

    def __init__(self, memories: Memories) -> None:
        """Keep the memory that grows."""
        self._memories = memories

    def run(self, request: Path, cancel: CancelToken) -> Generator[Progress | Batch, None, None]:
        """Import one file; see `load`."""
        yield from load(self._memories, request, cancel)


@dataclass(frozen=True, slots=True)
class ExportRequest:
    """Write the memory into a file."""

    path: Path
    version: str  # of the program
    part: Part = "all"


@dataclass(frozen=True, slots=True)
class Exported:
    """The file is there."""

    path: Path
    pairs: int


class Exports:
    """Writes the memory as TMX 1.4."""

    def __init__(self, memories: Memories) -> None:
        """Keep the memory."""
        self._memories = memories

    def run(self, request: ExportRequest, cancel: CancelToken) -> Generator[Exported, None, None]:
        """Write; a file that is there is written over, once the new one is whole.

        Raises:
            CancelledError: `cancel` was set; the file is as it was.
            UserError: translation.memory_nothing, file.unwritable.
        """
        entries = self._memories.entries(
            machine=request.part == "all", only_human=request.part == "human"
        )
        first = next(entries, None)
        if first is None:
            raise UserError("translation.memory_nothing")
        counted = _Counted(itertools.chain([first], entries), cancel)
        write_whole(request.path, tmx.write(counted, request.version))
        yield Exported(request.path, counted.count)


class _Counted:
    """Entries on their way, counted; stops where it is asked to."""

    def __init__(self, entries: Iterator[Entry], cancel: CancelToken) -> None:
        self._entries = entries
        self._cancel = cancel
        self.count = 0

    def __iter__(self) -> Iterator[Entry]:
        for entry in self._entries:
            self._cancel.check()
            self.count += 1
            yield entry
