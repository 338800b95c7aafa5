"""The values of BibTeX fields: where they begin and end, and what they say once macros are put in.

The one law: a value that is not closed ends with its entry; nothing here fails. Grammar: Patashnik,
*BibTeXing* (1988), and Markey, *Tame the BeaST*, on braces and quotation marks.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_MARK = re.compile(r'[{}"]')
_NAME = re.compile(r"[^\s#,{}\"=]+")


@dataclass(slots=True)
class Macro:
    """An `@string`: what it stands for, its block to the letter, and the macros it uses."""

    value: str
    block: str
    needs: dict[str, Macro]


def value_of(source: str, macros: Mapping[str, Macro], used: dict[str, Macro]) -> tuple[str, str]:
    """One value (`{…}`, `"…"`, number, macro, joined by `#`), and what stands after it.

    The macros it uses, as they are defined there, are added to `used`.
    """
    rest = source.lstrip()
    if rest[:1] == "{" and rest.find("}") == len(rest) - 1:  # the usual value, with no braces in it
        return rest[1:-1], ""
    made: list[str] = []
    while rest:
        if rest[0] in '{"':
            end = closing(rest)
            made.append(rest[1:end])
            rest = rest[end + 1 :].lstrip()
        else:
            match = _NAME.match(rest)
            if not match:
                break
            name = match.group()
            macro = macros.get(name.lower())
            if macro:
                used[name.lower()] = macro
            made.append(macro.value if macro else name)
            rest = rest[match.end() :].lstrip()
        if not rest.startswith("#"):
            break
        rest = rest[1:].lstrip()
    return "".join(made), rest


def closing(text: str) -> int:
    """Where the value that begins `text` ends: the matching brace, or the quote outside braces."""
    quoted = text[0] == '"'
    depth = 0
    for mark in _MARK.finditer(text):
        index, letter = mark.start(), mark[0]
        escaped = index > 0 and text[index - 1] == "\\"
        if letter == "{" and not escaped:
            depth += 1
        elif letter == "}" and not escaped:
            depth -= 1
            if depth == 0 and not quoted:
                return index
        elif letter == '"' and quoted and index > 0 and depth <= 0:
            return index
    return len(text)
