"""How settings are laid out: sections of rows, a name and a hint left, the control right."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from app.i18n import _
from app.settings import Settings
from app.ui.widgets.basic import IconButton, column, line, text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QWheelEvent

    from app.ui.theme import Theme


WIDE = 240  # pixels of a control at 100 % text


class Section(QFrame):
    """A heading over a card of rows."""

    reset = Signal(str)  # the name of a setting that is to have its standard value again

    def __init__(self, theme: Theme, title: str) -> None:
        super().__init__()
        self._theme = theme
        self._resets: dict[str, IconButton] = {}
        self._card = QFrame()
        self._card.setProperty("kind", "card")
        self._rows = QVBoxLayout(self._card)
        self._rows.setContentsMargins(theme.px(16), theme.px(8), theme.px(16), theme.px(8))
        self._rows.setSpacing(0)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.space("s"))
        layout.addWidget(text(title, "heading"))
        layout.addWidget(self._card)

    def show_changed(self, settings: Settings) -> None:
        """Offer to reset what is not as it comes."""
        standard = Settings()
        for name, made in self._resets.items():
            made.setVisible(getattr(settings, name) != getattr(standard, name))

    def add(
        self, name: str, hint: str, control: QWidget, *, wide: bool = True, setting: str = ""
    ) -> QLabel:
        """Add a row; the control is called by its name. Returns the label of the hint.

        Args:
            name: what is set.
            hint: what that means; may be empty.
            control: sets it.
            wide: the control takes half of the row, as far as it may.
            setting: what it sets; then it can be set back to what it was at first.
        """
        if self._rows.count():
            self._rows.addWidget(line())
        if not control.accessibleName():
            control.setAccessibleName(name)
        if hint and not control.accessibleDescription():
            control.setAccessibleDescription(hint)
        label = text(name, wrap=True)
        label.setBuddy(control)
        below = text(hint, "small", wrap=True)
        below.setVisible(bool(hint))
        box = QWidget()
        box.setMinimumHeight(self._theme.px(56))
        row = QHBoxLayout(box)
        row.setContentsMargins(0, self._theme.px(8), 0, self._theme.px(8))
        row.setSpacing(self._theme.space("xl"))
        row.addWidget(column(label, below, gap=2), 1)
        row.addWidget(control, int(wide), Qt.AlignmentFlag.AlignVCenter)
        reset = self._reset_button(name, setting)  # where there is nothing to reset: its room
        row.addWidget(reset)
        if setting:
            self._resets[setting] = reset
        self._rows.addWidget(box)
        return below

    def _reset_button(self, name: str, setting: str) -> IconButton:
        made = IconButton(
            self._theme,
            "undo",
            _("{name}: back to the standard", name=name),
            lambda: self.reset.emit(setting),
        )
        policy = made.sizePolicy()
        policy.setRetainSizeWhenHidden(True)  # the control beside it does not jump
        made.setSizePolicy(policy)
        made.hide()
        return made


def fit(control: QWidget, theme: Theme) -> None:
    """All controls are equally wide, and give way together where there is little room."""
    control.setMinimumWidth(theme.px(120))
    control.setMaximumWidth(theme.px(WIDE))
    control.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)


class Choice(QComboBox):
    """One of several values. The wheel scrolls the page, it does not choose."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        fit(self, theme)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def offer(self, choices: Sequence[tuple[str, str]], chosen: str) -> None:
        """Offer (value, name) pairs. A chosen value that is not among them stays, as itself."""
        self.blockSignals(True)  # noqa: FBT003 - Qt's own
        self.clear()
        for value, name in choices:
            self.addItem(name, value)
        if self.findData(chosen) < 0:
            self.addItem(chosen, chosen)
        self.setCurrentIndex(self.findData(chosen))
        self.blockSignals(False)  # noqa: FBT003 - Qt's own

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Leave the wheel to the page."""
        event.ignore()
