# ruff: noqa: T201 - a command prints
"""How long a search takes among 100,000 passages: `python -m tests.bench.retrieval`.

The passages are made up, but as real ones are: some 110 words each, drawn as often as words of a
language are (Zipf) from a vocabulary of 60,000, every tenth passage in Korean, a few words of one
of 2,000 subjects again and again; vectors of 384 numbers stand around their subject's and crowd
together as those of E5 do. A question is 3 to 12 words of a subject among frequent words. Each
search is timed from the query's text and vector to ids; embedding a question is not part of it.
"computing" is the time that the search had a core: on a busy machine it waits for one besides.
"""

from __future__ import annotations

import argparse
import random
import tempfile
import time
from pathlib import Path

import numpy as np

from agents.scholar.retrieval import Index
from agents.store.database import Database
from agents.store.library import Library
from agents.store.passages import Narrowed, Passages, Piece

EMBEDDER = "bench"
DIMENSIONS = 384
SUBJECTS = 2000
VOCABULARY = 60_000
MOST_MS = 50.0


class World:
    """Words, subjects and where they stand."""

    def __init__(self, seed: int = 1) -> None:
        self.dice = np.random.default_rng(seed)
        letters = random.Random(seed)
        self.english = [_word(letters) for _ in range(VOCABULARY)]
        self.korean = [_hangul(letters) for _ in range(VOCABULARY // 4)]
        weights = 1.0 / np.arange(1, VOCABULARY + 1)
        self.weights = weights / weights.sum()
        korean = 1.0 / np.arange(1, len(self.korean) + 1)
        self.korean_weights = korean / korean.sum()
        common = self.dice.normal(size=DIMENSIONS)
        self.centres = self.dice.normal(size=(SUBJECTS, DIMENSIONS)) * 0.6 + common

    def drawn(self, count: int, *, korean: bool) -> list[str]:
        words = self.korean if korean else self.english
        weights = self.korean_weights if korean else self.weights
        return [words[at] for at in self.dice.choice(len(words), count, p=weights)]

    def of_subject(self, subject: int, *, korean: bool) -> list[str]:
        words = self.korean if korean else self.english
        return [words[(subject * 7 + at * 131) % (len(words) - 500) + 500] for at in range(8)]

    def passage(self, subject: int, *, korean: bool) -> str:
        made = self.drawn(90, korean=korean)
        own = self.of_subject(subject, korean=korean)
        for _ in range(20):
            made.insert(int(self.dice.integers(len(made))), own[int(self.dice.integers(8))])
        return " ".join(made)

    def query(self) -> tuple[str, np.ndarray]:
        subject = int(self.dice.integers(SUBJECTS))
        korean = self.dice.random() < 0.2
        own = self.of_subject(subject, korean=korean)
        made = self.drawn(int(self.dice.integers(1, 7)), korean=korean)
        made += own[: int(self.dice.integers(2, 6))]
        self.dice.shuffle(made)
        return " ".join(made), self.vectors(np.array([subject]))[0]

    def vectors(self, subjects: np.ndarray) -> np.ndarray:
        made = self.centres[subjects] + self.dice.normal(size=(len(subjects), DIMENSIONS)) * 0.6
        return (made / np.linalg.norm(made, axis=1, keepdims=True)).astype(np.float32)


def _word(dice: random.Random) -> str:
    return "".join(
        dice.choice("bcdfghklmnprstv") + dice.choice("aeiou") for _ in range(dice.randint(2, 4))
    )


def _hangul(dice: random.Random) -> str:
    return "".join(chr(0xAC00 + dice.randrange(0, 11172, 28)) for _ in range(dice.randint(2, 4)))


def fill(database: Database, world: World, count: int) -> None:
    """Store `count` passages with vectors and facets, ten passages a work."""
    passages = Passages(database)
    for first in range(0, count, 1000):
        subjects = world.dice.integers(SUBJECTS, size=1000)
        for work in range(first // 10, first // 10 + 100):
            mine = subjects[(work * 10) % 1000 : (work * 10) % 1000 + 10]
            korean = work % 10 == 0
            pieces = [
                Piece(world.passage(int(s), korean=korean), at + 1) for at, s in enumerate(mine)
            ]
            passages.put(work + 1, "text", pieces)
        passages.put_abstracts(
            {
                work + 1: ("", {"year": (str(1980 + work % 45),), "venue": (f"V{work % 200}",)})
                for work in range(first // 10, first // 10 + 100)
            }
        )
        fresh = passages.without_vector(EMBEDDER, 1000, first)
        passages.keep_vectors(EMBEDDER, [p.id for p in fresh], world.vectors(subjects))


def exact(query: np.ndarray, table: np.ndarray, limit: int) -> set[int]:
    """Places of the nearest rows by cosine, all of them looked at."""
    return {int(at) for at in np.argsort(-(table @ query))[:limit]}


def measure(database: Database, world: World, queries: int) -> bool:
    """Print the figures; whether all are fast enough."""
    index = Index(Passages(database), Library(database))
    asked = [world.query() for _ in range(queries)]
    began = time.perf_counter()
    index.search(*asked[0], EMBEDDER, 10)
    print(f"first search (vectors read): {time.perf_counter() - began:.2f} s")
    ways = {
        "lexical": lambda text, _vector: index.find(text, None, "", 10)["words"],
        "vector": lambda _text, vector: index.find("", vector, EMBEDDER, 10)["meaning"],
        "hybrid": lambda text, vector: index.search(text, vector, EMBEDDER, 10),
        "hybrid, narrowed": lambda text, vector: index.search(
            text, vector, EMBEDDER, 10, Narrowed(years=(2000, 2010))
        ),
    }
    good = True
    for name, way in ways.items():
        times, own = [], []
        for text, vector in asked:
            began, computed = time.perf_counter(), time.thread_time()
            way(text, vector)
            times.append(1000 * (time.perf_counter() - began))
            own.append(1000 * (time.thread_time() - computed))
        p50, p95 = np.percentile(times, [50, 95])
        own50, own95 = np.percentile(own, [50, 95])
        good = good and bool(p95 < MOST_MS)
        print(
            f"{name:<18} p50 {p50:6.1f} ms   p95 {p95:6.1f} ms   (must: p95 < {MOST_MS:g} ms)"
            f"   computing: p50 {own50:.1f} ms, p95 {own95:.1f} ms"
        )
    ids, _works, scales, data = Passages(database).vectors(EMBEDDER, 0)
    table = (
        np.frombuffer(data, np.int8).reshape(len(ids), -1) * np.array(scales, np.float32)[:, None]
    )
    found = 0
    for _text, vector in asked[:50]:
        best = {ids[at] for at in exact(vector, table, 10)}
        found += len(best & set(index.find("", vector, EMBEDDER, 10)["meaning"]))
    print(
        f"of the ten nearest by exact cosine, found: {100 * found / (10 * len(asked[:50])):.1f} %"
    )
    return good


def main() -> int:
    """Fill a database (kept with --folder) and measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--passages", type=int, default=100_000)
    parser.add_argument("--queries", type=int, default=200)
    parser.add_argument("--folder", type=Path, help="keep the database there")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        path = (args.folder or Path(temporary)) / f"passages-{args.passages}.sqlite3"
        there = path.exists()
        database = Database(path)
        world = World()
        if not there:
            began = time.perf_counter()
            fill(database, world, args.passages)
            print(f"{args.passages} passages stored in {time.perf_counter() - began:.0f} s")
        good = measure(database, world, args.queries)
        database.close()
    return 0 if good else 3


if __name__ == "__main__":
    raise SystemExit(main())
