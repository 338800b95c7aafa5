"""The branch of a conversation that is shown, ready to be written for people.

The one law: every form (Markdown, HTML, Word) says the same: title, time, who said what.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from agents.store.whole import Message, Talk


@dataclass(frozen=True, slots=True)
class Words:
    """What stands in a file beside what was said, in the user's language."""

    language: str = "en"
    you: str = "You"
    answer: str = "Answer"
    stopped: str = "stopped"  # of an answer that is not whole
    title: str = "Conversations"  # of several


def branch(talk: Talk) -> list[Message]:
    """The messages of the branch that is shown, in order."""
    known = {message.id: message for message in talk.messages}
    at = talk.shown or (talk.messages[-1].id if talk.messages else 0)
    found: list[Message] = []
    while at in known:
        found.append(known[at])
        at = known[at].parent
    return [one for one in reversed(found) if one.role != "system" and one.content]


def who(message: Message, words: Words) -> str:
    """Who said it, and whether that is all."""
    name = words.you if message.role == "user" else (message.model or words.answer)
    whole = message.role == "user" or message.state in ("done", "length")
    return name if whole else f"{name} ({words.stopped})"


def day(moment: str) -> str:
    """A time as a day and a minute of the user's own."""
    return datetime.fromisoformat(moment).astimezone().strftime("%Y-%m-%d %H:%M")
