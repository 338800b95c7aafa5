"""What the window remembers until the next start: one JSON file beside the settings.

The one law: it is a convenience. A damaged file is forgotten, a full disk is no reason to stop.
"""

from __future__ import annotations

import json
import logging
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

log = logging.getLogger(__name__)


def load(path: Path) -> dict[str, object]:
    """What was remembered; nothing where that cannot be read."""
    try:
        found = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def save(path: Path, state: dict[str, object]) -> None:
    """Remember, atomically."""
    part = path.with_name(path.name + ".part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part.write_text(json.dumps(state, ensure_ascii=False, indent=1), "utf-8")
        part.replace(path)
    except OSError:
        log.warning("The state of the window was not stored", exc_info=True)


def table(state: dict[str, object], name: str) -> dict[str, object]:
    """A part of the state; empty where it is not a table."""
    found = state.get(name)
    return found if isinstance(found, dict) else {}


def numbers(state: dict[str, object], name: str) -> list[int]:
    """A list of integers, such as the sizes of a splitter; empty where it is anything else."""
    found = state.get(name)
    whole = isinstance(found, list) and all(isinstance(size, int) for size in found)
    return list(found) if isinstance(found, list) and whole else []


def words(state: dict[str, object], name: str) -> str:
    """A text; empty where it is anything else."""
    found = state.get(name)
    return found if isinstance(found, str) else ""
