"""How well a work's title finds its abstract: by words, by meaning, and by both.

The one law: the title is the question only. What is searched holds the abstracts without their
titles, each in one passage, in a database of its own.
"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from agents.base import Progress
from agents.scholar.retrieval import Index
from agents.store.database import Database
from agents.store.library import Library
from agents.store.passages import Passages, Piece

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence

    from agents.base import CancelToken
    from agents.engine.port import Embedder
    from agents.store.library import Work

TOP = 10
_DEPTH = 100  # a target further down counts as not found
_TITLES_AT_ONCE = 8


@dataclass(frozen=True, slots=True)
class Found:
    """For each question: the place of its abstract, from 1; 0 where it was not found."""

    places: tuple[int, ...]

    @property
    def recall(self) -> float:
        """Share of questions whose abstract is among the first ten."""
        return sum(0 < place <= TOP for place in self.places) / max(1, len(self.places))

    @property
    def mrr(self) -> float:
        """Mean reciprocal rank."""
        return sum(1 / place for place in self.places if place) / max(1, len(self.places))

    def __add__(self, other: Found) -> Found:
        return Found(self.places + other.places)


def run(
    works: Sequence[Work], embedder: Embedder | None, cancel: CancelToken
) -> Generator[Progress, None, dict[str, Found]]:
    """The places by way: "lexical", and where there is an embedder "vector" and "hybrid".

    Two entries of one title and abstract are one target.
    """
    asked = [work for work in works if work.abstract and work.title]
    with tempfile.TemporaryDirectory() as folder:
        database = Database(Path(folder) / "evaluation.sqlite3")
        try:
            passages = Passages(database)
            index = Index(passages, Library(database))
            for number, work in enumerate(asked, start=1):
                cancel.check()
                passages.put(number, "abstract", [Piece(work.abstract)])
            yield from index.refresh(embedder, cancel)
            places: dict[str, list[int]] = {}
            for at in range(0, len(asked), _TITLES_AT_ONCE):
                cancel.check()
                batch = asked[at : at + _TITLES_AT_ONCE]
                titles = [work.title for work in batch]
                vectors = embedder.embed(titles, "query", cancel) if embedder else None
                for row, work in enumerate(batch):
                    vector = None if vectors is None else vectors[row]
                    name = embedder.id if embedder else ""
                    found = index.find(work.title, vector, name, _DEPTH)
                    ways = {"lexical": found["words"]}
                    if vector is not None:
                        ways["vector"] = found["meaning"]
                        ways["hybrid"] = index.search(work.title, vector, name, _DEPTH)
                    for way, ids in ways.items():
                        texts = [passage.text for passage in passages.get(ids)]
                        place = texts.index(work.abstract) + 1 if work.abstract in texts else 0
                        places.setdefault(way, []).append(place)
                yield Progress(min(at + len(batch), len(asked)), len(asked), "work")
        finally:
            database.close()
    return {way: Found(tuple(found)) for way, found in places.items()}
