"""Search in everything that was said: where the words of a query stand, and what around them.

The one law: a message is found if it contains every word of the query literally, whatever the
words are made of; the index of trigrams only says quickly where to look.

Words of one or two letters have no trigram: for them every message is read.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from agents.store.branches import TurnRole
    from agents.store.database import Database

_GRAM = 3  # letters of a trigram
_GRAMS = 8  # trigrams of a word that are looked for; more make nothing quicker
_BEFORE, _AFTER = 24, 72  # letters of a snippet around the first word that is found
_ELLIPSIS = "…"

Mark = tuple[int, int]  # begin and length, in letters


@dataclass(frozen=True, slots=True)
class Hit:
    """A message in which something was found. `marks` are places in `snippet`."""

    conversation: int
    turn: int
    role: TurnRole
    snippet: str
    marks: tuple[Mark, ...]


class Said:
    """Searches messages. Any thread."""

    def __init__(self, database: Database) -> None:
        """Keep the database."""
        self._database = database

    def search(self, query: str, limit: int = 200) -> tuple[Hit, ...]:
        """Messages that contain every word of the query, the latest first.

        Those of branches that are not shown are among them.
        """
        if not words(query):
            return ()
        found, values = condition(query)
        rows = self._database.read().execute(
            f"select conversation, id, role, content from turn where {found}"  # noqa: S608 - ours
            " order by id desc limit :limit",
            {**values, "limit": limit},
        )
        return tuple(
            Hit(talk, turn, role, *snippet(text, query)) for talk, turn, role, text in rows
        )


def words(query: str) -> tuple[str, ...]:
    """The words of a query, each once; between quotation marks they are one."""
    parts = re.findall(r'"([^"]+)"|(\S+)', query)
    found = (" ".join((quoted or word).split()) for quoted, word in parts)
    return tuple(dict.fromkeys(word for word in found if word))


def condition(query: str) -> tuple[str, dict[str, object]]:
    """An SQL condition on `turn`, with its named values; true for all without a query."""
    wanted = words(query)
    test, values = literally("content", wanted)
    indexed = [_match(word) for word in wanted if len(_composed(word)) >= _GRAM]
    if indexed:
        test += " and id in (select rowid from turn_words where turn_words match :match)"
        values["match"] = " AND ".join(indexed)
    return test, values


def literally(column: str, wanted: tuple[str, ...]) -> tuple[str, dict[str, object]]:
    """An SQL condition: the column contains all words, composed or taken apart (macOS)."""
    tests: list[str] = []
    values: dict[str, object] = {}
    for number, word in enumerate(wanted):
        spelt: list[str] = []
        for form, text in enumerate(dict.fromkeys(_forms(word))):
            name = f"{column}_{number}_{form}"
            values[name] = f"%{_escaped(text)}%"
            spelt.append(f"{column} like :{name} escape '\\'")
        tests.append(f"({' or '.join(spelt)})")
    return " and ".join(tests) or "1", values


def snippet(text: str, query: str) -> tuple[str, tuple[Mark, ...]]:
    """One line of a text around the first word that is found, and where in it the words stand."""
    line = " ".join(unicodedata.normalize("NFC", text).split())
    places = marks(line, query)
    at = places[0][0] if places else 0
    begin = max(0, at - _BEFORE)
    if begin:  # not in the middle of a word
        space = line.find(" ", begin, at)
        begin = space + 1 if space >= 0 else begin
    end = at + _AFTER
    if end < len(line):
        space = line.rfind(" ", at + 1, end)
        end = space if space > at + _AFTER // 2 else end
    cut = line[begin:end]
    cut = (_ELLIPSIS if begin else "") + cut + (_ELLIPSIS if end < len(line) else "")
    return cut, marks(cut, query)


def marks(text: str, query: str) -> tuple[Mark, ...]:
    """Where the words of a query stand in a text, in order and without overlap."""
    wanted = sorted(map(_composed, words(query)), key=len, reverse=True)
    if not wanted:
        return ()
    pattern = re.compile("|".join(map(re.escape, wanted)), re.IGNORECASE)
    return tuple((match.start(), match.end() - match.start()) for match in pattern.finditer(text))


def _forms(word: str) -> tuple[str, str]:
    return _composed(word), unicodedata.normalize("NFD", word)


def _composed(word: str) -> str:
    return unicodedata.normalize("NFC", word)


def _match(word: str) -> str:
    return "(" + " OR ".join(f"({_grams(form)})" for form in dict.fromkeys(_forms(word))) + ")"


def _grams(word: str) -> str:
    grams = list(dict.fromkeys(word[at : at + _GRAM] for at in range(len(word) - _GRAM + 1)))
    step = max(1, len(grams) // _GRAMS)
    return " AND ".join('"' + gram.replace('"', '""') + '"' for gram in grams[::step])


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
