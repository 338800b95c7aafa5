"""The conversation on the screen: messages below one another, followed at the end.

The one law: only what is in sight is built, so ten thousand messages open as quickly as ten; it
follows the end only while the reader is at the end, and what is read never jumps.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QAbstractScrollArea, QApplication, QFrame, QWidget

from app.i18n import _
from app.ui.chat.find import FindBar
from app.ui.chat.heights import Heights, guess
from app.ui.chat.turns import AnswerView, QuestionView
from app.ui.rich.formulas import Formulas

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent, QResizeEvent, QShowEvent

    from agents.store.conversations import Turn
    from app.jobs import JobPool
    from app.ui.chat.answering import Answering
    from app.ui.chat.branches import TurnWishes
    from app.ui.chat.extras import Helpers
    from app.ui.theme import Theme

WIDEST = 860
NEAR = 24  # pixels from the end that still count as the end
MARGIN = 40  # pixels left and right of the messages
SLICE_SECONDS = 0.006  # of building messages at a time
_BEYOND = 200  # pixels above and below what is in sight that are built as well
_SPARE = 12  # views of a kind kept to be used again
_ROUNDS = 6  # times that heights are corrected before the rest waits for the next turn

View = QuestionView | AnswerView


@dataclass(slots=True)
class Item:
    """One message."""

    turn: Turn | None  # None: it was written since the conversation was opened
    question: bool
    text: str = ""  # of a question without a turn
    view: View | None = None

    @property
    def content(self) -> str:
        """What was said, as Markdown."""
        if self.turn is not None:
            return self.turn.content
        return self.view.shown if isinstance(self.view, AnswerView) else self.text

    @property
    def stays(self) -> bool:
        """Whether its view cannot be built anew from what is stored."""
        return self.turn is None and not self.question


class Transcript(QAbstractScrollArea):
    """Questions and answers of one conversation."""

    link = Signal(str)
    again = Signal()
    elsewhere = Signal(str)
    save_code = Signal(str, str)  # a program of an answer, its language

    def __init__(self, theme: Theme, pool: JobPool, wishes: TurnWishes) -> None:
        super().__init__()
        self._theme = theme
        self._wishes = wishes
        self._formulas = Formulas(pool, self)
        self.helpers: Helpers | None = None  # what answers share; set before the first is shown
        self._following = True
        self._arranging = False
        self._items: list[Item] = []
        self._heights = Heights(theme.space("m"))
        self._built: dict[int, Item] = {}  # items with a view that is in its place
        self._spare: tuple[list[QuestionView], list[AnswerView]] = ([], [])
        self._focus_at = 0  # the top of what is in sight
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName(_("Conversation"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.viewport().setProperty("kind", "scrolled")
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.timeout.connect(self._arrange)
        self.find = FindBar(theme, self)
        self.find.hide()
        self.find.wanted.connect(self._find)
        search = QShortcut(QKeySequence(QKeySequence.StandardKey.Find), self)
        search.activated.connect(self._open_find)
        self.verticalScrollBar().valueChanged.connect(self._moved)
        theme.changed.connect(self._themed)
        application = QApplication.instance()
        if isinstance(application, QApplication):
            application.focusChanged.connect(self._focus_moved)

    # --- what it shows ---

    def show_turns(self, turns: tuple[Turn, ...]) -> None:
        """Show a stored conversation from its end."""
        self.clear()
        self._items = [
            Item(turn, turn.role == "user", turn.content) for turn in turns if turn.role != "system"
        ]
        self._guess_all()
        self._arrange()

    def update_turns(self, turns: tuple[Turn, ...]) -> None:
        """Tell the turns that are shown, the last of which are these, what is known of them now."""
        known = [turn for turn in turns if turn.role != "system"]
        for item in reversed(self._items):
            while known and (known[-1].role == "user") != item.question:
                known.pop()  # an answer that failed is stored, and not shown
            if not known:
                break
            turn = known.pop()
            if turn.state != "writing":
                item.turn = turn
            if item.view is not None:
                item.view.tools.show_turn(item.turn)

    def clear(self) -> None:
        """Show nothing."""
        self.find.leave()
        self._later.stop()
        for number in list(self._built):
            self._release(number)
        for item in self._items:
            if item.view is not None:
                item.view.hide()
                item.view.deleteLater()
        self._items = []
        self._heights.fill(())
        self._following = True
        self._arrange()

    def ask(self, question: str) -> None:
        """Add what the user just said."""
        self._add(Item(None, question=True, text=question))
        self._following = True
        self._arrange()

    def follow(self, answering: Answering, model: str) -> AnswerView:
        """Add an answer on its way."""
        view = self._answer_view()
        view.follow(answering, model)
        self._add(Item(None, question=False, view=view))
        self._mark_last()
        self._arrange()
        return view

    def drop_answer(self) -> None:
        """Take away what follows the last question."""
        count = len(self._items)
        while count and not self._items[count - 1].question:
            count -= 1
        for number in range(count, len(self._items)):
            item = self._items[number]
            self._release(number)
            if item.view is not None:
                item.view.hide()
                item.view.deleteLater()
        del self._items[count:]
        self._heights.cut(count)
        self._arrange()

    def go_to(self, turn: int) -> bool:
        """Bring a stored message into sight; returns whether it is here."""
        for number, item in enumerate(self._items):
            if item.turn is not None and item.turn.id == turn:
                self._bring(number)
                return True
        return False

    def views(self) -> list[View]:
        """The messages that are built, oldest first."""
        return [item.view for item in self._items if item.view is not None]

    def texts(self) -> list[str]:
        """What was said in all messages, built or not, oldest first."""
        return [item.content for item in self._items]

    @property
    def following(self) -> bool:
        """Whether the end is kept in sight."""
        return self._following

    # --- where things are ---

    def _add(self, item: Item) -> None:
        self._items.append(item)
        self._heights.append(self._guess(item))

    def _guess_all(self) -> None:
        self._heights.fill([self._guess(item) for item in self._items])

    def _guess(self, item: Item) -> int:
        px = self._theme.px
        letters = self._column()[1] // max(1, px(9))
        return guess(item.content, px(22), letters, px(30 if item.question else 76))

    def _column(self) -> tuple[int, int]:
        """Left edge and width of the messages: in line with the composer."""
        px = self._theme.px
        width = max(px(80), min(px(WIDEST), self.width() - 2 * px(MARGIN)))
        return (self.width() - width) // 2, width

    @Slot()
    def _arrange(self) -> None:
        """Build what is in sight, put it in its place, and let go of the rest."""
        if self._arranging or not self.isVisible():
            return
        self._arranging = True
        try:
            done = self._build_shown()
            self._place()
        finally:
            self._arranging = False
        if not done:
            self._later.start(0)

    def _build_shown(self) -> bool:
        """Build until the time of one picture is over; returns whether all is built."""
        began = time.perf_counter()
        for _round in range(_ROUNDS):
            self._set_range()
            missing = [number for number in self._shown() if number not in self._built]
            if not missing:
                return True
            if self._following:
                missing.reverse()
            for number in missing:
                if self._built and time.perf_counter() - began > SLICE_SECONDS:
                    return False
                if self._build(number):
                    break  # others may be in sight now
        self._set_range()
        return all(number in self._built for number in self._shown())

    def _shown(self) -> range:
        if not self._items:
            return range(0)
        top = self.verticalScrollBar().value()
        first = self._heights.at(top - _BEYOND)
        last = self._heights.at(top + self.viewport().height() + _BEYOND)
        return range(first, last + 1)

    def _set_range(self) -> None:
        """The scroll bar as the heights are now; what is read stays where it is."""
        bar, high = self.verticalScrollBar(), self.viewport().height()
        padding = 2 * self._theme.space("s")
        most = max(0, self._heights.total + padding - high)
        bar.blockSignals(True)  # noqa: FBT003 - Qt's own
        bar.setRange(0, most)
        bar.setPageStep(high)
        bar.setSingleStep(self._theme.px(20))
        if self._following:
            bar.setValue(most)
        elif self._items:
            at, inside = self._anchor
            bar.setValue(self._heights.top(at) + min(inside, self._heights[at]))
        bar.blockSignals(False)  # noqa: FBT003 - Qt's own
        bar.update()
        self._keep_anchor()

    def _keep_anchor(self) -> None:
        """Remember what is read: the message at the top, and how much of it is above."""
        value = self.verticalScrollBar().value()
        at = self._heights.at(value)
        self._anchor = (at, value - self._heights.top(at) if len(self._heights) else 0)

    def _place(self) -> None:
        shown = self._shown()
        for number in list(self._built):
            if number not in shown and not self._in_use(number):
                self._release(number)
        left, width = self._column()
        begin = self._theme.space("s") - self.verticalScrollBar().value()
        for number, item in self._built.items():
            if item.view is not None:
                top = begin + self._heights.top(number)
                item.view.setGeometry(left, top, width, self._heights[number])

    def _in_use(self, number: int) -> bool:
        """Whether a view out of sight is kept: it grows, has the focus or a selection."""
        view = self._built[number].view
        if view is None:
            return False
        if isinstance(view, AnswerView) and view.live:
            return True
        focus = QApplication.focusWidget()
        chosen = view.rich.textCursor().hasSelection()
        return chosen or (focus is not None and view.isAncestorOf(focus))

    # --- building ---

    def _build(self, number: int) -> bool:
        """Build one message; returns whether it is as high as was guessed not."""
        item = self._items[number]
        view = item.view or self._view(item)
        item.view = view
        self._built[number] = item
        if isinstance(view, AnswerView):
            view.be_last(last=number == len(self._items) - 1)
        view.setParent(self.viewport())
        left, width = self._column()
        view.setGeometry(left, -self._heights[number] - 10_000, width, self._heights[number])
        view.show()
        view.installEventFilter(self)
        self._mark_found(number)
        return self._measure(number)

    def _view(self, item: Item) -> View:
        questions, answers = self._spare
        if item.question:
            question = questions.pop() if questions else QuestionView(self._theme, self._wishes)
            question.say(item.content)
            question.tools.show_turn(item.turn)
            return question
        answer = answers.pop() if answers else self._answer_view()
        if item.turn is not None:
            answer.show_turn(item.turn)
        return answer

    def _answer_view(self) -> AnswerView:
        view = AnswerView(self._theme, self._wishes, self._formulas)
        view.setParent(self.viewport())
        view.link.connect(self.link)
        view.again.connect(self.again)
        view.elsewhere.connect(self.elsewhere)
        view.save_code.connect(self.save_code)
        view.equip(self.helpers)
        return view

    def _measure(self, number: int) -> bool:
        view = self._built[number].view
        layout = view.layout() if view is not None else None
        if view is None or layout is None:
            return False
        for _time in range(2):  # lines wrap at the width of the first, and that sets the height
            layout.invalidate()
            layout.activate()
        return self._heights.set(number, view.sizeHint().height())

    def _release(self, number: int) -> None:
        item = self._built.pop(number, None)
        if item is None or item.view is None:
            return
        view = item.view
        view.removeEventFilter(self)
        view.hide()
        if item.stays:
            return
        item.view = None
        spare: list[QuestionView] | list[AnswerView] = self._spare[0 if item.question else 1]
        if len(spare) < _SPARE:
            view.rest()
            spare.append(view)  # type: ignore[arg-type] - of its kind
        else:
            view.deleteLater()

    def _mark_last(self) -> None:
        for number, item in enumerate(self._items):
            if isinstance(item.view, AnswerView):
                item.view.be_last(last=number == len(self._items) - 1)

    # --- what happens ---

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """A message became higher or lower."""
        if event.type() == QEvent.Type.LayoutRequest and not self._arranging:
            for number, item in self._built.items():
                if item.view is watched:
                    # To measure asks for a layout again: only where there is something to measure.
                    new = item.view.sizeHint().height() != self._heights[number]
                    if new and self._measure(number):
                        self._arrange()
                    break
        return super().eventFilter(watched, event)

    @Slot(int)
    def _moved(self, value: int) -> None:
        self._following = value >= self.verticalScrollBar().maximum() - NEAR
        self._keep_anchor()
        self._arrange()

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        """Nothing: `_moved` has put the messages in their places."""

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Lines wrap anew."""
        super().resizeEvent(event)
        self.find.settle()
        if event.oldSize().width() != event.size().width():
            self._measure_all()
        self._arrange()

    def showEvent(self, event: QShowEvent) -> None:
        """Build what was waiting for it."""
        super().showEvent(event)
        self._measure_all()
        self._arrange()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Page by page, line by line, to the beginning and to the end."""
        bar, key = self.verticalScrollBar(), event.key()
        page = bar.pageStep() - self._theme.px(40)  # a little of the last page stays in sight
        to = {
            Qt.Key.Key_PageUp: bar.value() - page,
            Qt.Key.Key_PageDown: bar.value() + page,
            Qt.Key.Key_Home: 0,
            Qt.Key.Key_End: bar.maximum(),
            Qt.Key.Key_Up: bar.value() - bar.singleStep() * 2,
            Qt.Key.Key_Down: bar.value() + bar.singleStep() * 2,
        }.get(Qt.Key(key))
        if to is None:
            super().keyPressEvent(event)
            return
        event.accept()
        bar.setValue(to)
        if key == Qt.Key.Key_End:  # guesses are corrected on the way there
            self._following = True
            self._arrange()

    def _measure_all(self) -> None:
        left, width = self._column()
        for number, item in self._built.items():
            if item.view is not None:
                item.view.setGeometry(left, item.view.y(), width, item.view.height())
                self._measure(number)

    @Slot()
    def _themed(self) -> None:
        self._guess_all()
        self._later.start(0)
        self._measure_all()

    @Slot(QWidget, QWidget)
    def _focus_moved(self, _old: QWidget | None, new: QWidget | None) -> None:
        """What the keyboard reaches comes into sight."""
        if new is None or not self.viewport().isAncestorOf(new) or new is self.viewport():
            return
        top = new.mapTo(self.viewport(), new.rect().topLeft()).y()
        bar, high = self.verticalScrollBar(), self.viewport().height()
        if new.height() >= high:
            return
        if top < 0:
            bar.setValue(bar.value() + top - self._theme.space("m"))
        elif top + new.height() > high:
            bar.setValue(bar.value() + top + new.height() - high + self._theme.space("m"))

    def _bring(self, number: int, inside: int = 0) -> None:
        """Bring a message to the upper part of what is in sight."""
        self._following = False
        self._anchor = (number, 0)
        self._arrange()
        bar = self.verticalScrollBar()
        room = self.viewport().height() // 4
        bar.setValue(max(0, self._heights.top(number) + inside - room))

    # --- finding ---

    @Slot()
    def _open_find(self) -> None:
        chosen = (view.rich.textCursor().selectedText() for view in self.views())
        words = next(filter(None, chosen), "")
        self.find.open(self.texts, QApplication.focusWidget(), words)

    @Slot()
    def _find(self) -> None:
        """Mark what is found, and bring the hit that is looked at into sight."""
        for number in self._built:
            self._mark_found(number)
        hit = self.find.hit
        if hit is None or hit.item >= len(self._items):
            return
        self._bring(hit.item)
        view = self._items[hit.item].view
        if view is not None:
            inside = view.rich.mapTo(view, view.rich.rect().topLeft()).y() + view.rich.height_of(
                self.find.words, hit.number
            )
            self._bring(hit.item, inside)

    def _mark_found(self, number: int) -> None:
        view, hit = self._items[number].view, self.find.hit
        if view is not None:
            current = hit.number if hit is not None and hit.item == number else -1
            view.rich.mark_words(self.find.words, current)
