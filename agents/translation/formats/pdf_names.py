"""Fonts of a PDF told apart while its pages are written anew.

PDFium writes a page anew with one font for all that are embedded under one name, whatever
letters each of them has: TeX embeds one subset of a font for text and another for formulas, and
the `+` of a formula would vanish.

The one law: names are given for the time of the work alone, and every one is as long as the name
it stands for, so that nothing in the file moves.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from agents.pages import library

_NAME = re.compile(rb"(/BaseFont\s*/)([A-Z]{6}\+[^\s/<>\[\](){}%]+)")
_DIGITS = b"0123456789abcdefghijklmnopqrstuvwxyz"
_HEAD = b"zq"  # no font is called so


@dataclass(frozen=True, slots=True)
class Apart:
    """A file whose embedded fonts all have names of their own."""

    data: bytes
    names: dict[bytes, bytes] = field(default_factory=dict[bytes, bytes])  # given: own

    def restored(self, data: bytes) -> bytes:
        """A file that was made from `data` with the fonts called as they were."""
        if not self.names:
            return data
        given = re.compile(rb"(/BaseFont\s*/)(" + _HEAD + rb"[0-9a-z]+)(?=[\s/<>\[\]()])")
        return given.sub(lambda m: m[1] + self.names.get(m[2], m[2]), data)


def plain(data: bytes) -> bytes:
    """A file with its dictionaries as they are, none packed into a stream.

    Raises:
        LockedPdfError: it needs a password.
        BrokenPdfError: it cannot be read, or not be written.
    """
    with library.opened(data) as (document,):
        return library.saved(document)


def apart(data: bytes, unpacked: bytes) -> Apart:
    """A file in which no two embedded fonts share a name; the file itself where none do.

    Args:
        data: the file.
        unpacked: what `plain` makes of it.
    """
    bare = [match[2].partition(b"+")[2] for match in _NAME.finditer(unpacked)]
    if len(set(bare)) == len(bare):
        return Apart(data)
    names: dict[bytes, bytes] = {}

    def given(match: re.Match[bytes]) -> bytes:
        name = _HEAD + _digits(len(names)).rjust(len(match[2]) - len(_HEAD), b"0")
        names[name] = match[2]
        return match[1] + name

    return Apart(_NAME.sub(given, unpacked), names)


def _digits(number: int) -> bytes:
    out = b""
    while number or not out:
        number, rest = divmod(number, len(_DIGITS))
        out = _DIGITS[rest : rest + 1] + out
    return out
