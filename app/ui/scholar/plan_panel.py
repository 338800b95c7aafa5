"""What the steps of a plan share: a tree of themes that is edited, and a list to take from.

The one law: whatever is done in the tree becomes a change of the outline; the tree shows what came
of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QHeaderView,
    QListWidget,
    QSplitter,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from agents.scholar import steps
from app.ui.scholar.plan_tree import THEME, PlanTree
from app.ui.two_lines import TwoLines
from app.ui.widgets.scrolled import scrolled

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QResizeEvent

    from agents.scholar.events import PlannedTheme
    from app.ui.scholar.plan_edit import PlanEdit
    from app.ui.theme import Theme

_ACROSS = 400  # px from which tree and list stand side by side
_LEAST, _TREE = 320, 110  # px: the width of all, the height of the tree
HINT = 200  # px that what can be done next is said in
_OFFERED = 84  # px: the height of a list of what can be taken
LATER = Qt.ConnectionType.QueuedConnection  # not while the tree is in the middle of it


class PlanPanel(QWidget):
    """A page with a tree of themes."""

    wanted = Signal(str)  # up to which step the draft is to go on

    def __init__(self, edit: PlanEdit, name: str, columns: Sequence[str]) -> None:
        """Make an empty tree; its first column takes the room there is."""
        super().__init__()
        self._edit = edit
        self.tree = PlanTree(name, list(columns))
        self.tree.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.tree.renamed.connect(self._renamed, LATER)
        self.tree.theme_moved.connect(self._theme_moved, LATER)

    def draw(self) -> None:
        """Show the outline as it is now."""
        raise NotImplementedError  # each panel shows its own step

    @Slot()
    def remove(self) -> None:
        """Take out what is selected."""
        raise NotImplementedError  # works in one panel, sentences in the other

    def shortcuts(self) -> None:
        """The keys of the page: take out, move, undo, redo."""
        local = Qt.ShortcutContext.WidgetShortcut
        inside = Qt.ShortcutContext.WidgetWithChildrenShortcut
        for keys, owner, context, act in (
            ("Del", self.tree, local, self.remove),
            ("Alt+Up", self.tree, local, lambda: self.tree.step(-1)),
            ("Alt+Down", self.tree, local, lambda: self.tree.step(1)),
            ("Ctrl+Z", self, inside, self._edit.undo),
            ("Ctrl+Shift+Z", self, inside, self._edit.redo),
        ):
            made = QShortcut(QKeySequence(keys), owner)
            made.setContext(context)
            made.activated.connect(act)

    def arrange(self, theme: Theme, left: QWidget, right: QWidget, wide: int, end: QWidget) -> None:
        """The tree beside what can be taken into it, `wide` pixels; below, what is done next."""
        split = _Split(theme)
        split.addWidget(left)
        split.addWidget(right)
        split.setStretchFactor(0, 1)
        split.setSizes([theme.px(420), theme.px(wide)])
        page = QWidget()
        layout = QVBoxLayout(page)
        layout.setContentsMargins(theme.px(40), theme.px(12), theme.px(28), theme.px(16))
        layout.setSpacing(theme.space("m"))
        layout.addWidget(split, 1)
        layout.addWidget(end)
        self.tree.setMinimumHeight(theme.px(_TREE))
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(scrolled(page, self.tree.accessibleName(), theme.px(_LEAST)))
        self.shortcuts()

    @Slot(int, str)
    def _renamed(self, theme: int, title: str) -> None:
        outline = steps.rename(self._edit.outline, theme, title)
        if outline == self._edit.outline:
            self.draw()  # an empty name is none
        self._edit.apply(outline)

    @Slot(int, int)
    def _theme_moved(self, theme: int, to: int) -> None:
        self._edit.apply(steps.move_theme(self._edit.outline, theme, to))


class _Split(QSplitter):
    """Two side by side; below one another where one of them would be too narrow to be read."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.setHandleWidth(1)
        self.setChildrenCollapsible(False)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Stand as there is room."""
        super().resizeEvent(event)
        across = event.size().width() >= self._theme.px(_ACROSS)
        way = Qt.Orientation.Horizontal if across else Qt.Orientation.Vertical
        if way != self.orientation():
            self.setOrientation(way)


def heading(theme: PlannedTheme) -> QTreeWidgetItem:
    """The item of a theme."""
    item = QTreeWidgetItem([theme.title])
    item.setData(0, THEME, theme.id)
    font = item.font(0)
    font.setBold(True)
    item.setFont(0, font)
    return item


def offered(name: str, theme: Theme) -> QListWidget:
    """An empty list of what can be taken into the plan, two lines each."""
    made = QListWidget()
    made.setAccessibleName(name)
    made.setMinimumHeight(theme.px(_OFFERED))
    made.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    made.setItemDelegate(TwoLines(theme, made, Qt.TextElideMode.ElideRight))
    return made
