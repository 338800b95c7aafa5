"""`moadesk kit …`: models to a folder or stick, from there onto a machine without a network."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from agents.base import Notice, Progress
from agents.engine import kit_file, kit_import
from agents.engine.kit_events import KitDone, KitFault, KitImport, KitVerify
from app.cli import model_table
from app.cli.models import ask_licence, show_bytes
from app.cli.output import end_progress, show_json, show_notice
from app.i18n import _
from app.kit_extras import Pack, Packer
from app.kit_words import fault

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable

    from agents.base import CancelToken
    from app.build import Desk
    from app.cli.output import Commands


def add(commands: Commands) -> None:
    """Add the command and its sub-commands."""
    command = commands.add_parser("kit", help=_("take models to a machine without a network"))
    actions = command.add_subparsers(dest="action", metavar=_("ACTION"), required=True)
    as_json = _("print what came of it as JSON")

    out = actions.add_parser("export", help=_("copy models with their digests into a folder"))
    out.add_argument("folder", type=Path, metavar=_("FOLDER"), help=_("a folder or a USB stick"))
    out.add_argument("models", nargs="*", metavar=_("MODEL"), help=_("a model's id"))
    out.add_argument("--all", action="store_true", help=_("every model that can be exported"))
    out.add_argument(
        "--installer",
        type=Path,
        action="append",
        default=[],
        metavar=_("FILE"),
        help=_("an installer of MoA Desk that goes along; may be repeated"),
    )
    out.add_argument("--json", action="store_true", help=as_json)
    out.set_defaults(run=export)

    take = actions.add_parser("import", help=_("take models of a kit onto this machine"))
    take.add_argument("folder", type=Path, metavar=_("FOLDER"), help=_("the folder of the kit"))
    take.add_argument("models", nargs="*", metavar=_("MODEL"), help=_("a model's id; none = all"))
    take.add_argument("--accept-licence", action="store_true", help=_("accept their licences"))
    take.add_argument("--json", action="store_true", help=as_json)
    take.set_defaults(run=bring)

    check = actions.add_parser("verify", help=_("read a kit and name the files that are damaged"))
    check.add_argument("folder", type=Path, metavar=_("FOLDER"), help=_("the folder of the kit"))
    check.add_argument("--json", action="store_true", help=as_json)
    check.set_defaults(run=verify)


def export(args: argparse.Namespace, desk: Desk, cancel: CancelToken) -> int:
    """Copy models, installers and fonts; 2 where nothing is named."""
    models = tuple(args.models)
    if args.all:
        models = tuple(one.id for one in desk.shelf.installed() if one.where != "embedded")
    if not models and not args.installer:
        print(_("Name the models to export, or add --all."), file=sys.stderr)
        return 2
    request = Pack(args.folder, models, tuple(args.installer))
    done = _followed(Packer(desk.kit).run(request, cancel), args.folder.name)
    return _told(args, done, _("{count} models exported to {folder}."))


def bring(args: argparse.Namespace, desk: Desk, cancel: CancelToken) -> int:
    """Take models in; 2 if a licence waits to be accepted, 3 if a file is damaged."""
    accepted = args.accept_licence
    if not accepted:
        kit = kit_file.read(args.folder)
        wanted = [one for one in kit.models if not args.models or one.id in args.models]
        for licence in kit_import.licences(desk.shelf, tuple(wanted)):
            answer = ask_licence(licence.title, licence)
            if answer is None:
                return 2
            if not answer:
                print(_("The licence was not accepted; nothing was taken in."), file=sys.stderr)
                return 1
            accepted = True
    request = KitImport(args.folder, tuple(args.models), licences_accepted=accepted)
    done = _followed(desk.kit.run(request, cancel), args.folder.name)
    return _told(args, done, _("{count} models taken in from {folder}."))


def verify(args: argparse.Namespace, desk: Desk, cancel: CancelToken) -> int:
    """Read every file; 3 if one is damaged."""
    done = _followed(desk.kit.run(KitVerify(args.folder), cancel), args.folder.name)
    return _told(args, done, _("{count} models of {folder} are whole."))


def _followed(events: Iterable[Progress | Notice | KitFault | KitDone], what: str) -> KitDone:
    done: KitDone | None = None
    for event in events:
        if isinstance(event, Progress):
            show_bytes(event, what)
        elif isinstance(event, Notice):
            show_notice(event)
        elif isinstance(event, KitFault):
            end_progress()
            print(fault(event), file=sys.stderr)
        else:
            done = event
    end_progress()
    if done is None:
        raise RuntimeError("a kit ended without saying how")
    return done


def _told(args: argparse.Namespace, done: KitDone, words: str) -> int:
    extra_words = "  {file}" if args.action == "export" else _("  {file}: whole, in the kit")
    if args.json:
        show_json(done)
    else:
        print(words.format(count=len(done.models), folder=done.folder))
        for model in done.models:
            print(f"  {model}")
        if done.size:
            print(f"  {model_table.size(done.size)}")
        for extra in done.extras:  # not taken in: a person installs them
            print(extra_words.format(file=extra))
        for model in done.already:
            print(_("  {model}: was there already", model=model))
    if not done.faults:
        return 0
    return 3 if done.models or done.already or done.extras else 1
