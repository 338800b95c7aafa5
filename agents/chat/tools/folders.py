"""Files of the user's own folders: found, listed and read, never beyond what was allowed.

The one law: a path counts as what it leads to. Links are not followed while searching, and what
leads out of an allowed folder is not there.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from agents.chat.tools.asked import inside
from agents.store.words import fold

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from agents.base import CancelToken

Place = Literal["documents", "desktop", "downloads", "pictures", "music", "videos", "home"]

MOST_LOOKED_AT = 200_000  # names of one search
MOST_LISTED = 200
_DEEPEST = 12  # folders below the one that is searched
# What the places are called in a request, on the disk, and in the settings of Linux desktops.
_PLACES: tuple[tuple[Place, str, tuple[str, ...], str], ...] = (
    (
        "desktop",
        r"\bdesktop\b|바탕\s?화면|데스크\s?톱",
        ("Desktop", "바탕화면"),
        "XDG_DESKTOP_DIR",
    ),
    (
        "downloads",
        r"\bdownloads?\b|다운로드|내려\s?받은",
        ("Downloads", "다운로드"),
        "XDG_DOWNLOAD_DIR",
    ),
    (
        "pictures",
        r"\bpictures\b|\bphotos?\s+folder\b|사진\s*폴더|그림\s*폴더",
        ("Pictures", "사진"),
        "XDG_PICTURES_DIR",
    ),
    ("music", r"\bmusic\s+folder\b|음악\s*폴더", ("Music", "음악"), "XDG_MUSIC_DIR"),
    (
        "videos",
        r"\bvideos?\s+folder\b|비디오\s*폴더|동영상\s*폴더",
        ("Videos", "비디오"),
        "XDG_VIDEOS_DIR",
    ),
    (
        "documents",
        r"\b(?:my\s+)?documents\b(?!\s+(?:about|on))|문서\s*폴더|내\s?문서",
        ("Documents", "문서"),
        "XDG_DOCUMENTS_DIR",
    ),
    (
        "home",
        r"\bhome\s+(?:folder|directory)\b|홈\s*(?:폴더|디렉터리)|내\s?(?:컴퓨터|pc|피시)",
        (),
        "",
    ),
)
_PATH = re.compile(r"(?:~|[A-Za-z]:\\|/)[^\s\"'“”?*<>|]*[^\s\"'“”?*<>|.,!]")
_XDG = re.compile(r'^(XDG_\w+_DIR)="(?:\$HOME/)?([^"\n]*)"', re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Found:
    """A file or folder."""

    path: Path
    bytes: int
    changed: float  # seconds since the epoch
    folder: bool = False


class UserFolders:
    """Knows where the user's folders are and looks into them."""

    def __init__(self, home: Path, config: Path | None = None) -> None:
        """Keep whose folders these are.

        Args:
            home: the user's own folder.
            config: where Linux desktops say what the folders are called; None for `.config`.
        """
        self.home = home
        self._config = config or home / ".config"

    def named(self, request: str) -> Path | None:
        """The folder that a request names, by its path or as people call it; None for none."""
        for match in _PATH.finditer(request):
            said = match.group()
            path = self.home / said[1:].lstrip("/\\") if said[0] == "~" else Path(said)
            if path.is_dir():
                return path
        for place, said, names, key in _PLACES:
            if re.search(said, request, re.IGNORECASE):
                return self.home if place == "home" else self.place(names, key)
        return None

    def as_path(self, folder: str) -> Path:
        """A folder as it is stored."""
        return Path(folder)

    def usual(self) -> Path:
        """Where documents are kept."""
        return self.place(("Documents", "문서"), "XDG_DOCUMENTS_DIR") or self.home

    def place(self, names: Sequence[str], key: str) -> Path | None:
        """One of the user's folders; None where there is none of that kind."""
        told = self._told().get(key)
        candidates = [*([self.home / told] if told else []), *(self.home / name for name in names)]
        return next((path for path in candidates if path.is_dir()), None)

    def _told(self) -> Mapping[str, str]:
        try:
            text = (self._config / "user-dirs.dirs").read_text("utf-8")
        except (OSError, UnicodeDecodeError):
            return {}
        return dict(_XDG.findall(text))


