"""The conversation on the screen: messages below one another, followed at the end.

The one law: only what is in sight is built, so ten thousand messages open as quickly as ten; it
follows the end only while the reader is at the end, and what is read never jumps.
"""

from __future__ import annotations

import time
from types import MappingProxyType
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Slot
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QAbstractScrollArea, QApplication, QFrame, QWidget

from app.i18n import _
from app.ui.chat.find import FindBar
from app.ui.chat.layout import WIDEST
from app.ui.chat.messages import Live, Messages, stored
from app.ui.chat.views import Views, height_of
from app.ui.rich.formulas import Formulas
from app.ui.rich.warm import warm

if TYPE_CHECKING:
    from collections.abc import Mapping

    from PySide6.QtGui import QKeyEvent, QResizeEvent, QShowEvent

    from agents.store.conversations import Turn
    from agents.store.files import StoredFile
    from app.jobs import JobPool
    from app.ui.chat.answering import Answering
    from app.ui.chat.branches import TurnWishes
    from app.ui.chat.extras import Helpers
    from app.ui.chat.turns import AnswerView
    from app.ui.chat.views import View
    from app.ui.theme import Theme

NEAR = 24  # pixels from the end that still count as the end
MARGIN = 40  # pixels left and right of the messages
SLICE_SECONDS = 0.0005  # of building messages at a time: one, and more where they are short
_NEXT_MS = 4  # until the next: not in the same turn of the event loop
_BEYOND = 200  # pixels above and below what is in sight that are built as well
_ROUNDS = 6  # times that heights are corrected before the rest waits for the next turn
_NO_FILES: Mapping[int, tuple[StoredFile, ...]] = MappingProxyType({})


