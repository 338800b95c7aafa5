r"""A formula in LaTeX as a drawing.

The one law: it is drawn whole or not at all. An unknown command, a letter no font of ours has, a
formula that is not finished: then there is no drawing, and the source is shown.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from app.ui.rich.breaks import is_hangul

SIZE = 24  # of the letters of a drawing; it is scaled to the text around it
INK = "#010203"  # what is replaced by the colour of the text

_STANDS_IN = "■"  # in the formula's font as wide as a syllable, and easily found again
_SQUARE = re.compile(
    r'<path d="M ([\d.-]+) ([\d.-]+) L \1 \2 L ([\d.-]+) \2 L \3 ([\d.-]+) L \1 \4 Z "'
    r' fill="[^"]*" ?/>'
)
_BOX = re.compile(r'viewBox="([\d.-]+) ([\d.-]+) ([\d.-]+) ([\d.-]+)"')
_UNKNOWN = re.compile(r">\s*\\[A-Za-z]")
_TAG = re.compile(r"<[^>]*>|&[#\w]+;")
_DEEPEST = 40


@dataclass(frozen=True, slots=True)
class Sketch:
    """A drawing of a formula; lengths in units of which its letters are `SIZE` high."""

    svg: str  # in the colour `INK`
    width: float
    ascent: float  # above the line of the text
    descent: float  # below it
    letters: tuple[tuple[str, float, float, float], ...] = ()  # Hangul: letter, left, base, width


def sketch(tex: str, *, block: bool) -> Sketch | None:
    """Draw a formula.

    Args:
        tex: its source, without the signs around it.
        block: whether it stands by itself: sums and integrals are larger then.

    Returns:
        None where it cannot be drawn as it is meant.
    """
    if _depth(tex) > _DEEPEST:
        return None
    hangul = [letter for letter in tex if is_hangul(letter)]
    if hangul and _STANDS_IN in tex:
        return None
    plain = "".join(_STANDS_IN if is_hangul(letter) else letter for letter in tex)
    try:
        svg = _svg(plain, block=block)
    except Exception:  # noqa: BLE001 - the parser has no one error of its own; the source is shown
        return None
    box = _BOX.search(svg)
    if not svg or box is None:
        return None
    left, top, width, height = (float(part) for part in box.groups())
    letters: tuple[tuple[str, float, float, float], ...] = ()
    if hangul:
        squares = list(_SQUARE.finditer(svg))
        if len(squares) != len(hangul):
            return None
        letters = tuple(_letter(*pair) for pair in zip(hangul, squares, strict=True))
        letters = tuple((one, x - left, base, wide) for one, x, base, wide in letters)
        svg = _SQUARE.sub("", svg)
    return Sketch(svg, width, -top, top + height, letters)


def _letter(letter: str, square: re.Match[str]) -> tuple[str, float, float, float]:
    right, low, left, _high = (float(part) for part in square.groups())
    side = right - left
    # The square reaches 0.19 of its side below the line of the text.
    return letter, left, low - side * 0.193, side


def _svg(tex: str, *, block: bool) -> str:
    from latex2mathml.converter import convert  # noqa: PLC0415 - loaded with the first formula

    mathml = convert(tex, display="block" if block else "inline")
    if _UNKNOWN.search(mathml):
        return ""
    tools = _tools()
    words = _TAG.sub("", mathml)
    if any(not _invisible(letter) and not tools.has(letter) for letter in words):
        return ""
    return tools.svg(tex, block=block)


def _invisible(letter: str) -> bool:
    return letter.isspace() or unicodedata.category(letter) in ("Cf", "Mn")


def _depth(tex: str) -> int:
    deep = most = 0
    for letter in tex:
        deep += (letter == "{") - (letter == "}")
        most = max(most, deep)
    return most


class _Tools:
    """The library that draws, loaded once."""

    def __init__(self) -> None:
        import ziafont  # noqa: PLC0415 - half a second, and only where there is a formula
        import ziamath  # noqa: PLC0415 - likewise

        ziamath.config.svg2 = ziafont.config.svg2 = False  # plain paths, which QtSvg draws
        self._latex: Any = ziamath.Latex
        self._font: Any = ziamath.Latex("x").font

    def svg(self, tex: str, *, block: bool) -> str:
        return str(self._latex(tex, size=SIZE, color=INK, inline=not block).svg())

    def has(self, letter: str) -> bool:
        return bool(self._font.glyphindex(letter))


@lru_cache(maxsize=1)
def _tools() -> _Tools:
    return _Tools()
