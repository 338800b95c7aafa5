"""The texts that are worked on: plain English words, the same on every machine.

The one law: a text is known by its seed, and two seeds differ from the first word on, so that no
cache has seen one before unless it is meant to.
"""

from __future__ import annotations

import bisect
import dataclasses
import math
import random
from typing import TYPE_CHECKING

from agents.engine.port import GenerationRequest, Message, Priority

if TYPE_CHECKING:
    from collections.abc import Callable

_WORDS = """
about after again animal answer before begin better between black book both bring build call carry
change city clear close cold come country cross dark deep door draw early earth engine evening
every example field figure fire follow forest form garden give glass green ground group hand head
hear high hold house idea keep kind large late learn leave letter level light line listen little
long machine measure method mountain move music name near never night north number often old open
order other paper part pattern people piece place plain plant point power problem question quick
quiet reach read reason record report result river road round school second sentence short side
simple single slow small sound south space stand start state stone story street strong study
summer system table teach test thing think thought time together travel tree turn under unit
voice wait walk wall warm watch water wheel white whole wind winter word work world write year
""".split()  # noqa: SIM905 - a list of two hundred quoted words is harder to read

PLAIN = "Translate the following text to Korean."


def words(tokens: int, seed: int, count: Callable[[str], int]) -> str:
    """A text of `tokens` tokens, or of the next number that whole words can make.

    Args:
        tokens: how many; at least 1.
        seed: which text.
        count: tells the tokens of a text.
    """
    dice = random.Random(seed)  # noqa: S311 - words, no secrets
    drawn = [dice.choice(_WORDS) for _ in range(tokens + 8)]
    enough = bisect.bisect_left(range(len(drawn)), tokens, key=lambda n: count(" ".join(drawn[:n])))
    return " ".join(drawn[:enough])


def glossary(tokens: int, seed: int, count: Callable[[str], int]) -> str:
    """A system prompt of a translator with a glossary, `tokens` tokens in all."""
    head = f"Glossary {seed}. {PLAIN} Use these terms:\n"
    lines = [f"term{number} = {word}" for number, word in enumerate(_WORDS)]

    def made(number: int) -> str:
        return head + "\n".join(lines[:number])

    enough = bisect.bisect_left(range(len(lines)), tokens, key=lambda n: count(made(n)))
    return made(enough)


def segments(
    number: int, seed: int, *, system: str, tokens: int, answer: int, count: Callable[[str], int]
) -> list[GenerationRequest]:
    """A document's segments as the translator asks for them: one shared prefix, background.

    Args:
        number: how many.
        seed: which document.
        system: the system prompt; the same one is the same prefix.
        tokens: of a segment's text.
        answer: tokens that are generated.
        count: tells the tokens of a text.
    """
    return [
        GenerationRequest(
            messages=(
                Message("system", system),
                Message("user", words(tokens, seed * 100_000 + each, count)),
            ),
            max_tokens=answer,
            priority=Priority.BACKGROUND,
            id=str(each),
            prefix_key=f"bench-{seed}",
        )
        for each in range(number)
    ]


def paper(number: int, seed: int, count: Callable[[str], int]) -> list[GenerationRequest]:
    """The sentences of a paper as the translator asks for them without a glossary.

    Many are short and some are long: lengths are drawn from a log-normal distribution (median 27
    tokens, at least 5, at most 90). An answer is as long as its sentence, since random weights
    never end one.

    Args:
        number: of sentences.
        seed: which paper.
        count: tells the tokens of a text.
    """
    dice = random.Random(seed)  # noqa: S311 - lengths, no secrets
    made: list[GenerationRequest] = []
    for each in range(number):
        tokens = min(90, max(5, round(dice.lognormvariate(math.log(27), 0.5))))
        made += segments(
            1, seed * 100_000 + each, system=PLAIN, tokens=tokens, answer=tokens, count=count
        )
        made[-1] = dataclasses.replace(made[-1], id=str(each), prefix_key=f"paper-{seed}")
    return made


def question(tokens: int, answer: int, seed: int, count: Callable[[str], int]) -> GenerationRequest:
    """A chat's first question; `tokens` of the question, what the template adds not counted."""
    return GenerationRequest(
        messages=(Message("user", words(tokens, seed, count)),), max_tokens=answer
    )
