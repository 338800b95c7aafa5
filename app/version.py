"""The version, from the installed metadata: `pyproject.toml` is its one home."""


def _version() -> str:
    from importlib.metadata import PackageNotFoundError, version  # noqa: PLC0415 - slow to import

    try:
        return version("moadesk")
    except PackageNotFoundError:  # running from a source tree that was never installed
        return "0"


def __getattr__(name: str) -> str:
    """`VERSION`, looked up when it is first wanted: the window opens without it."""
    if name != "VERSION":
        raise AttributeError(name)
    globals()[name] = _version()
    return str(globals()[name])
