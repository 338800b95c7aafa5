"""Whose work is in this installation: a list, and the text of each licence beside it.

The one law: every text is here in full, without the network.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QDialog, QListWidget, QPlainTextEdit, QSplitter, QVBoxLayout, QWidget

from app import notices
from app.i18n import _
from app.jobs import Latest
from app.ui.widgets.basic import text

if TYPE_CHECKING:
    from app.jobs import JobPool, Outcome
    from app.notices import Component
    from app.ui.theme import Theme


class LicencesWindow(QDialog):
    """The list and the texts; read once, when it is opened first."""

    def __init__(self, pool: JobPool, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(_("Open-source licences"))
        self._found: list[Component] = []
        self._heading = text(_("One moment …"), "small", wrap=True)
        self._names = QListWidget()
        self._names.setAccessibleName(_("Works of others"))
        self._names.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)  # it elides
        self._names.currentRowChanged.connect(self._chosen)
        self._text = QPlainTextEdit()
        self._text.setReadOnly(True)
        self._text.setAccessibleName(_("Text of the licence"))
        both = QSplitter(Qt.Orientation.Horizontal)
        both.setChildrenCollapsible(False)
        both.addWidget(self._names)
        both.addWidget(self._text)
        both.setStretchFactor(1, 1)
        both.setSizes([theme.px(240), theme.px(560)])
        layout = QVBoxLayout(self)
        margin = theme.px(20)
        layout.setContentsMargins(margin, margin, margin, margin)
        layout.setSpacing(theme.px(12))
        layout.addWidget(self._heading)
        layout.addWidget(both, 1)
        self.resize(theme.px(820), theme.px(520))
        self._reading = Latest(pool, self._read, self)
        self._reading.ask(notices.components)

    @Slot(object)
    def _read(self, outcome: Outcome) -> None:
        if outcome.state != "done":
            self._heading.setText(_("The list of licences cannot be read. Install MoA Desk again."))
            return
        self._found = outcome.value
        self._heading.setText(_("{count} works are in this installation.", count=len(self._found)))
        for one in self._found:
            name = " ".join(filter(None, (one.name, one.version)))
            self._names.addItem(name)
            self._names.item(self._names.count() - 1).setToolTip(name)
        self._names.setCurrentRow(0)

    @Slot(int)
    def _chosen(self, at: int) -> None:
        if 0 <= at < len(self._found):
            one = self._found[at]
            self._text.setPlainText(f"{one.licence}\n\n{one.text}".strip())
