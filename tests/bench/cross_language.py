"""Do Korean questions find English passages, and back?  `python -m tests.bench.cross_language FILE`

FILE holds pairs of sentences that say the same, one JSON object {"en", "ko"} a line. Each English
sentence is a passage of a library and each Korean one a question, then the other way round, with
the embedder that comes along: how often the counterpart is first, and among the first ten. The
rankings are those of the library's search: by words, by meaning, and both fused.
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path

from agents.base import CancelToken, Turns, drained
from agents.engine.embed import default_embedder
from agents.scholar import bib
from agents.scholar.retrieval import Index
from agents.store.database import Database
from agents.store.library import Library
from agents.store.passages import Passages
from agents.store.ranking import fuse

_DEPTH = 100


def main(path: Path) -> int:
    """Measure and print."""
    pairs = [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]
    for asked, kept in (("ko", "en"), ("en", "ko"), ("en", "en")):
        with tempfile.TemporaryDirectory() as folder:
            measure(pairs, asked, kept, Path(folder))
    return 0


def measure(pairs: list[dict[str, str]], asked: str, kept: str, folder: Path) -> None:
    """Print how often a question in one language finds its passage in the other."""
    embedder = default_embedder(Turns())
    if embedder is None:
        sys.exit("The embedder has no wheel here.")
    database = Database(folder / "library.sqlite")
    library, passages = Library(database), Passages(database)
    said = [pair[kept].replace("{", "").replace("}", "").replace("\\", "") for pair in pairs]
    entries = "\n".join(
        f"@misc{{k{at}, title = {{{number_of(at)}}}, abstract = {{{text}}}}}"
        for at, text in enumerate(said)
    )
    library.add(bib.parse(entries).entries)
    index = Index(passages, library)
    drained(index.refresh(embedder, CancelToken()))
    keys = {work.id: work.key for work in library.list()}
    hits = {way: [0, 0] for way in ("words", "meaning", "both")}
    for at, pair in enumerate(pairs):
        vector = embedder.embed([pair[asked]], "query", CancelToken())[0]
        found = index.find(pair[asked], vector, embedder.id, _DEPTH)
        found["both"] = [id_ for id_, _score in fuse(list(found.values()))]
        for way, ids in found.items():
            ranked = [keys[one.work] for one in passages.get(ids[:10])]
            hits[way][0] += ranked[:1] == [f"k{at}"]
            hits[way][1] += f"k{at}" in ranked
    database.close()
    for way, (first, ten) in hits.items():
        sys.stdout.write(
            f"{asked} → {kept}, {way}: first {first / len(pairs):.3f},"
            f" in ten {ten / len(pairs):.3f} of {len(pairs)}\n"
        )
    sys.stdout.flush()


def number_of(at: int) -> str:
    """A title that says nothing."""
    return f"No. {at}"


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
