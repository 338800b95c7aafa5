"""Turns of phrase that say plainly where a request belongs.

The one law: a rule is right nearly always where it speaks, and silent elsewhere. It weighs in on
what the words say; it does not replace it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from agents.chat.routing import signs

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agents.chat.routing.router import Route

_NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")
_POLITE = (
    r"^\s*(?:please\s+|pls\s+|hey,?\s+|hi,?\s+|can\s+you\s+|could\s+you\s+(?:please\s+)?|"
    r"would\s+you\s+)*"
)
_RULES: tuple[tuple[Route, re.Pattern[str]], ...] = (
    (
        "scholar",
        re.compile(
            _POLITE + r"(?:find|search\s+for|list|look\s+up|show\s+me|get\s+me|pull\s+up)\s+"
            r"(?:me\s+)?(?:\w+\s+){0,3}?"
            r"(?:papers?|studies|articles|literature|publications)\s+"
            r"(?:on|about|in|by|that|which|from|using|dealing|related)\b",
            re.IGNORECASE,
        ),
    ),
    (
        "code",
        re.compile(
            r"(?:프로그램|스크립트|함수|코드|쿼리|정규식|매크로|크롤러)(?:을|를|로|도|좀|\s)*"
            r"(?:\w+(?:으로|로)\s*)?(?:좀\s*)?"
            r"(?:짜|작성|만들|구현)\s?\S*\s*(?:줘|주세요|주십시오|줄래\S*|봐|달라\S*)[.!~\s]*$"
            r"|" + _POLITE + r"(?:write|create|implement|code)\s+(?:me\s+)?"
            r"(?:an?\s+|the\s+|some\s+)?(?:\w+[\s-]){0,3}?"
            r"(?:program|script|function|query|regex|macro|class|unit\s+tests?)\b",
            re.IGNORECASE,
        ),
    ),
    (
        "tool",
        re.compile(
            r"\bremind\s+me\b|\bset\s+(?:an?\s+|the\s+)?(?:alarm|timer|reminder)\b"
            r"|(?:시|분|내일|모레|뒤|후)에\s.{0,30}(?:알려\s?줘|알림|알람|깨워)|알람\s*(?:맞춰|설정)|타이머",
            re.IGNORECASE,
        ),
    ),
)
_HOW_MUCH = re.compile(
    r"\bwhat\s+(?:percent(?:age)?|fraction|proportion)\b|\bhow\s+(?:many|much)\b[^?]*\b"
    r"(?:left|remain\w*|total|altogether|"
    r"each|per|need|cost|save|earn|pay)\b|몇\s*(?:%|퍼센트|프로)|총\s*(?:얼마|몇)|모두\s*(?:얼마|몇)|합쳐서|남(?:은|는|았)"
    r".{0,12}(?:몇|얼마)|안\s*\S+\s*건\s*몇",
    re.IGNORECASE,
)
_TWO = 2


def told(text: str, asked: str) -> Iterator[Route]:
    """The routes that a rule names.

    Args:
        text: the whole request.
        asked: the part of it that asks, see `features.request_of`.
    """
    for route, pattern in _RULES:
        if pattern.search(asked):
            yield route
    several = len(_NUMBER.findall(text)) >= _TWO
    if signs.bare_sum(asked) or (several and _HOW_MUCH.search(asked)):
        yield "maths"
    if signs.no_sum(text):
        yield "answer"
