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

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_LONGEST = 400  # letters of a formula
_DEEPEST = 60  # nodes above each other
_DIGITS = 1200  # bits of a power, roughly 360 decimal digits
_MOST_FACTORIAL = 170
_FLOAT_DIGITS = 12  # what is shown of a floating point number

_MYRIADS = {"천": 10**3, "만": 10**4, "억": 10**8, "조": 10**12}
_KOREAN_UNITS = {
    "킬로미터": "km", "미터": "m", "센티미터": "cm", "센티": "cm", "밀리미터": "mm", "마일": "mile",
    "인치": "inch", "피트": "foot", "야드": "yard", "킬로그램": "kg", "킬로": "kg", "그램": "g",
    "파운드": "pound", "온스": "ounce", "톤": "tonne", "리터": "liter", "밀리리터": "ml",
    "갤런": "gallon", "시간": "hour", "분": "minute", "초": "second", "일": "day", "주": "week",
    "제곱미터": "m**2", "제곱킬로미터": "km**2", "헥타르": "hectare", "평": "pyeong", "근": "geun",
    "돈": "don", "리": "korean_ri", "자": "korean_ja", "섭씨": "degC", "화씨": "degF", "시속": "km/hour",
    "되": "korean_doe", "말": "korean_mal", "바이트": "byte",
}  # fmt: skip
_SYMBOLS = {
    "㎞": "km", "㎏": "kg", "㎡": "m**2", "㎝": "cm", "㎜": "mm", "㎖": "ml", "ℓ": "liter",
    "℃": "degC", "℉": "degF", "°C": "degC", "°F": "degF", "m²": "m**2", "km²": "km**2", "m³": "m**3",
    "cm²": "cm**2", "cm³": "cm**3", "m2": "m**2", "sqm": "m**2", "lbs": "pound", "lb": "pound",
    "mph": "mile/hour", "kph": "km/hour", "kmh": "km/hour", "in²": "inch**2", "ft²": "foot**2",
    "GB": "gigabyte", "MB": "megabyte", "KB": "kilobyte", "TB": "terabyte",
}  # fmt: skip
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

_TWO: Mapping[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
}
_FUNCTIONS: Mapping[str, tuple[Callable[..., Any], int, int]] = {  # how many arguments: from, to
    "sqrt": (lambda x: _root(x, 2), 1, 1),
    "cbrt": (lambda x: _root(x, 3), 1, 1),
    "sin": (math.sin, 1, 1),
    "cos": (math.cos, 1, 1),
    "tan": (math.tan, 1, 1),
    "asin": (math.asin, 1, 1),
    "acos": (math.acos, 1, 1),
    "atan": (math.atan, 1, 1),
    "exp": (math.exp, 1, 1),
    "ln": (math.log, 1, 1),
    "log": (lambda x, base=10: math.log(x, base) if base != 10 else math.log10(x), 1, 2),
    "log2": (math.log2, 1, 1),
    "log10": (math.log10, 1, 1),
    "abs": (abs, 1, 1),
    "floor": (math.floor, 1, 1),
    "ceil": (math.ceil, 1, 1),
    "round": (lambda x, digits=0: _rounded(x, digits), 1, 2),
    "factorial": (lambda x: _factorial(x), 1, 1),  # noqa: PLW0108 - defined below
    "gcd": (lambda *n: math.gcd(*map(_whole, n)), 2, 20),
    "lcm": (lambda *n: math.lcm(*map(_whole, n)), 2, 8),
    "comb": (lambda n, k: math.comb(_small(n), _small(k)), 2, 2),
    "perm": (lambda n, k: math.perm(_small(n), _small(k)), 2, 2),
    "min": (min, 1, 50),
    "max": (max, 1, 50),
    "sum": (lambda *n: sum(n), 1, 50),
    "mean": (lambda *n: sum(n) / Fraction(len(n)), 1, 50),
}
_CONSTANTS = {"pi": math.pi, "π": math.pi, "e": math.e, "파이": math.pi}
_UNREADABLE = (SyntaxError, KeyError, RecursionError, AttributeError, TypeError)
_TO = re.compile(r"\s+(?:in|to|as|into)\s+|\s*(?:→|->)\s*", re.IGNORECASE)
_MYRIAD = re.compile(r"(\d+(?:\.\d+)?)\s*([천만억조]+)(?![가-힣]{2,}|시)")
_MYRIAD_SUM = re.compile(r"\d+(?:\.\d+)?\s*[천만억조]+(?:\s*\d+(?:\.\d+)?\s*[천만억조]+)*(?:\s*\d+)?")
_GROUPS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_PERCENT_OF = re.compile(r"(\d+(?:\.\d+)?)\s*(?:%|percent|퍼센트)\s*(?:of|의)\s*", re.IGNORECASE)
_PERCENT = re.compile(r"(\d+(?:\.\d+)?)\s*(?:%|percent\b|퍼센트)(?!\s*[\d(])", re.IGNORECASE)
_IMPLIED = re.compile(r"(?<=[\d)])\s*(?=[A-Za-zπ(])(?![eE][+-]?\d)")
_OF_PERCENT = re.compile(r"(\d+(?:\.\d+)?)\s*(?:원|명|개)?의\s*(\d+(?:\.\d+)?)\s*(?:%|퍼센트)")
_CURRENCY = re.compile(r"[$₩€]|(?<=[\d만억조천\s])(?:원|달러|유로|dollars?|won)(?![A-Za-z가-힣])")
_SIDE_BY_SIDE = re.compile(r"(?<=\))\s+(?=\d)")  # 3 hours 20 minutes
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
    except _TooLargeError as error:
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


