"""Pairs of sentences that say the same, as cases for the guards.

The one law: a case is clean. Whatever is added to it is added to both sides.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, cast

from agents.base import UserError
from agents.translation.evaluation import figures_in_pairs
from agents.translation.formats.base import read_bytes

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path
    from random import Random

    from agents.translation.events import Language

Half = Literal["tune", "report", "all"]

# Words whose translation is one word, for a glossary as a project might have it.
TERMS: tuple[tuple[str, str], ...] = (
    ("system", "시스템"), ("philosophy", "철학"), ("painting", "회화"), ("music", "음악"),
    ("government", "정부"), ("energy", "에너지"), ("environment", "환경"), ("history", "역사"),
    ("science", "과학"), ("technology", "기술"), ("movement", "운동"), ("information", "정보"),
    ("computer", "컴퓨터"), ("data", "데이터"), ("theory", "이론"), ("language", "언어"),
    ("service", "서비스"), ("market", "시장"), ("university", "대학"), ("research", "연구"),
    ("culture", "문화"), ("society", "사회"), ("law", "법"), ("architecture", "건축"),
    ("species", "종"), ("brain", "뇌"), ("disease", "질병"), ("software", "소프트웨어"),
    ("budget", "예산"), ("contract", "계약"), ("report", "보고서"), ("experiment", "실험"),
)  # fmt: skip


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
    term: tuple[str, str] | None = None  # in the source's language and in the target's


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
        term = _term(pair, goal)
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


def without_term(case: Case) -> str:
    """The target without its term."""
    return re.sub(_pattern(case.term), "", case.target, count=1)


def _pattern(term: tuple[str, str] | None) -> str:
    word = re.escape(term[1] if term else "")
    return rf"\b{word}\b" if word.isascii() else word


def _term(pair: Pair, goal: Language) -> tuple[str, str] | None:
    english, korean = (pair.source, pair.target) if goal == "ko" else (pair.target, pair.source)
    for en, ko in TERMS:
        # Without a second form beside it (languages): it would still be there when one is gone.
        found = re.findall(rf"\b{en}\w*", english, re.IGNORECASE)
        if len(found) == 1 and found[0].lower() == en and korean.count(ko) == 1:
            return (en, ko) if goal == "ko" else (ko, found[0])
    return None
