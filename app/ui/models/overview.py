"""Everything the Models page shows, read on a worker."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from agents.engine import advice, machine
from app import paces
from app.i18n import _
from app.ui.models import words
from app.ui.models.card import Shown

if TYPE_CHECKING:
    from agents.engine.catalog import CatalogEntry
    from agents.engine.port import Resident
    from app.build import Desk


@dataclass(frozen=True, slots=True)
class Overview:
    """Everything the page shows, read on a worker."""

    models: tuple[Shown, ...]
    loaded: tuple[Resident, ...]


def look(desk: Desk) -> Overview:
    """Read shelf, catalogue and memory."""
    shelf = desk.shelf
    here = {model.id: model for model in shelf.installed()}
    entries: list[CatalogEntry] = [
        entry
        for entry in desk.catalog.entries
        if entry.repository or entry.id in here  # what comes with the application may be absent
    ]
    known = {entry.id for entry in desk.catalog.entries}
    entries += [entry for name in here if name not in known and (entry := shelf.entry(name))]
    speeds = paces.all_kept(desk.kept)
    advised = advice.advise(desk.catalog, machine.look(desk.paths.models), advice.GOALS, here)
    suits = {pick.entry.id for pick in advised.picks if pick.chosen}
    models = tuple(
        Shown(
            entry,
            here.get(entry.id),
            0 if entry.id in here else shelf.partial(entry.id),
            shelf.fit(entry.id),
            shelf.accepted(entry.licence),
            speeds.get(entry.id),
            entry.id in suits,
        )
        for entry in entries
    )
    return Overview(models, desk.models.resident())


def groups(models: tuple[Shown, ...]) -> list[tuple[str, tuple[str, ...]]]:
    """Headings and the ids below them; what is here stands first."""
    here = tuple(shown.entry.id for shown in models if shown.installed)
    groups = [(_("On this machine"), here)] if here else []
    for role in ("chat", "translation", "scholar", "maths", "code", "entities", "embedding"):
        ids = tuple(
            shown.entry.id for shown in models if not shown.installed and shown.entry.role == role
        )
        if ids:
            groups.append((words.role(role), ids))
    return groups
