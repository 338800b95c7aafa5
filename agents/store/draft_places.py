"""Where the sentences of a draft stand when what they were written from changes.

The one law: a sentence whose plan has not changed stays as it is, wherever it goes; what a person
wrote beside the plan stays behind the sentence it stood behind, and is never lost silently.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from agents.store.drafts import Sentence
    from agents.store.outlines import Outline, PlannedSentence, PlannedTheme

_KINDS = {"lead": "lead", "quote": "claim", "title": "claim", "model": "claim"}


@dataclass(frozen=True, slots=True)
class Rearranged:
    """The sentences of each paragraph in order, and those that have no place any more."""

    paragraphs: tuple[tuple[Sentence, ...], ...]
    lost: tuple[tuple[int, Sentence], ...]  # old paragraph and sentence, a person's only


def rearranged(
    made: Sequence[tuple[int, Sentence]], before: Outline | None, after: Outline
) -> Rearranged:
    """Carry what is written over to a changed outline.

    Args:
        made: paragraph and sentence of all there is, in order.
        before: the outline it was written from; None for a draft without one.
        after: the new outline.
    """
    if before is None:
        made, before = _adopted(made, after), after
    kept: dict[int, Sentence] = {}
    behind: dict[tuple[int, int], list[Sentence]] = {}  # theme and planned sentence before them
    lost: list[tuple[int, Sentence]] = []
    anchor: dict[int, int] = {}
    homes = {s.id: theme.id for theme in after.themes for s in theme.sentences}
    themes = {theme.id for theme in after.themes}
    for paragraph, sentence in made:
        old = before.themes[paragraph].id if paragraph < len(before.themes) else 0
        if sentence.planned:
            anchor[paragraph] = sentence.planned
            same = before.sentence(sentence.planned)
            spoken = before.language == after.language
            if spoken and same is not None and same.same(after.sentence(sentence.planned)):
                kept[sentence.planned] = sentence
            continue
        at = anchor.get(paragraph, 0)
        if at in homes:
            behind.setdefault((homes[at], at), []).append(sentence)
        elif old in themes:
            behind.setdefault((old, 0), []).append(sentence)
        else:
            lost.append((paragraph, sentence))
    return Rearranged(tuple(_lined_up(theme, kept, behind) for theme in after.themes), tuple(lost))


def _lined_up(
    theme: PlannedTheme,
    kept: dict[int, Sentence],
    behind: dict[tuple[int, int], list[Sentence]],
) -> tuple[Sentence, ...]:
    made = list(behind.get((theme.id, 0), ()))
    for planned in theme.sentences:
        if planned.id in kept:
            made.append(kept[planned.id])
        made += behind.get((theme.id, planned.id), ())
    return tuple(made)


def place(made: Sequence[tuple[int, Sentence]], order: Sequence[int], planned: int) -> int:
    """The position of a newly written sentence: behind those planned before it.

    Args:
        made: position and sentence of what there is of the paragraph, in order.
        order: the ids of the paragraph's planned sentences.
        planned: the id of the new one.
    """
    before = set(order[: order.index(planned)]) if planned in order else set(order)
    at = -1
    follows = not before  # what a person wrote stays behind the sentence it belongs to
    for position, sentence in made:
        if sentence.planned in before:
            at, follows = position, True
        elif not sentence.planned and follows and before:
            at = position
        else:
            follows = False
    return at + 1


def _adopted(made: Sequence[tuple[int, Sentence]], outline: Outline) -> list[tuple[int, Sentence]]:
    """Sentences of a draft that had no outline, with the planned sentences they stand for."""
    free: dict[int, list[PlannedSentence]] = {
        at: list(theme.sentences) for at, theme in enumerate(outline.themes)
    }
    found: list[tuple[int, Sentence]] = []
    for paragraph, sentence in made:
        kind = _KINDS.get(sentence.origin, "")
        match = next(
            (
                planned
                for planned in free.get(paragraph, ())
                if planned.kind == kind and planned.keys == sentence.keys
            ),
            None,
        )
        if match is None or sentence.planned:
            found.append((paragraph, sentence))
            continue
        free[paragraph].remove(match)
        found.append((paragraph, dataclasses.replace(sentence, planned=match.id)))
    return found
