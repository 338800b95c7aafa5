"""Themes with what belongs to them as a tree in which things can be dragged about.

The one law: the tree changes nothing by itself. What was dragged or renamed is told, and the tree
is drawn anew from the outline.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QSignalBlocker, Qt, Signal, Slot
from PySide6.QtWidgets import QAbstractItemView, QTreeWidget, QTreeWidgetItem

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QDropEvent

THEME = int(Qt.ItemDataRole.UserRole)  # the id of the theme
CHILD = int(Qt.ItemDataRole.UserRole) + 1  # what stands below it: a key, or the id of a sentence
Index = QModelIndex | QPersistentModelIndex


class PlanTree(QTreeWidget):
    """Two levels: themes and their children."""

    theme_moved = Signal(int, int)  # theme, to which place
    child_moved = Signal(object, int, int, int)  # child, from theme, to theme, to which place
    renamed = Signal(int, str)  # theme, its new title
    removed = Signal()  # Delete was pressed
    current = Signal()  # something else is selected

    def __init__(self, name: str, columns: Sequence[str]) -> None:
        """Make an empty one."""
        super().__init__()
        self.setAccessibleName(name)
        self.setColumnCount(len(columns))
        self.setHeaderLabels(list(columns))
        self.header().setStretchLastSection(False)
        self.setHeaderHidden(len(columns) == 1)
        self.setFrameShape(QTreeWidget.Shape.NoFrame)
        self.setUniformRowHeights(True)
        self.setDragEnabled(True)
        self.setAcceptDrops(True)
        self.setDropIndicatorShown(True)
        self.setDragDropMode(QAbstractItemView.DragDropMode.InternalMove)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.EditKeyPressed)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setTabKeyNavigation(False)
        self._drawing = False
        self.itemChanged.connect(self._edited)
        self.currentItemChanged.connect(lambda *_items: self._moved())

    def draw(self, themes: Sequence[tuple[QTreeWidgetItem, Sequence[QTreeWidgetItem]]]) -> None:
        """Show other items; what was selected and folded stays so where it still is."""
        chosen, folded = self.chosen, self._folded()
        self._drawing = True
        blocked = QSignalBlocker(self)
        self.clear()
        for theme, children in themes:
            theme.setFlags(theme.flags() | Qt.ItemFlag.ItemIsEditable)
            self.addTopLevelItem(theme)
            theme.addChildren(list(children))
            theme.setExpanded(theme.data(0, THEME) not in folded)
            for child in children:
                child.setFlags(child.flags() & ~Qt.ItemFlag.ItemIsDropEnabled)
        self._choose(chosen)
        blocked.unblock()
        self._drawing = False
        self._moved()

    @property
    def chosen(self) -> tuple[int, object]:
        """The theme and the child that are selected; 0 and None for nothing."""
        item = self.currentItem()
        if item is None:
            return 0, None
        return int(item.data(0, THEME)), item.data(0, CHILD)

    def choose(self, theme: int, child: object = None) -> None:
        """Select a theme or what belongs to it."""
        self._choose((theme, child))

    def _choose(self, chosen: tuple[int, object]) -> None:
        fallback = self.topLevelItem(0)
        for at in range(self.topLevelItemCount()):
            theme = self.topLevelItem(at)
            items = [theme, *(theme.child(row) for row in range(theme.childCount()))]
            for item in items:
                own = (int(item.data(0, THEME)), item.data(0, CHILD))
                if own == chosen:
                    self.setCurrentItem(item)
                    return
                if own[0] == chosen[0] and own[1] is None:
                    fallback = item
        if fallback is not None:
            self.setCurrentItem(fallback)

    def _folded(self) -> set[int]:
        items = [self.topLevelItem(at) for at in range(self.topLevelItemCount())]
        return {int(item.data(0, THEME)) for item in items if not item.isExpanded()}

    def dropEvent(self, event: QDropEvent) -> None:
        """Tell what was put where; nothing is moved here."""
        item = self.currentItem()
        target = self.itemAt(event.position().toPoint())
        where = self.dropIndicatorPosition()
        event.setDropAction(Qt.DropAction.IgnoreAction)
        event.accept()
        if item is None or target is item:
            return
        self.put(item, target, below=where == QAbstractItemView.DropIndicatorPosition.BelowItem,
                 onto=where == QAbstractItemView.DropIndicatorPosition.OnItem)  # fmt: skip

    def put(
        self, item: QTreeWidgetItem, target: QTreeWidgetItem | None, *, below: bool, onto: bool
    ) -> None:
        """An item was dragged onto, above or below another one (None: below all)."""
        if target is None:
            target, below, onto = self.topLevelItem(self.topLevelItemCount() - 1), True, True
        home = target if target.parent() is None else target.parent()
        if item.parent() is None:
            to = self.indexOfTopLevelItem(home) + below
            if self.indexOfTopLevelItem(item) < to:
                to -= 1
            self.theme_moved.emit(int(item.data(0, THEME)), to)
            return
        if target.parent() is None:
            place = home.childCount() if onto or below else 0
        else:
            place = home.indexOfChild(target) + below
        if home is item.parent() and home.indexOfChild(item) < place:
            place -= 1
        source, goal = int(item.data(0, THEME)), int(home.data(0, THEME))
        self.child_moved.emit(item.data(0, CHILD), source, goal, place)

    def step(self, by: int) -> None:
        """Move what is selected up or down by one; a child goes on into the next theme."""
        item = self.currentItem()
        if item is None:
            return
        parent = item.parent()
        if parent is None:
            to = self.indexOfTopLevelItem(item) + by
            if 0 <= to < self.topLevelItemCount():
                self.theme_moved.emit(int(item.data(0, THEME)), to)
            return
        at = parent.indexOfChild(item) + by
        theme = int(parent.data(0, THEME))
        if 0 <= at < parent.childCount():
            self.child_moved.emit(item.data(0, CHILD), theme, theme, at)
            return
        beside = self.topLevelItem(self.indexOfTopLevelItem(parent) + by)
        if beside is not None:
            place = 0 if by > 0 else beside.childCount()
            self.child_moved.emit(item.data(0, CHILD), theme, int(beside.data(0, THEME)), place)

    @Slot()
    def _moved(self) -> None:
        if not self._drawing:
            self.current.emit()

    @Slot(QTreeWidgetItem, int)
    def _edited(self, item: QTreeWidgetItem, _column: int) -> None:
        if not self._drawing and item.parent() is None:
            self.renamed.emit(int(item.data(0, THEME)), item.text(0))
