"""A broken settings file never stops the application and is never thrown away."""

from __future__ import annotations

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
