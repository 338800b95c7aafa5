"""Each measurement does the work it is named after, and the command prints what was agreed.

Nothing here looks at how fast anything is.
"""

from __future__ import annotations

import json
import sys
import threading

import pytest

from agents.base import CancelledError, CancelToken, Notice
from agents.engine.bench import agent, parts, random_model, texts
from agents.engine.bench.agent import Bench, BenchRequest
from agents.engine.bench.baseline import Words
from agents.engine.bench.figures import TARGETS, Figure, Run
from agents.engine.bench.random_model import TINY
from tests.bench.conftest import SMALL
from tests.engine.tiny_models import smollm2

COMMAND = (sys.executable, "-m", "app", "bench", "--part")
WINDOW = (sys.executable, "-m", "app.ui.bench_window")


def _request(folder, *names, **more):
    values = {
        "command": COMMAND, "window_command": WINDOW, "tokenizer": smollm2(), "folder": folder,
        "names": names, "runs": 2, "threads": 1, "shape": TINY, "sizes": SMALL,
    }  # fmt: skip
    return BenchRequest(**{**values, **more})


def _measured(request):
    events = list(Bench().run(request, CancelToken()))
    assert [event for event in events if isinstance(event, Notice)] == []
    runs = [event for event in events if isinstance(event, Run)]
    return runs, {event.name: event for event in events if isinstance(event, Figure)}


@pytest.mark.parametrize("name", ["batch_glossary", "batch_plain"])
def test_a_batch_gives_the_same_work_to_both_sides(part, name):
    found = list(parts.MEASUREMENTS[name](part(name)))
    assert [one.number for one in found if isinstance(one, Run)] == [1, 2]
    same = found[-1]
    assert (same.name, same.other) == (f"{name}_same", 2 * SMALL.segments)
    assert 0 <= same.ours <= same.other


def test_a_paper_is_all_its_sentences_on_both_sides(part):
    rate, tokens = parts.MEASUREMENTS["paper"](part("paper"))
    assert (rate.name, rate.unit, rate.number, rate.of) == ("paper", "segments/min", 1, 1)
    assert rate.ours > 0
    assert rate.other > 0
    words = Words(part("paper").model)
    asked = texts.paper(SMALL.sentences, 0, words.count)
    words.close()
    assert len({each.messages[-1].content for each in asked}) == SMALL.sentences
    assert 0 < tokens.ours <= sum(each.max_tokens for each in asked)
    assert 0 < tokens.other <= sum(each.max_tokens for each in asked)


@pytest.mark.parametrize("name", ["decode", "prefill", "second_turn"])
def test_one_sequence_against_a_bare_loop(part, name):
    found = [run for run in parts.MEASUREMENTS[name](part(name)) if run.name == name]
    assert len(found) == 2
    assert all(run.ours > 0 and run.other > 0 for run in found)


def test_a_next_turn_has_so_many_tokens(part):
    found = list(parts.MEASUREMENTS["second_turn"](part("second_turn")))
    tokens = [run for run in found if run.name == "second_turn_tokens"]
    # The first question, two answers of 8, and two turns of 20; the template adds a few.
    assert SMALL.history < tokens[0].other < SMALL.history + 60
    assert tokens[1].other - tokens[0].other == SMALL.turn + 8
    assert all(0 < run.ours <= run.other for run in tokens)


@pytest.mark.parametrize(
    "name", ["chat_under_load", "chat_under_load_two_models", "chat_rate_under_load"]
)
def test_chats_are_timed_beside_a_document_and_alone(part, name):
    found = list(parts.MEASUREMENTS[name](part(name)))
    assert [run.number for run in found] == [1, 2, 3, 4]
    assert all(run.ours > 0 and run.other > 0 for run in found)


def test_the_worst_of_all_cancellations_is_told(part):
    found = list(parts.MEASUREMENTS["cancel_ms"](part("cancel_ms")))
    runs = [one for one in found if isinstance(one, Run)]
    figures = {one.name: one for one in found if isinstance(one, Figure)}
    assert set(figures) == {"cancel_ms", "cancel_engine_ms", "cancel_first_ms"}
    for name, figure in figures.items():
        times = [run.ours for run in runs if run.name == name]
        assert len(times) == SMALL.cancels
        assert figure.ours == max(times)
    assert figures["cancel_first_ms"].ours > figures["cancel_ms"].ours


