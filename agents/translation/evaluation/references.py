"""Sentence pairs to measure with: JSONL rows of `{"en": …, "ko": …}`, or a TMX.

The one law: each pair counts, also one that comes twice, and its texts are as they stand.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from agents.base import UserError
from agents.translation import memory
from agents.translation.formats.base import protected, read_bytes
from agents.translation.inline import Paragraph, Rich

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from agents.translation.inline import Piece


@dataclass(frozen=True, slots=True)
class Pair:
    """One sentence in both languages."""

    en: str
    ko: str


def load(path: Path) -> tuple[Pair, ...]:
    """All pairs of a file.

    Raises:
        UserError: file.*, translation.memory_{broken,empty}, translation.too_big.
    """
    data = read_bytes(path)
    if data.lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n\0")[:1] == b"<":
        found = [Pair(en, ko) for en, ko in memory.load(path, "ko").known.items()]
    else:
        found = _jsonl(data, path.name)
    if not found:
        raise UserError("translation.memory_empty", file=path.name)
    return tuple(found)


def _jsonl(data: bytes, name: str) -> list[Pair]:
    found: list[Pair] = []
    try:
        lines = data.decode("utf-8-sig").split("\n")
    except UnicodeDecodeError as error:
        raise UserError("translation.memory_broken", file=name, reason=str(error)) from error
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            row: object = json.loads(line)
        except (ValueError, RecursionError):
            row = None
        fields = cast("dict[str, object]", row) if isinstance(row, dict) else {}
        sides = [fields.get(side) for side in ("en", "ko")]
        texts = [" ".join(side.split()) for side in sides if isinstance(side, str)]
        if len(texts) != 2 or not all(texts):
            # A score over part of the pairs would not be the score of the file.
            raise UserError("translation.memory_broken", file=name, reason=f"{number}: {line[:60]}")
        found.append(Pair(texts[0], texts[1]))
    return found


class Lines:
    """Texts as a document, one paragraph each."""

    def __init__(self, texts: Sequence[str]) -> None:
        """Take the texts."""
        self.paragraphs = tuple(
            Paragraph(str(number), protected(Rich(text))) for number, text in enumerate(texts)
        )

    def fits(self, paragraph: str, piece: Piece, target: Rich) -> bool:
        """A line holds anything."""
        del paragraph, piece, target
        return True

    def write(self, targets: Mapping[str, Sequence[tuple[Piece, Rich | None]]]) -> bytes:
        """One line for each text."""
        lines = [
            "".join((rich or piece.rich).text for piece, rich in targets[paragraph.id])
            for paragraph in self.paragraphs
        ]
        return "\n".join(lines).encode("utf-8")
