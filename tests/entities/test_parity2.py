"""Our GLiNER2 against the `gliner2` package on the same random-weight checkpoint.

Run by `packaging/dev.py test --extra gliner`.
"""

from __future__ import annotations

import importlib.util
import random
import shutil

import pytest

from agents.base import CancelToken, UserError
from agents.entities import checkpoint, gliner2_folder
from agents.entities.gliner2 import Gliner2
from tests.entities.reading import read

pytestmark = [
    pytest.mark.gliner,
    pytest.mark.skipif(
        importlib.util.find_spec("gliner2") is None, reason="the gliner extra is not installed"
    ),
    pytest.mark.filterwarnings("ignore"),  # those of PyTorch and transformers
]

LABELS = ["method", "research dataset", "사람", "year"]
TEXT = (
    "Selective state-space models scale linearly, WMT 2014 F1 (93.2%) 논문에서 김철수가 "
    "KorQuAD를 평가했다. 서울대학교는 NeurIPS et al. don't x_y 3.14 — “quoted” see "
    "https://arxiv.org/abs/1706.03762 or kim@snu.ac.kr, @user नमस्ते é İstanbul"
)
WORDS = TEXT.split(" ")
TEXTS = [
    *(" ".join(random.Random(seed).choices(WORDS, k=3 + seed)) for seed in range(12)),
    "One sentence ends.",
    "Does it?",
    "WMT",
    "…",
    "www.x.org",
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("gliner2")


@pytest.fixture(scope="module")
def reference(folder):
    from tests.entities.make_tiny_gliner2 import make

    made = make(folder)
    checkpoint.export_if_needed(folder, CancelToken())
    return made


@pytest.fixture(scope="module")
def ours(folder, reference):
    return Gliner2(folder, threads=2, flat=False)


def theirs(reference, text, labels, threshold):
    """The reference's spans: (start, end, label) to score.

    It closes a text with a full stop; where that is part of a span, the text's own end is meant.
    """
    found = reference.extract_entities(
        text, labels, threshold=threshold, include_confidence=True, include_spans=True
    )["entities"]
    return {
        (one["start"], min(one["end"], len(text)), label): one["confidence"]
        for label in labels
        for one in found.get(label, ())
        if one["start"] < len(text)
    }


def mine(model, text, labels, threshold):
    (spans,) = read(model, [text], labels, threshold)
    for span in spans:
        assert text[span.start : span.end] == span.text
    return {(span.start, span.end, span.label): span.score for span in spans}


def check_same(model, reference, text, labels, threshold):
    expected = theirs(reference, text, labels, threshold)
    found = mine(model, text, labels, threshold)
    assert found.keys() == expected.keys(), text
    for key, score in expected.items():
        assert found[key] == pytest.approx(score, abs=1e-5)
    return len(expected)


@pytest.fixture(scope="module")
def thresholds(reference):
    """Thresholds that let many, some and few of this random model's spans through."""
    scores = sorted(
        score for text in TEXTS for score in theirs(reference, text, LABELS, 0.01).values()
    )
    return [scores[len(scores) * part // 10] for part in (1, 5, 9)]


@pytest.mark.parametrize("which", [0, 1, 2])
@pytest.mark.parametrize("labels", [LABELS, LABELS[:1], LABELS[1:3]])
def test_the_same_spans_and_scores(ours, reference, thresholds, labels, which):
    counts = [check_same(ours, reference, text, labels, thresholds[which] - 1e-6) for text in TEXTS]
    assert sum(counts) > 3


def test_the_prompt_is_the_packages_own(ours, reference):
    for text in TEXTS:
        schema = reference.create_schema().entities(LABELS)
        batch = reference.processor.collate_fn_inference([(text, schema)])
        prompt, marks = ours._prompt(LABELS)
        words = ours._words(text, 256, CancelToken())
        (window,) = ours._windows(words, 1000)
        made = ours._prompted(prompt, marks, words, window)
        assert made.ids.tolist() == batch.input_ids.tolist()
        assert made.words.tolist() == batch.text_word_indices[0].tolist()
        assert made.schema.tolist() == batch.schema_special_indices[0][0]


def test_a_long_text_in_one_window(ours, reference, thresholds):
    text = " ".join(random.Random(1).choices(WORDS, k=250))
    assert len(ours._windows(ours._words(text, 256, CancelToken()), 2000)) == 1
    assert check_same(ours, reference, text, LABELS, thresholds[1] - 1e-6) > 50


@pytest.mark.parametrize("layer", ["count_lstm_v2", "count_lstm_moe"])
def test_every_counting_layer(tmp_path, layer):
    from tests.entities.make_tiny_gliner2 import make

    other = make(tmp_path, layer=layer, seed=3, count=3, loudness=0.1)
    checkpoint.export_if_needed(tmp_path, CancelToken())
    model = Gliner2(tmp_path, 1, flat=False)
    assert max(theirs(other, TEXTS[11], LABELS, 0.0).values()) < 0.999, "no score is like another"
    assert sum(check_same(model, other, text, LABELS, 0.05) for text in TEXTS) > 10


def test_a_model_that_counts_none_finds_none(tmp_path):
    from tests.entities.make_tiny_gliner2 import make, write_parts

    other = make(tmp_path / "one", count=0)
    checkpoint.export_if_needed(tmp_path / "one", CancelToken())
    write_parts(other, tmp_path / "parts", gate=True)
    for folder in ("one", "parts"):
        model = Gliner2(tmp_path / folder, 1, flat=False)
        assert check_same(model, other, TEXTS[11], LABELS, 0.01) == 0


@pytest.mark.parametrize("gate", [False, True])
def test_the_layout_in_parts(reference, thresholds, tmp_path, gate):
    from tests.entities.make_tiny_gliner2 import write_parts

    write_parts(reference, tmp_path / "parts", gate=gate)
    assert gliner2_folder.is_gliner2(tmp_path / "parts")
    model = Gliner2(tmp_path / "parts", 1, flat=False)
    for text in TEXTS:
        check_same(model, reference, text, LABELS, thresholds[1] - 1e-6)


def test_a_checkpoint_is_exported_once(folder, reference, tmp_path):
    place = tmp_path / "checkpoint"
    shutil.copytree(folder, place)
    made = (place / "model.onnx").stat().st_mtime_ns
    checkpoint.export_if_needed(place, CancelToken())
    assert (place / "model.onnx").stat().st_mtime_ns == made
    (place / "model.onnx").unlink()
    # as it lies once it was imported
    (place / "encoder_config" / "config.json").rename(place / "encoder_config.json")
    (place / "encoder_config").rmdir()
    checkpoint.export_if_needed(place, CancelToken())
    assert not list(place.glob(".export-*"))
    check_same(Gliner2(place, 1, flat=False), reference, TEXTS[5], LABELS, 0.1)


def test_a_broken_checkpoint_is_a_sentence(tmp_path):
    (tmp_path / "model.safetensors").write_bytes(b"nothing")
    (tmp_path / "config.json").write_text('{"model_type": "extractor"}', "utf-8")
    with pytest.raises(UserError) as caught:
        checkpoint.export_if_needed(tmp_path, CancelToken())
    assert caught.value.code == "entities.export_failed"
    assert not list(tmp_path.glob(".export-*"))
