"""Fonts for translated pages: how wide a letter is, and subsets that are embedded.

The one law: what no font can show is told beforehand; nothing is written as an empty box.
"""

from __future__ import annotations

import io
import logging
import lzma
from dataclasses import dataclass
from importlib.resources import files
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

REGULAR, BOLD, OTHER = "NanumGothic", "NanumGothicBold", "DejaVuSans"
_INVISIBLE = frozenset("\u00ad\u200b\u200c\u200d\u2060\ufeff")


@dataclass(frozen=True, slots=True)
class Face:
    """One font: which letters it has and how wide they are, in parts of the letter size."""

    name: str
    data: bytes
    widths: dict[str, float]


class Fonts:
    """The fonts of one document, unpacked when they are first asked for."""

    def __init__(self) -> None:
        """Nothing is unpacked yet."""
        self._faces: dict[str, Face] = {}

    def face(self, name: str) -> Face:
        """One font."""
        if name not in self._faces:
            packed = files("agents.translation.fonts").joinpath(f"{name}.ttf.xz").read_bytes()
            data = lzma.decompress(packed)
            widths = _widths(data)
            if name != OTHER:  # a Korean font shows the sign of the won for a backslash
                widths.pop("\\", None)
            self._faces[name] = Face(name, data, widths)
        return self._faces[name]

    def name_for(self, letter: str, *, bold: bool) -> str:
        """The font that shows a letter; empty if none does."""
        for name in (BOLD if bold else REGULAR, OTHER):
            if letter in self.face(name).widths:
                return name
        return ""

    def shows(self, text: str) -> bool:
        """Whether every letter of a text can be written."""
        return all(
            letter in _INVISIBLE or letter in "\n\t" or self.name_for(letter, bold=False)
            for letter in text
        )

    def width(self, letter: str, *, bold: bool) -> float:
        """How wide a letter is, in parts of the letter size."""
        name = self.name_for(letter, bold=bold)
        return self.face(name).widths[letter] if name else 0.0

    def runs(self, text: str, *, bold: bool) -> list[tuple[str, str]]:
        """A text as stretches of one font each: (font, stretch)."""
        found: list[tuple[str, str]] = []
        for letter in text:
            name = self.name_for(letter, bold=bold)
            if not name:
                continue
            if found and found[-1][0] == name:
                found[-1] = (name, found[-1][1] + letter)
            else:
                found.append((name, letter))
        return found

    def subset(self, name: str, letters: Iterable[str]) -> bytes:
        """A font with these letters alone."""
        return _subset(self.face(name).data, sorted(set(letters)))


def _open(data: bytes) -> Any:  # noqa: ANN401 - fontTools is not typed
    from fontTools.ttLib import TTFont  # noqa: PLC0415 - slow to import, needed for PDF alone

    return TTFont(io.BytesIO(data), lazy=True)


def _widths(data: bytes) -> dict[str, float]:
    font = _open(data)
    unit = float(font["head"].unitsPerEm)
    advances = font["hmtx"].metrics
    return {chr(code): advances[name][0] / unit for code, name in font.getBestCmap().items()}


def _subset(data: bytes, letters: Sequence[str]) -> bytes:
    from fontTools import subset  # noqa: PLC0415 - the same

    logging.getLogger("fontTools.subset").setLevel(logging.ERROR)
    options: Any = subset.Options()
    options.hinting = False
    options.layout_features = []
    options.notdef_outline = True
    options.drop_tables += ["GSUB", "GPOS", "GDEF", "DSIG", "vhea", "vmtx", "BASE", "kern", "FFTM"]
    font = _open(data)
    maker: Any = subset.Subsetter(options)
    maker.populate(unicodes=[ord(letter) for letter in letters])
    maker.subset(font)
    out = io.BytesIO()
    font.save(out)
    return out.getvalue()
