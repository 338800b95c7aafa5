"""What every search shares: rankings put together, vectors in a byte a number.

The one law: scores of different kinds are never compared, only ranks are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    import numpy.typing as npt

    from agents.store.database import Session

FUSION_K = 60  # of reciprocal rank fusion, as in Cormack et al. 2009
_VECTORS = {"passage": "passage_vector", "file_passage": "file_vector"}


def fuse(rankings: Sequence[Sequence[int]]) -> list[tuple[int, float]]:
    """Reciprocal rank fusion: ids with their scores, best first."""
    scores: dict[int, float] = {}
    for ranking in rankings:
        for rank, id_ in enumerate(ranking, start=1):
            scores[id_] = scores.get(id_, 0.0) + 1.0 / (FUSION_K + rank)
    return sorted(scores.items(), key=lambda item: -item[1])


def in_bytes(
    vectors: npt.NDArray[np.float32],
) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.int8]]:
    """Vectors as scales, shape (n,), and bytes, shape (n, dimensions): vector = scale * bytes.

    The cosine of two vectors of 384 dimensions is off by less than 0.002 by that.
    """
    import numpy as np  # noqa: PLC0415 - not needed to open the store

    scales = np.maximum(np.abs(vectors).max(axis=1), 1e-9) / 127.0
    return scales, np.rint(vectors / scales[:, None]).astype(np.int8)


def keep_vectors(
    db: Session,
    table: Literal["passage", "file_passage"],
    embedder: str,
    ids: Sequence[int],
    vectors: npt.NDArray[np.float32],
) -> None:
    """Store the vectors of those of these passages that are still there.

    Args:
        db: an open transaction.
        table: where the passages are; their vectors are in the one of `_VECTORS`.
        embedder: whose vectors they are.
        ids: of the passages.
        vectors: shape (len(ids), dimensions); each number is kept as a byte.
    """
    scales, bytes_ = in_bytes(vectors)
    db.connection.executemany(
        f"insert or replace into {_VECTORS[table]} (embedder, passage, scale, vector)"  # noqa: S608 - ours
        f" select ?1, id, ?3, ?4 from {table} where id = ?2",
        [
            (embedder, id_, float(scale), row.tobytes())
            for id_, scale, row in zip(ids, scales, bytes_, strict=True)
        ],
    )
