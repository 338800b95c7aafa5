"""The hand for maths: a calculator where the question is a sum, a specialist where it is not.

The one law: every equation of an answer is reckoned after. An answer with a wrong one is made
again once; what is still wrong is shown with what it should be.
"""

from __future__ import annotations

import dataclasses
import re
from typing import TYPE_CHECKING

from agents.base import Notice, Token, UserError
from agents.chat.asking import ask, language
from agents.chat.hands import Given
from agents.chat.routing import signs
from agents.chat.tools import equations
from agents.chat.tools.calculator import calculate
from agents.engine.port import Message

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from agents.base import CancelToken
    from agents.chat.hands import Handed
    from agents.engine.port import Engine, Models

MAX_TOKENS = 2048  # a reasoning model needs room to think
_SYSTEM = {
    "en": (
        "Solve the problem step by step. Write every calculation as an equation with numbers, "
        "such as 3 * 4 = 12. End with one line: Answer: the result with its unit."
    ),
    "ko": (
        "문제를 단계별로 풀어라. 모든 계산은 3 * 4 = 12처럼 숫자로 된 식으로 쓴다. "
        "마지막 줄에 '답: 결과와 단위'를 쓴다. 한국어로 답한다."
    ),
}
# Words around a sum that change nothing in it.
_AROUND = re.compile(
    r"^\s*(?:please\s+|pls\s+|can\s+you\s+|could\s+you\s+)*(?:what(?:'s|’s|\s+is|\s+does)?|how\s+much\s+is|calculate|compute|"
    r"evaluate|work\s+out|find|solve|convert)\s+(?:the\s+value\s+of\s+)?"
    r"|(?:만|도|좀)?\s*(?:(?:은|는|이|을|를|가)?\s*(?:몇이야|몇이지|몇인가요|몇일까요?|몇이에요|몇|얼마야|얼마지|얼마인가요|얼마예요|얼마|뭐야|"
    r"계산\s?(?:해\s?(?:줘|줄래|주세요|봐|라|줘요)|좀|부탁\S*)?|환산\s?(?:해\s?(?:줘|주세요|봐))?|알려\s?(?:줘|주세요)|구해\s?(?:줘|주세요)))\s*"
    r"[?.!~]*\s*$|\s*[=?.!]+\s*$|\s+(?:please|pls|equal|equals|make)\s*[?.!]*$",
    re.IGNORECASE,
)
_SPOKEN = (
    (re.compile(r"\s*(?:더하기|플러스|plus)\s*", re.IGNORECASE), " + "),
    (re.compile(r"\s*(?:빼기|마이너스|minus)\s*", re.IGNORECASE), " - "),
    (re.compile(r"\s*(?:곱하기|multiplied\s+by|times)\s*", re.IGNORECASE), " * "),
    (re.compile(r"\s*(?:나누기|divided\s+by)\s*", re.IGNORECASE), " / "),
    (re.compile(r"(\d+)\s*(?:의\s*제곱|squared)(?!\s*근)", re.IGNORECASE), r"\1^2"),
    (re.compile(r"(?:square\s+root\s+of|루트)\s*(\d+(?:\.\d+)?)", re.IGNORECASE), r"sqrt(\1)"),
    (re.compile(r"(\d+(?:\.\d+)?)\s*의\s*제곱근"), r"sqrt(\1)"),
    (re.compile(r"(?<=\d)\s*(?:은|는)\s*[??]?\s*$"), ""),
)
# 30평은 몇 제곱미터야, 5마일을 킬로미터로
_TO_KOREAN = re.compile(
    r"(?P<of>.*\d.*?)\s*(?:은|는)\s*몇\s*(?P<to>\S+?)(?:이야|야|이지|지|인가요|이에요|예요|인지|일까요?)?\s*[??]?\s*"
    r"|(?P<of2>.*\d.*?)\s*(?:을|를)?\s*(?P<to2>[^\s\d]+?)(?:으로|로)\s*(?:환산|변환|바꾸면|바꿔\S*|하면)?.*"
)
_NUMBER = re.compile(r"\d")


class MathsHand:
    """Implements `hands.Hand`."""

    def __init__(self, models: Models, specialist: Callable[[str], str]) -> None:
        """Keep what lends models.

        Args:
            models: lends engines.
            specialist: the id of the model for maths, given the commander's.
        """
        self._models = models
        self._specialist = specialist

    def takes(self, task: str) -> bool:
        """Everything."""
        return bool(task)

    def run(self, handed: Handed, cancel: CancelToken) -> Generator[Token | Notice, None, Given]:
        """Reckon or reason; see `hands.Hand.run`."""
        reckoned = reckon(handed.task.text)
        if reckoned:
            yield Token(reckoned)
            return Given(reckoned, "calculator", checked=1, exact=True)
        model = self._specialist(handed.model) if handed.specialist else handed.model
        with self._models.borrow(model, cancel) as engine:
            best = yield from _asked(engine, handed, cancel)
            if best.wrong:
                yield Notice("chat.maths_again", (("count", len(best.wrong)),))
                first, again = best, (yield from _asked(engine, handed, cancel, again=True))
                # An answer without any equation cannot be wrong, nor is it checked.
                if again.checked and len(again.wrong) < len(best.wrong):
                    best = again
                best = dataclasses.replace(
                    best,
                    tokens=first.tokens + again.tokens,
                    notes=tuple(dict.fromkeys((*best.notes, "again"))),
                )
            return best


def reckon(question: str) -> str:
    """The answer to a question that is nothing but a sum, "" if it is not."""
    turned = _TO_KOREAN.fullmatch(question.strip())
    if turned:
        of, to = (
            turned.group("of") or turned.group("of2"),
            turned.group("to") or turned.group("to2"),
        )
        found = _result(f"{_spoken(of)} in {to}")
        if found:
            return f"{of.strip()} = **{found}**"
    formula = question.strip()
    for _round in range(3):
        formula = _AROUND.sub("", formula).strip()
    formula = _spoken(formula)
    found = _result(formula)
    if not found or found == formula or signs.no_sum(formula):
        return ""  # a number alone is no sum, and two years with a hyphen are none either
    shown = re.split(r"\s+(?:in|to)\s+|→", formula)[0].replace("*", "×").strip()
    return f"{shown} = **{found}**"


def _spoken(formula: str) -> str:
    for pattern, meant in _SPOKEN:
        formula = pattern.sub(meant, formula)
    return formula.strip()


def _result(formula: str) -> str:
    """What a formula comes to; "" if it is none."""
    if not _NUMBER.search(formula):
        return ""
    try:
        return str(calculate(formula))
    except UserError:
        return ""


def _asked(
    engine: Engine, handed: Handed, cancel: CancelToken, *, again: bool = False
) -> Generator[Token, None, Given]:
    messages = (
        Message("system", _SYSTEM[language(engine, handed)]),
        *handed.before,
        Message("user", "\n\n".join([*handed.so_far, handed.task.text])),
    )
    given = yield from ask(
        engine,
        messages,
        handed,
        cancel,
        max_tokens=MAX_TOKENS,
        again=again,
        # A specialist reasons or is none; whether the commander does is the user's choice.
        thinks=engine.info.thinks and (handed.manner.thinking or engine.info.id != handed.model),
    )
    found = equations.check(given.text)
    wrong = tuple(f"{one.text} → {one.reckoned}" for one in found if not one.right)
    return dataclasses.replace(given, checked=len(found), wrong=wrong)
