"""`moadesk data …`: looks whether the database is whole, mends it, and goes back to backups."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from agents.base import Progress, UserError
from agents.store import backups, repair
from agents.store.repair import Repair, Repaired, RepairRequest, Restored, RestoreRequest
from app.cli.output import end_progress, show_json, show_progress
from app.i18n import _

if TYPE_CHECKING:
    import argparse

    from agents.base import CancelToken
    from app.build import Desk
    from app.cli.output import Commands


def add(commands: Commands) -> None:
    """Add the command and its sub-commands."""
    command = commands.add_parser("data", help=_("check, repair, back up the database"))
    actions = command.add_subparsers(dest="action", metavar=_("ACTION"), required=True)
    check = actions.add_parser("check", help=_("read the whole database and name what is wrong"))
    check.set_defaults(run=look)
    mend = actions.add_parser("repair", help=_("save what can be read; the damaged file is kept"))
    mend.add_argument("--json", action="store_true", help=_("print what came of it as JSON"))
    mend.set_defaults(run=repair_)
    listing = actions.add_parser("backups", help=_("list the backups, the latest first"))
    listing.add_argument("--json", action="store_true", help=_("print the list as JSON"))
    listing.set_defaults(run=list_backups)
    make = actions.add_parser("backup", help=_("make a backup now"))
    make.set_defaults(run=make_backup)
    back = actions.add_parser("restore", help=_("go back to a backup; what is there now is kept"))
    back.add_argument("name", metavar=_("NAME"), help=_("its name, as `backups` lists it"))
    back.set_defaults(run=restore)


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
        elif isinstance(event, Repaired):
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


def list_backups(args: argparse.Namespace, desk: Desk, cancel: CancelToken) -> int:
    """Print when, why and how large each is; 1 if there are none. The database is not opened."""
    del cancel
    found = backups.listed(desk.paths.database)
    if args.json:
        show_json(found)
    for one in () if args.json else found:
        print(f"{Path(one.path).name}\t{one.reason}\t{one.size}")
    return 0 if found else 1


def make_backup(args: argparse.Namespace, desk: Desk, cancel: CancelToken) -> int:
    """Copy the database as it is now.

    Raises:
        UserError: store.no_backup, store.damaged.
    """
    del args, cancel
    print(desk.backups.make().path)
    return 0


def restore(args: argparse.Namespace, desk: Desk, cancel: CancelToken) -> int:
    """Make the database what it was. MoA Desk has to be closed.

    Raises:
        UserError: store.backup_gone, store.backup_damaged, store.newer, store.no_backup,
            store.repair_room.
    """
    path = desk.paths.database
    chosen = next(
        (one for one in backups.listed(path) if args.name in {one.path, Path(one.path).name}), None
    )
    if chosen is None:
        raise UserError("store.backup_gone", path=args.name)
    if not repair.check(path) and path.exists():
        print(_("What was there is kept as {aside}.", aside=desk.backups.restore(chosen.path).path))
        return 0
    for event in Repair().run(RestoreRequest(path, chosen), cancel):
        if isinstance(event, Restored):
            print(_("The damaged file is kept as {aside}.", aside=event.aside))
    return 0
