"""The scholar agent: keeps the library, finds works in it, drafts related work from it.

The one law: the model never names a work. It writes about numbered slots; which work a slot is,
whether a sentence holds against its abstract, and what is cited is decided by code.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from agents.scholar import importing, retrieval
from agents.scholar.draft import Drafter
from agents.scholar.events import Hit, ImportRequest, SearchDone, SearchRequest

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from agents.base import CancelToken
    from agents.engine.port import Embedder, Models
    from agents.scholar.events import DraftRequest, ScholarEvent
    from agents.store.drafts import Drafts
    from agents.store.library import Library


class ScholarAgent:
    """Imports, searches and drafts."""

    def __init__(
        self,
        models: Models,
        library: Library,
        drafts: Drafts,
        embedder: Callable[[], Embedder | None],
    ) -> None:
        """Keep what lends models, where works and drafts live, and what tells who embeds now."""
        self._models = models
        self._library = library
        self._drafts = drafts
        self._embedder = embedder

    def run(
        self, request: ImportRequest | SearchRequest | DraftRequest, cancel: CancelToken
    ) -> Generator[ScholarEvent, None, None]:
        """Import, search or draft; see `agents.base.Agent`.

        Raises:
            UserError: what `agents.scholar.importers.read` raises, scholar.no_topic,
                scholar.library_empty, scholar.nothing_fits, scholar.no_model,
                scholar.draft_gone, scholar.draft_not_resumable, and what the engine raises.
        """
        if isinstance(request, ImportRequest):
            yield from importing.run(request, self._library, cancel)
        elif isinstance(request, SearchRequest):
            yield from self._search(request, cancel)
        else:
            drafter = Drafter(self._models, self._library, self._drafts, self._embedder())
            yield from drafter.run(request, cancel)

    def _search(
        self, request: SearchRequest, cancel: CancelToken
    ) -> Generator[ScholarEvent, None, None]:
        query = request.query.strip()
        rankings: dict[str, list[int]] = {}
        depth = max(request.limit, 50)
        embedder = self._embedder() if query and request.way in ("meaning", "both") else None
        if request.way in ("words", "both"):
            rankings["words"] = list(self._library.find(query, depth))
        if embedder:
            works = self._library.list()
            texts = [work.text for work in works]
            vectors = yield from retrieval.embedded(texts, self._library, embedder, cancel)
            asked = embedder.embed([query], "query", cancel)[0]
            rankings["meaning"] = retrieval.by_meaning(asked, works, vectors, depth)
        fused = retrieval.fuse(list(rankings.values()))[: request.limit]
        scores = dict(fused)
        hits = tuple(
            Hit(
                work, scores[work.id], tuple(way for way, ids in rankings.items() if work.id in ids)
            )
            for work in self._library.works([id_ for id_, _score in fused])
        )
        yield SearchDone(hits, by_meaning="meaning" in rankings)
