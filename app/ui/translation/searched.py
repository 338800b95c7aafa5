"""What the panels of the memory and of the glossaries have in common.

The one law: whatever is changed here is a step that can be taken back, by button and by key.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QLineEdit, QWidget

from app import i18n
from app.i18n import _
from app.ui.translation.steps import Steps
from app.ui.widgets.bars import Bars
from app.ui.widgets.basic import IconButton

if TYPE_CHECKING:
    from app.build import Desk
    from app.jobs import JobPool, Outcome
    from app.ui.theme import Theme


class SearchedPanel(QWidget):
    """A field to search, steps with their buttons and keys, and bars that tell."""

    def __init__(self, desk: Desk, pool: JobPool, theme: Theme, search: tuple[str, str]) -> None:
        """Make the parts; whoever derives from it arranges them.

        Args:
            desk: what there is.
            pool: carries out the steps.
            theme: how it looks.
            search: what the empty field says, and what it is called.
        """
        super().__init__()
        self._desk, self._pool, self._theme = desk, pool, theme
        self.steps = Steps(pool, self._apply, self)
        self.bars = Bars(theme)
        self.search = QLineEdit(placeholderText=search[0])
        self.search.setAccessibleName(search[1])
        self.search.setClearButtonEnabled(True)
        self._undo = IconButton(theme, "undo", _("Undo"), self.steps.undo)
        self._redo = IconButton(theme, "redo", _("Redo"), self.steps.redo)
        self.steps.done.connect(self._done)
        self.steps.failed.connect(self._failed)
        self.steps.state_changed.connect(self._show_steps)
        for keys, act in (
            (QKeySequence.StandardKey.Undo, self.steps.undo),
            (QKeySequence.StandardKey.Redo, self.steps.redo),
            (QKeySequence.StandardKey.Find, self.search.setFocus),
        ):
            short = QShortcut(QKeySequence(keys), self)
            short.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            short.activated.connect(act)

    def _apply(self, change: Any, back: bool) -> object:  # noqa: ANN401, FBT001 - `Steps` calls it
        """Do a change again, or take it back; on a worker."""
        raise NotImplementedError  # each panel has changes of its own

    @Slot(object, bool)
    def _done(self, change: Any, back: bool) -> None:  # noqa: ANN401, FBT001 - a slot
        """A change was made, or taken back."""
        raise NotImplementedError  # each panel shows it in its own way

    @Slot(object)
    def _failed(self, outcome: Outcome) -> None:
        """A change could not be made."""
        if outcome.error:
            self.bars.say("warn", i18n.explain(outcome.error), key="step")

    @Slot()
    def _show_steps(self, *_what: object) -> None:
        """Buttons say what can be done now."""
        self._undo.setEnabled(self.steps.can_undo)
        self._redo.setEnabled(self.steps.can_redo)
