"""Which texts of a data file are for machines: names, keys, addresses, dates, codes.

The one law: whatever has a space between words is for people.
"""

from __future__ import annotations

import re

from agents.translation import language

_NAME = re.compile(
    r"[\w-]+(?:[./:#][\w-]+)+/?"  # dotted.name, path/to, urn:x, text/html
    r"|[A-Za-z0-9]*_\w*"  # snake_case, CONSTANT_CASE
    r"|[a-z][a-z0-9]*(?:-[a-z0-9]+)+"  # kebab-case
    r"|[a-z]+[A-Z]\w*|(?:[A-Z][a-z0-9]+){2,}"  # camelCase, PascalCase
    r"|[a-z]{2,3}[-_][A-Z][A-Za-z]{1,3}"  # ko-KR
    r"|#[0-9A-Fa-f]{3,8}"
    r"|[./~$@:%#][\w./@:%-]*"
    r"|[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}"
    r"|\d{4}-\d\d-\d\d(?:[T ][\d:.,+Z-]*)?"
    r"|[vV^~<>=]*\d+(?:\.[\w*+-]+)+",
    re.ASCII,
)
_ONE_CASE = re.compile(r"[a-z0-9]+|[A-Z0-9]+")
_CODED = re.compile(r"(?=[^ ]*[0-9+/=])[A-Za-z0-9+/_-]{20,}={0,2}|(?:sha\d+|data|md5)[-:][^ ]*")


def is_machine(text: str, *, words: bool = True) -> bool:
    """Whether `text` is no text for people.

    Args:
        text: a whole value.
        words: whether a single word in one case ("center", "ACTIVE") may be for people.
    """
    bare = text.strip()
    if not language.has_words(bare):
        return True
    if any(letter.isspace() for letter in bare):
        return False
    if _NAME.fullmatch(bare) or _CODED.fullmatch(bare):
        return True
    return not words and _ONE_CASE.fullmatch(bare) is not None


def is_name(text: str) -> bool:
    """Whether `text` could be the name of a column in a program."""
    return re.fullmatch(r"[A-Za-z_][\w.:-]*", text.strip(), re.ASCII) is not None
