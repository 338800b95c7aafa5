"""Searches the library: by words and by meaning, narrowed, with what it can be narrowed by.

The one law: what a search offers to narrow by never counts its own kind of narrowing, so that a
second venue can be chosen beside the first.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import TYPE_CHECKING

from agents.scholar import reranking
from agents.scholar.events import Hit, SearchDone
from agents.store.ranking import fuse
from agents.store.words import tokens

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Mapping, Sequence

    import numpy as np
    import numpy.typing as npt

    from agents.base import CancelToken, Progress
    from agents.engine.port import Embedder, Models
    from agents.scholar.events import SearchRequest
    from agents.scholar.retrieval import Index
    from agents.store.library import Library
    from agents.store.passages import FacetKind, Narrowed, Passage, Passages

_DEPTH = 50  # hits of each ranking that are fused, at least
_VALUES = 5000  # most frequent values that are offered of each kind
_LISTS: tuple[tuple[FacetKind, str], ...] = (
    ("venue", "venues"),
    ("author", "authors"),
    ("entity", "entities"),
)


@dataclass(frozen=True, slots=True)
class _Asked:
    """A question, and what answers it besides words."""

    request: SearchRequest
    query: str
    vector: npt.NDArray[np.float32] | None
    embedder: str


class Searcher:
    """Answers one search after another. Any thread."""

    def __init__(self, models: Models, library: Library, passages: Passages, index: Index) -> None:
        """Keep what lends models, and where everything lives."""
        self._models = models
        self._library = library
        self._passages = passages
        self._index = index

    def run(
        self, request: SearchRequest, embedder: Embedder | None, cancel: CancelToken
    ) -> Generator[Progress | SearchDone]:
        """Search; where a model sorts the hits, tell them before and after.

        Without words, every work that fits what the search is narrowed to is a hit.

        Raises:
            CancelledError: `cancel` was set.
            UserError: the model that is to sort cannot be had.
        """
        query = request.query.strip()
        embedder = embedder if query and request.way in ("meaning", "both") else None
        yield from self._index.refresh(embedder, cancel)
        vector = embedder.embed([query], "query", cancel)[0] if embedder else None
        asked = _Asked(request, query, vector, embedder.id if embedder else "")
        narrowed = self._known(request.narrowed)
        hits = self._hits(asked, narrowed)
        facets = self._facets(asked, narrowed, hits)
        done = SearchDone(hits, by_meaning=vector is not None, facets=facets)
        yield done
        if request.rerank and query and len(hits) > 1:
            with self._models.borrow(request.rerank, cancel) as engine:
                hits = yield from reranking.reranked(query, hits, engine, cancel)
            # the same tuple: the model gave nothing to sort by
            yield dataclasses.replace(done, hits=hits, by_model=hits is not done.hits)

    def _known(self, narrowed: Narrowed | None) -> Narrowed | None:
        """What it is narrowed to, in the library's own words: "kim" is all who are called that."""
        if not narrowed:
            return None
        changed = {
            name: tuple(self._values(kind, getattr(narrowed, name))) for kind, name in _LISTS
        }
        return dataclasses.replace(narrowed, **changed)

    def _values(self, kind: FacetKind, asked: Sequence[str]) -> dict[str, None]:
        found: dict[str, None] = {}
        known = self._passages.known(kind, asked)
        others = () if known.issuperset(asked) else self._passages.values(kind)
        for value in asked:
            # a value that nothing has is kept: it narrows to nothing
            matches = [value] if value in known else _like(value, others) or [value]
            found |= dict.fromkeys(matches)
        return found

    def _hits(self, asked: _Asked, narrowed: Narrowed | None) -> tuple[Hit, ...]:
        request = asked.request
        if not asked.query:
            return self._all(narrowed, request.limit) if narrowed else ()
        rankings, passages = self._rankings(asked, narrowed)
        fused = fuse(list(rankings.values()))[: request.limit]
        scores = dict(fused)
        best = {
            passage.work: passage
            for way in ("words", "meaning")
            for passage in reversed(passages.get(way, ()))
        }
        return tuple(
            Hit(work, scores[work.id], _ways(work.id, rankings), best.get(work.id))
            for work in self._library.works([id_ for id_, _score in fused])
        )

    def _all(self, narrowed: Narrowed, limit: int) -> tuple[Hit, ...]:
        """Every work that fits, the latest added first, as the library lists them."""
        ids = sorted(self._passages.works_in(narrowed) or (), reverse=True)
        return tuple(Hit(work, 0.0, ()) for work in self._library.works(ids[:limit]))

    def _rankings(
        self, asked: _Asked, narrowed: Narrowed | None
    ) -> tuple[dict[str, list[int]], dict[str, tuple[Passage, ...]]]:
        """Works by each way, best first, and the passages that brought them."""
        rankings: dict[str, list[int]] = {}
        depth = max(asked.request.limit, _DEPTH)
        found = self._index.find(asked.query, asked.vector, asked.embedder, depth, narrowed)
        passages = {way: self._passages.get(ids) for way, ids in found.items()}
        if asked.request.way in ("words", "both"):
            wanted = self._passages.works_in(narrowed) if narrowed else None
            words = self._library.find(asked.query, depth)
            rankings["words"] = [id_ for id_ in words if wanted is None or id_ in wanted]
            # a work may hold the words only in its PDF
            rankings["text"] = _works(passages["words"])
        if "meaning" in passages:
            rankings["meaning"] = _works(passages["meaning"])
        return rankings, passages

    def _facets(
        self, asked: _Asked, narrowed: Narrowed | None, hits: Iterable[Hit]
    ) -> dict[FacetKind, list[tuple[str, int]]]:
        """What the hits can be narrowed by; of a kind that is, as if it were not."""
        facets = self._offered(asked, narrowed, [hit.work.id for hit in hits])
        if narrowed is None:
            return facets
        fields: tuple[tuple[FacetKind, str], ...] = (("year", "years"), *_LISTS)
        for kind, name in fields:
            if getattr(narrowed, name):
                lifted = dataclasses.replace(narrowed, **{name: None if kind == "year" else ()})
                facets[kind] = self._offered(asked, lifted, None).get(kind, [])
        return facets

    def _offered(
        self, asked: _Asked, narrowed: Narrowed | None, works: Sequence[int] | None
    ) -> dict[FacetKind, list[tuple[str, int]]]:
        """The facets of works; of those that a search finds where none are given."""
        if not asked.query:
            fitting = self._passages.works_in(narrowed) if narrowed else None
            works = None if fitting is None else sorted(fitting)
        elif works is None:
            rankings, _passages = self._rankings(asked, narrowed)
            fused = fuse(list(rankings.values()))
            works = [id_ for id_, _score in fused[: asked.request.limit]]
        facets = self._passages.facets(works, _VALUES)
        if "author" in facets:  # "others" is what BibTeX calls those who are not named
            facets["author"] = [found for found in facets["author"] if found[0] != "others"]
        return facets


def _like(asked: str, values: Iterable[str]) -> list[str]:
    """Values that are the same but for capitals, or else those with all words of what is asked."""
    folded, wanted = asked.casefold().strip(), set(tokens(asked))
    all_ = list(values)
    same = [value for value in all_ if value.casefold() == folded]
    return same or [value for value in all_ if wanted and wanted <= set(tokens(value))]


def _works(passages: Sequence[Passage]) -> list[int]:
    """The works of passages, each where its best passage stands."""
    return list(dict.fromkeys(passage.work for passage in passages))


def _ways(work: int, rankings: Mapping[str, Sequence[int]]) -> tuple[str, ...]:
    found = (way for way, ids in rankings.items() if work in ids)
    return tuple(dict.fromkeys("words" if way == "text" else way for way in found))
