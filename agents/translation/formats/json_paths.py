"""Paths of values in a JSON file, and patterns for them.

A pattern is written like a path: `$.items[*].title`. `*` stands for any part of a name or for any
number, `**` for any steps or none: `**.description`, `$.menu.**`.

The one law: a pattern is matched step by step in time bounded by its length, never by search.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from agents.base import UserError

if TYPE_CHECKING:
    from collections.abc import Sequence

Step = str | int
_STEP = re.compile(r"\[(\*|\d{1,9})\]|\.?\[[\"']([^\"']*)[\"']\]|\.?(\*\*|[^.\[\]]+)")
_ANY = "**"


class PathPattern:
    """One pattern."""

    def __init__(self, text: str) -> None:
        """Read a pattern.

        Raises:
            UserError: translation.path.
        """
        self._steps: list[str] = []
        rest = text.strip().removeprefix("$")
        at = 0
        while at < len(rest):
            found = _STEP.match(rest, at)
            if found is None:
                raise UserError("translation.path", path=text)
            number, quoted, name = found.groups()
            self._steps.append(f"[{number}]" if number else quoted if name is None else name)
            at = found.end()
        if not self._steps:
            raise UserError("translation.path", path=text)

    def matches(self, path: Sequence[Step]) -> bool:
        """Whether the value at `path` is meant."""
        states = self._skip({0})
        for step in path:
            states = self._skip(
                {
                    at if self._steps[at] == _ANY else at + 1
                    for at in states
                    if at < len(self._steps) and _agrees(self._steps[at], step)
                }
            )
        return len(self._steps) in states

    def _skip(self, states: set[int]) -> set[int]:
        """The states, and those behind a `**` that stands for nothing."""
        found = set(states)
        for at in range(len(self._steps)):
            if at in found and self._steps[at] == _ANY:
                found.add(at + 1)
        return found


def _agrees(pattern: str, step: Step) -> bool:
    if pattern == _ANY:
        return True
    if isinstance(step, int):
        return pattern in ("[*]", f"[{step}]")
    first, *middle = pattern.split("*")
    if not middle:
        return first == step
    *middle, last = middle
    if len(step) < len(first) + len(last) or not (step.startswith(first) and step.endswith(last)):
        return False
    at, end = len(first), len(step) - len(last)
    for part in middle:
        found = step.find(part, at, end)
        if found < 0:
            return False
        at = found + len(part)
    return True
