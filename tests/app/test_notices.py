"""Whose work is in this installation."""

from __future__ import annotations

import json
import sys

from app import notices


def test_a_source_tree_says_what_its_environment_has():
    found = {one.name.lower().replace("_", "-"): one for one in notices.components()}
    for name in ("moadesk", "pyside6-essentials", "llama-cpp-python", "numpy"):
        assert found[name].version
    assert "pytest" not in found
    assert "Redistribution" in found["numpy"].text


def test_a_frozen_folder_says_what_was_put_into_it(tmp_path, monkeypatch):
    row = {"name": "Qt", "version": "6", "licence": "LGPL-3.0-only", "kind": "x", "text": "전문"}
    file = tmp_path / notices.LIST
    file.parent.mkdir()
    file.write_text(json.dumps([row]), "utf-8")
    monkeypatch.setattr(sys, "_MEIPASS", str(tmp_path), raising=False)
    assert notices.components() == [notices.Component("Qt", "6", "LGPL-3.0-only", "전문")]
