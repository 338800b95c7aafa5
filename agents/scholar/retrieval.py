"""Finds works by words and by meaning, and fuses the two by rank.

The one law: scores of different kinds are never compared, only ranks are; a vector that was
computed is stored before the next batch, so a cancelled indexing goes on where it was.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from agents.base import Progress

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence

    import numpy as np
    import numpy.typing as npt

    from agents.base import CancelToken
    from agents.engine.port import Embedder
    from agents.store.library import Library, Work

    Vectors = dict[str, npt.NDArray[np.float32]]

FUSION_K = 60  # of reciprocal rank fusion, as in Cormack et al. 2009
BATCH = 8  # texts embedded between two looks at the cancel token


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


def by_meaning(
    query: npt.NDArray[np.float32], works: Sequence[Work], vectors: Vectors, limit: int
) -> list[int]:
    """Ids of the works nearest to a query vector, nearest first."""
    import numpy as np  # noqa: PLC0415 - not needed to import the agent

    known = [work for work in works if work.text in vectors]
    if not known:
        return []
    scores = np.stack([vectors[work.text] for work in known]) @ query
    order = np.argsort(-scores, kind="stable")[:limit]
    return [known[int(index)].id for index in order]


def fuse(rankings: Sequence[Sequence[int]]) -> list[tuple[int, float]]:
    """Reciprocal rank fusion: ids with their scores, best first."""
    scores: dict[int, float] = {}
    for ranking in rankings:
        for rank, id_ in enumerate(ranking, start=1):
            scores[id_] = scores.get(id_, 0.0) + 1.0 / (FUSION_K + rank)
    return sorted(scores.items(), key=lambda item: -item[1])
