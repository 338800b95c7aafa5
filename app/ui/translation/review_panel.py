"""The segments of one document with everything that can be done to them.

The one law: what a person does shows at once and is stored off the GUI thread; if it could not be
stored, the table shows again what is.
"""

from __future__ import annotations

import dataclasses
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QPoint, Qt, Signal, Slot
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QInputDialog, QMenu, QVBoxLayout, QWidget

from agents.translation.again import AgainRequest
from app import i18n
from app.i18n import _
from app.jobs import Latest
from app.ui import state as remembered
from app.ui.translation import words
from app.ui.translation.engines import translators
from app.ui.translation.finding import Finding
from app.ui.translation.history import show_history
from app.ui.translation.review_bars import FilterBar, FindBar
from app.ui.translation.reviewing import Reviewing
from app.ui.translation.segment_model import SOURCE, Filter, as_one_line, wanted_rows
from app.ui.translation.segments import SegmentTable
from app.ui.translation.side import SideSheet
from app.ui.translation.side_split import SideSplit
from app.ui.translation.split_dialog import SplitDialog
from app.ui.widgets.basic import IconButton, row, text

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from agents.store.segment_rows import StoredSegment, Version
    from agents.translation.again import AgainDone
    from agents.translation.events import DocumentRequest
    from app.build import Desk
    from app.choices import ModelChoice
    from app.jobs import JobPool, Outcome
    from app.ui.theme import Theme


