"""A memory file taken into the user's memory, as one batch that can be taken back.

The one law: an import is there whole or not at all: what breaks off is taken back.
"""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

from agents.base import CancelledError, Progress, UserError
from agents.translation import memory
from agents.translation.formats.base import read_bytes

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

    from agents.base import CancelToken
    from agents.store.memories import Batch, Memories

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
    batch = memories.begin_import(path.name)
    done = 0
    try:
        while some := list(itertools.islice(rows, _TOGETHER)):
            cancel.check()
            pairs = [(row.get("en", ""), row.get("ko", "")) for row in some]
            memories.add_imported(batch, pairs, "ko")
            done += len(some)
            yield Progress(done, 0, "pair")
        made = _made(memories, batch)
        if made.added >= _LARGE:
            memories.tidy()
    except (CancelledError, GeneratorExit, UserError):
        memories.undo(batch)
        raise
    yield made


def _made(memories: Memories, batch: int) -> Batch:
    """The batch, if there is anything in it."""
    made = memories.batch(batch)
    if not made.added and not made.known:
        raise UserError("translation.memory_empty", file=made.file)
    return made
