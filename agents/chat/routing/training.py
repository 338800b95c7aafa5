"""Trains the router's words anew: `python -m agents.chat.routing.training OUT EXAMPLES…`.

The one law: it reads what it is given and never the half that is held back.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from agents.chat.evaluation.routing import read
from agents.chat.routing import linear
from agents.chat.routing.features import features
from agents.chat.routing.router import ROUTES

if TYPE_CHECKING:
    from collections.abc import Sequence


def trained(paths: Sequence[Path]) -> linear.Linear:
    """A classifier from files of labelled requests; those with several tasks are left out.

    Raises:
        UserError: what `agents.chat.evaluation.routing.read` raises.
    """
    rows = [row for path in paths for row in read(path) if not row.routes]
    return linear.train([(features(row.text), row.route) for row in rows], ROUTES)


if __name__ == "__main__":
    trained([Path(name) for name in sys.argv[2:]]).save(Path(sys.argv[1]))
