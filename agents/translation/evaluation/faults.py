"""Faults as models make them, put into good translations on purpose.

The one law: what comes out is wrong for certain, and as close to right as that kind of fault
comes: a cut sentence may have its full stop again, a neighbour's answer may differ by a word.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal, get_args

from agents.translation.evaluation import figures_in_pairs, terms_in_pairs

if TYPE_CHECKING:
    from random import Random

    from agents.translation.evaluation.pairs import Case
    from agents.translation.events import ProblemKind

FaultKind = Literal[
    "empty",
    "same_as_source",
    "wrong_script",
    "loop",
    "length",
    "neighbour",
    "truncated",
    "number_lost",
    "number_added",
    "number_changed",
    "term",
    "tag",
    "register",
]
KIND: dict[FaultKind, ProblemKind] = {
    "number_lost": "number",
    "number_added": "number",
    "number_changed": "number",
}
KINDS: tuple[FaultKind, ...] = get_args(FaultKind)
_ALIEN = (
    "但是", "的研究", "问题", "可以", "システム", "です", "について", "ありがとう", "также",
    "который", "система", "และ", "система управления", "व्यवस्था", "這個", "发展", "の", "和",
)  # fmt: skip
_LONG = 8  # words of a sentence that is also broken off in its last ones
_MARK = re.compile(r"https?://\S+?(?=[\s,.)]|$)|\{\w+\}")
_FORMAL_TO: tuple[tuple[str, str, str], ...] = (  # written by hand, not by the fixer's rules
    (r"(?<=[가-힣])입니다(?=[.?!])", "이다", "이에요"),
    (r"(?<=[가-힣])합니다(?=[.?!])", "한다", "해요"),
    (r"했습니다(?=[.?!])", "했다", "했어요"),
    (r"됩니다(?=[.?!])", "된다", "돼요"),
    (r"있습니다(?=[.?!])", "있다", "있어요"),
    (r"없습니다(?=[.?!])", "없다", "없어요"),
    (r"([었였겠았졌났갔왔])습니다(?=[.?!])", r"\1다", r"\1어요"),
    (r"줍니다(?=[.?!])", "준다", "줘요"),
    (r"킵니다(?=[.?!])", "킨다", "켜요"),
    (r"집니다(?=[.?!])", "진다", "져요"),
)


def made(kind: FaultKind, case: Case, random: Random) -> str | None:  # noqa: C901, PLR0911 - a kind is a line
    """A faulty target for `case`; None where the kind has nothing to hold on to there."""
    target = case.target
    words = target.split()
    if kind == "empty":
        return random.choice(("", " ", "…", '""', ".", "\n"))
    if kind == "same_as_source":
        return _again(case.source, random)
    if kind == "wrong_script":
        return _wrong_script(case, words, random)
    if kind == "loop":
        return _loop(words, random)
    if kind == "length":
        return _length(case, words, random)
    if kind == "neighbour":
        return _neighbour(case, random)
    if kind == "truncated":
        return _truncated(words, random)
    if kind == "number_lost" or kind == "number_added" or kind == "number_changed":  # noqa: PLR1714 - so that the type is known
        return figures_in_pairs.broken(case, kind, random)
    if kind == "term":
        return terms_in_pairs.without(target, case.term, case.goal, random) if case.term else None
    if kind == "tag":
        return _without_mark(case, random)
    return _register(target, random) if case.goal == "ko" else None


def _again(source: str, random: Random) -> str:
    way = random.randrange(4)
    if way == 0:
        return source
    if way == 1:
        return source.rstrip(".?!")
    if way == 2:
        return f'"{source}"'
    return source.swapcase() if source.isascii() else source.replace(" ", "  ")


def _wrong_script(case: Case, words: list[str], random: Random) -> str | None:
    way = random.randrange(3)
    if way == 0:  # a word comes out in another script
        at = random.randrange(len(words))
        words[at] = random.choice(_ALIEN)
        return " ".join(words)
    if way == 1:  # half of it is left in the source's language
        own = case.source.split()
        half = own[len(own) // 2 :]
        small = [word for word in half if word[0].islower()]
        if case.goal == "ko" and len(small) < 4:
            return None
        return " ".join(words[: len(words) // 2] + half)
    return random.choice(case.far).source  # all of it is something else in that language


def _loop(words: list[str], random: Random) -> str:
    size = random.randint(1, min(4, len(words)))
    phrase = words[-size:]
    if random.random() < 0.5:
        phrase = [word.strip(".?!") or word for word in phrase]
    return " ".join(words + phrase * random.randint(4, 9))


def _length(case: Case, words: list[str], random: Random) -> str:
    if len(words) >= 8 and random.random() < 0.3:
        return " ".join(words[: random.randint(1, 2)]).rstrip(",.") + "."
    more = [case.target]
    while sum(map(len, more)) < 2.2 * len(case.target):
        more.append(random.choice(case.far).target)
    return " ".join(more)


def _neighbour(case: Case, random: Random) -> str:
    beside = random.choice([one for one in case.beside if one is not None])
    words = beside.target.split()
    if len(words) > 8 and random.random() < 0.5:  # a second translation is never quite the first
        del words[random.randrange(len(words) - 1)]
    return " ".join(words)


def _truncated(words: list[str], random: Random) -> str | None:
    """Broken off in the middle, with a full stop again or without one, or in its last words.

    The last words are only cut off without a full stop behind what is left, as a limit of tokens
    does it: "He bought a car." of "He bought a car yesterday." is a fault that nobody could see.
    """
    if len(words) < 4:
        return None
    last = " ".join(words[: -random.randint(1, 3)])
    if random.random() < 0.3 and len(words) >= _LONG and last[-1].isalnum():
        return last
    kept = max(1, round(len(words) * random.uniform(0.35, 0.6)))
    cut = " ".join(words[:kept])
    if random.random() < 0.5:
        return cut
    return cut.rstrip(",;:.") + "."


def _without_mark(case: Case, random: Random) -> str | None:
    found = _MARK.search(case.target)
    if found is None:
        return None
    if random.random() < 0.5:
        return case.target.replace(found.group(), "", 1)
    broken = found.group()[:-1] + ("]" if found.group().endswith("}") else "")
    return case.target.replace(found.group(), broken, 1)


def _register(target: str, random: Random) -> str | None:
    to = random.randrange(2)
    changed = target
    for pattern, *words in _FORMAL_TO:
        changed = re.sub(pattern, words[to], changed)
    return changed if changed != target else None
