"""Reckons sums with units, exactly: the one who never guesses.

The one law: a formula is read as a tree of a few kinds of nodes and nothing else is ever run. It
has bounds, so no formula takes longer than a moment or more memory than a page.

Numbers are fractions, so 0.1 + 0.2 is 0.3; roots and logarithms are floating point numbers.
Units are those of Pint (https://pint.readthedocs.io), with the Korean ones added.
"""

from __future__ import annotations

import ast
import functools
import math
import operator
import re
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from agents.base import UserError
from agents.chat.tools import functions as known
from agents.chat.tools.formula import plain
from agents.chat.tools.functions import TooLargeError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

# A fraction, a floating point number or one of Pint's quantities, whose types say too little.
Value = Any

_LONGEST = 400  # letters of a formula
_DEEPEST = 60  # nodes above each other
_DIGITS = 1200  # bits of a power, roughly 360 decimal digits
_FLOAT_DIGITS = 12  # what is shown of a floating point number

# 1 pyeong = 400/121 m2, 1 geun (meat) = 600 g, 1 don = 3.75 g, 1 ri = 392.7 m: KS and the
# Framework Act on National Standards' conversion tables.
_OWN_UNITS = (
    "pyeong = 400/121 * meter**2",
    "geun = 600 * gram",
    "don = 3.75 * gram",
    "korean_ri = 392.727 * meter",
    "korean_ja = 10/33 * meter",
    "korean_doe = 1.8039 * liter",
    "korean_mal = 18.039 * liter",
)

_TWO: Mapping[type[ast.operator], Callable[[Value, Value], Value]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: lambda one, two: one / two,
    ast.FloorDiv: lambda one, two: one // two,
    ast.Mod: operator.mod,
}
_CONSTANTS = {"pi": math.pi, "π": math.pi, "e": math.e, "파이": math.pi}
_UNREADABLE = (SyntaxError, KeyError, RecursionError, AttributeError, TypeError)
_TO = re.compile(r"\s+(?:in|to|as|into)\s+|\s*(?:→|->)\s*", re.IGNORECASE)
_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


@dataclass(frozen=True, slots=True)
class Result:
    """What came out."""

    value: Fraction | float  # in `unit`
    unit: str  # as Pint writes it; "" for a plain number
    exact: bool  # no root or logarithm took part

    def __str__(self) -> str:
        """The number as people write it, with its unit."""
        return f"{shown(self.value)} {self.unit}".strip()


def calculate(formula: str) -> Result:
    """Reckon a formula: "3.5억 / 7", "30 평 in m²", "15% of 80000", "sqrt(2) * 10 cm".

    Raises:
        UserError: calc.unreadable, calc.too_large, calc.undefined (division by nothing, roots of
            negative numbers), calc.units (metres plus hours).
    """
    if len(formula) > _LONGEST:
        raise UserError("calc.too_large", formula=f"{formula[:40]}…")
    parts = _TO.split(formula.strip())
    if len(parts) > 2 or not parts[0]:
        raise UserError("calc.unreadable", formula=formula)
    try:
        value = _value(parts[0])
        if len(parts) == 2:
            value = _converted(value, parts[1])
        return _result(value)
    except TooLargeError as error:
        raise UserError("calc.too_large", formula=formula) from error
    except (ZeroDivisionError, ValueError, OverflowError) as error:
        raise UserError("calc.undefined", formula=formula) from error
    except Exception as error:
        if _units_clash(error):  # Pint's errors are attribute and type errors as well
            raise UserError("calc.units", formula=formula) from error
        if isinstance(error, _UNREADABLE):
            raise UserError("calc.unreadable", formula=formula) from error
        raise


