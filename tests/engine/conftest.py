"""Models for the tests of the engine."""

from __future__ import annotations

from tests.engine.servers import llama_server  # noqa: F401 - a fixture
from tests.engine.tiny_models import (  # noqa: F401 - fixtures
    starter_models,
    tiny_folder,
    tiny_models,
)
