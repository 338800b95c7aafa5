"""Trains the router's words anew: `python -m agents.chat.routing.training EXAMPLES OUT`.

The one law: it reads the examples alone, never what the router is measured on.
"""

from __future__ import annotations

import sys
from pathlib import Path

from agents.chat.evaluation.routing import read
from agents.chat.routing import linear
from agents.chat.routing.features import features
from agents.chat.routing.router import ROUTES


def trained(path: Path) -> linear.Linear:
    """A classifier from a file of labelled requests; those with several tasks are left out.

    Raises:
        UserError: what `agents.chat.evaluation.routing.read` raises.
    """
    rows = [row for row in read(path) if not row.routes]
    return linear.train([(features(row.text), row.route) for row in rows], ROUTES)


if __name__ == "__main__":
    trained(Path(sys.argv[1])).save(Path(sys.argv[2]))
