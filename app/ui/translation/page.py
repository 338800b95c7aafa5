"""The Translate page: text and documents.

The one law: the page arranges and asks; what a translation is worth is the agent's business.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from agents.translation.formats import SUFFIXES
from app.i18n import _
from app.ui.page import Page
from app.ui.switch import Switch
from app.ui.theme import mark
from app.ui.translation.documents import DocumentsPanel
from app.ui.translation.text_panel import TextPanel
from app.ui.widgets.basic import row

if TYPE_CHECKING:
    from pathlib import Path

    from app.build import Desk
    from app.jobs import JobPool
    from app.ui.theme import Theme

TEXT, DOCUMENTS = "text", "documents"


class TranslationPage(Page):
    """Two panels behind a switch."""

    def __init__(
        self, desk: Desk, pool: JobPool, theme: Theme, parent: QWidget | None = None
    ) -> None:
        """Arrange both; they are filled when first shown."""
        super().__init__(desk, pool, theme, parent)
        self.switch = Switch(
            _("What to translate"), [(TEXT, _("Text")), (DOCUMENTS, _("Documents"))]
        )
        self.text = TextPanel(desk, pool, theme)
        self.documents = DocumentsPanel(desk, pool, theme)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.text)
        self._stack.addWidget(self.documents)
        self._head = row(self.switch, None)
        mark(self._head, ground="surface", edge="bottom")
        self._head.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(0)
        self._layout.addWidget(self._head)
        self._layout.addWidget(self._stack, 1)
        self._head.layout().setContentsMargins(
            theme.px(28), theme.px(12), theme.px(20), theme.px(12)
        )
        self.switch.chosen.connect(self._chosen)
        for panel in (self.text, self.documents):
            panel.navigate.connect(self.navigate)
        self.documents.told.connect(self.told)

    def title(self) -> str:
        """The name of the page."""
        return _("Translate")

    def entered(self) -> None:
        """Look what is here."""
        self.documents.entered() if self.switch.value == DOCUMENTS else self.text.entered()

    def begin(self) -> None:
        """Watch the folder, keep the night: also while another page is shown."""
        self.documents.begin()

    def closing(self) -> None:
        """Stop the text that is being translated, and store what a person is writing."""
        self.text.closing()
        self.documents.closing()

    def accepts(self, path: Path) -> bool:
        """Documents that can be translated, and folders of them."""
        return path.is_dir() or path.suffix.lower() in SUFFIXES

    def open_files(self, paths: list[Path]) -> None:
        """Put dropped documents into the queue."""
        self.switch.choose(DOCUMENTS)
        self.documents.open_files(paths)

    def save_state(self) -> dict[str, object]:
        """The panel and its options."""
        return {
            "panel": self.switch.value,
            "text": self.text.save_state(),
            "documents": self.documents.save_state(),
        }

    def restore_state(self, state: dict[str, object]) -> None:
        """Take them back."""
        for name, panel in ((TEXT, self.text), (DOCUMENTS, self.documents)):
            own = state.get(name)
            if isinstance(own, dict):
                panel.restore_state(own)
        panel = state.get("panel")
        if isinstance(panel, str):
            self.switch.choose(panel)

    @Slot(str)
    def _chosen(self, panel: str) -> None:
        self._stack.setCurrentIndex(1 if panel == DOCUMENTS else 0)
        if self.isVisible():
            self.entered()
