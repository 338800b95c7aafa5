"""What a tool asks of whoever sits at the desk, and how the answer comes back.

The one law: a question travels with the events, and its answer by number; whoever waits for it
stops at once when the work is cancelled. What is not allowed is not done.
"""

from __future__ import annotations

import itertools
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Generator

    from agents.base import CancelToken
    from agents.store.permissions import Permissions

Tool = Literal["files", "library", "memory", "make", "clipboard_read", "clipboard_write"]
TOOLS: tuple[Tool, ...] = (
    "files",
    "library",
    "memory",
    "make",
    "clipboard_read",
    "clipboard_write",
)
WITH_FOLDER: tuple[Tool, ...] = ("files", "make")  # allowed for a folder and what is below
Scope = Literal["no", "once", "conversation", "always"]


@dataclass(frozen=True, slots=True)
class PermissionAsked:
    """May a tool do this? Answered with a `Decision`."""

    number: int
    tool: Tool
    folder: str  # where; "" where the tool needs no folder
    detail: str  # what exactly: words that are looked for, the name of a file, a text


@dataclass(frozen=True, slots=True)
class ClipboardAsked:
    """The clipboard is wanted; it was allowed before. Answered with its text ("" when written)."""

    number: int
    text: str | None  # to be put there; None: what is there is wanted


Asked = PermissionAsked | ClipboardAsked


@dataclass(frozen=True, slots=True)
class Decision:
    """What was said to a `PermissionAsked`. `folder` may be another than was asked about."""

    scope: Scope
    folder: str = ""


class Desk:
    """Carries questions to the desk and answers back. Any thread."""

    def __init__(self, permissions: Permissions) -> None:
        """Keep where permissions are stored."""
        self._permissions = permissions
        self._lock = threading.Lock()
        self._numbers = itertools.count(1)
        self._waiting: dict[int, threading.Event] = {}
        self._answers: dict[int, Decision | str] = {}

    def answer(self, number: int, said: Decision | str) -> None:
        """Answer a question; one that nobody waits for any more is forgotten."""
        with self._lock:
            called = self._waiting.get(number)
            if called is not None:
                self._answers[number] = said
                called.set()

    def may(
        self,
        tool: Tool,
        conversation: int,
        cancel: CancelToken,
        *,
        folder: str = "",
        detail: str = "",
    ) -> Generator[Asked, None, str | None]:
        """Ask unless it is allowed already.

        Returns:
            The folder that may be used ("" where none is needed), None where it may not.

        Raises:
            CancelledError: `cancel` was set before an answer came.
        """
        wanted = str(Path(folder).resolve()) if folder else ""
        for allowed in self._permissions.of(tool, conversation):
            if not wanted or inside(Path(wanted), Path(allowed)):
                return wanted
        number = self._open()
        said = yield from self._wait(PermissionAsked(number, tool, wanted, detail), number, cancel)
        if not isinstance(said, Decision) or said.scope == "no":
            return None
        given = str(Path(said.folder).resolve()) if said.folder and wanted else wanted
        if said.scope != "once":
            kept = conversation if said.scope == "conversation" else 0
            self._permissions.allow(tool, given, kept)
        return given

    def clipboard(self, text: str | None, cancel: CancelToken) -> Generator[Asked, None, str]:
        """Read the clipboard, or write to it.

        Raises:
            CancelledError: `cancel` was set before an answer came.
        """
        number = self._open()
        said = yield from self._wait(ClipboardAsked(number, text), number, cancel)
        return said if isinstance(said, str) else ""

    def allowed_folders(self, conversation: int) -> tuple[str, ...]:
        """The folders whose files may be looked into without asking."""
        return self._permissions.of("files", conversation)

    def _open(self) -> int:
        number = next(self._numbers)
        with self._lock:
            self._waiting[number] = threading.Event()
        return number

    def _wait(
        self, asked: Asked, number: int, cancel: CancelToken
    ) -> Generator[Asked, None, Decision | str]:
        called = self._waiting[number]
        forget = cancel.on_cancel(called.set)
        try:
            yield asked
            called.wait()
            cancel.check()
            return self._answers[number]
        finally:
            forget()
            with self._lock:
                self._waiting.pop(number, None)
                self._answers.pop(number, None)


def inside(path: Path, folder: Path) -> bool:
    """Whether a path is a folder or stands below it, wherever links on the way lead."""
    return path.resolve().is_relative_to(folder.resolve())
