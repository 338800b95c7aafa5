"""`moadesk settings show|get|set|path|check`: the one file of settings, without an editor."""

from __future__ import annotations

import dataclasses
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from agents.base import Notice, UserError
from app import i18n, setting_rules
from app import settings as stored
from app.cli.output import show_json
from app.i18n import _
from app.settings import Settings

if TYPE_CHECKING:
    import argparse

    from agents.base import CancelToken
    from app.build import Desk
    from app.cli.output import Commands

DONE, PROBLEMS = 0, 3


def add(commands: Commands) -> None:
    """Add the command and its sub-commands."""
    command = commands.add_parser("settings", help=_("show, change and check the settings"))
    actions = command.add_subparsers(dest="action", metavar=_("ACTION"), required=True)
    show = actions.add_parser("show", help=_("all settings, as they stand in their file"))
    show.set_defaults(run=run_show)
    get = actions.add_parser("get", help=_("the value of one setting"))
    get.add_argument("name", metavar=_("NAME"), help=_("a setting, as `show` names it"))
    get.set_defaults(run=run_get)
    change = actions.add_parser(
        "set", help=_("change one setting; an open window follows from its next start")
    )
    change.add_argument("name", metavar=_("NAME"), help=_("a setting, as `show` names it"))
    change.add_argument("value", metavar=_("VALUE"), help=_('its new value; "" for none'))
    change.set_defaults(run=run_set)
    path = actions.add_parser("path", help=_("where the file of settings is"))
    path.set_defaults(run=run_path)
    check = actions.add_parser(
        "check", help=_("say what is wrong in a settings file, change nothing")
    )
    check.add_argument("file", nargs="?", type=Path, metavar=_("FILE"), help=_("default: your own"))
    check.set_defaults(run=run_check)
    for action in (show, get, change, path, check):
        action.add_argument("--json", action="store_true", help=_("print the result as JSON"))


def run_show(args: argparse.Namespace, desk: Desk, cancel: CancelToken) -> int:
    """Print every setting."""
    del cancel
    if args.json:
        show_json(desk.settings)
    else:
        print(stored.written(desk.settings, stored.others(desk.paths.settings)), end="")
    return DONE


def run_get(args: argparse.Namespace, desk: Desk, cancel: CancelToken) -> int:
    """Print one value, as `set` takes it."""
    del cancel
    value = getattr(desk.settings, setting_rules.known(args.name))
    if args.json:
        show_json(value)
    else:
        print(_shown(value))
    return DONE


def run_set(args: argparse.Namespace, desk: Desk, cancel: CancelToken) -> int:
    """Store one value; what would not work is refused in a sentence.

    Raises:
        UserError: settings.*, file.unwritable; nothing is changed.
    """
    del cancel
    before = getattr(desk.settings, setting_rules.known(args.name))
    value = setting_rules.typed(args.name, args.value)
    wanted = msgspec.convert(dataclasses.asdict(desk.settings) | {args.name: value}, Settings)
    old = setting_rules.problems(desk.settings, lambda: _models(desk))
    for problem in setting_rules.problems(wanted, lambda: _models(desk)):
        if problem not in old or dict(problem.values).get("name") == args.name:
            raise UserError(problem.code, **dict(problem.values))
    path = desk.paths.settings
    try:
        stored.save(wanted, path)
    except OSError as error:
        reason = error.strerror or str(error)
        raise UserError("file.unwritable", path=str(path), reason=reason) from error
    if args.json:
        show_json({"name": args.name, "value": value, "before": before})
    else:
        print(_("{name} is {value}; it was {before}.", name=args.name,
                value=_quoted(value), before=_quoted(before)))  # fmt: skip
    return DONE


def run_path(args: argparse.Namespace, desk: Desk, cancel: CancelToken) -> int:
    """Print where the file is, whether or not it is there yet."""
    del cancel
    path = desk.paths.settings
    if args.json:
        show_json({"path": path, "exists": path.exists()})
    else:
        print(path)
    return DONE


def run_check(args: argparse.Namespace, desk: Desk, cancel: CancelToken) -> int:
    """Print what is wrong; 3 if anything is.

    Raises:
        UserError: file.missing (of a file that was named), file.unreadable.
    """
    del cancel
    path = args.file or desk.paths.settings
    found: tuple[Notice, ...] = ()
    if args.file or path.exists():
        settings, _notice = stored.load(path, mend=False)
        try:
            found = setting_rules.wrong(setting_rules.read(path))
        except UserError as error:
            if error.code != "settings.no_toml":
                raise
            found = (Notice(error.code, tuple(error.values.items())),)
        found += setting_rules.problems(settings, lambda: _models(desk))
    if args.json:
        problems = [{"code": one.code, "text": i18n.explain(one)} for one in found]
        show_json({"path": path, "problems": problems})
    else:
        for one in found:
            print(i18n.explain(one))
        if not found:
            print(_("The settings are in order."), file=sys.stderr)
    return PROBLEMS if found else DONE


def _models(desk: Desk) -> frozenset[str]:
    return frozenset(one.id for one in desk.shelf.installed())


def _shown(value: str | int) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _quoted(value: str | int) -> str:
    return f'"{value}"' if isinstance(value, str) else _shown(value)
