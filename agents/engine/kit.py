"""The offline kit: takes models to a machine without a network, on a stick or a shared folder.

The one law: what is listed is whole. A model is put on the list after its last byte was written,
and on the shelf after its last byte was found right; what was cancelled leaves nothing behind.
"""

from __future__ import annotations

import errno
import glob
import hashlib
import os
import shutil
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from agents.base import Notice, UserError
from agents.engine import kit_file, manifest, transfer
from agents.engine.kit_check import verify
from agents.engine.kit_events import KitDone, KitExport, KitFault, KitVerify
from agents.engine.kit_file import FOLDER, KitExtra, KitFile, KitList, KitModel, Piece
from agents.engine.kit_import import bring

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path
    from typing import BinaryIO

    from agents.base import CancelToken, Progress
    from agents.engine.kit_events import KitImport
    from agents.engine.kit_file import ExtraKind
    from agents.engine.manifest import Manifest
    from agents.engine.shelf import Installed, Shelf

PIECE = (4 << 30) - (1 << 20)  # bytes: below what FAT32 can hold in one file
_FAT = frozenset({"vfat", "msdos", "fat", "fat32", "fat16"})


class _Hash(Protocol):
    """What `hashlib` makes."""

    def update(self, chunk: bytes, /) -> None: ...


class Kit:
    """Makes, checks and reads kits, as an agent does."""

    def __init__(self, shelf: Shelf) -> None:
        """Remember the shelf."""
        self._shelf = shelf

    def run(
        self, request: KitExport | KitVerify | KitImport, cancel: CancelToken
    ) -> Generator[Progress | Notice | KitFault | KitDone, None, None]:
        """Yield progress, faults as they are found, and `KitDone` at the end.

        Raises:
            CancelledError: `cancel` was set; models that were finished stay.
            UserError: model.not_a_kit, model.kit_*, model.not_here, model.embedded,
                model.disk_full, model.disk_filled, hub.licence, file.unreadable,
                file.unwritable.
        """
        if isinstance(request, KitExport):
            yield from self._export(request, cancel)
        elif isinstance(request, KitVerify):
            yield from verify(request, cancel)
        else:
            yield from bring(self._shelf, request, cancel)

    def _export(
        self, request: KitExport, cancel: CancelToken
    ) -> Generator[Progress | Notice | KitDone, None, None]:
        folder = request.folder
        wanted = [self._wanted(one) for one in dict.fromkeys(request.models)]
        transfer.make_folder(folder)
        kit = _had(folder)
        new = [(one, held) for one, held in wanted if not _is_there(folder, kit, held)]
        size = sum(one.size for one, _held in new)
        needed = size + sum(max(_size(path), 0) for _kind, path in request.extras)
        transfer.require_space(folder, needed)
        meter = transfer.Meter(0, needed)
        yield meter.now()
        limit = request.piece or piece_limit(folder)
        for one, held in new:
            with transfer.only_writer(folder / FOLDER / one.id, one.name):
                made = yield from self._model(folder, one, held, limit, meter, cancel)
            others = tuple(other for other in kit.models if other.id != one.id)
            kit = replace(kit, models=(*others, made))
            _write(folder, kit)
        for kind, path in request.extras:
            extra = yield from _extra(kind, path, folder, limit, meter, cancel)
            same = (extra.kind, extra.file.name)
            others = tuple(one for one in kit.extras if (one.kind, one.file.name) != same)
            kit = replace(kit, extras=(*others, extra))
            _write(folder, kit)
        if request.start:
            _start(folder, request.start)
        ids = tuple(one.id for one, _held in new)
        already = tuple(one.id for one, _held in wanted if one.id not in ids)
        extras = tuple(f"{kind}/{path.name}" for kind, path in request.extras)
        yield KitDone(folder, ids, already, size=size, extras=extras)

    def _wanted(self, model_id: str) -> tuple[Installed, Manifest]:
        one = self._shelf.get(model_id)
        if one is None:
            raise UserError("model.not_here", model=model_id)
        if one.where == "embedded":
            raise UserError("model.kit_embedded", model=one.name)
        held = self._shelf.held(model_id)
        if held is None or one.verified == "changed":
            raise UserError("model.kit_unsure", model=one.name)
        return one, held

    def _model(
        self,
        folder: Path,
        one: Installed,
        held: Manifest,
        limit: int,
        meter: transfer.Meter,
        cancel: CancelToken,
    ) -> Generator[Progress | Notice, None, KitModel]:
        """Copy one model; whatever does not become whole is removed."""
        place, source = folder / FOLDER / one.id, one.path
        if not source.is_dir():
            source = source.parent
        transfer.make_folder(place)
        files: list[KitFile] = []
        done = False
        try:
            for file in held.files:
                made = yield from _copied(source / file.name, place, limit, meter, cancel)
                if made.sha256 != file.sha256:
                    raise UserError("model.kit_unsure", model=one.name)
                if made.pieces:
                    values = (("file", file.name), ("count", len(made.pieces)))
                    yield Notice("model.kit_pieces", values)
                files.append(made)
            done = True
        finally:
            if not done:
                shutil.rmtree(place, ignore_errors=True)
            transfer.lock_of(place).unlink(missing_ok=True)
        entry = self._shelf.entry(one.id)
        return KitModel(
            id=one.id,
            name=one.name,
            role=one.role,
            files=tuple(files),
            licence=entry.licence if entry else kit_file.Licence(id="", url=""),
            languages=one.languages,
            architecture=held.architecture or (entry.architecture if entry else ""),
            context=held.context or (entry.context if entry else 0),
            published=held.published,
            source=held.source,
            sampling=held.sampling,
        )


