"""A broken settings file never stops the application and is never thrown away."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from app import settings
from app.settings import Settings


def test_no_file_means_the_standard_settings(tmp_path):
    assert settings.load(tmp_path / "settings.toml") == (Settings(), None)


def test_what_is_saved_is_read_again(tmp_path):
    path = tmp_path / "folder" / "settings.toml"
    wanted = Settings(language="ko", theme="dark", text_scale=150, output_dir='C:\\문서 "새"')
    settings.save(wanted, path)
    assert settings.load(path) == (wanted, None)
    assert not list(path.parent.glob("*.part"))


@pytest.mark.parametrize(
    "text",
    [
        "language = 'fr'",
        "text_scale = 500",
        "text_scale = 'big'",
        "theme = ",
        "\x00",
        "threads = -1",
    ],
)
def test_a_broken_file_is_set_aside_and_explained(tmp_path, text):
    path = tmp_path / "settings.toml"
    path.write_text(text, "utf-8")
    chosen, notice = settings.load(path)
    assert chosen == Settings()
    assert notice is not None
    assert notice.code == "settings.invalid"
    aside = dict(notice.values)["aside"]
    assert Path(aside).read_text("utf-8") == text
    assert not path.exists()


def test_bytes_that_are_no_text_are_set_aside_too(tmp_path):
    path = tmp_path / "settings.toml"
    path.write_bytes(b"\xff\xfe\x00\x80")
    chosen, notice = settings.load(path)
    assert chosen == Settings()
    assert notice is not None


def test_unknown_settings_of_another_version_are_kept_out_of_the_way(tmp_path):
    path = tmp_path / "settings.toml"
    path.write_text("language = 'ko'\nsomething_new = 3\n", "utf-8")
    chosen, notice = settings.load(path)
    assert chosen.language == "ko"
    assert notice is None


OF_A_NEWER_VERSION = """\
language = 'ko'
something_new = [1, 2]

[later]
theme = 'pink'
"""


def test_what_only_another_version_knows_outlives_every_change(tmp_path):
    path = tmp_path / "settings.toml"
    path.write_text(OF_A_NEWER_VERSION, "utf-8")
    chosen, _notice = settings.load(path)
    for theme in ("dark", "light"):
        settings.save(dataclasses.replace(chosen, theme=theme), path)
        assert settings.load(path) == (Settings(language="ko", theme=theme), None)
        assert settings.others(path) == {"something_new": [1, 2], "later": {"theme": "pink"}}


def test_mending_keeps_what_only_another_version_knows(tmp_path):
    path = tmp_path / "settings.toml"
    path.write_text("theme = 'pink'\nsomething_new = 3\n", "utf-8")
    chosen, notice = settings.load(path)
    assert chosen == Settings()
    assert notice.code == "settings.mended_but"
    assert settings.others(path) == {"something_new": 3}


def test_a_line_of_a_table_is_no_setting_where_the_file_is_half_broken(tmp_path):
    path = tmp_path / "settings.toml"
    path.write_text("language = 'ko'\ntheme =\n[later]\ntext_scale = 150\n", "utf-8")
    assert settings.load(path)[0] == Settings(language="ko")


def test_one_bad_value_costs_only_itself(tmp_path):
    path = tmp_path / "settings.toml"
    text = "language = 'ko'\ntext_scale = 500\ntheme = 'dark'\nthreads = 'many'\n"
    path.write_text(text, "utf-8")
    chosen, notice = settings.load(path)
    assert chosen == Settings(language="ko", theme="dark")
    assert notice.code == "settings.mended_but"
    assert dict(notice.values)["names"] == "text_scale, threads"
    assert Path(dict(notice.values)["aside"]).read_text("utf-8") == text
    assert settings.load(path) == (chosen, None)


def test_what_is_no_toml_is_read_line_by_line(tmp_path):
    path = tmp_path / "settings.toml"
    path.write_bytes(b"language = 'ko'\ntheme = \xff\xfe\nchat_model = 'mine'\n[half")
    chosen, notice = settings.load(path)
    assert chosen == Settings(language="ko", chat_model="mine")
    assert notice.code == "settings.mended"
    assert settings.load(path) == (chosen, None)


def test_a_file_that_may_not_be_read_is_a_sentence(tmp_path):
    (tmp_path / "settings.toml").mkdir()
    chosen, notice = settings.load(tmp_path / "settings.toml")
    assert chosen == Settings()
    assert notice.code == "settings.unreadable"


def test_the_file_says_what_each_value_means(tmp_path):
    text = settings.written(Settings(text_scale=150), {})
    assert '# "system", "en" or "ko"\nlanguage = "system"' in text
    assert "# text size in per cent, 80 to 200\ntext_scale = 150" in text
    assert set(settings.COMMENTS) <= {field.name for field in dataclasses.fields(Settings)}
