"""Terms that both sides of a pair of sentences hold, and translations that lost one.

The one law: a term counts as one of a pair only where it stands on both sides as a word of its
own, by a test that has nothing to do with the guard that is measured. In English that is the word
or its regular plural, once, with no other word beside it that begins alike ("languages" or
"linguistic" would still tell the matter when "language" is gone). In Korean it is an eojeol of
nothing but the term and one of a short list of particles or forms of 이다, once, and the term is in
no other word: 방법 has no 법 and 연구자 no 연구. By letters alone "law" and 방법 made a pair, which
no glossary would ask for.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from random import Random

    from agents.translation.events import Language

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
_BEHIND = (
    "은|는|을|를|의|에|에서|에게|와|과|로|으로|도|까지|부터|보다|처럼|나|이나|들|들은|들을|들의|들이"
    "|입니다|이다|이며|이고|인|이었습니다|였습니다|이었다|였다"
)
_STEM = 5  # letters that a related word has in common


def held(english: str, korean: str) -> tuple[str, str] | None:
    """The first of the terms that both sentences hold, English and Korean."""
    for en, ko in TERMS:
        if _in_english(en, english) and _in_korean(ko, korean):
            return en, ko
    return None


def without(target: str, term: tuple[str, str], goal: Language, random: Random) -> str | None:
    """A translation that lost its term.

    It is left out, another word stands in its place or, in Korean, the English one does.

    Args:
        target: the good translation.
        term: what it holds, English and Korean.
        goal: the language of the translation.
        random: chooses.

    Returns:
        The faulty translation; None where the term has no place of its own.
    """
    english, korean = term
    span = _in_korean(korean, target) if goal == "ko" else _in_english(english, target)
    if span is None:
        return None
    start, end = span
    way = random.randrange(3 if goal == "ko" else 2)
    if way == 0:
        while end < len(target) and target[end].isalpha():  # its particle goes with it
            end += 1
        return " ".join((target[:start] + target[end:]).split())
    others = [ko if goal == "ko" else en for en, ko in TERMS if (en, ko) != term]
    own = korean if goal == "ko" else english
    word = english if way == 2 else random.choice([one for one in others if own not in one])
    return target[:start] + word + target[end:]


def _in_english(word: str, text: str) -> tuple[int, int] | None:
    plural = word[:-1] + "ies" if word.endswith("y") else word + "s"
    found = list(re.finditer(rf"\b{re.escape(word[:_STEM])}\w*", text, re.IGNORECASE))
    if len(found) != 1 or found[0].group().lower() not in {word, plural}:
        return None
    start, end = found[0].span()
    beside = text[max(0, start - 1) : start] + text[end : end + 1]
    return None if set(beside) & set("-'’/") else (start, end)


def _in_korean(word: str, text: str) -> tuple[int, int] | None:
    if text.count(word) != 1:
        return None
    # 종이 is paper, and 이 and 가 begin many an ending.
    behind = _BEHIND if len(word) == 1 else f"{_BEHIND}|이|가"
    found = re.search(rf"(?<![\w-])({word})(?:{behind})?(?![\w-])", text)
    return found.span(1) if found else None
