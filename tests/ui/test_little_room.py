"""A small window or large text: what is read keeps its room, and nothing is cut to bits."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QLabel, QPushButton, QWidget

from app.ui.chat.tray import Tray
from app.ui.combo import Combo
from app.ui.rail import Rail
from app.ui.scholar.drafts_split import DraftSplit
from app.ui.scholar.plan_stepper import Stepper
from app.ui.translation.documents_split import DocumentsSplit
from app.ui.widgets.bars import InlineBar
from app.ui.widgets.basic import ElidedButton, EmptyState, Icon
from app.ui.widgets.beside import BesideOrBelow


@pytest.fixture
def shown(qtbot):
    def show(widget, width, height=300):
        qtbot.addWidget(widget)
        widget.resize(width, height)
        widget.show()
        qtbot.waitExposed(widget)
        return widget

    return show


def test_the_evidence_stands_below_the_list_where_three_do_not_fit(shown, theme):
    aside, pages, evidence = QWidget(), QWidget(), QWidget()
    split = shown(DraftSplit(aside, pages, evidence, theme), 1100)
    split.keep([250, 550, 300])
    assert split.count() == 3
    split.resize(600, 300)
    assert split.count() == 2
    assert pages.width() > 380
    assert evidence.isVisible()
    assert evidence.y() > aside.y()
    assert split.kept[0] == 250
    evidence.hide()
    split.resize(1100, 300)
    assert split.count() == 3
    assert not evidence.isVisible()


def test_a_document_has_the_page_to_itself_where_its_list_has_no_room(shown, theme, qtbot):
    aside, view = QWidget(), QWidget()
    split = shown(DocumentsSplit(aside, view, theme), 1100)
    narrow = []
    split.narrow_changed.connect(narrow.append)
    split.keep([300, 800])
    split.show_alone(alone=True)
    assert split.lists
    split.resize(600, 300)
    assert narrow == [True]
    qtbot.waitUntil(lambda: view.width() == 600)
    assert split.kept[0] == 300
    split.want_list(wanted=True)
    assert split.lists
    split.want_list(wanted=False)
    assert not split.lists
    split.show_alone(alone=False)
    assert split.lists
    split.show_alone(alone=True)
    split.resize(1100, 300)
    assert narrow == [True, False]
    assert [part.isVisible() for part in (aside, view)] == [True, True]


def test_controls_stand_below_one_another_where_they_do_not_fit(shown, qtbot):
    first, second = QWidget(), QPushButton("Some words that are never cut")
    pair = shown(BesideOrBelow(first, second, 8, 300), 900)
    assert not pair.below
    assert second.y() == first.y()
    assert first.width() + 8 + second.width() == 900
    pair.resize(420, 300)
    qtbot.waitUntil(lambda: second.y() > first.y())
    assert pair.below
    assert first.width() == 420
    assert second.width() >= second.sizeHint().width()
    assert pair.minimumSizeHint().width() < 300 + second.sizeHint().width()
    pair.resize(900, 300)
    qtbot.waitUntil(lambda: second.y() == first.y())


def test_steps_are_named_as_there_is_room_and_keep_their_keys(shown, theme):
    stepper = shown(Stepper(theme), 900, 60)
    buttons = stepper.findChildren(QPushButton)
    stepper.show_step("themes", "text")
    assert [made.text() for made in buttons] == [
        "1  Topic",
        "2  Themes and papers",
        "3  Sentence plan",
        "4  Text",
    ]
    stepper.resize(330, 60)
    assert [made.text() for made in buttons] == ["1", "2  Themes and papers", "3", "4"]
    assert [made.shortcut().toString() for made in buttons] == ["Alt+1", "Alt+2", "Alt+3", "Alt+4"]
    stepper.resize(900, 60)
    assert buttons[3].text() == "4  Text"


def test_a_bar_puts_its_buttons_below_its_words(shown, theme, qtbot):
    bar = shown(InlineBar(theme, "warn", "Words " * 12, [("Do something long", int)]), 700, 60)
    (act,) = [made for made in bar.findChildren(QPushButton) if made.text() == "Do something long"]
    words = bar._label
    assert act.mapTo(bar, act.rect().topLeft()).x() > words.geometry().right()
    bar.resize(330, 120)
    qtbot.waitUntil(lambda: act.mapTo(bar, act.rect().topLeft()).y() > words.geometry().bottom())
    assert act.width() >= act.sizeHint().width()


def test_an_empty_state_gives_up_its_picture_before_its_words(shown, theme):
    state = shown(EmptyState(theme, "file", "Nothing here", "Some words. " * 8), 300, 400)
    icon = state.findChild(Icon)
    assert icon.isVisible()
    state.resize(300, 110)
    assert not icon.isVisible()
    state.resize(300, 400)
    assert icon.isVisible()


def test_a_list_is_as_wide_as_its_longest_choice(shown, theme):
    combo = Combo("Model")
    combo.add("short", 1)
    combo.fit(60, 900)
    before = combo.sizeHint().width()
    combo.add("a choice with a much longer name than the other", 2)
    assert combo.sizeHint().width() > before
    words = combo.fontMetrics().horizontalAdvance(combo.itemText(1))
    assert combo.sizeHint().width() > words


def test_a_button_that_is_renamed_in_its_place_is_cut_anew(shown):
    made = ElidedButton("chip", int, "a hint")
    made.say("short")
    shown(made, 100, 30)
    made.setFixedWidth(100)
    made.say("a name that is far too long for its place")
    assert made.text().endswith("…")


def test_the_rail_names_its_pages_as_there_is_room(shown, theme):
    window = shown(QWidget(), 900)
    rail = Rail(theme, window)
    buttons = rail.findChildren(QPushButton)
    rail.fit(1280)
    named = rail.sizeHint().width()
    assert buttons[0].text() == "Chat"
    rail.fit(700)
    assert [made.text() for made in buttons] == [""] * 5
    assert [made.accessibleName() for made in buttons][:2] == ["Chat", "Translate"]
    assert all(made.toolTip() for made in buttons)
    assert rail.minimumSizeHint().width() < named
    rail.fit(1280)
    assert buttons[4].text() == "Settings"


def test_a_tray_does_not_scroll_where_all_fits(shown, theme):
    label = QLabel("Words that wrap. " * 20)
    label.setWordWrap(True)
    tray = shown(Tray(theme, (label,)), 300, 30)
    for width in range(300, 400):  # at some of them the bar's own room would cost a line more
        tray.resize(width, 30)
        assert tray.verticalScrollBar().maximum() > 0
        tray.resize(width, tray.sizeHint().height())
        assert tray.verticalScrollBar().maximum() == 0, width
        assert label.width() == width
