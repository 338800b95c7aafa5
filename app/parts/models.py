"""The models: what there is, what is loaded, where they come from.

The one law: nothing here loads a model; that is done by who is asked to do something.
"""

from __future__ import annotations

import functools
import os
import shutil
from typing import TYPE_CHECKING

from app import keys
from app.parts.stores import Stores

if TYPE_CHECKING:
    from collections.abc import Callable

    from agents.engine import catalog
    from agents.engine.cache import ModelCache
    from agents.engine.everywhere import Everywhere
    from agents.engine.hub import Hub
    from agents.engine.kit import Kit
    from agents.engine.pace import PaceMeter
    from agents.engine.port import Embedder
    from agents.engine.shelf import Shelf
    from agents.engine.wire import Wire
    from agents.entities.agent import EntityAgent
    from agents.translation.korean import Korean
    from app.choices import Choices
    from app.updates import Updates


class ModelParts(Stores):
    """The models: what there is, what is loaded, where they come from."""

    @functools.cached_property
    def catalog(self) -> catalog.Catalog:
        """The models we know."""
        from agents.engine import catalog

        return catalog.load(self.paths.assets / "catalog.toml")

    @functools.cached_property
    def shelf(self) -> Shelf:
        """The models that are on this machine."""
        from agents.engine.shelf import Shelf

        return Shelf(self.catalog, self.paths.models)

    @functools.cached_property
    def choices(self) -> Choices:
        """The models to choose from."""
        from app.choices import Choices

        return Choices(self.shelf, lambda: self.settings)

    @functools.cached_property
    def hub(self) -> Hub:
        """Where models come from."""
        from agents.engine.hub import Hub

        return Hub(
            self.shelf,
            token=lambda: keys.hub_token(self.mirror),
            mirror=lambda: self.settings.hub_address,
            proxy=lambda: self.settings.hub_proxy,
            wire=self.wire,
        )

    @functools.cached_property
    def kit(self) -> Kit:
        """Takes models to a machine without a network."""
        from agents.engine.kit import Kit

        return Kit(self.shelf)

    @functools.cached_property
    def pace(self) -> PaceMeter:
        """Measures how quick models are here."""
        from agents.engine.pace import PaceMeter

        return PaceMeter(self.models)

    @property
    def mirror(self) -> str:
        """Host of the mirror that is asked in place of the model hub; empty where none is."""
        from agents.engine import endpoint
        from agents.engine.hub import MIRROR

        address = self.settings.hub_address or os.environ.get(MIRROR, "")
        return endpoint.host(address)

    @functools.cached_property
    def wire(self) -> Wire:
        """What goes over the network."""
        from agents.engine.wire import Wire

        return Wire(lambda: self.network_log)

    @functools.cached_property
    def updates(self) -> Updates:
        """Looks for a newer version when a person asks."""
        from app.updates import Updates

        return Updates(self.wire, lambda: self.settings.hub_proxy)

    @functools.cached_property
    def cache(self) -> ModelCache:
        """The loaded models of this machine."""
        from agents.engine.cache import ModelCache

        if not self.settings.conversation_disk_mb:
            shutil.rmtree(self.paths.states, ignore_errors=True)
        return ModelCache(
            self.shelf,
            threads=self.settings.threads,
            budget=self.settings.memory_budget_mb * 2**20,
            quiet=self.settings.quiet,
            turns=self.turns,
            states=self.paths.states if self.settings.conversation_disk_mb else None,
            states_budget=self.settings.conversation_disk_mb * 2**20,
        )

    @functools.cached_property
    def models(self) -> Everywhere:
        """All models: those of this machine and, where that is switched on, of a server."""
        from agents.engine.everywhere import Everywhere

        return Everywhere(
            self.cache,
            address=lambda: self.settings.remote_url if self.settings.remote_enabled else "",
            key=keys.remote_key,
            catalog=self.catalog,
            wire=self.wire,
        )

    def embedder(self) -> Embedder | None:
        """Search by meaning with the model that is best now; None where there is none.

        Asked anew for each job: the user may have brought a model since. Vectors are stored under
        their embedder's id, so that the library is embedded anew as it is searched.
        """
        model = self.shelf.best("embedding", self.settings.embedding_model)
        return self._embedders(model) if model else self.embedded

    @functools.cached_property
    def _embedders(self) -> Callable[[str], Embedder]:
        return functools.lru_cache(maxsize=8)(self.cache.embedder)

    @functools.cached_property
    def embedded(self) -> Embedder | None:
        """The embedder that comes along; None where it has no wheel."""
        from agents.engine.embed import default_embedder

        return default_embedder(self.turns)

    @functools.cached_property
    def entities(self) -> EntityAgent:
        """Finds names, methods, datasets."""
        from agents.entities.agent import EntityAgent

        return EntityAgent(self.shelf.path, self.korean.particles, self.turns)

    @functools.cached_property
    def korean(self) -> Korean:
        """The Korean analyser, shared: it takes a second to load and 80 MB."""
        from agents.translation.korean import Korean

        return Korean(self.segmentation)

    def hurry(self, hurried: bool) -> None:  # noqa: FBT001 - the value itself is handed over
        """Let the models of this machine have all cores, or as many as usual."""
        self.cache.hurry(hurried=hurried)

    def free_memory(self) -> int:
        """Unload what nobody uses now; returns the bytes of the language models among it."""
        if "entities" in self.__dict__:
            self.entities.free()
        return self.models.free()
