"""The names of the routes a request can take. Loads nothing: stored steps are read with it."""

from __future__ import annotations

from typing import Literal, get_args

Route = Literal["answer", "maths", "code", "tool", "document", "translate", "scholar"]
ROUTES: tuple[Route, ...] = get_args(Route)
