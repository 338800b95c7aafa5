"""The hand of the tools: which one a request wants is told by code, and asked for before it acts.

The one law: nothing is claimed that was not done; what no tool can do is said.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from agents.base import Token
from agents.chat.hands import Given
from agents.chat.tools.content import brought
from agents.chat.tools.which import which

if TYPE_CHECKING:
    from collections.abc import Generator

    from agents.base import CancelToken, Notice
    from agents.chat.hands import Hand, Handed
    from agents.chat.tools.asked import Asked, Desk, Tool
    from agents.chat.tools.lookup import Lookup
    from agents.chat.tools.making import Making

_SAID = {
    "unable": {
        "en": "I cannot do that. MoA Desk has no alarms, reminders or calendar, and it does not "
        "delete, move, rename, print or send files. It can find and list files, make documents, "
        "use the clipboard, and tell the time and date.",
        "ko": "그 일은 할 수 없습니다. MoA Desk에는 알람, 알림, 일정 기능이 없고 파일을 지우거나"
        " 옮기거나 이름을 바꾸거나 "
        "인쇄하거나 보내지 않습니다. 파일 찾기와 목록 보기, 문서 만들기, 클립보드, 시각과 날짜는"
        " 할 수 있습니다.",
    },
    "refused": {
        "en": "I did nothing: you have not allowed it.",
        "ko": "허락하지 않으셔서 아무것도 하지 않았습니다.",
    },
    "empty": {"en": "There is no text on the clipboard.", "ko": "클립보드에 글이 없습니다."},
    "nothing": {
        "en": "There is nothing to copy. Quote the text, or write it after a colon.",
        "ko": "복사할 글이 없습니다. 글을 따옴표로 묶거나 쌍점 뒤에 써 주세요.",
    },
    "copied": {"en": "Copied to the clipboard:", "ko": "클립보드에 복사했습니다:"},
    "board": {"en": "On the clipboard:", "ko": "클립보드에 있는 글:"},
}
_MOST = 20_000  # letters of the clipboard that are shown


class ToolHand:
    """Implements `hands.Hand` for what the machine does itself."""

    def __init__(
        self, desk: Desk, clock: Hand, lookup: Lookup, making: Making, memory: Hand
    ) -> None:
        """Keep who allows it, and the tools."""
        self._desk = desk
        self._clock = clock
        self._lookup = lookup
        self._making = making
        self._memory = memory

    def takes(self, task: str) -> bool:
        """Whether there is a tool for it, or it has to be said that there is none."""
        wanted = which(task)
        return self._clock.takes(task) if wanted == "clock" else bool(wanted)

    def run(
        self, handed: Handed, cancel: CancelToken
    ) -> Generator[Token | Notice | Asked, None, Given]:
        """Use the tool; see `hands.Hand.run`."""
        match which(handed.task.text):
            case "clipboard_read":
                given = yield from self._read(handed, cancel)
            case "clipboard_write":
                given = yield from self._write(handed, cancel)
            case "files":
                given = yield from self._lookup.run(handed, cancel)
            case "make":
                given = yield from self._making.run(handed, cancel)
            case "memory":
                return (yield from self._memory.run(handed, cancel))
            case "unable":
                given = Given(_SAID["unable"][handed.language], "tools", exact=True)
            case _:
                return (yield from self._clock.run(handed, cancel))
        yield Token(given.text)
        return given

    def _read(self, handed: Handed, cancel: CancelToken) -> Generator[Asked, None, Given]:
        allowed = yield from self._desk.may("clipboard_read", handed.conversation, cancel)
        if allowed is None:
            return Given(_SAID["refused"][handed.language], "clipboard", exact=True)
        text = yield from self._desk.clipboard(None, cancel)
        if not text.strip():
            return Given(_SAID["empty"][handed.language], "clipboard", exact=True)
        shown = _quoted(text[:_MOST])
        return Given(f"{_SAID['board'][handed.language]}\n\n{shown}", "clipboard", 1, exact=True)

    def _write(self, handed: Handed, cancel: CancelToken) -> Generator[Asked, None, Given]:
        text = brought(handed)
        if not text:
            return Given(_SAID["nothing"][handed.language], "clipboard", exact=True)
        allowed = yield from self._desk.may(
            "clipboard_write", handed.conversation, cancel, detail=text
        )
        if allowed is None:
            return Given(_SAID["refused"][handed.language], "clipboard", exact=True)
        yield from self._desk.clipboard(text, cancel)
        shown = _quoted(text)
        return Given(f"{_SAID['copied'][handed.language]}\n\n{shown}", "clipboard", 1, exact=True)


class Guarded:
    """Implements `hands.Hand`: another hand, asked for before it looks into the user's own."""

    def __init__(self, hand: Hand, tool: Tool, desk: Desk) -> None:
        """Keep the hand, the permission it needs, and who gives it."""
        self._hand = hand
        self._tool: Tool = tool
        self._desk = desk

    def takes(self, task: str) -> bool:
        """What the hand takes."""
        return self._hand.takes(task)

    def run(
        self, handed: Handed, cancel: CancelToken
    ) -> Generator[Token | Notice | Asked, None, Given]:
        """Ask, then let the hand do it; see `hands.Hand.run`."""
        allowed = yield from self._desk.may(
            self._tool, handed.conversation, cancel, detail=handed.task.text
        )
        if allowed is None:
            return Given(_SAID["refused"][handed.language], self._tool, exact=True)
        return (yield from self._hand.run(handed, cancel))


def _quoted(text: str) -> str:
    """A text as it stands, in a block that nothing in it can end."""
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}\n{text}\n{fence}"
