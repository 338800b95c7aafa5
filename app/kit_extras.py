"""What an offline kit carries beside models: installers, fonts, and a page that says what to do.

The one law: an installer that is not the file its own list of sums names does not go along.
"""

from __future__ import annotations

import hashlib
import lzma
import re
import tempfile
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from agents.base import UserError
from agents.engine import transfer
from agents.engine.catalog import is_plain
from agents.engine.kit_events import KitExport
from app.paths import assets_dir

if TYPE_CHECKING:
    from collections.abc import Generator

    from agents.base import CancelToken, Notice, Progress
    from agents.engine.kit import Kit
    from agents.engine.kit_events import KitDone, KitFault
    from agents.engine.kit_file import ExtraKind

ENDINGS = (".deb", ".run", ".exe", ".zip", ".dmg")
SUMS = "SHA256SUMS"  # beside the installers on the page they come from
_FONTS = "agents.translation.fonts"


@dataclass(frozen=True, slots=True)
class Pack:
    """Make a kit of these models and installers; one that is there already is added to."""

    folder: Path
    models: tuple[str, ...]
    installers: tuple[Path, ...] = ()


class Packer:
    """Makes kits with everything that belongs to them, as an agent does."""

    def __init__(self, kit: Kit) -> None:
        """Remember what copies."""
        self._kit = kit

    def run(
        self, request: Pack, cancel: CancelToken
    ) -> Generator[Progress | Notice | KitFault | KitDone, None, None]:
        """Look at the installers, unpack the fonts, and export; see `Kit.run`.

        Raises:
            CancelledError: `cancel` was set.
            UserError: as `Kit.run`, model.kit_no_installer, model.kit_installer_changed.
        """
        for path in request.installers:
            _look_at(path, cancel)
        with tempfile.TemporaryDirectory(prefix="moadesk-") as work:
            programs: list[tuple[ExtraKind, Path]] = [("installers", p) for p in request.installers]
            fonts: list[tuple[ExtraKind, Path]] = [("fonts", path) for path in _fonts(Path(work))]
            extras = (*programs, *fonts)
            export = KitExport(request.folder, request.models, extras=extras, start=_what_to_do())
            yield from self._kit.run(export, cancel)


def _what_to_do() -> str:
    """What a person does with a kit, in Korean and English."""
    return (assets_dir() / "kit" / "START-HERE.txt").read_text("utf-8")


def _look_at(path: Path, cancel: CancelToken) -> None:
    """Refuse what is no installer, or not the published one where that can be told."""
    ours = path.name.lower().startswith("moa") and path.suffix.lower() in ENDINGS
    if not (ours and is_plain(path.name)):
        raise UserError("model.kit_no_installer", name=path.name, endings=", ".join(ENDINGS))
    sha = hashlib.sha256()
    for chunk in transfer.chunks(path, cancel):
        sha.update(chunk)
    listed = _listed(path)
    if listed and listed != sha.hexdigest():
        raise UserError("model.kit_installer_changed", name=path.name, sums=SUMS)


def _listed(path: Path) -> str:
    """The digest that the list beside a file has for it; empty where there is none."""
    try:
        text = path.with_name(SUMS).read_text("utf-8", "replace")
    except OSError:
        return ""
    found = re.search(rf"^([0-9a-f]{{64}})  \*?{re.escape(path.name)}$", text, re.MULTILINE)
    return found[1] if found else ""


def _fonts(work: Path) -> list[Path]:
    """The fonts of translated pages as files anybody can install, and their licences."""
    made: list[Path] = []
    for source in sorted(files(_FONTS).iterdir(), key=lambda one: one.name):
        content, name = b"", source.name
        if name.endswith(".ttf.xz"):
            content, name = lzma.decompress(source.read_bytes()), name.removesuffix(".xz")
        elif name.endswith(".txt"):
            content = source.read_bytes()
        if content:
            try:
                (work / name).write_bytes(content)
            except OSError as error:
                raise transfer.write_error(error, work / name) from error
            made.append(work / name)
    return made
