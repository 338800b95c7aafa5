"""A window nobody touches draws nothing: no layout that never comes to rest, at any width."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QObject

from app.ui.build import makers
from app.ui.main_window import MainWindow
from app.ui.page import ASIDE, PAGES
from app.ui.widgets.basic import ElidedLabel, row, text

TURNS = 40  # of the event loop; a layout without end asks anew in each


class Asked(QObject):
    """Counts how often a window wants to be drawn or laid out anew."""

    def __init__(self, window):
        super().__init__(window)
        self.count = 0
        window.installEventFilter(self)

    def eventFilter(self, _watched, event):  # noqa: N802 - as Qt spells it
        self.count += event.type() in (QEvent.Type.UpdateRequest, QEvent.Type.LayoutRequest)
        return False


def at_rest(asked):
    """How often it asked, after it had the time to come to rest."""
    for _turn in range(TURNS):
        QCoreApplication.processEvents()
    asked.count = 0
    for _turn in range(TURNS):
        QCoreApplication.processEvents()
    return asked.count


@pytest.mark.parametrize("name", PAGES + ASIDE)
def test_pages_come_to_rest_at_any_width(qtbot, desk, pool, theme, settled, name):
    window = MainWindow(desk, pool, theme, makers(desk, pool, theme), {})
    qtbot.addWidget(window, before_close_func=lambda w: w.leave())
    window.show()
    window.go(name)
    settled()
    asked = Asked(window)
    for width in (760, 800, 811, 893, 1024, 1280):
        window.resize(width, 600)
        assert at_rest(asked) < TURNS / 4, width
    settled()


def test_a_cut_label_beside_another_comes_to_rest(qtbot, theme):
    label = ElidedLabel("A conversation whose title is long enough to be cut, 한글도", fills=False)
    box = row(label, text("beside it", "small"))
    qtbot.addWidget(box)
    box.show()
    asked = Asked(box)
    for width in range(90, 420, 7):
        box.resize(width, 40)
        assert at_rest(asked) < TURNS / 4, width
    box.resize(900, 40)
    at_rest(asked)
    assert label.text() == label.whole
