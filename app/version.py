"""The version, from the installed metadata: `pyproject.toml` is its one home."""

from importlib.metadata import PackageNotFoundError, version


def _version() -> str:
    try:
        return version("moadesk")
    except PackageNotFoundError:  # running from a source tree that was never installed
        return "0"


VERSION = _version()
