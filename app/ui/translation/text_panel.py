"""Text: what you write on the left, its translation on the right, as you pause.

Sentences know their counterparts (`pairs`), and a sentence can be said in other words
(`wordings`).
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, cast, get_args

from PySide6.QtCore import QMimeData, QPoint, QTimer, Signal, Slot
from PySide6.QtGui import QKeySequence, QTextCursor
from PySide6.QtWidgets import (
    QApplication,
    QHBoxLayout,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from agents.base import Notice, Progress, Token
from agents.translation.events import Register, TextDone, TextRequest
from agents.translation.language import detect, other
from app import i18n
from app.i18n import _
from app.jobs import Latest
from app.ui import figures
from app.ui.combo import Combo
from app.ui.translation import words
from app.ui.translation.engines import EngineChooser, warn_of_korean
from app.ui.translation.pairs import Pairs
from app.ui.translation.wordings import Wordings
from app.ui.widgets.bars import Bars
from app.ui.widgets.basic import IconButton, button, column, row, text

if TYPE_CHECKING:
    from agents.translation.events import Language, Receipt
    from app.build import Desk
    from app.jobs import Job, JobPool, Outcome
    from app.ui.theme import Theme

_PAUSE = 700  # ms without a keystroke before the translation begins
_DETECT = "detect"


class SourceEdit(QPlainTextEdit):
    """Plain text; dropped files are left to the window."""

    def canInsertFromMimeData(self, source: QMimeData) -> bool:
        """Text only."""
        return not source.hasUrls() and super().canInsertFromMimeData(source)


class TextPanel(QWidget):
    """Two editors side by side."""

    navigate = Signal(str)

    def __init__(self, desk: Desk, pool: JobPool, theme: Theme) -> None:
        """Arrange it."""
        super().__init__()
        self._desk, self._pool, self._theme = desk, pool, theme
        self._names = Latest(pool, self._found_glossaries, self)
        self._job: Job | None = None
        self._asked: TextRequest | None = None  # what the text on the right belongs to
        self.bars = Bars(theme)
        self.chooser = EngineChooser(desk, pool, theme, ("model", "memory"), flat=True)
        self.source = SourceEdit()
        self.source.setAccessibleName(_("Text to translate"))
        self.source.setPlaceholderText(_("Write or paste Korean or English text."))
        self.source.setTabChangesFocus(True)
        self.target = QPlainTextEdit(readOnly=True)
        self.target.setAccessibleName(_("Translation"))
        self.target.setAccessibleDescription(_("Alt+Down offers other wordings of a sentence."))
        self.target.setTabChangesFocus(True)
        self._from = Combo(_("Language of the text"))
        self._from.add(_("Detect the language"), _DETECT)
        for code in ("en", "ko"):
            self._from.add(words.language(code), code)
        self._to = text("", "strong")
        self._register = Combo(_("Korean sentence endings"))
        for kind in get_args(Register):
            self._register.add(words.register(kind), kind)
        self._glossary = Combo(_("Glossary"))
        self._glossary.add(_("No glossary"), "")
        self._glossary.hide()
        self._pairs = Pairs(self.source, self.target, theme)
        self._wordings: dict[int, list[str]] = {}  # of each sentence, the one that stands first
        self._menu: Wordings | None = None
        self._swap = IconButton(theme, "swap", _("Translate the other way round"), self._swapped)
        self._copy = IconButton(theme, "copy", _("Copy the translation"), self._copied)
        self._state = text("", "small")
        self._go = button(_("Translate"), self.translate, "primary", hint="Ctrl+Enter")
        self._go.setShortcut(QKeySequence("Ctrl+Return"))
        self._stop = button(_("Stop"), self._stopped)
        self._timer = QTimer(self, singleShot=True, interval=_PAUSE)
        self._timer.timeout.connect(self._paused)
        self._arrange()
        self.source.textChanged.connect(self._typed)
        self._from.activated.connect(self._direction_chosen)
        self._register.activated.connect(self._changed_options)
        self._glossary.activated.connect(self._changed_options)
        self._pairs.asked.connect(self._other_wordings)
        self.chooser.changed.connect(self._engine_chosen)
        theme.changed.connect(self._themed)
        self._themed()
        self._show_direction()
        self._show_job()

    @property
    def languages(self) -> tuple[Language, Language]:
        """From, into."""
        chosen = self._from.currentData()
        if chosen == _DETECT:
            # English until there is something to read.
            source = detect(self.source.toPlainText()[:4000])
        else:
            source = cast("Language", chosen)
        return source, other(source)

    def entered(self) -> None:
        """Look which models there are."""
        self.chooser.refresh()
        self._names.ask(self._desk.glossaries.names)
        self.source.setFocus()

    def closing(self) -> None:
        """Stop what runs."""
        self._cancel()

    @Slot()
    def translate(self) -> None:
        """Translate what is there now."""
        self._timer.stop()
        content = self.source.toPlainText()
        if not content.strip():
            return
        missing = self.chooser.missing
        if missing:
            models = [(_("Open Models"), lambda: self.navigate.emit("models"))]
            actions = models if self.chooser.choice.engine == "model" else []
            self.bars.say("warn", missing, actions, key="missing")
            return
        self._cancel()
        self._asked = self._request
        self._pairs.clear()
        self._wordings.clear()
        for key in ("problem", "notice", "missing"):
            self.bars.close_bar(key)
        self.target.clear()
        self._state.setText(_("Translating…"))
        self._job = self._pool.start(self._desk.translation, self._asked, interactive=True)
        self._job.event.connect(self._happened)
        self._job.finished.connect(self._ended)
        self._show_job()

    @property
    def _request(self) -> TextRequest:
        """What would be asked now."""
        choice = self.chooser.choice
        target = self.languages[1]
        return TextRequest(
            self.source.toPlainText(),
            target,
            choice.engine,
            choice.model,
            choice.memory,
            register=cast("Register", self._register.currentData()) if target == "ko" else "",
            glossary=str(self._glossary.currentData()),
        )

    def save_state(self) -> dict[str, object]:
        """The direction and what translates."""
        return {
            "from": self._from.currentData(),
            "register": self._register.currentData(),
            "glossary": self._glossary.currentData(),
            **self.chooser.save_state(),
        }

    def restore_state(self, state: dict[str, object]) -> None:
        """Take it back."""
        self._from.setCurrentIndex(max(0, self._from.findData(state.get("from"))))
        self._register.setCurrentIndex(max(0, self._register.findData(state.get("register"))))
        glossary = state.get("glossary")
        self._offer_glossaries([glossary] if isinstance(glossary, str) and glossary else [])
        self._glossary.setCurrentIndex(max(0, self._glossary.findData(glossary)))
        self.chooser.restore_state(state)
        self._show_direction()

    def _arrange(self) -> None:
        theme = self._theme
        gap = theme.px(8)
        panes = QWidget()
        side = QHBoxLayout(panes)
        side.setContentsMargins(0, 0, 0, 0)
        side.setSpacing(theme.px(16))
        for head, edit in (
            (row(self._from, self._swap, None, gap=gap), self.source),
            (row(self._to, None, self._glossary, self._register, self._copy, gap=gap), self.target),
        ):
            head.setFixedHeight(theme.px(40))
            pane = column(head, edit, gap=theme.px(4))
            pane.layout().setStretch(1, 1)
            side.addWidget(pane, 1)
        for choice in (self._from, self._glossary, self._register):
            choice.fit(theme.px(120), theme.px(260))
        foot = row(self.chooser, self._state, None, self._stop, self._go, gap=theme.px(12))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(theme.px(28), theme.px(12), theme.px(28), theme.px(16))
        layout.setSpacing(theme.px(10))
        layout.addWidget(self.bars)
        layout.addWidget(panes, 1)
        layout.addWidget(foot)

    # --- what the user does ---

    @Slot()
    def _typed(self) -> None:
        self._show_direction()
        if self._asked and self.source.toPlainText() == self._asked.text:
            self._timer.stop()
            return
        self._cancel()
        if self.source.toPlainText().strip():
            self._timer.start()
        else:
            self._timer.stop()
            self._asked = None
            self.target.clear()
            self._state.setText("")

    @Slot()
    def _paused(self) -> None:
        """Begin by itself; what is missing is said only when the button was pressed."""
        if not self.chooser.missing:
            self.translate()

    @Slot()
    def _direction_chosen(self) -> None:
        self._show_direction()
        self._changed_options()

    @Slot()
    def _engine_chosen(self) -> None:
        warn_of_korean(self.bars, self.chooser.model, lambda: self.navigate.emit("models"))
        self._changed_options()

    @Slot()
    def _changed_options(self) -> None:
        wanted = self._request
        if wanted.text.strip() and wanted != self._asked and not self.chooser.missing:
            self._timer.start()

    def _swapped(self) -> None:
        """Turn the direction round; the translation becomes the text, and Ctrl+Z takes it back."""
        made = self.target.toPlainText() if self._job is None else ""
        target = self.languages[1]
        if self._from.currentData() != _DETECT or not made:
            self._from.setCurrentIndex(self._from.findData(target))
        if made:
            cursor = QTextCursor(self.source.document())
            cursor.select(QTextCursor.SelectionType.Document)
            cursor.insertText(made)
        self._show_direction()
        self._changed_options()

    def _copied(self) -> None:
        QApplication.clipboard().setText(self.target.toPlainText())
        self._state.setText(_("Copied"))

    def _stopped(self) -> None:
        self._cancel()
        self._state.setText(_("Stopped"))

    @Slot(int, QPoint)
    def _other_wordings(self, number: int, place: QPoint) -> None:
        """Offer a sentence in other words."""
        if self._asked is None or self._job is not None:
            return
        source, stands = self._pairs.words(number)
        known = self._wordings.setdefault(number, [stands])
        self._menu = menu = Wordings(
            self, self._desk, self._pool, dataclasses.replace(self._asked, text=source), known
        )
        menu.chosen.connect(lambda wording: self._reworded(number, wording, menu.wordings))
        menu.aboutToHide.connect(menu.deleteLater)
        menu.open_at(place)

    def _reworded(self, number: int, wording: str, known: list[str]) -> None:
        self._wordings[number] = [wording, *(one for one in known if one != wording)]
        self._pairs.replace(number, wording)

    # --- what the agent says ---

    @Slot(object)
    def _happened(self, event: object) -> None:
        if isinstance(event, Token):
            cursor = QTextCursor(self.target.document())
            cursor.movePosition(QTextCursor.MoveOperation.End)
            cursor.insertText(event.text)
        elif isinstance(event, Progress) and event.total > 1:
            self._state.setText(
                figures.joined(
                    _("{done} of {total} sentences", done=event.done, total=event.total),
                    figures.left(event.seconds_left),
                )
            )
        elif isinstance(event, Notice):
            self.bars.close_bar("korean")  # what was said before starting is not said twice
            self.bars.say("warn", i18n.explain(event), key="notice")
        elif isinstance(event, TextDone):
            self.target.setPlainText(event.text)
            self._pairs.pair(event.pairs)
            self._show_receipt(event.receipt)

    @Slot(object)
    def _ended(self, outcome: Outcome) -> None:
        self._job = None
        if outcome.error:
            self.bars.say("error", i18n.explain(outcome.error), key="problem")
        if outcome.state != "done":
            self._state.setText("")
            self._asked = None
        self._show_job()

    def _show_receipt(self, receipt: Receipt) -> None:
        self._state.setText(
            figures.joined(
                _("sentences {count}", count=receipt.segments),
                figures.took(receipt.seconds),
                _("click a sentence of the translation for other wordings"),
            )
        )
        if receipt.problems:
            kinds = dict.fromkeys(words.problem(problem.kind) for problem in receipt.problems)
            self.bars.say(
                "warn",
                _(
                    "Sentences that need a look: {count} of {total}. {problems}.",
                    count=len({problem.segment for problem in receipt.problems}),
                    total=receipt.segments,
                    problems=", ".join(kinds),
                ),
                key="problem",
            )

    # --- what is shown ---

    def _cancel(self) -> None:
        job, self._job = self._job, None
        if job is not None:
            job.event.disconnect(self._happened)
            job.finished.disconnect(self._ended)
            job.cancel()
            self._asked = None
            self._state.setText("")
        self._show_job()

    def _show_job(self) -> None:
        self._stop.setVisible(self._job is not None)
        self._copy.setEnabled(bool(self.target.toPlainText()))

    @Slot(object)
    def _found_glossaries(self, outcome: Outcome) -> None:
        if outcome.state == "done":
            self._offer_glossaries(list(outcome.value))

    def _offer_glossaries(self, names: list[str]) -> None:
        chosen = self._glossary.currentData()
        while self._glossary.count() > 1:
            self._glossary.removeItem(1)
        for name in names:
            self._glossary.add(name, name)
        self._glossary.setCurrentIndex(max(0, self._glossary.findData(chosen)))
        self._glossary.setVisible(bool(names))

    def _show_direction(self) -> None:
        source, target = self.languages
        self._register.setVisible(target == "ko")
        seen = bool(self.source.toPlainText().strip())
        self._from.setItemText(
            0,
            _("{language} (detected)", language=words.language(source))
            if seen
            else _("Detect the language"),
        )
        unknown = self._from.currentData() == _DETECT and not seen
        self._to.setText(_("Translation") if unknown else words.language(target))

    @Slot()
    def _themed(self) -> None:
        font = self._theme.font("heading")
        for edit in (self.source, self.target):
            edit.setFont(font)
