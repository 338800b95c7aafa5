"""The last card of the settings: a newer version is asked for, shown, fetched and checked."""

from __future__ import annotations

import hashlib
import json

import pytest
from PySide6.QtCore import QStandardPaths
from PySide6.QtWidgets import QLabel, QListWidget, QPlainTextEdit, QPushButton

from app import updates
from app.ui.settings.about import AboutSection
from tests.engine.http_hub import Answer, Hub, serve

BODY = b"installer" * 10_000


@pytest.fixture
def hub(monkeypatch):
    with serve(Hub()) as hub:
        monkeypatch.setenv(updates.ADDRESS, f"{hub.address}/releases")
        yield hub


@pytest.fixture
def section(qtbot, desk, pool, theme, tmp_path, monkeypatch):
    monkeypatch.setattr(QStandardPaths, "writableLocation", lambda _place: str(tmp_path / "받은"))
    section = AboutSection(desk, pool, theme)
    qtbot.addWidget(section)
    section.resize(720, 300)
    section.show()
    return section


def _index(hub, version):
    system, machine = updates.machine()
    row = {"name": "MoA-Desk.run", "system": system, "machine": machine, "kind": updates.kind()}
    row |= {"size": len(BODY), "sha256": hashlib.sha256(BODY).hexdigest()}
    text = json.dumps({"version": version, "files": [row]}).encode()
    hub.answers.append(Answer(200, body=text))


def _press(section, name):
    (found,) = [b for b in section.findChildren(QPushButton) if b.accessibleName() == name]
    assert found.isVisible()
    found.click()


def _said(section):
    return " ".join(label.text() for label in section.findChildren(QLabel) if label.isVisible())


def test_nothing_is_asked_before_the_click(section, hub, settled):
    settled()
    assert hub.log == []
    assert "only when you press" in _said(section)


def test_the_newest_version_says_so(section, hub, settled):
    _index(hub, updates.VERSION)
    _press(section, "Check for updates")
    settled()
    assert "This is the newest version." in _said(section)


def test_what_is_fetched_is_shown_first_and_checked_after(section, hub, settled, tmp_path, desk):
    _index(hub, "99.0")
    _press(section, "Check for updates")
    settled()
    assert "Version 99.0 is there: MoA-Desk.run, 0 MB, from 127.0.0.1." in _said(section)
    assert len(hub.log) == 1
    hub.answers.append(Answer(200, body=BODY))
    _press(section, "Download the newer version")
    settled()
    assert "SHA-256 was checked" in _said(section)
    assert (tmp_path / "받은" / "MoA-Desk.run").read_bytes() == BODY
    assert {call.why for call in desk.network_log.list()} == {"update_list", "update_file"}


def test_a_changed_file_is_refused_with_a_sentence(section, hub, settled, tmp_path):
    _index(hub, "99.0")
    _press(section, "Check for updates")
    settled()
    hub.answers.append(Answer(200, body=b"X" + BODY[1:]))
    _press(section, "Download the newer version")
    settled()
    assert "its digest is wrong" in _said(section)
    assert not (tmp_path / "받은" / "MoA-Desk.run").exists()


def test_every_licence_can_be_read(section, settled, qtbot):
    _press(section, "Show the licences")
    settled()
    window = section._licences
    names = window.findChild(QListWidget)
    texts = window.findChild(QPlainTextEdit)
    assert names.count() > 20
    (at,) = [row for row in range(names.count()) if names.item(row).text().startswith("numpy ")]
    names.setCurrentRow(at)
    assert "NumPy" in texts.toPlainText()
    window.close()
