"""The translation agent: a text or a whole document in, its translation and a receipt out.

The one law: nothing is called done that was not checked.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from agents.translation import ahead
from agents.translation.alternatives import Alternatives
from agents.translation.documents import Documents
from agents.translation.events import AlternativesRequest, DocumentRequest
from agents.translation.korean import Korean
from agents.translation.meanings import Meanings
from agents.translation.own import Own
from agents.translation.texts import Texts

if TYPE_CHECKING:
    from collections.abc import Generator

    from agents.base import CancelToken
    from agents.engine.port import Embedder, Models
    from agents.store.translations import Translations
    from agents.translation.ahead import Further
    from agents.translation.events import TextRequest, TranslationEvent


class TranslationAgent:
    """Translates texts and documents between Korean and English."""

    def __init__(
        self,
        models: Models,
        store: Translations,
        korean: Korean | None = None,
        own: Own | None = None,
        further: Further = ahead.nobody,
        embedder: Embedder | None = None,
    ) -> None:
        """Keep what everything is done with.

        Args:
            models: lends the models.
            store: where jobs live.
            korean: the analyser, if others share it.
            own: the user's memory and glossaries.
            further: which other models may be asked about what the chosen one cannot do.
            embedder: multilingual-e5-small, for the place of formatting; None where it is not.
        """
        korean, own = korean or Korean(), own or Own()
        likeness = Meanings(embedder) if embedder else None
        self._documents = Documents(models, store, korean, own, further, likeness)
        self._texts = Texts(models, korean, own, further)
        self._alternatives = Alternatives(models, korean, own)

    def count(self, request: DocumentRequest) -> int:
        """How many segments a document has; reads all of it. Any thread.

        Raises:
            UserError: file.*, translation.*
        """
        return self._documents.count(request)

    def look(self, job: int, first: int, last: int) -> None:
        """A person looks at these segments of a job (0-based, both included): they come next.

        Any thread, any time; a hint for a job that does not run does nothing.
        """
        self._documents.looks.look(job, first, last)

    def run(
        self, request: TextRequest | DocumentRequest | AlternativesRequest, cancel: CancelToken
    ) -> Generator[TranslationEvent, None, None]:
        """Translate; see `agents.base.Agent`.

        A document ends with `DocumentDone`, a text with `TextDone`; segments that could not be
        translated stand in the receipt's problems and keep their source. Other wordings of a
        sentence are an `Alternative` each.

        Raises:
            CancelledError: `cancel` was set; the segments so far are stored, no file is written.
            UserError: file.*, translation.*, and what the engine raises.
        """
        if isinstance(request, DocumentRequest):
            return self._documents.run(request, cancel)
        if isinstance(request, AlternativesRequest):
            return self._alternatives.run(request, cancel)
        return self._texts.run(request, cancel)
