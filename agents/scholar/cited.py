"""Where the citations of a sentence stand in it.

The one law: the text of a sentence has no marks in it; they are put in where it is shown or
exported, always by the same rule, so that nothing depends on where somebody last looked at it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from agents.store.drafts import Sentence

Piece = str | tuple[str, ...]  # words, or the keys of one citation

OPENING = "([“‘「『 \u00a0"


def pieces(sentence: Sentence) -> tuple[Piece, ...]:
    """The words and citations of a sentence in order.

    Where no places are known, all its works are cited together before the full stop, which moves
    out of a closing quotation mark for that.
    """
    text = sentence.text.rstrip()
    if not sentence.keys:
        return (text,) if text else ()
    if len(sentence.places) != len(sentence.keys):
        quoted = text.endswith("”")
        body = text.removesuffix("”").rstrip(".") + ("”" if quoted else "")
        end = "" if body.endswith(("?", "!", "。")) else "."
        return tuple(piece for piece in (body, sentence.keys, end) if piece)
    at: dict[int, list[str]] = {}
    for place, key in zip(sentence.places, sentence.keys, strict=True):
        at.setdefault(min(max(place, 0), len(text)), []).append(key)
    made: list[Piece] = []
    last = 0
    for place in sorted(at):
        if place > last:
            made.append(text[last:place])
        made.append(tuple(at[place]))
        last = place
    if last < len(text):
        made.append(text[last:])
    return tuple(made)


def joined(
    sentence: Sentence,
    escape: Callable[[str], str],
    mark: Callable[[tuple[str, ...], bool], str],
    space: str = " ",
) -> str:
    """The sentence with its citations.

    Args:
        sentence: what is written.
        escape: what becomes of words.
        mark: what becomes of the keys of a citation; True where it begins the sentence.
        space: what stands before a citation.
    """
    made: list[str] = []
    found = pieces(sentence)
    for at, piece in enumerate(found):
        if isinstance(piece, str):
            made.append(escape(piece))
            continue
        before = found[at - 1] if at else ""
        apart = isinstance(before, str) and before and before[-1] not in OPENING
        made.append(f"{space if apart else ''}{mark(piece, at == 0)}")
    return "".join(made)
