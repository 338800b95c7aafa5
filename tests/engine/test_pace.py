"""Speed is what the engine says it took, on texts it has not seen; silence is no speed."""

# ruff: noqa: F811 - fixtures are imported

from __future__ import annotations

import pytest

from agents.base import CancelledError, CancelToken, Progress, UserError
from agents.engine.pace import Pace, PaceMeter, PaceRequest
from tests.engine.scripted import ScriptedEngine, ScriptedModels
from tests.engine.tiny_models import tiny_folder, tiny_models  # noqa: F401 - fixtures


def run(models, model, cancel=None):
    return list(PaceMeter(models).run(PaceRequest(model), cancel or CancelToken()))


def test_reading_and_writing_are_measured(tiny_models):
    tiny_models.free()
    first = run(tiny_models, "lfm2")
    assert isinstance(first[0], Progress)
    pace = first[-1]
    assert isinstance(pace, Pace)
    assert pace.reading > 0
    assert pace.writing > 0
    assert pace.loading > 0
    assert run(tiny_models, "lfm2")[-1].loading == 0.0  # it is in memory now


def test_a_model_that_writes_nothing_has_no_speed():
    models = ScriptedModels({"mute": ScriptedEngine("")})
    with pytest.raises(UserError) as caught:
        run(models, "mute")
    assert caught.value.code == "engine.pace"


def test_it_stops_when_told(tiny_models):
    cancel = CancelToken()
    with pytest.raises(CancelledError):
        for _event in PaceMeter(tiny_models).run(PaceRequest("lfm2"), cancel):
            cancel.cancel()
