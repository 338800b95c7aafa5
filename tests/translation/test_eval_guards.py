"""`moadesk eval guards` on pairs of our own."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest

from agents.base import CancelledError, CancelToken, UserError
from agents.translation.evaluation import faults, guards, pairs
from app import i18n
from app.__main__ import main
from app.paths import assets_dir

PAIRS = Path(__file__).with_name("pairs.jsonl")


@pytest.fixture
def evaluate(tmp_path, monkeypatch, capsys):
    """Run `moadesk eval` in this process; returns (exit code, stdout, stderr)."""
    monkeypatch.setenv("MOADESK_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("LC_ALL", "C")

    def call(*arguments: object) -> tuple[int, str, str]:
        try:
            code = main(["eval", *map(str, arguments)])
        except SystemExit as leaving:
            code = int(leaving.code or 0)
        out, err = capsys.readouterr()
        return code, out, err

    yield call
    i18n.use("en", assets_dir())


def test_good_pairs_pass_and_faults_are_caught(korean):
    rows = pairs.load(PAIRS, "all")
    result = guards.Result()
    steps = list(guards.run(rows, korean, CancelToken(), result))
    assert steps[-1] == (80, 80)
    assert result.clean == 80
    assert result.flagged == 0, result.misses
    assert result.filled_rate <= guards.MOST_FALSE
    assert set(result.made) == set(faults.KINDS)
    for kind in faults.KINDS:
        least = 0.85 if kind == "truncated" else 0.95  # of so few, and many of six words
        assert result.rate(kind) >= least, kind


def test_the_same_seed_makes_the_same_faults():
    case = pairs.cases(pairs.load(PAIRS, "all"), "ko")[3]
    for kind in faults.KINDS:
        assert faults.made(kind, case, random.Random(7)) == faults.made(
            kind, case, random.Random(7)
        )


def test_halves_have_nothing_in_common():
    tune, report = pairs.load(PAIRS, "tune"), pairs.load(PAIRS, "report")
    assert tune + report == pairs.load(PAIRS, "all")
    assert not set(tune) & set(report)


def test_the_command_prints_figures_and_says_whether_they_are_good(evaluate, tmp_path):
    few = tmp_path / "few.jsonl"
    few.write_text("\n".join(PAIRS.read_text("utf-8").split("\n")[:8]), "utf-8")
    code, out, _err = evaluate("guards", "--pairs", few, "--half", "all", "--json")
    shown = json.loads(out)
    assert shown["clean"] == 16
    assert set(shown["faults"]) == set(faults.KINDS)
    assert code == (0 if shown["good"] else 3)
    _code, out, err = evaluate("guards", "--pairs", few, "--half", "tune", "--misses")
    assert "8 good translations" in out
    assert "few.jsonl" in err


def test_bad_input_is_a_sentence(evaluate, tmp_path):
    empty = tmp_path / "empty.jsonl"
    empty.write_text('{"en": "x"}\n[1\nnull\n', "utf-8")
    code, _out, err = evaluate("guards", "--pairs", empty)
    assert (code, "too few English and Korean pairs" in err) == (1, True)
    assert evaluate("guards", "--pairs", tmp_path / "none.jsonl")[0] == 1
    assert evaluate("guards")[0] == 2
    assert evaluate()[0] == 2


def test_it_can_be_stopped(korean):
    cancel = CancelToken()
    cancel.cancel()
    with pytest.raises(CancelledError):
        list(guards.run(pairs.load(PAIRS, "all"), korean, cancel, guards.Result()))


def test_too_few_pairs_are_refused(tmp_path):
    (tmp_path / "a.jsonl").write_text("{}", "utf-8")
    with pytest.raises(UserError) as caught:
        pairs.load(tmp_path / "a.jsonl", "all")
    assert caught.value.code == "translation.pairs_empty"
