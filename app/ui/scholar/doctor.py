"""What the bibliography doctor found, with a click to mend what is certain."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QModelIndex, Qt, Signal, Slot
from PySide6.QtWidgets import QFileDialog, QHeaderView, QPlainTextEdit, QVBoxLayout, QWidget

from agents.base import Notice, Progress
from agents.scholar import crossref, doctor
from agents.scholar.crossref import AskDone, AskRequest
from agents.scholar.doctor import CheckDone, CheckRequest
from app import i18n
from app.i18n import _
from app.jobs import Latest
from app.ui import figures
from app.ui.scholar.works import Table
from app.ui.widgets.basic import button, text
from app.ui.widgets.flow import Flow
from app.ui.widgets.rows import Index, Rows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from agents.scholar.crossref import Question
    from agents.scholar.doctor import Finding
    from app.build import Desk
    from app.jobs import Job, JobPool, Outcome
    from app.ui.theme import Theme
    from app.ui.widgets.bars import Bars

_TABLE = 110  # px: the height of the findings at least
_ICONS = {"error": ("error", "bad"), "warning": ("warn", "warn"), "note": ("info", "muted")}


class FindingModel(Rows):
    """Key, what is wrong, and whether it can be mended."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        """Start empty."""
        super().__init__(parent)
        self._theme = theme
        self.findings: tuple[Finding, ...] = ()
        self._texts: dict[int, str] = {}

    def show_findings(self, findings: tuple[Finding, ...]) -> None:
        """Show these."""
        self.beginResetModel()
        self.findings, self._texts = findings, {}
        self.endResetModel()

    def count(self) -> int:
        """Findings."""
        return len(self.findings)

    def heads(self) -> tuple[str, ...]:
        """Names of the columns."""
        return (_("Key"), _("What is wrong"), _("Can be mended"))

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:  # noqa: ANN401 - Qt's own signature
        """Text of a cell; an icon says how grave it is."""
        item = self.findings[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return (item.key, self._text(index.row()), _mended(item))[index.column()]
        if role == Qt.ItemDataRole.ToolTipRole:
            return self._text(index.row())
        if role == Qt.ItemDataRole.DecorationRole and index.column() == 0:
            return self._theme.icon(*_ICONS[item.level])
        if role == Qt.ItemDataRole.AccessibleTextRole and index.column() == 0:
            levels = {"error": _("error"), "warning": _("warning"), "note": _("note")}
            return f"{levels[item.level]}: {item.key}"
        return None

    def detail(self, at: int) -> str:
        """The sentence of a row, and what mending it would write."""
        fix = self.findings[at].fix
        if fix is None:
            return self._text(at)
        written = {
            "set": f"{fix.field} = {{{fix.value}}}",
            "rename": f"{fix.field} → {fix.value}",
            "remove": f"− {fix.field}",
        }
        return f"{self._text(at)}\n{written[fix.kind]}"

    def _text(self, at: int) -> str:
        if at not in self._texts:  # of thousands, those on the screen are worded
            item = self.findings[at]
            self._texts[at] = i18n.explain(Notice(item.code, item.values))
        return self._texts[at]


class DoctorPanel(QWidget):
    """Checks the library; what was mended is taken back by the bar that says so."""

    changed = Signal()  # the library is another now
    picked = Signal(int)  # a work to be shown

    def __init__(self, desk: Desk, pool: JobPool, theme: Theme, bars: Bars) -> None:
        """Arrange it; `refresh` checks."""
        super().__init__()
        self._desk, self._pool, self._bars = desk, pool, bars
        self._questions = Latest(pool, self._show_requests, self)
        self._job: Job | None = None
        self._sure: tuple[Finding, ...] = ()
        self.server = crossref.SERVER
        self._asked: tuple[Question, ...] = ()
        self.requests = QPlainTextEdit(readOnly=True)
        self.requests.setAccessibleName(_("What would be sent"))
        self.requests.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.requests.setTabChangesFocus(True)
        self.requests.setMaximumHeight(theme.px(150))
        self.requests.hide()
        self._ask = button(
            _("Ask Crossref…"),
            self.ask_crossref,
            hint=_("Shows what would be sent first: one request for each DOI"),
        )
        self.table = Table(_("What is wrong"), theme)
        self.model = FindingModel(theme, self.table)
        self.table.setModel(self.model)
        across = self.table.horizontalHeader()
        across.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        across.setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        self.table.wish({0: 170, 2: 130})
        self.table.selectionModel().selectionChanged.connect(self._selected)
        self.table.selectionModel().currentRowChanged.connect(self._moved)
        self._state = text("", "small", wrap=True)
        self._detail = text("", wrap=True)
        self._detail.setAccessibleName(_("The finding in full"))
        self._fix = button(_("Mend"), self.fix_selected, "primary")
        self._fix_all = button(_("Mend all that is certain"), self.fix_all)
        self._again = button(_("Check again"), self.refresh)
        self._list = button(
            _("List of retractions…"),
            self._choose,
            hint=_("The CSV of Retraction Watch, as Crossref publishes it"),
        )
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.px(8))
        layout.addWidget(self._state)
        layout.addWidget(self.table, 1)
        layout.addWidget(self._detail)
        layout.addWidget(self.requests)
        acts = Flow(theme.space("s"))  # large letters need a second line
        for made in (self._fix, self._fix_all, self._ask, self._list, self._again):
            acts.addWidget(made)
        layout.addLayout(acts)
        self.table.setMinimumHeight(theme.px(_TABLE))
        self._selected()

    def refresh(self) -> None:
        """Check the library."""
        self.leave()
        self._state.setText(_("Checking…"))
        self._job = self._pool.start(self._desk.doctor, CheckRequest(), interactive=True)
        self._job.event.connect(self._happened)
        self._job.finished.connect(self._ended)

    def leave(self) -> None:
        """Stop checking."""
        job, self._job = self._job, None
        if job is not None:
            job.event.disconnect(self._happened)
            job.finished.disconnect(self._ended)
            job.cancel()

    @Slot()
    def fix_selected(self) -> None:
        """Mend the selected findings."""
        rows = [index.row() for index in self.table.selectionModel().selectedRows()]
        self._mend([self.model.findings[at] for at in rows])

    @Slot()
    def fix_all(self) -> None:
        """Mend everything that can be."""
        self._mend(self.model.findings)

    def _mend(self, findings: Sequence[Finding]) -> None:
        self._sure = tuple(item for item in findings if item.fix is not None)
        if self._sure:
            self._pool.call(doctor.apply, self._desk.library, self._sure).finished.connect(
                self._mended
            )

    @Slot(object)
    def _happened(self, event: object) -> None:
        if isinstance(event, Progress):
            self._state.setText(
                _("Checking: {done} of {total}", done=event.done, total=event.total)
            )
        elif isinstance(event, AskDone):
            known = [item for item in self.model.findings if "crossref" not in item.code]
            self.model.show_findings((*event.findings, *known))
            self._state.setText(_("Crossref says otherwise {count}", count=len(event.findings)))
        elif isinstance(event, CheckDone):
            self.model.show_findings(event.findings)
            self._say(event)
            self._selected()

    def _say(self, done: CheckDone) -> None:
        levels = [item.level for item in done.findings]
        known = done.retractions
        self._state.setText(
            figures.joined(
                _("works {count}", count=figures.number(done.works)),
                _("errors {count}", count=figures.number(levels.count("error"))),
                _("warnings {count}", count=figures.number(levels.count("warning"))),
                _("notes {count}", count=figures.number(levels.count("note"))),
                _("retractions up to {day}", day=known.day or known.source)
                if known
                else _("no list of retractions"),
            )
        )

    @Slot(object)
    def _ended(self, outcome: Outcome) -> None:
        self._job = None
        if outcome.error:
            self._bars.say("error", i18n.explain(outcome.error), key="doctor")

    @Slot(object)
    def _mended(self, outcome: Outcome) -> None:
        if outcome.error:
            self._bars.say("error", i18n.explain(outcome.error), key="doctor")
        elif outcome.state == "done" and outcome.value:
            change: int = outcome.value
            self._bars.say(
                "info",
                _("Mended: {count}.", count=len(self._sure)),
                [(_("Undo"), lambda: self._take_back(change))],
                key="doctor",
            )
        self.refresh()
        self.changed.emit()

    def _take_back(self, change: int) -> None:
        self._pool.call(self._desk.library.undo, change).finished.connect(self._taken_back)

    @Slot(object)
    def _taken_back(self, outcome: Outcome) -> None:
        if outcome.error:
            self._bars.say("error", i18n.explain(outcome.error), key="doctor")
        self.refresh()
        self.changed.emit()

    @Slot()
    def ask_crossref(self) -> None:
        """Show what would be sent; nothing is before the bar's button is pressed."""
        self._questions.ask(_questions, self._desk, self.server)

    @Slot(object)
    def _show_requests(self, outcome: Outcome) -> None:
        if outcome.state != "done":
            return
        self._asked = outcome.value
        self.requests.setPlainText(crossref.shown(self._asked))
        self.requests.setVisible(bool(self._asked))
        if not self._asked:
            self._bars.say("info", _("No work has a DOI to ask about."), key="crossref")
            return
        self._bars.say(
            "warn",
            _(
                "{count} requests would leave this machine for {server}. All of them are listed"
                " below; nothing else is sent.",
                count=len(self._asked),
                server=self.server,
            ),
            [(_("Send them"), self._send), (_("Send nothing"), self.requests.hide)],
            key="crossref",
            on_closed=self.requests.hide,
        )

    def _send(self) -> None:
        self.requests.hide()
        self.leave()
        asker = crossref.Asker(self._desk.sent)
        request = AskRequest(self._asked)
        self._job = self._pool.start(asker, request, interactive=True, network=True)
        self._job.event.connect(self._happened)
        self._job.finished.connect(self._ended)

    @Slot()
    def _choose(self) -> None:
        name, _kind = QFileDialog.getOpenFileName(
            self, _("List of retractions"), "", _("CSV (*.csv)")
        )
        if name:
            self.take_list(Path(name))

    def take_list(self, path: Path) -> None:
        """Take a list of retractions, and check again."""
        self._pool.call(self._desk.retractions.refresh, path).finished.connect(self._listed)

    @Slot(object)
    def _listed(self, outcome: Outcome) -> None:
        if outcome.error:
            self._bars.say("error", i18n.explain(outcome.error), key="doctor")
        else:
            self.refresh()

    @Slot()
    def _selected(self) -> None:
        rows = [index.row() for index in self.table.selectionModel().selectedRows()]
        found = self.model.findings
        self._fix.setEnabled(any(found[at].fix for at in rows if at < len(found)))
        self._fix_all.setEnabled(any(item.fix for item in found))

    @Slot(QModelIndex, QModelIndex)
    def _moved(self, index: QModelIndex, _before: QModelIndex) -> None:
        found = self.model.findings
        at = index.row() if index.isValid() and index.row() < len(found) else -1
        self._detail.setText(self.model.detail(at) if at >= 0 else "")
        if at >= 0:
            self.picked.emit(found[at].work)


def _questions(desk: Desk, server: str) -> tuple[Question, ...]:
    return crossref.questions(desk.library.entries(desk.library.ids()), server)


def _mended(item: Finding) -> str:
    return _("yes") if item.fix else ""
