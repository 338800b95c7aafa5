"""Keeps a mapped model file safe from being written into while it is in use.

The one law: nobody is kept from writing to his file. Who replaces it by renaming another one over
it disturbs nothing: the old one stays until it is unmapped. Who writes into it or cuts it shorter
would change the weights under a running evaluation or end the process (SIGBUS); Linux makes him
wait a moment if it is asked to (`F_SETLEASE`), and in that moment the mapped pages are exchanged
for a copy in memory.

Windows refuses to write to a mapped file by itself. macOS has no such thing; there, and on file
systems without leases, the file is used without.
"""

from __future__ import annotations

import ctypes
import mmap
import os
import signal
import sys
import threading
from typing import TYPE_CHECKING

from agents.engine import mapped

if TYPE_CHECKING:
    from pathlib import Path

_LOOK_SECONDS = 0.25  # the other one waits up to 45 s (/proc/sys/fs/lease-break-time)
_MAYMOVE, _FIXED = 1, 2  # sys/mman.h: MREMAP_*


class Lease:
    """Held from before a file is read until it is unmapped."""

    def __init__(self, path: Path) -> None:
        """Ask for it; where it is not to be had, the file is used without."""
        self.copied = 0  # bytes that are in memory of our own now
        self._path = path
        self._done = threading.Event()
        self._thread: threading.Thread | None = None
        file = _leased(path)
        self.asked = file >= 0  # and it was given
        if self.asked:
            self._thread = threading.Thread(
                target=self._watch, args=(file,), name="lease", daemon=True
            )
            self._thread.start()

    @property
    def held(self) -> bool:
        """Whether the file is kept from changes."""
        return self._thread is not None and self._thread.is_alive()

    def close(self) -> None:
        """The file is no longer mapped. Any number of times."""
        self._done.set()
        if self._thread is not None:
            self._thread.join()

    def _watch(self, file: int) -> None:
        try:
            while not self._done.wait(_LOOK_SECONDS):
                if _wanted(file):
                    self.copied = _detach(self._path)
                    return
        finally:
            os.close(file)  # whoever waits may write now


def _leased(path: Path) -> int:
    """A file descriptor with a lease on it; -1 where there is none to be had."""
    if sys.platform != "linux":
        return -1
    import fcntl  # noqa: PLC0415 - not on Windows

    file = -1
    try:
        file = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        # By default the kernel's message ends the process; of this one nobody takes notice.
        fcntl.fcntl(file, fcntl.F_SETSIG, signal.SIGURG)
        fcntl.fcntl(file, fcntl.F_SETLEASE, fcntl.F_RDLCK)
    except OSError:  # not our file, open for writing, or a file system without leases
        if file >= 0:
            os.close(file)
        return -1
    return file


def _wanted(file: int) -> bool:
    if sys.platform != "linux":
        return False
    import fcntl  # noqa: PLC0415 - not on Windows

    return fcntl.fcntl(file, fcntl.F_GETLEASE) != fcntl.F_RDLCK


def _detach(path: Path) -> int:
    """Put private copies in the place of the mapped pages of a file; nobody notices."""
    library = ctypes.CDLL(None, use_errno=True)
    library.mmap.restype = library.mremap.restype = ctypes.c_void_p
    nowhere = ctypes.c_void_p(-1).value
    copied = 0
    for start, end in list(mapped.ranges(path)):
        size = ctypes.c_size_t(end - start)
        copy = library.mmap(
            None,
            size,
            mmap.PROT_READ | mmap.PROT_WRITE,
            mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS,
            -1,
            ctypes.c_long(0),
        )
        if copy == nowhere:
            raise MemoryError
        ctypes.memmove(copy, start, end - start)
        # One system call that no other thread sees half of.
        place = library.mremap(
            ctypes.c_void_p(copy), size, size, _MAYMOVE | _FIXED, ctypes.c_void_p(start)
        )
        if place != start:
            raise MemoryError
        copied += end - start
    return copied
