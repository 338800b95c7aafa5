"""The passages nearest to a question by meaning, among 100,000, in milliseconds.

The one law: the answer is by cosine. The signs of the numbers (one bit each, after taking off the
mean, because embeddings crowd) only choose who is looked at closely.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import numpy as np

from agents.store.passage_words import among

if TYPE_CHECKING:
    from collections.abc import Iterable

    import numpy.typing as npt

    from agents.store.passages import Passages

_CLOSELY = 1500  # passages whose cosine is computed
_GROWN = 1.5  # a collection that has grown so much gets a new mean


class Nearest:
    """The vectors of one embedder in memory: a byte a number and a bit a number. Any thread.

    100,000 vectors of 384 dimensions take 43 MB.
    """

    def __init__(self, embedder: str, passages: Passages) -> None:
        """Read nothing yet."""
        self._embedder = embedder
        self._passages = passages
        self._lock = threading.Lock()
        self._ids = np.zeros(0, np.int64)
        self._works = np.zeros(0, np.int64)
        self._scales = np.zeros(0, np.float32)
        self._rows = np.zeros((0, 0), np.int8)
        self._signs = np.zeros((0, 0), np.uint64)
        self._mean = np.zeros(0, np.float32)
        self._meant = 0  # vectors that the mean is of

    def find(
        self, query: npt.NDArray[np.float32], limit: int, works: Iterable[int] | None = None
    ) -> list[int]:
        """Ids of the passages nearest to a query vector, nearest first.

        A passage that was deleted since may be among them.

        Args:
            query: shape (dimensions,), length 1.
            limit: how many at most.
            works: only passages of these.
        """
        with self._lock:
            self._refresh()
            ids, rows, scales, signs = self._ids, self._rows, self._scales, self._signs
            of, mean = self._works, self._mean
        if not ids.size:
            return []
        wanted = None if works is None else among(of, works)
        places = np.arange(len(ids)) if wanted is None else np.flatnonzero(wanted)
        if len(places) > _CLOSELY:
            apart = _apart(signs, _signs((query - mean)[None, :]))
            if wanted is not None:
                apart[~wanted] = np.iinfo(apart.dtype).max
            places = np.argpartition(apart, _CLOSELY)[:_CLOSELY]
        # one thread: what BLAS would share out here takes less than waking another thread
        scores = np.einsum("pd,d->p", rows[places].astype(np.float32), query) * scales[places]
        best = np.argsort(-scores, kind="stable")[:limit]
        return [int(id_) for id_ in ids[places[best]]]

    def _refresh(self) -> None:
        """Take in what was embedded since."""
        last = int(self._ids[-1]) if self._ids.size else 0
        ids, works, scales, data = self._passages.vectors(self._embedder, last)
        if not ids:
            return
        rows = np.frombuffer(data, np.int8).reshape(len(ids), -1)
        self._ids = np.concatenate([self._ids, np.array(ids, np.int64)])
        self._works = np.concatenate([self._works, np.array(works, np.int64)])
        self._scales = np.concatenate([self._scales, np.array(scales, np.float32)])
        self._rows = np.concatenate([self._rows, rows]) if self._rows.size else rows
        if len(self._ids) > self._meant * _GROWN:
            self._meant = len(self._ids)
            self._mean = (self._rows * self._scales[:, None]).mean(axis=0, dtype=np.float32)
            self._signs = np.zeros((0, 0), np.uint64)
        known = self._signs.shape[1]
        fresh = _signs(self._rows[known:] * self._scales[known:, None] - self._mean)
        self._signs = np.concatenate([self._signs, fresh], axis=1) if known else fresh


def _signs(vectors: npt.NDArray[np.float32]) -> npt.NDArray[np.uint64]:
    """One bit for each number that is positive, in words of 64: shape (words, len(vectors)).

    The first words of all vectors stand side by side, then the second ones: what is summed over
    few words is summed over long rows.
    """
    bits = np.packbits(vectors > 0, axis=1)
    padded = np.pad(bits, ((0, 0), (0, -bits.shape[1] % 8)))
    return np.ascontiguousarray(np.ascontiguousarray(padded).view(np.uint64).T)


def _apart(signs: npt.NDArray[np.uint64], asked: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint16]:
    """In how many bits each vector differs from the one that is asked for, shape (words, 1)."""
    apart = np.zeros(signs.shape[1], np.uint16)
    for word, other in zip(signs, asked[:, 0], strict=True):
        apart += np.bitwise_count(word ^ other)
    return apart
