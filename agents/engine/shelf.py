"""The models that are on this machine: embedded, downloaded, imported.

The one law: what is on the shelf is whole. A model is listed only when each of its files is
there under its final name; nothing outside the shelf's folder is ever written or removed.
"""

from __future__ import annotations

import dataclasses
import importlib.util
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from agents.base import UserError
from agents.engine import importing, licences, manifest, removal, transfer
from agents.engine.catalog import CatalogEntry, Licence, ModelFile, ModelRole, is_plain
from agents.engine.importing import Imported, ImportRequest
from agents.engine.manifest import HeldFile, Manifest, Verified, Where, hold
from agents.engine.port import Fit, Sampling

if TYPE_CHECKING:
    from collections.abc import Generator

    from agents.base import CancelToken, Progress
    from agents.engine.catalog import Catalog

# What an imported model needs beside its weights: an attention cache of 8,192 tokens and buffers.
_BESIDE_WEIGHTS = 260_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Installed:
    """A model that is here."""

    id: str
    name: str
    role: ModelRole
    languages: tuple[str, ...]
    path: Path  # the file that is loaded; the folder of an entity model
    size: int  # bytes
    where: Where
    verified: Verified


@dataclass(frozen=True, slots=True)
class VerifyRequest:
    """Read the whole model and compare it with its digest."""

    model: str


@dataclass(frozen=True, slots=True)
class VerifyDone:
    """`changed`: no longer the bytes they were. `unknown`: no digest was known until now."""

    id: str
    state: Verified


