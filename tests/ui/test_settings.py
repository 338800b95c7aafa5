"""The settings page: stored at once, undone, validated, secrets never shown."""

from __future__ import annotations

import msgspec
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QLineEdit, QPushButton

from agents.base import UserError
from app import keys
from app import settings as stored
from app.ui.settings.change import change
from app.ui.settings.page import SettingsPage
from tests.ui.conftest import installed


@pytest.fixture
def keyring(monkeypatch):
    """A keyring in memory: the user's own is never touched."""
    kept = {"hub": "", "works": True}

    def keep(token, _mirror=""):
        if kept["works"]:
            kept["hub"] = token
        return kept["works"]

    monkeypatch.setattr(keys, "hub_token", lambda _mirror="": kept["hub"])
    monkeypatch.setattr(keys, "hub_place", lambda _mirror="": "keyring" if kept["hub"] else "")
    monkeypatch.setattr(keys, "set_hub_token", keep)
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


def on_disk(desk):
    return stored.load(desk.paths.settings)[0]


def press(page, name):
    found = [b for b in page.findChildren(QPushButton) if b.accessibleName() == name]
    assert len(found) == 1
    found[0].click()


def choose(page, setting, value):
    choice = page._choices[setting]
    choice.setCurrentIndex(choice.findData(value))


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("language", "ko"),
        ("theme", "dark"),
        ("chat_model", "scripted"),
        ("draft_model", "scripted"),
    ],
)
def test_a_choice_is_stored_at_once_and_told(page, desk, setting, value):
    told = []
    page.settings_changed.connect(told.append)
    choose(page, setting, value)
    assert getattr(on_disk(desk), setting) == value
    assert getattr(desk.settings, setting) == value
    assert told == [desk.settings]


def test_the_last_change_can_be_undone(page, desk):
    choose(page, "theme", "dark")
    press(page, "Undo")
    assert on_disk(desk).theme == "light"
    assert page._choices["theme"].currentData() == "light"


def test_text_size_threads_and_memory(page, desk):
    page._size.setValue(15)
    page._threads.setValue(3)
    page._memory.setValue(2048)
    assert on_disk(desk).text_scale == 150
    assert on_disk(desk).threads == 3
    assert on_disk(desk).memory_budget_mb == 2048
    assert page._per_cent.text() == "150 %"


def test_showing_the_page_changes_nothing(page, desk, settled):
    before = desk.settings
    told = []
    page.settings_changed.connect(told.append)
    page.entered()
    settled()
    assert desk.settings == before
    assert told == []
    assert not desk.paths.settings.exists()


def test_models_are_offered_for_what_they_can_do(page, desk, settled):
    desk.shelf.models += [
        installed("trans", role="translation"),
        installed("names", role="entities", languages=()),
        installed("vectors", role="embedding"),
    ]
    page.entered()
    settled()

    def offered(setting):
        choice = page._choices[setting]
        return [choice.itemData(number) for number in range(choice.count())]

    assert offered("chat_model") == ["", "scripted"]
    assert offered("translation_model") == ["", "scripted", "trans"]
    assert offered("entity_model") == ["", "names"]


def test_a_chosen_model_that_is_gone_stays_visible(page, desk, settled):
    change(desk, chat_model="gone")
    page.entered()
    settled()
    assert page._choices["chat_model"].currentData() == "gone"
    assert desk.settings.chat_model == "gone"


def test_the_output_folder(page, desk, monkeypatch, tmp_path):
    monkeypatch.setattr(
        "app.ui.settings.page.QFileDialog.getExistingDirectory", lambda *_args: str(tmp_path)
    )
    press(page, "Choose the output folder")
    assert on_disk(desk).output_dir == str(tmp_path)
    assert page._output.whole == str(tmp_path)
    press(page, "Beside the source")
    assert on_disk(desk).output_dir == ""


def test_a_cancelled_folder_dialog_changes_nothing(page, desk, monkeypatch):
    monkeypatch.setattr("app.ui.settings.page.QFileDialog.getExistingDirectory", lambda *_args: "")
    press(page, "Choose the output folder")
    assert not desk.paths.settings.exists()


def test_settings_that_cannot_be_written_say_so_and_stay(page, desk):
    desk.paths.config.parent.mkdir(parents=True, exist_ok=True)
    desk.paths.config.write_text("a file where the folder should be")
    choose(page, "theme", "dark")
    assert desk.settings.theme == "light"
    assert page._choices["theme"].currentData() == "light"
    assert "cannot be written" in page._bars.shown[0].words


def test_a_value_out_of_bounds_never_reaches_the_file(desk):
    with pytest.raises(msgspec.ValidationError):
        change(desk, text_scale=900)
    with pytest.raises(msgspec.ValidationError):
        change(desk, theme="pink")
    assert not desk.paths.settings.exists()


def test_an_unwritable_file_is_a_sentence(desk):
    desk.paths.settings.mkdir(parents=True)
    with pytest.raises(UserError) as caught:
        change(desk, theme="dark")
    assert caught.value.code == "file.unwritable"


def test_a_token_is_kept_and_never_shown(page, keyring, settled):
    assert page._hub._token.echoMode() == QLineEdit.EchoMode.Password
    QTest.keyClicks(page._hub._token, "hf_secret")
    QTest.keyClick(page._hub._token, Qt.Key.Key_Return)
    assert page._hub._token.text() == ""
    settled()
    assert keyring["hub"] == "hf_secret"
    page.entered()
    settled()
    shown = [label.text() for label in page.findChildren(QLabel)]
    shown += [edit.text() for edit in page.findChildren(QLineEdit)]
    assert not any("hf_secret" in each for each in shown)
    assert page._hub._token_state.text() == "A token is kept in this system's keyring."
    press(page, "Remove")
    settled()
    assert keyring["hub"] == ""
    assert page._hub._token_state.text() == (
        "Only for models that ask for one. It is kept in the system's keyring."
    )


