"""A server's model is offered only while it is on, and chosen only where it is wanted."""

from __future__ import annotations

from agents.engine.shelf import Installed
from app.choices import Choices
from app.settings import Settings

ON = Settings(remote_enabled=True, remote_url="http://gpu.lan/v1", remote_model="big")


class Shelf:
    """One model here, or none."""

    def __init__(self, tmp_path, *ids):
        self._here = tuple(
            Installed(
                id=one,
                name=one.title(),
                role="chat",
                languages=("en",),
                path=tmp_path,
                size=1,
                where="downloaded",
                verified="ok",
            )
            for one in ids
        )

    def installed(self):
        return self._here

    def best(self, role, wanted=""):
        ids = [one.id for one in self._here]
        return wanted if wanted in ids else next(iter(ids), "")


def test_off_by_default(tmp_path):
    choices = Choices(Shelf(tmp_path, "small"), Settings)
    assert [one.id for one in choices.all()] == ["small"]
    assert choices.best("chat", "remote:big") == "small"


def test_on_it_is_offered_last_and_named_by_its_host(tmp_path):
    choices = Choices(Shelf(tmp_path, "small"), lambda: ON)
    assert [(one.id, one.name, one.remote) for one in choices.all()] == [
        ("small", "Small", False),
        ("remote:big", "big · remote: gpu.lan", True),
    ]
    assert choices.best("chat") == "small"
    assert choices.best("chat", "remote:big") == "remote:big"
    assert choices.best("chat", "remote:another") == "small"


def test_where_nothing_is_here_it_is_the_best(tmp_path):
    choices = Choices(Shelf(tmp_path), lambda: ON)
    assert choices.best("translation") == "remote:big"
    assert choices.best("entities") == ""
