"""The speeds that were measured on this machine, kept between two starts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from agents.engine.pace import Pace
from agents.store.kept import PACES

if TYPE_CHECKING:
    from agents.store.kept import Kept


def all_kept(kept: Kept) -> dict[str, Pace]:
    """Speeds by the id of the model; what cannot be read is left out."""
    try:
        found = msgspec.convert(kept.get(PACES) or [], list[Pace])
    except msgspec.ValidationError:
        return {}
    return {pace.model: pace for pace in found}


def keep(kept: Kept, pace: Pace) -> None:
    """Keep a speed in place of what was measured before."""
    kept.put(PACES, msgspec.to_builtins([*(all_kept(kept) | {pace.model: pace}).values()]))
