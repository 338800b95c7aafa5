"""How the command line answers what a tool asks: with what was allowed, or on a terminal.

The one law: without a terminal and without `--allow` it is a no.
"""

from __future__ import annotations

import argparse
import signal
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from agents.chat.tools.asked import (
    TOOLS,
    WITH_FOLDER,
    ClipboardAsked,
    Decision,
    PermissionAsked,
    inside,
)
from app import clipboard
from app.cli.output import end_progress
from app.i18n import _
from app.permitting import wish

if TYPE_CHECKING:
    from agents.base import CancelToken
    from agents.chat.tools.asked import Asked, Scope, Tool
    from app.build import Desk

_BOARD: tuple[Tool, ...] = ("clipboard_read", "clipboard_write")
_SCOPES: dict[str, Scope] = {"o": "once", "c": "conversation", "a": "always"}


@dataclass(frozen=True, slots=True)
class Allowed:
    """What `--allow` allows."""

    tools: tuple[Tool, ...]
    folder: str = ""


def allowed(text: str) -> Allowed:
    """What is written behind `--allow`: TOOL or TOOL:FOLDER."""
    name, _colon, folder = text.partition(":")
    tools: tuple[Tool, ...] = tuple(tool for tool in TOOLS if tool == name)
    if name == "clipboard":
        tools = _BOARD
    if not tools or (folder and tools[0] not in WITH_FOLDER):
        known = "clipboard, library, memory, files:FOLDER, make:FOLDER"
        raise argparse.ArgumentTypeError(_("{what} is none of {known}", what=text, known=known))
    if folder and not Path(folder).expanduser().is_dir():
        raise argparse.ArgumentTypeError(_("there is no folder {folder}", folder=folder))
    return Allowed(tools, str(Path(folder).expanduser().resolve()) if folder else "")


def answer(event: Asked, desk: Desk, given: list[Allowed], cancel: CancelToken) -> None:
    """Answer one question of a tool.

    Raises:
        UserError: chat.no_clipboard.
    """
    if isinstance(event, ClipboardAsked):
        if event.text is None:
            desk.asked.answer(event.number, clipboard.read())
        else:
            clipboard.write(event.text)
            desk.asked.answer(event.number, "")
        return
    desk.asked.answer(event.number, _decided(event, given, cancel))


def _decided(event: PermissionAsked, given: list[Allowed], cancel: CancelToken) -> Decision:
    for one in given:
        if event.tool not in one.tools:
            continue
        if not one.folder or inside(Path(event.folder), Path(one.folder)):
            return Decision("once")
        if event.tool == "make" or inside(Path(one.folder), Path(event.folder)):
            return Decision("once", one.folder)  # the part of it that was allowed
    end_progress()
    print(wish(event), file=sys.stderr)
    if not sys.stdin.isatty():
        hint = f"{event.tool}:{event.folder}" if event.folder else event.tool
        print(_("Not allowed. Allow it with --allow {what}", what=hint), file=sys.stderr)
        return Decision("no")
    return Decision(_typed(cancel))


def _typed(cancel: CancelToken) -> Scope:
    """What is typed on the terminal; Ctrl+C cancels everything."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        print(
            _("Allow it? (o)nce, in this (c)onversation, (a)lways, (n)o:"), end=" ", file=sys.stderr
        )
        sys.stderr.flush()
        said = sys.stdin.readline().strip().lower()
    except KeyboardInterrupt:
        cancel.cancel()
        return "no"
    finally:
        signal.signal(signal.SIGINT, before)
    return _SCOPES.get(said[:1], "no")
