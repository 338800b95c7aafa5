"""Two or three words side by side, of which one holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QAbstractButton,
    QButtonGroup,
    QHBoxLayout,
    QPushButton,
    QSizePolicy,
    QWidget,
)

if TYPE_CHECKING:
    from collections.abc import Sequence


class Switch(QWidget):
    """A segmented control."""

    chosen = Signal(str)  # by the user or by `choose`

    def __init__(self, name: str, options: Sequence[tuple[str, str]]) -> None:
        """Make it.

        Args:
            name: what it decides, for screen readers.
            options: (value, words) of each; the first holds.
        """
        super().__init__()
        self.setAccessibleName(name)
        self._group = QButtonGroup(self)
        self._values: dict[QAbstractButton, str] = {}
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        self.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)
        last = len(options) - 1
        for place, (value, words) in enumerate(options):
            made = QPushButton(words, checkable=True, checked=place == 0)
            made.setAccessibleName(f"{name}: {words}")
            made.setAutoDefault(False)
            made.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            made.setProperty("kind", "segment")
            made.setProperty("place", {0: "first", last: "last"}.get(place, "middle"))
            self._group.addButton(made)
            self._values[made] = value
            layout.addWidget(made)
        self._group.buttonToggled.connect(self._toggled)

    @property
    def value(self) -> str:
        """What holds."""
        return self._values[self._group.checkedButton()]

    def button(self, value: str) -> QAbstractButton:
        """What chooses a value."""
        return next(made for made, own in self._values.items() if own == value)

    def choose(self, value: str) -> None:
        """Let this hold; an unknown value changes nothing."""
        for made, own in self._values.items():
            if own == value:
                made.setChecked(True)

    @Slot(QAbstractButton, bool)
    def _toggled(self, made: QAbstractButton, on: bool) -> None:  # noqa: FBT001 - Qt's signal
        if on:
            self.chosen.emit(self._values[made])
