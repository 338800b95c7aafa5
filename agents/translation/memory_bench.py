"""How long look-ups take in a memory of any size, on a throw-away database of made-up sentences.

The one law: the memory is filled by the code that imports and asked by the code that translates:
nothing is measured that a user does not get. Words are drawn by Zipf's law, as in real texts.
"""

from __future__ import annotations

import itertools
import random
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from agents.base import Progress
from agents.store.database import Database
from agents.store.memories import Memories

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from agents.base import CancelToken
    from agents.store.memories import Side

_TOGETHER = 10_000  # pairs stored in one transaction
_WORDS = {"en": 60_000, "ko": 40_000}
_LENGTHS = {"en": (5, 24), "ko": (4, 16)}  # words of a sentence
_PARTICLES = ("을", "를", "이", "가", "은", "는", "에", "에서", "으로", "의", "와", "도", "")
_HEADS, _MIDDLES = "bcdfghklmnprstvw", "aeiou"
_TAILS = ("", "n", "r", "s", "t", "l", "ck")
_SYLLABLES = {"en": (1, 2, 2, 3, 3, 4), "ko": (2, 2, 2, 3, 3, 4)}
_VOWELS = (0, 4, 8, 13, 18, 20)  # of Hangul syllables, by number
_CODAS = (0, 0, 4, 8, 16, 17, 21)  # likewise
_STRANGER = {"en": "zorp", "ko": "쯧쯧"}  # a word that no sentence has

Pair = tuple[str, str]  # English, Korean


@dataclass(frozen=True, slots=True)
class Spread:
    """How long look-ups of a kind took, in milliseconds."""

    name: str
    count: int
    p50: float
    p95: float
    longest: float
    found: float  # share that found the pair it was made from


@dataclass(frozen=True, slots=True)
class MemoryFigures:
    """What was measured."""

    entries: int
    fill_seconds: float
    megabytes: float
    spreads: tuple[Spread, ...]


def measure(
    entries: int, asked: int, cancel: CancelToken
) -> Generator[Progress | MemoryFigures, None, None]:
    """Fill a memory with so many pairs, then look sentences up in it; ends with the figures.

    Raises:
        CancelledError: `cancel` was set; nothing is left behind.
    """
    with tempfile.TemporaryDirectory(prefix="moadesk-") as folder:
        database = Database(Path(folder) / "memory.sqlite3")
        try:
            memories = Memories(database)
            began = time.monotonic()
            sample: list[Pair] = []
            yield from _fill(memories, entries, asked, sample, cancel)
            seconds = time.monotonic() - began
            spreads = tuple(_looked_up(memories, sample, cancel))
            size = sum(file.stat().st_size for file in Path(folder).iterdir())
        finally:
            database.close()
    yield MemoryFigures(entries, round(seconds, 1), round(size / 2**20, 1), spreads)


def _fill(
    memories: Memories, entries: int, asked: int, sample: list[Pair], cancel: CancelToken
) -> Iterator[Progress]:
    """Import made-up pairs, some of which go into the sample."""
    chance = random.Random(20_261)  # noqa: S311 - made-up words, no secret
    pairs = zip(_sentences("en", chance), _sentences("ko", chance), strict=True)
    batch = memories.begin_import("bench")
    for start in range(0, entries, _TOGETHER):
        cancel.check()
        some = list(itertools.islice(pairs, min(_TOGETHER, entries - start)))
        memories.add_imported(batch, some, "ko")
        wanted = round(asked * (start + len(some)) / entries) - len(sample)
        sample += chance.sample(some, min(max(wanted, 0), len(some)))
        yield Progress(start + len(some), entries, "pair")
    memories.tidy()


def _looked_up(memories: Memories, sample: list[Pair], cancel: CancelToken) -> Iterator[Spread]:
    chance = random.Random(7)  # noqa: S311 - likewise
    targets: tuple[tuple[Side, int], ...] = (("ko", 0), ("en", 1))
    for target, side in targets:
        name = "en" if target == "ko" else "ko"
        exact: list[float] = []
        fuzzy: list[float] = []
        both: list[float] = []
        hits = alike = 0
        for pair in sample:
            cancel.check()
            began = time.perf_counter()
            hits += bool(memories.exact(pair[side], target))
            exact.append((time.perf_counter() - began) * 1000)
            text = _changed(pair[side], _STRANGER[name], chance)
            began = time.perf_counter()
            memories.exact(text, target)
            middle = time.perf_counter()
            matches = memories.fuzzy(text, target)
            fuzzy.append((time.perf_counter() - middle) * 1000)
            both.append((time.perf_counter() - began) * 1000)
            alike += any(match.entry.source == pair[side] for match in matches)
        yield _spread(f"exact_{name}", exact, hits)
        yield _spread(f"fuzzy_{name}", fuzzy, alike)
        yield _spread(f"exact_and_fuzzy_{name}", both, alike)


def _spread(name: str, times: list[float], hits: int) -> Spread:
    ranked = sorted(times)
    count = len(ranked)
    return Spread(
        name=name,
        count=count,
        p50=round(ranked[count // 2], 3),
        p95=round(ranked[min(int(count * 0.95), count - 1)], 3),
        longest=round(ranked[-1], 3),
        found=round(hits / count, 3),
    )


def _changed(text: str, word: str, chance: random.Random) -> str:
    """The sentence with one of its words replaced."""
    words = text.split()
    words[chance.randrange(len(words))] = word
    return " ".join(words)


def _sentences(language: str, chance: random.Random) -> Iterator[str]:
    words = _vocabulary(language, chance)
    weights = list(itertools.accumulate(1 / (rank + 2) for rank in range(len(words))))
    shortest, longest = _LENGTHS[language]
    while True:
        chosen = chance.choices(words, cum_weights=weights, k=chance.randint(shortest, longest))
        if language == "ko":
            chosen = [word + chance.choice(_PARTICLES) for word in chosen]
        yield " ".join(chosen).capitalize() + "."


def _vocabulary(language: str, chance: random.Random) -> list[str]:
    syllable = _latin if language == "en" else _hangul
    made: dict[str, None] = {}
    while len(made) < _WORDS[language]:
        count = chance.choice(_SYLLABLES[language])
        made["".join(syllable(chance) for _syllable in range(count))] = None
    return list(made)


def _latin(chance: random.Random) -> str:
    return chance.choice(_HEADS) + chance.choice(_MIDDLES) + chance.choice(_TAILS)


def _hangul(chance: random.Random) -> str:
    vowel = chance.randrange(19) * 21 + chance.choice(_VOWELS)
    return chr(ord("가") + vowel * 28 + chance.choice(_CODAS))
