"""GLiNER2 without PyTorch, on a small random-weight model made by `make_tiny_gliner2.py`."""

from __future__ import annotations

import itertools
import json
import shutil
from pathlib import Path

import pytest

from agents.base import CancelledError, CancelToken, UserError
from agents.entities.agent import EntityAgent
from agents.entities.events import EntitiesFound, EntityRequest
from agents.entities.gliner2 import Gliner2
from agents.entities.gliner2_folder import is_gliner2
from tests.entities.reading import read

TINY = Path(__file__).parent / "tiny_gliner2"
FIRST = Path(__file__).parent / "tiny_gliner"
LABELS = ("method", "dataset", "person", "year")
TEXTS = (
    "Vaswani et al. (2017) trained the Transformer on WMT 2014 English-German.",
    "김철수 외(2021)는 이 논문에서 새로운 방법을 제안하였다",
    "",
    "x",
)


@pytest.fixture(scope="module")
def model():
    return Gliner2(TINY, threads=1)


@pytest.fixture
def folder(tmp_path):
    return Path(shutil.copytree(TINY, tmp_path / "모델 folder"))


def test_spans_are_pieces_of_their_text_and_do_not_overlap(model):
    found = read(model, TEXTS, LABELS, 0.1)
    assert found[0], "a random model finds something at this threshold"
    assert found[2] == []
    for text, spans in zip(TEXTS, found, strict=True):
        for span in spans:
            assert text[span.start : span.end] == span.text != ""
            assert span.label in LABELS
            assert 0.1 <= span.score <= 1
        for one, other in itertools.pairwise(spans):
            assert one.end <= other.start


def test_a_text_gives_the_same_alone_and_among_others(model):
    together = read(model, TEXTS, LABELS, 0.1)
    assert together == [read(model, [text], LABELS, 0.1)[0] for text in TEXTS]
    assert read(model, [], LABELS, 0.1) == []


def test_labels_may_claim_the_same_words_where_that_is_asked_for(model):
    both = Gliner2(TINY, threads=1, flat=False)
    (flat,), (all_,) = (read(one, TEXTS[:1], LABELS, 0.1) for one in (model, both))
    assert set(flat) < set(all_)
    for label in LABELS:
        own = sorted((span for span in all_ if span.label == label), key=lambda span: span.start)
        for one, other in itertools.pairwise(own):
            assert one.end <= other.start


def test_nothing_of_a_long_text_is_left_unread(model):
    text = " ".join(f"word{number} KorQuAD" for number in range(600))  # four windows
    steps = list(model.read([text], LABELS, 0.0, CancelToken()))
    assert len(steps) > 2
    covered = 0
    for span in steps[-1].found[0][1]:
        assert span.start >= covered
        assert not text[covered : span.start].strip()
        covered = span.end
    assert covered == len(text)


@pytest.mark.parametrize("text", ["🤖🤖", "\x00\x01", "﷽" * 50, "a" * 5000, "\u200b", "İ" * 30])
def test_odd_texts_do_no_harm(model, text):
    for span in read(model, [text, "plain words"], LABELS, 0.0)[0]:
        assert text[span.start : span.end] == span.text


def test_the_models_own_marks_in_a_text_are_text(model):
    text = "[P] entities ( [E] person [SEP_TEXT] WMT 2014"
    for span in read(model, [text], LABELS, 0.1)[0]:
        assert text[span.start : span.end] == span.text
    with pytest.raises(UserError) as caught:
        read(model, ["text"], ("method", "a [E] label"), 0.1)
    assert caught.value.code == "entities.bad_label"


def test_a_cancel_stops_between_windows(model):
    cancel = CancelToken()
    steps = model.read([TEXTS[0]] * 5, LABELS, 0.1, cancel)
    next(steps)
    cancel.cancel()
    with pytest.raises(CancelledError):
        next(steps)


def test_labels_too_long_for_the_model_are_a_sentence(model):
    with pytest.raises(UserError) as caught:
        read(model, ["text"], ("a long label " * 200,) * 3, 0.1)
    assert caught.value.code == "entities.labels_too_long"


def test_it_is_told_from_a_first_gliner_by_its_configuration(folder):
    assert is_gliner2(folder)
    assert not is_gliner2(FIRST)
    (folder / "config.json").unlink()  # some exports have none
    assert is_gliner2(folder)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"architecture": "boundary"}, "entities.unsupported"),
        ({"token_pooling": "mean"}, "entities.unsupported"),
        ({"span_head": {"max_width": 0}, "max_width": -1}, "entities.damaged"),
        ({"max_len": "many"}, "entities.damaged"),
        ({"span_head": [1]}, "entities.damaged"),
    ],
)
def test_another_kind_of_gliner2_is_refused(folder, change, code):
    config = json.loads((folder / "config.json").read_text("utf-8")) | change
    (folder / "config.json").write_text(json.dumps(config), "utf-8")
    with pytest.raises(UserError) as caught:
        Gliner2(folder, 1)
    assert caught.value.code == code


@pytest.mark.parametrize("missing", ["model.onnx", "tokenizer.json"])
def test_a_folder_without_a_part_is_a_sentence(folder, missing):
    (folder / missing).unlink()
    with pytest.raises(UserError) as caught:
        Gliner2(folder, 1)
    assert caught.value.code == "entities.folder"
    assert caught.value.values["missing"] == missing


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("model.onnx", b"not a model"),
        ("tokenizer.json", b"{}"),
        ("config.json", b"["),
        ("gliner2_config.json", b"{}"),
        ("gliner2_config.json", b'{"onnx_files": [1]}'),
    ],
)
def test_a_damaged_part_is_a_sentence(folder, name, content):
    (folder / name).write_bytes(content)
    with pytest.raises(UserError) as caught:
        Gliner2(folder, 1)
    assert caught.value.code == "entities.damaged"


def test_parts_that_are_missing_are_named(folder):
    said = {"onnx_files": {"fp32": {"encoder": "onnx/encoder.onnx", "span_rep": "x.onnx"}}}
    (folder / "gliner2_config.json").write_text(json.dumps(said), "utf-8")
    with pytest.raises(UserError) as caught:
        Gliner2(folder, 1)
    assert caught.value.values["missing"] == "encoder.onnx"


def test_the_graph_of_a_first_gliner_is_refused(folder):
    shutil.copy(FIRST / "model.onnx", folder / "model.onnx")
    with pytest.raises(UserError) as caught:
        Gliner2(folder, 1)
    assert caught.value.code == "entities.unsupported"


def test_the_agent_takes_either(folder):
    agent = EntityAgent({"one": FIRST, "two": folder}.get, lambda _text: {})
    for name in ("two", "one", "two"):
        request = EntityRequest(TEXTS[:1], name, LABELS, 0.2)
        found = [e for e in agent.run(request, CancelToken()) if isinstance(e, EntitiesFound)]
        assert [event.index for event in found] == [0]


def test_it_is_imported_and_used_from_the_command_line(moadesk, folder, tmp_path):
    code, _out, err = moadesk("models", "import", folder)
    assert code == 0, err
    file = tmp_path / "text.txt"
    file.write_text(TEXTS[0], "utf-8")
    code, out, err = moadesk("entities", file, "--model", "folder", "--threshold", "0.1", "--json")
    assert code == 0, err
    assert json.loads(out)
