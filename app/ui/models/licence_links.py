"""Buttons that open the licences which are about to be accepted.

The one law: nobody is asked to accept what cannot be read; the browser shows it, and only on a
click.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QWidget

from app.i18n import _
from app.ui.widgets.basic import button
from app.ui.widgets.flow import Flow

if TYPE_CHECKING:
    from collections.abc import Sequence

    from agents.engine.catalog import Licence
    from app.ui.theme import Theme


class LicenceLinks(QWidget):
    """A button for each licence that has an address; nothing where there is none."""

    def __init__(self, theme: Theme) -> None:
        """Show none yet."""
        super().__init__()
        self._shown: tuple[Licence, ...] = ()
        self._flow = Flow(theme.space("s"))
        self.setLayout(self._flow)
        self.hide()

    def show_licences(self, licences: Sequence[Licence]) -> None:
        """Offer these to be read."""
        wanted = tuple(one for one in licences if one.url)
        if wanted != self._shown:
            self._shown = wanted
            while (item := self._flow.takeAt(0)) is not None:
                item.widget().deleteLater()
            for one in wanted:
                self._flow.addWidget(self._link(one))
        self.setVisible(bool(wanted))

    def _link(self, licence: Licence) -> QWidget:
        words = _("Read the licence {name}", name=licence.title)
        url = QUrl(licence.url)
        return button(words, lambda: QDesktopServices.openUrl(url), "status")
