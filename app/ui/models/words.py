"""What roles, languages and fits are called on the Models page."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from app.i18n import _
from app.ui import figures

if TYPE_CHECKING:
    from agents.engine.catalog import ModelRole
    from agents.engine.manifest import Verified
    from agents.engine.pace import Pace
    from agents.engine.port import Fit
    from app.ui.widgets.bars import Kind


def role(name: ModelRole) -> str:
    """What a model is for."""
    return {
        "chat": _("Chat"),
        "translation": _("Translation"),
        "scholar": _("Drafting"),
        "maths": _("Maths"),
        "code": _("Code"),
        "entities": _("Entities"),
        "embedding": _("Search by meaning"),
    }[name]


def languages(codes: tuple[str, ...]) -> str:
    """Korean and English first by name, the others counted."""
    if not codes:
        return _("languages unknown")
    names = {"ko": _("Korean"), "en": _("English")}
    known = [names[code] for code in names if code in codes]
    others = len(codes) - len(known)
    if not others:
        return ", ".join(known)
    more = _("{count} more languages", count=others) if known else _("other languages")
    return ", ".join([*known, more])


def fit(fits: Fit) -> tuple[str, str]:
    """Whether it will run here, as (tone, sentence)."""
    if not fits.needed:
        return "muted", _("Memory needed is not known")
    needed, budget = figures.size(fits.needed), figures.size(fits.budget)
    if not fits.fits:
        return "bad", _(
            "Does not fit: needs {needed}, models may take {budget} of this machine",
            needed=needed,
            budget=budget,
        )
    if fits.needed > fits.available:
        return "warn", _(
            "Fits, but only {free} is free now; it needs {needed}",
            free=figures.size(fits.available),
            needed=needed,
        )
    return "ok", _("Fits: needs {needed} of {budget}", needed=needed, budget=budget)


def verdict(state: Verified) -> tuple[Kind, str]:
    """What verifying found, as (kind of bar, sentence)."""
    if state == "ok":
        return "info", _("The file is exactly as published.")
    if state == "changed":
        return "error", _("The file is not what was downloaded. Remove it and download it again.")
    return "info", _("No published digest is known. From now on a change will be noticed.")


def pace(measured: Pace) -> str:
    """How quick a model was on this machine."""
    return _(
        "On this machine it reads {reading} and writes {writing} tokens a second ({date})",
        reading=_rate(measured.reading),
        writing=_rate(measured.writing),
        date=time.strftime("%Y-%m-%d", time.localtime(measured.at)),
    )


def _rate(speed: float) -> str:
    return f"{speed:.0f}" if speed >= 10 else f"{speed:.1f}"
