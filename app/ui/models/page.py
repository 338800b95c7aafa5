"""The Models page: what is here, what can be had, what is loaded.

The one law: nothing is downloaded that was not just asked for, under a licence that was shown.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QRect, Slot
from PySide6.QtWidgets import QFileDialog, QScrollArea, QVBoxLayout, QWidget

from agents.engine import importing, kit_file, removal
from agents.engine.pace import Pace, PaceRequest
from agents.engine.shelf import VerifyRequest
from agents.store.kept import DOWNLOADS
from app import i18n, paces
from app.i18n import _
from app.ui import figures
from app.ui.models.card import ModelCard
from app.ui.models.downloads import Downloads
from app.ui.models.imports import Imports
from app.ui.models.kit_panel import KitPanel
from app.ui.models.leaving import Leaving
from app.ui.models.overview import groups, look
from app.ui.models.queue_card import QueueCard
from app.ui.models.resident import ResidentCard
from app.ui.page import Page
from app.ui.watch import Watch
from app.ui.widgets.bars import Bars
from app.ui.widgets.basic import button, column, text
from app.ui.widgets.flow import Flow

if TYPE_CHECKING:
    from PySide6.QtGui import QHideEvent

    from agents.base import UserError
    from app.build import Desk
    from app.jobs import Job, JobPool, Outcome
    from app.ui.models.card import Shown
    from app.ui.models.overview import Overview
    from app.ui.theme import Theme

_WIDTH = 900  # a line longer than this is not read, it is searched
_LOOK = 2000  # ms between two looks at what is loaded


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
        self._asked = False  # for what an earlier run left
        self._restored = False
        self._wanted: list[str] = []  # asked for before the cards were here
        self.bars = Bars(theme)
        self.downloads = Downloads(desk, pool, self)
        self.downloads.began.connect(self._follow_download)
        self.downloads.changed.connect(self._show_line)
        self.downloads.ended.connect(self._tell_stopped)
        self.imports = Imports(desk, pool, theme, self.bars)
        self.imports.came.connect(self.refresh)
        self.leaving = Leaving(desk, pool, self.bars)
        self.leaving.changed.connect(self.refresh)
        self.leaving.failed.connect(self._complain)
        self.kit = KitPanel(desk, pool, theme)
        self.kit.came.connect(self.refresh)
        self._import = button(
            _("Import a file…"), self._choose_file, hint=_("Add GGUF files you already have")
        )
        self._import_folder = button(
            _("Import a folder…"),
            self._choose_folder,
            hint=_("Add models that lie in a folder: GGUF files, or a GLiNER"),
        )
        self._offline = button(
            _("Offline kit…"),
            self.kit.toggle,
            hint=_("Take models to a machine without a network, or from there"),
        )
        self._loaded = ResidentCard(theme)
        self._loaded.free.connect(self._free)
        self._arrange_page()
        self._watch = Watch(pool, _LOOK, self._look_at_memory, self)

    def title(self) -> str:
        """The name of the page."""
        return _("Models")

    def entered(self) -> None:
        """Look at what is here."""
        if not self._asked:
            self._asked = True
            self.pool.call(_first_look, self.desk).finished.connect(self._restore)
        self.refresh()
        self._watch.set_on(on=True)

    def hideEvent(self, event: QHideEvent) -> None:
        """Nobody looks: look at nothing."""
        super().hideEvent(event)
        self._watch.set_on(on=False)

    def closing(self) -> None:
        """Store the line of downloads; what was removed cannot be put back any more."""
        if self._restored:
            self.downloads.closing()
        self.leaving.closing()

    def accepts(self, path: Path) -> bool:
        """GGUF files, folders with a model, offline kits; of other weights it is said why not."""
        ending = path.suffix.lower()
        return (
            ending == ".gguf"
            or (ending in importing.OTHER_FORMS and path.is_file())
            or importing.is_model_folder(path)
        )

    def open_files(self, paths: list[Path]) -> None:
        """Import models; a kit is shown first."""
        kits = [path for path in paths if (path / kit_file.NAME).is_file()]
        if kits:
            self.kit.show_kit(kits[0])
        if rest := [path for path in paths if path not in kits]:
            self.imports.bring(one for path in rest for one in importing.in_folder(path))

    def take(self, what: object) -> None:
        """Ids of models to download, whose licences have been accepted, or files to import."""
        given = what if isinstance(what, tuple) else ()
        self._wanted += [one for one in given if isinstance(one, str)]
        self._fetch_wanted()
        if files := [one for one in given if isinstance(one, Path)]:
            self.imports.bring(files)

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
        order = groups(overview.models)
        for shown in overview.models:
            card = self._cards.get(shown.entry.id)
            if card:
                card.show_model(shown)
            else:
                self._cards[shown.entry.id] = self._new_card(shown)
        if order != self._order:
            self._order = order
            self._arrange()
        self._show_line()
        self.kit.offer(overview.models)
        self._fetch_wanted()

    def _arrange(self) -> None:
        """Put headings and cards in order; cards keep their state."""
        while self._column.count() > self._fixed:
            item = self._column.takeAt(self._fixed)
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
        card.pause_pull.connect(self.downloads.pause)
        card.discard.connect(self._discard)
        card.verify.connect(self._verify)
        card.measure.connect(self._measure)
        card.remove.connect(self.leaving.remove)
        card.over.connect(self.refresh)
        return card

    # --- downloads ---

    @Slot(object)
    def _restore(self, outcome: Outcome) -> None:
        self._restored = True
        if outcome.state == "done":
            self.downloads.restore(outcome.value, self._names())
        self._fetch_wanted()

    def _names(self) -> dict[str, str]:
        return {one.id: one.name for one in self.desk.catalog.entries if one.repository}

    def _fetch_wanted(self) -> None:
        if self._cards and self._restored:
            wanted, self._wanted = self._wanted, []
            for model_id in wanted:
                self._pull(model_id)

    @Slot(str)
    def _pull(self, model_id: str) -> None:
        card = self._cards.get(model_id)
        if card and not card.work:
            self.downloads.add(model_id, self._names().get(model_id, model_id))

    @Slot(str)
    def _accept(self, model_id: str) -> None:
        self.pool.call(_accept, self.desk, model_id).finished.connect(self._accepted)

    @Slot(object)
    def _accepted(self, outcome: Outcome) -> None:
        if outcome.state == "done":
            self._pull(outcome.value)
        elif outcome.error:
            self.bars.say("error", i18n.explain(outcome.error), key="licence")

    @Slot(str, object)
    def _follow_download(self, model_id: str, job: Job) -> None:
        self.bars.close_bar(_stopped(model_id))
        card = self._cards.get(model_id)
        if card:
            card.follow(job, "pull")

    @Slot(str, object)
    def _tell_stopped(self, model_id: str, outcome: Outcome) -> None:
        """The card says why; here it is said where to look, if that is not to be seen."""
        card = self._cards.get(model_id)
        if outcome.error is None or card is None:
            return
        if not self._sees(card):
            words = _("The download of {name} stopped.", name=self._names().get(model_id, model_id))
            show = (_("Show why"), lambda: self._scroll.ensureWidgetVisible(card))
            self.bars.say("error", words, [show], key=_stopped(model_id))

    def _sees(self, card: ModelCard) -> bool:
        """Whether the whole of a card is in view; one that has not got its room yet is not."""
        place = QRect(card.mapTo(self._scroll.viewport(), QPoint()), card.size())
        has_room = card.height() >= card.minimumSizeHint().height()
        return has_room and self._scroll.viewport().rect().contains(place)

    @Slot()
    def _show_line(self) -> None:
        for model_id, card in self._cards.items():
            found = self.downloads.get(model_id)
            card.show_line(found.state if found else None)

    @Slot(str)
    def _discard(self, model_id: str) -> None:
        self.downloads.drop(model_id)
        self.leaving.remove(model_id)

    # --- what can be done with a model ---

    @Slot(str)
    def _verify(self, model_id: str) -> None:
        card = self._cards.get(model_id)
        if card and not card.work:
            card.follow(self.pool.start(self.desk.shelf, VerifyRequest(model_id)), "verify")

    @Slot(str)
    def _measure(self, model_id: str) -> None:
        card = self._cards.get(model_id)
        if card and not card.work:
            job = self.pool.start(self.desk.pace, PaceRequest(model_id))
            job.finished.connect(self._measured)
            card.follow(job, "pace")

    @Slot(object)
    def _measured(self, outcome: Outcome) -> None:
        if outcome.state == "done" and isinstance(outcome.value, Pace):
            self.pool.call(paces.keep, self.desk.kept, outcome.value).finished.connect(
                lambda _outcome: self.refresh()
            )

    @Slot(str, object)
    def _complain(self, model_id: str, error: UserError) -> None:
        card = self._cards.get(model_id)
        if card:
            card.complain(error)

    # --- import ---

    @Slot()
    def _choose_file(self) -> None:
        names, _kind = QFileDialog.getOpenFileNames(
            self, _("Import a model"), "", _("Models (*.gguf)")
        )
        if names:
            self.imports.bring(Path(name) for name in names)

    @Slot()
    def _choose_folder(self) -> None:
        name = QFileDialog.getExistingDirectory(self, _("Import a model"))
        if name:
            self.open_files([Path(name)])

    # --- memory ---

    @Slot()
    def _look_at_memory(self) -> None:
        job = self.pool.peek(self.desk.models.resident)
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

    # --- layout ---

    def _arrange_page(self) -> None:
        theme = self.theme
        self._list = QWidget()
        self._list.setProperty("kind", "scrolled")
        self._list.setMaximumWidth(theme.px(_WIDTH))
        self._column = QVBoxLayout(self._list)
        self._column.setContentsMargins(theme.px(28), theme.px(4), theme.px(20), theme.px(20))
        self._column.setSpacing(theme.space("s"))
        for card in (self.kit, QueueCard(theme, self.downloads), self._loaded):
            self._column.addWidget(card)
        self._fixed = self._column.count()
        self._column.addStretch(1)
        self._scroll = scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setWidget(self._list)
        scroll.setAccessibleName(_("Models"))
        head = QWidget()
        head.setMaximumWidth(theme.px(_WIDTH))
        heading = QVBoxLayout(head)
        heading.setContentsMargins(theme.px(28), theme.px(22), theme.px(20), theme.px(8))
        heading.setSpacing(theme.space("s"))
        heading.addWidget(text(_("Models"), "title"))
        ways = Flow(theme.space("s"))
        for way in (self._import, self._import_folder, self._offline):
            ways.addWidget(way)
        heading.addLayout(ways)
        heading.addWidget(self.imports)
        bars = column(self.bars, margins=(theme.px(28), 0, theme.px(20), theme.px(8)))
        bars.setMaximumWidth(theme.px(_WIDTH))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(head)
        layout.addWidget(bars)
        layout.addWidget(scroll, 1)


def _accept(desk: Desk, model_id: str) -> str:
    entry = desk.catalog.get(model_id)
    if entry is not None:
        desk.shelf.accept(entry.licence)
    return model_id


def _stopped(model_id: str) -> str:
    """The key of the bar that says so."""
    return f"stopped {model_id}"


def _first_look(desk: Desk) -> object:
    """What an earlier run left: models set aside, and the line of downloads."""
    removal.sweep(desk.paths.models)
    return desk.kept.get(DOWNLOADS)
