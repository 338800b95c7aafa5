"""Formulas as people write them, put into the signs of a programming language.

The one law: only signs and units are put in other words; what is not understood stays as it is, and
whoever reads the formula refuses it.
"""

from __future__ import annotations

import math
import re

_MYRIADS = {"천": 10**3, "만": 10**4, "억": 10**8, "조": 10**12}
_KOREAN_UNITS = {
    "킬로미터": "km", "미터": "m", "센티미터": "cm", "센티": "cm", "밀리미터": "mm", "마일": "mile",
    "인치": "inch", "피트": "foot", "야드": "yard", "킬로그램": "kg", "킬로": "kg", "그램": "g",
    "파운드": "pound", "온스": "ounce", "톤": "tonne", "리터": "liter", "밀리리터": "ml",
    "갤런": "gallon", "시간": "hour", "분": "minute", "초": "second", "일": "day", "주": "week",
    "제곱미터": "m**2", "제곱킬로미터": "km**2", "헥타르": "hectare", "평": "pyeong", "근": "geun",
    "돈": "don", "리": "korean_ri", "자": "korean_ja", "섭씨": "degC", "화씨": "degF",
    "시속": "km/hour",
    "되": "korean_doe", "말": "korean_mal", "바이트": "byte",
}  # fmt: skip
_SYMBOLS = {
    "㎞": "km", "㎏": "kg", "㎡": "m**2", "㎝": "cm", "㎜": "mm", "㎖": "ml", "ℓ": "liter",
    "℃": "degC", "℉": "degF", "°C": "degC", "°F": "degF", "m²": "m**2", "km²": "km**2",
    "m³": "m**3",
    "cm²": "cm**2", "cm³": "cm**3", "m2": "m**2", "sqm": "m**2", "lbs": "pound", "lb": "pound",
    "mph": "mile/hour", "kph": "km/hour", "kmh": "km/hour", "in²": "inch**2", "ft²": "foot**2",
    "GB": "gigabyte", "MB": "megabyte", "KB": "kilobyte", "TB": "terabyte",
}  # fmt: skip
_MYRIAD_SUM = re.compile(
    r"\d+(?:\.\d+)?\s*[천만억조]+(?:\s*\d+(?:\.\d+)?\s*[천만억조]+)*(?:\s*\d+)?"
)
_GROUPS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_PERCENT_OF = re.compile(r"(\d+(?:\.\d+)?)\s*(?:%|percent|퍼센트)\s*(?:of|의)\s*", re.IGNORECASE)
_PERCENT = re.compile(r"(\d+(?:\.\d+)?)\s*(?:%|percent\b|퍼센트)(?!\s*[\d(])", re.IGNORECASE)
_IMPLIED = re.compile(r"(?<=[\d)])\s*(?=[A-Za-zπ(])(?![eE][+-]?\d)")
_OF_PERCENT = re.compile(r"(\d+(?:\.\d+)?)\s*(?:원|명|개)?의\s*(\d+(?:\.\d+)?)\s*(?:%|퍼센트)")
_CURRENCY = re.compile(r"[$₩€]|(?<=[\d만억조천\s])(?:원|달러|유로|dollars?|won)(?![A-Za-z가-힣])")
# A number and its unit belong together before anything else is done: 6 m² / 2 m.
_WITH_UNIT = re.compile(
    r"(?<![\w.])(\d+(?:\.\d+)?)\s*(?![eE][+-]?\d)"
    r"(\([A-Za-z_]+(?:[*/]+\w+)*\)|[A-Za-zπ_]+(?:\s*\*\*\s*-?\d+)?(?!\s*[\w(]))"
)
_SIDE_BY_SIDE = re.compile(r"(?<=\))\s+(?=\(\d+(?:\.\d+)?\*)")  # 3 hours 20 minutes


def plain(text: str) -> str:
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
    text = _WITH_UNIT.sub(r"(\1*\2)", text)
    return _IMPLIED.sub("*", _SIDE_BY_SIDE.sub(" + ", text)).strip()


def _myriads(text: str) -> str:
    """`3억 2천만 500` as a sum."""
    total: list[str] = []
    for found in re.finditer(r"(\d+(?:\.\d+)?)\s*([천만억조]*)", text):
        factor = math.prod(_MYRIADS[letter] for letter in found.group(2))
        total.append(f"{found.group(1)}*{factor}" if factor != 1 else found.group(1))
    return "+".join(total)
