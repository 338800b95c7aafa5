"""The functions that a formula may use.

The one law: nothing here takes longer than a moment: what would is refused before it is begun.
"""

from __future__ import annotations

import math
from fractions import Fraction
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

# A fraction, a floating point number or one of Pint's quantities, whose types say too little.
Value = Any

_MOST_FACTORIAL = 170


class TooLargeError(Exception):
    """A formula that would take too long or too much."""


def call(name: str, values: Sequence[Value]) -> Value:
    """What a function gives.

    Raises:
        KeyError: there is no such function.
        SyntaxError: it takes another number of values.
        ValueError: it is not defined for these.
        TooLargeError: it would take too long.
    """
    function, least, most = _FUNCTIONS[name]
    if not least <= len(values) <= most:
        raise SyntaxError(name)
    found = function(*values)
    return Fraction(found) if isinstance(found, int) else found


def _square_root(value: Value) -> Value:
    return _root(value, 2)


def _cube_root(value: Value) -> Value:
    return _root(value, 3)


def _root(value: Value, degree: int) -> Value:
    if isinstance(value, Fraction):
        if value < 0 and degree == 2:
            raise ValueError
        exact = _exact_root(value, degree)
        if exact is not None:
            return exact
        return math.copysign(abs(float(value)) ** (1 / degree), float(value))
    return value ** (1 / degree)


def _exact_root(value: Fraction, degree: int) -> Fraction | None:
    sides: list[int] = []
    for side in (abs(value.numerator), value.denominator):
        root = round(side ** (1 / degree)) if side < 2**52 else math.isqrt(side)
        if root**degree != side:
            return None
        sides.append(root)
    return Fraction(sides[0], sides[1]) * (1 if value >= 0 else -1)


def _log(value: Value, base: Value = 10) -> float:
    return math.log10(value) if base == 10 else math.log(value, base)


def _gcd(*values: Value) -> int:
    return math.gcd(*map(_whole, values))


def _lcm(*values: Value) -> int:
    return math.lcm(*map(_whole, values))


def _comb(total: Value, chosen: Value) -> int:
    return math.comb(_small(total), _small(chosen))


def _perm(total: Value, chosen: Value) -> int:
    return math.perm(_small(total), _small(chosen))


def _sum(*values: Value) -> Value:
    total = values[0]
    for value in values[1:]:
        total = total + value
    return total


def _mean(*values: Value) -> Value:
    return _sum(*values) / Fraction(len(values))


def _whole(value: Value) -> int:
    if not isinstance(value, Fraction) or value.denominator != 1:
        raise ValueError
    return int(value)


def _small(value: Value) -> int:
    whole = _whole(value)
    if whole > _MOST_FACTORIAL:
        raise TooLargeError
    return whole


def _factorial(value: Value) -> int:
    return math.factorial(_small(value))


def _rounded(value: Value, digits: Value = 0) -> Value:
    """Half away from zero, as it is taught in schools."""
    scale = Fraction(10) ** _whole(Fraction(digits))
    scaled = abs(Fraction(value)) * scale
    return Fraction(math.floor(scaled + Fraction(1, 2))) / scale * (1 if value >= 0 else -1)


_FUNCTIONS: Mapping[str, tuple[Callable[..., Value], int, int]] = {  # and how many values
    "sqrt": (_square_root, 1, 1),
    "cbrt": (_cube_root, 1, 1),
    "sin": (math.sin, 1, 1),
    "cos": (math.cos, 1, 1),
    "tan": (math.tan, 1, 1),
    "asin": (math.asin, 1, 1),
    "acos": (math.acos, 1, 1),
    "atan": (math.atan, 1, 1),
    "exp": (math.exp, 1, 1),
    "ln": (math.log, 1, 1),
    "log": (_log, 1, 2),
    "log2": (math.log2, 1, 1),
    "log10": (math.log10, 1, 1),
    "abs": (abs, 1, 1),
    "floor": (math.floor, 1, 1),
    "ceil": (math.ceil, 1, 1),
    "round": (_rounded, 1, 2),
    "factorial": (_factorial, 1, 1),
    "gcd": (_gcd, 2, 20),
    "lcm": (_lcm, 2, 8),
    "comb": (_comb, 2, 2),
    "perm": (_perm, 2, 2),
    "min": (min, 1, 50),
    "max": (max, 1, 50),
    "sum": (_sum, 1, 50),
    "mean": (_mean, 1, 50),
}
