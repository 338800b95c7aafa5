"""The models a person can choose: those on this machine, and a server's where that is switched on.

The one law: a model elsewhere says so in its name, and is never chosen while one is here, unless
the user wants it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from agents.engine import endpoint
from app.i18n import _

if TYPE_CHECKING:
    from collections.abc import Callable

    from agents.engine.catalog import ModelRole
    from agents.engine.shelf import Shelf
    from app.settings import Settings

_NO_WORDS = ("entities", "embedding")


@dataclass(frozen=True, slots=True)
class ModelChoice:
    """One model to choose."""

    id: str
    name: str
    role: ModelRole
    languages: tuple[str, ...]  # empty = unknown
    remote: bool = False


class Choices:
    """What can be chosen now. Holds no state."""

    def __init__(self, shelf: Shelf, settings: Callable[[], Settings]) -> None:
        """Keep where to look."""
        self._shelf = shelf
        self._settings = settings

    def all(self) -> tuple[ModelChoice, ...]:
        """Every model that works now, this machine's first."""
        here = tuple(
            ModelChoice(one.id, one.name, one.role, one.languages)
            for one in self._shelf.installed()
        )
        remote = self.remote()
        return (*here, remote) if remote else here

    def remote(self) -> ModelChoice | None:
        """The server's model, where one is named and the server is switched on."""
        settings = self._settings()
        if not (settings.remote_enabled and settings.remote_url and settings.remote_model):
            return None
        host = endpoint.host(settings.remote_url)
        name = _("{model} · remote: {host}", model=settings.remote_model, host=host)
        return ModelChoice(endpoint.PREFIX + settings.remote_model, name, "chat", (), remote=True)

    def best(self, role: ModelRole, wanted: str = "") -> str:
        """The id of the model to use for `role`; see `Shelf.best`.

        A server's model is it where it is wanted, or where nothing is on this machine.
        """
        remote = self.remote() if role not in _NO_WORDS else None
        if remote and wanted == remote.id:
            return wanted
        wanted = "" if wanted.startswith(endpoint.PREFIX) else wanted
        return self._shelf.best(role, wanted) or (remote.id if remote else "")
