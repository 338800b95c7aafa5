"""Scores: the same as sacrebleu's own, of what would stand in the document."""

from __future__ import annotations

import json

import pytest
import sacrebleu

from agents.base import CancelledError, CancelToken, Notice, Progress, UserError
from agents.translation.evaluation import references, scores
from agents.translation.evaluation.translation import (
    EvalReport,
    EvalRequest,
    EvalRun,
    TranslationEval,
)
from app.build import Desk
from app.paths import user_paths
from app.settings import Settings
from tests.engine.scripted import ScriptedEngine, ScriptedModels
from tests.translation.desk import last

PAIRS = [
    ("The cat sleeps.", "고양이가 잔다."),
    ("The dog runs fast. It is happy.", "개가 빨리 달린다. 행복하다."),
    ("See the full report for details.", "자세한 내용은 전체 보고서를 보십시오."),
    ("The cat sleeps.", "고양이가 자고 있다."),
]
GOOD = {
    "The cat sleeps.": "고양이가 잔다.",
    "The dog runs fast.": "개가 빨리 뛴다.",
    "It is happy.": "행복하다.",
    "See the full report for details.": "자세한 것은 전체 보고서를 보십시오.",
}
BAD = {**GOOD, "See the full report for details.": "", "It is happy.": "기쁘다."}


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "pairs.jsonl"
    rows = [json.dumps({"en": en, "ko": ko}, ensure_ascii=False) for en, ko in PAIRS]
    path.write_text("\n".join(rows) + "\n", "utf-8")
    return path


@pytest.fixture
def evaluate(korean):
    def run(request, **engines):
        models = ScriptedModels({name: ScriptedEngine(said) for name, said in engines.items()})
        return list(TranslationEval(models, korean).run(request, CancelToken()))

    return run


def test_scores_are_those_of_sacrebleu(file, evaluate):
    events = evaluate(EvalRequest(file, ("m",), ("ko",)), m=GOOD)
    (run,) = [event for event in events if isinstance(event, EvalRun)]
    said = [
        "고양이가 잔다.",
        "개가 빨리 뛴다. 행복하다.",
        "자세한 것은 전체 보고서를 보십시오.",
        "고양이가 잔다.",
    ]
    references = [[ko for _en, ko in PAIRS]]
    assert [one.score for one in run.scores] == [
        sacrebleu.corpus_chrf(said, references).score,
        sacrebleu.corpus_chrf(said, references, word_order=2).score,
        sacrebleu.corpus_bleu(said, references, tokenize=scores.tokenizer("ko")).score,
    ]
    assert 0 < run.scores[0].score < 100
    signatures = [one.signature for one in run.scores]
    assert "nw:0" in signatures[0]
    assert "nw:2" in signatures[1]
    assert f"tok:{scores.tokenizer('ko')}" in signatures[2]
    assert (run.pairs, run.segments) == (4, 5)
    assert run.tokens_per_second > 0
    assert run.segments_per_minute > 0
    assert any(isinstance(event, Progress) for event in events)


def test_what_was_refused_is_scored_as_it_stands_and_counted(file, evaluate):
    events = evaluate(EvalRequest(file, ("m",), ("ko",)), m=BAD)
    (run,) = [event for event in events if isinstance(event, EvalRun)]
    assert run.untranslated == run.flagged["empty"] == 1 / 5
    said = ["고양이가 잔다.", "개가 빨리 뛴다. 기쁘다.", PAIRS[2][0], "고양이가 잔다."]
    chrf = sacrebleu.corpus_chrf(said, [[ko for _en, ko in PAIRS]])
    assert run.scores[0].score == chrf.score


def test_two_models_are_compared_on_the_same_pairs(file, evaluate):
    events = evaluate(EvalRequest(file, ("good", "bad"), ("ko",)), good=GOOD, bad=BAD)
    report = events[-1]
    assert isinstance(report, EvalReport)
    assert [run.model for run in report.runs] == ["good", "bad"]
    (compared,) = report.comparisons
    by_metric = {one.metric: one for one in compared.differences}
    assert set(by_metric) == {"chrF2", "chrF2++", "BLEU"}
    for index, run in enumerate(report.runs):
        for one in run.scores:
            difference = by_metric[one.metric]
            assert (difference.first, difference.second)[index] == pytest.approx(one.score)
    assert by_metric["chrF2"].first > by_metric["chrF2"].second
    assert all(0 < one.p_value <= 1 for one in compared.differences)


