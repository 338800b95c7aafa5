"""`moadesk translate … --also KINDS`: which outputs are asked for."""

from __future__ import annotations

import argparse

from app.beside import KINDS
from app.i18n import _


def kinds(text: str) -> tuple[str, ...]:
    """The kinds of a list with commas, for argparse."""
    wanted = tuple(dict.fromkeys(part.strip() for part in text.split(",") if part.strip()))
    unknown = next((key for key in wanted if key not in KINDS), "")
    if unknown or not wanted:
        known = ", ".join(KINDS)
        raise argparse.ArgumentTypeError(
            _("there is no output {name!r}; there are {known}", name=unknown or text, known=known)
        )
    return wanted
