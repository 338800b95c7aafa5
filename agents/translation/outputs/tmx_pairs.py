"""A job's translated segments as TMX 1.4, for other translation memories.

The one law: only pairs that are translations: what was not translated, what only tried the layout
and what needs a look stay out, unless a person confirmed it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from agents.store.memory_rows import Entry
from agents.translation import tmx
from agents.translation.outputs.material import mark

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agents.store.segment_rows import StoredSegment
    from agents.translation.outputs.material import Material

_TRIALS = ("pseudo", "identity")


def make(made: Material) -> bytes:
    """The file."""
    return b"".join(tmx.write(_entries(made), made.version, mark(made.receipt.output)))


def _entries(made: Material) -> Iterator[Entry]:
    receipt = made.receipt
    for number, one in enumerate(made.segments):
        human = one.confirmed or one.edited
        if human or _is_good(one, receipt.engine):
            yield Entry(
                id=number,
                source=one.source,
                target=one.target,
                target_language=receipt.target_language,
                origin="human" if human else "machine",
                model="" if human else one.made_by.removeprefix("model:") or receipt.model,
                name=receipt.source,
                note=one.comment,
                created="",
                used="",
                uses=0,
            )


def _is_good(one: StoredSegment, engine: str) -> bool:
    trial = one.made_by in _TRIALS or (not one.made_by and engine in _TRIALS)
    same = one.source == one.target  # numbers and names: no pair to learn from
    return one.state != "untranslated" and not one.problems and not trial and not same