def test_both_directions(file, evaluate):
    back = {"고양이가 잔다.": "The cat sleeps.", "고양이가 자고 있다.": "A cat sleeps."}

    def say(request):
        return {**GOOD, **back}.get(last(request), "Some other words.")

    events = evaluate(EvalRequest(file, ("m",), limit=1), m=say)
    runs = [event for event in events if isinstance(event, EvalRun)]
    assert [(run.target, run.pairs, round(run.scores[0].score)) for run in runs] == [
        ("ko", 1, 100), ("en", 1, 100),
    ]  # fmt: skip
    assert "tok:13a" in runs[1].scores[2].signature


def test_missing_morphemes_are_said(file, evaluate, monkeypatch):
    monkeypatch.setattr(scores, "korean_words", lambda: False)
    events = evaluate(EvalRequest(file, ("m",), ("ko",)), m=GOOD)
    assert Notice("translation.no_mecab") in events
    (run,) = [event for event in events if isinstance(event, EvalRun)]
    assert "tok:char" in run.scores[2].signature
    assert Notice("translation.no_mecab") not in evaluate(
        EvalRequest(file, ("m",), ("en",)), m=lambda _request: "Words."
    )


@pytest.mark.parametrize("row", ["{", "[]", '{"en": "a"}', '{"en": "a", "ko": " "}', "[" * 99999])
def test_a_row_without_both_sides_is_named(tmp_path, row):
    path = tmp_path / "pairs.jsonl"
    path.write_text('{"en": "a", "ko": "b"}\n' + row, "utf-8")
    with pytest.raises(UserError, match="memory_broken") as caught:
        references.load(path)
    assert str(caught.value.values["reason"]).startswith("2: ")


def test_cancelled(file, korean):
    cancel = CancelToken()
    models = ScriptedModels({"m": ScriptedEngine(GOOD)})
    with pytest.raises(CancelledError):
        for _event in TranslationEval(models, korean).run(EvalRequest(file, ("m",)), cancel):
            cancel.cancel()
    assert models.borrowed["m"] == 0


def test_the_command(file, moadesk, monkeypatch):
    monkeypatch.setattr(
        Desk, "models", ScriptedModels({"a": ScriptedEngine(GOOD), "b": ScriptedEngine(BAD)})
    )
    common = ("eval", "translation", "--pairs", file, "--to", "ko", "--model", "a")
    code, out, err = moadesk(*common, "--model2", "b")
    assert code == 0, err
    assert "chrF2++" in out
    assert "nrefs:1|case:mixed" in out
    assert "p = 0." in out
    code, out, _err = moadesk(*common, "--json")
    assert json.loads(out)["runs"][0]["flagged"] == {}
    code, _out, err = moadesk(*common, "--limit", "0")
    assert code == 2
    assert "not a number above zero" in err
    assert moadesk(*common, "--model", "b", "--model", "c")[0] == 2


@pytest.mark.timeout(300)
def test_the_starter_model(file, tmp_path, monkeypatch, korean):
    monkeypatch.setenv("MOADESK_HOME", str(tmp_path / "home"))
    desk = Desk(user_paths(), Settings())
    if desk.shelf.path("smollm2-135m") is None:
        pytest.skip("the starter model is not installed")
    request = EvalRequest(file, ("smollm2-135m",), ("ko",), limit=1)
    try:
        events = list(TranslationEval(desk.models, korean).run(request, CancelToken()))
    finally:
        desk.close()
    (run,) = [event for event in events if isinstance(event, EvalRun)]
    assert run.pairs == 1
    assert run.retried == 1.0  # it knows no Korean
    assert run.tokens_per_second > 0
