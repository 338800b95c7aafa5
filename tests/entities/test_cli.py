"""`moadesk entities` as a user types it."""

from __future__ import annotations

import io
import json
import shutil
import sys
from pathlib import Path

import pytest

TINY = Path(__file__).parent / "tiny_gliner"
# Korean, and no word that ends in Hangul: the analyser of particles is slow to load
TEXT = "Vaswani et al. (2017) trained the Transformer on WMT 2014.\r\n한국어2 모델B 논문C"


@pytest.fixture
def model(moadesk, tmp_path):
    folder = shutil.copytree(TINY, tmp_path / "tiny-model")
    code, _out, err = moadesk("models", "import", folder)
    assert code == 0, err
    return "tiny-model"


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "논문 초록.txt"
    path.write_bytes(TEXT.encode("utf-8-sig"))
    return path


def test_spans_as_json_with_offsets_of_the_text(moadesk, model, file):
    code, out, err = moadesk(
        "entities", file, "--labels", "method, dataset,method", "--threshold", "0.2", "--json"
    )
    assert code == 0, err
    spans = json.loads(out)
    assert spans
    for span in spans:
        assert sorted(span) == ["end", "label", "score", "start", "text"]
        assert TEXT[span["start"] : span["end"]] == span["text"]
        assert span["label"] in {"method", "dataset"}
        assert 0.2 < span["score"] <= 1


def test_particles_are_no_part_of_a_span(moadesk, model, tmp_path):
    file = tmp_path / "text.md"
    file.write_text("서울대학교에서 KorQuAD를", "utf-8")
    spans = json.loads(moadesk("entities", file, "--threshold", "0", "--json")[1])
    assert spans[-1]["text"].endswith("KorQuAD")
    assert not any(span["text"].endswith(("에서", "를")) for span in spans)


def test_spans_as_lines(moadesk, model, file):
    lines = moadesk("entities", file, "--threshold", "0")[1].splitlines()
    spans = json.loads(moadesk("entities", file, "--threshold", "0", "--json")[1])
    assert len(lines) == len(spans) > 0
    assert all(len(line.split("\t")) == 4 for line in lines)


@pytest.mark.parametrize("encoding", ["utf-8", "cp949", "utf-16"])
def test_standard_input_in_the_encodings_people_have(moadesk, model, monkeypatch, encoding):
    given = io.TextIOWrapper(io.BytesIO(TEXT.encode(encoding)), encoding="ascii")
    monkeypatch.setattr(sys, "stdin", given)
    code, out, err = moadesk("entities", "-", "--threshold", "0", "--json")
    assert code == 0, err
    spans = json.loads(out)
    assert spans
    assert all(TEXT[span["start"] : span["end"]] == span["text"] for span in spans)


def test_no_model_names_the_one_to_get(moadesk, file):
    code, out, err = moadesk("entities", file)
    assert (code, out) == (1, "")
    assert "moadesk models pull gliner-multi-v2.1-int8" in err


def test_the_model_it_names_is_in_the_catalogue(moadesk):
    listed = json.loads(moadesk("models", "list", "--json")[1])
    assert "gliner-multi-v2.1-int8" in [model["id"] for model in listed]


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("FILE", "--model", "no-such-model"), 1, "no-such-model"),
        (("FILE", "--labels", " , "), 1, "no label"),
        (("nowhere.txt",), 1, "nowhere.txt"),
        ((".",), 1, "cannot be read"),
        (("model.onnx",), 1, "not a text file"),
        (("FILE", "--threshold", "2"), 2, "0 and 1"),
        (("FILE", "--threshold", "nan"), 2, "0 and 1"),
        (("FILE", "--threshold", "much"), 2, "0 and 1"),
        ((), 2, "required"),
    ],
)
def test_wrong_input_is_a_sentence(moadesk, model, file, arguments, code, said, monkeypatch):
    monkeypatch.chdir(TINY)
    told = moadesk("entities", *[file if one == "FILE" else one for one in arguments])
    assert told[0] == code
    assert said in told[2]
    assert "Traceback" not in told[2]


def test_an_empty_file_has_no_entities(moadesk, model, tmp_path):
    empty = tmp_path / "empty.txt"
    empty.write_bytes(b"")
    assert moadesk("entities", empty, "--json")[:2] == (0, "[]\n")
