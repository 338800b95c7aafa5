"""Pages of which one is shown, and only that one takes room.

Qt's own stack is as high as the highest of its pages, whichever is shown.
"""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget


class FittingStack(QWidget):
    """As high as its page."""

    def __init__(self) -> None:
        """No pages yet."""
        super().__init__()
        self._pages: list[QWidget] = []
        self._current = 0
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)

    def add(self, page: QWidget) -> None:
        """Append a page; the first one is shown."""
        page.setVisible(not self._pages)
        self._pages.append(page)
        self._column.addWidget(page)

    @property
    def count(self) -> int:
        """How many pages there are."""
        return len(self._pages)

    @property
    def current(self) -> int:
        """The place of the page that is shown."""
        return self._current

    def show_page(self, place: int) -> None:
        """Show another page."""
        self._current = place
        for number, page in enumerate(self._pages):
            page.setVisible(number == place)
