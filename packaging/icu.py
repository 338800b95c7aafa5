"""ICU's data without what this program never asks for: two thirds of a library of Qt's.

Qt for Linux brings ICU along, whose data are 32 MB: how each of 700 languages sorts, and calls
currencies, units and places, and dictionaries that cut Chinese or Khmer into words. Qt asks it to
sort, to turn letters into capitals and to read old encodings; names and dates are its own.

The law: whatever is no language's stays, and of the languages those of the window and the root
they all fall back to; ICU answers for one that is missing as for one it never had. Needs binutils,
as freezing does.
"""

from __future__ import annotations

import re
import struct
import subprocess
import tempfile
from pathlib import Path
from typing import NamedTuple

import elf

LANGUAGES = ("en", "ko")
_SYMBOL = re.compile(
    r" ([0-9a-f]+) +(\w+) OBJECT +GLOBAL +DEFAULT +\d+ (icudt\d+_dat)$", re.MULTILINE
)
_LOCALE = re.compile(r"([a-z]{2,3})(_\w+)?")  # a file of one language or country is called so
_INDEX = "res_index"  # which looks like one, and is the list of all
_PACKAGE = b"\xda\x27", b"CmnD"  # what a package of data has at bytes 2 and 12 of its head
_ALIGN = 16
_ASSEMBLY = """
.section .rodata
.globl {name}
.type {name}, %object
.balign {align}
{name}: .incbin "{file}"
.size {name}, . - {name}
.section .note.GNU-stack, "", %progbits
"""


class Item(NamedTuple):
    """A file in a package of data: tree and name, and its content."""

    name: str
    content: bytes


def wanted(name: str) -> bool:
    """Whether an item stays; `name` is as in the package: `icudt73l/coll/ko.res`."""
    stem, _, kind = name.rsplit("/", 1)[-1].rpartition(".")
    if kind == "dict":
        return False
    language = _LOCALE.fullmatch(stem)
    return kind != "res" or stem == _INDEX or language is None or language[1] in LANGUAGES


def read(package: bytes) -> tuple[bytes, list[Item]]:
    """A package's head and its items.

    Raises:
        ValueError: it is no package of ICU's.
    """
    if (package[2:4], package[12:16]) != _PACKAGE:
        raise ValueError("This is no package of ICU's data.")
    (head,) = struct.unpack_from("<H", package)
    (count,) = struct.unpack_from("<I", package, head)
    table = [struct.unpack_from("<II", package, head + 4 + 8 * n) for n in range(count)]
    ends = [start for _name, start in table[1:]] + [len(package) - head]
    items: list[Item] = []
    for (at, start), end in zip(table, ends, strict=True):
        stop = package.index(b"\0", head + at)
        name = package[head + at : stop].decode("ascii")
        items.append(Item(name, package[head + start : head + end]))
    return package[:head], items


def written(head: bytes, items: list[Item]) -> bytes:
    """A package of these items, which are sorted by name."""
    names, places = b"", []
    start = 4 + 8 * len(items)
    for item in items:
        places.append(start + len(names))
        names += item.name.encode("ascii") + b"\0"
    body = bytearray(start) + names
    for number, (item, place) in enumerate(zip(items, places, strict=True)):
        body += b"\0" * (-len(body) % _ALIGN)
        struct.pack_into("<II", body, 4 + 8 * number, place, len(body))
        body += item.content
    struct.pack_into("<I", body, 0, len(items))
    return head + bytes(body)


def slim(library: Path) -> int:
    """Take out of a library of ICU's data what is not wanted; the bytes saved.

    What is not as expected is left as it was: it works, and is only larger.
    """
    found = _SYMBOL.search(_run("readelf", "--dyn-syms", "--wide", str(library)))
    if found is None:
        return 0
    at, size, symbol = int(found[1], 16), int(found[2], 0), found[3]
    content = library.read_bytes()
    try:
        head, items = read(content[at : at + size])
    except ValueError:
        return 0
    package = written(head, [item for item in items if wanted(item.name)])
    draft = library.with_name(library.name + ".slim")
    with tempfile.TemporaryDirectory() as folder:
        data, source, made = (Path(folder) / name for name in ("data", "data.s", "data.o"))
        data.write_bytes(package)
        source.write_text(_ASSEMBLY.format(name=symbol, align=_ALIGN, file=data), "utf-8")
        _run("as", "-o", str(made), str(source))
        words = ("-shared", "-z", "noexecstack", "-soname", library.name)
        _run("ld", *words, "-o", str(draft), str(made))
    if draft.is_file() and elf.loads(draft):
        draft.chmod(library.stat().st_mode)
        draft.replace(library)
    draft.unlink(missing_ok=True)
    return len(content) - library.stat().st_size


def _run(*words: str) -> str:
    try:
        return subprocess.run(words, capture_output=True, text=True, check=False).stdout
    except FileNotFoundError:
        return ""
