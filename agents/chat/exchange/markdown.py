"""Conversations as Markdown: what was said stands in it as it is.

The one law: headings of an answer stay below those of the file.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from agents.chat.exchange.reading import branch, day, who

if TYPE_CHECKING:
    from collections.abc import Sequence

    from agents.chat.exchange.reading import Words
    from agents.store.whole import Talk

_FENCE = re.compile(r"^ {0,3}(`{3,}|~{3,})")
_HEADING = re.compile(r"^(#{1,6})(?=\s)")


def write(talks: Sequence[Talk], words: Words) -> bytes:
    """One heading a conversation, one below it a message."""
    return "\n\n".join(_talk(talk, words) for talk in talks).encode() + b"\n"


def _talk(talk: Talk, words: Words) -> str:
    parts = [f"# {talk.title}", f"*{day(talk.created)}*"]
    for message in branch(talk):
        parts += [f"## {who(message, words)}", _lowered(message.content)]
    return "\n\n".join(parts)


def _lowered(content: str) -> str:
    """Headings two levels lower, outside of code."""
    made: list[str] = []
    fence = ""
    for line in content.strip().splitlines():
        mark = _FENCE.match(line)
        if mark and not fence:
            fence = mark[1]
        elif mark and mark[1].startswith(fence):
            fence = ""
        elif not fence:
            line = _HEADING.sub(lambda match: ("##" + match[1])[:6], line)  # noqa: PLW2901 - the same line, lowered
        made.append(line)
    return "\n".join(made)
