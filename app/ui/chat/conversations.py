"""The list of conversations: pinned, in folders, by days; with a search over all that was said.

The one law: it says what is wanted and shows what was read; the page's keeper does the rest.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QLineEdit,
    QListWidgetItem,
    QMenu,
    QVBoxLayout,
    QWidget,
)

from agents.store.said import words
from app.i18n import _
from app.ui.chat.dragging import ConversationRows
from app.ui.chat.found import FoundRows
from app.ui.chat.listing import FOLDER, ID, OLDER, PLACE, Contents, rows
from app.ui.widgets.basic import IconButton, text

if TYPE_CHECKING:
    from agents.store.conversations import Conversation
    from app.ui.theme import Theme

SEARCH_MS = 150
STEP = 500  # conversations that are read at first, and more each time older ones are wanted


class ConversationList(QWidget):
    """Says what is wanted; the keeper does it."""

    wanted = Signal(str, int)  # a search, or nothing; how many at most
    chosen = Signal(int)
    found = Signal(int, int, str)  # a conversation, the message of it to go to, a word in it
    begun = Signal()
    renamed = Signal(int, str)
    deleted = Signal(int)
    pinned = Signal(int, bool)
    moved = Signal(int, int)  # a conversation, into a folder; 0 = into none
    folder_wanted = Signal(int)  # a new one, for a conversation; 0 = empty
    folder_renamed = Signal(int, str)
    folder_deleted = Signal(int)
    exported = Signal(int)  # a conversation; 0 = all
    imported = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._current = 0
        self._most = STEP
        self._contents = Contents()
        self._folded: set[int] = set()
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setProperty("ground", "ground")
        self.search = QLineEdit()
        self.search.setPlaceholderText(_("Search chats"))
        self.search.setAccessibleName(_("Search chats"))
        self.search.setClearButtonEnabled(True)
        self._wait = QTimer(self)
        self._wait.setSingleShot(True)
        self._wait.setInterval(SEARCH_MS)
        self._wait.timeout.connect(self.reload)
        self.search.textChanged.connect(self._wait.start)
        new = IconButton(theme, "plus", _("New conversation"), self.begun.emit, shortcut="Ctrl+N")
        self._more = IconButton(theme, "more", _("More about conversations"), self._open_more)
        self.list = ConversationRows(theme)
        self.list.moved.connect(self.moved)
        self.list.setAccessibleName(_("Conversations"))
        self.list.setItemDelegate(FoundRows(theme, self.list))
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.list.setEditTriggers(QAbstractItemView.EditTrigger.EditKeyPressed)
        self.list.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.list.customContextMenuRequested.connect(self._menu)
        self.list.currentItemChanged.connect(self._current_changed)
        self.list.itemClicked.connect(self._clicked)
        self.list.itemChanged.connect(self._edited)
        delete = QShortcut(QKeySequence(QKeySequence.StandardKey.Delete), self.list)
        delete.setContext(Qt.ShortcutContext.WidgetShortcut)
        delete.activated.connect(self._delete_current)
        for key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            enter = QShortcut(QKeySequence(key), self.list)
            enter.setContext(Qt.ShortcutContext.WidgetShortcut)
            enter.activated.connect(self._enter)
        self._nothing = text("", "small", wrap=True)
        self._nothing.hide()
        self._arrange(new)
        theme.changed.connect(self._show)

    @property
    def folded(self) -> list[int]:
        """The folders that are closed."""
        return sorted(self._folded)

    def fold(self, folders: list[int]) -> None:
        """Close these folders and open the others."""
        self._folded = set(folders)
        self._show()

    @Slot()
    def reload(self) -> None:
        """Ask for the conversations that fit the search."""
        self.wanted.emit(self.search.text().strip(), self._most)

    def fill(self, contents: Contents) -> None:
        """Show these."""
        self._contents = contents
        self._show()

    def select(self, conversation: int) -> None:
        """Mark a conversation as the one that is shown; 0 = none."""
        self._current = conversation
        item = self.list.currentItem()
        if item is not None and (item.data(PLACE) or (0,))[0] == conversation:
            return  # a place in it is chosen
        self.list.blockSignals(True)  # noqa: FBT003 - Qt's own
        item = self._item(conversation)
        self.list.setCurrentItem(item)  # type: ignore[arg-type]
        if item is None:
            self.list.clearSelection()
        self.list.blockSignals(False)  # noqa: FBT003 - Qt's own

    def title(self, conversation: int) -> str:
        """The title of a listed conversation."""
        one = self._one(conversation)
        return one.title if one is not None else ""

    def rename(self, conversation: int) -> None:
        """Let the user write another title in place."""
        self._edit(self._item(conversation))

    def rename_folder(self, folder: int) -> None:
        """Let the user write another name in place."""
        self._edit(self._item(folder, FOLDER))

    def menu(self, conversation: int) -> QMenu:
        """What can be done with a conversation."""
        menu = self._new_menu()
        one = self._one(conversation)
        pinned = one is not None and one.pinned
        menu.addAction(_("Rename"), partial(self.rename, conversation))
        menu.addAction(
            _("Unpin") if pinned else _("Pin to the top"),
            partial(self.pinned.emit, conversation, not pinned),
        )
        into = menu.addMenu(_("Move to folder"))
        inside = one.folder if one is not None else 0
        for folder in self._contents.folders:
            if folder.id != inside:
                into.addAction(folder.name, partial(self.moved.emit, conversation, folder.id))
        if inside:
            into.addAction(_("Out of the folder"), partial(self.moved.emit, conversation, 0))
        into.addSeparator()
        into.addAction(_("New folder"), partial(self.folder_wanted.emit, conversation))
        menu.addAction(_("Export"), partial(self.exported.emit, conversation))
        menu.addSeparator()
        menu.addAction(_("Delete"), partial(self.deleted.emit, conversation))
        return menu

    def folder_menu(self, folder: int) -> QMenu:
        """What can be done with a folder."""
        menu = self._new_menu()
        menu.addAction(_("Rename"), partial(self.rename_folder, folder))
        menu.addAction(
            _("Delete the folder, keep the conversations"),
            partial(self.folder_deleted.emit, folder),
        )
        return menu

    def more_menu(self) -> QMenu:
        """What can be done with all of them."""
        menu = self._new_menu()
        menu.addAction(_("New folder"), partial(self.folder_wanted.emit, 0))
        menu.addSeparator()
        menu.addAction(_("Export all conversations"), partial(self.exported.emit, 0))
        menu.addAction(_("Import conversations"), self.imported.emit)
        return menu

    def _new_menu(self) -> QMenu:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        return menu

    def _arrange(self, new: IconButton) -> None:
        px = self._theme.px
        top = QHBoxLayout()
        top.setSpacing(px(4))
        top.addWidget(self.search, 1)
        top.addWidget(new)
        top.addWidget(self._more)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(px(12), px(16), px(8), px(12))
        layout.setSpacing(px(8))
        layout.addLayout(top)
        layout.addWidget(self._nothing)
        layout.addWidget(self.list, 1)

    @Slot()
    def _show(self) -> None:
        if self.list.state() == QAbstractItemView.State.EditingState:
            return  # what is being written stays; the next look shows the rest
        contents, bar = self._contents, self.list.verticalScrollBar()
        at = bar.value()
        self.list.blockSignals(True)  # noqa: FBT003 - Qt's own
        self.list.clear()
        for item in rows(contents, self._folded, self._theme):
            self.list.addItem(item)
            if item.data(ID) == self._current:
                self.list.setCurrentItem(item)
        self.list.blockSignals(False)  # noqa: FBT003 - Qt's own
        bar.setValue(at)
        self._nothing.setText(
            _("Nothing was found.") if contents.query else _("Your conversations will stand here.")
        )
        self._nothing.setVisible(not contents.conversations)

    def _one(self, conversation: int) -> Conversation | None:
        listed = self._contents.conversations
        return next((one for one in listed if one.id == conversation), None)

    def _item(self, number: int, role: int = ID) -> QListWidgetItem | None:
        for at in range(self.list.count()):
            item = self.list.item(at)
            if number and item.data(role) == number:
                return item
        return None

    def _edit(self, item: QListWidgetItem | None) -> None:
        if item is not None:
            self.list.setFocus()
            self.list.editItem(item)

    @Slot()
    def _current_changed(self) -> None:
        item = self.list.currentItem()
        conversation = item.data(ID) if item is not None else None
        if conversation:
            self._current = conversation
            self.chosen.emit(conversation)

    @Slot()
    def _enter(self) -> None:
        item = self.list.currentItem()
        if item is not None:
            self._clicked(item)

    @Slot(QListWidgetItem)
    def _clicked(self, item: QListWidgetItem) -> None:
        """A folder opens or closes; a place that was found is gone to; older ones come."""
        folder, place = item.data(FOLDER), item.data(PLACE)
        if item.data(OLDER):
            self._most += STEP
            self.reload()
        elif place:
            self._current = place[0]
            self.found.emit(*place, max(words(self._contents.query), key=len, default=""))
        elif folder:
            self._folded ^= {folder}
            QTimer.singleShot(0, self, self._show)  # not while the click is being told

    @Slot(QListWidgetItem)
    def _edited(self, item: QListWidgetItem) -> None:
        said = " ".join(item.text().split())
        folder, conversation = item.data(FOLDER), item.data(ID)
        if folder:
            known = next((one.name for one in self._contents.folders if one.id == folder), "")
        else:
            known = self.title(conversation) if conversation else said
        if said == known:
            return
        if not said:
            item.setText(known)
        elif folder:
            self.folder_renamed.emit(folder, said)
        else:
            self.renamed.emit(conversation, said)

    @Slot()
    def _delete_current(self) -> None:
        item = self.list.currentItem()
        if item is not None and item.data(ID):
            self.deleted.emit(item.data(ID))

    @Slot(QPoint)
    def _menu(self, point: QPoint) -> None:
        item = self.list.itemAt(point)
        if item is None:
            return
        conversation = item.data(ID) or (item.data(PLACE) or (0,))[0]
        if conversation:
            menu = self.menu(conversation)
        elif item.data(FOLDER):
            menu = self.folder_menu(item.data(FOLDER))
        else:
            return
        menu.popup(self.list.viewport().mapToGlobal(point))

    def _open_more(self) -> None:
        self.more_menu().popup(self._more.mapToGlobal(self._more.rect().bottomLeft()))
