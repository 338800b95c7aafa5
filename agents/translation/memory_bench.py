"""How long look-ups take in a memory of any size, on a throw-away database of made-up sentences.

The one law: the memory is filled by the code that imports and asked by the code that translates:
nothing is measured that a user does not get. Words are drawn by Zipf's law, as in real texts, and
asked is what a document asks: sentences that are there, that are there but for a word or a number,
and that are not there at all; headings and long sentences among them.
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
    from agents.store.memory_rows import Side

_TOGETHER = 10_000  # pairs stored in one transaction
_WORDS = {"en": 60_000, "ko": 40_000}
_LENGTHS = {"en": (5, 24), "ko": (4, 16)}  # words of most sentences
_SHORT, _LONG = (1, 3), (25, 60)  # of headings and cells, and of sentences that never end
_SHARES = (0.15, 0.9)  # of all sentences, up to where they are short, and from where long
_NUMBERED = 0.2  # share of the sentences that hold a number
_PARTICLES = ("을", "를", "이", "가", "은", "는", "에", "에서", "으로", "의", "와", "도", "")
_HEADS, _MIDDLES = "bcdfghklmnprstvw", "aeiou"
_TAILS = ("", "n", "r", "s", "t", "l", "ck")
_SYLLABLES = {"en": (1, 2, 2, 3, 3, 4), "ko": (2, 2, 2, 3, 3, 4)}
_VOWELS = (0, 4, 8, 13, 18, 20)  # of Hangul syllables, by number
_CODAS = (0, 0, 4, 8, 16, 17, 21)  # likewise

Pair = tuple[str, str]  # English, Korean


@dataclass(frozen=True, slots=True)
class Spread:
    """How long look-ups of a kind took, in milliseconds."""

    name: str
    count: int
    p50: float
    p95: float
    longest: float
    computing: float  # p95 of the processor's time alone, which a busy machine does not lengthen
    found: float  # share that found the pair it was made from; of a miss, anything at all


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
    batch = memories.imports.begin("bench")
    for start in range(0, entries, _TOGETHER):
        cancel.check()
        some = list(itertools.islice(pairs, min(_TOGETHER, entries - start)))
        memories.imports.add(batch, some, "ko")
        wanted = round(asked * (start + len(some)) / entries) - len(sample)
        sample += chance.sample(some, min(max(wanted, 0), len(some)))
        yield Progress(start + len(some), entries, "pair")
    memories.tidy()


_Time = tuple[float, float]  # milliseconds on the clock, and of computing


@dataclass(frozen=True, slots=True)
class _Asked:
    """One look-up of each kind, and how long it took."""

    kind: str  # hit, near, miss
    words: int
    exact: _Time
    fuzzy: _Time
    exactly: bool  # whether it was found
    alike: bool


def _looked_up(memories: Memories, sample: list[Pair], cancel: CancelToken) -> Iterator[Spread]:
    chance = random.Random(7)  # noqa: S311 - likewise
    targets: tuple[tuple[Side, int], ...] = (("ko", 0), ("en", 1))
    for target, side in targets:
        name = "en" if target == "ko" else "ko"
        strangers = _sentences(name, random.Random(20_262))  # noqa: S311 - likewise
        asked: list[_Asked] = []
        for pair in sample:
            for kind, text in (
                ("hit", pair[side]),
                ("near", _changed(pair[side], next(strangers), chance)),
                ("miss", next(strangers)),
            ):
                cancel.check()
                asked.append(_ask(memories, target, kind, text, pair[side]))
        yield from _spreads(name, asked)


def _ask(memories: Memories, target: Side, kind: str, text: str, known: str) -> _Asked:
    began = _now()
    entries = memories.exact(text, target)
    middle = _now()
    matches = memories.fuzzy(text, target)
    end = _now()
    wanted = kind == "miss"
    return _Asked(
        kind,
        len(text.split()),
        _between(began, middle),
        _between(middle, end),
        any(wanted or entry.source == known for entry in entries),
        any(wanted or match.entry.source == known for match in matches),
    )


def _now() -> _Time:
    return time.perf_counter() * 1000, time.thread_time() * 1000


def _between(began: _Time, end: _Time) -> _Time:
    return end[0] - began[0], end[1] - began[1]


def _spreads(name: str, asked: list[_Asked]) -> Iterator[Spread]:
    for kind in ("hit", "miss"):
        some = [one for one in asked if one.kind == kind]
        yield _spread(
            f"exact_{kind}_{name}", [one.exact for one in some], [one.exactly for one in some]
        )
    groups = {
        **{kind: [one for one in asked if one.kind == kind] for kind in ("hit", "near", "miss")},
        "short": [one for one in asked if one.words <= _SHORT[1]],
        "long": [one for one in asked if one.words >= _LONG[0]],
    }
    for group, some in groups.items():
        if some:
            yield _spread(
                f"fuzzy_{group}_{name}", [one.fuzzy for one in some], [one.alike for one in some]
            )
    both = [(one.exact[0] + one.fuzzy[0], one.exact[1] + one.fuzzy[1]) for one in asked]
    yield _spread(f"exact_and_fuzzy_{name}", both, [one.alike for one in asked])


def _spread(name: str, times: list[_Time], hits: list[bool]) -> Spread:
    ranked = sorted(clock for clock, _computing in times)
    computing = sorted(computing for _clock, computing in times)
    count = len(ranked)
    return Spread(
        name=name,
        count=count,
        p50=round(ranked[count // 2], 3),
        p95=round(ranked[min(int(count * 0.95), count - 1)], 3),
        longest=round(ranked[-1], 3),
        computing=round(computing[min(int(count * 0.95), count - 1)], 3),
        found=round(sum(hits) / count, 3),
    )


def _changed(text: str, other: str, chance: random.Random) -> str:
    """The sentence with one of its words replaced by one of another sentence."""
    words = text.split()
    words[chance.randrange(len(words))] = chance.choice(other.split())
    return " ".join(words)


def _sentences(language: str, chance: random.Random) -> Iterator[str]:
    words = _vocabulary(language, random.Random(20_260))  # noqa: S311 - one language has one
    weights = list(itertools.accumulate(1 / (rank + 2) for rank in range(len(words))))
    while True:
        share = chance.random()
        size = _SHORT if share < _SHARES[0] else _LONG if share > _SHARES[1] else _LENGTHS[language]
        chosen = chance.choices(words, cum_weights=weights, k=chance.randint(*size))
        if language == "ko":
            chosen = [word + chance.choice(_PARTICLES) for word in chosen]
        if chance.random() < _NUMBERED:
            chosen[chance.randrange(len(chosen))] = f"{chance.randint(1, 3000):,}"
        yield " ".join(chosen).capitalize() + ("." if len(chosen) > _SHORT[1] else "")


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
