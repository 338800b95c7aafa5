"""GLiNER without PyTorch, on a small random-weight model made by `make_tiny_gliner.py`."""

from __future__ import annotations

import itertools
import json
import shutil
import threading
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.base import CancelledError, CancelToken, Progress, UserError
from agents.entities import gliner
from agents.entities.agent import EntityAgent
from agents.entities.events import EntitiesFound, EntityRequest, Span
from agents.entities.gliner import Gliner
from agents.entities.korean import trimmed
from agents.entities.words import Candidate, choose, split, windows
from agents.translation.korean import Korean
from tests.entities.reading import read

TINY = Path(__file__).parent / "tiny_gliner"
LABELS = ("method", "dataset", "person", "year")
TEXTS = (
    "Vaswani et al. (2017) trained the Transformer on WMT 2014 English-German.",
    "김철수 외(2021)는 이 논문에서 새로운 방법을 제안하였다.",
    "",
    "x",
)


@pytest.fixture(scope="module")
def model():
    return Gliner(TINY, threads=1)


@pytest.fixture
def folder(tmp_path):
    return Path(shutil.copytree(TINY, tmp_path / "모델 folder"))


def find(model, texts, threshold=0.5, labels=LABELS):
    return read(model, texts, labels, threshold)


def test_spans_are_pieces_of_their_text_and_do_not_overlap(model):
    for text, spans in zip(TEXTS, find(model, TEXTS, 0.3), strict=True):
        for span in spans:
            assert text[span.start : span.end] == span.text
            assert span.label in LABELS
            assert 0.3 < span.score <= 1
        for one, other in itertools.pairwise(spans):
            assert one.end <= other.start
    assert find(model, TEXTS, 0.3)[0], "a random model finds something at this threshold"


def test_an_empty_text_has_no_entities(model):
    assert find(model, ["", "   \n"]) == [[], []]
    assert find(model, []) == []


def test_a_text_gives_the_same_alone_and_in_a_batch(model):
    alone = [find(model, [text], 0.4)[0] for text in TEXTS]
    together = find(model, TEXTS, 0.4)
    for one, other in zip(alone, together, strict=True):
        assert [(s.start, s.end, s.label) for s in one] == [
            (s.start, s.end, s.label) for s in other
        ]
        assert [s.score for s in one] == pytest.approx([s.score for s in other], abs=1e-5)


def test_nothing_of_a_long_text_is_left_unread(model):
    text = " ".join(f"word{number} KorQuAD" for number in range(200))  # ten windows
    spans = find(model, [text], 0.0)[0]
    covered = 0
    for span in spans:
        assert span.start >= covered
        assert not text[covered : span.start].strip()
        covered = span.end
    assert covered == len(text)


@pytest.mark.parametrize("text", ["🤖🤖", "\x00\x01", "﷽" * 50, "a" * 5000, "\u200b", "가" * 300])
def test_odd_texts_do_no_harm(model, text):
    for span in find(model, [text, "plain words"], 0.0)[0]:
        assert text[span.start : span.end] == span.text


def test_what_the_tokenizer_drops_is_as_if_it_were_not_there(folder):
    """The reference counts such words, and puts all that follows a word too early."""
    file = folder / "tokenizer.json"
    tokenizer = json.loads(file.read_text("utf-8"))
    gone = {"type": "Replace", "pattern": {"String": "\u200b"}, "content": ""}
    tokenizer["normalizer"] = {"type": "Sequence", "normalizers": [tokenizer["normalizer"], gone]}
    file.write_text(json.dumps(tokenizer), "utf-8")
    model = Gliner(folder, 1)
    odd = TEXTS[0].replace(" ", " \u200b ")
    alone, found = find(model, [TEXTS[0]], 0.3)[0], find(model, [odd], 0.3)[0]
    assert alone
    assert [(span.label, span.text.replace(" \u200b", "")) for span in found] == [
        (span.label, span.text) for span in alone
    ]
    assert [span.score for span in found] == pytest.approx([span.score for span in alone])
    assert all(odd[span.start : span.end] == span.text for span in found)


