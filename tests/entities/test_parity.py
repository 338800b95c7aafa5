"""Our GLiNER against the `gliner` package on the same random-weight checkpoint.

Run by `packaging/dev.py test --extra gliner`.
"""

from __future__ import annotations

import importlib.util
import json
import random
import shutil
import threading

import pytest

from agents.base import CancelledError, CancelToken, UserError
from agents.entities import checkpoint
from agents.entities.gliner import Gliner
from agents.entities.words import Candidate, choose, split, windows
from tests.entities.reading import read

pytestmark = [
    pytest.mark.gliner,
    pytest.mark.skipif(
        importlib.util.find_spec("gliner") is None, reason="the gliner extra is not installed"
    ),
    pytest.mark.filterwarnings("ignore"),  # those of PyTorch and transformers
]

LABELS = ["method", "research dataset", "사람", "year"]
TEXT = (
    "Selective state-space models scale linearly, WMT 2014 F1 (93.2%) 논문에서 김철수가 "
    "KorQuAD를 평가했다. 서울대학교는 NeurIPS et al. don't x_y 3.14 — “quoted”"
)
WORDS = TEXT.split(" ")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("gliner")


@pytest.fixture(scope="module")
def reference(folder):
    from tests.entities.make_tiny_gliner import make

    return make(folder)


@pytest.fixture(scope="module")
def ours(folder, reference):
    return Gliner(folder, threads=2)


def text_of(count: int, seed: int) -> str:
    return " ".join(random.Random(seed).choices(WORDS, k=count))


def plain(spans):
    return [(span.start, span.end, span.text, span.label) for span in spans]


def plain_theirs(spans):
    return [(span["start"], span["end"], span["text"], span["label"]) for span in spans]


def check_same(ours_found, theirs):
    assert plain(ours_found) == plain_theirs(theirs)
    assert [span.score for span in ours_found] == pytest.approx(
        [span["score"] for span in theirs], abs=1e-5
    )


