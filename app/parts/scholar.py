"""Who keeps the library and drafts from it.

The one law: all of them read and write the same library.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from app.parts.models import ModelParts

if TYPE_CHECKING:
    from agents.scholar.agent import ScholarAgent
    from agents.scholar.doctor import Doctor
    from agents.scholar.editing import Rechecker
    from agents.scholar.entity_reading import EntityReading
    from agents.scholar.papers import PaperReader


class ScholarParts(ModelParts):
    """Who keeps the library and drafts from it."""

    @functools.cached_property
    def doctor(self) -> Doctor:
        """Checks the bibliography."""
        from agents.scholar.doctor import Doctor

        return Doctor(self.library, self.retractions)

    @functools.cached_property
    def entity_reading(self) -> EntityReading:
        """Reads the library for entities."""
        from agents.scholar.entity_reading import EntityReading

        return EntityReading(self.entities, self.entity_store, self.passages, self.library)

    @functools.cached_property
    def reader(self) -> PaperReader:
        """Who reads the PDFs of works."""
        from agents.scholar.papers import PaperReader

        return PaperReader(self.library, self.passages, self.papers)

    @functools.cached_property
    def rechecker(self) -> Rechecker:
        """Checks what a person wrote into a draft."""
        from agents.scholar.editing import Rechecker

        return Rechecker(self.passages, self.embedder)

    @functools.cached_property
    def scholar(self) -> ScholarAgent:
        """Keeps the library and drafts from it."""
        from agents.scholar.agent import ScholarAgent
        from agents.scholar.voting import Voter

        voter = Voter(
            self.entities, lambda: self.shelf.best("entities", self.settings.entity_model)
        )
        return ScholarAgent(
            self.models, self.library, self.drafts, self.embedder, self.passages, voter
        )
