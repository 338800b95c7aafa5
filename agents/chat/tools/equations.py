"""Reckons after what an answer says: every "12 × 3 = 36" of it.

The one law: only what can be reckoned is judged; a letter or a word in a formula leaves it alone.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from agents.base import UserError
from agents.chat.tools.calculator import calculate, shown

_SIDE = r"[\d(√](?:[\d +\-−–*×·÷/^()%!√]|(?<=\d)[.,](?=\d))*"
_LATEX = (
    (re.compile(r"\\(?:times|cdot)\b"), "×"),
    (re.compile(r"\\div\b"), "÷"),
    (re.compile(r"\\d?frac\{([^{}]+)\}\{([^{}]+)\}"), r"((\1)/(\2))"),
    (re.compile(r"\\sqrt\{([^{}]+)\}"), r"√(\1)"),
    (re.compile(r"\\(?:left|right|,|;|!|quad)"), ""),
    (re.compile(r"\\%"), "%"),
    (re.compile(r"\\[\[\]()]|\$"), " "),
    (re.compile(r"\\text\{[^{}]*\}"), ""),
    (re.compile(r"\^\{([^{}]+)\}"), r"^(\1)"),
)
_EQUATION = re.compile(rf"(?<![\w.,=])({_SIDE})((?:\s*[=≈]\s*-?{_SIDE})+)")
_VALUE = re.compile(r"-?\d[\d,]*(?:\.(\d+))?")
_MOST = 200  # equations of one answer
_LONGEST = 160  # letters of one side


@dataclass(frozen=True, slots=True)
class Checked:
    """One equation of an answer."""

    text: str  # as it stands, LaTeX read
    reckoned: str  # what the left side comes to
    right: bool


def check(answer: str) -> tuple[Checked, ...]:
    """The equations of an answer that can be reckoned, in order.

    A result that is written with few digits is right if it is the reckoned one rounded to them.
    """
    for pattern, meant in _LATEX:
        answer = pattern.sub(meant, answer)
    found: list[Checked] = []
    for match in _EQUATION.finditer(answer):
        sides = [match.group(1), *re.split(r"[=≈]", match.group(2))[1:]]
        for left, right in pairwise(sides):
            one = _checked(left.strip(" .,"), right.strip(" .,"))
            if one is not None:
                found.append(one)
        if len(found) >= _MOST:
            break
    return tuple(found)


def _checked(left: str, right: str) -> Checked | None:
    if max(len(left), len(right)) > _LONGEST or not re.search(r"[+\-−–*×·÷/^%!√]", left):
        return None
    try:
        one, two = calculate(left), calculate(right)
    except UserError:
        return None
    if one.unit or two.unit:
        return None
    return Checked(f"{left} = {right}", shown(one.value), _agree(one.value, two.value, right))


def _agree(value: Fraction | float, said: Fraction | float, written: str) -> bool:
    number = _VALUE.fullmatch(written)
    digits = len(number.group(1) or "") if number else 0
    if digits:  # half a unit of the last digit, and a hair for the other way to round a half
        off = abs(Fraction(value) - Fraction(said))
        return off <= Fraction(1, 2 * 10**digits) * Fraction(1001, 1000)
    if isinstance(value, Fraction) and isinstance(said, Fraction):
        return value == said
    return abs(float(value) - float(said)) <= 1e-9 * max(1.0, abs(float(value)))
