"""Everything the user owns can be put below one folder."""

from __future__ import annotations

from app.paths import assets_dir, user_paths


def test_one_folder_for_everything(monkeypatch, tmp_path):
    monkeypatch.setenv("MOADESK_HOME", str(tmp_path / "내 폴더"))
    paths = user_paths()
    for part in (paths.database, paths.models, paths.settings, paths.logs, paths.cache):
        assert (tmp_path / "내 폴더") in part.parents


def test_without_it_the_systems_folders_are_used(monkeypatch):
    monkeypatch.delenv("MOADESK_HOME", raising=False)
    assert user_paths().database.name == "moadesk.sqlite3"


def test_the_assets_are_found():
    assert (assets_dir() / "catalog.toml").is_file()


def test_a_frozen_bundle_brings_its_own_assets(monkeypatch, tmp_path):
    monkeypatch.setattr("sys._MEIPASS", str(tmp_path), raising=False)
    assert assets_dir() == tmp_path / "assets"
