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
# From today to a day that has a name: only who has a clock can tell.
_UNTIL = re.compile(
    r"\bhow\s+(?:many\s+(?:more\s+)?(?:days|weeks|months|hours|minutes)|long)\b"
    r"[^?.!]{0,30}?\b(?:until|till)\b",
    re.IGNORECASE,
)
# What to eat, wear or do ("오늘 저녁 뭐 먹지"): the word for a day does not ask what day it is.
_WHAT_TO_DO = re.compile(
    r"(?:오늘|내일|모레|이따|주말|연휴|휴일|아침|점심|저녁|밤)\S*\s+(?:\S+\s+)?(?:뭐|뭘|무얼|무엇을)\s*"
    r"(?:먹|입|신|마시|마실|보|볼|하|할|사|살|챙|싸|쌀|놀)\S{0,3}(?:\s\S{1,4})?"
    r"(?:지|지요|죠|까|까요)[\s.!?~ㅋㅎㅠㅜ]*$"
)
# A text to go by ("사직서 양식 알려줘") is written; only one that lies somewhere is looked for.
_TO_GO_BY = re.compile(
    r"(?:양식|서식|샘플|견본|템플릿|예시|예문)(?:을|를)?\s*(?:좀\s*|하나\s*)*(?:알려|보여|추천|써|줘|주세요)"
    r"|\b(?:sample|template|example)\s+(?:of\s+|for\s+)?(?:an?\s+)?(?:\w+\s+){0,2}"
    r"(?:letter|e-?mail|r[eé]sum[eé]|cv|speech|memo|invoice)\b",
    re.IGNORECASE,
)
_LIES = re.compile(
    r"파일|폴더|바탕\s?화면|다운로드|찾|클립보드|메모리|\b(?:files?|folder|desktop|downloads|find|clipboard|my)\b",
    re.IGNORECASE,
)
_TWO = 2
_LIKELIER = 5.0  # how much likelier a rule makes its route
_PLAIN = 1000.0  # the same where words and second look are known to stray


def told(text: str, asked: str) -> Iterator[tuple[Route, float]]:
    """The routes that a rule names, and how much likelier it makes each.

    Args:
        text: the whole request.
        asked: the part of it that asks, see `features.request_of`.
    """
    for route, pattern in _RULES:
        if pattern.search(asked):
            yield route, _LIKELIER
    several = len(_NUMBER.findall(text)) >= _TWO
    if signs.bare_sum(asked) or (several and _HOW_MUCH.search(asked)):
        yield "maths", _LIKELIER
    if not several and _UNTIL.search(asked):
        yield "tool", _PLAIN
    if signs.no_sum(text):
        yield "answer", _LIKELIER
    to_go_by = _TO_GO_BY.search(asked) and not signs.names_file(text) and not _LIES.search(asked)
    if to_go_by or _WHAT_TO_DO.search(asked):
        yield "answer", _PLAIN
