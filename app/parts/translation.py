"""Who translates, and what is looked through afterwards.

The one law: only models of this machine are asked about what another could not translate.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from app.parts.models import ModelParts

if TYPE_CHECKING:
    from agents.translation.agent import TranslationAgent
    from agents.translation.hits import Finder
    from agents.translation.own import Own
    from agents.translation.propose import Proposals
    from agents.translation.review import Review

_TRANSLATE = ("translation", "chat", "scholar")  # roles of models that can be asked to


class TranslationParts(ModelParts):
    """Who translates, and what is looked through afterwards."""

    @functools.cached_property
    def translation(self) -> TranslationAgent:
        """Translates texts and documents."""
        from agents.translation.agent import TranslationAgent

        return TranslationAgent(
            self.models, self.translations, self.korean, self.own, self._further, self.embedded
        )

    def _further(self, model: str, target: str) -> tuple[str, ...]:
        """Models that may be asked about what `model` cannot translate into `target`.

        The one chosen in the settings, and those that are in memory anyway; of this machine only,
        and only those that know the language.
        """
        resident = [one.id for one in self.models.resident()]
        ids = dict.fromkeys([self.settings.second_translation_model, *resident])
        here = [self.shelf.get(one) for one in ids if one not in ("", model)]
        return tuple(
            one.id
            for one in here
            if one and one.role in _TRANSLATE and self.shelf.knows(one.id, target)
        )

    @functools.cached_property
    def own(self) -> Own:
        """What the user has of their own for translating."""
        from agents.translation.own import Own

        return Own(self.memories, self.glossaries)

    @functools.cached_property
    def proposals(self) -> Proposals:
        """Proposes the terms of a document."""
        from agents.translation.propose import Proposals

        return Proposals(self.korean, self.own, self.entities)

    @functools.cached_property
    def review(self) -> Review:
        """Looks through translated documents."""
        from agents.translation.review import Review

        return Review(
            self.models,
            self.translations,
            self.korean,
            on_confirmed=self.memories.add_human,
            own=self.own,
            embedder=self.embedded,
        )

    @functools.cached_property
    def hits(self) -> Finder:
        """Looks a segment up in memory and glossaries."""
        from agents.translation.hits import Finder

        return Finder(self.memories, self.glossaries, self.korean)
