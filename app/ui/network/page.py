"""The network page: everything that was sent or asked, when, where, how much, and why.

The one law: the page only tells. Nothing here dials.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Slot
from PySide6.QtWidgets import QHeaderView, QStackedWidget, QTableView, QVBoxLayout, QWidget

from app import i18n
from app import network_words as words
from app.i18n import _
from app.jobs import Latest
from app.ui.network.model import CallsModel
from app.ui.page import Page
from app.ui.widgets.bars import Bars
from app.ui.widgets.basic import EmptyState, button, row, text

if TYPE_CHECKING:
    from PySide6.QtGui import QHideEvent

    from agents.store.network_log import NetworkCall
    from app.build import Desk
    from app.jobs import JobPool, Outcome
    from app.ui.theme import Theme

_LOOK = 1000  # ms between two looks while something is under way
_WHERE, _WIDE = 1, 300  # the column of addresses, and its pixels at first
_HIGH = 30  # px of a row
_LOOKED_AT = 50  # rows that decide how wide the others are


class NetworkPage(Page):
    """A table with a sentence above it."""

    def __init__(
        self, desk: Desk, pool: JobPool, theme: Theme, parent: QWidget | None = None
    ) -> None:
        """Arrange the page; it is filled when it is shown."""
        super().__init__(desk, pool, theme, parent)
        self._looking = Latest(pool, self._looked, self)
        self._model = CallsModel(theme, self)
        self.table = QTableView()
        self.table.setModel(self._model)
        self.table.setAccessibleName(_("What went over the network"))
        self.table.setSelectionBehavior(QTableView.SelectionBehavior.SelectRows)
        self.table.setEditTriggers(QTableView.EditTrigger.NoEditTriggers)
        self.table.setShowGrid(False)
        self.table.setWordWrap(False)
        self.table.setTabKeyNavigation(False)
        self.table.verticalHeader().hide()
        self.table.verticalHeader().setDefaultSectionSize(theme.px(_HIGH))
        head = self.table.horizontalHeader()
        head.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        head.setResizeContentsPrecision(_LOOKED_AT)
        head.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        head.setSectionResizeMode(_WHERE, QHeaderView.ResizeMode.Interactive)
        head.setStretchLastSection(True)
        head.resizeSection(_WHERE, theme.px(_WIDE))
        self._total = text("", "small", wrap=True)
        self._empty = EmptyState(
            theme,
            "shield",
            _("Nothing went over the network"),
            _(
                "MoA Desk dials out only when you ask it to: to download a model, to check DOIs,"
                " or to use a remote server. All of it will be listed here."
            ),
        )
        self._views = QStackedWidget()
        self._views.addWidget(self._empty)
        self._views.addWidget(self.table)
        self.forget = button(_("Forget the list…"), self._ask)
        self.bars = Bars(theme)
        self._arrange()
        self._clock = QTimer(self, interval=_LOOK)
        self._clock.timeout.connect(self._look)
        pool.changed.connect(self._work_changed)

    def title(self) -> str:
        """The name of the page."""
        return _("Network")

    def entered(self) -> None:
        """Read the list."""
        self._look()
        self._clock.start()

    def hideEvent(self, event: QHideEvent) -> None:
        """Nobody looks: look at nothing."""
        super().hideEvent(event)
        self._clock.stop()

    @Slot()
    def _work_changed(self) -> None:
        """Work that runs may ask a server: look again, if anybody sees it."""
        if self.isVisible() and self.pool.running() and not self._clock.isActive():
            self._clock.start()

    @Slot()
    def _look(self) -> None:
        if not self._looking.waiting:
            self._looking.ask(self.desk.network_log.list)

    @Slot(object)
    def _looked(self, outcome: Outcome) -> None:
        if outcome.error:
            self.bars.say("error", i18n.explain(outcome.error), key="look")
        if outcome.state != "done":
            return
        calls: tuple[NetworkCall, ...] = outcome.value
        self._model.show_calls(calls)
        self._views.setCurrentWidget(self.table if calls else self._empty)
        self.forget.setVisible(bool(calls))
        self._total.setVisible(bool(calls))
        text_sent = sum(call.sent for call in calls if words.carries_text(call.why))
        sent = sum(call.sent for call in calls)
        self._total.setText(
            _(
                "{count} calls: {sent} sent, of it {own} with text of yours; {received} received."
                " Only sizes are kept, never words.",
                count=len(calls),
                sent=words.size(sent),
                own=words.size(text_sent),
                received=words.size(sum(call.received for call in calls)),
            )
        )
        if all(call.answer for call in calls) and not self.pool.running():
            self._clock.stop()

    def _ask(self) -> None:
        self.bars.say(
            "warn",
            _("Forget what went over the network so far? This cannot be undone."),
            [(_("Forget it"), self._forget), (_("Keep the list"), lambda: None)],
            key="forget",
            closable=False,
        )

    def _forget(self) -> None:
        self.pool.call(self.desk.network_log.clear).finished.connect(lambda _outcome: self._look())

    def _arrange(self) -> None:
        theme = self.theme
        back = button(_("To the models"), lambda: self.navigate.emit("models"))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(theme.px(28), theme.px(22), theme.px(20), theme.px(20))
        layout.setSpacing(theme.space("s"))
        layout.addWidget(row(text(self.title(), "title"), None, self.forget, back))
        layout.addWidget(self._total)
        layout.addWidget(self.bars)
        layout.addWidget(self._views, 1)
        self.forget.hide()
        self._total.hide()
