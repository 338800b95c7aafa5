"""The list of what went over the network: written before it leaves, sizes only, kept short."""

from __future__ import annotations

import threading

import pytest

from agents.engine.wire import Wire
from agents.store import network_log
from agents.store.database import Database
from agents.store.network_log import NetworkLog
from agents.store.sent import SentLog


@pytest.fixture
def database(tmp_path):
    database = Database(tmp_path / "desk.sqlite3")
    yield database
    database.close()


@pytest.fixture
def log(database):
    return NetworkLog(database)


def test_a_call_stands_there_before_it_has_an_answer(log):
    wire = Wire(lambda: log)
    with wire.call("https://hub.example/x?token=secret", "hub_file", "tiny.gguf") as call:
        (open_one,) = log.list()
        assert (open_one.address, open_one.why, open_one.about, open_one.answer) == (
            "https://hub.example/x",
            "hub_file",
            "tiny.gguf",
            "",
        )
        assert wire.active() == (call,)
        call.came(1234)
    wire.close()
    (ended,) = log.list()
    assert (ended.received, ended.answer) == (1234, "ok")
    assert wire.active() == ()


def test_what_went_wrong_is_written_down(log):
    wire = Wire(lambda: log)
    with pytest.raises(ZeroDivisionError), wire.call("http://x/", "hub_list"):
        _ = 1 // 0
    wire.close()
    assert log.list()[0].answer == "ZeroDivisionError"


def test_only_the_first_end_counts_and_it_may_come_from_another_thread(log):
    wire = Wire(lambda: log)
    _call, end = wire.begin("http://x/", "server_answer", "m")
    thread = threading.Thread(target=end, args=("engine.remote_down",))
    thread.start()
    thread.join()
    end("")
    wire.close()
    assert [call.answer for call in log.list()] == ["engine.remote_down"]


def test_what_the_library_asked_is_in_the_same_list(log, database):
    sent = SentLog(database)
    sent.end(sent.begin("https://api.crossref.org/works/10.1/x", {"User-Agent": "MoA"}), "200")
    log.end(log.begin("https://hub/", "hub_list", "m"), 10, 20, "ok")
    assert {call.why for call in log.list()} == {"hub_list", network_log.LIBRARY}
    assert next(c for c in log.list() if c.why == network_log.LIBRARY).sent > 40
    log.clear()
    assert log.list() == ()


def test_old_calls_are_forgotten(log, monkeypatch):
    monkeypatch.setattr(network_log, "KEPT", 3)
    for number in range(5):
        log.begin("http://x/", "hub_list", str(number))
    assert [call.about for call in log.list()] == ["4", "3", "2"]


def test_a_call_of_an_earlier_run_ended_with_it(log):
    log.begin("http://x/", "server_answer", "m")
    log.close_open()
    assert log.list()[0].answer == "closed"
    assert log.list()[0].sent == 0
