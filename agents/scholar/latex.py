"""LaTeX to readable Unicode, and Unicode to LaTeX that compiles.

The one law: reading never fails (what cannot be understood is shown with its marks taken off),
and what is written has no character left that LaTeX would take for a command.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

_MARKED = re.compile(r"[\\{}$~^_]|--|``|''")
_LOGO = re.compile(r"\\([A-Za-z]*TeX[a-z]*|METAFONT|METAPOST|PS)(?![A-Za-z])(?:\{\}|\\(?= ))?")
_SORTING = re.compile(r"\\noopsort\s*\{[^{}]*\}")
_CITING = re.compile(r"~?\\[a-zA-Z]*(?:cite|ref)[a-zA-Z]*\*?(?:\[[^\]]*\])*\{[^{}]*\}")
_LITERAL = re.compile(r"(?<!\\)([%&#])")
_DOLLAR = re.compile(r"(?<!\\)\$")
_COMMAND = re.compile(r"\\([a-zA-Z]+)\*?|\\.|[{}$]")

# What these write needs no parser: accents, letters, braces, quotes, dashes and escaped signs.
_MARKS = {
    "`": "\u0300", "'": "\u0301", "^": "\u0302", "~": "\u0303", "=": "\u0304", "u": "\u0306",
    ".": "\u0307", '"': "\u0308", "r": "\u030a", "H": "\u030b", "v": "\u030c", "d": "\u0323",
    "c": "\u0327", "k": "\u0328", "b": "\u0331",
}  # fmt: skip
_LETTERS = {
    "ss": "ß", "ae": "æ", "AE": "Æ", "oe": "œ", "OE": "Œ", "aa": "å", "AA": "Å", "o": "ø",
    "O": "Ø", "l": "ł", "L": "Ł", "dh": "ð", "DH": "Ð", "th": "þ", "TH": "Þ", "dj": "đ", "DJ": "Đ",
}  # fmt: skip
_LETTER = re.compile(r"(?<!\\)\\(" + "|".join(_LETTERS) + r")(?![A-Za-z])(?:\{\}|[ \t\n]+)?")
_BASE = r"\\[ij](?![A-Za-z])|[^\W\d_]"
_ACCENT = re.compile(
    rf"(?<!\\)\\(?:([`'^~=.\"])\s*(?:\{{\s*({_BASE})\s*\}}|({_BASE}))"
    rf"|([uvHcrkbd])(?:\s*\{{\s*({_BASE})\s*\}}|\s+({_BASE}))(?![^\W\d_]*\\))"
)
_STYLE = re.compile(
    r"\\(?:emph|text(?:it|bf|tt|sc|rm|sf|sl))\s*(?=\{)|(?<=\{)\\(?:em|it|bf|tt|sc|rm|sf|sl)\s+"
)
_DIFFICULT = re.compile(r"\\(?![&%#_ ])|[$^_]|(?<!\\)%")
_PRINTED = (
    ("~", "\u00a0"), ("---", "—"), ("--", "–"), ("``", "“"), ("''", "”"),
)  # fmt: skip
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f]")
_ESCAPED = re.compile(r"\\([&%#_ ])")
_BRACES = str.maketrans("", "", "{}")

_QUOTE = r"\symbol{34}"  # a plain `"` would begin a closing quotation mark
_ESCAPES = str.maketrans(
    {
        "\\": r"\textbackslash{}",
        "{": r"\{",
        "}": r"\}",
        "$": r"\$",
        "&": r"\&",
        "#": r"\#",
        "%": r"\%",
        "_": r"\_",
        "^": r"\textasciicircum{}",
        "~": r"\textasciitilde{}",
        "<": r"\textless{}",
        ">": r"\textgreater{}",
        "|": r"\textbar{}",
        '"': _QUOTE,
        "`": r"\`{}",
        # two of them would become a dash, two quotes one double quote
        "-": "-{}",
        "'": "'{}",
    }
)
_LONE_BREAKS = re.compile(r"([-'])\{\}(?!\1)")
# These need a font or a package that a plain article does not load.
_SYMBOLS = str.maketrans(
    {
        "“": "``", "”": "''", "‘": "`", "’": "'", "–": "--", "—": "---", "…": r"\ldots{}",
        "\u00a0": "~", "\u202f": "~", "\u2009": r"\,", "×": r"\ensuremath{\times}",
        "≤": r"\ensuremath{\leq}", "≥": r"\ensuremath{\geq}", "≈": r"\ensuremath{\approx}",
        "≠": r"\ensuremath{\neq}", "±": r"\ensuremath{\pm}", "→": r"\ensuremath{\rightarrow}",
        "∞": r"\ensuremath{\infty}", "−": r"\ensuremath{-}", "·": r"\ensuremath{\cdot}",
        "α": r"\ensuremath{\alpha}", "β": r"\ensuremath{\beta}", "γ": r"\ensuremath{\gamma}",
        "δ": r"\ensuremath{\delta}", "ε": r"\ensuremath{\epsilon}", "λ": r"\ensuremath{\lambda}",
        "μ": r"\ensuremath{\mu}", "µ": r"\ensuremath{\mu}", "π": r"\ensuremath{\pi}",
        "σ": r"\ensuremath{\sigma}", "θ": r"\ensuremath{\theta}", "τ": r"\ensuremath{\tau}",
        "φ": r"\ensuremath{\phi}", "ω": r"\ensuremath{\omega}", "Δ": r"\ensuremath{\Delta}",
        "Ω": r"\ensuremath{\Omega}", "Σ": r"\ensuremath{\Sigma}", "²": r"\ensuremath{^2}",
        "³": r"\ensuremath{^3}", "°": r"\ensuremath{^\circ}", "√": r"\ensuremath{\surd}",
        "∈": r"\ensuremath{\in}", "∼": r"\ensuremath{\sim}", "𝒪": r"\ensuremath{\mathcal{O}}",
    }
)  # fmt: skip


@functools.lru_cache(maxsize=50_000)  # venues and people come again and again
def read(text: str) -> str:
    """What a LaTeX value says, in Unicode, on one line."""
    if _MARKED.search(text):
        text = text.replace(_QUOTE, '"')
        simple = _STYLE.sub("", _LOGO.sub(r"\1", accents(text)))
        text = _read_marked(text) if _DIFFICULT.search(simple) else _without_marks(simple)
    return " ".join(_printable(text).split())


def accents(text: str) -> str:
    r"""LaTeX's accents and special letters as Unicode; everything else as it is.

    The commands of *The LaTeX Companion*, table 7.33: `\'e`, `\v{S}`, `{\aa}`, ...
    """
    if "\\" not in text:
        return text
    return _ACCENT.sub(_accented, _LETTER.sub(lambda match: _LETTERS[match[1]], text))


def write(text: str) -> str:
    """Text as LaTeX (UTF-8) in which every special character stands for itself."""
    escaped = _LONE_BREAKS.sub(r"\1", text.translate(_ESCAPES))
    return _printable(escaped.translate(_SYMBOLS))


def _accented(match: re.Match[str]) -> str:
    mark = match[1] or match[4]
    letter = match[2] or match[3] or match[5] or match[6]
    letter = letter.removeprefix("\\")
    return unicodedata.normalize("NFC", letter + _MARKS[mark])


def _without_marks(text: str) -> str:
    """Braces taken off, quotes and dashes as they are printed; the quick way for most values."""
    for source, sign in _PRINTED:
        text = text.replace(source, sign)
    return _ESCAPED.sub(r"\1", text).translate(_BRACES)


def _read_marked(text: str) -> str:
    text = _LOGO.sub(r"\1", _SORTING.sub("", _CITING.sub("", text)))
    text = _LITERAL.sub(r"\\\1", text)
    if len(_DOLLAR.findall(text)) % 2:
        text = _DOLLAR.sub(r"\\$", text)  # a price, not a formula
    try:
        readable = _reader()(text)
    except Exception:  # noqa: BLE001 - whatever a strange value does to the parser, it is shown
        readable = ""
    return readable if readable.strip() else _COMMAND.sub(r"\1", text)


@functools.cache
def _reader() -> Callable[[str], str]:
    import logging  # noqa: PLC0415 - with what it quiets

    from pylatexenc.latex2text import LatexNodes2Text  # noqa: PLC0415 - slow to import

    logging.getLogger("pylatexenc").setLevel(logging.ERROR)
    reader: Any = LatexNodes2Text(math_mode="text", keep_comments=True)
    return reader.latex_to_text


def _printable(text: str) -> str:
    return _CONTROL.sub("", text)
