"""`moadesk models …`: what is here, download, import, verify, remove, and the hub token."""

from __future__ import annotations

import dataclasses
import getpass
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar, get_args

from agents.base import CancelledError, Notice, Progress, UserError
from agents.engine.catalog import ModelRole
from agents.engine.hub import PullRequest
from agents.engine.shelf import Imported, ImportRequest, VerifyDone, VerifyRequest
from app import i18n, keys
from app.cli import model_table, speed
from app.cli.output import end_progress, show_json, show_notice, show_progress
from app.i18n import _

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterable, Iterator

    from agents.base import CancelToken
    from agents.engine.catalog import Licence
    from app.build import Desk
    from app.cli.output import Commands

Thing = TypeVar("Thing")


def add(commands: Commands) -> None:
    """Add the command and its sub-commands."""
    command = commands.add_parser("models", help=_("list, download, import and check models"))
    actions = command.add_subparsers(dest="action", metavar=_("ACTION"), required=True)

    listing = actions.add_parser("list", help=_("which models there are, and what fits here"))
    listing.add_argument("--installed", action="store_true", help=_("only those that are here"))
    listing.add_argument("--json", action="store_true", help=_("print the list as JSON"))
    listing.set_defaults(run=list_models)

    pull = actions.add_parser("pull", help=_("download models, or go on with a download"))
    pull.add_argument("models", nargs="+", metavar=_("MODEL"), help=_("a model's id"))
    pull.add_argument("--accept-licence", action="store_true", help=_("accept the model's licence"))
    pull.add_argument("--json", action="store_true", help=_("print what came as JSON"))
    pull.set_defaults(run=pull_models)

    take = actions.add_parser("import", help=_("take in a GGUF file or a GLiNER folder"))
    take.add_argument("files", nargs="+", type=Path, metavar=_("FILE"), help=_("file or folder"))
    roles = get_args(ModelRole)
    take.add_argument("--role", choices=roles, help=_("what the model is for"))
    take.add_argument(
        "--language", action="append", default=[], help=_('a language it knows, such as "ko"')
    )
    take.add_argument("--json", action="store_true", help=_("print what was taken in as JSON"))
    take.set_defaults(run=import_models)

    verify = actions.add_parser("verify", help=_("compare models with their digests"))
    verify.add_argument("models", nargs="*", metavar=_("MODEL"), help=_("a model's id; none = all"))
    verify.add_argument("--json", action="store_true", help=_("print the states as JSON"))
    verify.set_defaults(run=verify_models)

    remove = actions.add_parser("remove", help=_("delete models or interrupted downloads"))
    remove.add_argument("models", nargs="+", metavar=_("MODEL"), help=_("a model's id"))
    remove.set_defaults(run=remove_models)

    speed.add(actions)

    token = actions.add_parser("token", help=_("keep or forget the hub token"))
    token.add_argument("what", choices=("set", "clear"), help=_("set reads it from the keyboard"))
    token.set_defaults(run=hub_token)


# --- list ---


def list_models(args: argparse.Namespace, desk: Desk, cancel: CancelToken) -> int:
    """Print every model of the catalogue and every imported one."""
    del cancel
    shelf = desk.shelf
    ids = [entry.id for entry in shelf.catalog.entries]
    ids += [model.id for model in shelf.installed() if model.id not in ids]
    rows = [model_table.row(shelf, entry) for one in ids if (entry := shelf.entry(one))]
    if args.installed:
        rows = [row for row in rows if row.installed]
    if args.json:
        show_json(rows)
    else:
        model_table.show(rows)
    return 0


# --- pull, import, verify, remove ---


def pull_models(args: argparse.Namespace, desk: Desk, cancel: CancelToken) -> int:
    """Download each; 3 if only some came, 1 if none, 2 if a licence waits to be accepted."""
    came: list[dict[str, str | int]] = []
    agreed: set[str] = set()
    for model_id in args.models:
        entry = desk.shelf.catalog.get(model_id)
        if args.accept_licence:
            agreed.add(model_id)
        elif entry and not desk.shelf.get(model_id) and not desk.shelf.accepted(entry.licence):
            answer = ask_licence(entry.name, entry.licence)
            if answer is None:
                return 2
            if not answer:
                print(_("The licence was not accepted; nothing was downloaded."), file=sys.stderr)
                return 1
            agreed.add(model_id)

    def pull(model_id: str) -> None:
        request = PullRequest(model_id, licence_accepted=model_id in agreed)
        for event in _shown(desk.hub.run(request, cancel), model_id):
            came.append(
                {
                    "id": event.id,
                    "name": event.name,
                    "path": str(event.path),
                    "size": event.size,
                    "verified": event.verified,
                }
            )
            if not args.json:
                print(_("{name} is here: {path}", name=event.name, path=event.path))

    failed = _each(args.models, pull)
    if args.json:
        show_json(came)
    return _code(failed, len(args.models))