def test_a_word_without_end_is_read_by_its_beginning(model):
    """Base64 or a script without spaces: attention grows with the square of the length."""
    word = "QUJD가" * 20_000
    text = f"WMT {word} WMT"
    spans = find(model, [text], 0.0)[0]
    assert text[spans[-1].start : spans[-1].end] == spans[-1].text
    assert spans[-1].end == len(text)


def test_one_run_is_bounded_and_the_steps_say_how_far_it_is(model):
    text = " ".join(f"word{number}" for number in range(900))
    steps = list(model.read([text, "", text], LABELS, 0.5, CancelToken()))
    done = [step.done for step in steps]
    assert all(after - before <= gliner.BATCH_WINDOWS for before, after in itertools.pairwise(done))
    assert len(steps) > 5
    assert done[-1] == steps[-1].total
    assert [number for step in steps for number, _spans in step.found] == [0, 1, 2]


@pytest.mark.parametrize("label", ["<<ENT>>", "a <<SEP>> b"])
def test_a_label_with_the_models_own_marks_is_a_sentence(model, label):
    with pytest.raises(UserError) as caught:
        find(model, ["text"], labels=("method", label))
    assert caught.value.code == "entities.bad_label"


def test_marks_in_the_text_do_no_harm(model):
    text = "<<ENT>> person <<SEP>> [SEP] [CLS] [PAD] WMT 2014"
    for span in find(model, [text], 0.2)[0]:
        assert span.label in LABELS


def test_labels_too_long_for_the_model_are_a_sentence(folder):
    tokenizer = {"model_max_length": 30}
    (folder / "tokenizer_config.json").write_text(json.dumps(tokenizer), "utf-8")
    with pytest.raises(UserError) as caught:
        find(Gliner(folder, 1), ["text"], labels=("a very long label of many words",) * 3)
    assert caught.value.code == "entities.labels_too_long"


@pytest.mark.parametrize("missing", ["model.onnx", "tokenizer.json", "gliner_config.json"])
def test_a_folder_without_a_part_is_a_sentence(folder, missing):
    (folder / missing).unlink()
    with pytest.raises(UserError) as caught:
        Gliner(folder, 1)
    assert caught.value.code == "entities.folder"
    assert caught.value.values["missing"] == missing


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("model.onnx", b"not a model"),
        ("model.onnx", b""),
        ("tokenizer.json", b"{}"),
        ("tokenizer.json", b"\xff\xfe"),
        ("gliner_config.json", b'{"ent_token": "[OTHER]"}'),
        ("gliner_config.json", b"[1, 2]"),
        ("gliner_config.json", b"{"),
        ("gliner_config.json", b'{"max_width": "wide"}'),
        ("gliner_config.json", b'{"max_width": 0}'),
    ],
)
def test_a_damaged_part_is_a_sentence(folder, name, content):
    (folder / name).write_bytes(content)
    with pytest.raises(UserError) as caught:
        Gliner(folder, 1)
    assert caught.value.code == "entities.damaged"


@pytest.mark.parametrize(
    "change",
    [
        {"span_mode": "token_level"},
        {"span_mode": "token-level"},
        {"relations_layer": "biaffine"},
        {"model_type": "gliner_streaming_span"},
        {"labels_encoder": "bert"},
        {"subtoken_pooling": "mean"},
        {"words_splitter_type": "jieba"},
    ],
)
def test_another_kind_of_gliner_is_refused(folder, change):
    config = json.loads((folder / "gliner_config.json").read_text("utf-8")) | change
    (folder / "gliner_config.json").write_text(json.dumps(config), "utf-8")
    with pytest.raises(UserError) as caught:
        Gliner(folder, 1)
    assert caught.value.code == "entities.unsupported"


