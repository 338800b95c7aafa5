"""The commander says in the user's language what a specialist found.

The one law: not a number may be lost or added on the way; otherwise the specialist's words stand.
"""

from __future__ import annotations

import dataclasses
import re
from collections import Counter
from typing import TYPE_CHECKING

from agents.chat.hands import language_of
from agents.engine.port import GenerationRequest, Message, Priority

if TYPE_CHECKING:
    from agents.base import CancelToken
    from agents.chat.hands import Given, Handed
    from agents.engine.port import Engine

_MAX_TOKENS = 1024
_ASK = "다음 풀이를 한국어로 옮겨라. 숫자와 식은 그대로 둔다.\n\n{text}"
_CODE = re.compile(r"```.*?```|~~~.*?~~~", re.DOTALL)
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")


def wanted(handed: Handed, given: Given) -> bool:
    """Whether a specialist answered a Korean request without a word of Korean."""
    prose = _CODE.sub("", given.text)
    return (
        handed.language == "ko"
        and not given.exact
        and language_of(prose) == "en"
        and bool(re.search("[A-Za-z]{3}", prose))
    )


def reword(engine: Engine, given: Given, cancel: CancelToken) -> Given:
    """The same in Korean, or unchanged where the model lacks Korean or changes a number.

    Raises:
        CancelledError: `cancel` was set.
        UserError: the model cannot answer.
    """
    if engine.info.languages and "ko" not in engine.info.languages:
        return given
    request = GenerationRequest(
        messages=(Message("user", _ASK.format(text=given.text)),),
        sampling=engine.info.sampling,
        max_tokens=_MAX_TOKENS,
        priority=Priority.INTERACTIVE,
        template_variables=(("enable_thinking", False),),
    )
    made = engine.submit(request, cancel).result()
    text = made.text.strip()
    if made.finish != "stop" or language_of(text) != "ko" or numbers(text) != numbers(given.text):
        return given
    return dataclasses.replace(given, text=text, tokens=given.tokens + made.completion_tokens)


def numbers(text: str) -> Counter[str]:
    """The numbers of a text with how often they stand in it."""
    return Counter(_NUMBER.findall(text))
