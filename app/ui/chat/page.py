"""The chat page: the list of conversations, the one that is shown, where one writes.

The one law: it puts the parts together and carries what one says to the others; each part does
its own work.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QAction, QKeySequence, QShortcut

from agents.base import UserError
from app import i18n
from app.i18n import _
from app.ui import state as remembered
from app.ui.chat.aside import Aside
from app.ui.chat.asking import Asking
from app.ui.chat.attachments import Attachments
from app.ui.chat.branches import TurnWishes
from app.ui.chat.composer import Composer
from app.ui.chat.editing import Editing
from app.ui.chat.exchanging import Exchanging
from app.ui.chat.keeping import Keeping
from app.ui.chat.layout import arranged, headed
from app.ui.chat.links import Links
from app.ui.chat.models import ChatModels
from app.ui.chat.passage_sheet import PassageSheet
from app.ui.chat.permissions import PermissionBars
from app.ui.chat.saving import CodeSaver
from app.ui.chat.sending import Sending
from app.ui.chat.showing import Showing
from app.ui.chat.talk import Talk
from app.ui.chat.titling import Titling
from app.ui.chat.tray import Tray
from app.ui.page import Page
from app.ui.widgets.bars import Bars
from app.ui.widgets.basic import ElidedLabel, IconButton

if TYPE_CHECKING:
    from pathlib import Path

    from PySide6.QtWidgets import QWidget

    from agents.chat.events import ChatDone
    from agents.chat.routing.router import Route
    from app.build import Desk
    from app.jobs import JobPool
    from app.ui.chat.answering import Answering
    from app.ui.theme import Theme


class ChatPage(Page):
    """Conversations on the left, the one that is shown on the right."""

    def __init__(
        self, desk: Desk, pool: JobPool, theme: Theme, parent: QWidget | None = None
    ) -> None:
        super().__init__(desk, pool, theme, parent)
        self._models = ChatModels(desk, pool, self)
        self._bars = Bars(theme, (theme.px(40), theme.space("s"), theme.px(40), 0))
        self._keeping = Keeping(desk, pool, theme, self._bars, self)
        self._side = self._keeping.side
        self._exchanging = Exchanging(desk, self._keeping, self._bars, self)
        self._titling = Titling(desk, pool, self)
        self._wishes = TurnWishes(self)
        self._title = ElidedLabel("", "strong")
        self._more = IconButton(theme, "more", _("More about this conversation"), self._open_menu)
        self._composer = Composer(theme)
        self._editing = Editing(self._composer, self._bars, self)
        self._aside = Aside(desk, pool, theme, self._bars, self._last_answer, self)
        self._aside.attach(self._composer.edit)
        self._tune = IconButton(
            theme, "sheet", _("Model, persona, sampling"), self._aside.toggle, shortcut="Ctrl+I"
        )
        self._attachments = Attachments(desk, pool, theme)
        self._attachments.watch(self._composer.edit)
        self._composer.put(self._attachments.button)
        self._permissions = PermissionBars(desk, theme)
        self._sheet = PassageSheet(desk, pool, theme)
        self._links = Links(self._sheet, self._bars, self)
        self._talk = Talk(
            theme, pool, self._wishes, lambda: self._aside.helpers, self._go_to_models
        )
        self._showing = Showing(desk, pool, self._talk, self._running_in, self)
        manners = self._aside.manners
        self._asking = Asking(
            desk, pool, self._talk, self._showing, self._models, manners, self._bars, self
        )
        self._sending = Sending(
            self._composer,
            self._editing,
            self._attachments,
            self._aside,
            self._showing,
            self._asking,
            self._bars,
            self,
        )
        self._listen()
        self._arrange()
        stop = QShortcut(QKeySequence(Qt.Key.Key_Escape), self)
        stop.activated.connect(self._escape)
        self._show_conversation()

    def _listen(self) -> None:
        """Do what the parts are asked for."""
        self._models.changed.connect(self._offer_models)
        self._models.failed.connect(self._say_error)
        self._keeping.listed.connect(self._listed)
        self._keeping.hidden.connect(self._hidden)
        self._keeping.back.connect(self.open_conversation)
        self._titling.titled.connect(self._side.reload)
        self._side.chosen.connect(self.open_conversation)
        self._side.found.connect(self._showing.open)
        self._side.begun.connect(self.begin)
        self._side.renamed.connect(self._renamed)
        self._side.deleted.connect(self.delete)
        self._aside.orders.asked.connect(self._sending.ask)
        self._aside.orders.ordered.connect(self._sending.carry_out)
        self._sending.begun.connect(self._title.say)
        self._aside.manners.changed.connect(self._prefer_model)
        self._aside.model_chosen.connect(self._choose_model)
        self._composer.sent.connect(self._aside.orders.send)
        self._composer.stopped.connect(self._asking.stop)
        self._composer.model_chosen.connect(self._choose_model)
        self._composer.models_wanted.connect(self._go_to_models)
        self._showing.changed.connect(self._show_conversation)
        self._showing.read.connect(self._show_state)
        self._asking.began.connect(self._permissions.follow)
        self._asking.begun.connect(self._begun)
        self._asking.began.connect(self._titling.give_up)
        self._asking.stored.connect(self._question_stored)
        self._asking.changed.connect(self._show_state)
        self._asking.ended.connect(self._answer_ended)
        self._asking.unasked.connect(self._give_back)
        self._asking.models_wanted.connect(self._go_to_models)
        wishes = self._wishes
        wishes.edit.connect(self.edit)
        wishes.again.connect(self._asking.answer_anew)
        wishes.model.connect(self._asking.answer_anew)
        wishes.shown.connect(self._showing.switch)
        wishes.last.connect(self.answer_again)
        wishes.elsewhere.connect(self.answer_elsewhere)
        wishes.link.connect(self._links.follow)
        wishes.save_code.connect(CodeSaver(self.pool, self._bars, self).ask)

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
        self._asking.stop_all()
        self._titling.give_up()
        self._aside.closing()
        self._keeping.close()
        self._attachments.closing()
        self._sheet.closing()

    def save_state(self) -> dict[str, object]:
        """The conversation, the splitter, and what is written but not sent."""
        return {
            "conversation": self._showing.conversation,
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

    def drop_words(self) -> str:
        """They go with the next question."""
        return _("Drop to ask about it")

    def open_files(self, paths: list[Path]) -> None:
        """Take files for the next question."""
        self._attachments.give(paths)

    # --- conversations ---

    @Slot()
    def begin(self) -> None:
        """Begin a new conversation; it is stored with its first question."""
        self._showing.begin()
        self._composer.edit.setFocus()

    @Slot(int)
    def open_conversation(self, conversation: int) -> None:
        """Show a stored conversation."""
        self._showing.open(conversation)

    @Slot(int)
    def delete(self, conversation: int) -> None:
        """Hide a conversation; it is deleted when the chance to undo is over."""
        self._asking.stop_in(conversation)
        self._keeping.delete(conversation)

    @Slot(int)
    def _hidden(self, conversation: int) -> None:
        if conversation == self._showing.conversation:
            self._showing.begin()  # the keyboard stays where it is: perhaps in the list

    @Slot(int, str)
    def _renamed(self, conversation: int, title: str) -> None:
        if conversation == self._showing.conversation:
            self._title.say(title)

    @Slot()
    def _listed(self) -> None:
        conversation = self._showing.conversation
        self._side.select(conversation)
        self._title.say(self._side.title(conversation) or self._title.whole)

    @Slot()
    def _show_conversation(self) -> None:
        """Another conversation is shown, or a new one."""
        conversation = self._showing.conversation
        self._asking.leave()
        self._editing.end()
        self._side.select(conversation)
        self._title.say(self._side.title(conversation))
        self._composer.show_context(0, 0)
        self._aside.manners.show(conversation)
        self._aside.leave()
        self._sending.hold_nothing()
        self._attachments.show_conversation(conversation)
        self._sheet.leave()
        for key in ("failed", "notice", "passing"):
            self._bars.close_bar(key)
        self._show_state()

    @Slot()
    def _show_state(self) -> None:
        conversation = self._showing.conversation
        self._talk.show_begun(begun=bool(conversation) or bool(self._talk.texts))
        self._more.setVisible(bool(conversation))
        self._composer.show_running(running=bool(self._asking.running))

    # --- asking ---

    @Slot(str)
    def ask(self, question: str) -> None:
        """Ask in the conversation that is shown; or say an earlier question otherwise."""
        self._sending.ask(question)

    def _running_in(self, conversation: int) -> list[Answering]:
        return self._asking.of(conversation)

    def _last_answer(self) -> str:
        return self._showing.last_answer()

    @Slot(int)
    def edit(self, turn: int) -> None:
        """Let the user say a question otherwise, where questions are written."""
        said = self._showing.turn(turn)
        if said is not None and not self._asking.running:
            self._editing.begin(turn, said.content)

    @Slot()
    def answer_again(self) -> None:
        """Answer the last question once more; the old answer stays as a branch."""
        self._asking.answer_again()

    @Slot(str)
    def answer_elsewhere(self, route: Route) -> None:
        """Let somebody else of the team answer the last question."""
        self._asking.answer_again(route)

    @Slot()
    def _escape(self) -> None:
        """Close what floats, or leave the editing, or stop; stopping never takes a second key."""
        if self._aside.close_selection() and not self._asking.running:
            return
        if self._editing.turn:
            self._editing.end()
        else:
            self._asking.stop()

    @Slot(int)
    def _begun(self, conversation: int) -> None:
        """The first question of a new conversation is stored: it has a number now."""
        self._showing.stored_as(conversation)
        self._aside.manners.begun(conversation)

    @Slot(bool)
    def _question_stored(self, shown: bool) -> None:  # noqa: FBT001 - a signal's
        if shown:
            self._attachments.show_conversation(self._showing.conversation)
        self._side.reload()

    @Slot(object, bool)
    def _answer_ended(self, done: ChatDone | None, shown: bool) -> None:  # noqa: FBT001 - a signal's
        self._side.reload()
        if done is None:
            return
        if shown:
            self._composer.show_context(done.context_used, done.context_size)
        if self._asking.idle and not self._models.remote:
            self._titling.begin(done.conversation, self._models.chosen)

    @Slot(str)
    def _give_back(self, question: str) -> None:
        """What was asked could not be stored: nothing of it may be lost."""
        self._composer.edit.replace(question)
        self.begin()

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
        self._talk.show_models(models)

    @Slot()
    def _go_to_models(self) -> None:
        self.navigate.emit("models")

    # --- small things ---

    @Slot(object)
    def _say_error(self, error: UserError) -> None:
        self._bars.say("error", i18n.explain(error), key="failed")

    def _open_menu(self) -> None:
        menu = self._side.menu(self._showing.conversation)
        keys = QKeySequence(QKeySequence.StandardKey.Find)
        words = _("Find in this conversation")
        find = QAction(f"{words}\t{keys.toString(QKeySequence.SequenceFormat.NativeText)}", menu)
        find.triggered.connect(self._talk.transcript.look_for)
        menu.insertAction(menu.actions()[0], find)
        menu.popup(self._more.mapToGlobal(self._more.rect().bottomLeft()))

    def _arrange(self) -> None:
        head = headed(self.theme, self._title, self._more, self._tune)
        waiting = (self._bars, self._aside.blanks, self._permissions, self._attachments)
        tray = Tray(self.theme, waiting)
        self._attachments.changed.connect(lambda: tray.bring(self._attachments))
        talk = (head, self._talk, tray, self._composer)
        self._splitter = arranged(self, self.theme, self._side, talk, self._sheet, self._aside)
