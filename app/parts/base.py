"""What every part of the desk knows: where things are and what the user wants."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agents.base import Turns

if TYPE_CHECKING:
    from pathlib import Path

    from app.paths import Paths
    from app.settings import Settings


class Base:
    """Where things are and what the user wants."""

    def __init__(self, paths: Paths, settings: Settings) -> None:
        """Remember where things are and what the user wants."""
        self.paths = paths
        self.settings = settings
        self.segmentation: Path | None = None  # own rules (SRX), set before anything is split
        self.turns = Turns()  # of whatever computes on all cores
