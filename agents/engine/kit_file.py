"""What an offline kit is: a folder of models with a list of their files, sizes and digests.

    moadesk-kit.json        the list; a model is in it only when every file of it is whole
    SHA256SUMS              the same digests for `sha256sum -c`
    START-HERE.txt          what to do with it, for a person
    installers/<file>       the program itself, for one or several systems
    fonts/<file>            fonts that translated documents are set in
    models/<id>/<file>      a file, or its pieces <file>.001, <file>.002, ...

The one law: a kit is not trusted. Names that could leave its folder, sizes that do not add up or
digests that are none make it no kit.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

import msgspec

from agents.base import UserError
from agents.engine import manifest, transfer
from agents.engine.catalog import Licence, ModelRole, is_digest, is_plain
from agents.engine.port import Sampling  # noqa: TC001 - msgspec reads the annotations

if TYPE_CHECKING:
    from pathlib import Path

NAME = "moadesk-kit.json"
SUMS = "SHA256SUMS"
START = "START-HERE.txt"
FOLDER = "models"
FORMAT = 1
_LARGEST = 4 << 20  # bytes of the list


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A part of a file that did not fit as one."""

    name: str
    size: int  # bytes
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KitFile:
    """One file of a model, whole or in pieces."""

    name: str
    size: int  # bytes
    sha256: str  # of the whole
    pieces: tuple[Piece, ...] = ()

    def __post_init__(self) -> None:
        """Refuse what could not have been written here.

        Raises:
            ValueError: a name leaves the folder, a digest is none, or sizes do not add up.
        """
        for one in (self, *self.pieces):
            if not is_plain(one.name) or not is_digest(one.sha256) or one.size < 0:
                raise ValueError("not a file of a kit")
        if self.pieces and sum(one.size for one in self.pieces) != self.size:
            raise ValueError("the pieces are not the file")

    @property
    def stored(self) -> tuple[Piece, ...]:
        """What lies in the folder."""
        return self.pieces or (Piece(name=self.name, size=self.size, sha256=self.sha256),)


@dataclass(frozen=True, slots=True, kw_only=True)
class KitModel:
    """One model of a kit, as it stood on the shelf it came from."""

    id: str
    name: str
    role: ModelRole
    files: tuple[KitFile, ...]  # the one that is loaded first
    licence: Licence
    languages: tuple[str, ...] = ()
    architecture: str = ""
    context: int = 0  # tokens
    published: bool = False  # the digests were the publisher's
    source: str = ""
    sampling: Sampling | None = None

    def __post_init__(self) -> None:
        """Refuse what could not have been written here.

        Raises:
            ValueError: the id is not a folder name, or there is no file.
        """
        names = [piece.name.lower() for file in self.files for piece in file.stored]
        if not is_plain(self.id) or not names or len(set(names)) != len(names):
            raise ValueError("not a model of a kit")

    @property
    def size(self) -> int:
        """Bytes."""
        return sum(file.size for file in self.files)


ExtraKind = Literal["installers", "fonts"]  # and the name of its folder


@dataclass(frozen=True, slots=True, kw_only=True)
class KitExtra:
    """What else a machine without a network needs."""

    kind: ExtraKind
    file: KitFile

    @property
    def path(self) -> str:
        """Where it lies in the kit, with slashes; its first piece may have more to its name."""
        return f"{self.kind}/{self.file.name}"


@dataclass(frozen=True, slots=True)
class Lot:
    """What is whole or not as one: a model, or one extra."""

    name: str  # of the model, or the kind of the extra
    folder: str  # in the kit, with slashes
    pieces: tuple[Piece, ...]
    extra: KitExtra | None = None

    @property
    def size(self) -> int:
        """Bytes."""
        return sum(piece.size for piece in self.pieces)


@dataclass(frozen=True, slots=True)
class KitList:
    """What a kit says it holds."""

    format: int = FORMAT
    models: tuple[KitModel, ...] = field(default_factory=tuple)
    extras: tuple[KitExtra, ...] = field(default_factory=tuple)

    @property
    def lots(self) -> tuple[Lot, ...]:
        """Everything that lies in the folder: each model, then each extra."""
        models = (
            Lot(
                model.id,
                f"{FOLDER}/{model.id}",
                tuple(piece for file in model.files for piece in file.stored),
            )
            for model in self.models
        )
        extras = (Lot(one.kind, one.kind, one.file.stored, one) for one in self.extras)
        return (*models, *extras)

    def get(self, model_id: str) -> KitModel | None:
        """The model of that id, or None."""
        return next((one for one in self.models if one.id == model_id), None)


def read(folder: Path) -> KitList:
    """The list of the kit in `folder`.

    Raises:
        UserError: model.not_a_kit, model.kit_newer, model.kit_damaged, file.unreadable.
    """
    path = folder / NAME
    try:
        if not path.is_file():
            raise UserError("model.not_a_kit", path=str(folder), name=NAME)
        if path.stat().st_size > _LARGEST:
            raise UserError("model.kit_damaged", path=str(path))
        content = path.read_bytes()
    except OSError as error:
        raise UserError("file.unreadable", path=str(path), reason=transfer.reason(error)) from error
    try:
        version = msgspec.json.decode(content, type=_Version).format
        if version > FORMAT:
            raise UserError("model.kit_newer", path=str(path))
        found = msgspec.json.decode(content, type=KitList)
    except (msgspec.MsgspecError, ValueError) as error:
        raise UserError("model.kit_damaged", path=str(path)) from error
    ids = {one.id.lower() for one in found.models}
    names = {(one.kind, one.file.name.lower()) for one in found.extras}
    if len(ids) != len(found.models) or len(names) != len(found.extras):
        raise UserError("model.kit_damaged", path=str(path))
    return found


def write(folder: Path, kit: KitList) -> None:
    """Write the list and the digests, each atomically.

    Raises:
        OSError: as the system says.
    """
    manifest.save(folder / NAME, msgspec.json.format(msgspec.json.encode(kit)))
    lines = [
        f"{piece.sha256}  {lot.folder}/{piece.name}\n" for lot in kit.lots for piece in lot.pieces
    ]
    manifest.save(folder / SUMS, "".join(lines).encode())


@dataclass(frozen=True, slots=True)
class _Version:
    format: int
