"""The chat page: asks, follows the answers, keeps the list.

The one law: nothing is read or written on the GUI thread; what comes back late, for a
conversation no longer shown, is not shown.
"""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QUrl, Slot
from PySide6.QtGui import QDesktopServices, QGuiApplication, QKeySequence, QShortcut

from agents.base import Notice, UserError
from agents.chat.events import ChatRequest
from app import i18n
from app.i18n import _
from app.jobs import Latest
from app.ui import state as remembered
from app.ui.chat.answering import Answering
from app.ui.chat.aside import Aside
from app.ui.chat.attachments import Attachments
from app.ui.chat.branches import TurnWishes
from app.ui.chat.composer import Composer
from app.ui.chat.editing import Editing
from app.ui.chat.exchanging import Exchanging
from app.ui.chat.keeping import Keeping
from app.ui.chat.layout import arranged, headed
from app.ui.chat.models import ChatModels
from app.ui.chat.passage_sheet import PassageSheet
from app.ui.chat.permissions import PermissionBars
from app.ui.chat.saving import CodeSaver
from app.ui.chat.sources import path_of, source_of
from app.ui.chat.titling import Titling
from app.ui.chat.transcript import Transcript
from app.ui.chat.yielding import YieldingStack
from app.ui.page import Page
from app.ui.widgets.bars import Bars
from app.ui.widgets.basic import ElidedLabel, EmptyState, IconButton, button

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from PySide6.QtGui import QResizeEvent
    from PySide6.QtWidgets import QWidget

    from agents.chat.commands import Order
    from agents.chat.routing.router import Route
    from agents.store.conversations import Turn
    from app.build import Desk
    from app.jobs import JobPool, Outcome
    from app.ui.theme import Theme

LINK_SECONDS = 30.0
_SEEDS = 2**31


