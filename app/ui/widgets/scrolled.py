"""What is too high for its place is scrolled and not squeezed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QScrollArea

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget


def scrolled(part: QWidget, name: str, least: int = 0) -> QScrollArea:
    """A widget that is never lower than it can be.

    Args:
        part: the widget.
        name: what screen readers call its place.
        least: pixels of its width at least; 0 as it was made.
    """
    if not part.property("ground"):
        part.setProperty("kind", "scrolled")  # it stands on the ground of the page
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # what is in it has the focus
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setAccessibleName(name)
    area.setMinimumWidth(least or max(part.minimumWidth(), part.minimumSizeHint().width()))
    area.setWidget(part)
    return area
