"""What office documents, web pages, tables and plain texts say, for the chat.

The one law: they are opened by the readers of the translator, with all their guards against files
that are built to harm; what those find wrong is said in the words of the chat.
"""

from __future__ import annotations

import csv
import io
import re
from pathlib import PurePath
from typing import TYPE_CHECKING

from agents.base import UserError
from agents.chat.files.cutting import Paragraph
from agents.translation.formats import FORMATS
from agents.translation.formats.base import BIGGEST_TEXT
from agents.translation.formats.code_rules import SUFFIXES as CODE
from agents.translation.formats.package import OLD_ENDINGS
from agents.translation.formats.spliced import decode
from app import tables

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from agents.base import CancelToken

# Read by the translator's own formats: paragraph by paragraph.
_LAID_OUT = (
    *(".docx", ".docm", ".dotx", ".dotm", ".pptx", ".pptm", ".ppsx", ".potx"),
    *(".odt", ".ott", ".odp", ".otp", ".hwpx", ".epub", ".htm", ".html", ".xhtml"),
    *(".po", ".pot", ".xlf", ".xliff"),
)
_COMMAS = (".csv", ".tsv")
# Read as they are: their signs are part of what they say.
_PLAIN = (
    *(".txt", ".md", ".markdown", ".rst", ".tex", ".ltx", ".bib", ".log", ".srt", ".vtt"),
    *(".json", ".jsonl", ".ndjson", ".arb", ".xml", ".yaml", ".yml", ".toml", ".ini", ".cfg"),
    *(".css", ".scss", ".vue", ".jl", ".lua", ".pl", ".ps1", ".bat", ".dart", ".hs", ".ipynb"),
    *CODE,
)
SUFFIXES = (*_LAID_OUT, *tables.SUFFIXES, *_COMMAS, *_PLAIN)
_BLANK = re.compile(r"\n[^\S\n]*\n+")
_CELL = " | "
_LINES = 20  # lines of a text without blank lines that are one paragraph
# What the translator finds wrong, as the chat says it.
_CODES = {
    "translation.encrypted": "chat.file_locked",
    "translation.book_protected": "chat.file_locked",
    "translation.empty_file": "chat.file_empty",
    "translation.too_big": "chat.file_too_big",
    "translation.too_deep": "chat.file_too_big",
    "translation.old_format": "chat.file_old",
    "translation.wrong_ending": "chat.file_other",
    "translation.not_text": "chat.file_unknown",
}


class FormatTexts:
    """Implements `agents.chat.files.reading.Texts`."""

    def takes(self, name: str) -> bool:
        """Whether a file of this name can be read, or is to be told why not."""
        ending = PurePath(name).suffix.lower()
        return ending in SUFFIXES or ending in OLD_ENDINGS

    def read(self, data: bytes, name: str, cancel: CancelToken) -> Iterable[Paragraph]:
        """The paragraphs; see `Texts.read`."""
        ending = PurePath(name).suffix.lower()
        cancel.check()
        if ending in OLD_ENDINGS:
            raise UserError("chat.file_old", file=name, ending=OLD_ENDINGS[ending])
        if len(data) > BIGGEST_TEXT and (ending in _COMMAS or ending in _PLAIN):
            raise UserError("chat.file_too_big", file=name)
        try:
            if ending in _LAID_OUT:
                document = FORMATS[ending](data, name, "ko")
                return [Paragraph(one.rich.text) for one in document.paragraphs]
            if ending in tables.SUFFIXES:
                return list(map(Paragraph, tables.rows(data, name)))
            text = decode(data, name).text
        except UserError as error:
            raise _said(error, name) from error
        if ending in _COMMAS:
            return map(Paragraph, _rows(text, "\t" if ending == ".tsv" else ""))
        return map(Paragraph, _paragraphs(text))


def _said(error: UserError, name: str) -> UserError:
    if error.code.startswith("chat."):
        return error
    code = _CODES.get(error.code, "chat.file_damaged")
    more = {"ending": error.values["ending"]} if code == "chat.file_old" else {}
    return UserError(code, file=name, **more)


def _paragraphs(text: str) -> Iterator[str]:
    """Blocks between blank lines; endless ones in pieces of some lines."""
    for block in _BLANK.split(text.replace("\r\n", "\n").replace("\r", "\n")):
        lines = block.split("\n")
        for at in range(0, len(lines), _LINES):
            yield "\n".join(lines[at : at + _LINES])


def _rows(text: str, delimiter: str) -> Iterator[str]:
    """Rows of a table, each with the names of its columns where the first row gives them."""
    if not delimiter:
        try:
            delimiter = csv.Sniffer().sniff(text[:4096], ",;\t|").delimiter
        except csv.Error:
            delimiter = ","
    rows = csv.reader(io.StringIO(text), delimiter=delimiter)
    try:
        yield from tables.named([cell.strip() for cell in row] for row in rows)
    except csv.Error:  # a cell longer than a table has, or a stray zero: as the lines stand
        yield from _paragraphs(text)
