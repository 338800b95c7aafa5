"""The drafts that are kept, and the outline of the one that is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSignalBlocker, Qt, Signal, Slot
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListWidget,
    QListWidgetItem,
    QVBoxLayout,
    QWidget,
)

from app.i18n import _
from app.ui.scholar import words
from app.ui.theme import mark
from app.ui.two_lines import STATE, TwoLines
from app.ui.widgets.basic import button, text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from agents.store.drafts import DraftRow
    from app.ui.theme import Theme

_ID = int(Qt.ItemDataRole.UserRole)
_LEAST = 84  # px of a list: two of what is in it


class DraftsList(QWidget):
    """New draft, drafts, outline."""

    new = Signal()
    picked = Signal(int)  # the id of a draft
    theme_picked = Signal(int)  # a paragraph of the shown draft
    again = Signal(int)  # a paragraph that is to be written anew

    def __init__(self, theme: Theme) -> None:
        """Arrange it."""
        super().__init__()
        mark(self, ground="ground", edge="right")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setMinimumWidth(theme.px(190))
        self.drafts = _list(_("Drafts"))
        self.drafts.setItemDelegate(TwoLines(theme, self.drafts, Qt.TextElideMode.ElideRight))
        self.outline = _list(_("Outline"))
        self._outline_name = text(_("Outline"), "heading")
        self._drafts_name = text(_("Drafts"), "heading")
        for one in (self.drafts, self.outline):
            one.setMinimumHeight(theme.px(_LEAST))
        self.new_button = button(_("New draft"), self.new.emit)
        self.again_button = button(_("Write paragraph anew"), self._again, "plain")
        self.works = text("", "small")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(theme.px(12), theme.px(16), theme.px(12), theme.px(12))
        layout.setSpacing(theme.space("s"))
        layout.addWidget(self.new_button)
        layout.addSpacing(theme.px(4))
        layout.addWidget(self._outline_name)
        layout.addWidget(self.outline, 2)
        layout.addWidget(self.again_button)
        layout.addWidget(self._drafts_name)
        layout.addWidget(self.drafts, 3)
        layout.addWidget(self.works, 0, Qt.AlignmentFlag.AlignBottom)
        self.drafts.itemClicked.connect(self._draft_clicked)
        self.drafts.itemActivated.connect(self._draft_clicked)
        self.outline.currentRowChanged.connect(self._theme_moved)
        self.show_outline(())
        self.show_drafts((), 0)

    def show_drafts(self, rows: Sequence[DraftRow], current: int) -> None:
        """Show these drafts; `current` is selected."""
        self.drafts.clear()
        for each in rows:
            title = " ".join(each.topic.split())
            item = QListWidgetItem(title)
            item.setData(_ID, each.id)
            item.setData(STATE, words.draft_state(each))
            item.setToolTip(title)
            item.setData(
                int(Qt.ItemDataRole.AccessibleTextRole), f"{title}: {words.draft_state(each)}"
            )
            self.drafts.addItem(item)
        self.select(current)
        self.drafts.setVisible(bool(rows))
        self._drafts_name.setVisible(bool(rows))

    def select(self, draft: int) -> None:
        """Mark the shown draft."""
        for place in range(self.drafts.count()):
            if self.drafts.item(place).data(_ID) == draft:
                self.drafts.setCurrentRow(place)
                return
        self.drafts.setCurrentRow(-1)

    def show_outline(self, titles: Sequence[str]) -> None:
        """The themes of the shown draft."""
        blocked = QSignalBlocker(self.outline)  # a new outline is not a choice
        self.outline.clear()
        for title in titles:
            item = QListWidgetItem(title)
            item.setToolTip(title)
            self.outline.addItem(item)
        blocked.unblock()
        self.outline.setVisible(bool(titles))
        self._outline_name.setVisible(bool(titles))
        self.again_button.setEnabled(False)
        self.allow_again(allowed=False)

    def allow_again(self, *, allowed: bool) -> None:
        """Whether paragraphs of the shown draft can be written anew."""
        self.again_button.setVisible(allowed and self.outline.count() > 0)

    @Slot(int, str)
    def retitle(self, place: int, title: str) -> None:
        """A theme of the shown draft has another heading."""
        item = self.outline.item(place)
        if item is not None:
            item.setText(title)
            item.setToolTip(title)

    @Slot(QListWidgetItem)
    def _draft_clicked(self, item: QListWidgetItem) -> None:
        self.picked.emit(int(item.data(_ID)))

    @Slot()
    def _again(self) -> None:
        if self.outline.currentRow() >= 0:
            self.again.emit(self.outline.currentRow())

    @Slot(int)
    def _theme_moved(self, place: int) -> None:
        self.again_button.setEnabled(place >= 0)
        if place >= 0:
            self.theme_picked.emit(place)


def _list(name: str) -> QListWidget:
    made = QListWidget()
    made.setAccessibleName(name)
    made.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    made.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
    made.setTextElideMode(Qt.TextElideMode.ElideRight)
    return made