def test_words_are_split_as_gliner_does():
    words = [word.text for word in split("state-of-the-art F1 (93.2%), 논문에서")]
    assert words == ["state-of-the-art", "F1", "(", "93", ".", "2", "%", ")", ",", "논문에서"]


@given(
    st.lists(st.integers(1, 30), max_size=200),
    st.integers(1, 40),
    st.integers(1, 60),
    st.integers(1, 12),
)
def test_windows_cover_every_word_and_keep_their_bounds(sizes, words, tokens, width):
    made = windows(sizes, most_words=words, most_tokens=tokens, width=width)
    assert {n for one in made for n in range(one.start, one.stop)} == set(range(len(sizes)))
    for one in made:
        assert 0 < one.stop - one.start <= words
        assert sum(sizes[one.start : one.stop]) <= tokens or one.stop - one.start == 1
    assert [one.start for one in made] == sorted({one.start for one in made})
    # each word begins the spans of exactly one window
    assert [n for one in made for n in range(one.first, one.last)] == list(range(len(sizes)))
    assert all(one.start <= one.first <= one.last <= one.stop for one in made)


@given(st.integers(1, 400), st.integers(1, 12))
def test_every_span_stands_whole_in_its_window_with_words_around(count, width):
    made = windows([1] * count, most_words=4 * width, most_tokens=1000, width=width)
    for one in made:
        assert one.first - one.start >= (width if one.start else 0)
        assert one.stop - one.last >= (width if one.stop < count else 0)


def test_the_best_candidate_wins_and_equals_go_to_the_earlier():
    chosen = choose(
        [
            Candidate(0, 2, 0, 0.6),
            Candidate(2, 3, 1, 0.9),
            Candidate(0, 1, 1, 0.6),
            Candidate(5, 5, 0, 0.5),
        ]
    )
    assert [(one.first, one.last) for one in chosen] == [(0, 1), (2, 3), (5, 5)]


# --- the agent -----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def korean():
    return Korean()


def agent(korean, place=TINY):
    return EntityAgent({"tiny": place}.get, korean.particles)


def test_texts_come_back_in_order_with_progress(korean):
    request = EntityRequest(tuple(f"WMT {n}" for n in range(20)), "tiny", LABELS, 0.3)
    events = list(agent(korean).run(request, CancelToken()))
    assert [event.index for event in events if isinstance(event, EntitiesFound)] == list(range(20))
    progress = [event.done for event in events if isinstance(event, Progress)]
    assert progress == sorted(progress)
    assert progress[-1] == 20


def test_the_agent_takes_a_file_of_the_folder_too(korean):
    request = EntityRequest(("WMT 2014",), "tiny", LABELS, 0.3)
    by_file = list(agent(korean, TINY / "model.onnx").run(request, CancelToken()))
    assert [type(event) for event in by_file] == [Progress, EntitiesFound, Progress]


@pytest.mark.parametrize(
    ("request_", "code"),
    [
        (EntityRequest(("x",), ""), "entities.no_model"),
        (EntityRequest(("x",), "other"), "model.missing"),
        (EntityRequest(("x",), "tiny", (" ", "")), "entities.no_labels"),
    ],
)
def test_bad_requests_are_sentences(korean, request_, code):
    with pytest.raises(UserError) as caught:
        list(agent(korean).run(request_, CancelToken()))
    assert caught.value.code == code


def spans_of(text, *words):
    places = [(text.index(word), word) for word in words]
    return [Span(start, start + len(word), word, "task", 0.9) for start, word in places]


def test_particles_are_trimmed_with_right_offsets(korean):
    text = "😀 이 논문에서 김철수가 KorQuAD를 평가했다. 모델 A"
    spans = spans_of(text, "논문에서", "김철수가", "KorQuAD를", "모델", "A")
    made = trimmed(text, spans, korean.particles)
    assert [span.text for span in made] == ["논문", "김철수", "KorQuAD", "모델", "A"]
    assert [text[span.start : span.end] for span in made] == [span.text for span in made]


