"""Pairs of sentences that say the same, as cases for the guards.

The one law: a case is clean. Whatever is added to it is added to both sides.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, cast

from agents.base import UserError
from agents.translation.evaluation import figures_in_pairs, terms_in_pairs
from agents.translation.formats.base import read_bytes

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path
    from random import Random

    from agents.translation.events import Language

Half = Literal["tune", "report", "all"]


@dataclass(frozen=True, slots=True)
class Pair:
    """A sentence and its translation, in the direction that is looked at."""

    source: str
    target: str


@dataclass(frozen=True, slots=True)
class Case:
    """A pair with what stands around it."""

    source: str
    target: str
    goal: Language
    beside: tuple[Pair | None, Pair | None]
    far: Sequence[Pair]  # other pairs, not beside it
    figure: tuple[int, int] | None = None  # form and value of a number that was put in
    term: tuple[str, str] | None = None  # English and Korean


def load(path: Path, half: Half) -> list[tuple[str, str]]:
    """English and Korean sentences of a JSONL file, in order.

    Raises:
        UserError: file.*, translation.pairs_empty.
    """
    rows: list[tuple[str, str]] = []
    for line in read_bytes(path).decode("utf-8-sig", "replace").split("\n"):
        try:
            row: object = json.loads(line) if line.strip() else None
        except (ValueError, RecursionError):
            continue
        fields = cast("dict[str, object]", row) if isinstance(row, dict) else {}
        english, korean = fields.get("en"), fields.get("ko")
        if isinstance(english, str) and isinstance(korean, str) and english and korean:
            rows.append((" ".join(english.split()), " ".join(korean.split())))
    middle = (len(rows) + 1) // 2
    chosen = {"tune": rows[:middle], "report": rows[middle:], "all": rows}[half]
    if len(chosen) < 4:
        raise UserError("translation.pairs_empty", file=path.name)
    return chosen


def cases(rows: Sequence[tuple[str, str]], goal: Language) -> list[Case]:
    """The pairs in one direction."""
    pairs = [Pair(en, ko) if goal == "ko" else Pair(ko, en) for en, ko in rows]
    made: list[Case] = []
    for at, pair in enumerate(pairs):
        before = pairs[at - 1] if at else None
        after = pairs[at + 1] if at + 1 < len(pairs) else None
        far = [one for place, one in enumerate(pairs) if abs(place - at) > 1]
        term = terms_in_pairs.held(*rows[at])
        made.append(Case(pair.source, pair.target, goal, (before, after), far, term=term))
    return made


def with_figure(case: Case, random: Random) -> Case:
    """The case with the same number put into both sides."""
    form, value = random.randrange(figures_in_pairs.FORMS), random.randrange(10_000)
    own: Language = "en" if case.goal == "ko" else "ko"
    source = figures_in_pairs.added(case.source, figures_in_pairs.phrase(form, value, own))
    target = figures_in_pairs.added(case.target, figures_in_pairs.phrase(form, value, case.goal))
    return _changed(case, source, target, (form, value))


def with_mark(case: Case, random: Random) -> Case:
    """The case with the same address or placeholder put into both sides."""
    mark = random.choice(("https://example.org/a/12", "{name}", "{count}", "http://moa.kr/q?x=3"))
    source, target = (figures_in_pairs.added(text, mark) for text in (case.source, case.target))
    return _changed(case, source, target, None)


def _changed(case: Case, source: str, target: str, figure: tuple[int, int] | None) -> Case:
    return Case(source, target, case.goal, case.beside, case.far, figure, case.term)
