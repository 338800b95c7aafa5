"""Keeps the machine from sleeping while it works at night, where the system lets us.

The one law: whatever happens to this process, the machine may sleep again: a helper of the system
ends with us, and Windows forgets what a process that has ended asked for.
"""

from __future__ import annotations

import contextlib
import ctypes
import logging
import os
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

log = logging.getLogger(__name__)

_CONTINUOUS = 0x80000000  # winbase.h: ES_CONTINUOUS
_SYSTEM_REQUIRED = 0x00000001  # winbase.h: ES_SYSTEM_REQUIRED


def command() -> Sequence[str]:
    """What keeps this system awake as long as it runs; empty where nothing does."""
    if sys.platform == "darwin":
        wanted: Sequence[str] = ("caffeinate", "-i", "-w", str(os.getpid()))
    elif sys.platform == "win32":
        return ()
    else:
        # `cat` ends when the pipe to it is closed: by us, or by our end.
        about = ("--what=sleep:idle", "--who=MoA Desk", "--why=Translating", "--mode=block")
        wanted = ("systemd-inhibit", *about, "cat")
    return wanted if shutil.which(wanted[0]) else ()


class Awake:
    """Holds the system awake, or not. One thread."""

    def __init__(self) -> None:
        """The system may sleep."""
        self._helper: subprocess.Popen[bytes] | None = None
        self._held = False

    @property
    def held(self) -> bool:
        """Whether the system is kept awake, as far as we know."""
        return self._held and (self._helper is None or self._helper.poll() is None)

    def hold(self) -> bool:
        """Keep the system awake; returns whether that can be done here."""
        if self._held:
            return self.held  # a helper that ended by itself would end again
        self._held = _tell_windows(_CONTINUOUS | _SYSTEM_REQUIRED)
        wanted = command()
        if wanted:
            try:
                self._helper = subprocess.Popen(  # noqa: S603 - words of our own
                    wanted,
                    stdin=subprocess.PIPE,
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                )
                self._held = True
            except OSError:
                log.warning("The system could not be kept awake", exc_info=True)
        return self._held

    def let_go(self) -> None:
        """Let the system sleep when it wants. Any number of times."""
        helper, self._helper = self._helper, None
        if self._held:
            _tell_windows(_CONTINUOUS)
        self._held = False
        if helper is not None:
            if helper.stdin is not None:
                helper.stdin.close()
            helper.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                helper.wait(1)


def _tell_windows(state: int) -> bool:
    if sys.platform != "win32":
        return False
    return bool(ctypes.WinDLL("kernel32").SetThreadExecutionState(ctypes.c_uint(state)))
