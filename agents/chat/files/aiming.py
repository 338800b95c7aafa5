"""Whether a request in a conversation with files is about them.

The one law: what came with a file is about it, unless it plainly asks for something else; what is
said later may be talk.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from agents.chat.routing.router import Routed

_SURE = 0.8  # how sure the words alone must be to leave the files aside later on
_SURER = 0.95  # ... of another task than talk, with the very message that brings a file


def aimed(plain: Routed, attached: Routed, *, fresh: bool) -> Routed:
    """Where a request goes in a conversation that knows files.

    Args:
        plain: where its words alone would send it.
        attached: where they would with a file beside them.
        fresh: whether a file came with this very request.
    """
    if plain.by == "command":
        return plain
    sure = plain.share >= (_SURER if fresh else _SURE)
    routed = plain if sure and not (fresh and plain.route == "answer") else attached
    if routed.routes != ("answer",) or routed is plain:
        return routed
    tasks = tuple(dataclasses.replace(task, route="document") for task in routed.tasks)
    return dataclasses.replace(routed, route="document", routes=("document",), tasks=tasks)
