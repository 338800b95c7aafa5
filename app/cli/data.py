"""`moadesk data …`: looks whether the database is whole, and mends it."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from agents.base import Progress
from agents.store import repair
from agents.store.repair import Repair, Repaired, RepairRequest
from app.cli.output import end_progress, show_json, show_progress
from app.i18n import _

if TYPE_CHECKING:
    import argparse

    from agents.base import CancelToken
    from app.build import Desk
    from app.cli.output import Commands


def add(commands: Commands) -> None:
    """Add the command and its sub-commands."""
    command = commands.add_parser("data", help=_("check and repair the database"))
    actions = command.add_subparsers(dest="action", metavar=_("ACTION"), required=True)
    check = actions.add_parser("check", help=_("read the whole database and name what is wrong"))
    check.set_defaults(run=look)
    mend = actions.add_parser("repair", help=_("save what can be read; the damaged file is kept"))
    mend.add_argument("--json", action="store_true", help=_("print what came of it as JSON"))
    mend.set_defaults(run=repair_)


def look(args: argparse.Namespace, desk: Desk, cancel: CancelToken) -> int:
    """3 if something is wrong."""
    del args, cancel
    found = repair.check(desk.paths.database)
    for problem in found:
        print(problem)
    if not found:
        print(_("The database is whole."))
    return 3 if found else 0


def repair_(args: argparse.Namespace, desk: Desk, cancel: CancelToken) -> int:
    """Mend the database; 3 if something of it could not be read. MoA Desk has to be closed."""
    if not desk.paths.database.exists():
        print(_("There is no database yet."), file=sys.stderr)
        return 1
    done: Repaired | None = None
    for event in Repair().run(RepairRequest(desk.paths.database), cancel):
        if isinstance(event, Progress):
            show_progress(event, desk.paths.database.name)
        else:
            done = event
    end_progress()
    if done is None:
        raise RuntimeError("a repair ended without saying how")
    if args.json:
        show_json(done)
    else:
        print(_("{count} entries were saved.", count=done.rows))
        print(_("The damaged file is kept as {aside}.", aside=done.aside))
        for name in done.harmed:
            print(_("Not everything could be read in: {names}.", names=name))
    return 3 if done.harmed else 0