def test_our_own_time_is_told_for_each_number_of_sequences(part):
    found = list(parts.MEASUREMENTS["scheduler_us"](part("scheduler_us")))
    figures = {one.name: one.ours for one in found if isinstance(one, Figure)}
    assert set(figures) == {"scheduler_us", "scheduler_us_1", "scheduler_us_3"}
    assert figures["scheduler_us"] == max(figures["scheduler_us_1"], figures["scheduler_us_3"])
    assert min(figures.values()) > 0


def test_memory_is_weighed_in_processes_of_their_own(bench_folder):
    runs, figures = _measured(_request(bench_folder, "memory"))
    assert set(figures) == {"memory", "memory_predicted"}
    assert len([run for run in runs if run.name == "memory"]) == 4  # two sides, two runs
    assert figures["memory"].ratio == figures["memory"].ours / figures["memory"].other


def test_each_restart_goes_on_from_the_same_conversation(bench_folder):
    runs, figures = _measured(_request(bench_folder, "restart_turn"))
    assert set(figures) == {"restart_turn", "restart_turn_tokens"}
    tokens = [run.other for run in runs if run.name == "restart_turn_tokens"]
    assert len(tokens) == 2
    assert tokens[0] == tokens[1]


def test_the_window_is_measured_at_full_load(bench_folder, monkeypatch):
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    _runs, figures = _measured(_request(bench_folder, "gui_p99_ms"))
    assert set(figures) == {"gui_p99_ms", "gui_p50_ms", "gui_max_ms"}
    waits = [figures[name].ours for name in ("gui_p50_ms", "gui_p99_ms", "gui_max_ms")]
    assert waits == sorted(waits)


def test_a_measurement_that_fails_does_not_stop_the_others(bench_folder):
    broken = (sys.executable, "-c", "import sys; sys.exit('no such luck')")
    request = _request(bench_folder, "gui_p99_ms", "decode", window_command=broken)
    events = list(Bench().run(request, CancelToken()))
    notice = next(event for event in events if isinstance(event, Notice))
    assert dict(notice.values) == {"name": "gui_p99_ms", "reason": "no such luck"}
    assert isinstance(events[-1], Figure)
    assert events[-1].name == "decode"


def test_cancelling_ends_the_process_that_measures(bench_folder):
    asleep = (sys.executable, "-c", "import time; time.sleep(600)")
    cancel = CancelToken()
    threading.Timer(0.5, cancel.cancel).start()
    request = _request(bench_folder, "decode", command=asleep)
    with pytest.raises(CancelledError):
        list(Bench().run(request, cancel))


def test_each_side_of_memory_and_each_restart_is_a_process():
    assert agent.STEPS["memory"](2) == [("ours", 1), ("other", 1), ("ours", 2), ("other", 2)]
    assert agent.STEPS["restart_turn"](2) == [("make", 0), ("time", 1), ("time", 2)]


# --- the command ---


@pytest.fixture
def model(bench_folder):
    return bench_folder / random_model.file_name(TINY, "q4_0", 0)


def test_json_has_the_agreed_shape(moadesk, model):
    code, out, err = moadesk("bench", "--only", "decode", "--runs", 1, "--model", model, "--json")
    assert code in {0, 3}
    found = json.loads(out)
    assert set(found) == {"decode"}
    figure = found["decode"]
    assert set(figure) == {"ours", "other", "ratio", "unit"}
    assert figure["ratio"] == figure["ours"] / figure["other"]
    assert figure["unit"] == "tokens/s"
    assert "decode 1/1" in err


def test_the_table_says_what_must_be_reached(moadesk, model):
    common = ("bench", "--only", "prefill", "--runs", 1, "--model", model)
    _code, out, _err = moadesk(*common)
    assert "≥ 0.97" in out
    _code, out, _err = moadesk(*common, "--markdown")
    head, line, row, _empty, machine = out.splitlines()
    assert head.startswith("| name | what | ours | other |")
    assert line.count("|") == head.count("|")
    assert row.startswith("| `prefill` | reading one prompt")
    assert model.name in machine


def test_an_unknown_name_is_told_with_those_there_are(moadesk):
    code, out, err = moadesk("bench", "--only", "decode,speed")
    assert (code, out) == (2, "")
    assert "speed" in err
    assert all(name in err for name in TARGETS)


def test_a_model_that_is_not_there_is_told(moadesk, tmp_path):
    code, _out, err = moadesk("bench", "--model", tmp_path / "none.gguf")
    assert code == 1
    assert "none.gguf" in err