def test_a_system_without_a_keyring_says_so(page, keyring, settled):
    keyring["works"] = False
    QTest.keyClicks(page._hub._token, "hf_secret")
    press(page, "Keep")
    settled()
    assert [bar.words for bar in page._bars.shown] == [
        "This system has no keyring: the token is kept until you close MoA Desk."
    ]


def test_an_empty_token_is_not_stored(page, keyring, settled):
    keyring["hub"] = "old"
    press(page, "Keep")
    settled()
    assert keyring["hub"] == "old"


def test_the_wheel_scrolls_and_does_not_choose(page, qtbot):
    from PySide6.QtCore import QPoint, QPointF
    from PySide6.QtGui import QWheelEvent

    choice = page._choices["theme"]
    before = choice.currentIndex()
    event = QWheelEvent(
        QPointF(5, 5),
        QPointF(5, 5),
        QPoint(0, -120),
        QPoint(0, -120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    choice.wheelEvent(event)
    assert choice.currentIndex() == before
    assert not event.isAccepted()


def test_all_changes_can_be_undone_and_done_again(page, desk):
    choose(page, "theme", "dark")
    page._threads.setValue(3)
    page._size.setValue(15)
    for _time in range(3):
        page._undo()
    assert (on_disk(desk).theme, on_disk(desk).threads, on_disk(desk).text_scale) == (
        "light",
        0,
        100,
    )
    page._undo()  # there is nothing more
    page._redo()
    page._redo()
    assert (on_disk(desk).theme, on_disk(desk).threads, on_disk(desk).text_scale) == (
        "dark",
        3,
        100,
    )
    choose(page, "quiet", "on")
    page._redo()  # what came after is another way
    assert on_disk(desk).text_scale == 100


def test_ctrl_z_undoes(page, desk, qtbot):
    choose(page, "theme", "dark")
    page.activateWindow()
    page.setFocus()
    qtbot.waitUntil(page.hasFocus)
    QTest.keyClick(page, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert on_disk(desk).theme == "light"


def test_one_setting_goes_back_to_the_standard(page, desk):
    name = "Processor threads: back to the standard"
    from PySide6.QtWidgets import QToolButton

    (reset,) = [b for b in page.findChildren(QToolButton) if b.accessibleName() == name]
    assert not reset.isVisible()
    page._threads.setValue(3)
    choose(page, "theme", "dark")
    assert reset.isVisible()
    reset.click()
    assert (on_disk(desk).threads, on_disk(desk).theme) == (0, "dark")
    assert not reset.isVisible()
    page._undo()
    assert on_disk(desk).threads == 3


@pytest.mark.parametrize(
    ("field", "typed", "kept"),
    [
        ("_address", "mirror.example/hf/", "https://mirror.example/hf"),
        ("_address", "http://localhost:8000", "http://localhost:8000"),
        ("_proxy", "proxy.lan:3128", "http://proxy.lan:3128"),
        ("_proxy", "10.0.0.1:3128", "http://10.0.0.1:3128"),
    ],
)
def test_mirror_and_proxy_are_stored(page, desk, settled, field, typed, kept):
    control = getattr(page._hub, field)
    QTest.keyClicks(control, typed)
    QTest.keyClick(control, Qt.Key.Key_Return)
    settled()
    name = {"_address": "hub_address", "_proxy": "hub_proxy"}[field]
    assert getattr(on_disk(desk), name) == kept
    assert control.text() == kept


@pytest.mark.parametrize("typed", ["ftp://x", "http://", "a b", "http://x:port"])
def test_an_address_that_is_none_is_said_and_not_stored(page, desk, typed):
    QTest.keyClicks(page._hub._address, typed)
    QTest.keyClick(page._hub._address, Qt.Key.Key_Return)
    assert desk.settings.hub_address == ""
    assert "is no address" in page._bars.shown[0].words


def test_a_token_of_this_run_only_is_said_to_be_that(page, monkeypatch, settled):
    monkeypatch.setattr(keys, "hub_place", lambda _mirror="": "session")
    page._hub.look_for_token()
    settled()
    assert "until you close MoA Desk" in page._hub._token_state.text()
    assert page._hub._token_state.property("kind") == "warn"


def test_what_was_changed_in_the_file_meanwhile_stays(desk):
    change(desk, theme="dark")
    path = desk.paths.settings
    path.write_text(path.read_text("utf-8").replace("threads = 0", "threads = 3"), "utf-8")
    change(desk, text_scale=120)
    read, notice = stored.load(path)
    assert notice is None
    assert (read.theme, read.threads, read.text_scale) == ("dark", 3, 120)


def test_a_file_broken_by_an_editor_is_set_aside_before_the_window_writes_it(page, desk):
    change(desk, threads=3)
    path = desk.paths.settings
    text = (
        path.read_text("utf-8")
        .replace("threads = 3", "threads = three")
        .replace("text_scale = 100", "text_scale = 120")
    )
    path.write_text(text, "utf-8")
    choose(page, "theme", "dark")
    read, notice = stored.load(path)
    assert notice is None
    assert (read.theme, read.text_scale) == ("dark", 120)  # what can be read of it
    assert (read.threads, read.language) == (3, "en")  # the rest as it is in the window
    (aside,) = path.parent.glob("*.broken-*")
    assert aside.read_text("utf-8") == text
    assert any(str(aside) in bar.words for bar in page._bars.shown)
