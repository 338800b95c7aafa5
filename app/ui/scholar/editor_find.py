"""Looking for words in the text of a draft."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QKeyEvent, QTextCursor, QTextDocument
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QTextEdit, QWidget

from app.i18n import _
from app.ui.widgets.basic import IconButton, text

if TYPE_CHECKING:
    from app.ui.theme import Theme

_MOST = 1000  # hits that are shown


class FindBar(QWidget):
    """A line to type into, and the way to the next hit."""

    def __init__(self, theme: Theme, edit: QTextEdit) -> None:
        """Arrange it, hidden."""
        super().__init__()
        self._theme, self._edit = theme, edit
        self.line = QLineEdit()
        self.line.setPlaceholderText(_("Find in the text"))
        self.line.setAccessibleName(_("Find in the text"))
        self.line.setClearButtonEnabled(True)
        self.count = text("", "small")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.line, 1)
        layout.addWidget(self.count)
        for icon, name, act in (
            ("chevron-up", _("Hit before"), self.back),
            ("chevron-down", _("Next hit"), self.on),
            ("close", _("Close"), self.leave),
        ):
            layout.addWidget(IconButton(theme, icon, name, act))
        self.line.textChanged.connect(self._look)
        self.line.returnPressed.connect(self.on)
        self.hide()

    @Slot()
    def open(self) -> None:
        """Show it; what is selected is looked for."""
        chosen = self._edit.textCursor().selectedText()
        self.show()
        if chosen and "\u2029" not in chosen:
            self.line.setText(chosen)
        self.line.selectAll()
        self.line.setFocus()
        self._look()

    @Slot()
    def leave(self) -> None:
        """Hide it, with its marks."""
        self._edit.setExtraSelections([])
        self.hide()
        self._edit.setFocus()

    @Slot()
    def on(self) -> None:
        """Go to the next hit, from the end to the first."""
        self._go(QTextDocument.FindFlag(0))

    @Slot()
    def back(self) -> None:
        """Go to the hit before."""
        self._go(QTextDocument.FindFlag.FindBackward)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape closes it."""
        if event.key() == Qt.Key.Key_Escape:
            self.leave()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            event.accept()  # the line has told it
        else:
            super().keyPressEvent(event)

    @Slot()
    def _look(self) -> None:
        wanted = self.line.text()
        hits: list[QTextEdit.ExtraSelection] = []
        cursor = QTextCursor(self._edit.document())
        while wanted and len(hits) < _MOST:
            cursor = self._edit.document().find(wanted, cursor)
            if cursor.isNull():
                break
            hit = QTextEdit.ExtraSelection()
            hit.cursor = cursor
            hit.format.setBackground(self._theme.colour("warn_soft"))
            hits.append(hit)
        self._edit.setExtraSelections(hits)
        more = "+" if len(hits) == _MOST else ""
        self.count.setText(f"{len(hits)}{more}" if wanted else "")

    def _go(self, flag: QTextDocument.FindFlag) -> None:
        wanted, document = self.line.text(), self._edit.document()
        if not wanted:
            return
        found = document.find(wanted, self._edit.textCursor(), flag)
        if found.isNull():
            start = QTextCursor(document)
            if flag == QTextDocument.FindFlag.FindBackward:
                start.movePosition(QTextCursor.MoveOperation.End)
            found = document.find(wanted, start, flag)
        if not found.isNull():
            self._edit.setTextCursor(found)
            self._edit.ensureCursorVisible()