class ChatPage(Page):
    """Conversations on the left, the one that is shown on the right."""

    def __init__(
        self, desk: Desk, pool: JobPool, theme: Theme, parent: QWidget | None = None
    ) -> None:
        super().__init__(desk, pool, theme, parent)
        self._current = 0  # the conversation that is shown; 0 = one that is not begun
        self._answers: list[Answering] = []  # on their way, of any conversation
        self._new: Answering | None = None  # of them, the first of the new one that is shown
        self._turns: tuple[Turn, ...] = ()  # of the branch that is shown, as far as stored
        self._models = ChatModels(desk, pool, self)
        self._models.changed.connect(self._offer_models)
        self._models.failed.connect(self._say_error)
        self._reading = Latest(pool, self._turns_read, self)
        self._knowing = Latest(pool, self._turns_known, self)
        self._bars = Bars(theme, (theme.px(40), theme.space("s"), theme.px(40), 0))
        self._keeping = Keeping(desk, pool, theme, self._bars, self)
        self._keeping.listed.connect(self._listed)
        self._keeping.hidden.connect(self._hidden)
        self._keeping.back.connect(self.open_conversation)
        self._side = self._keeping.side
        self._exchanging = Exchanging(desk, self._keeping, self._bars, self)
        self._titling = Titling(desk, pool, self)
        self._titling.titled.connect(self._side.reload)
        self._wishes = TurnWishes(self)
        self._title = ElidedLabel("", "strong")
        self._more = IconButton(theme, "more", _("More about this conversation"), self._open_menu)
        self._transcript = Transcript(theme, pool, self._wishes)
        self._empty = EmptyState(theme, "chat", _("What would you like to know?"), "")
        self._get_model = button(_("Get a model"), lambda: self.navigate.emit("models"), "primary")
        self._empty.offer(self._get_model)
        self._middle = YieldingStack()
        self._composer = Composer(theme)
        self._aside = Aside(desk, pool, theme, self._bars, self._last_answer, self)
        self._aside.attach(self._composer.edit)
        self._transcript.helpers = self._aside.helpers
        self._tune = IconButton(
            theme, "sheet", _("Model, persona, sampling"), self._aside.toggle, shortcut="Ctrl+I"
        )
        self._editing = Editing(self._composer, self._bars, self)
        self._attachments = Attachments(desk, pool, theme)
        self._attachments.watch(self._composer.edit)
        self._composer.put(self._attachments, self._attachments.button)
        self._permissions = PermissionBars(desk, theme)
        self._sheet = PassageSheet(desk, pool, theme)
        self._listen()
        self._arrange()
        self._hear_wishes()
        stop = QShortcut(QKeySequence(Qt.Key.Key_Escape), self)
        stop.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        stop.activated.connect(self._escape)
        self._show_conversation()

    def _listen(self) -> None:
        """Do what the list, the messages and the composer are asked for."""
        self._side.chosen.connect(self.open_conversation)
        self._side.found.connect(self.open_at)
        self._side.begun.connect(self.begin)
        self._side.renamed.connect(self._renamed)
        self._side.deleted.connect(self.delete)
        self._transcript.link.connect(self._ask_link)
        self._transcript.again.connect(self.answer_again)
        self._transcript.elsewhere.connect(self.answer_elsewhere)
        self._transcript.save_code.connect(CodeSaver(self.pool, self._bars, self).ask)
        self._aside.orders.asked.connect(self.ask)
        self._aside.orders.ordered.connect(self.carry_out)
        self._aside.manners.changed.connect(self._prefer_model)
        self._aside.sheet.model_chosen.connect(self._choose_model)
        self._composer.sent.connect(self._aside.orders.send)
        self._composer.stopped.connect(self.stop)
        self._composer.model_chosen.connect(self._choose_model)
        self._composer.models_wanted.connect(lambda: self.navigate.emit("models"))

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
        self._titling.give_up()
        self._keeping.close()
        self._attachments.closing()
        self._sheet.closing()

    def save_state(self) -> dict[str, object]:
        """The conversation, the splitter, and what is written but not sent."""
        return {
            "conversation": self._current,
            "splitter": self._splitter.sizes(),
            "written": self._editing.draft,
            "folded": self._side.folded,
            "files": self._attachments.save_state(),
        }

    def restore_state(self, state: dict[str, object]) -> None:
        """Show the conversation of last time."""
        sizes = remembered.numbers(state, "splitter")
        if len(sizes) == self._splitter.count() and all(size >= 0 for size in sizes):
            self._splitter.setSizes(sizes)
        self._composer.edit.setPlainText(remembered.words(state, "written"))
        self._side.fold(remembered.numbers(state, "folded"))
        files = state.get("files")
        self._attachments.restore_state(files if isinstance(files, list) else [])
        conversation = state.get("conversation")
        if isinstance(conversation, int) and conversation > 0:
            self.open_conversation(conversation)

    def accepts(self, path: Path) -> bool:
        """Files are dropped on the conversation that is shown."""
        return self.isVisible() and self._attachments.accepts(path)

    def open_files(self, paths: list[Path]) -> None:
        """Take files for the next question."""
        self._attachments.give(paths)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Less or more room beside a passage."""
        super().resizeEvent(event)
        self._sheet.make_room()

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
        self._open(conversation, 0)

    @Slot(int, int)
    def open_at(self, conversation: int, turn: int) -> None:
        """Show a stored conversation with one of its messages in sight."""
        self._open(conversation, turn)

    @Slot(int)
    def show_branch(self, turn: int) -> None:
        """Show the branch of this conversation that leads through a message."""
        if self._current:
            self._reading.ask(self._switched, self._current, turn)

    @Slot(int)
    def delete(self, conversation: int) -> None:
        """Hide a conversation; it is deleted when the chance to undo is over."""
        for answering in self._answers_of(conversation):
            answering.stop()
        self._keeping.delete(conversation)

    @Slot(int)
    def _hidden(self, conversation: int) -> None:
        if conversation == self._current:
            self.begin()

    @Slot(int, str)
    def _renamed(self, conversation: int, title: str) -> None:
        if conversation == self._current:
            self._title.say(title)

    @Slot()
    def _listed(self) -> None:
        self._side.select(self._current)
        self._title.say(self._side.title(self._current) or self._title.whole)

    def _open(self, conversation: int, turn: int) -> None:
        self._current = conversation
        self._new = None
        self._show_conversation()
        self._reading.ask(self._read_turns, conversation, turn)

    def _read_turns(self, conversation: int, turn: int) -> tuple[int, tuple[Turn, ...], int]:
        kept = self.desk.conversations
        if turn:
            kept.reveal(conversation, turn)
        return conversation, kept.turns(conversation), turn

    def _switched(self, conversation: int, turn: int) -> tuple[int, tuple[Turn, ...], int]:
        kept = self.desk.conversations
        kept.switch(conversation, turn)
        return conversation, kept.turns(conversation), turn

    @Slot(object)
    def _turns_read(self, outcome: Outcome) -> None:
        conversation, turns, turn = outcome.value if outcome.state == "done" else (-1, (), 0)
        if conversation != self._current:
            return
        if not turns:  # deleted meanwhile, by another window or the command line
            self.begin()
            return
        self._turns = turns
        last = turns[-1].id
        running = [
            one for one in self._answers_of(conversation) if last in (one.turn, one.question_turn)
        ]
        if running and turns[-1].role == "assistant":
            turns = turns[:-1]  # its text is at hand, and newer
        self._transcript.show_turns(turns)
        for answering in running:
            self._transcript.follow(answering, "")
        if turn:
            self._transcript.go_to(turn)
        self._show_state()

    def _look_again(self) -> None:
        """Something was stored: know the shown messages by their numbers."""
        if self._current:
            self._knowing.ask(self._read_turns, self._current, 0)

    @Slot(object)
    def _turns_known(self, outcome: Outcome) -> None:
        conversation, turns, _turn = outcome.value if outcome.state == "done" else (-1, (), 0)
        if conversation == self._current and not self._reading.waiting:
            self._turns = turns
            self._transcript.update_turns(turns)

    def _show_conversation(self) -> None:
        self._editing.end()
        self._turns = ()
        self._knowing.drop()
        self._transcript.clear()
        self._side.select(self._current)
        self._title.say(self._side.title(self._current))
        self._composer.show_context(0, 0)
        self._aside.manners.show(self._current)
        self._attachments.show_conversation(self._current)
        self._sheet.leave()
        self._bars.close_bar("failed")
        self._bars.close_bar("notice")
        self._show_state()

    def _show_state(self) -> None:
        begun = bool(self._current) or bool(self._transcript.texts())
        self._middle.setCurrentWidget(self._transcript if begun else self._empty)
        self._more.setVisible(bool(self._current))
        self._composer.show_running(running=bool(self._answers_of(self._current)))

    # --- asking ---

    @Slot(str)
    def ask(self, question: str) -> None:
        """Ask in the conversation that is shown; or say an earlier question otherwise."""
        self._ask(question, None, "")

    @Slot(object)
    def carry_out(self, order: Order) -> None:
        """Ask what a command orders."""
        self._ask(order.question, order.route, order.command)

    def _ask(self, question: str, route: Route | None, command: str) -> None:
        if self._answers_of(self._current) or self._attachments.waiting:
            return
        if not self._aside.ready():
            return
        files = self._attachments.take()
        edits = self._editing.turn
        if edits:
            self._editing.end()
            self._cut_at(edits)
        else:
            self._composer.edit.clear()
        self._transcript.ask(question)
        if not self._current:
            self._title.say(question)
        self._start(question, route=route, command=command, edits=edits, files=files)

    def _last_answer(self) -> str:
        said = (one.content for one in reversed(self._turns) if one.role == "assistant")
        return next(said, "")

    @Slot(int)
    def edit(self, turn: int) -> None:
        """Let the user say a question otherwise, where questions are written."""
        said = next((one.content for one in self._turns if one.id == turn), "")
        if not said or self._answers_of(self._current):
            return
        self._editing.begin(turn, said)

    def _hear_wishes(self) -> None:
        self._wishes.edit.connect(self.edit)
        self._wishes.again.connect(self.answer_anew)
        self._wishes.model.connect(self.answer_anew)
        self._wishes.shown.connect(self.show_branch)

    @Slot()
    def answer_again(self) -> None:
        """Answer the last question once more; the old answer stays as a branch."""
        if not self._current or self._answers_of(self._current):
            return
        self._transcript.drop_answer()
        self._start("")

    @Slot(int)
    @Slot(int, str)
    def answer_anew(self, turn: int, model: str = "") -> None:
        """Answer once more what this answer was for, perhaps by another model."""
        asked = next((one.parent for one in self._turns if one.id == turn), 0)
        if asked and not self._answers_of(self._current):
            self._cut_at(turn)
            self._start("", answers=asked, model=model)

    def _cut_at(self, turn: int) -> None:
        """Show only what comes before a message: another branch begins there."""
        at = next((at for at, one in enumerate(self._turns) if one.id == turn), len(self._turns))
        self._transcript.show_turns(self._turns[:at])

    @Slot(str)
    def answer_elsewhere(self, route: Route) -> None:
        """Let somebody else of the team answer the last question."""
        if self._current and not self._answers_of(self._current):
            self._transcript.drop_answer()
            self._start("", route=route)

    @Slot()
    def _escape(self) -> None:
        if self._editing.turn:
            self._editing.end()
        else:
            self.stop()

    @Slot()
    def stop(self) -> None:
        """Stop the answer that is shown."""
        for answering in self._answers_of(self._current):
            answering.stop()

    def _start(
        self,
        question: str,
        *,
        route: Route | None = None,
        command: str = "",
        model: str = "",
        edits: int = 0,
        answers: int = 0,
        files: tuple[int, ...] = (),
    ) -> None:
        self._bars.close_bar("failed")
        self._titling.give_up()
        request = ChatRequest(
            question=question,
            model=model or self._models.chosen,
            conversation=self._current,
            regenerate=not question,
            answers=answers,
            edits=edits,
            route=route,
            command=command,
            manner=self._aside.manners.manner(),
            files=files,
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
        self._permissions.follow(answering)
        answering.ended.connect(lambda: self._ended(answering))
        self._transcript.follow(answering, self._models.called(request.model))
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
        if answering.conversation == self._current:
            self._look_again()
            self._attachments.show_conversation(self._current)
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
        if shown:
            self._look_again()
        if done is not None and not self._answers and not self._models.remote:
            self._titling.begin(done.conversation, self._models.chosen)
        self._show_state()
        self._side.reload()
        answering.deleteLater()

    def _failed(self, answering: Answering, outcome: Outcome) -> None:
        if not answering.text:
            self._transcript.drop_answer()
            if not answering.question:  # the answer of before is still there
                self._reading.ask(self._read_turns, answering.conversation, 0)
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
        self._wishes.models = models.here
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
        source, path = source_of(target), path_of(target)
        if source is not None:
            self._sheet.show_source(source)
            return
        if path:
            QDesktopServices.openUrl(QUrl.fromLocalFile(path))
            return
        actions = [
            (_("Open in the browser"), lambda: QDesktopServices.openUrl(QUrl(target))),
            (_("Copy the address"), lambda: QGuiApplication.clipboard().setText(target)),
        ]
        self._bars.say("info", target, actions, key="link", seconds=LINK_SECONDS)

    def _open_menu(self) -> None:
        menu = self._side.menu(self._current)
        menu.popup(self._more.mapToGlobal(self._more.rect().bottomLeft()))

    def _arrange(self) -> None:
        for part in (self._empty, self._transcript):
            self._middle.addWidget(part)
        self._middle.setMinimumHeight(self.theme.px(40))  # it gives way to what asks or is attached
        head = headed(self.theme, self._title, self._more, self._tune)
        talk = (
            head,
            self._middle,
            self._bars,
            self._aside.blanks,
            self._permissions,
            self._composer,
        )
        self._splitter = arranged(self, self.theme, self._side, talk, self._sheet, self._aside)
