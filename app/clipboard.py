"""The clipboard without a window: through whichever program of the system knows it.

The one law: a fixed list of programs, called without a shell, waited for a bounded time.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

from agents.base import UserError

_SECONDS = 10.0
# (reads, writes) of each system, the first that is there is used.
_PROGRAMS: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...] = (
    (("wl-paste", "--no-newline"), ("wl-copy",)),
    (("xclip", "-selection", "clipboard", "-o"), ("xclip", "-selection", "clipboard", "-i")),
    (("xsel", "--clipboard", "--output"), ("xsel", "--clipboard", "--input")),
    (("pbpaste",), ("pbcopy",)),
    (
        ("powershell", "-NoProfile", "-Command", "Get-Clipboard -Raw"),
        ("powershell", "-NoProfile", "-Command", "$input | Set-Clipboard"),
    ),
)


def read() -> str:
    """What is on the clipboard; "" where it holds no text.

    Raises:
        UserError: chat.no_clipboard.
    """
    reads, _writes = _program()
    done = _run(reads, None)
    return done.stdout.decode("utf-8", "replace") if done.returncode == 0 else ""


def write(text: str) -> None:
    """Put a text on the clipboard.

    Raises:
        UserError: chat.no_clipboard.
    """
    _reads, writes = _program()
    if _run(writes, text.encode("utf-8")).returncode:
        raise UserError("chat.no_clipboard")


def _program() -> tuple[tuple[str, ...], tuple[str, ...]]:
    for reads, writes in _PROGRAMS:
        name = reads[0]
        if name == "wl-paste" and not os.environ.get("WAYLAND_DISPLAY"):
            continue
        if name in ("xclip", "xsel") and not os.environ.get("DISPLAY"):
            continue
        if (name == "powershell") != (sys.platform == "win32"):
            continue
        if shutil.which(name):
            return reads, writes
    raise UserError("chat.no_clipboard")


def _run(command: tuple[str, ...], data: bytes | None) -> subprocess.CompletedProcess[bytes]:
    # what xclip leaves behind keeps its output open: only what is read is waited for
    output = subprocess.PIPE if data is None else subprocess.DEVNULL
    try:
        return subprocess.run(  # noqa: S603 - one of the fixed commands above
            command,
            input=data,
            stdout=output,
            stderr=subprocess.DEVNULL,
            timeout=_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise UserError("chat.no_clipboard") from error
