"""What programs and libraries ask of a Linux system: other libraries, and a version of glibc.

The law: it is read from the files that are shipped, never from a list somebody keeps. Uses
`objdump` and `readelf` (binutils), which freezing needs anyway, and `dpkg` where it is.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

_NEEDED = re.compile(r"^\s+NEEDED\s+(\S+)$", re.MULTILINE)
_GLIBC = re.compile(r"\sGLIBC_(\d+)\.(\d+)$", re.MULTILINE)
_SECTION = re.compile(r"\] (\.\S+) +\S+ +[0-9a-f]+ [0-9a-f]+ ([0-9a-f]+)")
_LOAD = re.compile(r"^ +LOAD +0x([0-9a-f]+) 0x([0-9a-f]+) .* 0x([0-9a-f]+)$", re.MULTILINE)
_DYNAMIC = re.compile(
    r"^ +DYNAMIC +0x([0-9a-f]+) 0x[0-9a-f]+ 0x[0-9a-f]+ 0x([0-9a-f]+)", re.MULTILINE
)
_RUNPATH = re.compile(r"\((?:RUNPATH|RPATH)\).*\[(.*)\]$", re.MULTILINE)
_PATH_TAGS = {15, 29}  # DT_RPATH, DT_RUNPATH
_TABLES = {".symtab", ".strtab"}
_MAGIC = b"\x7fELF"


class Asked(NamedTuple):
    """What a set of files asks for."""

    libraries: frozenset[str]  # by soname, those among the files themselves left out
    glibc: tuple[int, int]  # the oldest that will do; (0, 0) where none is asked for


def files(folder: Path) -> list[Path]:
    """The programs and libraries below a folder."""
    found: list[Path] = []
    for file in sorted(folder.rglob("*")):
        if file.is_file() and not file.is_symlink():
            with file.open("rb") as opened:
                if opened.read(4) == _MAGIC:
                    found.append(file)
    return found


def asked(folder: Path) -> Asked:
    """What everything below the folder asks the system for."""
    told = "".join(_told(some) for some in _batches(files(folder)))
    own = {file.name for file in folder.rglob("*.so*")}
    versions = {(int(major), int(minor)) for major, minor in _GLIBC.findall(told)}
    return Asked(frozenset(set(_NEEDED.findall(told)) - own), max(versions, default=(0, 0)))


def packages(sonames: Iterable[str]) -> dict[str, str]:
    """The Debian package of each library, as far as this system knows it."""
    if not shutil.which("dpkg-query"):
        return {}
    found: dict[str, str] = {}
    for soname in sorted(sonames):
        command = ["dpkg-query", "--search", f"*/{soname}"]
        told = subprocess.run(command, capture_output=True, text=True, check=False).stdout
        for line in told.splitlines():
            owner, _, path = line.partition(": ")
            if Path(path).name == soname and path.startswith(("/lib", "/usr/lib")):
                found.setdefault(soname, owner.split(",")[0].split(":")[0])
    return found


def symbols(file: Path) -> int:
    """Bytes of a file's tables for debuggers, which running it does not need."""
    sections = _SECTION.findall(_read("-S", file))
    return sum(
        int(size, 16) for name, size in sections if name in _TABLES or name.startswith(".debug")
    )


def loads(file: Path) -> bool:
    """Whether the loader can map the file: each segment lies at the place its address asks for."""
    segments = [
        (int(offset, 16), int(address, 16), int(align, 16) or 1)
        for offset, address, align in _LOAD.findall(_read("-l", file))
    ]
    length = file.stat().st_size
    fits = all(
        offset % align == address % align and offset <= length
        for offset, address, align in segments
    )
    return bool(segments) and fits


def forget_paths(file: Path) -> tuple[str, ...]:
    """Take out the folders of the building machine in which a library is to look for others.

    A path that begins at the library itself (`$ORIGIN`) stays. Returns what was taken out; a file
    that is no 64-bit little-endian one, as all are that we ship, is left alone.
    """
    content = bytearray(file.read_bytes())
    if content[:6] != _MAGIC + b"\x02\x01":
        return ()
    table = _DYNAMIC.search(_read("-l", file))
    found = [path for path in _RUNPATH.findall(_read("-d", file)) if "$ORIGIN" not in path]
    if table is None or not found:
        return ()
    at, length = int(table[1], 16), int(table[2], 16)
    entries = [content[at + n : at + n + 16] for n in range(0, length, 16)]
    kept = [one for one in entries if int.from_bytes(one[:8], "little") not in _PATH_TAGS]
    kept += [bytearray(16)] * (len(entries) - len(kept))  # nulls end the table
    content[at : at + length] = b"".join(kept)
    mode = file.stat().st_mode
    file.write_bytes(content)
    file.chmod(mode)
    return tuple(found)


def _read(what: str, file: Path) -> str:
    command = ["readelf", what, "--wide", str(file)]
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout


def _batches(found: list[Path], size: int = 50) -> Iterable[list[Path]]:
    for at in range(0, len(found), size):
        yield found[at : at + size]


def _told(some: list[Path]) -> str:
    command = ["objdump", "-p", *map(str, some)]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout
