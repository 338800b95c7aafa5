"""Takes a model file of the user's onto the shelf.

The one law: all or nothing. A model is put together in a folder of its own and gets its place by
one rename; the user's file is linked or copied, never moved or changed.
"""

from __future__ import annotations

import dataclasses
import os
import re
import shutil
import uuid
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

import msgspec

from agents.base import UserError
from agents.engine import kit_file, manifest, transfer
from agents.engine.catalog import is_plain
from agents.engine.manifest import Manifest, hold

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

    from agents.base import CancelToken, Progress
    from agents.engine.catalog import CatalogEntry, ModelFile, ModelRole
    from agents.engine.manifest import HeldFile
    from agents.engine.port import Sampling
    from agents.engine.shelf import Shelf

_PART_OF_MANY = re.compile(r"-\d{5}-of-\d{5}\.gguf$", re.IGNORECASE)
GRAPH = "model.onnx"
_TORCH = ("model.safetensors", "pytorch_model.bin")
_CONFIGS_2 = ("config.json", "gliner2_config.json")
_PARTS_2 = ("encoder", "span_rep", "count_embed", "count_pred")
_CONFIG_LIMIT = 1 << 20  # bytes of a gliner_config.json
STAGING = ".incoming-"
# Weights in the forms of other programs: said to be that, not to be damaged.
OTHER_FORMS = frozenset({".safetensors", ".pt", ".pth", ".onnx", ".ggml"})
_LOOKED_AT = 1000  # files of a folder, at most: a drag over the window must not wait
_ROUNDING = 0.03  # how far a size may lie from the rounded one that was published


@dataclass(frozen=True, slots=True)
class ImportRequest:
    """Take in a GGUF file, or a folder with a GLiNER in ONNX form."""

    source: Path
    role: ModelRole | None = None  # None = chat, or what the file can only be (GLiNER, BERT)
    languages: tuple[str, ...] = ()  # empty = as the file says


@dataclass(frozen=True, slots=True)
class Imported:
    """The model is here under this id; `known` if the catalogue knows this very file."""

    id: str
    name: str
    path: Path
    size: int  # bytes
    known: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What lies at the user's path."""

    files: tuple[tuple[Path, str], ...]  # where it is, what it will be called; loaded one first
    name: str
    role: ModelRole
    languages: tuple[str, ...]
    architecture: str
    context: int  # tokens, 0 = unknown
    source: str  # the file's or folder's name
    sampling: Sampling | None = None  # what the file recommends


def is_model_folder(folder: Path) -> bool:
    """Whether a folder is of a model or an offline kit, by the names in it alone; never raises."""
    try:
        with os.scandir(folder) as found:
            names = {one.name.lower() for one in islice(found, _LOOKED_AT)}
    except OSError:  # no folder, or not ours to read
        return False
    ends = {name[name.rfind(".") :] for name in names}
    if ".gguf" in ends or names & {"gliner_config.json", kit_file.NAME}:
        return True
    return "config.json" in names and ("tokenizer.json" in names or bool(ends & OTHER_FORMS))


def in_folder(folder: Path) -> tuple[Path, ...]:
    """What is to be taken in of a folder: its GGUF files, or it itself, an entity model."""
    try:
        if folder.is_dir() and not (folder / "gliner_config.json").is_file():
            found = sorted(one for one in folder.iterdir() if one.suffix.lower() == ".gguf")
            return tuple(found) or (folder,)
    except OSError:  # looking closer says why
        pass
    return (folder,)


def inspect(source: Path, role: ModelRole | None, languages: tuple[str, ...]) -> Found:
    """Look at what the user points to, without changing anything.

    Raises:
        UserError: file.missing, file.unreadable, model.not_a_folder, model.split,
            model.other_form, and what the GGUF check says of a damaged or unsupported file.
    """
    try:
        source = source.expanduser().resolve()
        if source.is_dir():
            return _gliner(source, languages)
        if not source.exists():
            raise UserError("file.missing", path=str(source))
        return _gguf(source, role, languages)
    except OSError as error:
        raise UserError(
            "file.unreadable", path=str(source), reason=transfer.reason(error)
        ) from error


def _gguf(source: Path, role: ModelRole | None, languages: tuple[str, ...]) -> Found:
    from agents.engine import weights  # noqa: PLC0415 - only an import needs it

    if _PART_OF_MANY.search(source.name):
        raise UserError("model.split", path=str(source))
    if source.suffix.lower() in OTHER_FORMS:
        raise UserError("model.other_form", path=str(source), kind=source.suffix)
    if role is None:
        header = weights.read(source, "any")
    else:
        header = weights.read(source, "embedding" if role == "embedding" else "text")
    return Found(
        files=((source, f"{_slug(source.stem)}.gguf"),),
        name=header.name or source.stem,
        role=role or ("embedding" if header.pooling else "chat"),
        languages=languages or header.languages,
        architecture=header.architecture,
        context=header.context,
        source=source.name,
        sampling=header.sampling,
    )


def _gliner(folder: Path, languages: tuple[str, ...]) -> Found:
    """A GLiNER: exported to ONNX, or a checkpoint that the `gliner` package can export.

    As `GLiNER.export_to_onnx` and `save_pretrained` write it, or as it lies on the hub.
    """
    config, tokenizer = folder / "gliner_config.json", folder / "tokenizer.json"
    if not config.is_file() and (second := _gliner2(folder, languages)):
        return second
    graphs = sorted(
        [*folder.glob("*.onnx"), *folder.glob("onnx/*.onnx")],
        key=lambda file: (file.name != GRAPH, len(file.parts), file.name),
    )
    torch = [file for name in _TORCH if (file := folder / name).is_file()]
    needed = [("gliner_config.json", config.is_file()), (".onnx", bool(graphs or torch))]
    if not torch:  # a checkpoint may bring another form of tokenizer
        needed.append(("tokenizer.json", tokenizer.is_file()))
    if missing := [name for name, here in needed if not here]:
        raise UserError("model.not_a_folder", path=str(folder), missing=", ".join(missing))
    if config.stat().st_size > _CONFIG_LIMIT:
        raise UserError("model.damaged", path=str(config), reason=f"{config.stat().st_size} bytes")
    try:
        msgspec.json.decode(config.read_bytes(), type=dict[str, object])
    except msgspec.MsgspecError as error:
        raise UserError("model.damaged", path=str(config), reason=str(error)) from error
    if graphs and tokenizer.is_file():
        files = [(graphs[0], GRAPH), (tokenizer, tokenizer.name), (config, config.name)]
    else:
        small = sorted(folder.glob("*.json")) + sorted(folder.glob("*.model"))
        files = [(file, file.name) for file in (torch[0], *small) if is_plain(file.name)]
    return Found(
        files=tuple(files),
        name=folder.name,
        role="entities",
        languages=languages,
        architecture="gliner",
        context=0,
        source=folder.name,
    )


def _gliner2(folder: Path, languages: tuple[str, ...]) -> Found | None:
    """A GLiNER2 in one graph, in parts, or as a checkpoint; None where it is something else.

    Its configuration is optional: some that lie on the hub have none.
    """
    tokenizer = folder / "tokenizer.json"
    configs = [file for name in _CONFIGS_2 if (file := folder / name).is_file()]
    if any(file.stat().st_size > _CONFIG_LIMIT for file in configs) or not tokenizer.is_file():
        return None
    said = [file.read_text("utf-8", errors="replace") for file in configs]
    marked = b'"[SEP_TEXT]"' in tokenizer.read_bytes()
    if not marked and not any('"extractor"' in text or '"onnx_files"' in text for text in said):
        return None
    parts = [folder / "onnx" / f"{name}.onnx" for name in _PARTS_2]
    parts = [other for file in parts for other in (file, folder / file.name) if other.is_file()]
    whole = [file for file in (folder / GRAPH, folder / "onnx" / GRAPH) if file.is_file()]
    torch = [file for name in _TORCH if (file := folder / name).is_file()]
    graphs = whole[:1] or parts
    if not graphs and not torch:
        raise UserError("model.not_a_folder", path=str(folder), missing=".onnx")
    beside = [file for graph in graphs if (file := graph.with_name(f"{graph.name}.data")).is_file()]
    files = [(file, file.name) for file in (*graphs, *beside, tokenizer, *configs)]
    if not graphs:
        small = sorted({*folder.glob("*.json"), *folder.glob("*.model")})
        files = [(file, file.name) for file in (torch[0], *small) if is_plain(file.name)]
        encoder = folder / "encoder_config" / "config.json"
        if encoder.is_file():  # the place of a model is flat; the export knows both names
            files.append((encoder, "encoder_config.json"))
    return Found(
        files=tuple(files),
        name=folder.name,
        role="entities",
        languages=languages,
        architecture="gliner2",
        context=0,
        source=folder.name,
    )


def bring(
    shelf: Shelf, found: Found, cancel: CancelToken
) -> Generator[Progress | Imported, None, None]:
    """Link or copy the files, hash them, and give the model its place.

    Raises:
        CancelledError: `cancel` was set; nothing is left behind.
        UserError: model.already_here, model.embedded_already, model.busy, model.disk_full,
            file.unwritable.
    """
    sweep(shelf.folder)
    staging = shelf.folder / f"{STAGING}{uuid.uuid4().hex}"
    try:
        with transfer.only_writer(staging, found.name):
            transfer.make_folder(staging)
            yield from _put_together(shelf, staging, found, cancel)
    finally:
        throw_away(staging)


def _put_together(
    shelf: Shelf, staging: Path, found: Found, cancel: CancelToken
) -> Generator[Progress | Imported, None, None]:
    meter = transfer.Meter(0, sum(path.stat().st_size for path, _name in found.files))
    yield meter.now()
    held: list[HeldFile] = []
    for path, name in found.files:
        sha = yield from transfer.take(path, staging / name, meter, cancel)
        held.append(hold(staging / name, sha))
    entry = _known(shelf, found, held)
    model_id = entry.id if entry else _free_id(shelf, found)
    _refuse_twice(shelf, model_id, held)
    with transfer.only_writer(shelf.folder / model_id, found.name):
        yield _settle(shelf, staging, found, held, entry, model_id)


def sweep(folder: Path) -> None:
    """Throw away what an import that was killed left behind."""
    for old in folder.glob(f"{STAGING}*"):
        with suppress(UserError):  # somebody is at work there
            with transfer.only_writer(old, old.name):
                pass
            throw_away(old)


def throw_away(staging: Path) -> None:
    """Delete a folder in which a model was put together."""
    shutil.rmtree(staging, ignore_errors=True)
    with suppress(OSError):
        transfer.lock_of(staging).unlink()


def _known(shelf: Shelf, found: Found, held: list[HeldFile]) -> CatalogEntry | None:
    """The entry whose files these are: by digest, or by the published name and size."""
    for entry in shelf.catalog.entries:
        if len(entry.files) == len(held) and all(
            _same(file, had, origin.name)
            for file, had, (origin, _name) in zip(entry.files, held, found.files, strict=True)
        ):
            return entry
    return None


def _same(file: ModelFile, had: HeldFile, origin: str) -> bool:
    if file.sha256:
        return file.sha256 == had.sha256
    names = {file.name, *(place.rsplit("/", 1)[-1] for place in file.places)}
    if origin not in names:
        return False
    if file.size:
        return file.size == had.size
    if file.about > _CONFIG_LIMIT:
        return abs(had.size - file.about) <= _ROUNDING * file.about
    return bool(file.about)


def _free_id(shelf: Shelf, found: Found) -> str:
    base = _slug(found.source.removesuffix(".gguf")).lower()
    taken = {entry.id for entry in shelf.catalog.entries}
    for number in range(1, 1000):
        model_id = base if number == 1 else f"{base}-{number}"
        if model_id not in taken and not (shelf.folder / model_id).exists():
            return model_id
    return uuid.uuid4().hex


def _slug(text: str) -> str:
    """A plain name made of `text`: Korean and spaces become dashes."""
    plain = re.sub(r"[^A-Za-z0-9._+-]+", "-", text).strip("-._+")[:120].rstrip("-._+")
    return plain if is_plain(plain) else f"model-{plain}".rstrip("-._+")


def _refuse_twice(shelf: Shelf, model_id: str, held: list[HeldFile]) -> None:
    digests = [file.sha256 for file in held]
    for model in shelf.installed():
        before = manifest.read(shelf.folder / model.id)
        same = before is not None and [file.sha256 for file in before.files] == digests
        if model.id == model_id or same:
            ours = model.where == "embedded"
            code = "model.embedded_already" if ours else "model.already_here"
            raise UserError(code, model=model.name)


def _settle(
    shelf: Shelf,
    staging: Path,
    found: Found,
    held: list[HeldFile],
    entry: CatalogEntry | None,
    model_id: str,
) -> Imported:
    files = held
    if entry:
        files = [
            dataclasses.replace(had, name=file.name)
            for had, file in zip(held, entry.files, strict=True)
        ]
    published = entry is not None and all(file.sha256 for file in entry.files)
    record = Manifest(
        id=model_id,
        name=entry.name if entry else found.name,
        where="imported",
        files=tuple(files),
        verified="ok" if published else "unknown",
        published=published,
        source=found.source,
        role=entry.role if entry else found.role,
        languages=entry.languages if entry else found.languages,
        architecture=found.architecture,
        context=found.context,
        sampling=found.sampling,
    )
    target = shelf.folder / model_id
    try:
        for had, file in zip(held, files, strict=True):
            (staging / had.name).rename(staging / file.name)
        manifest.write(staging, record)
        if target.exists():  # what an interrupted download left
            shutil.rmtree(target)
        staging.rename(target)
    except OSError as error:
        raise transfer.write_error(error, target) from error
    is_folder = record.role == "entities"
    return Imported(
        id=model_id,
        name=record.name,
        path=target if is_folder else target / files[0].name,
        size=sum(file.size for file in files),
        known=entry is not None,
    )
