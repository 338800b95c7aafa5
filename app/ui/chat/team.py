"""What the team did for an answer, in words.

The one law: it is read from the steps alone; what is not known is not said.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from agents.base import Notice
from agents.chat import trace as kept
from agents.chat.hands import Given
from agents.chat.trace import Step, Trace
from app import i18n, messages
from app.i18n import _
from app.ui import figures

if TYPE_CHECKING:
    from collections.abc import Sequence

    from agents.chat.hands import Note
    from agents.chat.routing.router import Route
    from agents.store.conversations import Turn


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
    parts = [f"{name(one.route)} ({who(one)})" if who(one) else name(one.route) for one in steps]
    return figures.joined(*dict.fromkeys(parts))


def trace(steps: Sequence[Step]) -> str:
    """One line a step: what, by whom, how long."""
    return "\n".join(
        _(
            "{number}. {route}: {task} · {who} · {seconds} s",
            number=step.number + 1,
            route=name(step.route),
            task=short(step.text),
            who=who(step),
            seconds=f"{step.ended - step.began:.1f}",
        )
        for step in steps
    )


def stored(trace_: str) -> tuple[Step, ...]:
    """The steps of a stored answer; none where the trace cannot be read any more."""
    found = kept.read(trace_)
    return found.steps if found is not None and found.by != kept.ALONE else ()


def contradicted(found: Trace | None) -> str:
    """What of an answer does not hold, where the answer does not say so itself; "" if nothing."""
    if found is None or found.by != kept.ALONE or not found.wrong:
        return ""
    return _("Checked: {found}", found="; ".join(_contradiction(one) for one in found.wrong))


def _contradiction(wrong: str) -> str:
    """One thing in words: a sum with what it comes to, or as it is told."""
    sum_, arrow, reckoned = wrong.rpartition(" → ")
    left, equals, said = sum_.rpartition(" = ")
    if not (arrow and equals):
        return wrong
    return _("{sum} = {right}, not {said}", sum=left, right=reckoned, said=said)


def of_turn(turn: Turn) -> Trace:
    """How a stored answer was made; where the commander was alone, that."""
    found = kept.read(turn.trace)
    return found or alone(turn.model, turn.tokens, turn.seconds)


def alone(model: str, tokens: int, seconds: float) -> Trace:
    """The trace of an answer by one model alone."""
    return Trace((Step(0, "answer", "", Given("", model, tokens), 0.0, seconds),))


def rows(steps: Sequence[Step]) -> list[list[Step]]:
    """The steps in order of time, those that ran beside each other in one row."""
    made: list[list[Step]] = []
    for step in sorted(steps, key=lambda one: (one.began, one.number)):
        beside = made[-1] if made else []
        waits = any(other.number in step.after for other in beside)
        if beside and not waits and step.began < max(one.ended for one in beside):
            beside.append(step)
        else:
            made.append([step])
    return made


def facts(step: Step) -> list[str]:
    """What is known of a step: time, tokens, checks, and what happened on the way."""
    given = step.given
    said = [_("{seconds} s", seconds=f"{step.ended - step.began:.1f}")]
    if given.tokens:
        said.append(_("{count} tokens", count=figures.number(given.tokens)))
    if given.failed:
        known = given.failed in messages.TEXTS
        words = i18n.explain(Notice(given.failed, given.failed_values)) if known else given.failed
        said.append(words)
    if given.checked:
        said.append(
            _("{wrong} of {checked} do not hold", wrong=len(given.wrong), checked=given.checked)
            if given.wrong
            else _("{checked} checked", checked=given.checked)
        )
    return said + [note(one) for one in given.notes]


def note(what: Note) -> str:
    """What happened on the way."""
    return {
        "again": _("made twice"),
        "reworded": _("reworded by the chat model"),
        "kept": _("left in its own words"),
        "commander": _("no room for the specialist"),
        "cut": _("cut short"),
        "language": _("asked again for the language"),
    }[what]


def decided(found: Trace) -> str:
    """Who chose the way, where that is known."""
    by = {
        "command": _("as you ordered"),
        "words": _("by its words"),
        "commander": _("by the chat model"),
    }.get(found.by, "")
    if not by:
        return ""
    milliseconds = f"{found.routing * 1000:.1f}"
    if found.by == "command":
        return by
    return _(
        "{by}, {share} % sure, {milliseconds} ms",
        by=by,
        share=round(found.share * 100),
        milliseconds=milliseconds,
    )


def told(found: Trace) -> str:
    """All of it as text, for who does not look at the picture."""
    lines = [_("Request: {how}", how=decided(found))] if decided(found) else []
    for row in rows(found.steps):
        for step in row:
            after = ", ".join(str(one + 1) for one in step.after)
            parts = [f"{step.number + 1}. {name(step.route)}", short(step.text), who(step)]
            parts += facts(step)
            if after:
                parts.append(_("after {number}", number=after))
            others = [str(one.number + 1) for one in row if one is not step]
            if others:
                parts.append(_("beside {number}", number=", ".join(others)))
            lines.append(figures.joined(*(part for part in parts if part)))
    return "\n".join(lines)


def short(text: str, most: int = 60) -> str:
    """The beginning of a text, on one line."""
    line = " ".join(text.split())
    return line if len(line) <= most else line[: most - 1] + "…"
