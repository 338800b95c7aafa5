"""Takes models of an offline kit onto the shelf.

The one law: all or nothing for each model. What is damaged is named, file by file, and the other
models go on; the kit is only read. Installers and fonts are looked at where they lie: installing
is a person's doing.
"""

from __future__ import annotations

import hashlib
import shutil
import uuid
from typing import TYPE_CHECKING

from agents.base import UserError
from agents.engine import importing, kit_file, manifest, transfer
from agents.engine.kit_check import whole
from agents.engine.kit_events import KitDone, KitFault
from agents.engine.kit_file import FOLDER
from agents.engine.manifest import Manifest, hold

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

    from agents.base import CancelToken, Progress
    from agents.engine.catalog import Licence
    from agents.engine.kit_events import KitImport
    from agents.engine.kit_file import KitFile, KitList, KitModel
    from agents.engine.manifest import HeldFile
    from agents.engine.shelf import Shelf


def licences(shelf: Shelf, models: tuple[KitModel, ...]) -> tuple[Licence, ...]:
    """The licences the user has not accepted yet, each once."""
    found: dict[str, Licence] = {}
    for one in models:
        entry = shelf.catalog.get(one.id)
        licence = entry.licence if entry else one.licence
        if not shelf.accepted(licence):
            found.setdefault(licence.id, licence)
    return tuple(found.values())


def bring(
    shelf: Shelf, request: KitImport, cancel: CancelToken
) -> Generator[Progress | KitFault | KitDone, None, None]:
    """Take the wanted models in, and look at what else the kit holds; see `Kit.run`."""
    kit = kit_file.read(request.folder)
    wanted = _wanted(request, kit)
    others = () if request.models else tuple(lot for lot in kit.lots if lot.extra is not None)
    new = tuple(one for one in wanted if not _is_here(shelf, one))
    for licence in licences(shelf, new):
        if not request.licences_accepted:
            raise UserError("hub.licence", licence=licence.title, url=licence.url)
        shelf.accept(licence)
    transfer.make_folder(shelf.folder)
    importing.sweep(shelf.folder)
    transfer.require_space(shelf.folder, sum(one.size for one in new))
    meter = transfer.Meter(0, sum(one.size for one in (*new, *others)))
    yield meter.now()
    came: list[KitModel] = []
    faults: list[KitFault] = []
    for one in new:
        begun = meter.done
        fault = yield from _model(shelf, request.folder, one, meter, cancel)
        if fault is None:
            came.append(one)
            continue
        meter.add(begun + one.size - meter.done)
        faults.append(fault)
        yield fault
    good, damaged = yield from whole(request.folder, others, meter, cancel)
    ids = {one.id for one in new}
    yield KitDone(
        request.folder,
        tuple(one.id for one in came),
        tuple(one.id for one in wanted if one.id not in ids),
        (*faults, *damaged),
        sum(one.size for one in came),
        tuple(lot.extra.path for lot in good if lot.extra is not None),
    )


def _wanted(request: KitImport, kit: KitList) -> tuple[KitModel, ...]:
    if not request.models:
        return kit.models
    found = {name: kit.get(name) for name in dict.fromkeys(request.models)}
    for name, one in found.items():
        if one is None:
            raise UserError("model.kit_lacks", model=name, path=str(request.folder))
    return tuple(one for one in found.values() if one is not None)


def _is_here(shelf: Shelf, one: KitModel) -> bool:
    here = shelf.get(one.id)
    if here is None or here.verified == "changed":
        return False
    held = shelf.held(one.id)
    return here.where == "embedded" or (
        held is not None and {file.sha256 for file in held.files} == {f.sha256 for f in one.files}
    )


def _model(
    shelf: Shelf, folder: Path, one: KitModel, meter: transfer.Meter, cancel: CancelToken
) -> Generator[Progress, None, KitFault | None]:
    """Put one model together and give it its place; what is wrong with it, if anything is."""
    refused = _not_as_published(shelf, one)
    if refused:
        return KitFault(one.id, refused, "refused")
    here = shelf.get(one.id)
    if here is not None and here.verified != "changed":
        return KitFault(one.id, one.files[0].name, "taken")
    staging = shelf.folder / f"{importing.STAGING}{uuid.uuid4().hex}"
    try:
        with transfer.only_writer(staging, one.name):
            transfer.make_folder(staging)
            held: list[HeldFile] = []
            for file in one.files:
                fault = yield from _file(
                    folder / FOLDER / one.id, one, file, staging, meter, cancel
                )
                if fault:
                    return fault
                held.append(hold(staging / file.name, file.sha256))
            _settle(shelf, staging, one, held)
    finally:
        importing.throw_away(staging)
    return None


def _not_as_published(shelf: Shelf, one: KitModel) -> str:
    """The file whose digest is not the one its publisher gave; empty where all are."""
    entry = shelf.catalog.get(one.id)
    if entry is None:
        return ""
    had = {file.name: file for file in one.files}
    if set(had) != {file.name for file in entry.files}:
        return one.files[0].name
    wrong = [f.name for f in entry.files if f.sha256 and had[f.name].sha256 != f.sha256]
    return wrong[0] if wrong else ""


def _file(
    place: Path,
    one: KitModel,
    file: KitFile,
    staging: Path,
    meter: transfer.Meter,
    cancel: CancelToken,
) -> Generator[Progress, None, KitFault | None]:
    """Copy one file, its pieces put together; the first thing wrong with it, if anything is."""
    whole = hashlib.sha256()
    target = staging / file.name
    try:
        with target.open("wb") as out:
            for piece in file.stored:
                path = place / piece.name
                if not path.is_file():
                    return KitFault(one.id, piece.name, "missing")
                sha, size = hashlib.sha256(), 0
                try:
                    for chunk in transfer.chunks(path, cancel):
                        size += len(chunk)
                        if size > piece.size:
                            break
                        out.write(chunk)
                        sha.update(chunk)
                        whole.update(chunk)
                        if event := meter.add(len(chunk)):
                            yield event
                except UserError:  # a sector that cannot be read
                    return KitFault(one.id, piece.name, "changed")
                if size != piece.size or sha.hexdigest() != piece.sha256:
                    return KitFault(one.id, piece.name, "changed")
            out.flush()
    except OSError as error:
        raise transfer.write_error(error, target) from error
    return None if whole.hexdigest() == file.sha256 else KitFault(one.id, file.name, "changed")


def _settle(shelf: Shelf, staging: Path, one: KitModel, held: list[HeldFile]) -> None:
    entry = shelf.catalog.get(one.id)
    known = entry is not None and all(file.sha256 for file in entry.files)
    record = Manifest(
        id=one.id,
        name=entry.name if entry else one.name,
        where="imported",
        files=tuple(held),
        verified="ok" if known or one.published else "unknown",
        published=known or one.published,
        source=one.source,
        role=entry.role if entry else one.role,
        languages=entry.languages if entry else one.languages,
        architecture=one.architecture,
        context=one.context,
        sampling=one.sampling,
    )
    target = shelf.folder / one.id
    with transfer.only_writer(target, one.name):
        try:
            manifest.write(staging, record)
            if target.exists():  # what an interrupted download left, or a changed model
                shutil.rmtree(target)
            staging.rename(target)
        except OSError as error:
            raise transfer.write_error(error, target) from error
