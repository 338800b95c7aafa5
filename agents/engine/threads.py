"""How many native threads a step may use, and at what priority the system runs them.

The one law: the desk stays usable. Where there are cores to spare, work that nobody watches
leaves one of them to everything else; where there are not, the system is told to let everything
else go first. What the system refuses is no error: the work is done all the same.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import sys
import threading
import time
from typing import TYPE_CHECKING, Literal, Protocol, cast

import psutil

from agents.engine import cores

if TYPE_CHECKING:
    from collections.abc import Callable

Quiet = Literal["auto", "on", "off"]

FEW = 2  # cores of which none can be spared
LOOK_SECONDS = 30.0  # between two looks at the battery
_NICE = 10
_BELOW_NORMAL = -1  # winbase.h: THREAD_PRIORITY_BELOW_NORMAL
_UTILITY = 0x11  # sys/qos.h: QOS_CLASS_UTILITY


class _Battery(Protocol):
    power_plugged: bool | None


def on_battery() -> bool:
    """Whether the machine runs on its battery; False where that is not known."""
    try:
        state = cast("_Battery | None", psutil.sensors_battery())  # pyright: ignore[reportUnknownMemberType]
    except Exception:  # noqa: BLE001 - some systems lack it, and drivers say all kinds of things
        return False
    return state is not None and state.power_plugged is False


class Threads:
    """Answers at each step. Cheap, any thread."""

    def __init__(
        self,
        wanted: int = 0,
        quiet: Quiet = "auto",
        *,
        machine: int = 0,
        battery: Callable[[], bool] = on_battery,
    ) -> None:
        """Look at the machine once.

        Args:
            wanted: threads the user set; 0 = as many as there are cores.
            quiet: use half of them: "auto" while the machine runs on its battery.
            machine: cores; 0 = look.
            battery: whether the machine runs on its battery; may take its time.
        """
        self._machine = machine or cores.usable()
        self._most = wanted or self._machine
        self._quiet: Quiet = quiet
        self.hurried = False  # nobody is there who wants quiet, or the cores for something else
        self._battery = battery
        self._low = False  # on battery when last looked
        self._looked = -LOOK_SECONDS
        self._looking = threading.Lock()

    @property
    def most(self) -> int:
        """Threads of any step at most: what native code should reserve for."""
        return self._most

    def count(self, *, interactive: bool) -> int:
        """Threads for the next step; at least 1.

        Args:
            interactive: whether somebody waits for what the step makes.
        """
        most = self._most
        if self.hurried:
            return most
        if self._is_quiet():
            most = max(1, most // 2)
        if not interactive and self._machine > FEW:
            most = min(most, self._machine - 1)
        return most

    def lower_priority(self) -> None:
        """Have the calling thread give way to other programs, where no core can be spared.

        Linux and macOS hand it on to the threads it starts, so call it before native code starts
        its own.
        """
        if self._machine <= FEW:
            with contextlib.suppress(OSError, AttributeError):
                _give_way()

    def _is_quiet(self) -> bool:
        if self._quiet != "auto":
            return self._quiet == "on"
        if time.monotonic() - self._looked >= LOOK_SECONDS and self._looking.acquire(
            blocking=False
        ):
            self._looked = time.monotonic()
            # Asking the system may take long; a step does not wait for it.
            threading.Thread(target=self._look, name="battery", daemon=True).start()
        return self._low

    def _look(self) -> None:
        try:
            self._low = self._battery()
        finally:
            self._looking.release()


def _give_way() -> None:
    if sys.platform == "win32":
        kernel = ctypes.WinDLL("kernel32")
        kernel.GetCurrentThread.restype = ctypes.c_void_p
        kernel.SetThreadPriority.argtypes = [ctypes.c_void_p, ctypes.c_int]
        kernel.SetThreadPriority(kernel.GetCurrentThread(), _BELOW_NORMAL)
    elif sys.platform == "darwin":
        ctypes.CDLL(None).pthread_set_qos_class_self_np(ctypes.c_uint(_UTILITY), ctypes.c_int(0))
    else:  # on Linux the priority is the thread's, and threads it starts inherit it
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _NICE)
