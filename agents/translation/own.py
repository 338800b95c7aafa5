"""What the user has of their own for translating: a memory and glossaries, opened for one run.

The one law: only engines that say something of their own look into them; `identity` and `pseudo`
know nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from agents.store.memory_rows import Maker
from agents.translation import glossary_files, memory, prompts
from agents.translation.glossary import Glossary

if TYPE_CHECKING:
    from agents.store.glossaries import Glossaries
    from agents.store.memories import Memories
    from agents.translation.events import DocumentRequest, TextRequest
    from agents.translation.korean import Korean


@dataclass(frozen=True, slots=True)
class Own:
    """The user's memory and glossaries; None where there are none."""

    memories: Memories | None = None
    glossaries: Glossaries | None = None

    def opened(
        self, request: DocumentRequest | TextRequest, korean: Korean
    ) -> tuple[memory.Known, Glossary]:
        """What is known for a request, and its terms.

        Raises:
            UserError: translation.no_glossary, and what reading a memory or a glossary raises.
        """
        file = memory.NONE
        terms = Glossary((), request.target)
        if request.engine in ("model", "memory"):
            if request.memory is not None:
                file = memory.load(request.memory, request.target)
            terms = self.terms(request, korean)
        reads = request.use_memory and request.engine == "model"
        maker = Maker(request.model, prompts.RECIPE, terms.digest)
        stored = self.memories if reads else None
        return memory.Known(file, stored, request.target, maker), terms

    def terms(self, request: DocumentRequest | TextRequest, korean: Korean) -> Glossary:
        """The terms a request names; those of engines that say nothing too.

        Raises:
            UserError: as `opened`.
        """
        return glossary_files.opened(
            request.glossary, request.target, self.glossaries, korean.morphemes
        )
