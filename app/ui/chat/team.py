"""What the team did for an answer, in words.

The one law: it is read from the steps alone; what is not known is not said.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from agents.chat import trace as kept
from app.i18n import _
from app.ui import figures

if TYPE_CHECKING:
    from collections.abc import Sequence

    from agents.chat.events import Step
    from agents.chat.routing.router import Route


def name(route: Route) -> str:
    """The name of a route."""
    return {
        "answer": _("Talk"),
        "maths": _("Maths"),
        "code": _("Code"),
        "tool": _("On this computer"),
        "document": _("Document"),
        "translate": _("Translate"),
        "scholar": _("Library"),
    }[route]


def who(step: Step) -> str:
    """The name of the model or tool that did a step."""
    return {
        "calculator": _("calculator"),
        "clock": _("clock"),
        "files": _("files"),
        "clipboard": _("clipboard"),
        "tools": _("tools"),
    }.get(step.given.by, step.given.by)


def handled(steps: Sequence[Step]) -> str:
    """Who handled it: the routes with who did the work, none twice."""
    return figures.joined(*dict.fromkeys(f"{name(step.route)} ({step.given.by})" for step in steps))


def trace(steps: Sequence[Step]) -> str:
    """One line a step: what, by whom, how long."""
    return "\n".join(
        _(
            "{number}. {route}: {task} · {who} · {seconds} s",
            number=step.number + 1,
            route=name(step.route),
            task=_short(step.text),
            who=who(step),
            seconds=f"{step.ended - step.began:.1f}",
        )
        for step in steps
    )


def stored(trace_: str) -> tuple[Step, ...]:
    """The steps of a stored answer; none where the trace cannot be read any more."""
    found = kept.read(trace_)
    return found.steps if found is not None else ()


def _short(text: str, most: int = 60) -> str:
    line = " ".join(text.split())
    return line if len(line) <= most else line[: most - 1] + "…"
