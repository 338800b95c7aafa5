"""The list of glossaries: a name each, and how many terms it has; renamed in place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QAbstractItemView, QListWidget, QListWidgetItem

from app.i18n import _
from app.ui import figures
from app.ui.two_lines import STATE, TwoLines

if TYPE_CHECKING:
    from collections.abc import Mapping

    from app.ui.theme import Theme

_NAME = int(Qt.ItemDataRole.UserRole)


class GlossaryList(QListWidget):
    """The list itself."""

    picked = Signal(str)  # a name, or "" for none
    renamed = Signal(str, str)  # old, new

    def __init__(self, theme: Theme) -> None:
        """Make an empty list."""
        super().__init__()
        self.setAccessibleName(_("Glossaries"))
        self.setItemDelegate(TwoLines(theme, self, Qt.TextElideMode.ElideRight))
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(
            QAbstractItemView.EditTrigger.DoubleClicked
            | QAbstractItemView.EditTrigger.EditKeyPressed
        )
        self.currentItemChanged.connect(self._moved)
        self.itemChanged.connect(self._changed)
        theme.changed.connect(self.doItemsLayout)

    @property
    def current(self) -> str:
        """The chosen glossary; "" if there is none."""
        item = self.currentItem()
        return str(item.data(_NAME)) if item is not None else ""

    def show_names(self, names: Mapping[str, int], choose: str = "") -> None:
        """Show these; `choose` is chosen, or the one that was, or the first."""
        before = self.current
        wanted = next((name for name in (choose, before) if name in names), next(iter(names), ""))
        self.blockSignals(True)  # noqa: FBT003 - Qt's way
        self.clear()
        for name, count in names.items():
            item = QListWidgetItem(name)
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsEditable)
            item.setData(_NAME, name)
            said = _("terms {count}", count=figures.number(count))
            item.setData(STATE, said)
            item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{name}: {said}")
            self.addItem(item)
            if name == wanted:
                self.setCurrentItem(item)
        self.blockSignals(False)  # noqa: FBT003 - likewise
        if wanted != before:
            self.picked.emit(wanted)

    def rename_current(self) -> None:
        """Write another name."""
        item = self.currentItem()
        if item is not None:
            self.setFocus()
            self.editItem(item)

    @Slot(QListWidgetItem, QListWidgetItem)
    def _moved(self, _now: QListWidgetItem | None, _before: QListWidgetItem | None) -> None:
        self.picked.emit(self.current)

    @Slot(QListWidgetItem)
    def _changed(self, item: QListWidgetItem) -> None:
        old, new = str(item.data(_NAME)), " ".join(item.text().split())
        if new != old:
            self.renamed.emit(old, new)
