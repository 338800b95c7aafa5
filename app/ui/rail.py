"""The left rail: one button a page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QButtonGroup, QPushButton, QVBoxLayout, QWidget

from app.i18n import _
from app.ui.widgets.basic import text

if TYPE_CHECKING:
    from app.ui.theme import Theme

_ROOMY = 860  # pixels of the window from which the names stand beside the icons
_FOOT = "models"  # the first page of those at the foot of the rail


def page_names() -> dict[str, str]:
    """What the pages are called, in the user's language."""
    return {
        "chat": _("Chat"),
        "translate": _("Translate"),
        "scholar": _("Scholar"),
        "models": _("Models"),
        "settings": _("Settings"),
    }


class Rail(QWidget):
    """Says which page is wanted, by click or Ctrl/⌘+1 to 5."""

    wanted = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setProperty("ground", "sunken")
        self.setProperty("edge", "right")
        self.setAccessibleName(_("Pages"))
        self._group = QButtonGroup(self)
        self._buttons: dict[str, QPushButton] = {}
        self._layout = QVBoxLayout(self)
        self._named = True  # names beside the icons
        self._window_width = 0  # not told yet
        self._brand = text(_("MoA Desk"), "heading")
        self._layout.addWidget(self._brand)
        for number, (name, label) in enumerate(page_names().items(), start=1):
            if name == _FOOT:
                self._layout.addStretch(1)
            self._layout.addWidget(self._button(name, label, number))
        theme.changed.connect(self._changed)
        self._dress()

    def show_page(self, name: str) -> None:
        """Mark the page that is shown."""
        self._group.setExclusive(name in self._buttons)  # an exclusive group always has one
        for own, made in self._buttons.items():
            made.setChecked(own == name)
        self._tint()

    def fit(self, window_width: int) -> None:
        """Leave the names out where there is little room; tips and screen readers say them."""
        self._window_width = window_width
        named = window_width >= self._theme.px(_ROOMY)
        if named != self._named:
            self._named = named
            self._brand.setVisible(named)
            for name, label in page_names().items():
                self._buttons[name].setText(label if named else "")
            self._dress()

    def _button(self, name: str, label: str, number: int) -> QPushButton:
        made = QPushButton(label)
        keys = QKeySequence(f"Ctrl+{number}")
        made.setProperty("kind", "rail")
        made.setCheckable(True)
        made.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        made.setAccessibleName(label)
        shown = keys.toString(QKeySequence.SequenceFormat.NativeText)
        made.setToolTip(f"{label} ({shown})")
        made.clicked.connect(lambda _checked=False: self.wanted.emit(name))
        QShortcut(keys, self.window(), lambda: self.wanted.emit(name))
        self._group.addButton(made)
        self._buttons[name] = made
        return made

    @Slot()
    def _changed(self) -> None:
        self._dress()
        if self._window_width:
            self.fit(self._window_width)

    def _dress(self) -> None:
        px = self._theme.px
        self._layout.setContentsMargins(px(10), px(16), px(10), px(12))
        self._layout.setSpacing(px(4))
        self._brand.setContentsMargins(px(4), 0, 0, px(10))
        for made in self._buttons.values():
            made.setIconSize(QSize(px(20), px(20)))
        self.setMinimumWidth(px(148) if self._named else 0)
        self._tint()

    def _tint(self) -> None:
        for name, made in self._buttons.items():
            colour = "accent" if made.isChecked() else "muted"
            made.setIcon(self._theme.icon(name, colour))
