"""Entry point: the command line where there is a command, otherwise the window."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from agents.base import UserError
from app import i18n, screen, settings
from app.paths import user_paths

if TYPE_CHECKING:
    from agents.base import Notice
    from app.paths import Paths


def main(arguments: list[str] | None = None) -> int:
    """Run `moadesk`; returns the exit code."""
    arguments = sys.argv[1:] if arguments is None else arguments
    paths = user_paths()
    looking = arguments[:2] == ["settings", "check"]  # which says what is wrong, and mends nothing
    chosen, notice = settings.load(paths.settings, mend=not looking)
    language = i18n.system_language() if chosen.language == "system" else chosen.language
    i18n.use(language, paths.assets)
    if arguments and not _only_files(arguments):
        return _command(arguments, paths, chosen, notice)
    try:
        screen.check()
    except UserError as error:
        screen.tell(i18n.explain(error))
        return 1
    from app.ui import build  # noqa: PLC0415 - the command line works where Qt does not

    return build.run(paths, chosen, notice, [Path(name) for name in arguments])


def _only_files(arguments: list[str]) -> bool:
    """Whether the desktop started us with files to open ("open with")."""
    return all(not name.startswith("-") and Path(name).is_file() for name in arguments)


def _command(
    arguments: list[str], paths: Paths, chosen: settings.Settings, notice: Notice | None
) -> int:
    from app import selftest  # noqa: PLC0415 - the window starts without the command line
    from app.cli import main as cli  # noqa: PLC0415 - likewise

    if notice is not None:
        print(i18n.explain(notice), file=sys.stderr)  # noqa: T201
    if arguments[0] == "--selftest":
        arguments = ["selftest", *arguments[1:]]
    return cli.run(arguments, paths, chosen, selftest)


def run() -> None:
    """The console command: Ctrl+C before a command listens for it is a cancellation too."""
    try:
        code = main()
    except KeyboardInterrupt:
        code = 130
    sys.exit(code)


if __name__ == "__main__":
    run()
