"""The conversation on the screen: turns below one another, followed at the end.

The one law: it follows the end only while the reader is at the end, and a long conversation is
built a few turns at a time, the newest first, so that the window never stalls.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from app.i18n import _
from app.ui.chat.turns import AnswerView, QuestionView
from app.ui.widgets.basic import button

if TYPE_CHECKING:
    from agents.store.conversations import Turn
    from app.ui.chat.answering import Answering
    from app.ui.chat.extras import Helpers
    from app.ui.theme import Theme

AT_ONCE = 4  # turns built before the first paint
A_PAGE = 40  # turns built without being asked
_NEAR = 24  # pixels from the end that still count as the end
WIDEST = 860


class Transcript(QScrollArea):
    """Questions and answers of one conversation."""

    link = Signal(str)
    again = Signal()
    elsewhere = Signal(str)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.helpers: Helpers | None = None  # what answers share; set before the first is shown
        self._following = True
        self._last_maximum = 0
        self._above: list[Turn] = []  # not built yet, oldest first
        self._quota = 0
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName(_("Conversation"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._inner = QWidget()
        self._inner.setProperty("kind", "scrolled")
        self._column = QVBoxLayout()
        self._column.setSpacing(theme.space("m"))
        self._earlier = button(_("Show earlier messages"), self._show_earlier, "plain")
        self._column.addWidget(self._earlier, 0, Qt.AlignmentFlag.AlignHCenter)
        self._column.addStretch(1)
        middle = QWidget()
        middle.setMaximumWidth(theme.px(WIDEST))
        middle.setLayout(self._column)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._outer = QHBoxLayout(self._inner)
        self._outer.addStretch(1)
        self._outer.addWidget(middle, WIDEST)
        self._outer.addStretch(1)
        self._keep_edges(0)
        self.setWidget(self._inner)
        self._builder = QTimer(self)
        self._builder.setInterval(0)
        self._builder.timeout.connect(self._build_one)
        self.verticalScrollBar().valueChanged.connect(self._moved)
        self.verticalScrollBar().rangeChanged.connect(self._grown)
        self._earlier.hide()

    def show_turns(self, turns: tuple[Turn, ...]) -> None:
        """Show a stored conversation, its end first."""
        self.clear()
        self._above = [turn for turn in turns if turn.role != "system"]
        self._quota = A_PAGE
        for _number in range(min(AT_ONCE, len(self._above))):
            self._build_one()
        self._builder.start()
        self._mark_last()

    def clear(self) -> None:
        """Show nothing."""
        self._builder.stop()
        self._above = []
        for view in self.views():
            self._column.removeWidget(view)
            view.hide()
            view.deleteLater()
        self._earlier.hide()
        self._following = True

    def ask(self, question: str) -> None:
        """Add what the user just said."""
        self._append(QuestionView(self._theme, question))
        self._following = True

    def follow(self, answering: Answering, model: str) -> AnswerView:
        """Add an answer on its way."""
        view = self._answer_view()
        view.follow(answering, model)
        self._append(view)
        self._mark_last()
        return view

    def drop_answer(self) -> None:
        """Take away what follows the last question."""
        for view in reversed(self.views()):
            if isinstance(view, QuestionView):
                return
            self._column.removeWidget(view)
            view.hide()
            view.deleteLater()

    def views(self) -> list[QWidget]:
        """The turns that are built, oldest first."""
        found = (self._column.itemAt(at).widget() for at in range(self._column.count()))
        return [view for view in found if isinstance(view, QuestionView | AnswerView)]

    @property
    def following(self) -> bool:
        """Whether the end is kept in sight."""
        return self._following

    def _append(self, view: QWidget) -> None:
        self._column.insertWidget(self._column.count() - 1, view)

    def _answer_view(self) -> AnswerView:
        view = AnswerView(self._theme)
        view.link.connect(self.link)
        view.again.connect(self.again)
        view.elsewhere.connect(self.elsewhere)
        view.equip(self.helpers)
        return view

    @Slot()
    def _build_one(self) -> None:
        if not self._above or self._quota == 0:
            self._builder.stop()
            self._earlier.setVisible(bool(self._above))
            return
        self._quota -= 1
        turn = self._above.pop()
        if turn.role == "user":
            view: QWidget = QuestionView(self._theme, turn.content)
        else:
            view = self._answer_view()
            view.show_turn(turn)
        self._column.insertWidget(1, view)

    @Slot()
    def _show_earlier(self) -> None:
        self._quota = A_PAGE
        self._earlier.hide()
        self._builder.start()

    def _mark_last(self) -> None:
        views = self.views()
        for view in views:
            if isinstance(view, AnswerView):
                view.be_last(last=view is views[-1])

    @Slot(int)
    def _moved(self, value: int) -> None:
        self._following = value >= self.verticalScrollBar().maximum() - _NEAR

    @Slot(int, int)
    def _grown(self, _minimum: int, maximum: int) -> None:
        bar = self.verticalScrollBar()
        self._keep_edges(maximum)
        grew, self._last_maximum = maximum - self._last_maximum, maximum
        if self._following:
            bar.setValue(maximum)
        elif self._builder.isActive() and grew > 0:
            bar.setValue(bar.value() + grew)  # what is read stays where it is

    def _keep_edges(self, maximum: int) -> None:
        """The text stands in line with the composer, with a scroll bar and without."""
        px = self._theme.px
        taken = self.verticalScrollBar().sizeHint().width() if maximum else 0
        self._outer.setContentsMargins(px(40), px(8), px(40) - taken, px(8))
