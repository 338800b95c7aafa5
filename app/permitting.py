"""The words for what a tool of the chat may do, and for what a model was shown."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from app.i18n import _

if TYPE_CHECKING:
    from agents.chat.files.events import WentIn
    from agents.chat.tools.asked import PermissionAsked

_MOST = 160  # letters of what exactly


def wish(asked: PermissionAsked) -> str:
    """The sentence that asks for a permission."""
    detail = " ".join(asked.detail.split())
    detail = detail if len(detail) <= _MOST else detail[: _MOST - 1] + "…"
    values = {"folder": short(asked.folder), "detail": detail}
    if asked.tool == "files" and not detail:
        return _("The chat wants to look into {folder}.", folder=values["folder"])
    return {
        "files": _("The chat wants to look for “{detail}” in {folder}.", **values),
        "make": _("The chat wants to make the file {detail} in {folder}.", **values),
        "library": _("The chat wants to search your library."),
        "memory": _("The chat wants to look into your translation memory."),
        "clipboard_read": _("The chat wants to read the clipboard."),
        "clipboard_write": _(
            "The chat wants to put this on the clipboard: {detail}", detail=detail
        ),
    }[asked.tool]


def short(folder: str) -> str:
    """A folder as people read it: their own is ~."""
    home = str(Path.home())
    inside = folder == home or folder.startswith(home + os.sep)
    return "~" + folder[len(home) :] if inside else folder


def went_in(went: WentIn) -> str:
    """How much of a file a model was shown."""
    if went.whole:
        return _("{file}: whole", file=went.name)
    return _(
        "{file}: {passages} of {all} passages",
        file=went.name,
        passages=went.passages,
        all=went.of,
    )


def name(tool: str) -> str:
    """What a tool may do, as a list of permissions says it."""
    return {
        "files": _("Find and read files"),
        "make": _("Make files"),
        "library": _("Search your library"),
        "memory": _("Look into the translation memory"),
        "clipboard_read": _("Read the clipboard"),
        "clipboard_write": _("Write to the clipboard"),
    }.get(tool, tool)


def free_names() -> tuple[str, ...]:
    """The tools that ask nobody: they work on the words of the question alone."""
    return _("calculator with units"), _("date and time")
