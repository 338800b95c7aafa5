"""The scholar agent: keeps the library, finds works in it, drafts related work from it.

The one law: the model never names a work. It writes about numbered slots; which work a slot is,
whether a sentence holds against its abstract, and what is cited is decided by code.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from agents.scholar import importing, reranking, retrieval
from agents.scholar.checking import Checker
from agents.scholar.draft import Drafter
from agents.scholar.events import (
    DraftRequest,
    Hit,
    ImportRequest,
    PapersRequest,
    RewriteRequest,
    SearchDone,
    SearchRequest,
    VerifyRequest,
)
from agents.scholar.steps_again import Again

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Mapping, Sequence

    from agents.base import CancelToken
    from agents.engine.port import Embedder, Models
    from agents.scholar.events import DraftingRequest, ScholarEvent
    from agents.store.drafts import Drafts
    from agents.store.library import Library
    from agents.store.passages import Passage, Passages


class ScholarAgent:
    """Imports, searches and drafts."""

    def __init__(
        self,
        models: Models,
        library: Library,
        drafts: Drafts,
        embedder: Callable[[], Embedder | None],
        passages: Passages,
    ) -> None:
        """Keep what lends models, where everything lives, and what tells who embeds now."""
        self._models = models
        self._passages = passages
        self._index = retrieval.Index(passages, library)
        self._library = library
        self._drafts = drafts
        self._embedder = embedder

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
            yield from importing.run(request, self._library, cancel)
        elif isinstance(request, SearchRequest):
            yield from self._search(request, cancel)
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

    def _search(
        self, request: SearchRequest, cancel: CancelToken
    ) -> Generator[ScholarEvent, None, None]:
        query = request.query.strip()
        rankings: dict[str, list[int]] = {}
        depth = max(request.limit, 50)
        embedder = self._embedder() if query and request.way in ("meaning", "both") else None
        yield from self._index.refresh(embedder, cancel)
        asked = embedder.embed([query], "query", cancel)[0] if embedder else None
        narrowed = request.narrowed
        found = self._index.find(query, asked, embedder.id if embedder else "", depth, narrowed)
        passages = {way: self._passages.get(ids) for way, ids in found.items()}
        if request.way in ("words", "both"):
            wanted = self._passages.works_in(narrowed) if narrowed else None
            words = self._library.find(query, depth)
            rankings["words"] = [id_ for id_ in words if wanted is None or id_ in wanted]
            # a work may hold the words only in its PDF
            rankings["text"] = _works(passages["words"])
        if "meaning" in passages:
            rankings["meaning"] = _works(passages["meaning"])
        fused = retrieval.fuse(list(rankings.values()))[: request.limit]
        scores = dict(fused)
        best = {
            passage.work: passage
            for way in ("words", "meaning")
            for passage in reversed(passages.get(way, ()))
        }
        hits = tuple(
            Hit(work, scores[work.id], _ways(work.id, rankings), best.get(work.id))
            for work in self._library.works([id_ for id_, _score in fused])
        )
        facets = self._passages.facets([hit.work.id for hit in hits])
        if request.rerank and len(hits) > 1:
            with self._models.borrow(request.rerank, cancel) as engine:
                hits = yield from reranking.reranked(query, hits, engine, cancel)
        yield SearchDone(hits, by_meaning="meaning" in rankings, facets=facets)


def _works(passages: Sequence[Passage]) -> list[int]:
    """The works of passages, each where its best passage stands."""
    return list(dict.fromkeys(passage.work for passage in passages))


def _ways(work: int, rankings: Mapping[str, Sequence[int]]) -> tuple[str, ...]:
    found = (way for way, ids in rankings.items() if work in ids)
    return tuple(dict.fromkeys("words" if way == "text" else way for way in found))
