"""Finds works and passages by words and by meaning, and fuses the two by rank.

The one law: scores of different kinds are never compared, only ranks are; a vector that was
computed is stored before the next batch, so a cancelled indexing goes on where it was.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from agents.base import Progress
from agents.scholar import terms
from agents.store.ranking import fuse

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Sequence

    import numpy as np
    import numpy.typing as npt

    from agents.base import CancelToken
    from agents.engine.port import Embedder
    from agents.scholar.nearest import Nearest
    from agents.store.library import Library, Work
    from agents.store.passages import FacetKind, Narrowed, Passage, Passages

    Vectors = dict[str, npt.NDArray[np.float32]]

BATCH = 8  # texts embedded between two looks at the cancel token
_AT_ONCE = 200  # works whose abstracts are stored in one transaction
_DEPTH = 100  # passages of each ranking that are fused


class Index:
    """What is searched inside works: abstracts and the text of PDFs. Any thread."""

    def __init__(self, passages: Passages, library: Library) -> None:
        """Keep where passages and works live."""
        self._passages = passages
        self._library = library
        self._nearest: dict[str, Nearest] = {}

    def refresh(self, embedder: Embedder | None, cancel: CancelToken) -> Generator[Progress]:
        """Take in works that changed, then embed what has no vector yet.

        Raises:
            CancelledError: what was taken in and embedded so far is stored.
        """
        while changed := self._passages.changed(_AT_ONCE):
            cancel.check()
            works = {work.id: work for work in self._library.works(changed)}
            self._passages.put_abstracts({id_: _stored(work) for id_, work in works.items()})
            self._passages.forget(id_ for id_ in changed if id_ not in works)
        if embedder is None:
            return
        done, last, began = 0, 0, time.monotonic()
        total = self._passages.count_without_vector(embedder.id)
        while batch := self._passages.without_vector(embedder.id, BATCH, last):
            cancel.check()
            made = self._vectors(batch, embedder, cancel)
            self._passages.keep_vectors(embedder.id, [passage.id for passage in batch], made)
            last = batch[-1].id
            done += len(batch)
            rate = done / max(time.monotonic() - began, 1e-9)
            yield Progress(done, total, "work", rate, max(0, total - done) / rate)

    def _vectors(
        self, batch: Sequence[Passage], embedder: Embedder, cancel: CancelToken
    ) -> npt.NDArray[np.float32]:
        """Vectors of passages; those of abstracts are shared with drafting."""
        import numpy as np  # noqa: PLC0415 - not needed to import the agent

        known = self._library.vectors(
            embedder.id, [p.text for p in batch if p.source == "abstract"]
        )
        missing = [passage for passage in batch if passage.text not in known]
        if missing:
            made = embedder.embed([passage.text for passage in missing], "passage", cancel)
            known |= {p.text: vector for p, vector in zip(missing, made, strict=True)}
            shared = [p.text for p in missing if p.source == "abstract"]
            if shared:
                kept = np.stack([known[text] for text in shared])
                self._library.keep_vectors(embedder.id, shared, kept)
        return np.stack([known[passage.text] for passage in batch])

    def find(
        self,
        query: str,
        vector: npt.NDArray[np.float32] | None,
        embedder: str,
        limit: int,
        narrowed: Narrowed | None = None,
        works: Iterable[int] | None = None,
    ) -> dict[str, list[int]]:
        """Ids of passages for a question, best first: "words", "meaning" where there is a vector.

        Args:
            query: the words.
            vector: the question's, shape (dimensions,), or None.
            embedder: whose vector it is.
            limit: how many passages of each ranking at most.
            narrowed: only in works like these.
            works: only in these; not beside `narrowed`.
        """
        if narrowed:
            works = self._passages.works_in(narrowed)
        rankings = {"words": self._passages.find(query, limit, works)}
        if vector is not None:
            rankings["meaning"] = self._by_vector(embedder).find(vector, limit, works)
        return rankings

    def search(
        self,
        query: str,
        vector: npt.NDArray[np.float32] | None,
        embedder: str,
        limit: int,
        narrowed: Narrowed | None = None,
        works: Iterable[int] | None = None,
    ) -> list[int]:
        """Ids of passages by reciprocal rank fusion of both ways; see `find`."""
        rankings = self.find(query, vector, embedder, max(limit, _DEPTH), narrowed, works)
        return [id_ for id_, _score in fuse(list(rankings.values()))[:limit]]

    def _by_vector(self, embedder: str) -> Nearest:
        from agents.scholar.nearest import Nearest  # noqa: PLC0415 - numpy is slow to import

        return self._nearest.setdefault(embedder, Nearest(embedder, self._passages))


def _stored(work: Work) -> tuple[str, dict[FacetKind, Iterable[str]]]:
    """What is searched of a work itself, and what it is narrowed by."""
    entities = {name for name in terms.names(work.abstract) if len(name) > 1}
    return work.text, {
        "year": (work.year,),
        "venue": (work.venue,),
        "author": work.authors,
        "entity": entities,
    }


def embedded(
    texts: Sequence[str], library: Library, embedder: Embedder, cancel: CancelToken
) -> Generator[Progress, None, Vectors]:
    """The vectors of `texts` by text, computing and storing those that are missing."""
    wanted = [text for text in dict.fromkeys(texts) if text]
    vectors = library.vectors(embedder.id, wanted)
    missing = [text for text in wanted if text not in vectors]
    began = time.monotonic()
    for at in range(0, len(missing), BATCH):
        cancel.check()
        batch = missing[at : at + BATCH]
        made = embedder.embed(batch, "passage", cancel)
        library.keep_vectors(embedder.id, batch, made)
        vectors.update(zip(batch, made, strict=True))
        done = at + len(batch)
        rate = done / max(time.monotonic() - began, 1e-9)
        yield Progress(done, len(missing), "work", rate, (len(missing) - done) / rate)
    return vectors
