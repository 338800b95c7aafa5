"""A server elsewhere: off by default, said wherever it is on, its key never shown."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QLineEdit, QPushButton

from app import keys
from app import settings as stored
from app.ui.chat.page import ChatPage
from app.ui.scholar.compose import ComposeForm
from app.ui.settings.change import change
from app.ui.settings.page import SettingsPage
from app.ui.status_bar import StatusBar
from app.ui.translation.engines import EngineChooser
from app.ui.widgets.bars import InlineBar
from tests.engine.servers import Reply, Says, serve

KEY = "sk-secret"


@pytest.fixture
def keyring(monkeypatch):
    """A keyring in memory: the user's own is never touched."""
    kept = {"works": True}

    def keep(host, key):
        if kept["works"]:
            kept[host] = key
        return kept["works"]

    monkeypatch.setattr(keys, "hub_place", lambda _mirror="": "")
    monkeypatch.setattr(keys, "remote_place", lambda host: "keyring" if kept.get(host) else "")
    monkeypatch.setattr(keys, "remote_key", lambda host: kept.get(host, ""))
    monkeypatch.setattr(keys, "set_remote_key", keep)
    return kept


@pytest.fixture
def page(qtbot, desk, pool, theme, settled, keyring):
    page = SettingsPage(desk, pool, theme)
    qtbot.addWidget(page)
    page.resize(900, 700)
    page.show()
    page.entered()
    settled()
    return page


@pytest.fixture
def server():
    with serve(Says(())) as server:
        yield server


def on(desk, address="http://gpu.lan:8080/v1", model="qwen"):
    change(desk, remote_url=address, remote_model=model, remote_enabled=True)


def type_in(field, words):
    field.clear()
    QTest.keyClicks(field, words)
    QTest.keyClick(field, Qt.Key.Key_Return)


def press(page, name):
    found = [b for b in page.findChildren(QPushButton) if b.accessibleName() == name]
    assert len(found) == 1
    found[0].click()


def bars(page):
    return [bar.words for bar in page._bars.shown]


def test_it_is_off_and_needs_an_address_first(page, desk):
    section = page._remote
    assert section._use.value == ""
    section._use.choose("on")
    assert section._use.value == ""
    assert not desk.settings.remote_enabled
    assert bars(page) == ["Enter the address of the server first."]


def test_everything_is_stored_at_once(page, desk, qtbot):
    section = page._remote
    told = []
    page.settings_changed.connect(told.append)
    type_in(section._address, "gpu.lan:8080")
    type_in(section._model.lineEdit(), "qwen")
    section._use.choose("on")
    on_disk = stored.load(desk.paths.settings)[0]
    assert on_disk == desk.settings == told[-1]
    assert on_disk.remote_url == "http://gpu.lan:8080/v1"
    assert section._address.text() == "http://gpu.lan:8080/v1"
    assert on_disk.remote_model == "qwen"
    assert on_disk.remote_enabled is True
    qtbot.waitUntil(lambda: len(page._bars.findChildren(InlineBar)) == 1)  # older ones are gone
    press(page, "Undo")
    assert not desk.settings.remote_enabled
    assert section._use.value == ""


def test_an_address_that_is_none_is_said_and_not_stored(page, desk):
    type_in(page._remote._address, "ftp://host")
    assert desk.settings.remote_url == ""
    assert "is not the address of a server" in bars(page)[0]
    type_in(page._remote._address, "http://host")
    assert desk.settings.remote_url == "http://host/v1"
    assert not any("not the address" in words for words in bars(page))


def test_without_an_address_it_is_off(page, desk):
    on(desk)
    page.entered()
    type_in(page._remote._address, "")
    assert not desk.settings.remote_enabled
    assert desk.settings.remote_url == ""


def test_an_open_connection_to_strangers_is_warned_of(page, desk):
    section = page._remote
    type_in(section._address, "http://gpu.example.com")
    assert "Not encrypted" in section._about_address.text()
    assert section._about_address.property("kind") == "warn"
    type_in(section._address, "https://gpu.example.com")
    assert "Not encrypted" not in section._about_address.text()
    assert section._about_address.property("kind") == "small"


def test_the_test_tells_the_models_and_takes_the_only_one(page, desk, server, settled):
    type_in(page._remote._address, server.address)
    press(page, "Test the connection")
    settled()
    assert page._remote._about_test.text() == "The server answers. Models: m"
    assert desk.settings.remote_model == "m"
    assert not desk.settings.remote_enabled
    assert [one.method for one in server.log] == ["GET"] * len(server.log)
    server.pages["/v1/models"] = Reply(body={"data": [{"id": str(n)} for n in range(6)]})
    press(page, "Test the connection")
    settled()
    words = page._remote._about_test.text()
    assert words == "The server answers. 6 models: 0, 1, 2, 3, …"
    assert desk.settings.remote_model == "m"  # a wish is kept
    offered = page._remote._model
    assert [offered.itemText(at) for at in range(offered.count())] == list("012345")


