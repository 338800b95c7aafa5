"""The commander says in the user's language what a specialist found.

The one law: code is not shown to it at all, not a number may be lost or added on the way, and no
equation may come out of it that does not hold; otherwise the specialist's words stand.
"""

from __future__ import annotations

import dataclasses
import re
from collections import Counter
from typing import TYPE_CHECKING

from agents.chat import speech
from agents.chat.asking import warmer
from agents.chat.tools import equations
from agents.engine.port import GenerationRequest, Message, Priority

if TYPE_CHECKING:
    from agents.base import CancelToken
    from agents.chat.hands import Given, Handed
    from agents.chat.language import Language
    from agents.engine.port import Engine

_MAX_TOKENS = 1024
_TRIES = 2
_ASK: dict[Language, str] = {
    "ko": "다음 풀이를 한국어로 옮겨라. 숫자와 식, ⟦1⟧ 같은 표시는 그대로 둔다.\n\n{text}",
    "en": (
        "Say the following in English. Keep numbers, formulas and marks such as ⟦1⟧ as they are."
        "\n\n{text}"
    ),
}
_CODE = re.compile(r"```.*?(?:```|\Z)|~~~.*?(?:~~~|\Z)", re.DOTALL)
_MARK = re.compile(r"⟦(\d+)⟧")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")


def wanted(handed: Handed, given: Given) -> bool:
    """Whether a specialist answered in another language than the user's."""
    expected = speech.expected(handed.task.text)
    return (
        expected == handed.language
        and not given.exact
        and not given.failed
        and speech.strays(given.text, handed.language)
    )


def reword(engine: Engine, given: Given, language: Language, cancel: CancelToken) -> Given:
    """The same in `language`, or as it was where the model lacks that or changes a number.

    Raises:
        CancelledError: `cancel` was set.
        UserError: the model cannot answer.
    """
    if engine.info.languages and language not in engine.info.languages:
        return dataclasses.replace(given, notes=(*given.notes, "kept"))
    codes = _CODE.findall(given.text)
    numbered = iter(range(1, len(codes) + 1))
    prose = _CODE.sub(lambda _found: f"⟦{next(numbered)}⟧", given.text)
    tokens = given.tokens
    for attempt in range(_TRIES):
        own = engine.info.sampling
        request = GenerationRequest(
            messages=(Message("user", _ASK[language].format(text=prose)),),
            sampling=warmer(own, attempt) if attempt else own,
            max_tokens=_MAX_TOKENS,
            priority=Priority.INTERACTIVE,
            template_variables=(("enable_thinking", False),),
        )
        made = engine.submit(request, cancel).result()
        tokens += made.completion_tokens
        text = made.text.strip()
        if made.finish == "stop" and faithful(text, prose, language):
            text = _MARK.sub(lambda found: codes[int(found.group(1)) - 1], text)
            notes = (*given.notes, "reworded")
            return dataclasses.replace(given, text=text, tokens=tokens, notes=notes)
    return dataclasses.replace(given, tokens=tokens, notes=(*given.notes, "kept"))


def faithful(text: str, original: str, language: Language) -> bool:
    """Whether a text says in `language` what can be checked of the original, and nothing else."""
    if not text or speech.strays(text, language) or _CODE.search(text):
        return False
    if _MARK.findall(text) != _MARK.findall(original) or numbers(text) != numbers(original):
        return False
    before, after = equations.check(original), equations.check(text)
    right = [sum(one.right for one in found) for found in (before, after)]
    return len(after) - right[1] <= len(before) - right[0]


def numbers(text: str) -> Counter[str]:
    """The numbers of a text with how often they stand in it."""
    return Counter(_NUMBER.findall(text))
