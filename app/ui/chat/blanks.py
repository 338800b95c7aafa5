"""Asks for the variables of a command, above where one writes; never in a box of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFormLayout, QFrame, QLineEdit, QVBoxLayout

from app.i18n import _
from app.ui.widgets.basic import button, row, text

if TYPE_CHECKING:
    from app.ui.theme import Theme


class Blanks(QFrame):
    """One field a variable."""

    filled = Signal(object)  # dict of names and values
    left = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setProperty("kind", "floating")
        self.setAccessibleName(_("What the command needs to know"))
        self._fields: dict[str, QLineEdit] = {}
        self._form = QFormLayout()
        self._use = button(_("Use"), self._done, "primary")
        self._cancel = button(_("Cancel"), self.close_form)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(theme.px(12), theme.px(8), theme.px(12), theme.px(8))
        layout.addLayout(self._form)
        layout.addWidget(row(None, self._cancel, self._use, gap=theme.px(6)))
        self.hide()

    def ask(self, names: tuple[str, ...]) -> None:
        """Ask for these."""
        while self._form.rowCount():
            self._form.removeRow(0)
        self._fields = {}
        for name in names:
            field = QLineEdit()
            field.setAccessibleName(name)
            field.returnPressed.connect(self._next)
            field.textChanged.connect(self._allow)
            self._fields[name] = field
            self._form.addRow(text(name, "small"), field)
        self._allow()
        self.show()
        next(iter(self._fields.values())).setFocus()

    def event(self, event: QEvent) -> bool:
        """Esc leaves the form before it stops an answer."""
        leaves = (
            isinstance(event, QKeyEvent)
            and event.type() == QEvent.Type.ShortcutOverride
            and event.key() == Qt.Key.Key_Escape
        )
        if leaves:
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc leaves."""
        if event.key() == Qt.Key.Key_Escape:
            self.close_form()
            return
        super().keyPressEvent(event)

    def close_form(self) -> None:
        """Leave without an answer."""
        self.hide()
        self.left.emit()

    @Slot()
    def _allow(self) -> None:
        self._use.setEnabled(all(field.text().strip() for field in self._fields.values()))

    @Slot()
    def _next(self) -> None:
        """Enter goes to the next empty field, and from the last one on."""
        empty = [field for field in self._fields.values() if not field.text().strip()]
        if empty:
            empty[0].setFocus()
        else:
            self._done()

    def _done(self) -> None:
        if self._use.isEnabled():
            values = {name: field.text().strip() for name, field in self._fields.items()}
            self.hide()
            self.filled.emit(values)
