"""The Translate page: text and documents, and what both are translated with.

The one law: the page arranges and asks; what a translation is worth is the agent's business.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from agents.engine import importing
from agents.translation.formats import SUFFIXES
from app.i18n import _
from app.ui.page import Page
from app.ui.switch import Switch
from app.ui.theme import mark
from app.ui.translation import glossaries_files, memory_files
from app.ui.translation.documents import DocumentsPanel
from app.ui.translation.glossaries import GlossariesPanel
from app.ui.translation.memory_panel import MemoryPanel
from app.ui.translation.text_panel import TextPanel
from app.ui.widgets.basic import row

if TYPE_CHECKING:
    from pathlib import Path

    from app.build import Desk
    from app.jobs import JobPool
    from app.ui.theme import Theme

TEXT, DOCUMENTS, GLOSSARIES, MEMORY = "text", "documents", "glossaries", "memory"


class TranslationPage(Page):
    """Four panels behind a switch."""

    def __init__(
        self, desk: Desk, pool: JobPool, theme: Theme, parent: QWidget | None = None
    ) -> None:
        """Arrange them; they are filled when first shown."""
        super().__init__(desk, pool, theme, parent)
        self.switch = Switch(
            _("What to translate"),
            [
                (TEXT, _("Text")),
                (DOCUMENTS, _("Documents")),
                (GLOSSARIES, _("Glossaries")),
                (MEMORY, _("Memory")),
            ],
        )
        self.text = TextPanel(desk, pool, theme)
        self.documents = DocumentsPanel(desk, pool, theme)
        self.glossaries = GlossariesPanel(desk, pool, theme)
        self.memory = MemoryPanel(desk, pool, theme)
        self._panels = {
            TEXT: self.text,
            DOCUMENTS: self.documents,
            GLOSSARIES: self.glossaries,
            MEMORY: self.memory,
        }
        self._stack = QStackedWidget()
        for panel in self._panels.values():
            self._stack.addWidget(panel)
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
        self._panels[self.switch.value].entered()

    def begin(self) -> None:
        """Watch the folder, keep the night: also while another page is shown."""
        self.documents.begin()

    def closing(self) -> None:
        """Stop the text that is being translated, and store what a person is writing."""
        for panel in self._panels.values():
            panel.closing()

    def accepts(self, path: Path) -> bool:
        """Documents that can be translated, and folders of them; glossaries and memories."""
        if path.is_dir():
            return not importing.is_model_folder(path)  # its .json files are no documents
        return path.suffix.lower() in (
            *SUFFIXES,
            *glossaries_files.SUFFIXES,
            *memory_files.SUFFIXES,
        )

    def open_files(self, paths: list[Path]) -> None:
        """Put dropped documents into the queue, terms into a glossary, pairs into the memory."""
        for name, some in self._sorted(paths).items():
            self.switch.choose(name)
            if name == GLOSSARIES:
                self.glossaries.open_files(some)
            elif name == MEMORY:
                self.memory.open_files(some)
            else:
                self.documents.open_files(some)

    def _sorted(self, paths: list[Path]) -> dict[str, list[Path]]:
        """Whose files these are. What may be a document is one, but where the others are shown."""
        own = {GLOSSARIES: glossaries_files.SUFFIXES, MEMORY: memory_files.SUFFIXES}
        made: dict[str, list[Path]] = {}
        for path in paths:
            suffix = "" if path.is_dir() else path.suffix.lower()
            takers = (
                name
                for name, suffixes in own.items()
                if suffix in suffixes and (name == self.switch.value or suffix not in SUFFIXES)
            )
            made.setdefault(next(takers, DOCUMENTS), []).append(path)
        return made

    def save_state(self) -> dict[str, object]:
        """The panel and its options."""
        return {
            "panel": self.switch.value,
            "text": self.text.save_state(),
            "documents": self.documents.save_state(),
            "glossaries": self.glossaries.save_state(),
        }

    def restore_state(self, state: dict[str, object]) -> None:
        """Take them back."""
        for name, panel in (
            (TEXT, self.text),
            (DOCUMENTS, self.documents),
            (GLOSSARIES, self.glossaries),
        ):
            own = state.get(name)
            if isinstance(own, dict):
                panel.restore_state(own)
        panel = state.get("panel")
        if isinstance(panel, str):
            self.switch.choose(panel)

    @Slot(str)
    def _chosen(self, panel: str) -> None:
        self._stack.setCurrentWidget(self._panels[panel])
        if self.isVisible():
            self.entered()
