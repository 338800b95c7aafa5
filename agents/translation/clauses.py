"""Where a long sentence can be taken apart, for a model that loses its thread in the whole.

The one law: a part can be understood alone, and nothing that is fastened to the text is cut.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from agents.translation.inline import Rich

_LEAST_WORDS = 4  # of a part: fewer say too little
_LONG = 60  # letters (30 in Korean) from which a sentence is worth it
_BORDER = re.compile(
    r";\s+|:\s+(?=\S+\s\S+\s)"
    r"|,\s+(?=(?:and|but|or|so|yet|while|whereas|which|because|although|though|since|when|if)\b)"
    r"|(?<=[고며나데서면니만자])[,]\s+|(?<=지만)\s+|(?<=으며)\s+|(?<=하며)\s+|(?<=하고)\s+"
)
_HANGUL = re.compile("[가-힣]")


def parts(rich: Rich) -> tuple[str, ...]:
    """The clauses of a sentence, each on one line; the sentence alone if it has one only."""
    text = rich.text
    weight = len(text) + len(_HANGUL.findall(text))
    if weight < _LONG:
        return (" ".join(text.split()),)
    made: list[str] = []
    at = 0
    for match in _BORDER.finditer(text):
        if not _free(rich, match.start(), match.end()):
            continue
        head, tail = text[at : match.start()].split(), text[match.end() :].split()
        if len(head) >= _LEAST_WORDS and len(tail) >= _LEAST_WORDS:
            made.append(_ended(" ".join(head), match.group()))
            at = match.end()
    made.append(" ".join(text[at:].split()))
    return tuple(made)


def _free(rich: Rich, start: int, end: int) -> bool:
    """Whether no mark goes over the border, or stands on it."""
    return not any(
        (mark.start < end and mark.end > start) or start < mark.start < end for mark in rich.marks
    )


def _ended(head: str, border: str) -> str:
    """A clause with an end of its own, so that it is not taken for a fragment."""
    return head + (":" if border.startswith(":") else "," if _HANGUL.search(head[-1]) else ".")
