"""Whether the time of some work grows with its size, or with the square of it.

The one law: a busy machine must not change the answer. Two sizes are timed side by side, with no
garbage collected meanwhile (what earlier tests left would be gone through again and again), and a
comparison that came out badly is made anew: what grows with the square does so every time.
"""

from __future__ import annotations

import gc
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

TIMES = 8  # how much larger the large one is: 64 times the time, if it grew with the square
_MOST = 3 * TIMES
_TRIES = 5


def in_proportion(work: Callable[[int], object], size: int) -> bool:
    """Whether `work(TIMES * size)` takes about `TIMES` as long as `work(size)`.

    Args:
        work: does the work for a size; whatever it prepares is timed with it.
        size: the small size; should take some milliseconds at least.
    """
    work(size)  # loads what is loaded once
    for _attempt in range(_TRIES):
        small = min(_seconds(work, size) for _again in range(2))
        if _seconds(work, TIMES * size) < _MOST * small:
            return True
    return False


def _seconds(work: Callable[[int], object], size: int) -> float:
    """Computing time of this process alone."""
    gc.collect()
    gc.disable()
    try:
        began = time.process_time()
        work(size)
        return time.process_time() - began
    finally:
        gc.enable()
