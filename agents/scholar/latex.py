"""LaTeX to readable Unicode, and Unicode to LaTeX that compiles.

The one law: reading never fails (what cannot be understood is shown with its marks taken off),
and what is written has no character left that LaTeX would take for a command.
"""

from __future__ import annotations

import functools
import re
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
        '"': r"\symbol{34}",
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


def read(text: str) -> str:
    """What a LaTeX value says, in Unicode, on one line."""
    if _MARKED.search(text):
        text = _read_marked(text)
    return " ".join(_printable(text).split())


def write(text: str) -> str:
    """Text as LaTeX (UTF-8) in which every special character stands for itself."""
    escaped = _LONE_BREAKS.sub(r"\1", text.translate(_ESCAPES))
    return _printable(escaped.translate(_SYMBOLS))


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
    return "".join(letter for letter in text if letter >= " " or letter in "\n\t")
