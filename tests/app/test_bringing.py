"""The text that a person brings to a draft, from the files papers are written in."""

from __future__ import annotations

import pytest

from agents.base import CancelToken, UserError
from app import bringing
from tests.translation.word_files import document, paragraph, run


def test_a_word_file(tmp_path):
    path = tmp_path / "paper.docx"
    body = paragraph(run("Linear attention is cheap.")) + paragraph(run("선형 어텐션은 싸다."))
    path.write_bytes(document(body))
    text = bringing.read(path, CancelToken())
    assert text == "Linear attention is cheap.\n\n선형 어텐션은 싸다."


@pytest.mark.parametrize("name", ["paper.tex", "paper.md", "paper.txt"])
def test_texts(tmp_path, name):
    path = tmp_path / name
    path.write_text("Linear attention \\cite{a} is cheap.", "utf-8")
    assert bringing.read(path, CancelToken()) == "Linear attention \\cite{a} is cheap."


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("none.docx", None, "file.missing"),
        ("none.txt", None, "file.missing"),
        ("empty.txt", b" \n", "scholar.no_topic"),
        ("picture.txt", b"\x00\x01\x02" * 300, "scholar.not_text"),
    ],
)
def test_what_cannot_be_read_is_said(tmp_path, name, data, code):
    path = tmp_path / name
    if data is not None:
        path.write_bytes(data)
    with pytest.raises(UserError) as problem:
        bringing.read(path, CancelToken())
    assert problem.value.code == code


def test_a_broken_word_file_is_a_sentence(tmp_path):
    path = tmp_path / "broken.docx"
    path.write_bytes(b"PK\x03\x04" + bytes(range(256)) * 4)
    with pytest.raises(UserError):
        bringing.read(path, CancelToken())