class Transcript(QAbstractScrollArea):
    """Questions and answers of one conversation."""

    def __init__(self, theme: Theme, pool: JobPool, wishes: TurnWishes) -> None:
        super().__init__()
        self._theme = theme
        self._pool = pool
        self._warm = False
        self._following = True
        self._arranging = False
        self._messages = Messages(theme, lambda: self._column()[1])
        self._views = Views(theme, wishes, Formulas(pool, self), self.viewport(), self)
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

    def equip(self, helpers: Helpers) -> None:
        """Answers share these; said before the first is shown."""
        self._views.helpers = helpers

    def show_turns(
        self, turns: tuple[Turn, ...], files: Mapping[int, tuple[StoredFile, ...]] = _NO_FILES
    ) -> None:
        """Show a stored conversation from its end; `files` came with the turns of these ids."""
        self.clear()
        self._messages.show(turns, files)
        self._arrange()

    def update_turns(
        self, turns: tuple[Turn, ...], files: Mapping[int, tuple[StoredFile, ...]] = _NO_FILES
    ) -> None:
        """Tell the turns that are shown, the last of which are these, what is known of them now."""
        built = self._views.built
        self._messages.files = files
        self._messages.update(turns, built.__contains__)
        for number, view in built.items():
            view.tools.show_turn(stored(self._messages.items[number]))

    def clear(self) -> None:
        """Show nothing."""
        self.find.leave()
        self._later.stop()
        self._following = True
        self._cut(0)

    def ask(self, question: str, files: tuple[StoredFile, ...] = ()) -> None:
        """Add what the user just said, and the files that go with it."""
        self._messages.add(Live("user", question, files))
        self._following = True
        self._arrange()

    def follow(self, answering: Answering, model: str) -> AnswerView:
        """Add an answer on its way."""
        view = self._views.answer()
        view.follow(answering, model)
        self.add(view)
        return view

    def add(self, view: AnswerView) -> None:
        """Add an answer that is shown already."""
        self._messages.add(Live("assistant", view=view))
        self._views.mark_last(len(self._messages) - 1)
        self._arrange()

    def drop_answer(self) -> None:
        """Take away what follows the last question."""
        self._cut(self._messages.questions())

    def look_for(self) -> None:
        """Open the bar that finds words in it."""
        self._open_find()

    def go_to(self, turn: int, words: str = "") -> None:
        """Bring a stored message into sight, and mark words that were found in it."""
        number = self._messages.number_of(turn)
        if number is not None:
            self._bring(number)
            if words:
                self.find.show_hit(self.texts, words, number)

    def views(self) -> list[View]:
        """The messages that are built, oldest first."""
        shown: dict[int, View] = {**self._messages.lives(), **self._views.built}
        return [view for _number, view in sorted(shown.items())]

    def texts(self) -> list[str]:
        """What was said in all messages, built or not, oldest first."""
        return self._messages.texts()

    @property
    def following(self) -> bool:
        """Whether the end is kept in sight."""
        return self._following

    @property
    def building(self) -> bool:
        """Whether something in sight is not built yet; it is soon."""
        return self._later.isActive()

    def _cut(self, count: int) -> None:
        """Only the first so many messages are left."""
        self._arranging = True  # hiding a view moves the focus, and that scrolls
        for number in [number for number in self._views.built if number >= count]:
            self._views.release(number, self._messages.items[number])
        self._messages.cut(count)
        self._arranging = False
        self._arrange()

    # --- where things are ---

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
            self._later.start(_NEXT_MS)

    def _build_shown(self) -> bool:
        """Build until the time of one picture is over; returns whether all is built."""
        began = time.perf_counter()
        for _round in range(_ROUNDS):
            self._set_range()
            missing = [number for number in self._shown() if number not in self._views.built]
            if not missing:
                return True
            if self._following:
                missing.reverse()
            for number in missing:
                if self._views.built and time.perf_counter() - began > SLICE_SECONDS:
                    return False
                if self._build(number):
                    break  # others may be in sight now
        self._set_range()
        return all(number in self._views.built for number in self._shown())

    def _shown(self) -> range:
        if not len(self._messages):
            return range(0)
        top = self.verticalScrollBar().value()
        first = self._messages.heights.at(top - _BEYOND)
        last = self._messages.heights.at(top + self.viewport().height() + _BEYOND)
        return range(first, last + 1)

    def _set_range(self) -> None:
        """The scroll bar as the heights are now; what is read stays where it is."""
        bar, high = self.verticalScrollBar(), self.viewport().height()
        padding = 2 * self._theme.space("s")
        most = max(0, self._messages.heights.total + padding - high)
        bar.blockSignals(True)  # noqa: FBT003 - Qt's own
        bar.setRange(0, most)
        bar.setPageStep(high)
        bar.setSingleStep(self._theme.px(20))
        if self._following:
            bar.setValue(most)
        elif len(self._messages):
            at, inside = self._anchor
            bar.setValue(self._messages.heights.top(at) + inside)
        bar.blockSignals(False)  # noqa: FBT003 - Qt's own
        bar.update()
        self._keep_anchor()

    def _keep_anchor(self) -> None:
        """Remember what is read: the first message whose height is known, and where it is."""
        value = self.verticalScrollBar().value()
        first = self._messages.heights.at(value)
        last = self._messages.heights.at(value + self.viewport().height())
        at = next(
            (number for number in range(first, last + 1) if number in self._views.built), first
        )
        self._anchor = (at, value - self._messages.heights.top(at) if len(self._messages) else 0)

    def _place(self) -> None:
        shown, built = self._shown(), self._views.built
        for number in list(built):
            if number not in shown and not self._views.in_use(number):
                self._views.release(number, self._messages.items[number])
        left, width = self._column()
        value = self.verticalScrollBar().value()
        begin = self._theme.space("s") - value
        if 0 < abs(value - self._placed_at) < self.viewport().height():
            self.viewport().scroll(0, self._placed_at - value)  # what is drawn is moved
        self._placed_at = value
        for number, view in built.items():
            top = begin + self._messages.heights.top(number)
            view.setGeometry(left, top, width, self._messages.heights[number])

    def _build(self, number: int) -> bool:
        """Build one message; returns whether it is as high as was guessed not."""
        size = (self._column()[1], self._messages.heights[number])
        last = number == len(self._messages) - 1
        item = self._messages.items[number]
        self._views.build(number, item, self._messages.given(item), size, last=last)
        self._mark_found(number)
        return self._measure(number)

    def _measure(self, number: int) -> bool:
        high = height_of(self._views.built[number])
        return high is not None and self._messages.heights.set(number, high)

    # --- what happens ---

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """A message became higher or lower."""
        if event.type() == QEvent.Type.LayoutRequest and not self._arranging:
            number = self._views.number_of(watched)
            if number is not None and self._measure(number):
                self._arrange()
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

    def focusNextPrevChild(self, next_: bool) -> bool:  # noqa: FBT001 - Qt's own
        """Tab goes through the messages as they stand, whichever of them was built first."""
        stops: dict[QWidget, list[QWidget]] = {}
        at = self.nextInFocusChain()
        while at is not self:
            view = at
            while view is not None and view.parentWidget() is not self.viewport():
                view = view.parentWidget()
            if view is not None and at.focusPolicy() & Qt.FocusPolicy.TabFocus:
                stops.setdefault(view, []).append(at)
            at = at.nextInFocusChain()
        last: QWidget = self
        for _number, view in sorted(self._views.built.items()):
            for stop in stops.get(view, ()):
                QWidget.setTabOrder(last, stop)
                last = stop
        return super().focusNextPrevChild(next_)

    def _measure_all(self) -> None:
        left, width = self._column()
        for number, view in self._views.built.items():
            view.setGeometry(left, view.y(), width, view.height())
            self._measure(number)

    @Slot()
    def _themed(self) -> None:
        self._messages.guess()
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
        bar.setValue(max(0, self._messages.heights.top(number) + inside - room))

    # --- finding ---

    @Slot()
    def _open_find(self) -> None:
        chosen = (view.rich.textCursor().selectedText() for view in self.views())
        words = next(filter(None, chosen), "")
        self.find.open(self.texts, QApplication.focusWidget(), words)

    @Slot()
    def _find(self) -> None:
        """Mark what is found, and bring the hit that is looked at into sight."""
        for number in self._views.built:
            self._mark_found(number)
        hit = self.find.hit
        if hit is None or hit.item >= len(self._messages):
            return
        self._bring(hit.item)
        view = self._views.built.get(hit.item)
        if view is not None:
            inside = view.rich.mapTo(view, view.rich.rect().topLeft()).y() + view.rich.height_of(
                self.find.words, hit.number
            )
            self._bring(hit.item, inside)

    def _mark_found(self, number: int) -> None:
        hit = self.find.hit
        current = hit.number if hit is not None and hit.item == number else -1
        self._views.built[number].rich.mark_words(self.find.words, current)