def without_places(request: str) -> str:
    """A request without the names of the user's folders and without paths."""
    bare = _PATH.sub(" ", request)
    for _place, said, _names, _key in _PLACES:
        bare = re.sub(said, " ", bare, flags=re.IGNORECASE)
    return bare


def folder_named(folder: Path, name: str, cancel: CancelToken) -> Path | None:
    """The folder of this (folded) name below another, the nearest first; None where none is.

    Raises:
        CancelledError: `cancel` was set.
    """
    waiting = [(folder, 0)]
    looked_at = 0
    while waiting and looked_at < MOST_LOOKED_AT:
        cancel.check()
        at, depth = waiting.pop(0)
        try:
            entries = sorted(os.scandir(at), key=lambda entry: entry.name)
        except OSError:
            continue
        looked_at += len(entries)
        for entry in entries:
            if entry.name.startswith(".") or entry.is_symlink() or not entry.is_dir():
                continue
            if fold(entry.name) == name:
                return Path(entry.path)
            if depth < _DEEPEST:
                waiting.append((Path(entry.path), depth + 1))
    return None


def find(
    folder: Path, words: Sequence[str], endings: Sequence[str], cancel: CancelToken
) -> list[Found]:
    """Files below a folder whose name holds all words; the latest changed first.

    Args:
        folder: where.
        words: whatever the case; none for all files.
        endings: ".pdf", ...; none for all.
        cancel: stops the search.

    Raises:
        CancelledError: `cancel` was set.
    """
    wanted = [fold(word) for word in words]
    found: list[Found] = []
    for number, (path, state) in enumerate(_walk(folder, cancel)):
        if number >= MOST_LOOKED_AT:
            break
        name = fold(path.name)
        if endings and not name.endswith(tuple(endings)):
            continue
        if all(word in name for word in wanted):
            found.append(Found(path, state.st_size, state.st_mtime))
    return sorted(found, key=lambda one: (-one.changed, one.path))


def listed(folder: Path) -> list[Found]:
    """What stands in a folder, folders first; hidden things and links are left out.

    Raises:
        OSError: the folder cannot be read.
    """
    found: list[Found] = []
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.startswith(".") or entry.is_symlink():
                continue
            try:
                state = entry.stat(follow_symlinks=False)
                is_folder = entry.is_dir(follow_symlinks=False)
            except OSError:  # gone meanwhile
                continue
            found.append(Found(Path(entry.path), state.st_size, state.st_mtime, is_folder))
    return sorted(found, key=lambda one: (not one.folder, one.path.name.casefold()))


def safe(path: Path, folder: Path) -> Path | None:
    """A file of an allowed folder as what it really is; None where it leads elsewhere."""
    try:
        real = path.resolve(strict=True)
    except (OSError, RuntimeError):
        return None
    return real if real.is_file() and inside(real, folder) else None


def _walk(folder: Path, cancel: CancelToken) -> Iterator[tuple[Path, os.stat_result]]:
    waiting = [(folder, 0)]
    while waiting:
        cancel.check()
        at, depth = waiting.pop()
        try:
            entries = sorted(os.scandir(at), key=lambda entry: entry.name)
        except OSError:  # not ours to read
            continue
        for entry in entries:
            if entry.name.startswith(".") or entry.is_symlink():
                continue
            try:
                if entry.is_dir(follow_symlinks=False):
                    if depth < _DEEPEST:
                        waiting.append((Path(entry.path), depth + 1))
                elif entry.is_file(follow_symlinks=False):
                    yield Path(entry.path), entry.stat(follow_symlinks=False)
            except OSError:
                continue
