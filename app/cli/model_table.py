"""The table of `moadesk models list`, and its rows as JSON has them."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.i18n import _

if TYPE_CHECKING:
    from collections.abc import Iterable

    from agents.engine.catalog import CatalogEntry
    from agents.engine.shelf import Shelf


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One model. Bytes; empty or 0 where there is nothing to say."""

    id: str
    name: str
    role: str
    recommended: bool
    installed: bool
    where: str  # "embedded", "downloaded", "imported"
    verified: str  # "ok", "changed", "unknown"
    path: str
    size: int
    partial: int  # of an interrupted download
    memory: int
    fits: bool  # on this machine
    fits_now: bool  # beside what runs now
    languages: tuple[str, ...]
    licence: str
    licence_url: str
    licence_accepted: bool


def row(shelf: Shelf, entry: CatalogEntry) -> Row:
    """Everything about one model."""
    model = shelf.get(entry.id)
    fit = shelf.fit(entry.id)
    return Row(
        id=entry.id,
        name=entry.name,
        role=entry.role,
        recommended=entry.recommended,
        installed=model is not None,
        where=model.where if model else "",
        verified=model.verified if model else "",
        path=str(model.path) if model else "",
        size=model.size if model else entry.size,
        partial=0 if model else shelf.partial(entry.id),
        memory=entry.memory,
        fits=fit.fits,
        fits_now=fit.fits and fit.needed <= fit.available,
        languages=entry.languages,
        licence=entry.licence.id,
        licence_url=entry.licence.url,
        licence_accepted=shelf.accepted(entry.licence),
    )


def show(rows: Iterable[Row]) -> None:
    """Print the rows in columns, wide letters counted as two."""
    lines = [
        (
            _("model"),
            _("for"),
            _("here"),
            _("size"),
            _("memory"),
            _("fits"),
            _("languages"),
            _("licence"),
        )
    ]
    lines += [
        (
            f"{one.id} *" if one.recommended else one.id,
            one.role,
            _state(one),
            size(one.size),
            size(one.memory),
            _("yes") if one.fits_now else _("tight") if one.fits else _("no"),
            " ".join(one.languages) or "?",
            one.licence or "?",
        )
        for one in rows
    ]
    widths = [max(map(_width, column)) for column in zip(*lines, strict=True)]
    for line in lines:
        cells = (
            cell + " " * (width - _width(cell)) for cell, width in zip(line, widths, strict=True)
        )
        print("  ".join(cells).rstrip())
    print("\n" + _("* recommended; tight = fits when other programs are closed"))


def size(count: int) -> str:
    """Bytes as a person reads them; "?" where unknown."""
    if not count:
        return "?"
    if count >= 1_000_000_000:
        return f"{count / 1_000_000_000:.2f} GB"
    return f"{max(1, round(count / 1_000_000))} MB"


def _state(one: Row) -> str:
    if one.installed:
        names = {
            "embedded": _("built in"),
            "downloaded": _("downloaded"),
            "imported": _("imported"),
        }
        return _("changed!") if one.verified == "changed" else names[one.where]
    return _("paused at {size}", size=size(one.partial)) if one.partial else "-"


def _width(text: str) -> int:
    """Columns on a terminal: Hangul takes two."""
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)
