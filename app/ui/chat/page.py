"""The chat page: asks, follows the answers, keeps the list.

The one law: nothing is read or written on the GUI thread; what comes back late, for a
conversation no longer shown, is not shown.
"""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QUrl, Slot
from PySide6.QtGui import QDesktopServices, QGuiApplication, QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from agents.base import Notice, UserError
from agents.chat.events import ChatRequest
from app import i18n
from app.i18n import _
from app.jobs import Latest
from app.ui import state as remembered
from app.ui.chat.answering import Answering
from app.ui.chat.aside import Aside
from app.ui.chat.composer import Composer
from app.ui.chat.conversations import ConversationList
from app.ui.chat.models import ChatModels
from app.ui.chat.transcript import WIDEST, Transcript
from app.ui.chat.turns import AnswerView
from app.ui.page import Page
from app.ui.widgets.bars import Bars
from app.ui.widgets.basic import ElidedLabel, EmptyState, IconButton, button, row

if TYPE_CHECKING:
    from collections.abc import Callable

    from agents.chat.commands import Order
    from agents.chat.routing.router import Route
    from agents.store.conversations import Conversation, Turn
    from app.build import Desk
    from app.jobs import JobPool, Outcome
    from app.ui.theme import Theme

UNDO_SECONDS = 8.0
LINK_SECONDS = 30.0
_SEEDS = 2**31
_SIDE = 232
_SHEET = 300


