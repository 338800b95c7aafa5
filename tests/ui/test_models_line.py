"""The line of downloads: one at a time, in the wanted order, never dialled unasked; and speeds."""

# ruff: noqa: F811 - fixtures are imported

from __future__ import annotations

import dataclasses
import threading

import pytest

from agents.engine.pace import Pace
from agents.store.kept import DOWNLOADS
from app import paces
from app.ui.models.page import ModelsPage
from app.ui.models.queue_card import QueueCard
from tests.engine.http_hub import Answer
from tests.engine.tiny_models import build
from tests.ui.test_models_page import (  # noqa: F401 - fixtures
    CONTENT,
    entry,
    page,
    press,
    real_gguf,
    server,
    stocked,
    words_of,
)


@pytest.fixture
def three(stocked):
    """Three free models to be had."""
    made = tuple(entry(name) for name in ("one", "two", "three"))
    catalog = dataclasses.replace(stocked.catalog, entries=made)
    vars(stocked)["catalog"] = catalog
    stocked.shelf.catalog = catalog
    return stocked


def click_all(page):
    for name in ("one", "two", "three"):
        page._cards[name].download.click()


def states(page):
    return {one.id: one.state for one in page.downloads.line}


def held(server, qtbot, page):
    """Ask for all three while the first stands half-way."""
    server.trickle = threading.Event()
    click_all(page)
    qtbot.waitUntil(lambda: page.desk.shelf.partial("one") > 500_000)


def let_go(server):
    trickle, server.trickle = server.trickle, None
    trickle.set()


def asked(server):
    return [request.path for request in server.downloads]


def test_one_runs_the_others_wait_and_all_come(three, page, server, settled, qtbot):
    held(server, qtbot, page)
    assert states(page) == {"one": "running", "two": "waiting", "three": "waiting"}
    assert page._cards["two"]._state.text() == "Waits in line"
    assert page._cards["two"].pause.isVisible()
    assert not page._cards["two"].download.isVisible()
    assert len(asked(server)) == 1
    card = page.findChild(QueueCard)
    assert card.isVisible()
    assert card._total.text() == "3 of 3 under way"
    let_go(server)
    settled()
    assert {one.id for one in three.shelf.installed()} == {"one", "two", "three"}
    assert states(page) == {}
    assert not card.isVisible()


def test_the_order_can_be_changed(three, page, server, settled, qtbot):
    held(server, qtbot, page)
    row = page.findChild(QueueCard)._rows["three"]
    row._up.click()
    assert list(states(page)) == ["one", "three", "two"]
    began = []
    page.downloads.began.connect(lambda name, _job: began.append(name))
    let_go(server)
    settled()
    assert began == ["three", "two"]


def test_pausing_the_first_lets_the_next_run_and_keeps_the_part(
    three,
    page,
    server,
    settled,
    qtbot,
):
    held(server, qtbot, page)
    page._cards["one"].pause.click()
    qtbot.waitUntil(lambda: states(page)["two"] == "running")
    assert states(page)["one"] == "paused"
    let_go(server)
    settled()
    assert states(page) == {"one": "paused"}
    assert three.shelf.partial("one") > 500_000
    assert page._cards["one"].resume.isVisible()
    page._cards["one"].resume.click()
    settled()
    assert three.shelf.path("one").read_bytes() == CONTENT


def test_all_can_be_paused_and_go_on(three, page, server, settled, qtbot):
    held(server, qtbot, page)
    card = page.findChild(QueueCard)
    card._pause.click()
    settled()
    assert set(states(page).values()) == {"paused"}
    assert not card._pause.isVisible()
    let_go(server)
    card._resume.click()
    settled()
    assert len(three.shelf.installed()) == 3


def test_a_download_that_stops_out_of_sight_is_told_where_it_is_seen(
    three, page, server, settled, qtbot
):
    page.resize(900, 320)  # the last card is far below
    server.files = {}
    page._cards["three"].download.click()
    settled()
    card = page._cards["three"]
    assert "does not have this file" in words_of(card.bars)[0]
    assert words_of(page.bars) == ["The download of Three stopped."]
    press(page.bars, "Show why")
    qtbot.waitUntil(lambda: not card.visibleRegion().isEmpty())
    server.files = {"tiny.gguf": CONTENT}
    card.download.click()
    settled()
    assert words_of(page.bars) == []
    assert three.shelf.get("three") is not None


