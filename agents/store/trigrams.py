"""Which entries of the translation memory resemble a text, among a million, in milliseconds.

The one law: nothing is scored that was not found by a rare trigram. Two texts that are alike share
most of their trigrams, so those few that hardly any entry has are enough to find the one in the
other; how rare a trigram is, a sample of the entries tells.
"""

from __future__ import annotations

import random
import threading
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rapidfuzz import fuzz, process

if TYPE_CHECKING:
    from agents.store.database import Database

_SAMPLE = 2000  # entries that tell how rare a trigram is
_GROWN = 1.5  # a memory that has grown so much is sampled anew
_ASKED = 10  # trigrams that are looked for
_APART = (
    2  # characters between two of them, while there are others: a changed word spoils neighbours
)
_ROWS = 1200  # entries of one trigram; one that more of them have is looked for with another
_ENOUGH = 1500  # entries in all, if so many trigrams were found:
_SEEN = 4
_SURE = 5  # or if so many were found, however few entries there are
_SCORED = 80  # entries that share most
_SHORT = 5  # characters up to which one change may spoil every trigram
_SHORT_ROWS = 300


@dataclass(frozen=True, slots=True)
class _Sample:
    newest: int  # id
    texts: int
    counts: Counter[str]


class Trigrams:
    """Finds entries by the trigrams of one side. Any thread."""

    def __init__(self, database: Database) -> None:
        """Keep the database."""
        self._database = database
        self._lock = threading.Lock()
        self._samples: dict[str, _Sample] = {}

    def alike(self, text: str, side: str, cutoff: float) -> dict[int, float]:
        """Entries whose `side` ("en" or "ko") resembles the text at least by `cutoff` per cent."""
        shared = Counter[int]()
        if len(text) <= _SHORT:
            shared.update(self._short(text, side))
        grams = trigrams(text)
        if grams:
            self._count(grams, side, shared)
        best = [id_ for id_, _count in shared.most_common(_SCORED)]
        if not best:
            return {}
        rows = self._database.read().execute(
            f"select id, {side} from memory_entry where id in ({', '.join('?' * len(best))})",  # noqa: S608 - ours
            best,
        )
        texts = {int(row[0]): str(row[1]) for row in rows}
        scored = process.extract(
            text, texts, scorer=fuzz.ratio, score_cutoff=cutoff, limit=len(texts)
        )
        return {id_: score for _text, score, id_ in scored}

    def _count(self, grams: list[str], side: str, shared: Counter[int]) -> None:
        """Count for each entry how many of the rare trigrams it has."""
        sample = self._sampled(side)
        share = {gram: sample.counts[gram] / max(sample.texts, 1) for gram in grams}
        asked = _spread(sorted(range(len(grams)), key=lambda at: (share[grams[at]], at)))
        rows = seen = 0
        for number, at in enumerate(asked):
            terms = [grams[at]]
            if share[grams[at]] * sample.newest > _ROWS and number + 1 < len(asked):
                terms.append(grams[asked[number + 1]])
            found = self._having(terms, side)
            shared.update(found)
            rows += len(found)
            seen += bool(found)
            if (rows >= _ENOUGH and seen >= _SEEN) or seen >= _SURE:
                return

    def _having(self, terms: list[str], side: str) -> list[int]:
        words = " AND ".join('"' + term.replace('"', '""') + '"' for term in terms)
        rows = self._database.read().execute(
            f"select rowid from memory_{side} where memory_{side} match ?"  # noqa: S608 - ours
            " order by rowid desc limit ?",
            [words, _ROWS],
        )
        return [int(row[0]) for row in rows]

    def _short(self, text: str, side: str) -> list[int]:
        """Short entries that begin as this text does."""
        if not text:
            return []
        rows = self._database.read().execute(
            f"select id from memory_entry where length({side}) <= {_SHORT}"  # noqa: S608 - ours
            f" and {side} >= ? and {side} < ? limit ?",
            [text[0], text[0] + "\U0010ffff", _SHORT_ROWS],
        )
        return [int(row[0]) for row in rows]

    def _sampled(self, side: str) -> _Sample:
        """How often trigrams occur: of random entries, taken again once the memory has grown."""
        db = self._database.read()
        (newest,) = db.execute("select coalesce(max(id), 0) from memory_entry").fetchone()
        with self._lock:
            known = self._samples.get(side)
        if known is not None and known.newest <= newest <= known.newest * _GROWN + _SAMPLE:
            return known
        chance = random.Random(newest)  # noqa: S311 - a sample, not a secret
        ids = (
            range(1, newest + 1) if newest <= _SAMPLE else chance.choices(range(newest), k=_SAMPLE)
        )
        counts: Counter[str] = Counter()
        texts = 0
        for id_ in ids:
            row = db.execute(
                f"select {side} from memory_entry where id >= ? limit 1",  # noqa: S608 - ours
                [id_],
            ).fetchone()
            if row is not None:
                counts.update(set(trigrams(str(row[0]))))
                texts += 1
        made = _Sample(newest, texts, counts)
        with self._lock:
            self._samples[side] = made
        return made


def trigrams(text: str) -> list[str]:
    """The trigrams of a text in order, each once, as the index folds them."""
    low = text.lower()
    return list(dict.fromkeys(low[at : at + 3] for at in range(len(low) - 2)))


def _spread(ranked: list[int]) -> list[int]:
    """The first of the ranked positions that lie apart, then the rest of them."""
    chosen: list[int] = []
    for at in ranked:
        if all(abs(at - other) > _APART for other in chosen):
            chosen.append(at)
            if len(chosen) == _ASKED:
                return chosen
    rest = [at for at in ranked if at not in chosen]
    return chosen + rest[: _ASKED - len(chosen)]