def test_particles_far_into_a_long_text_are_trimmed_and_little_of_it_is_analysed(korean):
    looked = []

    def particles(text):
        looked.append(text)
        return korean.particles(text)

    filling = "한국어 글이 이어진다. " * 200
    text = f"{filling}논문에서\n서울대학교는 새 방법을 {filling}데이터셋으로"
    made = trimmed(
        text, spans_of(text, "논문에서", "서울대학교는", "데이터셋으로"), korean.particles
    )
    assert [span.text for span in made] == ["논문", "서울대학교", "데이터셋"]
    trimmed(text, spans_of(text, "논문에서", "서울대학교는", "데이터셋으로"), particles)
    assert sum(map(len, looked)) < len(text) / 4
    assert len(looked) == len(set(looked))


def test_a_span_that_is_nothing_but_a_particle_stays():
    text = "방법 에서"
    assert trimmed(text, spans_of(text, "에서"), lambda _text: {5: 3})[0].text == "에서"
    assert trimmed("", (), lambda _text: {}) == ()


def test_cancel_before_and_during_the_work(korean):
    cancelled = CancelToken()
    cancelled.cancel()
    request = EntityRequest(("text " * 300,) * 40, "tiny", LABELS)
    with pytest.raises(CancelledError):
        list(agent(korean).run(request, cancelled))
    cancel = CancelToken()
    found = 0
    with pytest.raises(CancelledError):
        for event in agent(korean).run(request, cancel):
            if isinstance(event, EntitiesFound):
                found += 1
                threading.Timer(0.01, cancel.cancel).start()
    assert 0 < found < 40


def test_two_callers_share_one_model(korean):
    shared = agent(korean)
    request = EntityRequest(TEXTS, "tiny", LABELS, 0.3)
    results: list[list[object]] = []

    def work():
        results.append(
            [e for e in shared.run(request, CancelToken()) if isinstance(e, EntitiesFound)]
        )

    threads = [threading.Thread(target=work) for _thread in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results[0] == results[1] == results[2]
    shared.free()
    work()
    assert results[3] == results[0]


def test_freeing_waits_for_nobody_and_neither_does_a_second_caller(korean):
    shared = agent(korean)
    request = EntityRequest((TEXTS[0],) * 80, "tiny", LABELS, 0.3)
    left_behind = shared.run(request, CancelToken())
    for event in left_behind:
        if isinstance(event, EntitiesFound):
            break
    shared.free()
    assert [e for e in shared.run(request, CancelToken()) if isinstance(e, EntitiesFound)]
    rest = [event for event in left_behind if isinstance(event, EntitiesFound)]
    assert len(rest) == len(request.texts) - 1


def test_a_caller_who_waits_for_his_turn_can_cancel(korean):
    shared = agent(korean)
    cancel = CancelToken()
    threading.Timer(0.1, cancel.cancel).start()
    with shared._my_turn(CancelToken()), pytest.raises(CancelledError):
        list(shared.run(EntityRequest(("x",), "tiny"), cancel))


def test_a_replaced_model_is_loaded_anew(korean, folder):
    shared = agent(korean, folder)
    request = EntityRequest(TEXTS, "tiny", LABELS, 0.3)
    list(shared.run(request, CancelToken()))
    (folder / "model.onnx").write_bytes(b"another")
    with pytest.raises(UserError) as caught:
        list(shared.run(request, CancelToken()))
    assert caught.value.code == "entities.damaged"


def test_only_torch_weights_and_no_gliner_is_a_sentence(folder, korean, monkeypatch):
    (folder / "model.onnx").unlink()
    (folder / "pytorch_model.bin").write_bytes(b"weights")
    monkeypatch.setattr("importlib.util.find_spec", lambda _name: None)
    with pytest.raises(UserError) as caught:
        list(agent(korean, folder).run(EntityRequest(("x",), "tiny"), CancelToken()))
    assert caught.value.code == "entities.needs_gliner"
