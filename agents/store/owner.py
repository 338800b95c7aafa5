"""Which process is writing something, so that what a dead one left behind can be told apart.

The command line may run beside the window on the same data: unfinished work belongs to a
living process or to none.
"""

from __future__ import annotations


def me() -> str:
    """This process: its id and when it began (ids are used again)."""
    import psutil  # noqa: PLC0415 - where something is written, not to look at what is there

    process = psutil.Process()
    return f"{process.pid}:{process.create_time():.2f}"


def alive(owner: str) -> bool:
    """Whether the process that called itself `owner` still runs."""
    import psutil  # noqa: PLC0415 - likewise

    pid, _, began = owner.partition(":")
    try:
        return f"{psutil.Process(int(pid)).create_time():.2f}" == began
    except (psutil.Error, ValueError):
        return False
