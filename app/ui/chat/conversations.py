"""The list of conversations, with a search over everything said in them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QMenu,
    QVBoxLayout,
    QWidget,
)

from app.i18n import _
from app.ui.widgets.basic import IconButton, text

if TYPE_CHECKING:
    from agents.store.conversations import Conversation
    from app.ui.theme import Theme

SEARCH_MS = 150
_ID = Qt.ItemDataRole.UserRole


def day_name(updated: str, now: datetime) -> str:
    """The heading an ISO 8601 UTC time stands under, in the user's own days."""
    moment = datetime.fromisoformat(updated)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    days = (now.date() - moment.astimezone(now.tzinfo).date()) / timedelta(days=1)
    if days < 1:
        return _("Today")
    if days < 2:
        return _("Yesterday")
    return _("The last seven days") if days < 7 else _("Earlier")


class ConversationList(QWidget):
    """Says what is wanted; the page does it."""

    wanted = Signal(str)  # a search, or nothing
    chosen = Signal(int)
    begun = Signal()
    renamed = Signal(int, str)
    deleted = Signal(int)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._current = 0
        self._titles: dict[int, str] = {}
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setProperty("ground", "ground")
        self.search = QLineEdit()
        self.search.setPlaceholderText(_("Search conversations"))
        self.search.setAccessibleName(_("Search conversations"))
        self.search.setClearButtonEnabled(True)
        self._wait = QTimer(self)
        self._wait.setSingleShot(True)
        self._wait.setInterval(SEARCH_MS)
        self._wait.timeout.connect(self.reload)
        self.search.textChanged.connect(self._wait.start)
        new = IconButton(theme, "plus", _("New conversation"), self.begun.emit, shortcut="Ctrl+N")
        self.list = QListWidget()
        self.list.setAccessibleName(_("Conversations"))
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.list.setEditTriggers(QAbstractItemView.EditTrigger.EditKeyPressed)
        self.list.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.list.customContextMenuRequested.connect(self._menu)
        self.list.currentItemChanged.connect(self._current_changed)
        self.list.itemChanged.connect(self._edited)
        delete = QShortcut(QKeySequence(QKeySequence.StandardKey.Delete), self.list)
        delete.setContext(Qt.ShortcutContext.WidgetShortcut)
        delete.activated.connect(self._delete_current)
        self._nothing = text("", "small", wrap=True)
        self._nothing.hide()
        self._arrange(new)

    @Slot()
    def reload(self) -> None:
        """Ask the page for the conversations that fit the search."""
        self.wanted.emit(self.search.text().strip())

    def fill(self, conversations: list[Conversation]) -> None:
        """Show these, the latest first, under their days."""
        now = datetime.now().astimezone()
        self._titles = {one.id: one.title for one in conversations}
        self.list.blockSignals(True)  # noqa: FBT003 - Qt's own
        self.list.clear()
        heading = ""
        for one in conversations:
            day = day_name(one.updated, now)
            if day != heading:
                heading = day
                self.list.addItem(self._heading(day))
            item = QListWidgetItem(one.title)
            item.setData(_ID, one.id)
            item.setToolTip(one.title)
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsEditable)
            self.list.addItem(item)
            if one.id == self._current:
                self.list.setCurrentItem(item)
        self.list.blockSignals(False)  # noqa: FBT003 - Qt's own
        searching = bool(self.search.text().strip())
        self._nothing.setText(
            _("Nothing was found.") if searching else _("Your conversations will stand here.")
        )
        self._nothing.setVisible(not conversations)

    def select(self, conversation: int) -> None:
        """Mark a conversation as the one that is shown; 0 = none."""
        self._current = conversation
        self.list.blockSignals(True)  # noqa: FBT003 - Qt's own
        item = self._item(conversation)
        self.list.setCurrentItem(item)  # type: ignore[arg-type]
        if item is None:
            self.list.clearSelection()
        self.list.blockSignals(False)  # noqa: FBT003 - Qt's own

    def title(self, conversation: int) -> str:
        """The title of a listed conversation."""
        return self._titles.get(conversation, "")

    def rename(self, conversation: int) -> None:
        """Let the user write another title in place."""
        item = self._item(conversation)
        if item is not None:
            self.list.setFocus()
            self.list.editItem(item)

    def _arrange(self, new: IconButton) -> None:
        px = self._theme.px
        top = QHBoxLayout()
        top.setSpacing(px(4))
        top.addWidget(self.search, 1)
        top.addWidget(new)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(px(12), px(16), px(8), px(12))
        layout.setSpacing(px(8))
        layout.addLayout(top)
        layout.addWidget(self._nothing)
        layout.addWidget(self.list, 1)

    def _heading(self, day: str) -> QListWidgetItem:
        item = QListWidgetItem(day)
        item.setFlags(Qt.ItemFlag.NoItemFlags)
        item.setFont(self._theme.font("small"))
        item.setForeground(self._theme.colour("muted"))
        return item

    def _item(self, conversation: int) -> QListWidgetItem | None:
        for number in range(self.list.count()):
            item = self.list.item(number)
            if conversation and item.data(_ID) == conversation:
                return item
        return None

    @Slot()
    def _current_changed(self) -> None:
        item = self.list.currentItem()
        conversation = item.data(_ID) if item is not None else None
        if conversation:
            self._current = conversation
            self.chosen.emit(conversation)

    @Slot(QListWidgetItem)
    def _edited(self, item: QListWidgetItem) -> None:
        conversation = item.data(_ID)
        title = " ".join(item.text().split())
        if not conversation or title == self._titles.get(conversation):
            return
        if not title:
            item.setText(self._titles.get(conversation, ""))
            return
        self._titles[conversation] = title
        item.setToolTip(title)
        self.renamed.emit(conversation, title)

    @Slot()
    def _delete_current(self) -> None:
        item = self.list.currentItem()
        if item is not None and item.data(_ID):
            self.deleted.emit(item.data(_ID))

    @Slot(QPoint)
    def _menu(self, point: QPoint) -> None:
        item = self.list.itemAt(point)
        conversation = item.data(_ID) if item is not None else None
        if conversation:
            menu = self.menu(conversation)
            menu.popup(self.list.viewport().mapToGlobal(point))

    def menu(self, conversation: int) -> QMenu:
        """What can be done with a conversation."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(_("Rename"), lambda: self.rename(conversation))
        menu.addAction(_("Delete"), lambda: self.deleted.emit(conversation))
        return menu
