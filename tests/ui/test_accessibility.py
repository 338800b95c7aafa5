"""Every control has a name, can be reached by keyboard, and fits at every text size."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QAbstractSpinBox,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QScrollArea,
    QScrollBar,
    QTextEdit,
    QWidget,
)

from app import i18n
from app.paths import assets_dir
from app.ui.build import makers
from app.ui.main_window import MainWindow
from app.ui.page import ASIDE, PAGES

CONTROLS = (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QAbstractSpinBox,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QTextEdit,
)


@pytest.fixture
def window(qtbot, desk, pool, theme, settled):
    window = MainWindow(desk, pool, theme, makers(desk, pool, theme), {})
    qtbot.addWidget(window, before_close_func=lambda w: w.leave())
    window.show()
    for name in PAGES + ASIDE:
        window.go(name)
        settled()
    yield window
    settled()


def controls(page):
    """The controls somebody made; not the parts Qt builds into them."""
    for widget in page.findChildren(QWidget):
        if not isinstance(widget, CONTROLS) or isinstance(widget, QScrollBar):
            continue
        parent, inside = widget.parentWidget(), False
        while parent is not None and parent is not page:
            inside = inside or isinstance(parent, QComboBox | QAbstractSpinBox | QLineEdit)
            inside = inside or isinstance(parent, QAbstractItemView)
            parent = parent.parentWidget()
        if not inside:
            yield widget


def reachable(widget):
    """By Tab, or by the arrow keys from the checked button of its group."""
    if widget.focusPolicy() & Qt.FocusPolicy.TabFocus:
        return True
    group = widget.group() if isinstance(widget, QAbstractButton) else None
    checked = group.checkedButton() if group is not None and group.exclusive() else None
    return checked is not None and bool(checked.focusPolicy() & Qt.FocusPolicy.TabFocus)


def described(widget):
    return f"{type(widget).__name__} in {type(widget.parentWidget()).__name__}"


@pytest.mark.parametrize("language", ["en", "ko"])
def test_every_control_has_a_name(qtbot, desk, pool, theme, settled, language):
    i18n.use(language, assets_dir())
    window = MainWindow(desk, pool, theme, makers(desk, pool, theme), {})
    qtbot.addWidget(window, before_close_func=lambda w: w.leave())
    for name in PAGES + ASIDE:
        window.go(name)
        settled()
    nameless = [
        described(widget)
        for widget in controls(window)
        if not widget.accessibleName()
        and not (isinstance(widget, QAbstractButton) and widget.text())
    ]
    assert nameless == []


def test_every_visible_control_can_be_reached_by_keyboard(window, settled):
    unreachable = []
    for name in PAGES + ASIDE:
        page = window.go(name)
        settled()
        unreachable += [
            f"{name}: {described(widget)} {widget.accessibleName()}"
            for widget in controls(page)
            if widget.isVisible() and not reachable(widget)
        ]
    assert unreachable == []


@pytest.mark.parametrize("scale", [80, 150, 200])
def test_pages_fit_the_smallest_window_at_every_text_size(window, theme, settled, scale):
    theme.use("light", scale)
    window.resize(1000, 640)
    for name in PAGES + ASIDE:
        page = window.go(name)
        settled()
        assert window.height() <= 640, name
        assert page.width() <= window.width()
        hidden = [
            area.objectName() or type(area.parentWidget()).__name__
            for area in page.findChildren(QScrollArea)
            if area.isVisible()
            and area.horizontalScrollBarPolicy() == Qt.ScrollBarPolicy.ScrollBarAlwaysOff
            and area.widget().width() > area.viewport().width()
        ]
        assert hidden == [], name
