"""Scanned pages read by Tesseract, where it is installed with Korean and English.

The one law: a program of somebody else is waited for a bounded time, and gets a picture through a
pipe: no file of ours, no shell, no network.
"""

from __future__ import annotations

import dataclasses
import hashlib
import os
import re
import shutil
import subprocess
import threading
from typing import TYPE_CHECKING

from agents.pages import library
from agents.pages.shapes import Box, Letter, Look

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agents.base import CancelToken
    from agents.pages.shapes import Sheet

SECONDS = 120.0  # for one page
TOTAL = 1800.0  # for one document
_SCALE = 300 / 72  # pixels of a point
_MOST = 5000.0  # pixels of a side
_KEPT = 32 * 2**20  # characters of tables that are remembered, some thousand pages
_SURE = 30.0  # of 100: words that are less sure are dirt
_WHOLE = re.compile(r"\d{1,6}")
_LANGUAGES = ("kor", "eng")


def program(cancel: CancelToken) -> str:
    """Where Tesseract is; empty if it is not here or lacks a language.

    Raises:
        CancelledError: `cancel` was set.
    """
    found = shutil.which("tesseract")
    if found is None:
        return ""
    listed = _run([found, "--list-langs"], b"", SECONDS, cancel)
    return found if set(_LANGUAGES) <= set(listed.split()) else ""


def recognised(
    data: bytes, sheet: Sheet, tesseract: str, seconds: float, cancel: CancelToken
) -> Sheet:
    """A scanned page with the words that are on its picture.

    The letters stand where they are on the picture, whichever way the page is turned.

    Raises:
        CancelledError: `cancel` was set; Tesseract was stopped.
    """
    scale = min(_SCALE, _MOST / max(sheet.box.width, sheet.box.height, 1.0))
    with (
        library.opened(data, cancel=cancel) as (document,),
        library.page_of(document, sheet.number) as page,
    ):
        if page is None:
            return sheet
        grey, width, height = library.picture(page, scale)
    picture = f"P5 {width} {height} 255\n".encode("ascii") + grey
    key = hashlib.sha256(tesseract.encode() + picture).digest()
    table = _known.get(key)
    if table is None:
        command = [tesseract, "stdin", "stdout", "-l", "+".join(_LANGUAGES), "--dpi", "300", "tsv"]
        table = _run(command, picture, min(seconds, SECONDS), cancel)
        _known.keep(key, table)
    letters = tuple(letters_of(table, height, scale))
    if not letters:
        return dataclasses.replace(sheet, looked=bool(table))
    box = Box(0.0, 0.0, width / scale, height / scale)
    return dataclasses.replace(sheet, box=box, letters=letters, looked=True)


def words(picture: bytes, tesseract: str, cancel: CancelToken) -> str:
    """What stands on a picture (PNG, JPEG, TIFF, ...), paragraphs set apart by blank lines.

    Empty where nothing can be read, or the picture is damaged.

    Raises:
        CancelledError: `cancel` was set; Tesseract was stopped.
    """
    table = _run(
        [tesseract, "stdin", "stdout", "-l", "+".join(_LANGUAGES), "tsv"], picture, SECONDS, cancel
    )
    paragraphs: dict[tuple[str, str], dict[str, list[str]]] = {}
    for row in table.splitlines()[1:]:
        cells = row.split("\t")
        if len(cells) < 12 or cells[0] != "5" or _sureness(cells[10]) < _SURE:
            continue
        if cells[11].strip():
            lines = paragraphs.setdefault((cells[2], cells[3]), {})
            lines.setdefault(cells[4], []).append(cells[11].strip())
    return "\n\n".join(
        "\n".join(" ".join(line) for line in lines.values()) for lines in paragraphs.values()
    )


class _Known:
    """What was read on the last pictures: each output of a document reads its pages again."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._tables: dict[bytes, str] = {}
        self._size = 0

    def get(self, key: bytes) -> str | None:
        with self._lock:
            return self._tables.get(key)

    def keep(self, key: bytes, table: str) -> None:
        """Remember a table; an empty one is tried again another time."""
        if not table:
            return
        with self._lock:
            self._size += len(table) - len(self._tables.get(key, ""))
            self._tables[key] = table
            while self._size > _KEPT:
                oldest = next(iter(self._tables))
                self._size -= len(self._tables.pop(oldest))


_known = _Known()


def _run(command: list[str], data: bytes, seconds: float, cancel: CancelToken) -> str:
    """What a program says; empty if it fails or takes too long.

    Raises:
        CancelledError: `cancel` was set; the program was killed.
    """
    # Its threads wait for each other busily: beside other work one is many times faster.
    own = {**os.environ, "OMP_THREAD_LIMIT": "1"}
    pipe = subprocess.PIPE
    try:
        process = subprocess.Popen(  # noqa: S603 - the program that was found, fixed arguments
            command, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL, env=own
        )
    except OSError:
        return ""
    with process:
        forget = cancel.on_cancel(process.kill)
        try:
            said, _ = process.communicate(data, timeout=max(seconds, 1.0))
        except (OSError, subprocess.TimeoutExpired):
            said = b""
            process.kill()
        finally:
            forget()
    cancel.check()
    return said.decode("utf-8", "replace") if process.returncode == 0 else ""


def letters_of(table: str, height: int, scale: float) -> Iterator[Letter]:
    """The letters of a table of Tesseract (level, page, block, paragraph, line, word, box …)."""
    lines: dict[tuple[str, ...], tuple[float, float]] = {}
    look = Look(visible=False)
    for row in table.splitlines()[1:]:
        cells = row.split("\t")
        if len(cells) < 12 or not all(_WHOLE.fullmatch(cell) for cell in cells[6:10]):
            continue
        left, top, wide, high = (int(cell) / scale for cell in cells[6:10])
        line = tuple(cells[1:5])
        if cells[0] == "4":
            lines[line] = (height / scale - top - high, max(high, 1.0))
        word = cells[11].strip()
        if cells[0] != "5" or not word or line not in lines or _sureness(cells[10]) < _SURE:
            continue
        foot, size = lines[line]
        step = wide / len(word)
        for at, sign in enumerate(word):
            box = Box(left + at * step, foot, left + (at + 1) * step, foot + size)
            yield Letter(sign, box, foot, size, look, -1, spaced=at == 0)


def _sureness(cell: str) -> float:
    try:
        return float(cell)
    except ValueError:
        return 0.0
