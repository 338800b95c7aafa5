"""The version, from the installed metadata: `pyproject.toml` is its one home."""


def _version() -> str:
    from importlib.metadata import PackageNotFoundError, version  # noqa: PLC0415 - slow to import

    try:
        return version("moadesk")
    except PackageNotFoundError:  # running from a source tree that was never installed
        return "0"


def homepage() -> str:
    """Where MoA Desk is at home, without a slash at the end."""
    from importlib.metadata import PackageNotFoundError, metadata  # noqa: PLC0415 - slow to import

    try:
        stated = metadata("moadesk").get_all("Project-URL") or []
    except PackageNotFoundError:
        stated = []
    addresses = (entry.partition(", ")[2] for entry in stated if entry.startswith("Homepage, "))
    return next(addresses, "https://github.com/moadesk/moadesk").rstrip("/")


def __getattr__(name: str) -> str:
    """`VERSION`, looked up when it is first wanted: the window opens without it."""
    if name != "VERSION":
        raise AttributeError(name)
    globals()[name] = _version()
    return str(globals()[name])