@pytest.fixture(scope="module")
def thresholds(reference):
    """Thresholds that let many, some and few of this random model's spans through."""
    scores = sorted(theirs_everywhere(reference, text_of(15, seed=0)).values())
    return [scores[len(scores) * part // 10] for part in (1, 5, 9)]


@pytest.mark.parametrize("which", [0, 1, 2])
@pytest.mark.parametrize("count", [1, 2, 5, 9, 14])
def test_one_text(ours, reference, thresholds, count, which):
    text = text_of(count, seed=count)
    threshold = thresholds[which]
    theirs = reference.predict_entities(text, LABELS, threshold=threshold)
    check_same(read(ours, [text], LABELS, threshold)[0], theirs)


def test_the_thresholds_tell_spans_apart(ours, thresholds):
    texts = [text_of(14, seed) for seed in range(5)]
    counts = [sum(map(len, read(ours, texts, LABELS, one))) for one in thresholds]
    assert counts[0] > counts[2] > 0


def test_a_batch_of_different_lengths(ours, reference, thresholds):
    texts = [text_of(count, seed=100 + count) for count in (3, 14, 1, 9, 12, 2)]
    threshold = thresholds[1]
    theirs = reference.inference(texts, LABELS, threshold=threshold, batch_size=len(texts))
    for found, expected in zip(read(ours, texts, LABELS, threshold), theirs, strict=True):
        check_same(found, expected)


def test_a_text_as_long_as_the_model_takes(ours, reference):
    words = split(text_of(80, seed=5))[: ours._shape.most_words]
    text = text_of(80, seed=5)[: words[-1].end]
    assert len(split(text)) == ours._shape.most_words
    theirs = reference.predict_entities(text, LABELS, threshold=0.4)
    check_same(read(ours, [text], LABELS, 0.4)[0], theirs)


def test_more_sub_tokens_than_positions_within_the_models_words(ours, reference, thresholds):
    """DeBERTa's positions are relative: the reference reads on beyond 512, and so do we."""
    text = " ".join("KorQuAD를평가했다scale논문에서" * 2 for _word in range(35))
    assert len(ours._encode([word.text for word in split(text)]).ids) > 512
    theirs = reference.predict_entities(text, LABELS, threshold=thresholds[1])
    check_same(read(ours, [text], LABELS, thresholds[1])[0], theirs)


def test_many_texts_some_of_them_empty(ours, reference, thresholds):
    texts = [text_of(1 + number % 11, seed=number) if number % 5 else " " for number in range(30)]
    theirs = reference.inference(texts, LABELS, threshold=thresholds[1], batch_size=4)
    for found, expected in zip(read(ours, texts, LABELS, thresholds[1]), theirs, strict=True):
        check_same(found, expected)


def test_equal_scores_go_to_the_same_span(tmp_path):
    """A model that is sure of everything gives 1.0 in 32 bits to many."""
    from tests.entities.make_tiny_gliner import make

    sure = make(tmp_path, loudness=40.0)
    texts = [text_of(count, seed=count) for count in (14, 9, 12, 5)]
    theirs = sure.inference(texts, LABELS, threshold=0.9, batch_size=4)
    scores = [span["score"] for spans in theirs for span in spans]
    assert scores.count(1.0) > 5
    for found, expected in zip(read(Gliner(tmp_path, 1), texts, LABELS, 0.9), theirs, strict=True):
        check_same(found, expected)


def test_a_longer_text_is_read_in_windows_as_the_reference_reads_each(ours, reference, thresholds):
    """The reference cuts; its reading of each of our windows, put together, is what we give."""
    threshold = thresholds[1]
    text = text_of(150, seed=9)
    words = split(text)
    shape = ours._shape
    cut = windows(
        [1] * len(words),
        most_words=shape.most_words,
        most_tokens=10_000,
        width=shape.width,
    )
    assert len(cut) > 3
    candidates = []
    for window in cut:
        start, end = words[window.start].start, words[window.stop - 1].end
        for (first, last, label), score in theirs_everywhere(reference, text[start:end]).items():
            if score > threshold and window.first <= window.start + first < window.last:
                place = (window.start + first, window.start + last)
                candidates.append(Candidate(*place, label, score))
    expected = [
        (words[one.first].start, words[one.last].end, LABELS[one.label])
        for one in choose(candidates)
    ]
    found = read(ours, [text], LABELS, threshold)[0]
    assert [(span.start, span.end, span.label) for span in found] == expected
    assert found[-1].end > words[shape.most_words].end, "beyond where the reference cuts"


def theirs_everywhere(reference, text):
    """The reference's score of every span and label of a text that fits its window."""
    import torch

    words = [word.text for word in split(text)]
    batch = reference.data_processor.collate_raw_batch(
        [{"tokenized_text": words, "ner": []}], entity_types=LABELS
    )
    inputs = reference.data_processor.tokenize_and_prepare_labels(batch, prepare_labels=False)
    with torch.no_grad():
        output = reference.model(
            input_ids=inputs["input_ids"],
            attention_mask=inputs["attention_mask"],
            words_mask=inputs["words_mask"],
            text_lengths=batch["seq_length"],
            span_idx=batch["span_idx"],
            span_mask=batch["span_mask"],
        )
    scores = torch.sigmoid(output.logits)[0]
    return {
        (first, first + more, label): float(scores[first, more, label])
        for first in range(len(words))
        for more in range(scores.shape[1])
        for label in range(len(LABELS))
        if first + more < len(words)
    }


def test_a_torch_checkpoint_is_exported_once(folder, reference, tmp_path):
    place = tmp_path / "checkpoint"
    shutil.copytree(folder, place)
    (place / "model.onnx").unlink()
    checkpoint.export_if_needed(place, CancelToken())
    made = (place / "model.onnx").stat().st_mtime_ns
    checkpoint.export_if_needed(place, CancelToken())
    assert (place / "model.onnx").stat().st_mtime_ns == made
    assert not list(place.glob(".export-*"))
    text = text_of(15, seed=3)
    theirs = reference.predict_entities(text, LABELS, threshold=0.4)
    check_same(read(Gliner(place, 1), [text], LABELS, 0.4)[0], theirs)


def test_an_export_brings_the_tokens_the_checkpoints_tokenizer_lacks(folder, reference, tmp_path):
    place = tmp_path / "checkpoint"
    shutil.copytree(folder, place)
    (place / "model.onnx").unlink()
    tokenizer = json.loads((place / "tokenizer.json").read_text("utf-8"))
    marks = ("<<ENT>>", "<<SEP>>")
    tokenizer["added_tokens"] = [t for t in tokenizer["added_tokens"] if t["content"] not in marks]
    (place / "tokenizer.json").write_text(json.dumps(tokenizer), "utf-8")
    config = json.loads((place / "gliner_config.json").read_text("utf-8"))
    config |= {"class_token_index": -1, "vocab_size": -1}
    (place / "gliner_config.json").write_text(json.dumps(config), "utf-8")
    checkpoint.export_if_needed(place, CancelToken())
    text = text_of(15, seed=3)
    theirs = reference.predict_entities(text, LABELS, threshold=0.4)
    check_same(read(Gliner(place, 1), [text], LABELS, 0.4)[0], theirs)


def test_a_broken_checkpoint_is_a_sentence(tmp_path):
    (tmp_path / "pytorch_model.bin").write_bytes(b"nothing")
    (tmp_path / "gliner_config.json").write_text("{}", "utf-8")
    with pytest.raises(UserError) as caught:
        checkpoint.export_if_needed(tmp_path, CancelToken())
    assert caught.value.code == "entities.export_failed"
    assert not list(tmp_path.glob(".export-*"))


def test_a_cancelled_export_leaves_nothing(folder, reference, tmp_path):
    place = tmp_path / "checkpoint"
    shutil.copytree(folder, place)
    (place / "model.onnx").unlink()
    cancel = CancelToken()
    threading.Timer(0.3, cancel.cancel).start()
    with pytest.raises(CancelledError):
        checkpoint.export_if_needed(place, cancel)
    assert not (place / "model.onnx").exists()
    assert not list(place.glob(".export-*"))
