"""Translation memories: TMX 1.4 and JSONL rows of `{"en": …, "ko": …}`.

The one law: a memory is somebody else's file. No entity is expanded, nothing outside the file is
read, sizes are bounded, and rows that are not understood are counted, not guessed.
TMX: <https://www.gala-global.org/tmx-14b>.
"""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from agents.base import UserError
from agents.translation import xml
from agents.translation.formats.base import read_bytes

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from agents.translation.events import Language
    from agents.translation.xml import Element

MOST_ROWS = 2_000_000
LONGEST = 20_000  # characters of one side; a longer one is no sentence
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")
_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_CODES = frozenset({"bpt", "ept", "it", "ph", "ut"})  # native codes, not text

Row = dict[str, str]


@dataclass(frozen=True, slots=True)
class Memory:
    """Known translations into one language."""

    known: dict[str, str]
    digest: str  # of the file
    skipped: int = 0  # rows that were not understood

    def look_up(self, text: str) -> str | None:
        """The translation of exactly this text, white space and Unicode forms aside."""
        return self.known.get(normal(text))

    def hint(self, text: str) -> str:
        """The same, empty if not known."""
        return self.look_up(text) or ""


NONE = Memory({}, "")


def normal(text: str) -> str:
    """`text` for comparison: NFKC, invisible characters gone, one kind of white space."""
    return " ".join(_INVISIBLE.sub("", unicodedata.normalize("NFKC", text)).split())


def load(path: Path, target: Language) -> Memory:
    """Read a memory for translating into `target`. A later row replaces an earlier one.

    Raises:
        UserError: file.*, translation.memory_{broken,empty}, translation.too_big.
    """
    data = read_bytes(path)
    start = data.lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n\0")[:1]
    rows = _tmx(data, path.name) if start == b"<" else _jsonl(data, path.name)
    source: Language = "en" if target == "ko" else "ko"
    known: dict[str, str] = {}
    skipped = 0
    for number, row in enumerate(rows):
        if number >= MOST_ROWS:
            raise UserError("translation.too_big", file=path.name)
        key, value = normal(row.get(source, "")), row.get(target, "").strip()
        if key and value and len(key) <= LONGEST and len(value) <= LONGEST:
            known[key] = " ".join(unicodedata.normalize("NFC", value).split())
        else:
            skipped += 1
    if not known:
        raise UserError("translation.memory_empty", file=path.name)
    return Memory(known, hashlib.sha256(data).hexdigest(), skipped)


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


def _tmx(data: bytes, name: str) -> Iterator[Row]:
    try:
        for unit in xml.elements(data, "tu"):
            yield {_language(child): _segment(child) for child in xml.children(unit, "tuv")}
    except xml.BrokenXmlError as error:
        raise UserError("translation.memory_broken", file=name, reason=str(error)) from error


def _language(variant: Element) -> str:
    code = variant.get(_LANG) or variant.get("lang") or ""
    return re.split("[-_]", code.lower())[0]


def _segment(variant: Element) -> str:
    return next((_text(child) for child in variant if xml.local(child) == "seg"), "")


def _text(element: Element) -> str:
    parts = [element.text or ""]
    for child in element:
        if xml.local(child) and xml.local(child) not in _CODES:
            parts.append(_text(child))
        parts.append(child.tail or "")
    return "".join(parts)