class ChatPage(Page):
    """Conversations on the left, the one that is shown on the right."""

    def __init__(
        self, desk: Desk, pool: JobPool, theme: Theme, parent: QWidget | None = None
    ) -> None:
        super().__init__(desk, pool, theme, parent)
        self._current = 0  # the conversation that is shown; 0 = one that is not begun
        self._answers: list[Answering] = []  # on their way, of any conversation
        self._new: Answering | None = None  # of them, the first of the new one that is shown
        self._deleting: dict[int, str] = {}  # hidden, and deleted when the undo bar goes
        self._models = ChatModels(desk, pool, self)
        self._models.changed.connect(self._offer_models)
        self._models.failed.connect(self._say_error)
        self._looked_for_interrupted = False
        self._reading = Latest(pool, self._turns_read, self)
        self._lists = 0  # how many times the list was read
        self._side = ConversationList(theme)
        self._side.wanted.connect(self._list)
        self._side.chosen.connect(self.open_conversation)
        self._side.begun.connect(self.begin)
        self._side.renamed.connect(self._rename)
        self._side.deleted.connect(self.delete)
        self._title = ElidedLabel("", "strong")
        self._more = IconButton(theme, "more", _("More about this conversation"), self._open_menu)
        self._transcript = Transcript(theme)
        self._transcript.link.connect(self._ask_link)
        self._transcript.again.connect(self.answer_again)
        self._transcript.elsewhere.connect(self.answer_elsewhere)
        self._empty = EmptyState(theme, "chat", _("What would you like to know?"), "")
        self._get_model = button(_("Get a model"), lambda: self.navigate.emit("models"), "primary")
        self._empty.offer(self._get_model)
        self._middle = QStackedWidget()
        self._bars = Bars(theme, (theme.px(40), theme.space("s"), theme.px(40), 0))
        self._composer = Composer(theme)
        self._aside = Aside(desk, pool, theme, self._bars, self._last_answer, self)
        self._aside.attach(self._composer.edit)
        self._aside.orders.asked.connect(self.ask)
        self._aside.orders.ordered.connect(self.carry_out)
        self._aside.manners.changed.connect(self._prefer_model)
        self._aside.sheet.model_chosen.connect(self._choose_model)
        self._transcript.helpers = self._aside.helpers
        self._tune = IconButton(
            theme, "sheet", _("Model, persona, sampling"), self._aside.toggle, shortcut="Ctrl+I"
        )
        self._composer.sent.connect(self._aside.orders.send)
        self._composer.stopped.connect(self.stop)
        self._composer.model_chosen.connect(self._choose_model)
        self._composer.models_wanted.connect(lambda: self.navigate.emit("models"))
        self._arrange()
        stop = QShortcut(QKeySequence(Qt.Key.Key_Escape), self)
        stop.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        stop.activated.connect(self.stop)
        self._show_conversation()

    # --- the page ---

    def title(self) -> str:
        """The name of the page."""
        return _("Chat")

    def entered(self) -> None:
        """Look which models and conversations there are now."""
        self._models.look()
        self._side.reload()
        self._aside.entered()
        self._composer.edit.setFocus()

    def closing(self) -> None:
        """Stop the answers, and delete what only an undo bar kept."""
        for answering in self._answers:
            answering.stop()
        self._aside.closing()
        for conversation in self._deleting:
            self.desk.chat.delete(conversation)
        self._deleting.clear()

    def save_state(self) -> dict[str, object]:
        """The conversation, the splitter, and what is written but not sent."""
        return {
            "conversation": self._current,
            "splitter": self._splitter.sizes(),
            "written": self._composer.edit.toPlainText(),
        }

    def restore_state(self, state: dict[str, object]) -> None:
        """Show the conversation of last time."""
        sizes = remembered.numbers(state, "splitter")
        if len(sizes) == self._splitter.count() and all(size >= 0 for size in sizes):
            self._splitter.setSizes(sizes)
        self._composer.edit.setPlainText(remembered.words(state, "written"))
        conversation = state.get("conversation")
        if isinstance(conversation, int) and conversation > 0:
            self.open_conversation(conversation)

    # --- conversations ---

    @Slot()
    def begin(self) -> None:
        """Begin a new conversation; it is stored with its first question."""
        self._current = 0
        self._reading.drop()
        self._new = None
        self._show_conversation()
        self._composer.edit.setFocus()

    @Slot(int)
    def open_conversation(self, conversation: int) -> None:
        """Show a stored conversation."""
        self._current = conversation
        self._new = None
        self._show_conversation()
        self._reading.ask(self._read_turns, conversation)

    @Slot(int)
    def delete(self, conversation: int) -> None:
        """Hide a conversation; it is deleted when the chance to undo is over."""
        for answering in self._answers_of(conversation):
            answering.stop()
        title = self._side.title(conversation)
        self._deleting[conversation] = title
        if conversation == self._current:
            self.begin()
        self._side.reload()
        self._bars.say(
            "info",
            _("“{title}” was deleted.", title=title),
            [(_("Undo"), lambda: self._undelete(conversation))],
            key=f"deleted-{conversation}",
            on_closed=lambda: self._delete_now(conversation),
            seconds=UNDO_SECONDS,
        )

    def _undelete(self, conversation: int) -> None:
        self._deleting.pop(conversation, None)
        self._side.reload()
        self.open_conversation(conversation)

    def _delete_now(self, conversation: int) -> None:
        if self._deleting.pop(conversation, None) is not None:
            self._do(self.desk.chat.delete, conversation)

    @Slot(int, str)
    def _rename(self, conversation: int, title: str) -> None:
        self._do(self.desk.conversations.rename, conversation, title)
        if conversation == self._current:
            self._title.say(title)

    def _do(self, function: Callable[..., object], *args: object) -> None:
        """Write something on a worker and read the list again."""
        self.pool.call(function, *args).finished.connect(self._done)

    @Slot(object)
    def _done(self, outcome: Outcome) -> None:
        self._explain(outcome)
        self._side.reload()

    @Slot(str)
    def _list(self, search: str) -> None:
        mark_first = not self._looked_for_interrupted
        self._looked_for_interrupted = True
        self._lists += 1
        number = self._lists
        job = self.pool.call(self._read_list, search, mark_first)
        job.finished.connect(lambda outcome: self._listed(number, outcome))

    def _read_list(self, search: str, mark_first: bool) -> tuple[Conversation, ...]:  # noqa: FBT001 - runs on a worker, called by position
        kept = self.desk.conversations
        if mark_first:
            kept.mark_interrupted()
        return kept.list(search)

    def _listed(self, number: int, outcome: Outcome) -> None:
        self._explain(outcome)
        if outcome.state != "done" or number != self._lists:
            return  # a later look is on its way, or was quicker
        self._side.fill([one for one in outcome.value if one.id not in self._deleting])
        self._side.select(self._current)
        self._title.say(self._side.title(self._current) or self._title.whole)

    def _read_turns(self, conversation: int) -> tuple[int, tuple[Turn, ...]]:
        return conversation, self.desk.conversations.turns(conversation)

    @Slot(object)
    def _turns_read(self, outcome: Outcome) -> None:
        conversation, turns = outcome.value if outcome.state == "done" else (-1, ())
        if conversation != self._current:
            return
        if not turns:  # deleted meanwhile, by another window or the command line
            self.begin()
            return
        running = self._answers_of(conversation)
        if running and turns[-1].role == "assistant":
            turns = turns[:-1]  # its text is at hand, and newer
        self._transcript.show_turns(turns)
        for answering in running:
            self._transcript.follow(answering, "")
        self._show_state()

    def _show_conversation(self) -> None:
        self._transcript.clear()
        self._side.select(self._current)
        self._title.say(self._side.title(self._current))
        self._composer.show_context(0, 0)
        self._aside.manners.show(self._current)
        self._bars.close_bar("failed")
        self._bars.close_bar("notice")
        self._show_state()

    def _show_state(self) -> None:
        begun = bool(self._current) or bool(self._transcript.views())
        self._middle.setCurrentWidget(self._transcript if begun else self._empty)
        self._more.setVisible(bool(self._current))
        self._composer.show_running(running=bool(self._answers_of(self._current)))

    # --- asking ---

    @Slot(str)
    def ask(self, question: str) -> None:
        """Ask in the conversation that is shown."""
        self._ask(question, None, "")

    @Slot(object)
    def carry_out(self, order: Order) -> None:
        """Ask what a command orders."""
        self._ask(order.question, order.route, order.command)

    def _ask(self, question: str, route: Route | None, command: str) -> None:
        if self._answers_of(self._current) or not self._aside.ready():
            return
        self._composer.edit.clear()
        self._transcript.ask(question)
        if not self._current:
            self._title.say(question)
        self._start(question, route, command)

    def _last_answer(self) -> str:
        views = [view for view in self._transcript.views() if isinstance(view, AnswerView)]
        return views[-1].shown if views else ""

    @Slot()
    def answer_again(self) -> None:
        """Answer the last question once more; the old answer goes."""
        if not self._current or self._answers_of(self._current):
            return
        self._transcript.drop_answer()
        self._start("")

    @Slot(str)
    def answer_elsewhere(self, route: Route) -> None:
        """Let somebody else of the team answer the last question."""
        if self._current and not self._answers_of(self._current):
            self._transcript.drop_answer()
            self._start("", route)

    @Slot()
    def stop(self) -> None:
        """Stop the answer that is shown."""
        for answering in self._answers_of(self._current):
            answering.stop()

    def _start(self, question: str, route: Route | None = None, command: str = "") -> None:
        self._bars.close_bar("failed")
        request = ChatRequest(
            question=question,
            model=self._models.chosen,
            conversation=self._current,
            regenerate=not question,
            route=route,
            command=command,
            manner=self._aside.manners.manner(),
            # Another seed each time: to ask again is to want another answer.
            seed=random.randrange(_SEEDS),  # noqa: S311 - nothing secret hangs on it
        )
        job = self.pool.start(self.desk.chat, request, interactive=True)
        answering = Answering(job, self._current, question, self)
        self._answers.append(answering)
        if not self._current:
            self._new = answering
        answering.stored.connect(lambda: self._stored(answering))
        answering.noticed.connect(self._notice)
        answering.ended.connect(lambda: self._ended(answering))
        self._transcript.follow(answering, self._models.name)
        self._show_state()

    def _answers_of(self, conversation: int) -> list[Answering]:
        if not conversation:
            return [self._new] if self._new is not None else []
        return [one for one in self._answers if one.conversation == conversation]

    def _stored(self, answering: Answering) -> None:
        if answering is self._new:
            # The first question of a new conversation: now it has a number.
            self._new = None
            self._current = answering.conversation
            self._aside.manners.begun(self._current)
            self._show_state()
        self._side.reload()

    def _ended(self, answering: Answering) -> None:
        shown = answering in self._answers_of(self._current)
        self._answers.remove(answering)
        if answering is self._new:
            self._new = None
        outcome, done = answering.outcome, answering.done
        if shown and done is not None:
            self._composer.show_context(done.context_used, done.context_size)
        if shown and outcome is not None and outcome.state == "failed":
            self._failed(answering, outcome)
        self._show_state()
        self._side.reload()
        answering.deleteLater()

    def _failed(self, answering: Answering, outcome: Outcome) -> None:
        if not answering.text:
            self._transcript.drop_answer()
        error = outcome.error
        words = i18n.explain(error) if error else _("The answer failed by a mistake of ours.")
        code = error.code if error else ""
        actions: list[tuple[str, Callable[[], object]]] = []
        if code.startswith("model.") or code == "chat.no_model":
            actions.append((_("Models"), lambda: self.navigate.emit("models")))
        if answering.conversation and code != "chat.gone":
            actions.append((_("Try again"), self.answer_again))
        elif answering.question:  # it was not stored: nothing of it may be lost
            self._composer.edit.setPlainText(answering.question)
            self.begin()
        self._bars.say("error", words, actions, key="failed")

    @Slot(object)
    def _notice(self, notice: Notice) -> None:
        actions = [(_("Models"), lambda: self.navigate.emit("models"))]
        self._bars.say("warn", i18n.explain(notice), actions, key="notice")

    # --- models ---

    @Slot()
    def _prefer_model(self) -> None:
        self._models.prefer(self._aside.manners.chosen.model)

    @Slot(str)
    def _choose_model(self, model: str) -> None:
        self._aside.manners.change(model=model)
        try:
            self.settings_changed.emit(self._models.choose(model))
        except UserError as error:
            self._say_error(error)

    @Slot()
    def _offer_models(self) -> None:
        models = self._models
        self._composer.offer(models.here, models.chosen)
        self._aside.offer(models)
        self._get_model.setVisible(not models.chosen)
        words = _("To chat you need a model. Choose one that fits this machine.")
        if models.remote:
            words = _("{model} answers elsewhere: what you write is sent there.", model=models.name)
        elif models.chosen:
            words = _(
                "{model} answers on this machine. Nothing you write leaves it.", model=models.name
            )
        self._empty.say(words)

    # --- small things ---

    def _explain(self, outcome: Outcome) -> None:
        if outcome.error is not None:
            self._say_error(outcome.error)

    @Slot(object)
    def _say_error(self, error: UserError) -> None:
        self._bars.say("error", i18n.explain(error), key="failed")

    @Slot(str)
    def _ask_link(self, target: str) -> None:
        """An answer's link: the user sees the whole address before anything dials out."""
        actions = [
            (_("Open in the browser"), lambda: QDesktopServices.openUrl(QUrl(target))),
            (_("Copy the address"), lambda: QGuiApplication.clipboard().setText(target)),
        ]
        self._bars.say("info", target, actions, key="link", seconds=LINK_SECONDS)

    def _open_menu(self) -> None:
        menu = self._side.menu(self._current)
        menu.popup(self._more.mapToGlobal(self._more.rect().bottomLeft()))

    def _arrange(self) -> None:
        px = self.theme.px
        head = QWidget()
        middle = row(self._title, self._more, self._tune)
        middle.setMaximumWidth(px(WIDEST))
        line = QHBoxLayout(head)
        line.setContentsMargins(px(40), px(12), px(40), px(8))
        line.addStretch(1)
        line.addWidget(middle, WIDEST)
        line.addStretch(1)
        self._middle.addWidget(self._empty)
        self._middle.addWidget(self._transcript)
        talk = QWidget()
        column = QVBoxLayout(talk)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(head)
        column.addWidget(self._middle, 1)
        column.addWidget(self._bars)
        column.addWidget(self._aside.blanks)
        column.addWidget(self._composer)
        self._splitter = QSplitter(Qt.Orientation.Horizontal)
        self._splitter.setChildrenCollapsible(False)
        self._splitter.setHandleWidth(1)
        self._splitter.addWidget(self._side)
        self._splitter.addWidget(talk)
        self._splitter.addWidget(self._aside)
        self._splitter.setStretchFactor(1, 1)
        self._splitter.setSizes([px(_SIDE), px(900), px(_SHEET)])
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._splitter)
