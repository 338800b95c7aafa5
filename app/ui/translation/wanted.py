"""What documents are translated with, and where to: language, engine, folder, options."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QFileDialog, QVBoxLayout, QWidget

from agents.translation.events import DocumentRequest
from app import beside
from app.i18n import _
from app.ui.combo import Combo
from app.ui.translation import words
from app.ui.translation.engines import EngineChooser
from app.ui.translation.options import OptionsSheet
from app.ui.widgets.basic import button, row, text

if TYPE_CHECKING:
    from agents.translation.events import Language
    from app.build import Desk
    from app.jobs import JobPool
    from app.ui.theme import Theme

_BESIDE, _CHOOSE = "", "…"
_JSON = frozenset({".json", ".jsonl", ".ndjson", ".arb"})
_CSV = frozenset({".csv", ".tsv"})


class Wanted(QWidget):
    """Three choices that are always seen, and a button for those that are not."""

    changed = Signal()  # what the next document is translated with
    options_asked = Signal()

    def __init__(self, desk: Desk, pool: JobPool, theme: Theme) -> None:
        """Arrange them."""
        super().__init__()
        self.chooser = EngineChooser(desk, pool, theme, ("model", "memory", "pseudo", "identity"))
        self.sheet = OptionsSheet(desk, pool, theme)
        self.target = Combo(_("Translate into"))
        for code in ("ko", "en"):
            self.target.add(words.language(code), code)
        self._out = Combo(_("Save into"))
        self._out.add(_("Beside the original"), _BESIDE)
        if desk.settings.output_dir:
            self.add_folder(Path(desk.settings.output_dir))
        self._out.add(_("Another folder…"), _CHOOSE)
        self._out_before = self._out.currentIndex()
        self.options = button(
            _("Options"), self.options_asked.emit, "plain", hint=_("Endings, glossary, outputs, …")
        )
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.space("xs"))
        for name, field in (
            (_("Into"), self.target),
            (_("With"), self.chooser),
            (_("Save"), self._out),
        ):
            layout.addWidget(text(name, "small"))
            layout.addWidget(field)
        layout.addWidget(row(self.options, None))
        self._out.activated.connect(self._out_chosen)
        self.target.activated.connect(self.changed)
        self.chooser.changed.connect(self.changed)
        self.sheet.changed.connect(self._count)

    def request(self, source: Path, below: Path | None = None) -> DocumentRequest:
        """What a document is translated with now.

        Args:
            source: the document.
            below: where it stands below a folder that was given as a whole.
        """
        choice, options = self.chooser.choice, self.sheet.chosen
        out = self._out.currentData()
        return DocumentRequest(
            source=source,
            target=cast("Language", self.target.currentData()),
            out_dir=Path(out) / (below or "") if out else source.parent,
            engine=choice.engine,
            model=choice.model,
            memory=choice.memory,
            register=options.register,
            options=options.options,
            use_memory=options.use_memory,
            glossary=options.glossary,
            srx=options.srx,
            also=options.also,
        )

    def add_folder(self, folder: Path) -> None:
        """Offer a folder to save into, and choose it."""
        place = self._out.findData(str(folder))
        if place < 0:
            place = 1
            self._out.insertItem(place, folder.name or str(folder), str(folder))
            self._out.setItemData(place, str(folder), Qt.ItemDataRole.ToolTipRole)
        self._out.setCurrentIndex(place)
        self._out_before = place

    def save_state(self) -> dict[str, object]:
        """Everything that is chosen."""
        return {
            "target": self.target.currentData(),
            "out": self._out.currentData(),
            **self.chooser.save_state(),
            "options": self.sheet.save_state(),
        }

    def restore_state(self, state: dict[str, object]) -> None:
        """Choose it again."""
        self.target.setCurrentIndex(max(0, self.target.findData(state.get("target"))))
        out = state.get("out")
        if isinstance(out, str) and out not in {_BESIDE, _CHOOSE}:
            self.add_folder(Path(out))
        self.chooser.restore_state(state)
        options = state.get("options")
        if isinstance(options, dict):
            self.sheet.restore_state(options)

    @Slot()
    def _out_chosen(self) -> None:
        if self._out.currentData() == _CHOOSE:
            name = QFileDialog.getExistingDirectory(self, _("Save translations into"))
            self._out.setCurrentIndex(self._out_before)
            if name:
                self.add_folder(Path(name))
        self._out_before = self._out.currentIndex()

    @Slot()
    def _count(self) -> None:
        """Say on the button that something is chosen there."""
        count = self.sheet.count
        said = _("Options ({count})", count=count) if count else _("Options")
        self.options.setText(said)
        self.options.setAccessibleName(said)
        self.changed.emit()


def fitting(request: DocumentRequest) -> DocumentRequest:
    """A request without what means nothing for its file: it would only make another job of it."""
    suffix = request.source.suffix.lower()
    json, csv = suffix in _JSON, suffix in _CSV
    kept = tuple(
        (name, value)
        for name, value in request.options
        if name == "protect" or (json if name.startswith("json.") else csv)
    )
    also = tuple(key for key in request.also if suffix == ".pdf" or key not in beside.OF_PDF)
    register = request.register if request.target == "ko" else ""
    return dataclasses.replace(request, options=kept, also=also, register=register)
