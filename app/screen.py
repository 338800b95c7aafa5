"""Can a window be shown here? Asked before Qt is, which would end the process without a word.

The law: who started us with a double-click sees no terminal, so the sentence is also shown by
whatever program of the desktop can show one. Knows no Qt; only Linux has to be asked.
"""

from __future__ import annotations

import ctypes
import os
import shutil
import socket
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from agents.base import UserError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_SCREENS = {"wayland", "xcb"}  # what Qt can be told to use that has to be there
_WAYLAND = "wayland-0"  # where its library looks when nobody names a display
_SHOW_SECONDS = 3600.0  # a dialogue stays until it is read
# Programs of the desktops that show a sentence; the sentence is the last word.
_DIALOGUES = (
    ("zenity", "--error", "--no-markup", "--title=MoA Desk", "--text"),
    ("kdialog", "--title", "MoA Desk", "--error"),
    ("xmessage", "-center"),
    ("notify-send", "MoA Desk"),
)


def check(env: Mapping[str, str] = os.environ, system: str = sys.platform) -> None:
    """Find out whether Qt can open a window.

    Raises:
        UserError: screen.none, screen.library, screen.away.
    """
    asked = {one.partition(":")[0] for one in env.get("QT_QPA_PLATFORM", "").split(";") if one}
    if not system.startswith("linux") or not asked <= _SCREENS:
        return
    wayland, x11 = env.get("WAYLAND_DISPLAY", ""), env.get("DISPLAY", "")
    if asked:
        wayland = (wayland or _WAYLAND) if "wayland" in asked else ""
        x11 = x11 if "xcb" in asked else ""
    if not (wayland or x11):
        raise UserError("screen.none")
    missing: list[str] = []
    for name, file, answers in (
        (wayland, "libqwayland.so", wayland_answers),
        (x11, "libqxcb.so", x11_answers),
    ):
        plugin = _plugins() / file
        library = lacking(plugin) if name and plugin.exists() else ""
        if library:
            missing.append(library)
        elif name and answers(name, env):
            return
    if missing:
        raise UserError("screen.library", library=missing[0])
    raise UserError("screen.away", display=wayland or x11)


def wayland_answers(name: str, env: Mapping[str, str]) -> bool:
    """Whether somebody listens at a Wayland display."""
    path = Path(env.get("XDG_RUNTIME_DIR", "")) / name  # a name with a slash is a path itself
    with socket.socket(socket.AF_UNIX) as tried:
        try:
            tried.connect(str(path))
        except OSError:
            return False
    return True


def x11_answers(name: str, env: Mapping[str, str]) -> bool:
    """Whether an X server lets us in, asked the way Qt does."""
    del env
    try:
        xcb = ctypes.CDLL("libxcb.so.1")
    except OSError:  # whoever needs it will say so
        return True
    xcb.xcb_connect.restype = ctypes.c_void_p
    connection = ctypes.c_void_p(xcb.xcb_connect(name.encode(), None))
    failed = xcb.xcb_connection_has_error(connection)
    xcb.xcb_disconnect(connection)
    return not failed


def lacking(library: Path) -> str:
    """The library of the system that `library` needs and that is not there; empty if none."""
    try:
        ctypes.CDLL(str(library), mode=os.RTLD_LAZY)
    except OSError as error:
        said = error.__cause__ or error  # in a frozen program PyInstaller's own words stand first
        return str(said).partition(":")[0] or library.name
    return ""


def tell(sentence: str, which: Sequence[tuple[str, ...]] = _DIALOGUES) -> None:
    """Say it on the terminal and, where there is a desktop, in a box of its own."""
    print(sentence, file=sys.stderr)  # noqa: T201 - the window is what cannot be had
    if sys.stderr.isatty() or not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        return
    for program, *words in which:
        found = shutil.which(program)
        if found:
            command = [found, *words, sentence]
            subprocess.run(  # noqa: S603 - from the list above
                command, check=False, timeout=_SHOW_SECONDS, stderr=subprocess.DEVNULL
            )  # where the screen itself is gone it complains, too
            return


def _plugins() -> Path:
    """Qt's platform plugins: of the frozen folder, or of the installed package."""
    bundle = getattr(sys, "_MEIPASS", None)
    spec = None if bundle else find_spec("PySide6")
    place = Path(spec.origin).parent if spec and spec.origin else Path(bundle or "") / "PySide6"
    return place / "Qt" / "plugins" / "platforms"
