"""The version, from the installed metadata: `pyproject.toml` is its one home."""

from importlib.metadata import PackageNotFoundError, metadata, version


def _version() -> str:
    try:
        return version("moadesk")
    except PackageNotFoundError:  # running from a source tree that was never installed
        return "0"


VERSION = _version()


def homepage() -> str:
    """Where MoA Desk is at home, without a slash at the end."""
    try:
        stated = metadata("moadesk").get_all("Project-URL") or []
    except PackageNotFoundError:
        stated = []
    addresses = (entry.partition(", ")[2] for entry in stated if entry.startswith("Homepage, "))
    return next(addresses, "https://github.com/moadesk/moadesk").rstrip("/")
