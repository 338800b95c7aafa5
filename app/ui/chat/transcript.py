"""The conversation on the screen: messages below one another, followed at the end.

The one law: only what is in sight is built, so ten thousand messages open as quickly as ten; it
follows the end only while the reader is at the end, and what is read never jumps.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Slot
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QAbstractScrollArea, QApplication, QFrame, QWidget

from agents.store.conversations import Turn
from app.i18n import _
from app.ui.chat.find import FindBar
from app.ui.chat.heights import Heights, guess
from app.ui.chat.layout import WIDEST
from app.ui.chat.turns import AnswerView, QuestionView
from app.ui.rich.formulas import Formulas
from app.ui.rich.warm import warm

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent, QResizeEvent, QShowEvent

    from app.jobs import JobPool
    from app.ui.chat.answering import Answering
    from app.ui.chat.branches import TurnWishes
    from app.ui.chat.extras import Helpers
    from app.ui.theme import Theme

NEAR = 24  # pixels from the end that still count as the end
MARGIN = 40  # pixels left and right of the messages
SLICE_SECONDS = 0.0015  # of building messages at a time
_BEYOND = 200  # pixels above and below what is in sight that are built as well
_SPARE = 12  # views of a kind kept to be used again
_ROUNDS = 6  # times that heights are corrected before the rest waits for the next turn

View = QuestionView | AnswerView
ViewT = TypeVar("ViewT", QuestionView, AnswerView)


@dataclass(slots=True)
class Live:
    """A message that was written since the conversation was opened, and is not known as stored."""

    role: str
    content: str = ""  # of a question
    view: AnswerView | None = None  # of an answer, which cannot be built anew


Item = Turn | Live


class Transcript(QAbstractScrollArea):
    """Questions and answers of one conversation."""

    def __init__(self, theme: Theme, pool: JobPool, wishes: TurnWishes) -> None:
        super().__init__()
        self._theme = theme
        self._pool = pool
        self._warm = False
        self._wishes = wishes
        self._formulas = Formulas(pool, self)
        self.helpers: Helpers | None = None  # what answers share; set before the first is shown
        self._following = True
        self._arranging = False
        self._items: list[Item] = []
        self._heights = Heights(theme.space("m"))
        self._built: dict[int, View] = {}  # by the number of their item
        self._spare: tuple[list[QuestionView], list[AnswerView]] = ([], [])
        self._anchor = (0, 0)  # a message, and where the upper edge is, from its top
        self._placed_at = 0  # where the scroll bar was when the views were put in their places
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
        self._items = [turn for turn in turns if turn.role != "system"]
        self._heights.fill(self._guesses(self._items))
        self._arrange()

    def update_turns(self, turns: tuple[Turn, ...]) -> None:
        """Tell the turns that are shown, the last of which are these, what is known of them now."""
        known = [turn for turn in turns if turn.role != "system"]
        for number in reversed(range(len(self._items))):
            item = self._items[number]
            while known and known[-1].role != item.role:
                known.pop()  # an answer that failed is stored, and not shown
            if not known:
                break
            turn = known.pop()
            if turn.state != "writing":
                if isinstance(item, Live) and item.view is not None and number not in self._built:
                    item.view.deleteLater()
                self._items[number] = turn
            if number in self._built:
                self._built[number].tools.show_turn(_stored(self._items[number]))

    def clear(self) -> None:
        """Show nothing."""
        self.find.leave()
        self._later.stop()
        self._following = True
        self._cut(0)

    def ask(self, question: str) -> None:
        """Add what the user just said."""
        self._add(Live("user", question))
        self._following = True
        self._arrange()

    def follow(self, answering: Answering, model: str) -> AnswerView:
        """Add an answer on its way."""
        view = self._answer_view()
        view.follow(answering, model)
        self._add(Live("assistant", view=view))
        self._mark_last()
        self._arrange()
        return view

    def drop_answer(self) -> None:
        """Take away what follows the last question."""
        count = len(self._items)
        while count and self._items[count - 1].role != "user":
            count -= 1
        self._cut(count)

    def go_to(self, turn: int) -> None:
        """Bring a stored message into sight."""
        for number, item in enumerate(self._items):
            if isinstance(item, Turn) and item.id == turn:
                self._bring(number)
                return

    def views(self) -> list[View]:
        """The messages that are built, oldest first."""
        lives = {
            number: item.view
            for number, item in enumerate(self._items)
            if isinstance(item, Live) and item.view is not None
        }
        return [view for _number, view in sorted((lives | self._built).items())]

    def texts(self) -> list[str]:
        """What was said in all messages, built or not, oldest first."""
        return [_content(item) for item in self._items]

    @property
    def following(self) -> bool:
        """Whether the end is kept in sight."""
        return self._following

    def _cut(self, count: int) -> None:
        """Only the first so many messages are left."""
        self._arranging = True  # hiding a view moves the focus, and that scrolls
        for number in [number for number in self._built if number >= count]:
            self._release(number)
        for item in self._items[count:]:
            if isinstance(item, Live) and item.view is not None:
                item.view.deleteLater()
        del self._items[count:]
        self._heights.cut(count)
        self._arranging = False
        self._arrange()

    # --- where things are ---

    def _add(self, item: Item) -> None:
        self._items.append(item)
        self._heights.append(*self._guesses([item]))

    def _guesses(self, items: list[Item]) -> list[int]:
        px = self._theme.px
        line, letters = px(20), self._column()[1] // max(1, px(9))
        asked, answered = px(30), px(76)
        return [
            guess(_content(item), line, letters, asked if item.role == "user" else answered)
            for item in items
        ]

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
            bar.setValue(self._heights.top(at) + inside)
        bar.blockSignals(False)  # noqa: FBT003 - Qt's own
        bar.update()
        self._keep_anchor()

    def _keep_anchor(self) -> None:
        """Remember what is read: the first message whose height is known, and where it is."""
        value = self.verticalScrollBar().value()
        first = self._heights.at(value)
        last = self._heights.at(value + self.viewport().height())
        at = next((number for number in range(first, last + 1) if number in self._built), first)
        self._anchor = (at, value - self._heights.top(at) if len(self._heights) else 0)

    def _place(self) -> None:
        shown = self._shown()
        for number in list(self._built):
            if number not in shown and not self._in_use(number):
                self._release(number)
        left, width = self._column()
        value = self.verticalScrollBar().value()
        begin = self._theme.space("s") - value
        if 0 < abs(value - self._placed_at) < self.viewport().height():
            self.viewport().scroll(0, self._placed_at - value)  # what is drawn is moved
        self._placed_at = value
        for number, view in self._built.items():
            top = begin + self._heights.top(number)
            view.setGeometry(left, top, width, self._heights[number])

    def _in_use(self, number: int) -> bool:
        """Whether a view out of sight is kept: it grows, has the focus or a selection."""
        view = self._built[number]
        if isinstance(view, AnswerView) and view.live:
            return True
        focus = QApplication.focusWidget()
        chosen = view.rich.textCursor().hasSelection()
        return chosen or (focus is not None and view.isAncestorOf(focus))

    # --- building ---

    def _build(self, number: int) -> bool:
        """Build one message; returns whether it is as high as was guessed not."""
        item = self._items[number]
        live = item.view if isinstance(item, Live) else None
        view = self._built[number] = live or self._view(item)
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
        if isinstance(item, Live) or item.role == "user":
            question = questions.pop() if questions else QuestionView(self._theme, self._wishes)
            question.say(item.content)
            question.tools.show_turn(_stored(item))
            return question
        answer = answers.pop() if answers else self._answer_view()
        answer.show_turn(item)
        return answer

    def _answer_view(self) -> AnswerView:
        view = AnswerView(self._theme, self._wishes, self._formulas)
        view.setParent(self.viewport())
        view.link.connect(self._wishes.link)
        view.again.connect(self._wishes.last)
        view.elsewhere.connect(self._wishes.elsewhere)
        view.save_code.connect(self._wishes.save_code)
        view.equip(self.helpers)
        return view

    def _measure(self, number: int) -> bool:
        view = self._built[number]
        layout = view.layout()
        if layout is None:
            return False
        layout.activate()  # lines wrap at the width, and that sets the height
        narrow = layout.hasHeightForWidth()
        high = layout.totalHeightForWidth(view.width()) if narrow else layout.sizeHint().height()
        return self._heights.set(number, high)

    def _release(self, number: int) -> None:
        view = self._built.pop(number, None)
        if view is None:
            return
        view.removeEventFilter(self)
        view.hide()
        item = self._items[number]
        if isinstance(item, Live) and item.view is view:
            return
        if isinstance(view, QuestionView):
            _keep(view, self._spare[0])
        else:
            _keep(view, self._spare[1])

    def _mark_last(self) -> None:
        for number, view in self._built.items():
            if isinstance(view, AnswerView):
                view.be_last(last=number == len(self._items) - 1)

    # --- what happens ---

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """A message became higher or lower."""
        if event.type() == QEvent.Type.LayoutRequest and not self._arranging:
            for number, view in self._built.items():
                if view is watched:
                    if self._measure(number):
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
        if not self._warm:
            self._warm = True
            self._pool.call(warm)
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
        for number, view in self._built.items():
            view.setGeometry(left, view.y(), width, view.height())
            self._measure(number)

    @Slot()
    def _themed(self) -> None:
        self._heights.fill(self._guesses(self._items))
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
        view = self._built.get(hit.item)
        if view is not None:
            inside = view.rich.mapTo(view, view.rich.rect().topLeft()).y() + view.rich.height_of(
                self.find.words, hit.number
            )
            self._bring(hit.item, inside)

    def _mark_found(self, number: int) -> None:
        hit = self.find.hit
        current = hit.number if hit is not None and hit.item == number else -1
        self._built[number].rich.mark_words(self.find.words, current)


def _stored(item: Item) -> Turn | None:
    return item if isinstance(item, Turn) else None


def _content(item: Item) -> str:
    """What was said, as Markdown."""
    if isinstance(item, Live) and item.view is not None:
        return item.view.shown
    return item.content


def _keep(view: ViewT, spare: list[ViewT]) -> None:
    """Keep a view to be used again, or let it go."""
    if len(spare) < _SPARE:
        view.rest()
        spare.append(view)
    else:
        view.deleteLater()
