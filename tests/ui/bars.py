"""The bars of a panel, as a person reads and answers them."""

from __future__ import annotations

from PySide6.QtWidgets import QPushButton


def said(panel):
    """What the bars say, in order."""
    return [bar.words for bar in panel.bars.shown]


def press(panel, name):
    """Press the one button of the bars that is called `name`."""
    found = [
        b for bar in panel.bars.shown for b in bar.findChildren(QPushButton) if b.text() == name
    ]
    assert len(found) == 1, name
    found[0].click()
