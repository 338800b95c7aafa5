"""One pair of the memory, to be read in full and corrected.

The one law: what was written is stored when the pair is left, and can be taken back.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSignalBlocker, Qt, Signal, Slot
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from app.i18n import _
from app.ui.theme import mark
from app.ui.translation import memory_words as words
from app.ui.translation.segment_cells import CellEdit
from app.ui.widgets.basic import ElidedLabel, button, row

if TYPE_CHECKING:
    from agents.store.memory_pairs import Pair
    from app.ui.theme import Theme


class PairSheet(QWidget):
    """Both languages side by side, and what is known of the pair."""

    edited = Signal(object, str, str)  # Pair as it was, English, Korean
    remove_asked = Signal()

    def __init__(self, theme: Theme) -> None:
        """Show nothing."""
        super().__init__()
        self._pair: Pair | None = None
        self.en = PairField(_("English"), self)
        self.ko = PairField(_("Korean"), self)
        self._about = ElidedLabel(kind="small")
        self.save = button(_("Save"), self.store, "primary", hint="Enter")
        self._remove = button(_("Forget the pair"), self.remove_asked.emit)
        mark(self, ground="ground", edge="top")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(theme.px(28), theme.px(10), theme.px(20), theme.px(10))
        layout.setSpacing(theme.space("s"))
        texts = row(self.en, self.ko, gap=theme.px(12))
        layout.addWidget(texts, 1)
        foot = row(self._about, self._remove, self.save, gap=theme.px(8))
        foot.layout().setStretch(0, 1)
        layout.addWidget(foot)
        for one in (self.en, self.ko):
            one.textChanged.connect(self._written)
            one.ended.connect(self.store)
        self.show_pair(None)

    def show_pair(self, pair: Pair | None) -> None:
        """Show another pair; what was written of the last one is stored."""
        if pair == self._pair and pair is not None:
            return
        self.store()
        self._pair = pair
        with QSignalBlocker(self.en), QSignalBlocker(self.ko):
            self.en.setPlainText(pair.en if pair is not None else "")
            self.ko.setPlainText(pair.ko if pair is not None else "")
        self._about.say(words.about(pair) if pair is not None else "")
        for one in (self.en, self.ko, self._remove):
            one.setEnabled(pair is not None)
        self._written()

    def keep_words(self) -> None:
        """What was written could not be stored: let it be corrected."""
        self._written()

    @Slot()
    def store(self) -> None:
        """Store what was written."""
        pair = self._pair
        if pair is not None and self.save.isEnabled():
            self.save.setEnabled(False)
            self.edited.emit(pair, self.en.toPlainText(), self.ko.toPlainText())

    @Slot()
    def _written(self) -> None:
        pair = self._pair
        now = (_plain(self.en), _plain(self.ko))
        self.save.setEnabled(pair is not None and now != (pair.en, pair.ko))


class PairField(CellEdit):
    """A text that is stored with Enter, also from the middle of a syllable."""

    def __init__(self, name: str, parent: QWidget) -> None:
        """Make an empty one."""
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setPlaceholderText(name)
        self.setTabChangesFocus(True)
        self.setProperty("kind", "")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)


def _plain(field: PairField) -> str:
    return " ".join(field.toPlainText().split())
