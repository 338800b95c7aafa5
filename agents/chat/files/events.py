"""What goes into reading a file for the chat, and what comes out.

The one law: frozen values that a stored trace can be read back into.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path  # noqa: TC003 - a request is read with its types

from agents.store.files import StoredFile  # noqa: TC001 - likewise


@dataclass(frozen=True, slots=True)
class FileRequest:
    """Read a file of this machine."""

    path: Path


@dataclass(frozen=True, slots=True)
class FileKnown:
    """The file has a number and is being read; whoever is stopped now goes on with it later."""

    file: StoredFile


@dataclass(frozen=True, slots=True)
class FileRead:
    """The file can be asked about. `new` is False where it was known with this content."""

    file: StoredFile
    new: bool


@dataclass(frozen=True, slots=True)
class Source:
    """A passage that an answer cites, as it was when it was read."""

    number: int  # as it stands in the answer: [1]
    file: int
    name: str
    page: int  # 1-based; 0 where there are no pages
    text: str


@dataclass(frozen=True, slots=True)
class WentIn:
    """How much of a file the model was shown."""

    file: int
    name: str
    passages: int
    of: int
    places: tuple[int, ...] = ()  # of the passages in the file, from 0; () where it was not kept

    @property
    def whole(self) -> bool:
        """Whether it was all of it."""
        return self.passages >= self.of
