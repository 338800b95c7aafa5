"""The version, from the installed metadata: `pyproject.toml` is its one home."""

from importlib.metadata import PackageNotFoundError, version

try:
    VERSION = version("moadesk")
except PackageNotFoundError:  # running from a source tree that was never installed
    VERSION = "0"
