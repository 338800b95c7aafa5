"""What is said about the translation memory."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.i18n import _
from app.ui import figures
from app.ui.translation import words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from agents.store.memory_imports import Batch
    from agents.store.memory_pairs import Holding, Pair
    from agents.store.memory_rows import Origin


def origin(kind: Origin) -> str:
    """Where a pair is from."""
    return {
        "human": _("Confirmed"),
        "imported": _("Imported"),
        "machine": _("By a model"),
    }[kind]


def origins(kind: Origin) -> str:
    """The same of many."""
    return {
        "human": _("Confirmed by people"),
        "imported": _("Imported"),
        "machine": _("Translated by models"),
    }[kind]


def holdings(there: Sequence[Holding]) -> str:
    """How much there is: by origin, by direction, in all."""
    counts: dict[Origin, int] = {}
    for one in there:
        counts[one.origin] = counts.get(one.origin, 0) + one.pairs
    said = [
        _("{origin}: {count}", origin=origins(kind), count=figures.number(counts[kind]))
        for kind in ("human", "imported", "machine")
        if kind in counts
    ]
    letters = sum(one.characters for one in there)
    return figures.joined(*said, _("{count} characters", count=figures.number(letters)))


def directions(there: Sequence[Holding]) -> str:
    """What serves which direction, in sentences."""
    made = {one.target: one.pairs for one in there if one.origin == "machine"}
    both = sum(one.pairs for one in there if one.origin != "machine")
    lines = [_("In both directions: {count}", count=figures.number(both))]
    lines += [
        _(
            "{direction} only: {count}",
            direction=words.direction("en" if target == "ko" else "ko", target),
            count=figures.number(count),
        )
        for target, count in made.items()
    ]
    return "\n".join(lines)


def about(pair: Pair) -> str:
    """Where a pair is from, and when it was used."""
    direction = words.direction("en" if pair.target == "ko" else "ko", pair.target)
    return figures.joined(
        origin(pair.origin),
        direction if pair.origin == "machine" else "",
        pair.model,
        pair.name,
        figures.moment(pair.created),
        _("used {count} times", count=figures.number(pair.uses)) if pair.uses else "",
        pair.note,
    )


def batch(one: Batch) -> str:
    """An import, as a line of a menu."""
    return figures.joined(
        one.file, _("{count} pairs", count=figures.number(one.added)), figures.moment(one.created)
    )


def imported(one: Batch) -> str:
    """What became of a file."""
    return _("{file}: ", file=one.file) + figures.joined(
        _("Added: {count}", count=figures.number(one.added)),
        _("known already: {count}", count=figures.number(one.known)) if one.known else "",
        _("without English or Korean: {count}", count=figures.number(one.skipped))
        if one.skipped
        else "",
    )