def test_taking_one_out_of_the_line_does_not_stop_the_others(
    three,
    page,
    server,
    settled,
    qtbot,
):
    held(server, qtbot, page)
    page.findChild(QueueCard)._rows["two"]._drop.click()
    page.findChild(QueueCard)._rows["one"]._drop.click()
    let_go(server)
    settled()
    assert [one.id for one in three.shelf.installed()] == ["three"]
    assert three.shelf.partial("one") > 0


def test_a_lost_network_pauses_the_line_instead_of_failing_each(
    three,
    page,
    server,
    settled,
):
    server.answers = [Answer(503)] * 30
    click_all(page)
    settled()
    assert set(states(page).values()) == {"paused"}
    assert len(states(page)) == 3
    assert words_of(page._cards["one"].bars)
    server.answers = []
    page.findChild(QueueCard)._resume.click()
    settled()
    assert len(three.shelf.installed()) == 3


def test_a_model_that_is_gone_leaves_the_line_and_the_next_comes(
    three,
    page,
    server,
    settled,
):
    server.answers = [Answer(404)]
    click_all(page)
    settled()
    assert states(page) == {}
    assert "does not have this file" in words_of(page._cards["one"].bars)[0]
    assert {one.id for one in three.shelf.installed()} == {"two", "three"}


def test_the_line_outlives_a_restart_but_does_not_dial(
    three,
    page,
    server,
    settled,
    qtbot,
    pool,
    theme,
):
    held(server, qtbot, page)
    page._cards["one"].pause.click()
    page._cards["two"].pause.click()
    page._cards["three"].pause.click()
    settled()
    page.closing()
    let_go(server)
    before = len(server.log)
    again = ModelsPage(three, pool, theme)
    qtbot.addWidget(again)
    again.show()
    again.entered()
    settled()
    assert states(again) == {"one": "paused", "two": "paused", "three": "paused"}
    assert len(server.log) == before
    again.findChild(QueueCard)._resume.click()
    settled()
    assert len(three.shelf.installed()) == 3
    assert three.kept.get(DOWNLOADS) == []


def test_what_is_kept_of_a_line_is_not_trusted(three, qtbot, pool, theme, settled):
    for kept in ("nonsense", [1, None, "nobody", "one"], {"one": 1}):
        three.kept.put(DOWNLOADS, kept)
        page = ModelsPage(three, pool, theme)
        qtbot.addWidget(page)
        page.entered()
        settled()
        assert list(states(page)) in ([], ["one"])


def test_several_files_are_imported_one_after_the_other(page, stocked, settled, tmp_path):
    sources = [real_gguf(tmp_path / f"own-{number}.gguf") for number in range(2)]
    sources[1].write_bytes(sources[1].read_bytes() + b"\0" * 32)
    bad = tmp_path / "bad.gguf"
    bad.write_bytes(b"GGUF")
    page.open_files([sources[0], bad, sources[1]])
    settled()
    here = [one for one in stocked.shelf.installed() if one.where == "imported"]
    assert len(here) == 2, words_of(page.bars)
    assert sum("is here now" in words for words in words_of(page.bars)) == 2
    assert any("bad.gguf" in words for words in words_of(page.bars))


# --- how quick a model is here ---


def test_a_speed_is_measured_kept_and_shown(page, stocked, settled, tmp_path):
    vars(stocked).pop("models")  # the engine itself, with a model of a few thousand weights
    page.imports.bring([build(tmp_path / "tiny.gguf", "llama")])
    settled()
    (tiny,) = stocked.shelf.installed()
    card = page._cards[tiny.id]
    card.clock.click()
    assert card.work == "pace"
    settled()
    measured = paces.all_kept(stocked.kept)[tiny.id]
    assert measured.reading > measured.writing > 0
    assert f"reads {measured.reading:.0f} and writes" in card._pace.text()
    assert card._pace.isVisible()


def test_a_speed_that_cannot_be_measured_is_a_sentence(page, settled):
    page._cards["free"].download.click()
    settled()
    card = page._cards["free"]
    card.clock.click()  # the scripted models know no "free"
    settled()
    assert len(words_of(card.bars)) == 1
    assert not card._pace.isVisible()


def test_speeds_of_another_shape_are_forgotten(stocked):
    paces.keep(stocked.kept, Pace("a", 100.0, 10.0, 0.5, 1.0))
    paces.keep(stocked.kept, Pace("b", 100.0, 10.0, 0.5, 1.0))
    paces.keep(stocked.kept, Pace("a", 200.0, 20.0, 0.0, 2.0))
    assert paces.all_kept(stocked.kept)["a"].reading == 200.0
    assert set(paces.all_kept(stocked.kept)) == {"a", "b"}
    stocked.kept.put("paces", [{"model": 3}])
    assert paces.all_kept(stocked.kept) == {}
