"""What differs between two versions of a draft, word by word.

The one law: taken together, what stayed and what was added is the new text, and what stayed and
what was taken away is the old one, to the letter.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from agents.scholar import cited

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from agents.store.drafts import Paragraph

Kind = Literal["same", "added", "removed"]

_TOKEN = re.compile(r"\uE000[^\uE001]*\uE001|\s+|\w+|[^\w\s]")
_OPEN, _CLOSE = "\ue000", "\ue001"  # around a citation, which is compared as one


@dataclass(frozen=True, slots=True)
class Change:
    """A stretch of text that stayed, came or went."""

    kind: Kind
    text: str


def difference(old: str, new: str) -> tuple[Change, ...]:
    """The changes from one text to another, what goes before what comes."""
    from rapidfuzz.distance import Indel  # noqa: PLC0415 - a native library

    before, after = _TOKEN.findall(old), _TOKEN.findall(new)
    made: list[Change] = []
    for step in Indel.opcodes(before, after):
        removed = "".join(before[step.src_start : step.src_end])
        added = "".join(after[step.dest_start : step.dest_end])
        if step.tag == "equal":
            made.append(Change("same", added))
        else:
            if removed:
                made.append(Change("removed", removed))
            if added:
                made.append(Change("added", added))
    return tuple(_whole(made))


def sections(
    old: Sequence[Paragraph], new: Sequence[Paragraph], name: Callable[[str], str]
) -> tuple[tuple[Change, ...], ...]:
    """The changes under each heading, the heading among them.

    Args:
        old: a version.
        new: a later one.
        name: what a key is shown as.
    """
    before = {one.index: _text(one, name) for one in old}
    after = {one.index: _text(one, name) for one in new}
    return tuple(
        tuple(_bare(change) for change in difference(before.get(at, ""), after.get(at, "")))
        for at in sorted(before.keys() | after.keys())
    )


def _whole(steps: Sequence[Change]) -> list[Change]:
    """Changes joined over the spaces between changed words, so that they can be read.

    Between two words that stayed, all that goes stands before all that comes.
    """
    made: list[Change] = []
    removed = added = ""
    for at, step in enumerate(steps):
        following = steps[at + 1].kind if at + 1 < len(steps) else "same"
        inside = (removed or added) and following != "same" and not step.text.strip()
        if step.kind == "removed":
            removed += step.text
        elif step.kind == "added":
            added += step.text
        elif inside:
            removed += step.text
            added += step.text
        else:
            made += _both(removed, added)
            removed = added = ""
            made.append(step)
    return [*made, *_both(removed, added)]


def _both(removed: str, added: str) -> list[Change]:
    found: list[Change] = []
    if removed:
        found.append(Change("removed", removed))
    if added:
        found.append(Change("added", added))
    return found


def _text(paragraph: Paragraph, name: Callable[[str], str]) -> str:
    made = [paragraph.theme, "\n"] if paragraph.theme else []
    for number, sentence in enumerate(paragraph.sentences):
        if number:
            made.append("\n" if sentence.opens else " ")
        made.append(cited.joined(sentence, str, lambda keys, _first: _citation(keys, name)))
    return "".join(made)


def _citation(keys: tuple[str, ...], name: Callable[[str], str]) -> str:
    return f"{_OPEN}({'; '.join(map(name, keys))}){_CLOSE}"


def _bare(change: Change) -> Change:
    return Change(change.kind, change.text.replace(_OPEN, "").replace(_CLOSE, ""))