class _TooLargeError(Exception):
    """A formula that would take too long or too much."""


@functools.cache
def _registry() -> Any:
    import pint  # noqa: PLC0415 - slow to import

    registry = pint.UnitRegistry(non_int_type=Fraction, autoconvert_offset_to_baseunit=True)
    for line in _OWN_UNITS:
        registry.define(line)
    return registry


def _units_clash(error: Exception) -> bool:
    import pint  # noqa: PLC0415 - slow to import

    return isinstance(error, (pint.DimensionalityError, pint.OffsetUnitCalculusError))


def _value(text: str) -> Any:
    tree = ast.parse(_plain(text), mode="eval")
    return _node(tree.body, 0)


def _plain(text: str) -> str:
    """A formula as Python would write it."""
    text = _CURRENCY.sub("", _GROUPS.sub("", text))
    text = _MYRIAD_SUM.sub(lambda found: f"({_myriads(found.group())})", text)
    for sign, meant in (("×", "*"), ("·", "*"), ("÷", "/"), ("−", "-"), ("–", "-"), ("^", "**")):
        text = text.replace(sign, meant)
    text = re.sub(r"√\s*(\d+(?:\.\d+)?)", r"sqrt(\1)", text).replace("√", "sqrt")
    text = re.sub(r"(?<=\d)\s*[xX]\s*(?=\d)", "*", text)
    text = _OF_PERCENT.sub(r"\1*(\2/100)", text)
    text = _PERCENT_OF.sub(r"(\1/100)*", text)
    text = _PERCENT.sub(r"(\1/100)", text)
    text = re.sub(r"(\d+|\))\s*!(?!=)", r"factorial(\1)", text)
    for written in sorted((*_SYMBOLS, *_KOREAN_UNITS), key=len, reverse=True):
        meant = _SYMBOLS.get(written) or _KOREAN_UNITS[written]
        before = r"(?<![A-Za-z])" if written[0].isascii() else ""
        after = r"(?![A-Za-z가-힣0-9²³])"
        text = re.sub(f"{before}{re.escape(written)}{after}", f" ({meant}) ", text)
    text = text.replace("²", "**2").replace("³", "**3")
    return _SIDE_BY_SIDE.sub(" + ", _IMPLIED.sub("*", text)).strip()


def _myriads(text: str) -> str:
    """`3억 2천만 500` as a sum."""
    total: list[str] = []
    for found in re.finditer(r"(\d+(?:\.\d+)?)\s*([천만억조]*)", text):
        factor = math.prod(_MYRIADS[letter] for letter in found.group(2))
        total.append(f"{found.group(1)}*{factor}" if factor != 1 else found.group(1))
    return "+".join(total)


