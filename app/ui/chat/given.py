"""The files that came with a question, beside it.

The one law: a click tells the page by a link of our own; whether the file is still there is looked
at then.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from app.i18n import _
from app.ui.chat.sources import link_to_path
from app.ui.widgets.basic import ElidedButton
from app.ui.widgets.flow import Flow
from app.ui.widgets.yielding import as_high_as_needed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from agents.store.files import StoredFile
    from app.ui.theme import Theme

_WIDEST = 260  # pixels of a chip


class GivenRow(QWidget):
    """A chip for each file, on the right; takes no room where there are none."""

    link = Signal(str)  # see `sources.path_of`

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._files: tuple[StoredFile, ...] = ()
        self._flow = Flow(theme.px(6), right=True)
        self.setLayout(self._flow)
        self.setSizePolicy(as_high_as_needed())
        self.hide()

    @property
    def chips(self) -> list[ElidedButton]:
        """The chips, in order."""
        items = (self._flow.itemAt(at) for at in range(self._flow.count()))
        widgets = (item.widget() for item in items if item is not None)
        return [widget for widget in widgets if isinstance(widget, ElidedButton)]

    def show_files(self, files: Sequence[StoredFile]) -> None:
        """Show these."""
        if tuple(files) == self._files:
            return
        self._files = tuple(files)
        self._flow.empty()
        for one in files:
            made = ElidedButton(
                "chip",
                partial(self.link.emit, link_to_path(one.path)),
                _("Open {path}", path=one.path),
            )
            made.say(one.name)
            made.setAccessibleName(_("File of the question: {name}", name=one.name))
            made.setMaximumWidth(self._theme.px(_WIDEST))
            self._flow.addWidget(made)
        self.setVisible(bool(files))
