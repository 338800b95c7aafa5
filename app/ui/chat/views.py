"""The messages that are built: made, used again, measured, let go.

The one law: a view out of sight is given to the next message, but for one that grows, has the
focus or a selection, or cannot be built anew.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from PySide6.QtWidgets import QApplication

from app.ui.chat.messages import Live, stored
from app.ui.chat.turns import AnswerView, QuestionView

if TYPE_CHECKING:
    from PySide6.QtCore import QObject
    from PySide6.QtWidgets import QWidget

    from agents.store.files import StoredFile
    from app.ui.chat.branches import TurnWishes
    from app.ui.chat.extras import Helpers
    from app.ui.chat.messages import Item
    from app.ui.rich.formulas import Formulas
    from app.ui.theme import Theme

_SPARE = 12  # views of a kind kept to be used again

View = QuestionView | AnswerView
ViewT = TypeVar("ViewT", QuestionView, AnswerView)


class Views:
    """By the number of their message."""

    def __init__(
        self,
        theme: Theme,
        wishes: TurnWishes,
        formulas: Formulas,
        port: QWidget,
        watcher: QObject,
    ) -> None:
        """Nothing is built.

        Args:
            theme: how they look.
            wishes: what is wanted of a message.
            formulas: drawn once for all of them.
            port: where they stand.
            watcher: filters their events.
        """
        self._theme, self._wishes, self._formulas = theme, wishes, formulas
        self._port, self._watcher = port, watcher
        self._spare: tuple[list[QuestionView], list[AnswerView]] = ([], [])
        self.helpers: Helpers | None = None  # what answers share; set before the first is built
        self.built: dict[int, View] = {}

    def build(
        self,
        number: int,
        item: Item,
        files: tuple[StoredFile, ...],
        size: tuple[int, int],
        *,
        last: bool,
    ) -> View:
        """Build one message, out of sight yet.

        Args:
            number: of the message.
            item: the message.
            files: that came with it.
            size: width and height, in pixels.
            last: whether no other follows: only then can an answer be asked for again.
        """
        live = item.view if isinstance(item, Live) else None
        view = self.built[number] = live or self._view(item, files)
        if isinstance(view, AnswerView):
            view.be_last(last=last)
        view.setParent(self._port)
        view.setGeometry(0, -size[1] - 10_000, *size)
        view.show()
        view.installEventFilter(self._watcher)
        return view

    def release(self, number: int, item: Item) -> None:
        """Let go of the view of a message."""
        view = self.built.pop(number, None)
        if view is None:
            return
        view.removeEventFilter(self._watcher)
        view.hide()
        if isinstance(item, Live) and item.view is view:
            return
        if isinstance(view, QuestionView):
            _keep(view, self._spare[0])
        else:
            _keep(view, self._spare[1])

    def in_use(self, number: int) -> bool:
        """Whether a view out of sight is kept: it grows, has the focus or a selection."""
        view = self.built[number]
        if isinstance(view, AnswerView) and view.live:
            return True
        focus = QApplication.focusWidget()
        chosen = view.rich.textCursor().hasSelection()
        return chosen or (focus is not None and view.isAncestorOf(focus))

    def number_of(self, watched: QObject) -> int | None:
        """Which message a view shows."""
        for number, view in self.built.items():
            if view is watched:
                return number
        return None

    def mark_last(self, last: int) -> None:
        """Only the last answer can be asked for again."""
        for number, view in self.built.items():
            if isinstance(view, AnswerView):
                view.be_last(last=number == last)

    def answer(self) -> AnswerView:
        """A new view of an answer."""
        view = AnswerView(self._theme, self._wishes, self._formulas)
        view.setParent(self._port)
        view.link.connect(self._wishes.link)
        view.again.connect(self._wishes.last)
        view.elsewhere.connect(self._wishes.elsewhere)
        view.save_code.connect(self._wishes.save_code)
        view.equip(self.helpers)
        return view

    def _question(self) -> QuestionView:
        view = QuestionView(self._theme, self._wishes)
        view.link.connect(self._wishes.link)
        return view

    def _view(self, item: Item, files: tuple[StoredFile, ...]) -> View:
        questions, answers = self._spare
        if isinstance(item, Live) or item.role == "user":
            question = questions.pop() if questions else self._question()
            question.say(item.content)
            question.show_files(files)
            question.tools.show_turn(stored(item))
            return question
        answer = answers.pop() if answers else self.answer()
        answer.show_turn(item)
        return answer


def height_of(view: View) -> int | None:
    """How high a view is at its width; None where nothing is arranged in it."""
    layout = view.layout()
    if layout is None:
        return None
    layout.activate()  # lines wrap at the width, and that sets the height
    narrow = layout.hasHeightForWidth()
    return layout.totalHeightForWidth(view.width()) if narrow else layout.sizeHint().height()


def _keep(view: ViewT, spare: list[ViewT]) -> None:
    """Keep a view to be used again, or let it go."""
    if len(spare) < _SPARE:
        view.rest()
        spare.append(view)
    else:
        view.deleteLater()
