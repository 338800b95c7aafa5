"""No text of window or command line is untranslated, and no error is without words."""

from __future__ import annotations

import ast
import functools
import re
import string
from collections import Counter
from pathlib import Path

import polib
import pytest
from babel.messages.extract import extract_from_dir

from agents.base import Notice, UserError
from app import i18n, messages
from app.messages import reasons
from app.paths import assets_dir

ROOT = Path(__file__).resolve().parents[2]
MARKS = {"_": None, "N_": None}
SOURCES = [file for part in ("agents", "app") for file in sorted((ROOT / part).rglob("*.py"))]
CODES = re.compile(
    r"^(?!(model|settings)\.(onnx|safetensors|toml)$|chat\.txt$)"  # names of files
    r"(store|settings|screen|update|file|chat|calc|eval|model|engine|hub|translation|scholar|entities)\.[a-z_0-9]+$"
)


def _placeholders(text: str) -> set[str]:
    return {field for _lit, field, _spec, _conv in string.Formatter().parse(text) if field}


@functools.cache
def _catalogue() -> dict[str, str]:
    return {
        entry.msgid: entry.msgstr
        for file in sorted((assets_dir() / "i18n" / "ko").glob("*.po"))
        for entry in polib.pofile(str(file), encoding="utf-8")
        if "fuzzy" not in entry.flags
    }


@functools.cache
def _texts() -> set[str]:
    found = {
        text
        for _file, _line, text, _comments, _context in extract_from_dir(
            ROOT / "app", method_map=[("**.py", "python")], keywords=MARKS
        )
    }
    return found | set(messages.TEXTS.values()) | set(reasons.REASONS)


@functools.cache
def _codes() -> set[str]:
    found = set()
    for file in SOURCES:
        if (ROOT / "app" / "messages") in file.parents:
            continue
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if (
                isinstance(node, ast.Constant)
                and isinstance(node.value, str)
                and CODES.match(node.value)
            ):
                found.add(node.value)
    return found


def test_every_text_is_translated():
    catalogue = _catalogue()
    assert sorted(text for text in _texts() if not catalogue.get(text)) == []


def test_no_translation_is_left_over():
    assert sorted(set(_catalogue()) - _texts()) == []


def test_translations_have_the_same_placeholders():
    texts = _texts()
    wrong = {
        text: korean
        for text, korean in _catalogue().items()
        if text in texts and _placeholders(text) != _placeholders(korean)
    }
    assert wrong == {}


def test_a_text_has_one_translation():
    ids = Counter(
        entry.msgid
        for file in (assets_dir() / "i18n" / "ko").glob("*.po")
        for entry in polib.pofile(str(file), encoding="utf-8")
    )
    assert [text for text, count in ids.items() if count > 1] == []


def test_texts_are_marked_as_they_stand():
    """A text put together at run time cannot be looked up."""
    wrong = []
    for file in sorted((ROOT / "app").rglob("*.py")):
        if file.name == "i18n.py":
            continue
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Name)
                and node.func.id == "_"
            ):
                first = node.args[0]
                if isinstance(first, (ast.JoinedStr, ast.BinOp)):
                    wrong.append(f"{file.name}:{node.lineno}")
    assert wrong == []


def test_every_code_has_words():
    assert sorted(_codes() - set(messages.TEXTS)) == []


def test_no_words_without_a_code():
    assert sorted(set(messages.TEXTS) - _codes()) == []


@pytest.fixture
def english():
    yield
    i18n.use("en", assets_dir())


def test_errors_speak_the_users_language(english):
    error = UserError("file.missing", path="a.docx")
    i18n.use("en", assets_dir())
    assert i18n.explain(error) == "There is no file a.docx."
    i18n.use("ko", assets_dir())
    assert i18n.explain(error) == "a.docx 파일이 없습니다."
    assert i18n.explain(Notice("file.missing", (("path", "b.md"),))) == "b.md 파일이 없습니다."


@pytest.mark.parametrize(
    ("text", "values", "said"),
    [
        (
            "{count} models ({size}) are whole.",
            {"count": 1, "size": "1 GB"},
            "1 model (1 GB) is whole.",
        ),
        (
            "{count} models ({size}) are whole.",
            {"count": 2, "size": "1 GB"},
            "2 models (1 GB) are whole.",
        ),
        ("{count} pages", {"count": "1"}, "1 page"),
        ("{count} pages", {"count": True}, "True pages"),
        (
            "{added} conversations added, {known} were already there",
            {"added": 1, "known": 1},
            "1 conversation added, 1 was already there",
        ),
        (
            "{added} conversations added, {known} were already there",
            {"added": 0, "known": 11},
            "0 conversations added, 11 were already there",
        ),
    ],
)
def test_one_of_something_is_said_as_one(english, text, values, said):
    i18n.use("en", assets_dir())
    assert i18n._(text, **values) == said


def test_an_error_about_one_thing_is_said_so(english):
    i18n.use("en", assets_dir())
    said = i18n.explain(Notice("chat.maths_again", (("count", 1),)))
    assert said.startswith("1 equation did not hold.")


def test_korean_has_one_form(english):
    i18n.use("ko", assets_dir())
    assert i18n._("{count} pages", count=1) == i18n._("{count} pages", count=5).replace("5", "1")


def test_what_is_said_of_one_stands_in_a_sentence_and_keeps_its_placeholders():
    entries = polib.pofile(str(assets_dir() / "i18n" / "en" / "singular.po"), encoding="utf-8")
    texts = _texts()
    lost = [entry.msgid for entry in entries if not any(entry.msgid in text for text in texts)]
    assert lost == []
    for entry in entries:
        kept = _placeholders(entry.msgid) - _placeholders(entry.msgstr)
        assert kept in (set(), {entry.msgid[entry.msgid.index("{") + 1 : entry.msgid.index("}")]})


@pytest.mark.parametrize(
    ("value", "language"),
    [("ko_KR.UTF-8", "ko"), ("en_US.UTF-8", "en"), ("C", "en"), ("ko", "ko"), ("de_DE", "en")],
)
def test_the_systems_language_is_used(monkeypatch, value, language):
    monkeypatch.setenv("LC_ALL", value)
    assert i18n.system_language() == language
