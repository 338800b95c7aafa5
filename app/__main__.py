"""Entry point: the command line where there is a command, otherwise the window."""

from __future__ import annotations

import sys

from app import i18n, settings
from app.paths import user_paths


def main(arguments: list[str] | None = None) -> int:
    """Run `moadesk`; returns the exit code."""
    arguments = sys.argv[1:] if arguments is None else arguments
    paths = user_paths()
    chosen, notice = settings.load(paths.settings)
    language = i18n.system_language() if chosen.language == "system" else chosen.language
    i18n.use(language, paths.assets)
    if arguments:
        from app.cli import main as cli  # noqa: PLC0415 - the window starts without the command line

        if notice is not None:
            print(i18n.explain(notice), file=sys.stderr)  # noqa: T201
        return cli.run(arguments, paths, chosen)
    from app.ui import build  # noqa: PLC0415 - the command line works where Qt does not

    return build.run(paths, chosen, notice)


if __name__ == "__main__":
    sys.exit(main())
