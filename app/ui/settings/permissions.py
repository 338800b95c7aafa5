"""What the chat may do, in the settings: everything that was allowed, each to be taken back.

The one law: the list is read anew whenever it is shown, and what is taken back is gone at once.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QShowEvent  # noqa: TC002 - Qt reads the names of overrides
from PySide6.QtWidgets import QFileDialog, QSizePolicy, QWidget

from agents.chat.tools.asked import TOOLS
from app.i18n import _
from app.jobs import Latest
from app.permitting import free_names, name, short
from app.ui import figures
from app.ui.settings.rows import Section
from app.ui.widgets.basic import ElidedLabel, button, column, line, row, text

if TYPE_CHECKING:
    from agents.store.permissions import Permission
    from app.build import Desk
    from app.jobs import JobPool, Outcome
    from app.ui.theme import Theme


class PermissionsSection(Section):
    """The permissions of the chat's tools."""

    def __init__(self, desk: Desk, pool: JobPool, theme: Theme) -> None:
        super().__init__(theme, _("What the chat may do"))
        self._desk, self._pool = desk, pool
        self._look = Latest(pool, self._looked, self)
        self._fill(())

    def showEvent(self, event: QShowEvent) -> None:
        """Read what is allowed now."""
        super().showEvent(event)
        self.look()

    def look(self) -> None:
        """Read what is allowed."""
        self._look.ask(self._desk.permissions.list)

    @Slot(object)
    def _looked(self, outcome: Outcome) -> None:
        if outcome.state == "done":
            self._fill(outcome.value)

    def _fill(self, found: tuple[Permission, ...]) -> None:
        while self._rows.count():
            item = self._rows.takeAt(0)
            widget = item.widget() if item is not None else None
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        said = (
            _("Tools ask the first time they need something. What you allowed is listed here."),
            _("They ask first: {tools}.", tools=", ".join(name(tool) for tool in TOOLS)),
            _(
                "These never ask, because they read nothing of yours: {tools}.",
                tools=", ".join(free_names()),
            ),
        )
        px = self._theme.px
        hints = [text(words, "small", wrap=True) for words in said]
        self._rows.addWidget(column(*hints, gap=px(4), margins=(0, px(4), 0, px(8))))
        for one in found:
            self._rows.addWidget(line())
            self._rows.addWidget(self._row(one))
        self._rows.addWidget(line())
        self._rows.addWidget(
            row(button(_("Allow a folder"), self._add_folder), None, gap=self._theme.space("s"))
        )

    def _row(self, one: Permission) -> QWidget:
        where = _("Always") if not one.conversation else _("In “{title}”", title=one.title)
        label = ElidedLabel(
            figures.joined(name(one.tool), short(one.folder), where),
            "",
            Qt.TextElideMode.ElideMiddle,
        )
        back = button(_("Take back"), partial(self._take_back, one.id))
        back.setAccessibleName(_("Take back: {what}", what=label.whole))
        back.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        return row(label, back, gap=self._theme.space("s"))

    def _take_back(self, permission: int) -> None:
        job = self._pool.call(self._desk.permissions.take_back, permission)
        job.finished.connect(self._changed)

    def _add_folder(self) -> None:
        folder = QFileDialog.getExistingDirectory(self, _("Allow a folder"))
        if folder:
            self.allow(folder)

    def allow(self, folder: str) -> None:
        """Let files be found and read in a folder without asking."""
        self._pool.call(self._desk.permissions.allow, "files", folder).finished.connect(
            self._changed
        )

    @Slot(object)
    def _changed(self, _outcome: Outcome) -> None:
        self.look()