class ReviewPanel(QWidget):
    """Filter, find bar, table, and what is known of the current segment."""

    counted = Signal()  # problems or confirmed segments changed
    said = Signal(str, str)  # kind of bar, sentence
    stale = Signal()  # what is shown is not what is stored: read it again
    recut = Signal(str)  # the same, and the segment to stand at: others stand elsewhere now

    def __init__(self, desk: Desk, pool: JobPool, theme: Theme) -> None:
        """Arrange it."""
        super().__init__()
        self._desk, self._theme = desk, theme
        self._looking = Latest(pool, self._found_models, self)
        self._versions = Latest(pool, self._show_history, self)
        self._filtering = Latest(pool, self._filtered, self)
        self._models: Sequence[ModelChoice] = ()
        self.engine = ""  # of the document, in words
        self.steps = Reviewing(desk, pool, self)
        self.filter = FilterBar(theme)
        self.find = FindBar(theme)
        self.table = SegmentTable(theme)
        self.table.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.side = SideSheet(desk, pool, theme)
        self.split = SideSplit(self.table, self.side, theme)
        self._finding = Finding(desk, pool, self.find, self.table, self.steps)
        self._mark = text("", "mark", wrap=True)
        self._mark.hide()
        self._act()
        self._side_button = IconButton(theme, "sheet", self._acts["side"].text(), self._toggle_side)
        self._side_button.setCheckable(True)
        self._side_button.setToolTip(_("Matches, terms and page (F9)"))
        head = row(self.filter, self._side_button)
        head.layout().setStretch(0, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.space("s"))
        for part in (head, self.find):
            layout.addWidget(part)
        layout.addWidget(self.split, 1)
        layout.addWidget(self._mark)
        self._show_side(shown=False)
        self.table.selectionModel().currentRowChanged.connect(self._moved)
        self.table.customContextMenuRequested.connect(self._menu)
        self.table.written.connect(self._written)
        self.table.confirm_asked.connect(self._confirm)
        self.filter.changed.connect(self._filter)
        self.table.number_asked.connect(self.side.hits.take)
        self.side.chosen.connect(self._put_in)
        self.side.closed.connect(self._toggle_side)
        self.steps.changed.connect(self._changed)
        self.steps.recut.connect(self._recut)
        self.steps.failed.connect(self._failed)
        self.steps.again_done.connect(self._again_done)

    def show_job(self, job: int, request: DocumentRequest | None = None) -> None:
        """The segments are those of this job now."""
        self.table.end_edit()
        self.steps.job = job
        self.side.show_document(job, request)
        if job:
            self._looking.ask(translators, self._desk)

    def tell_counts(self) -> None:
        """Say again how many are shown and confirmed."""
        segments = self.table.segments
        self.filter.count(segments.rowCount(), segments.confirmed, segments.total)
        self.filter.offer(segments.kinds)

    def save_state(self) -> dict[str, object]:
        """The kind of segments that are shown, how wide the source is, and the side sheet."""
        return {
            "filter": self.filter.wanted.kind,
            "share": self.table.share,
            "side": self.split.open,
            "view": self.side.switch.value,
            "sizes": self.split.shares,
        }

    def restore_state(self, state: dict[str, object]) -> None:
        """Take them back."""
        kind, share = state.get("filter"), state.get("share")
        if isinstance(kind, str):
            self.filter.choose(Filter(kind))
        if isinstance(share, float):
            self.table.share = share
        self.side.switch.choose(remembered.words(state, "view"))
        self.split.shares = remembered.numbers(state, "sizes")
        self._show_side(shown=state.get("side") is True)

    def closing(self) -> None:
        """Store what is being written, and what waits."""
        self.table.end_edit()
        self.side.closing()
        self.steps.finish()

    # --- what is done to segments ---

    def _act(self) -> None:
        """The keys; each is in the menu too."""
        self._acts: dict[str, QAction] = {}
        for name, said, keys, act in (
            ("undo", _("Undo"), QKeySequence.StandardKey.Undo, self.steps.undo),
            ("redo", _("Redo"), "Ctrl+Shift+Z", self.steps.redo),
            ("find", _("Find"), QKeySequence.StandardKey.Find, self._begin_find),
            ("replace", _("Find and replace"), "Ctrl+H", self._begin_replace),
            ("split", _("Split…"), "Ctrl+Shift+S", self._split),
            ("join", _("Join with the next"), "Ctrl+Shift+J", self._join),
            ("side", _("Matches, terms and page"), "F9", self._toggle_side),
            ("open", _("Take the confirmation back"), "Ctrl+Shift+Return", self._unconfirm),
            ("comment", _("Comment…"), "Ctrl+M", self._comment),
            ("history", _("History…"), "Ctrl+Shift+H", self._history),
        ):
            action = QAction(said, self)
            action.setShortcut(QKeySequence(keys))
            action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            action.triggered.connect(_plain(act))
            self.addAction(action)
            self._acts[name] = action

    @Slot(QPoint)
    def _menu(self, at: QPoint) -> None:
        chosen = self.table.chosen
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        if chosen:
            # Keys of the table itself, which are no shortcuts: the field over a cell has them too.
            menu.addAction(_shown(_("Edit"), "Return"), self.table.edit_row)
            menu.addAction(_shown(_("Confirm"), "Ctrl+Return"), self.table.confirm_and_go_on)
            menu.addAction(self._acts["open"])
            menu.addAction(self._acts["comment"])
            menu.addAction(self._acts["history"])
            menu.addAction(self._acts["split"])
            menu.addAction(self._acts["join"])
            again = menu.addMenu(_("Translate again with"))
            again.setEnabled(not self.steps.translating)
            for model in self._models:
                again.addAction(model.name, _plain(self._again, "model", model.id))
            again.addAction(words.engine("pseudo"), _plain(self._again, "pseudo", ""))
            menu.addSeparator()
        if self.steps.translating:
            menu.addAction(_("Stop translating again"), self.steps.stop_again)
        for name in ("undo", "redo", "find", "replace", "side"):
            menu.addAction(self._acts[name])
        menu.popup(self.table.viewport().mapToGlobal(at))

    @Slot(object, str, bool)
    def _written(self, segment: StoredSegment, said: str, confirmed: bool) -> None:  # noqa: FBT001 - a slot
        now = dataclasses.replace(
            segment,
            target=as_one_line(said),
            made_by="human",
            problems=(),
            confirmed=confirmed,
        )
        self.table.put(now)
        self.steps.edit(segment.segment, said, confirm=confirmed)

    @Slot(object)
    def _confirm(self, chosen: list[StoredSegment], *, confirmed: bool = True) -> None:
        for segment in chosen:
            self.table.put(dataclasses.replace(segment, confirmed=confirmed))
        self.steps.confirm([one.segment for one in chosen], confirmed=confirmed)
        self.tell_counts()

    def _unconfirm(self) -> None:
        chosen = [one for one in self.table.chosen if one.confirmed]
        if chosen:
            self._confirm(chosen, confirmed=False)

    def _comment(self) -> None:
        chosen = self.table.chosen
        if chosen:
            said, taken = QInputDialog.getMultiLineText(
                self, _("Comment"), chosen[0].source, chosen[0].comment
            )
            if taken:
                self.steps.comment(chosen[0].segment, said)

    def _history(self) -> None:
        chosen = self.table.chosen
        if chosen and self.steps.job:
            self._versions.ask(_history, self._desk, self.steps.job, chosen[0].segment)

    @Slot(object)
    def _show_history(self, outcome: Outcome) -> None:
        chosen = [one.segment for one in self.table.chosen[:1]]
        if outcome.state == "done" and outcome.value[0] in chosen:  # not another one by now
            show_history(self, self._theme, outcome.value[1], self.engine, self._take_back)

    def _take_back(self, target: str) -> None:
        for segment in self.table.chosen[:1]:
            self._written(segment, target, confirmed=False)

    def _again(self, engine: str, model: str) -> None:
        ids = tuple(one.segment for one in self.table.chosen)
        if ids:
            self.steps.translate_again(AgainRequest(self.steps.job, ids, engine, model))
            self.said.emit("info", _("Translating {count} segments again…", count=len(ids)))

    def _split(self) -> None:
        self.table.end_edit()
        segment = self.table.current
        if segment is not None:
            cut = partial(self.steps.split, segment.segment)
            SplitDialog(self, self._theme, segment, cut).open()

    def _join(self) -> None:
        self.table.end_edit()
        segment = self.table.current
        if segment is not None:
            self.steps.join(segment.segment)

    @Slot(str, bool)
    def _put_in(self, said: str, whole: bool) -> None:  # noqa: FBT001 - a slot
        """Words of the side sheet: into the field that is open, or else where they belong."""
        segment = self.table.current
        if segment is None or self.table.write_in(said, whole=whole):
            return
        if whole:
            self._written(segment, said, confirmed=False)
            self.table.setFocus()
        else:
            self.table.edit_row()
            self.table.write_in(said, whole=False)

    # --- what came of it ---

    @Slot(int, object)
    def _changed(self, job: int, rows: list[StoredSegment]) -> None:
        if job == self.steps.job:
            for segment in rows:
                self.table.put(segment)
            self.tell_counts()
            self._say_marks()
            self.counted.emit()
            self._follow()
            self.side.changed()
            if self.find.isVisible():
                self._finding.look(self.find.wanted)

    @Slot(int, str)
    def _recut(self, job: int, segment: str) -> None:
        if job == self.steps.job:
            self.recut.emit(segment)
            self.side.changed()
            if self.find.isVisible():
                self._finding.look(self.find.wanted)

    @Slot(int, object)
    def _failed(self, job: int, outcome: Outcome) -> None:
        words_ = _("Something went wrong in MoA Desk itself. Try again.")
        self.said.emit("error", i18n.explain(outcome.error) if outcome.error else words_)
        if job == self.steps.job:
            self.stale.emit()

    @Slot(int, object)
    def _again_done(self, job: int, done: AgainDone) -> None:
        if job == self.steps.job:
            changed = len(done.change.after) if done.change else 0
            self.said.emit(
                "info",
                _(
                    "Translated again: {changed}. Left as they were: {kept}.",
                    changed=changed,
                    kept=done.kept,
                ),
            )

    # --- filter, find ---

    @Slot(object)
    def _filter(self, wanted: Filter) -> None:
        self.table.end_edit()
        rows, sources = self.table.segments.everything()
        self._filtering.ask(_filtered, rows, sources, wanted)

    @Slot(object)
    def _filtered(self, outcome: Outcome) -> None:
        if outcome.state == "done":
            wanted, places, size = outcome.value
            if wanted == self.filter.wanted:  # not another one by now
                known = places if size == self.table.segments.total else None
                self.table.show_only(wanted, known)
                self.tell_counts()

    def _begin_find(self) -> None:
        self._finding.begin(replace=False)

    def _begin_replace(self) -> None:
        self._finding.begin(replace=True)

    # --- the side sheet ---

    def _toggle_side(self) -> None:
        self._show_side(shown=not self.split.open)
        if not self.split.open:
            self.table.setFocus()

    def _show_side(self, *, shown: bool) -> None:
        self.split.show_side(shown=shown)
        self.table.numbers = shown
        self._side_button.setChecked(shown)

    # --- the current segment ---

    @Slot(QModelIndex, QModelIndex)
    def _moved(self, _index: QModelIndex, _before: QModelIndex) -> None:
        self._say_marks()
        self._follow()

    def _follow(self) -> None:
        """The side sheet shows what is known of the current segment."""
        index = self.table.currentIndex()
        segments = self.table.segments
        source = segments.index(index.row(), SOURCE).data() if index.isValid() else ""
        share = segments.place(index.row()) / max(1, segments.total)
        self.side.show_segment(self.table.current, source or "", share)

    def _say_marks(self) -> None:
        segment = self.table.current
        said = words.segment_tip(segment) if segment else ""
        self._mark.setText(said)
        self._mark.setVisible(bool(said))

    @Slot(object)
    def _found_models(self, outcome: Outcome) -> None:
        if outcome.state == "done":
            self._models = outcome.value


def _shown(name: str, keys: str) -> str:
    """A name with its keys beside it, as menus show them."""
    return f"{name}\t{QKeySequence(keys).toString(QKeySequence.SequenceFormat.NativeText)}"


def _plain(act: Callable[..., object], *values: object) -> Callable[..., None]:
    """`act` without the flag that Qt hands to whoever listens to a button."""

    def run(*_checked: object) -> None:
        act(*values)

    return run


def _filtered(
    rows: Sequence[StoredSegment | None], sources: Sequence[str], wanted: Filter
) -> tuple[Filter, list[int], int]:
    return wanted, wanted_rows(rows, sources, wanted), len(rows)


def _history(desk: Desk, job: int, segment: str) -> tuple[str, tuple[Version, ...]]:
    return segment, desk.review.history(job, segment)
