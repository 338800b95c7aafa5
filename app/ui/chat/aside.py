"""What stands beside a conversation: the sheet, what is written in it, how an answer was made.

The one law: the page hands questions through here and knows nothing of personas, commands or
traces; all of these know nothing of the page but its few signals. What opens on demand is made
when it is first opened.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt, Signal, Slot
from PySide6.QtWidgets import QApplication, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from app import i18n
from app.i18n import _
from app.jobs import Latest
from app.ui.chat.blanks import Blanks
from app.ui.chat.manners import Manners
from app.ui.chat.orders import Orders
from app.ui.chat.popup import CommandPopup
from app.ui.chat.prompt_keeping import PromptKeeping
from app.ui.chat.selecting import Selecting, SelectionBar
from app.ui.widgets.basic import ElidedLabel, IconButton

if TYPE_CHECKING:
    from collections.abc import Callable

    from agents.base import UserError
    from agents.chat.commands import Command
    from agents.chat.trace import Trace
    from agents.store.prompts import Prompt
    from app.build import Desk
    from app.jobs import JobPool, Outcome
    from app.ui.chat.extras import Helpers
    from app.ui.chat.models import ChatModels
    from app.ui.chat.prompt_edit import PromptEdit
    from app.ui.chat.runs import CodeRuns
    from app.ui.chat.sheet import MannerSheet
    from app.ui.chat.trace_view import TraceSheet
    from app.ui.theme import Theme
    from app.ui.widgets.bars import Bars
    from app.ui.widgets.send_edit import SendEdit

_WIDE = 280


class Aside(QWidget):
    """A sheet at the right edge, hidden until it is wanted."""

    model_chosen = Signal(str)

    def __init__(
        self,
        desk: Desk,
        pool: JobPool,
        theme: Theme,
        bars: Bars,
        last_answer: Callable[[], str],
        page: QWidget,
    ) -> None:
        super().__init__()
        self._desk, self._pool = desk, pool
        self._theme, self._bars, self._page = theme, bars, page
        self._before: Prompt | None = None  # what is being changed, as it was
        self._models: ChatModels | None = None  # that can answer; None = not known yet
        self.manners = Manners(desk, pool, self)
        self.orders = Orders(desk, pool, last_answer, self)
        self.keeping = PromptKeeping(desk, pool, bars, page)
        self.blanks = Blanks(theme)
        self._edit: SendEdit | None = None  # where one writes
        self._asked: tuple[Command, str] | None = None  # the command whose variables are asked for
        self._own = Latest(pool, self._own_read, self)
        self._title = ElidedLabel("", "strong")
        self._stack = QStackedWidget()
        self._arrange()
        self.keeping.changed.connect(self._kept)
        self.keeping.saved.connect(self._saved)
        self.orders.blanks.connect(self._ask_blanks)
        self.orders.nothing.connect(self._nothing)
        self.blanks.filled.connect(self._blanks_filled)
        self.blanks.filled.connect(self._back_to_writing)
        self.blanks.left.connect(self._back_to_writing)
        self.manners.failed.connect(self._failed)
        self.manners.changed.connect(self._look_what_is_missing)
        self.hide()

    # --- made when they are first wanted ---

    @functools.cached_property
    def code(self) -> CodeRuns:
        """The programs of answers that are run."""
        from app.ui.chat.runs import CodeRuns  # noqa: PLC0415 - with the first answer

        made = CodeRuns(self._desk.runner, self._pool, self)
        made.failed.connect(self._failed)
        return made

    @functools.cached_property
    def helpers(self) -> Helpers:
        """What answers share."""
        from app.ui.chat.extras import Helpers  # noqa: PLC0415 - with the first answer

        made = Helpers(self.code, self)
        made.selected.connect(self._answer_selected)
        made.traced.connect(self.show_trace)
        return made

    @functools.cached_property
    def sheet(self) -> MannerSheet:
        """Who answers and how."""
        from app.ui.chat.sheet import MannerSheet  # noqa: PLC0415 - when it is opened

        made = MannerSheet(self._theme, self.manners)
        for picker in (made.personas, made.commands):
            picker.edit.connect(self.write)
            picker.duplicate.connect(self.keeping.duplicate)
            picker.delete.connect(self.keeping.delete)
        made.bring.connect(self.keeping.choose_import)
        made.write.connect(self.keeping.choose_export)
        made.model_chosen.connect(self.model_chosen)
        if self._models is not None:
            made.offer(self._models.here, self._models.chosen, self._models.thinks)
        self._stack.addWidget(made)
        self._own.ask(self._desk.prompts.list, "command")
        return made

    @functools.cached_property
    def edit(self) -> PromptEdit:
        """Where a persona or a command is written."""
        from app.ui.chat.prompt_edit import PromptEdit  # noqa: PLC0415 - when it is opened

        made = PromptEdit(self._theme)
        made.saved.connect(self._save)
        made.left.connect(self.open_sheet)
        self._stack.addWidget(made)
        return made

    @functools.cached_property
    def trace(self) -> TraceSheet:
        """How an answer was made."""
        from app.ui.chat.trace_view import TraceSheet  # noqa: PLC0415 - when it is opened

        made = TraceSheet(self._theme)
        self._stack.addWidget(made)
        return made

    @functools.cached_property
    def floating(self) -> SelectionBar:
        """What can be done with a selection."""
        made = SelectionBar(
            self._theme,
            [
                ("summarise", _("Summarise")),
                ("translate", _("Translate")),
                ("polite", _("존댓말")),
                ("explain", _("Explain")),
                ("grammar", _("Grammar")),
            ],
            self._page,
        )
        made.chosen.connect(self._selection_order)
        return made

    def attach(self, edit: SendEdit) -> None:
        """Offer commands in `edit` and for what is selected in it."""
        self._edit = edit
        self.popup = CommandPopup(self._theme, edit, self.orders.matching, self._page)
        Selecting(edit, self._offer_selection)

    def _made(self, name: str) -> bool:
        """Whether one of them was wanted by now."""
        return name in self.__dict__

    def entered(self) -> None:
        """Look what there is now."""
        self.manners.look()
        self.orders.look()
        if self._made("sheet"):
            self._own.ask(self._desk.prompts.list, "command")

    def leave(self) -> None:
        """Another conversation is shown: what was selected is not there any more."""
        self.orders.selection = ""
        self.close_selection()

    def close_selection(self) -> bool:
        """Offer nothing for the selection; returns whether something was offered."""
        offered = self._made("floating") and self.floating.isVisible()
        if offered:
            self.floating.hide()
        return offered

    def closing(self) -> None:
        """The page goes away: nothing it began may run on."""
        if self._made("code"):
            self.code.stop()

    def ready(self) -> bool:
        """Whether the next question can be asked; where not, what is missing is asked for."""
        if self._made("sheet"):
            self.sheet.take_blanks()
        missing = self.manners.missing()
        if missing:
            self.open_sheet()
            words = _("The persona asks for: {names}", names=", ".join(missing))
            self._bars.say("warn", words, key="blanks", seconds=20)
            self.sheet.ask_blank()
        return not missing

    @Slot()
    def _look_what_is_missing(self) -> None:
        """Nobody is asked for what is there by now, or for another persona."""
        if not self.manners.missing():
            self._bars.close_bar("blanks")

    def offer(self, models: ChatModels) -> None:
        """These models can answer."""
        self._models = models
        if self._made("sheet"):
            self.sheet.offer(models.here, models.chosen, models.thinks)

    @Slot()
    def toggle(self) -> None:
        """Open the sheet, or close whatever is open."""
        if self.isVisible() and self._made("sheet") and self._stack.currentWidget() is self.sheet:
            self.close_sheet()
        else:
            self.open_sheet()

    @Slot()
    def open_sheet(self) -> None:
        """Show who answers and how."""
        self._show(self.sheet, _("This conversation"))

    @Slot()
    def close_sheet(self) -> None:
        """Show nothing; the keyboard goes back to where one writes."""
        focus = QApplication.focusWidget()
        within = focus is not None and self.isAncestorOf(focus)
        self.hide()
        if within:
            self._back_to_writing()

    @Slot()
    def _back_to_writing(self) -> None:
        if self._edit is not None:
            self._edit.setFocus()

    @Slot(object)
    def show_trace(self, found: Trace) -> None:
        """Draw how an answer was made."""
        self.trace.show_trace(found)
        self._show(self.trace, _("How it was made"))
        self.trace.diagram.nodes[0].setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot(object)
    def write(self, prompt: Prompt) -> None:
        """Let the user write a persona or a command."""
        self._before = prompt if prompt.id else None
        self.edit.open(prompt)
        persona = prompt.kind == "persona"
        new = _("New persona") if persona else _("New command")
        self._show(self.edit, prompt.name or new)
        self.edit.name.setFocus()

    def _show(self, what: QWidget, title: str) -> None:
        self._title.say(title)
        self._stack.setCurrentWidget(what)
        self.show()

    @Slot(object)
    def _save(self, prompt: Prompt) -> None:
        self.keeping.save(self._before, prompt)
        self.open_sheet()

    @Slot(object)
    def _saved(self, prompt: Prompt) -> None:
        """A new persona is what the user wants to use."""
        if prompt.kind == "persona":
            self.manners.change(persona=prompt.id)

    @Slot()
    def _kept(self) -> None:
        self.entered()

    @Slot(object)
    def _own_read(self, outcome: Outcome) -> None:
        if outcome.state == "done":
            chosen = self.sheet.commands.chosen
            self.sheet.commands.show_prompts(outcome.value, chosen.id if chosen else 0)

    @Slot(object, object, str)
    def _ask_blanks(self, names: tuple[str, ...], command: Command, text: str) -> None:
        self._asked = (command, text)
        self.blanks.ask(names)

    @Slot(object)
    def _blanks_filled(self, values: dict[str, str]) -> None:
        if self._asked is not None:
            (command, text), self._asked = self._asked, None
            self.orders.filled(command, text, values)

    @Slot(str)
    def _selection_order(self, key: str) -> None:
        self.orders.do_key(key, self.floating.words)

    @Slot(str, object)
    def _answer_selected(self, words: str, point: QPoint) -> None:
        """A command without a text of its own works on what is selected in an answer."""
        self.orders.selection = words
        self._offer_selection(words, point)

    def _offer_selection(self, words: str, point: QPoint) -> None:
        if words or self._made("floating"):
            self.floating.offer(words, point)

    @Slot(str)
    def _nothing(self, words: str) -> None:
        self._bars.say("info", words, key="order", seconds=12)

    @Slot(object)
    def _failed(self, error: UserError) -> None:
        self._bars.say("error", i18n.explain(error), key="aside")

    def _arrange(self) -> None:
        px = self._theme.px
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setProperty("ground", "ground")
        self.setMinimumWidth(px(_WIDE))
        self.setMaximumWidth(px(_WIDE * 2))
        head = QHBoxLayout()
        head.setContentsMargins(px(14), px(12), px(8), px(4))
        head.addWidget(self._title, 1)
        head.addWidget(IconButton(self._theme, "close", _("Close the sheet"), self.close_sheet))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(head)
        layout.addWidget(self._stack, 1)
