"""How much of a mapped model file is in this process's memory, and giving it back.

The one law: what is said is what the kernel counts, page by page, and not the size of the file:
pages of a file come when they are read and go when memory is short.

Only Linux tells a program where its files are mapped; elsewhere nothing is known.
"""

from __future__ import annotations

import contextlib
import ctypes
import mmap
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator
    from io import RawIOBase

_MAPS, _PAGES = Path("/proc/self/maps"), Path("/proc/self/pagemap")
_PRESENT = 1 << 7  # in the last byte of a page's 8 (Documentation/admin-guide/mm/pagemap.rst)
_ENTRY = 8
CAN_GIVE_BACK = sys.platform == "linux"
_DELETED = " (deleted)"  # what the kernel adds to the name of a file that was replaced


def resident(path: Path) -> int | None:
    """Bytes of the file that are mapped and in memory; None where that cannot be known."""
    try:
        with _PAGES.open("rb", buffering=0) as file:
            return sum(_present(file, start, end) for start, end in ranges(path))
    except OSError:  # another system, or one that keeps this from programs
        return None


def give_back(path: Path) -> None:
    """Let the file's pages go, where `CAN_GIVE_BACK`; those that are read again come back.

    Of LFM2-1.2B, repacked, 1,391 MiB were resident without, 834 with it, 844 if the file was read
    and not mapped; loading took 0.5 s against 1.3 s or more.
    """
    if CAN_GIVE_BACK:
        madvise = ctypes.CDLL(None).madvise
        madvise.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int]
        with contextlib.suppress(OSError):
            for start, end in ranges(path):
                madvise(start, end - start, mmap.MADV_DONTNEED)


def _present(file: RawIOBase, start: int, end: int) -> int:
    file.seek(start // mmap.PAGESIZE * _ENTRY)
    entries = file.read((end - start) // mmap.PAGESIZE * _ENTRY) or b""
    flags = np.frombuffer(entries, np.uint8)[_ENTRY - 1 :: _ENTRY]
    return int(np.count_nonzero(flags & _PRESENT)) * mmap.PAGESIZE


def ranges(path: Path) -> Iterator[tuple[int, int]]:
    """Where the file is mapped, as addresses: start and end.

    Raises:
        OSError: the system does not tell.
    """
    names = {str(path.resolve()), str(path.resolve()) + _DELETED}
    for line in _MAPS.read_text("utf-8", "surrogateescape").splitlines():
        parts = line.split(maxsplit=5)
        if len(parts) > 5 and parts[5] in names:
            start, _dash, end = parts[0].partition("-")
            yield int(start, 16), int(end, 16)
