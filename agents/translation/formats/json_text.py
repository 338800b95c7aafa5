"""JSON files: string values are text, keys never are.

Without options every value with words is text, except what looks made for machines (names,
addresses, dates, codes, single words in one case; see `machine`). `json.include` names the values
that are text instead, whatever they look like; `json.exclude` takes some away again.

The one law: the file is scanned again before it is written; what is not a translated value is the
same, byte for byte, and each value is where it was.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from agents.base import UserError
from agents.translation import language
from agents.translation.formats import json_scan, spliced
from agents.translation.formats.base import protected
from agents.translation.formats.json_paths import PathPattern
from agents.translation.formats.machine import is_machine
from agents.translation.inline import Paragraph, Rich

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from agents.translation.formats.json_scan import Value
    from agents.translation.formats.spliced import Spliced
    from agents.translation.inline import Mark, Piece

_UNWRITABLE = re.compile("[\ud800-\udfff\x00-\x08\x0b\x0c\x0e-\x1f]")


class JsonDocument:
    """One .json, .jsonl or .arb file."""

    def __init__(self, data: bytes, name: str, options: Sequence[tuple[str, str]] = ()) -> None:
        """Read the values of `data`.

        Raises:
            UserError: translation.not_text, translation.not_json, translation.too_deep,
                translation.path.
        """
        self._include = [PathPattern(value) for key, value in options if key == "json.include"]
        self._exclude = [PathPattern(value) for key, value in options if key == "json.exclude"]
        self._name = name
        self._file = spliced.decode(data, name)
        self._lines = name.lower().endswith((".jsonl", ".ndjson"))
        self._about = name.lower().endswith(".arb")  # whose keys with @ tell about other keys
        text = self._file.text
        self._ascii = text.isascii() and re.search(r"\\u(?!00[01])", text) is not None
        self._slash = "\\/" in text
        self._values = list(json_scan.strings(text, name, lines=self._lines))
        self._parts: dict[str, Spliced] = {}
        for number, value in enumerate(self._values):
            plain, raws = json_scan.letters(text, value.span)
            if self._is_text(value, plain):
                paragraph = Paragraph(f"v{number}", protected(Rich(plain)))
                self._parts[paragraph.id] = spliced.Spliced(paragraph, raws)

    @property
    def paragraphs(self) -> Sequence[Paragraph]:
        """All values that are text."""
        return [part.paragraph for part in self._parts.values()]

    def fits(self, paragraph: str, piece: Piece, target: Rich) -> bool:
        """A string holds everything."""
        del paragraph, piece, target
        return True

    def write(self, targets: Mapping[str, Sequence[tuple[Piece, Rich | None]]]) -> bytes:
        """The file with its translated values.

        Raises:
            UserError: translation.structure (the file would not say the same: nothing is written).
        """
        changes = [
            (self._parts[name].place(piece), self._rendered(self._parts[name], target))
            for name, pieces in targets.items()
            for piece, target in pieces
            if target is not None and target.text != piece.rich.text
        ]
        text = spliced.splice(self._file.text, changes)
        if changes and not self._holds(text):
            raise UserError("translation.structure", file=self._name, part="JSON")
        return self._file.encode(text)

    def _is_text(self, value: Value, plain: str) -> bool:
        if _UNWRITABLE.search(plain) or any(one.matches(value.path) for one in self._exclude):
            return False
        if self._include:
            return language.has_words(plain) and any(
                one.matches(value.path) for one in self._include
            )
        if self._about and any(str(step).startswith("@") for step in value.path):
            return False
        return not is_machine(plain, words=False)

    def _rendered(self, part: Spliced, target: Rich) -> str:
        def escape(start: int, end: int) -> str:
            return self._escaped(target.text[start:end])

        return spliced.render(part, target, self._file.text, escape, _same)

    def _escaped(self, text: str) -> str:
        raw = json.dumps(text, ensure_ascii=self._ascii)[1:-1]
        return raw.replace("/", "\\/") if self._slash else raw

    def _holds(self, text: str) -> bool:
        """Whether `text` is the file again, but for the values that are text."""
        values = list(json_scan.strings(text, self._name, lines=self._lines))
        if [value.path for value in values] != [value.path for value in self._values]:
            return False
        before = after = 0
        for number, (old, new) in enumerate(zip(self._values, values, strict=True)):
            if f"v{number}" not in self._parts:
                continue
            if self._file.text[before : old.span[0]] != text[after : new.span[0]]:
                return False
            before, after = old.span[1], new.span[1]
        return self._file.text[before:] == text[after:]


def _same(_mark: Mark, raw: str) -> str:
    return raw
