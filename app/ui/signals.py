"""Ctrl+C and a polite kill, noticed at once.

The one law: waiting for them costs nothing. Python runs its handler only when it runs at all, and
the event loop may not for hours: the system writes a byte to a socket, and that wakes the loop.
"""

from __future__ import annotations

import signal
import socket
from contextlib import suppress
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QSocketNotifier, Slot

if TYPE_CHECKING:
    from collections.abc import Callable

_BYTES = 64  # read at once; each signal writes one


class Signals(QObject):
    """Listens until it is closed."""

    def __init__(self, leave: Callable[[], object], parent: QObject | None = None) -> None:
        """Listen; on the main thread, as Python wants it.

        Args:
            leave: called on the GUI thread when the program is asked to end.
            parent: Qt parent.
        """
        super().__init__(parent)
        self._ours, self._systems = socket.socketpair()
        for end in (self._ours, self._systems):
            end.setblocking(False)  # noqa: FBT003 - the socket's own
        self._before = signal.set_wakeup_fd(self._systems.fileno(), warn_on_full_buffer=False)
        self._waker = QSocketNotifier(self._ours.fileno(), QSocketNotifier.Type.Read, self)
        self._waker.activated.connect(self._woken)
        self._handlers = {
            number: signal.signal(number, lambda *_args: leave())
            for number in (signal.SIGINT, signal.SIGTERM)
        }

    def close(self) -> None:
        """Leave everything as it was."""
        self._waker.setEnabled(False)
        signal.set_wakeup_fd(self._before)
        for number, handler in self._handlers.items():
            signal.signal(number, handler)
        self._ours.close()
        self._systems.close()

    @Slot()
    def _woken(self) -> None:
        """Python runs again, and so does its handler; the byte has told all it had to."""
        with suppress(BlockingIOError):
            self._ours.recv(_BYTES)
