"""A drop-down list that fits its place: a long choice ends in an ellipsis."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, QSize, Qt, Slot
from PySide6.QtWidgets import (
    QComboBox,
    QSizePolicy,
    QStyle,
    QStyleOptionComboBox,
    QStylePainter,
)

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent


_WIDE = 1000  # pixels of a list that is only asked how much of it is no words


class Combo(QComboBox):
    """Takes the width it is given, not the width of its longest choice."""

    def __init__(self, name: str) -> None:
        """Make an empty one, called `name` for screen readers."""
        super().__init__()
        self._fits = False
        self.setAccessibleName(name)
        self.setMinimumContentsLength(8)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.currentIndexChanged.connect(self._tip)

    def add(self, words: str, value: object, hint: str = "") -> None:
        """Append a choice."""
        self.addItem(words, value)
        self.setItemData(self.count() - 1, hint or words, Qt.ItemDataRole.ToolTipRole)
        self._tip()

    def fit(self, least: int, most: int) -> None:
        """Be as wide as the longest choice, between these pixels."""
        self._fits = True
        for changed in (
            self.model().dataChanged,
            self.model().rowsInserted,
            self.model().rowsRemoved,
        ):
            changed.connect(self._resized)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setMinimumWidth(least)
        self.setMaximumWidth(most)

    def sizeHint(self) -> QSize:
        """As wide as the longest choice, where that is wanted (`fit`)."""
        usual = super().sizeHint()
        if not self._fits:
            return usual
        option = QStyleOptionComboBox()
        self.initStyleOption(option)
        option.rect = QRect(0, 0, _WIDE, usual.height())
        around = _WIDE - self._room(option)
        widths = [
            self.fontMetrics().horizontalAdvance(self.itemText(at)) for at in range(self.count())
        ]
        return QSize(max(widths, default=0) + around, usual.height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """As Qt does it, with the words cut to the room there is."""
        del event
        painter = QStylePainter(self)
        option = QStyleOptionComboBox()
        self.initStyleOption(option)
        painter.drawComplexControl(QStyle.ComplexControl.CC_ComboBox, option)
        option.currentText = self.fontMetrics().elidedText(
            option.currentText, Qt.TextElideMode.ElideRight, self._room(option)
        )
        painter.drawControl(QStyle.ControlElement.CE_ComboBoxLabel, option)

    def _room(self, option: QStyleOptionComboBox) -> int:
        """Pixels that words have."""
        whole = self.style().subControlRect(
            QStyle.ComplexControl.CC_ComboBox,
            option,
            QStyle.SubControl.SC_ComboBoxEditField,
            self,
        )
        return whole.width() - 4

    @Slot()
    def _resized(self, *_what: object) -> None:
        self.updateGeometry()

    @Slot()
    def _tip(self, *_what: object) -> None:
        self.setToolTip(self.itemData(self.currentIndex(), Qt.ItemDataRole.ToolTipRole) or "")
