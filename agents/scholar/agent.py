"""The scholar agent: keeps the library, finds works in it, drafts related work from it.

The one law: the model never names a work. It writes about numbered slots; which work a slot is,
whether a sentence holds against its abstract, and what is cited is decided by code.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from agents.scholar import importing, retrieval
from agents.scholar.checking import Checker
from agents.scholar.draft import Drafter
from agents.scholar.events import (
    DraftRequest,
    ImportRequest,
    PapersRequest,
    RewriteRequest,
    SearchRequest,
    VerifyRequest,
)
from agents.scholar.searching import Searcher
from agents.scholar.steps_again import Again

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from agents.base import CancelToken
    from agents.engine.port import Embedder, Models
    from agents.scholar.events import DraftingRequest, ScholarEvent
    from agents.scholar.voting import Voter
    from agents.store.drafts import Drafts
    from agents.store.library import Library
    from agents.store.passages import Passages


class ScholarAgent:
    """Imports, searches and drafts."""

    def __init__(
        self,
        models: Models,
        library: Library,
        drafts: Drafts,
        embedder: Callable[[], Embedder | None],
        passages: Passages,
        voter: Voter | None = None,
    ) -> None:
        """Keep what lends models, where everything lives, and what tells who embeds now.

        `voter` is heard about who has written a PDF.
        """
        self._models = models
        self._passages = passages
        self._index = retrieval.Index(passages, library)
        self._searcher = Searcher(models, library, passages, self._index)
        self._library = library
        self._drafts = drafts
        self._embedder = embedder
        self._voter = voter

    def run(
        self,
        request: ImportRequest | SearchRequest | VerifyRequest | DraftingRequest,
        cancel: CancelToken,
    ) -> Generator[ScholarEvent, None, None]:
        """Import, search, verify or draft; see `agents.base.Agent`.

        Raises:
            UserError: what `agents.scholar.importers.read` raises, scholar.not_text,
                scholar.no_topic, scholar.library_empty, scholar.nothing_fits, scholar.no_model,
                scholar.draft_gone, scholar.draft_not_resumable, scholar.plan_changed, and what the
                engine raises.
        """
        if isinstance(request, ImportRequest):
            yield from importing.run(request, self._library, cancel, self._voter)
        elif isinstance(request, SearchRequest):
            embedder = self._embedder()
            yield from self._searcher.run(request, embedder, cancel)
        elif isinstance(request, VerifyRequest):
            checker = Checker(self._models, self._library, self._passages, self._embedder())
            yield from checker.run(request, cancel)
        else:
            yield from self._draft(request, cancel)

    def _draft(
        self, request: DraftingRequest, cancel: CancelToken
    ) -> Generator[ScholarEvent, None, None]:
        drafter = Drafter(
            self._models,
            self._library,
            self._drafts,
            self._embedder(),
            self._passages,
            self._index,
        )
        again = Again(self._models, self._drafts, drafter)
        if isinstance(request, DraftRequest):
            yield from drafter.run(request, cancel)
        elif isinstance(request, RewriteRequest):
            yield from again.rewrite(request, cancel)
        elif isinstance(request, PapersRequest):
            yield from again.papers(request, cancel)
        else:
            yield from again.evidence(request, cancel)
