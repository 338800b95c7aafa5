"""What the desk decides when it puts its parts together."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from app.build import Desk
from app.paths import Paths, assets_dir
from app.settings import Settings
from tests.engine.scripted import ScriptedEngine, ScriptedModels


class Shelf:
    """Which models are here: id -> (role, languages)."""

    def __init__(self, models):
        self.models = models

    def get(self, model_id):
        role, _languages = self.models.get(model_id, ("", ()))
        return SimpleNamespace(id=model_id, role=role) if role else None

    def knows(self, model_id, language):
        return language in self.models[model_id][1]


@pytest.mark.parametrize(
    ("chosen", "found"),
    [("", ("chat",)), ("big", ("big", "chat")), ("remote:x", ("chat",)), ("gone", ("chat",))],
)
def test_which_other_models_may_be_asked(tmp_path, chosen, found):
    """Those in memory that can, and the one of the settings; nobody elsewhere."""
    paths = Paths(tmp_path, tmp_path, tmp_path, assets_dir())
    desk = Desk(paths, Settings(second_translation_model=chosen))
    models = {
        "main": ("translation", ("en", "ko")),
        "chat": ("chat", ("en", "ko")),
        "english": ("chat", ("en",)),
        "vectors": ("embedding", ("en", "ko")),
        "big": ("scholar", ("en", "ko")),
    }
    lent = ScriptedModels({name: ScriptedEngine("") for name in models})
    for name in ("main", "chat", "english", "vectors"):
        lent.borrow(name)
    vars(desk)["models"], vars(desk)["shelf"] = lent, Shelf(models)
    assert desk._further("main", "ko") == found