def piece_limit(folder: Path) -> int:
    """Bytes one file may have on the disk of `folder`; 0 = as many as it likes."""
    import psutil  # noqa: PLC0415 - native

    best, kind = -1, ""
    whole = folder.resolve()
    for part in psutil.disk_partitions(all=True):
        mount = whole.__class__(part.mountpoint)
        if whole.is_relative_to(mount) and len(mount.parts) > best:
            best, kind = len(mount.parts), part.fstype.lower()
    return PIECE if kind in _FAT else 0


def _had(folder: Path) -> KitList:
    if not (folder / kit_file.NAME).exists():
        return KitList()
    try:
        return kit_file.read(folder)
    except UserError as error:
        if error.code != "model.kit_damaged":
            raise
        return KitList()  # to export once more is what mends it


def _is_there(folder: Path, kit: KitList, held: Manifest) -> bool:
    """Whether the kit holds this very model, as far as sizes tell; `verify` reads it."""
    had = kit.get(held.id)
    digests = [file.sha256 for file in held.files]
    return (
        had is not None
        and [file.sha256 for file in had.files] == digests
        and all(
            _size(folder / FOLDER / had.id / piece.name) == piece.size
            for file in had.files
            for piece in file.stored
        )
    )


def _write(folder: Path, kit: KitList) -> None:
    try:
        kit_file.write(folder, kit)
    except OSError as error:
        raise transfer.write_error(error, folder / kit_file.NAME) from error


def _start(folder: Path, text: str) -> None:
    """Write what a person is to do; with a mark of its encoding, for the editors of Windows."""
    path = folder / kit_file.START
    try:
        manifest.save(path, text.replace("\n", "\r\n").encode("utf-8-sig"))
    except OSError as error:
        raise transfer.write_error(error, path) from error


def _extra(
    kind: ExtraKind,
    source: Path,
    folder: Path,
    limit: int,
    meter: transfer.Meter,
    cancel: CancelToken,
) -> Generator[Progress, None, KitExtra]:
    """Copy an installer or a font, in place of one of its name; nothing half written stays."""
    place = folder / kind
    transfer.make_folder(place)
    done = False
    try:
        with transfer.only_writer(place / source.name, source.name):
            made = yield from _copied(source, place, limit, meter, cancel)
        extra = KitExtra(kind=kind, file=made)
        done = True
    finally:
        transfer.lock_of(place / source.name).unlink(missing_ok=True)
        if not done:
            for left in place.glob(f"{glob.escape(source.name)}.*"):
                left.unlink(missing_ok=True)
    return extra


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return -1


def _copied(
    source: Path, place: Path, limit: int, meter: transfer.Meter, cancel: CancelToken
) -> Generator[Progress, None, KitFile]:
    """Copy a file, in pieces where the disk takes no file of its size."""
    before = meter.done
    try:
        made = yield from _written(source, place, limit, meter, cancel)
    except OSError as error:
        if error.errno != errno.EFBIG or limit:
            raise transfer.write_error(error, place) from error
    else:
        return made
    meter.add(before - meter.done)
    try:
        made = yield from _written(source, place, PIECE, meter, cancel)
    except OSError as error:
        raise transfer.write_error(error, place) from error
    return made


def _written(
    source: Path, place: Path, limit: int, meter: transfer.Meter, cancel: CancelToken
) -> Generator[Progress, None, KitFile]:
    whole = hashlib.sha256()
    left = _size(source)
    split = 0 < limit < left
    pieces: list[Piece] = []
    with _opened(source) as data:
        while left > 0 or not pieces:
            name = f"{source.name}.{len(pieces) + 1:03}" if split else source.name
            room = min(left, limit) if split else left
            piece = yield from _piece(data, place / name, room, whole, meter, cancel)
            pieces.append(piece)
            left = left - piece.size if piece.size == room else 0
    total = sum(piece.size for piece in pieces)
    kept = tuple(pieces) if split else ()
    return KitFile(name=source.name, size=total, sha256=whole.hexdigest(), pieces=kept)


def _piece(
    data: BinaryIO,
    path: Path,
    room: int,
    whole: _Hash,
    meter: transfer.Meter,
    cancel: CancelToken,
) -> Generator[Progress, None, Piece]:
    """Write the next `room` bytes of `data`, or as many as come, to `path`."""
    sha, written = hashlib.sha256(), 0
    part = path.with_name(f"{path.name}.part")
    with part.open("wb") as file:
        while written < room and (chunk := _read(data, min(transfer.CHUNK, room - written))):
            cancel.check()
            file.write(chunk)
            written += len(chunk)
            sha.update(chunk)
            whole.update(chunk)
            if event := meter.add(len(chunk)):
                yield event
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
    return Piece(name=path.name, size=written, sha256=sha.hexdigest())


def _opened(source: Path) -> BinaryIO:
    try:
        return source.open("rb")
    except OSError as error:
        raise _unreadable(source, error) from error


def _read(data: BinaryIO, count: int) -> bytes:
    try:
        return data.read(count)
    except OSError as error:
        raise _unreadable(data.name, error) from error


def _unreadable(source: Path | str, error: OSError) -> UserError:
    return UserError("file.unreadable", path=str(source), reason=transfer.reason(error))
