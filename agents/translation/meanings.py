"""How alike phrases of two languages are, by an embedder.

The one law: formatting is never worth a translation. Where the embedder fails there is no
likeness from then on, and places are found without.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from agents.base import CancelToken, UserError

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    import numpy.typing as npt

    from agents.engine.port import Embedder

MOST = 8_000  # vectors that are kept, 12 MB of multilingual-e5-small: words come again


class Meanings:
    """Compares phrases. Any thread."""

    def __init__(self, embedder: Embedder) -> None:
        """Keep the embedder; nothing is loaded yet."""
        self._embedder: Embedder | None = embedder
        self._lock = threading.Lock()
        self._known: dict[str, npt.NDArray[np.float32]] = {}

    def __call__(
        self, phrases: Sequence[str], others: Sequence[str]
    ) -> Sequence[Sequence[float]] | None:
        """The cosine of each phrase with each of the others; None where there is no embedder."""
        with self._lock:
            texts = list(dict.fromkeys((*phrases, *others)))
            new = [text for text in texts if text not in self._known]
            if self._embedder is None:
                return None
            if len(self._known) + len(new) > MOST:
                self._known.clear()
                new = texts
            try:
                vectors = self._embedder.embed(new, "query", CancelToken()) if new else ()
            except (UserError, MemoryError):
                self._embedder = None
                return None
            self._known.update(zip(new, vectors, strict=True))
            there = [self._known[text] for text in others]
            return [[float(self._known[text] @ one) for one in there] for text in phrases]
