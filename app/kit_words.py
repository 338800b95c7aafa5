"""What is said of a file of an offline kit, for window and command line alike."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.i18n import _

if TYPE_CHECKING:
    from agents.engine.kit_events import KitFault


def fault(one: KitFault) -> str:
    """What is wrong with a file."""
    return {
        "missing": _("{model}: the file {file} is missing.", model=one.model, file=one.file),
        "changed": _("{model}: the file {file} is damaged.", model=one.model, file=one.file),
        "refused": _(
            "{model}: {file} is not the file its publisher published.",
            model=one.model,
            file=one.file,
        ),
        "taken": _("{model}: another model of this name is here already.", model=one.model),
    }[one.fault]