class Shelf:
    """What is here, and its paths. Holds no state: two processes may share the folder."""

    def __init__(self, catalog: Catalog, folder: Path) -> None:
        """Look at `folder` (it need not exist) and at the packages the catalogue names."""
        self.catalog = catalog
        self.folder = folder

    # --- looking ---

    def entry(self, model_id: str) -> CatalogEntry | None:
        """What is known of a model: its catalogue entry, or one made from an imported file."""
        if found := self.catalog.get(model_id):
            return found
        held = self._held(model_id)
        return self._entry_of(held) if held else None

    def path(self, model_id: str) -> Path | None:
        """The file to load (for entity models the folder), or None if the model is not here."""
        found = self.get(model_id)
        return found.path if found else None

    def get(self, model_id: str) -> Installed | None:
        """One installed model, or None."""
        entry = self.catalog.get(model_id)
        held = self._held(model_id)
        if held:
            return self._installed(held, entry or self._entry_of(held))
        if entry is None:
            return None
        folder, where = self._place(entry)
        files = [folder / file.name for file in entry.files] if folder else []
        if folder is None or not all(file.is_file() for file in files):
            return None
        return Installed(
            id=entry.id,
            name=entry.name,
            role=entry.role,
            languages=entry.languages,
            path=folder if entry.is_folder else files[0],
            size=sum(file.stat().st_size for file in files),
            where=where,
            verified="unknown",
        )

    def installed(self) -> tuple[Installed, ...]:
        """All models that are here: the catalogue's in its order, then the imported ones."""
        known = [entry.id for entry in self.catalog.entries]
        try:
            folders = sorted(item.name for item in self.folder.iterdir() if item.is_dir())
        except OSError:
            folders = []
        others = [name for name in folders if name not in known]
        return tuple(model for name in (*known, *others) if (model := self.get(name)))

    def best(self, role: ModelRole, wanted: str = "") -> str:
        """The id of the model to use for `role`: the wanted one if it is here, else the best.

        Translation asks for Korean first. Every role that is words falls back to a chat model;
        drafting shares the chat model unless another is wanted. Empty if there is none.
        """
        if wanted and self.get(wanted):
            return wanted
        here = sorted(self.installed(), key=self._rank)
        chat = [model for model in here if model.role == "chat"]
        own = [model for model in here if model.role == role]
        if role in {"entities", "embedding"}:
            order = own
        elif role == "scholar":
            order = chat
        elif role == "translation":
            both = own + chat
            korean = [model for model in both if "ko" in model.languages]
            order = korean + both
        else:
            order = own + chat
        return order[0].id if order else ""

    def place(self, model_id: str) -> Path | None:
        """The folder of a model, whether it is there or not; None if the id is no folder name."""
        return self.folder / model_id if is_plain(model_id) else None

    def held(self, model_id: str) -> Manifest | None:
        """The manifest of a model whose files are all here; None where it has none."""
        return self._held(model_id)

    def knows(self, model_id: str, language: str) -> bool:
        """Whether the model is known to know `language` ("ko", "en")."""
        entry = self.entry(model_id)
        return entry is not None and language in entry.languages

    def partial(self, model_id: str) -> int:
        """Bytes of an interrupted download that wait to be continued."""
        folder = self.place(model_id)
        if folder is None:
            return 0
        return sum(part.stat().st_size for part in folder.glob("*.part"))

    def fit(self, model_id: str) -> Fit:
        """Whether this machine can run the model at all, and which smaller one of its role it can.

        `fits` is about the machine; `needed > available` means other programs have to close first.
        """
        from agents.engine import weights  # noqa: PLC0415 - psutil is native

        whole = weights.fit(0)
        budget = whole.budget
        entry = self.entry(model_id)
        needed = entry.memory if entry else 0
        smaller = ""
        if entry and needed > budget:
            fitting = [
                other
                for other in self.catalog.entries
                if other.role == entry.role and other.memory <= budget
            ]
            smaller = max(fitting, key=lambda other: other.memory).id if fitting else ""
        return Fit(needed, whole.available, budget, needed <= budget, smaller)

    # --- licences ---

    def accepted(self, licence: Licence) -> bool:
        """Whether the user may download under `licence`: free, or accepted once before."""
        return not licence.has_conditions or licence.id in licences.read(self.folder)

    def accept(self, licence: Licence) -> None:
        """Remember that the user accepted `licence`.

        Raises:
            UserError: file.unwritable.
        """
        licences.add(self.folder, licence.id)

    # --- changing ---

    def run(
        self, request: ImportRequest | VerifyRequest, cancel: CancelToken
    ) -> Generator[Progress | Imported | VerifyDone, None, None]:
        """Import or verify as an agent does, for whoever runs agents."""
        if isinstance(request, ImportRequest):
            yield from self.import_file(
                request.source, cancel, role=request.role, languages=request.languages
            )
        else:
            yield from self.verify(request.model, cancel)

    def import_file(
        self,
        source: Path,
        cancel: CancelToken,
        *,
        role: ModelRole | None = None,
        languages: tuple[str, ...] = (),
    ) -> Generator[Progress | Imported, None, None]:
        """Take in a GGUF file or a GLiNER folder; yields progress, then `Imported`.

        A file the catalogue knows (by digest, or by name and size) gets that entry's id, and
        with it the right sampling and languages. The source is linked or copied, never moved.

        Raises:
            CancelledError: `cancel` was set; nothing is left behind.
            UserError: file.missing, file.unreadable, model.damaged, model.not_a_model,
                model.already_here, model.busy, model.disk_full, file.unwritable.
        """
        found = importing.inspect(source, role, languages)
        yield from importing.bring(self, found, cancel)

    def verify(
        self, model_id: str, cancel: CancelToken
    ) -> Generator[Progress | VerifyDone, None, None]:
        """Hash every file of an installed model and compare; yields progress, then `VerifyDone`.

        Raises:
            CancelledError: `cancel` was set.
            UserError: model.not_here, file.unreadable.
        """
        model = self.get(model_id)
        if model is None:
            raise UserError("model.not_here", model=model_id)
        folder = model.path if model.path.is_dir() else model.path.parent
        held = self._held(model_id)
        expected = self._expected(model_id, held)
        meter = transfer.Meter(0, model.size)
        yield meter.now()
        files: list[HeldFile] = []
        states: list[Verified] = []
        for name, sha256 in expected:
            actual = yield from transfer.digest(folder / name, meter, cancel)
            files.append(hold(folder / name, sha256 or actual))
            states.append("unknown" if not sha256 else "ok" if actual == sha256 else "changed")
        order: tuple[Verified, ...] = ("changed", "unknown", "ok")
        state: Verified = next(one for one in order if one in states)
        if model.where != "embedded":
            entry = self.entry(model_id)
            base = held or Manifest(
                id=model_id,
                name=model.name,
                where=model.where,
                files=tuple(files),
                verified=state,
                published=entry is not None and all(file.sha256 for file in entry.files),
            )
            updated = dataclasses.replace(base, files=tuple(files), verified=state)
            self.record(updated)
        yield VerifyDone(model_id, state)

    def remove(self, model_id: str) -> int:
        """Delete a downloaded or imported model, or what an interrupted download left.

        Returns:
            Bytes given back.

        Raises:
            UserError: model.embedded, model.not_here, model.in_use, model.busy.
        """
        aside = removal.set_aside(self, model_id)
        removal.throw_away(aside)
        return aside.size

    def record(self, held: Manifest) -> None:
        """Write a model's manifest into its folder.

        Raises:
            UserError: file.unwritable, model.disk_filled.
        """
        folder = self.folder / held.id
        try:
            manifest.write(folder, held)
        except OSError as error:
            raise transfer.write_error(error, folder / manifest.NAME) from error

    # --- inside ---

    def _place(self, entry: CatalogEntry) -> tuple[Path | None, Where]:
        if not entry.package:
            return self.folder / entry.id, "downloaded"
        # Found without importing: the package itself would load what it is a plug-in for.
        spec = importlib.util.find_spec(entry.package)
        for place in (spec.submodule_search_locations or ()) if spec else ():
            if (Path(place) / entry.files[0].name).is_file():
                return Path(place), "embedded"
        return None, "embedded"

    def _held(self, model_id: str) -> Manifest | None:
        folder = self.place(model_id)
        held = manifest.read(folder) if folder else None
        if folder is None or held is None:
            return None
        entry = self.catalog.get(model_id)
        if entry and {file.name for file in held.files} != {file.name for file in entry.files}:
            return None
        return held if all((folder / file.name).is_file() for file in held.files) else None

    def _installed(self, held: Manifest, entry: CatalogEntry) -> Installed:
        folder = self.folder / held.id
        stats = [(file, (folder / file.name).stat()) for file in held.files]
        state = held.verified
        if any(stat.st_size != file.size for file, stat in stats):
            state = "changed"
        elif any(stat.st_mtime_ns != file.modified for file, stat in stats):
            state = "unknown"
        return Installed(
            id=held.id,
            name=entry.name,
            role=entry.role,
            languages=entry.languages,
            path=folder if entry.is_folder else folder / entry.files[0].name,
            size=sum(stat.st_size for _file, stat in stats),
            where=held.where,
            verified=state,
        )

    def _expected(self, model_id: str, held: Manifest | None) -> list[tuple[str, str]]:
        if held:
            return [(file.name, file.sha256) for file in held.files]
        entry = self.catalog.get(model_id)
        return [(file.name, file.sha256) for file in entry.files] if entry else []

    def _rank(self, model: Installed) -> tuple[bool, bool, int]:
        entry = self.entry(model.id)
        recommended = entry is not None and entry.recommended
        return model.where == "embedded", not recommended, -(entry.memory if entry else 0)

    def _entry_of(self, held: Manifest) -> CatalogEntry:
        """An entry for a model the catalogue does not know, with its family's sampling."""
        family = [e for e in self.catalog.entries if e.architecture == held.architecture]
        return CatalogEntry(
            id=held.id,
            name=held.name,
            role=held.role,
            repository="",
            files=tuple(
                ModelFile(name=file.name, size=file.size, sha256=file.sha256) for file in held.files
            ),
            licence=Licence(id="", url=""),
            languages=held.languages,
            architecture=held.architecture,
            context=held.context,
            memory=sum(file.size for file in held.files) + _BESIDE_WEIGHTS,
            sampling=held.sampling or (family[0].sampling if family else Sampling()),
            template=family[0].template if family else "chatml",
        )


__all__ = [
    "ImportRequest",
    "Imported",
    "Installed",
    "Shelf",
    "VerifyDone",
    "VerifyRequest",
]
