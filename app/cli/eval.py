"""`moadesk eval NAME`: how good a part of the desk is, measured on your own texts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.cli import eval_alignment, eval_guards, eval_router, eval_scholar, eval_translation
from app.i18n import _

if TYPE_CHECKING:
    from app.cli.output import Commands

MEASUREMENTS = (
    eval_guards,
    eval_translation,
    eval_alignment,
    eval_scholar,
    eval_router,
)  # each adds itself


def add(commands: Commands) -> None:
    """Add the command with all its measurements."""
    command = commands.add_parser(
        "eval", help=_("measure how good translations, checks, search and citations are")
    )
    names = command.add_subparsers(dest="measurement", metavar=_("NAME"), required=True)
    for module in MEASUREMENTS:
        module.add(names)