def shown(value: Fraction | float) -> str:
    """A number as people write it: whole, as a decimal that ends, or rounded to 12 digits."""
    if isinstance(value, Fraction):
        if value.denominator == 1:
            return f"{value.numerator:,}" if abs(value) < 10**30 else str(value.numerator)
        rest = value.denominator
        for factor in (2, 5):
            while rest % factor == 0:
                rest //= factor
        if rest == 1 and value.denominator < 10**9:
            digits = f"{float(value):.{_FLOAT_DIGITS}f}".rstrip("0")
            if Fraction(digits) == value:
                whole, _point, part = digits.partition(".")
                return f"{int(whole):,}.{part}" if int(whole) else digits
        value = float(value)
    if value == 0 or 1e-4 <= abs(value) < 1e15:
        text = f"{value:,.{_FLOAT_DIGITS}g}"
        if "e" not in text:
            return text
        return f"{value:,.0f}"
    return f"{value:.{_FLOAT_DIGITS}g}"


@functools.cache
def _registry() -> Value:
    import pint  # noqa: PLC0415 - slow to import

    make: Value = pint.UnitRegistry  # takes fractions, whatever its types say
    registry: Value = make(non_int_type=Fraction, autoconvert_offset_to_baseunit=True)
    for line in _OWN_UNITS:
        registry.define(line)
    return registry


def _units_clash(error: Exception) -> bool:
    import pint  # noqa: PLC0415 - slow to import

    return isinstance(error, (pint.DimensionalityError, pint.OffsetUnitCalculusError))


def _value(text: str) -> Value:
    tree = ast.parse(plain(text), mode="eval")
    return _node(tree.body, 0)


def _node(node: ast.expr, depth: int) -> Value:
    if depth > _DEEPEST:
        raise TooLargeError
    match node:
        case ast.Constant(value=value):
            return _constant(value)
        case ast.Name(id=name):
            return _named(name)
        case ast.UnaryOp(op=ast.USub() | ast.UAdd() as sign, operand=inner):
            value = _node(inner, depth + 1)
            return -value if isinstance(sign, ast.USub) else value
        case ast.BinOp(left=left, op=op, right=right):
            act = _power if isinstance(op, ast.Pow) else _TWO[type(op)]
            return act(_node(left, depth + 1), _node(right, depth + 1))
        case ast.Call(func=ast.Name(id=name), args=args, keywords=[]):
            return known.call(name, [_node(arg, depth + 1) for arg in args])
        case _:
            raise SyntaxError


def _constant(value: object) -> Fraction:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise SyntaxError  # noqa: TRY004 - of the formula
    return Fraction(value) if isinstance(value, int) else Fraction(repr(value))


def _named(name: str) -> Value:
    if name in _CONSTANTS:
        return _CONSTANTS[name]
    registry = _registry()
    unit = registry.parse_units(name)
    return registry.Quantity(Fraction(1), unit)


def _power(base: Value, exponent: Value) -> Value:
    power = exponent
    if isinstance(power, Fraction) and power.denominator == 1:
        size = base.magnitude if hasattr(base, "magnitude") else base
        if isinstance(size, Fraction):
            bits = max(size.numerator.bit_length(), size.denominator.bit_length())
            if bits * abs(power.numerator) > _DIGITS:
                raise TooLargeError
        return base ** int(power)
    if hasattr(base, "magnitude"):
        return base ** float(power)
    if base < 0:
        raise ValueError
    return float(base) ** float(power)


def _converted(value: Value, unit: str) -> Value:
    goal = _value(unit)
    if not hasattr(goal, "units") or not hasattr(value, "units"):
        raise SyntaxError
    return value.to(goal.units)


def _result(value: Value) -> Result:
    unit = ""
    if hasattr(value, "units"):
        unit = _written(value)
        value = value.magnitude
    if isinstance(value, complex) or (isinstance(value, float) and not math.isfinite(value)):
        raise ValueError
    return Result(value, unit, isinstance(value, Fraction))


def _written(quantity: Value) -> str:
    """The unit of a quantity: km/h, m²."""
    registry = _registry()
    above: list[str] = []
    below: list[str] = []
    for name, exponent in quantity.unit_items():
        symbol = registry.get_symbol(name)
        power = Fraction(exponent)
        raised = "" if abs(power) == 1 else str(abs(power)).translate(_RAISED)
        (above if power > 0 else below).append(symbol + raised)
    written = "·".join(above) or ("1" if below else "")
    return "/".join([written, *below])
