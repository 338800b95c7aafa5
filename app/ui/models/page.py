"""The Models page: what is here, what can be had, what is loaded.

The one law: nothing is downloaded that was not just asked for, under a licence that was shown.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Slot
from PySide6.QtWidgets import QFileDialog, QScrollArea, QVBoxLayout, QWidget

from agents.base import Progress, UserError
from agents.engine.hub import PullRequest
from agents.engine.shelf import Imported, ImportRequest, VerifyRequest
from app import i18n
from app.i18n import _
from app.ui import figures
from app.ui.models import words
from app.ui.models.card import ModelCard, Shown
from app.ui.models.resident import ResidentCard
from app.ui.page import Page
from app.ui.widgets.bars import Bars
from app.ui.widgets.basic import button, row, text

if TYPE_CHECKING:
    from PySide6.QtGui import QHideEvent

    from agents.engine.catalog import CatalogEntry
    from agents.engine.port import Resident
    from app.build import Desk
    from app.jobs import Job, JobPool, Outcome
    from app.ui.theme import Theme

_WIDTH = 900  # a line longer than this is not read, it is searched
_LOOK = 2000  # ms between two looks at what is loaded


@dataclass(frozen=True, slots=True)
class Overview:
    """Everything the page shows, read on a worker."""

    models: tuple[Shown, ...]
    loaded: tuple[Resident, ...]


def look(desk: Desk) -> Overview:
    """Read shelf, catalogue and memory."""
    shelf = desk.shelf
    here = {model.id: model for model in shelf.installed()}
    entries: list[CatalogEntry] = [
        entry
        for entry in desk.catalog.entries
        if entry.repository or entry.id in here  # what comes with the application may be absent
    ]
    known = {entry.id for entry in desk.catalog.entries}
    entries += [entry for name in here if name not in known and (entry := shelf.entry(name))]
    models = tuple(
        Shown(
            entry,
            here.get(entry.id),
            0 if entry.id in here else shelf.partial(entry.id),
            shelf.fit(entry.id),
            shelf.accepted(entry.licence),
        )
        for entry in entries
    )
    return Overview(models, desk.models.resident())


class ModelsPage(Page):
    """Cards of models; what is here stands first."""

    def __init__(
        self, desk: Desk, pool: JobPool, theme: Theme, parent: QWidget | None = None
    ) -> None:
        """Arrange the page; it is filled when it is first shown."""
        super().__init__(desk, pool, theme, parent)
        self._cards: dict[str, ModelCard] = {}
        self._order: list[tuple[str, tuple[str, ...]]] = []
        self._looking: Job | None = None
        self._again = False
        self._importing: Job | None = None
        self._import = button(
            _("Import a file…"), self._choose_file, hint=_("Add a GGUF file you already have")
        )
        self._import_folder = button(
            _("Import a folder…"),
            self._choose_folder,
            hint=_("Add a GLiNER model you already have"),
        )
        self._stop_import = button(_("Stop"), self._cancel_import)
        self._stop_import.setAccessibleName(_("Stop importing"))
        self._import_state = text("", "small")
        self.bars = Bars(theme)
        self._loaded = ResidentCard(theme)
        self._loaded.free.connect(self._free)
        self._list = QWidget()
        self._list.setProperty("kind", "scrolled")
        self._list.setMaximumWidth(theme.px(_WIDTH))
        self._column = QVBoxLayout(self._list)
        self._column.setContentsMargins(theme.px(28), theme.px(4), theme.px(20), theme.px(20))
        self._column.setSpacing(theme.space("s"))
        self._column.addWidget(self._loaded)
        self._column.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setWidget(self._list)
        scroll.setAccessibleName(_("Models"))
        head = row(
            text(_("Models"), "title"),
            None,
            self._import_state,
            self._stop_import,
            self._import,
            self._import_folder,
            margins=(theme.px(28), theme.px(22), theme.px(20), theme.px(8)),
        )
        head.setMaximumWidth(theme.px(_WIDTH))
        bars = row(self.bars, margins=(theme.px(28), 0, theme.px(20), theme.px(8)))
        bars.setMaximumWidth(theme.px(_WIDTH))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(head)
        layout.addWidget(bars)
        layout.addWidget(scroll, 1)
        self._clock = QTimer(self, interval=_LOOK)
        self._clock.timeout.connect(self._look_at_memory)
        self._show_import()

    def title(self) -> str:
        """The name of the page."""
        return _("Models")

    def entered(self) -> None:
        """Look at what is here."""
        self.refresh()
        self._clock.start()

    def hideEvent(self, event: QHideEvent) -> None:
        """Nobody looks: look at nothing."""
        super().hideEvent(event)
        self._clock.stop()

    def accepts(self, path: Path) -> bool:
        """GGUF files, and folders with an ONNX model."""
        return path.suffix.lower() == ".gguf" or (path / "gliner_config.json").is_file()

    def open_files(self, paths: list[Path]) -> None:
        """Import a model."""
        self.bring(paths[0])

    @Slot()
    @Slot(str)
    def refresh(self, _model: str = "") -> None:
        """Read everything again."""
        if self._looking is not None:
            self._again = True
            return
        self._looking = self.pool.call(look, self.desk)
        self._looking.finished.connect(self._looked)

    @Slot(object)
    def _looked(self, outcome: Outcome) -> None:
        self._looking = None
        if outcome.state == "done":
            self._show(outcome.value)
        elif outcome.error:
            self.bars.say("error", i18n.explain(outcome.error), key="look")
        if self._again:
            self._again = False
            self.refresh()

    def _show(self, overview: Overview) -> None:
        self._loaded.show_models(overview.loaded)
        order = _groups(overview.models)
        for shown in overview.models:
            card = self._cards.get(shown.entry.id)
            if card:
                card.show_model(shown)
            else:
                self._cards[shown.entry.id] = self._new_card(shown)
        if order != self._order:
            self._order = order
            self._arrange()

    def _arrange(self) -> None:
        """Put headings and cards in order; cards keep their state."""
        while self._column.count() > 1:
            item = self._column.takeAt(1)
            widget = item.widget()
            if widget and not isinstance(widget, ModelCard):
                widget.deleteLater()
        kept: set[str] = set()
        for heading, ids in self._order:
            self._column.addSpacing(self.theme.space("m"))
            self._column.addWidget(text(heading, "heading"))
            for model_id in ids:
                self._column.addWidget(self._cards[model_id])
                kept.add(model_id)
        self._column.addStretch(1)
        for gone in set(self._cards) - kept:
            self._cards.pop(gone).deleteLater()

    def _new_card(self, shown: Shown) -> ModelCard:
        card = ModelCard(self.theme, shown, self._list)
        card.pull.connect(self._pull)
        card.accept.connect(self._accept)
        card.discard.connect(self._remove)
        card.verify.connect(self._verify)
        card.remove.connect(self._remove)
        card.over.connect(self.refresh)
        return card

    # --- downloads ---

    @Slot(str)
    def _pull(self, model_id: str) -> None:
        self._fetch(PullRequest(model_id))

    @Slot(str)
    def _accept(self, model_id: str) -> None:
        self._fetch(PullRequest(model_id, licence_accepted=True))

    def _fetch(self, request: PullRequest) -> None:
        card = self._cards.get(request.model)
        if card and not card.work:
            card.follow(self.pool.start(self.desk.hub, request, network=True), "pull")

    @Slot(str)
    def _verify(self, model_id: str) -> None:
        card = self._cards.get(model_id)
        if card and not card.work:
            card.follow(self.pool.start(self.desk.shelf, VerifyRequest(model_id)), "verify")

    @Slot(str)
    def _remove(self, model_id: str) -> None:
        self.pool.call(_remove, self.desk, model_id).finished.connect(self._removed)

    @Slot(object)
    def _removed(self, outcome: Outcome) -> None:
        if outcome.state == "done":
            model_id, error = outcome.value
            card = self._cards.get(model_id)
            if error and card:
                card.complain(error)
        self.refresh()

    # --- import ---

    @Slot()
    def _choose_file(self) -> None:
        name, _kind = QFileDialog.getOpenFileName(
            self, _("Import a model"), "", _("Models (*.gguf)")
        )
        if name:
            self.bring(Path(name))

    @Slot()
    def _choose_folder(self) -> None:
        name = QFileDialog.getExistingDirectory(self, _("Import a model"))
        if name:
            self.bring(Path(name))

    def bring(self, source: Path) -> None:
        """Import a file."""
        if self._importing is not None:
            self.bars.say(
                "info", _("Another file is being imported. Drop this one again afterwards.")
            )
            return
        self.bars.clear()
        self._importing = self.pool.start(self.desk.shelf, ImportRequest(source))
        self._importing.event.connect(self._import_event)
        self._importing.finished.connect(self._imported)
        self._import_state.setText(_("Importing {name}…", name=source.name))
        self._show_import()

    @Slot(object)
    def _import_event(self, event: object) -> None:
        if isinstance(event, Progress) and event.total:
            self._import_state.setText(
                _(
                    "Importing: {done} of {total}",
                    done=figures.size(event.done),
                    total=figures.size(event.total),
                )
            )
        elif isinstance(event, Imported):
            self.bars.say(
                "info", _("{name} is here now and can be chosen.", name=event.name), key="import"
            )

    @Slot(object)
    def _imported(self, outcome: Outcome) -> None:
        self._importing = None
        if outcome.error:
            self.bars.say("error", i18n.explain(outcome.error), key="import")
        self._show_import()
        self.refresh()

    @Slot()
    def _cancel_import(self) -> None:
        if self._importing is not None:
            self._importing.cancel()

    def _show_import(self) -> None:
        busy = self._importing is not None
        self._import.setVisible(not busy)
        self._import_folder.setVisible(not busy)
        self._stop_import.setVisible(busy)
        self._import_state.setVisible(busy)

    # --- memory ---

    @Slot()
    def _look_at_memory(self) -> None:
        job = self.pool.call(self.desk.models.resident)
        job.finished.connect(self._saw_memory)

    @Slot(object)
    def _saw_memory(self, outcome: Outcome) -> None:
        if outcome.state == "done":
            self._loaded.show_models(outcome.value)

    @Slot()
    def _free(self) -> None:
        job = self.pool.call(self.desk.free_memory)
        job.finished.connect(self._freed)

    @Slot(object)
    def _freed(self, outcome: Outcome) -> None:
        if outcome.state == "done":
            self.bars.say(
                "info",
                _("{size} of memory are free again.", size=figures.size(outcome.value)),
                key="freed",
                seconds=6,
            )
        self.refresh()


def _remove(desk: Desk, model_id: str) -> tuple[str, UserError | None]:
    try:
        desk.models.free(model_id)  # an idle model lets go of its file first
        desk.shelf.remove(model_id)
    except UserError as error:
        return model_id, error  # with its model: the sentence belongs on that card
    return model_id, None


def _groups(models: tuple[Shown, ...]) -> list[tuple[str, tuple[str, ...]]]:
    here = tuple(shown.entry.id for shown in models if shown.installed)
    groups = [(_("On this machine"), here)] if here else []
    for role in ("chat", "translation", "scholar", "maths", "code", "entities", "embedding"):
        ids = tuple(
            shown.entry.id for shown in models if not shown.installed and shown.entry.role == role
        )
        if ids:
            groups.append((words.role(role), ids))
    return groups
