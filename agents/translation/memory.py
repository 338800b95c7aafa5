"""What is known before anybody is asked: a memory file of this run, and the user's own memory.

The one law: a memory file is somebody else's. Nothing outside it is read, sizes are bounded, and
rows that are not understood are counted, not guessed. Files: TMX 1.4, and JSONL rows of
`{"en": …, "ko": …}`.
"""

from __future__ import annotations

import hashlib
import json
import unicodedata
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast

from agents.base import UserError
from agents.store.memory_rows import LONGEST, Maker
from agents.store.words import normal
from agents.translation import tmx
from agents.translation.formats.base import read_bytes
from agents.translation.renumbered import pattern, renumbered

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from agents.store.memories import Memories
    from agents.store.memory_rows import Entry
    from agents.translation.events import Language
    from agents.translation.tmx import Row

MOST_ROWS = 2_000_000
_ALIKE = 60.0  # per cent of likeness that sentences of one pattern have at least, as a rule
_TRIED = 10  # of them


@dataclass(frozen=True, slots=True)
class Memory:
    """Known translations into one language."""

    known: dict[str, str]
    digest: str  # of the file
    skipped: int = 0  # rows that were not understood
    patterns: dict[str, str] = field(default_factory=dict[str, str])  # of texts with numbers

    def look_up(self, text: str) -> str | None:
        """The translation of exactly this text, white space and Unicode forms aside."""
        return self.known.get(normal(text))

    def hint(self, text: str) -> str:
        """The same, empty if not known."""
        return self.look_up(text) or ""

    def renumbered(self, text: str, target: Language) -> str:
        """What a sentence with other numbers says, with the numbers of this one; often empty."""
        known = self.patterns.get(pattern(text)) if self.patterns else None
        return renumbered(known, self.known[known], text, target) if known is not None else ""


NONE = Memory({}, "")


@dataclass(slots=True)
class Known:
    """The memories of one run, asked in this order: the file named for it, then the user's own."""

    file: Memory
    stored: Memories | None
    target: Language
    maker: Maker
    _taken: list[Entry] = field(default_factory=list["Entry"])

    def answers(self, text: str) -> Iterator[tuple[str, Entry | None]]:
        """Translations of exactly this text, the best first, and the entry each is from."""
        own = self.file.look_up(text)
        if own is not None:
            yield own, None
        if self.stored is not None:
            for entry in self.stored.exact(text, self.target, self.maker):
                yield entry.target, entry

    def renumbered(self, text: str) -> Iterator[tuple[str, Entry | None]]:
        """Translations of texts that differ in numbers only, with the numbers of this one.

        Only those that are certain (see `agents.translation.renumbered`), and the entry that each
        is made from. What is merely alike is a hint for a person and never comes from here.
        """
        own = self.file.renumbered(text, self.target)
        if own:
            yield own, None
        if self.stored is None or not pattern(text):
            return
        matches = self.stored.fuzzy(text, self.target, self.maker, limit=_TRIED, cutoff=_ALIKE)
        ranks = {"human": 0, "imported": 1, "machine": 2}
        for match in sorted(matches, key=lambda match: ranks[match.entry.origin]):
            made = renumbered(match.entry.source, match.entry.target, text, self.target)
            if made:
                yield made, match.entry

    def confirmed(self, text: str, target: str) -> bool:
        """Whether a person said that `text` is `target`."""
        if self.stored is None:
            return False
        said = self.stored.exact(text, self.target)
        return any(one.origin == "human" and one.target == target for one in said)

    def hint(self, text: str) -> str:
        """How a phrase reads in the other language, empty if not known."""
        return next((answer for answer, _entry in self.answers(text)), "")

    def take(self, entry: Entry | None) -> None:
        """Remember that an entry stands in the document."""
        if entry is not None:
            self._taken.append(entry)

    def settle(self) -> None:
        """Count the entries that were taken."""
        taken, self._taken = self._taken, []
        if self.stored is not None:
            self.stored.used(taken)

    def corrected(self, text: str, target: str) -> bool:
        """Whether a person has since said that `text` is not `target`."""
        if self.stored is None:
            return False
        said = self.stored.exact(text, self.target)
        return bool(said) and said[0].target != target

    def learn(self, pairs: list[tuple[str, str]], name: str) -> None:
        """Keep what a model said and what passed the checks."""
        if self.stored is not None:
            self.stored.add_machine(pairs, self.target, self.maker, name)


def alone(file: Memory, target: Language) -> Known:
    """Only what a file knows."""
    return Known(file, None, target, Maker())


def load(path: Path, target: Language) -> Memory:
    """Read a memory for translating into `target`. A later row replaces an earlier one.

    Raises:
        UserError: file.*, translation.memory_{broken,empty}, translation.too_big.
    """
    data = read_bytes(path)
    source: Language = "en" if target == "ko" else "ko"
    known: dict[str, str] = {}
    patterns: dict[str, str] = {}
    skipped = 0
    for row in rows(data, path.name):
        key, value = normal(row.get(source, "")), row.get(target, "").strip()
        if key and value and len(key) <= LONGEST and len(value) <= LONGEST:
            known[key] = " ".join(unicodedata.normalize("NFC", value).split())
            if one := pattern(key):
                patterns[one] = key
        else:
            skipped += 1
    if not known:
        raise UserError("translation.memory_empty", file=path.name)
    return Memory(known, hashlib.sha256(data).hexdigest(), skipped, patterns)


def rows(data: bytes, name: str) -> Iterator[Row]:
    """The rows of a memory file, texts by language.

    Raises:
        UserError: translation.memory_broken, translation.too_big.
    """
    start = data.lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n\0")[:1]
    for number, row in enumerate(tmx.read(data, name) if start == b"<" else _jsonl(data, name)):
        if number >= MOST_ROWS:
            raise UserError("translation.too_big", file=name)
        yield row


def _jsonl(data: bytes, name: str) -> Iterator[Row]:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UserError("translation.memory_broken", file=name, reason=str(error)) from error
    for line in text.split("\n"):
        if not line.strip():
            continue
        try:
            row: object = json.loads(line)
        except (ValueError, RecursionError):
            row = None
        fields = cast("dict[object, object]", row) if isinstance(row, dict) else {}
        yield {str(k): v for k, v in fields.items() if isinstance(v, str)}
