"""Where a line of Korean may end: between words (어절), not in the middle of one.

The one law: a word is only cut where it is longer than the whole line. Unicode's own rules let a
line end after every syllable, as Chinese does, and Qt follows them.
"""

from __future__ import annotations

_AFTER = frozenset("-‐–—/|·,;:!?…，、。！？．)]}〉》」』”’")  # a line may end behind these

_HANGUL = ((0x1100, 0x11FF), (0x3131, 0x318E), (0xA960, 0xA97C), (0xAC00, 0xD7A3), (0xD7B0, 0xD7FB))


def is_hangul(letter: str) -> bool:
    """Whether it is a syllable or a jamo."""
    code = ord(letter)
    return code >= 0x1100 and any(low <= code <= high for low, high in _HANGUL)


def holds(before: str, after: str) -> bool:
    """Whether these two letters belong to one word with Hangul in it."""
    if before.isspace() or after.isspace():
        return False
    if not (is_hangul(before) or is_hangul(after)):
        return False
    # A closing bracket or mark holds a particle: (LLM)은, 50%를; a dash or a slash does not.
    return before not in _AFTER or (before in ")]}〉》」』”’" and is_hangul(after))


def word_start(text: str, start: int, end: int) -> int:
    """Where the line [start, end) of a text should end instead, so that no word is cut.

    Returns:
        `end` where that is between words already, and where the word fills the whole line.
    """
    if not start < end < len(text) or not holds(text[end - 1], text[end]):
        return end
    at = end - 1
    while at > start and holds(text[at - 1], text[at]):
        at -= 1
    # The word may begin with letters of another script: "API를" is one word.
    while at > start and _joined(text[at - 1], text[at]):
        at -= 1
    return at if at > start else end


def _joined(before: str, after: str) -> bool:
    if before in ",.:" and after.isdigit():  # 1,000원, 3.14는, 12:30에
        return True
    if before.isspace() or before in _AFTER:
        return holds(before, after)
    return holds(before, after) or (before.isalnum() and after.isalnum()) or after in ".,:%'’"