def _node(node: ast.expr, depth: int) -> Any:
    if depth > _DEEPEST:
        raise _TooLargeError
    match node:
        case ast.Constant(value=bool() | str() | bytes() | complex() | None):
            raise SyntaxError
        case ast.Constant(value=int() as number):
            return Fraction(number)
        case ast.Constant(value=float() as number):
            return Fraction(repr(number))
        case ast.Name(id=name):
            return _named(name)
        case ast.UnaryOp(op=ast.USub(), operand=inner):
            return -_node(inner, depth + 1)
        case ast.UnaryOp(op=ast.UAdd(), operand=inner):
            return _node(inner, depth + 1)
        case ast.BinOp(left=left, op=ast.Pow(), right=right):
            return _power(_node(left, depth + 1), _node(right, depth + 1))
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _TWO:
            return _TWO[type(op)](_node(left, depth + 1), _node(right, depth + 1))
        case ast.Call(func=ast.Name(id=name), args=args, keywords=[]):
            function, least, most = _FUNCTIONS[name]
            if not least <= len(args) <= most:
                raise SyntaxError
            return _number(function(*(_node(arg, depth + 1) for arg in args)))
        case _:
            raise SyntaxError


def _named(name: str) -> Any:
    if name in _CONSTANTS:
        return _CONSTANTS[name]
    registry = _registry()
    unit = registry.parse_units(name)
    return registry.Quantity(Fraction(1), unit)


def _power(base: Any, exponent: Any) -> Any:
    power = exponent
    if isinstance(power, Fraction) and power.denominator == 1:
        size = base.magnitude if hasattr(base, "magnitude") else base
        if isinstance(size, Fraction):
            bits = max(size.numerator.bit_length(), size.denominator.bit_length())
            if bits * abs(power.numerator) > _DIGITS:
                raise _TooLargeError
        return base ** int(power)
    if hasattr(base, "magnitude"):
        return base ** float(power)
    if base < 0:
        raise ValueError
    return _number(float(base) ** float(power))


def _root(value: Any, degree: int) -> Any:
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


def _number(value: Any) -> Any:
    return Fraction(value) if isinstance(value, int) else value


def _whole(value: Any) -> int:
    if not isinstance(value, Fraction) or value.denominator != 1:
        raise ValueError
    return int(value)


def _small(value: Any) -> int:
    whole = _whole(value)
    if whole > _MOST_FACTORIAL:
        raise _TooLargeError
    return whole


def _factorial(value: Any) -> int:
    return math.factorial(_small(value))


def _rounded(value: Any, digits: Any) -> Any:
    """Half away from zero, as it is taught in schools."""
    scale = Fraction(10) ** _whole(Fraction(digits))
    scaled = abs(Fraction(value)) * scale
    return Fraction(math.floor(scaled + Fraction(1, 2))) / scale * (1 if value >= 0 else -1)


def _converted(value: Any, unit: str) -> Any:
    goal = _value(unit)
    if not hasattr(goal, "units") or not hasattr(value, "units"):
        raise SyntaxError
    return value.to(goal.units)


def _result(value: Any) -> Result:
    unit = ""
    if hasattr(value, "units"):
        unit = _written(value)
        value = value.magnitude
    if isinstance(value, complex) or (isinstance(value, float) and not math.isfinite(value)):
        raise ValueError
    return Result(value, unit, isinstance(value, Fraction))


def _written(quantity: Any) -> str:
    """The unit of a quantity: km/h, m²."""
    registry = _registry()
    above: list[str] = []
    below: list[str] = []
    for name, power in quantity.unit_items():
        symbol = registry.get_symbol(name)
        power = Fraction(power)
        raised = "" if abs(power) == 1 else str(abs(power)).translate(_RAISED)
        (above if power > 0 else below).append(symbol + raised)
    written = "·".join(above) or ("1" if below else "")
    return "/".join([written, *below])