def ask_licence(name: str, licence: Licence) -> bool | None:
    """Show the licence of something and ask; None where nobody can answer."""
    print(_("Licence of {name}: {url}", name=name, url=licence.url), file=sys.stderr)
    if licence.condition:
        show_notice(licence.condition)
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        print(
            _("To accept it without being asked, add --accept-licence to the command."),
            file=sys.stderr,
        )
        return None
    print(_("Do you accept this licence? [y/N] "), end="", file=sys.stderr, flush=True)
    return _answered(input).strip().lower() in {"y", "yes", "예", "네"}


def _answered(read: Callable[[], str]) -> str:
    """Let Ctrl+C leave a question, which the command line's own handler would not."""
    previous = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        return read()
    except EOFError:
        return ""
    except KeyboardInterrupt:
        raise CancelledError from None
    finally:
        signal.signal(signal.SIGINT, previous)


def import_models(args: argparse.Namespace, desk: Desk, cancel: CancelToken) -> int:
    """Take in each file; 3 if only some could be read, 1 if none."""
    taken: list[dict[str, str | int]] = []

    def take(source: Path) -> None:
        request = ImportRequest(source, args.role, tuple(args.language))
        for event in _shown(desk.shelf.run(request, cancel), source.name):
            if isinstance(event, Imported):
                taken.append(
                    {
                        "id": event.id,
                        "name": event.name,
                        "path": str(event.path),
                        "size": event.size,
                        "known": event.known,
                    }
                )
                if not args.json:
                    print(_("{name} is here: {path}", name=event.name, path=event.path))
                if not event.known and not desk.shelf.knows(event.id, "ko"):
                    print(
                        _("It is not known whether {model} knows Korean.", model=event.id),
                        file=sys.stderr,
                    )

    failed = _each(args.files, take)
    if args.json:
        show_json(taken)
    return _code(failed, len(args.files))


def verify_models(args: argparse.Namespace, desk: Desk, cancel: CancelToken) -> int:
    """Hash each; 3 if one has changed or is not here."""
    models = args.models or [model.id for model in desk.shelf.installed()]
    states: dict[str, str] = {}

    def verify(model_id: str) -> None:
        for event in _shown(desk.shelf.run(VerifyRequest(model_id), cancel), model_id):
            if isinstance(event, VerifyDone):
                states[event.id] = event.state
                if not args.json:
                    print(f"{event.id}: {_verdict(event.state)}")

    failed = _each(models, verify)
    if args.json:
        show_json(states)
    return _code(failed, len(models)) or (3 if "changed" in states.values() else 0)


def _verdict(state: str) -> str:
    return {
        "ok": _("unchanged"),
        "changed": _("changed: remove it and download it again"),
        "unknown": _("no digest was published; from now on changes are noticed"),
    }[state]


def remove_models(args: argparse.Namespace, desk: Desk, cancel: CancelToken) -> int:
    """Delete each; 3 if only some could be, 1 if none."""

    def remove(model_id: str) -> None:
        cancel.check()
        size = desk.shelf.remove(model_id)
        print(
            _(
                "{model} was removed; {size} are free again.",
                model=model_id,
                size=model_table.size(size) if size else "0 MB",
            )
        )

    return _code(_each(args.models, remove), len(args.models))


def _each(things: Iterable[Thing], act: Callable[[Thing], None]) -> int:
    """Do it for each, going on after a problem; returns how many failed."""
    failed = 0
    for thing in things:
        try:
            act(thing)
        except UserError as error:
            end_progress()
            print(i18n.explain(error), file=sys.stderr)
            failed += 1
    return failed


def _code(failed: int, count: int) -> int:
    return 0 if not failed else 1 if failed == count else 3


def _shown(events: Iterable[Progress | Notice | Thing], what: str) -> Iterator[Thing]:
    """Show progress and notices, pass on the rest."""
    for event in events:
        if isinstance(event, Progress):
            show_bytes(event, what)
        elif isinstance(event, Notice):
            show_notice(event)
        else:
            end_progress()
            yield event


def show_bytes(event: Progress, what: str) -> None:
    """Show progress in bytes as a line in megabytes."""
    total = -(-event.total // 1_000_000)
    done = total if event.done == event.total else event.done // 1_000_000
    rate = f" {event.rate / 1_000_000:.1f} MB/s" if event.rate else ""
    scaled = dataclasses.replace(event, done=done, total=total)
    show_progress(scaled, f"{what}{rate} (MB)")


# --- token ---


def hub_token(args: argparse.Namespace, desk: Desk, cancel: CancelToken) -> int:
    """Keep the hub token in the keyring, or delete it; 1 where there is no keyring."""
    del cancel
    if args.what == "clear":
        if not keys.set_hub_token("", desk.mirror):
            print(_("This system has no keyring that can be used now."), file=sys.stderr)
            return 1
        print(_("The token was deleted."))
        return 0
    if sys.stdin.isatty():
        token = _answered(lambda: getpass.getpass(_("Hub token (not shown): ")))
    else:
        token = sys.stdin.readline()
    if not token.strip():
        print(_("There was no token. Nothing was changed."), file=sys.stderr)
        return 1
    if not keys.set_hub_token(token, desk.mirror):
        print(
            _("This system has no keyring that can be used now: the token was not kept."),
            file=sys.stderr,
        )
        return 1
    print(_("The token is in the keyring of this system."))
    return 0