def test_a_test_that_fails_says_why_beside_it(page, desk, server, settled):
    server.pages["/v1/models"] = Reply(401, {"error": {"message": "no"}})
    type_in(page._remote._address, server.address)
    press(page, "Test the connection")
    settled()
    assert "does not accept the key" in page._remote._about_test.text()
    assert page._remote._about_test.property("kind") == "bad"
    assert page._remote._test.isEnabled()


def test_a_page_that_is_gone_is_not_told(desk, pool, theme, keyring, server, settled):
    page = SettingsPage(desk, pool, theme)
    type_in(page._remote._address, server.address)
    press(page, "Test the connection")
    page.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    settled()
    assert server.log


def test_a_key_belongs_to_its_server_and_is_never_shown(page, keyring, server, settled):
    section = page._remote
    type_in(section._key, KEY)
    assert bars(page) == ["Enter the address of the server first."]
    type_in(section._address, server.address)
    settled()
    type_in(section._key, KEY)
    settled()
    host = server.address.split("/")[2]
    assert keyring[host] == KEY
    assert section._key.echoMode() == QLineEdit.EchoMode.Password
    assert section._about_key.text() == "A key for this server is kept."
    shown = [label.text() for label in page.findChildren(QLabel)]
    shown += [edit.text() for edit in page.findChildren(QLineEdit)]
    assert not any(KEY in each for each in shown)
    section.test()
    settled()
    assert server.log[-1].headers["authorization"] == f"Bearer {KEY}"
    type_in(section._address, "http://another.lan")
    settled()
    assert not section._forget.isVisible()
    type_in(section._address, server.address)
    settled()
    press(page, "Remove the key")
    settled()
    assert keyring[host] == ""


def test_a_key_that_cannot_be_one_is_not_kept(page, keyring, server, settled):
    section = page._remote
    type_in(section._address, server.address)
    settled()
    section._key.setText("sk-\u200bㅁㄴㅇ")  # pasted
    QTest.keyClick(section._key, Qt.Key.Key_Return)
    settled()
    refused = "A key has only Latin letters, digits and signs. Copy it once more."
    assert refused in bars(page)
    assert server.address.split("/")[2] not in keyring
    type_in(section._key, KEY)
    settled()
    assert refused not in bars(page)


def test_a_system_without_a_keyring_says_so(page, keyring, settled):
    keyring["works"] = False
    type_in(page._remote._address, "http://gpu.lan")
    type_in(page._remote._key, KEY)
    settled()
    assert bars(page)[-1] == (
        "This system has no keyring: the key is kept until you close MoA Desk."
    )


def test_the_status_bar_says_that_it_is_on(qtbot, desk, pool, theme):
    bar = StatusBar(desk, pool, theme)
    qtbot.addWidget(bar)
    bar.show()
    assert not bar._remote.isVisible()
    assert bar._network.isVisible()
    on(desk)
    bar.settings_changed()
    assert bar._remote.isVisible()
    assert bar._remote.text() == bar._remote.accessibleName() == "Remote: gpu.lan:8080"
    assert bar._remote.property("tone") == "warn"
    assert not bar._network.isVisible()  # it would say "Offline"
    went = []
    bar.wanted.connect(went.append)
    bar._remote.click()
    assert went == ["settings"]
    change(desk, remote_enabled=False)
    bar.settings_changed()
    assert not bar._remote.isVisible()
    assert bar._network.isVisible()


NAME = "qwen · remote: gpu.lan:8080"


def test_the_model_is_offered_beside_the_others(qtbot, desk, pool, theme, settled, page):
    on(desk)
    page.entered()
    chooser = EngineChooser(desk, pool, theme, ["model"])
    form = ComposeForm(desk, pool, theme)
    for widget in (chooser, form):
        qtbot.addWidget(widget)
        widget.refresh()
    settled()
    for widget in (chooser, form):
        assert NAME in [widget._list.itemText(at) for at in range(widget._list.count())]
        assert widget._list.currentText() != NAME  # this machine's comes first

    def offered(setting):
        choice = page._choices[setting]
        return [choice.itemData(at) for at in range(choice.count())]

    for setting in ("chat_model", "translation_model", "draft_model"):
        assert offered(setting) == ["", "scripted", "remote:qwen"]
    assert offered("entity_model") == [""]


def test_the_chat_says_where_it_answers(qtbot, desk, pool, theme, settled):
    on(desk)
    change(desk, chat_model="remote:qwen")
    chat = ChatPage(desk, pool, theme)
    qtbot.addWidget(chat)
    chat.entered()
    settled()
    assert chat._models.chosen == "remote:qwen"
    said = [label.text() for label in chat._talk.findChildren(QLabel)]
    assert f"{NAME} answers elsewhere: what you write is sent there." in said
    assert not any("Nothing you write leaves it" in words for words in said)
    change(desk, remote_enabled=False)
    chat.entered()
    settled()
    assert chat._models.chosen == "scripted"
