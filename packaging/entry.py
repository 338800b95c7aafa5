"""Where the frozen program starts: the same `run` as `python -m app`."""

from app.__main__ import run

run()
