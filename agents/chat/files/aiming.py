"""Whether a request in a conversation with files is about them.

The one law: what came with a file is about it, unless it plainly asks for something else; what is
said later may be talk.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from agents.chat.routing.router import Routed

_TALK = 0.8  # how sure the words must be of talk to leave the files aside later on


def aimed(routed: Routed, *, fresh: bool) -> Routed:
    """Where a request goes in a conversation that knows files.

    Args:
        routed: where its words alone would send it.
        fresh: whether a file came with this very request.
    """
    if routed.by == "command" or routed.routes != ("answer",):
        return routed
    if not fresh and routed.share >= _TALK:
        return routed
    tasks = tuple(dataclasses.replace(task, route="document") for task in routed.tasks)
    return dataclasses.replace(routed, route="document", routes=("document",), tasks=tasks)
