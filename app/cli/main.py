"""Arguments, exit codes and the one place where a problem becomes a sentence.

Exit codes: 0 done, 1 nothing made, 2 usage, 3 finished with problems, 130 cancelled.
Results go to stdout, progress and notices to stderr.
"""

from __future__ import annotations

import argparse
import signal
import sys
from typing import TYPE_CHECKING, Protocol

from agents.base import CancelledError, CancelToken, UserError
from agents.store import troubles
from app import i18n
from app.build import Desk
from app.cli import (
    bench,
    chat,
    chats,
    data,
    demo,
    draft,
    drafts,
    entities,
    glossary,
    kit,
    library,
    memory,
    models,
    network,
    prompts,
    route,
    settings,
    translate,
    verify,
)
from app.cli import eval as evaluate
from app.i18n import N_, _
from app.version import VERSION

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import FrameType

    from app.cli.output import Commands
    from app.paths import Paths
    from app.settings import Settings

# argparse's own words: it asks gettext for them, and we answer.
ARGPARSE = (
    N_("usage: "),
    N_("positional arguments"),
    N_("options"),
    N_("show this help message and exit"),
    N_("show program's version number and exit"),
    N_("%(prog)s: error: %(message)s\n"),
    N_("argument %(argument_name)s: %(message)s"),
    N_("the following arguments are required: %s"),
    N_("unrecognized arguments: %s"),
    N_("expected one argument"),
    N_("expected at least one argument"),
    N_("invalid choice: %(value)r (choose from %(choices)s)"),
    N_("invalid %(type)s value: %(value)r"),
    N_("not allowed with argument %s"),
    N_("one of the arguments %s is required"),
)

DONE, NOTHING, USAGE, PROBLEMS, CANCELLED = 0, 1, 2, 3, 130


class Command(Protocol):
    """A module that adds itself to the command line."""

    def add(self, commands: Commands) -> None:
        """Add a sub-command whose `run` is `(args, desk, cancel) -> exit code`."""
        ...


def parser(*more: Command) -> argparse.ArgumentParser:
    """The whole command line, in the user's language."""
    argparse.__dict__["_"] = _
    top = argparse.ArgumentParser(
        prog="moadesk",
        description=_("An offline writing desk. Without a command it opens the window."),
    )
    top.add_argument("--version", action="version", version=VERSION)
    commands = top.add_subparsers(dest="command", metavar=_("COMMAND"))
    own = (chat, chats, prompts, route, translate, memory, glossary, draft, drafts, verify)
    more_own = (library, entities, models, kit, network, settings, data, bench, evaluate, demo)
    for module in (*own, *more_own, *more):
        module.add(commands)
    return top


def run(arguments: Sequence[str], paths: Paths, settings: Settings, *more: Command) -> int:
    """Run one command; returns the exit code."""
    args = parser(*more).parse_args(arguments)
    cancel = CancelToken()

    def interrupted(_number: int, _frame: FrameType | None) -> None:
        cancel.cancel()

    previous = signal.signal(signal.SIGINT, interrupted)
    desk = Desk(paths, settings)
    try:
        code: int = args.run(args, desk, cancel)
    except CancelledError:
        print(_("Cancelled. What was made so far is kept."), file=sys.stderr)
        return CANCELLED
    except UserError as error:
        print(i18n.explain(error), file=sys.stderr)
        return NOTHING
    except BrokenPipeError:
        sys.stderr.close()
        return NOTHING
    except Exception as error:
        known = troubles.explained(error)
        if known is None:
            raise
        print(i18n.explain(known), file=sys.stderr)
        return NOTHING
    else:
        return code
    finally:
        signal.signal(signal.SIGINT, previous)
        desk.close()
