"""The second look at a request: a small network that reads it whole, where words alone mislead.

The one law: it is the same on every system, and nothing of it is loaded before it is first asked.

The network is the lower layers of multilingual-e5-small (MIT), trained on for the routes by
`packaging/train_reader.py`: pieces of Korean and English alone, their places as four-bit numbers
as in the original, the layers as a graph of eight-bit ones. Who computes the graph is handed in.
"""

from __future__ import annotations

import logging
import threading
import zipfile
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, cast

from agents.base import UserError
from agents.chat.routing.cuts import Cuts
from agents.chat.routing.routes import ROUTES

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    import numpy as np
    import numpy.typing as npt

    from agents.chat.routing.routes import Route

    Floats = npt.NDArray[np.float32]
    Graph = Callable[[Mapping[str, Floats]], Floats]  # what is named goes in, one array comes out

_LOG = logging.getLogger(__name__)
KIND = 1  # of the file
INPUT = "state"  # of the graph: 1 x pieces x width; out come 1 x labels, logarithms
BEGIN, END = 0, 2  # pieces around every request
FIRST, LAST = 36, 20  # pieces that are read of a longer one's beginning and end
_ENDS = 260  # letters of a longer request's beginning and end that are cut at all
_BROKEN = (OSError, EOFError, ValueError, KeyError, zipfile.BadZipFile, zlib.error)
BLOCK, BYTES = 32, 18  # four-bit numbers that share a scale, and their bytes with it


class Opener(Protocol):
    """Opens a graph that a file holds."""

    def __call__(self, content: bytes) -> Graph:
        """Ready to compute, from any thread.

        Raises:
            ValueError: it is none.
        """
        ...


@dataclass(frozen=True, slots=True)
class Reader:
    """A network that says how likely each route is. Any thread."""

    routes: tuple[Route, ...]
    cuts: Cuts
    places: npt.NDArray[np.uint8]  # piece x bytes, blocks of four-bit numbers
    positions: Floats  # piece of a request x width
    graph: Graph

    def log_odds(self, text: str) -> dict[Route, float]:
        """How likely each route is, as logarithms but for a common term."""
        import numpy as np  # noqa: PLC0415 - the window's start does without

        pieces = pieces_of(self.cuts, text)
        state = unpacked(self.places[np.array(pieces)]) + self.positions[: len(pieces)]
        (odds,) = self.graph({INPUT: state[None]}).tolist()
        return dict(zip(self.routes, odds, strict=True))


class LateReader:
    """A reader that is loaded when it is first asked. Any thread."""

    def __init__(self, path: Path, opened: Opener) -> None:
        """Read `path` later, its graph with `opened`."""
        self._path = path
        self._opened = opened
        self._lock = threading.Lock()
        self._tried = False
        self._reader: Reader | None = None

    def log_odds(self, text: str) -> Mapping[Route, float] | None:
        """See `Reader.log_odds`; None where the file cannot be read: the words decide alone."""
        with self._lock:
            if not self._tried:
                self._tried = True
                try:
                    self._reader = load(self._path, self._opened)
                except UserError:
                    _LOG.warning("requests are routed by their words alone", exc_info=True)
        return self._reader.log_odds(text) if self._reader else None


def pieces_of(cuts: Cuts, text: str) -> list[int]:
    """The pieces that are read of a text, with those around it."""
    if len(text) > 2 * _ENDS:
        text = f"{text[:_ENDS]} … {text[-_ENDS:]}"
    found = cuts.of(text)
    if len(found) > FIRST + LAST:
        found = found[:FIRST] + found[-LAST:]
    return [BEGIN, *found, END]


def unpacked(blocks: npt.NDArray[np.uint8]) -> Floats:
    """Numbers from blocks of four-bit ones: rows of bytes to rows of numbers."""
    import numpy as np  # noqa: PLC0415 - the window's start does without

    rows = len(blocks)
    blocks = blocks.reshape(-1, BYTES)
    scales = blocks[:, :2].copy().view(np.float16).astype(np.float32)
    low = (blocks[:, 2:] & 15).astype(np.int8) - 8
    high = (blocks[:, 2:] >> 4).astype(np.int8) - 8
    return (np.concatenate([low, high], axis=1) * scales).astype(np.float32).reshape(rows, -1)


def load(path: Path, opened: Opener) -> Reader:
    """Read a trained network.

    Raises:
        UserError: file.unreadable.
    """
    try:
        return _read(path, opened)
    except _BROKEN as error:
        raise UserError("file.unreadable", path=str(path), reason=str(error)) from error


def _read(path: Path, opened: Opener) -> Reader:
    import numpy as np  # noqa: PLC0415 - the window's start does without

    with path.open("rb") as stream, np.load(stream, allow_pickle=False) as file:
        parts: dict[str, npt.NDArray[np.generic]] = {name: file[name] for name in file.files}
    if int(parts["kind"]) != KIND:
        raise ValueError(parts["kind"])
    names = parts["names"].tobytes().decode().split("\n")
    cuts = Cuts(names, parts["scores"].astype(np.float64).tolist())
    places = parts["places"].astype(np.uint8)
    positions = parts["positions"].astype(np.float32)
    most, width = positions.shape
    if len(cuts.scores) != len(names) or places.shape != (len(names), width // BLOCK * BYTES):
        raise ValueError(places.shape)
    if most < FIRST + LAST + 2:
        raise ValueError(most)
    labels = parts["labels"].tobytes().decode().split("\n")
    if sorted(labels) != sorted(ROUTES):
        raise ValueError(labels)
    routes = cast("tuple[Route, ...]", tuple(labels))
    reader = Reader(routes, cuts, places, positions, opened(parts["graph"].tobytes()))
    reader.log_odds("")  # a graph that does not fit is noticed here
    return reader
