"""The settings page: what is changed is stored and works at once.

The one law: every change can be undone, and every setting set back to what it was at first.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QUrl, Slot
from PySide6.QtGui import QDesktopServices, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QScrollArea,
    QSlider,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from agents.base import UserError
from app import i18n
from app.i18n import _
from app.jobs import Latest
from app.settings import Settings
from app.ui.page import Page
from app.ui.settings.about import AboutSection
from app.ui.settings.backups import BackupSection
from app.ui.settings.change import change
from app.ui.settings.hub import HubSection
from app.ui.settings.permissions import PermissionsSection
from app.ui.settings.remote import RemoteSection
from app.ui.settings.rows import Choice, Section, fit
from app.ui.theme import LEAST_SCALE, MOST_SCALE
from app.ui.widgets.bars import Bars
from app.ui.widgets.basic import ElidedLabel, button, row, text

if TYPE_CHECKING:
    from agents.base import Notice
    from app.build import Desk
    from app.choices import ModelChoice
    from app.jobs import JobPool, Outcome
    from app.ui.theme import Theme

UNDO_SECONDS = 8.0
_WIDEST = 720
_SECOND = "second_translation_model"
_MODELS = {
    "chat_model": ("chat", "maths", "code"),
    "translation_model": ("translation", "chat"),
    _SECOND: ("translation", "chat", "scholar"),
    "draft_model": ("scholar", "chat"),
    "entity_model": ("entities",),
    "embedding_model": ("embedding",),
}


class SettingsPage(Page):
    """Every setting there is."""

    def __init__(
        self, desk: Desk, pool: JobPool, theme: Theme, parent: QWidget | None = None
    ) -> None:
        super().__init__(desk, pool, theme, parent)
        self._looking = Latest(pool, self._models_read, self)
        self._choices: dict[str, Choice] = {}
        self._bars = Bars(theme)
        self._output = ElidedLabel("", "small", Qt.TextElideMode.ElideMiddle, fills=False)
        self._beside = button(_("Beside the source"), lambda: self._set("output_dir", ""))
        self._size = QSlider(Qt.Orientation.Horizontal)
        self._per_cent = text("", "small")
        self._threads = _number(256, 1, theme)
        self._memory = _number(4_000_000, 512, theme)
        self._states = _number(1_000_000, 256, theme)
        self._done: list[tuple[str, str | int]] = []  # settings and what they were
        self._undone: list[tuple[str, str | int]] = []
        self._sections: list[Section] = []
        self._hub = HubSection(desk, pool, theme, self._bars)
        self._hub.wanted.connect(self._set)
        self._remote = RemoteSection(desk, pool, theme, self._bars)
        self._remote.wanted.connect(self._set)
        self._backups = BackupSection(desk, pool, theme, self._bars)
        self._backups.restoring.connect(self.restoring)
        self._backups.restored.connect(self.restored)
        self._arrange()
        for keys, act in ((QKeySequence.StandardKey.Undo, self._undo),
                          (QKeySequence.StandardKey.Redo, self._redo)):  # fmt: skip
            here = Qt.ShortcutContext.WidgetWithChildrenShortcut
            QShortcut(QKeySequence(keys), self, act, context=here)
        self._show()

    def title(self) -> str:
        """The name of the page."""
        return _("Settings")

    def entered(self) -> None:
        """Look which models there are, and whether a token is kept."""
        self._show()
        self._looking.ask(self.desk.choices.all)
        self._hub.look_for_token()
        self._remote.look_for_key()
        self._backups.look()

    # --- changing ---

    @Slot(str, object)
    def _set(self, name: str, value: str | int) -> None:
        before = getattr(self.desk.settings, name)
        if value != before and self._store(name, value):
            self._done.append((name, before))
            self._undone.clear()
            self._say_saved()

    @Slot(str)
    def _reset(self, name: str) -> None:
        self._set(name, getattr(Settings(), name))

    @Slot()
    def _undo(self) -> None:
        self._step(self._done, self._undone)

    @Slot()
    def _redo(self) -> None:
        self._step(self._undone, self._done)

    def _step(self, taken: list[tuple[str, str | int]], kept: list[tuple[str, str | int]]) -> None:
        """Set back what was changed last; what it was until now can be had again."""
        if not taken:
            return
        name, value = taken[-1]
        before = getattr(self.desk.settings, name)
        if self._store(name, value):
            taken.pop()
            kept.append((name, before))
            self._say_saved()

    def _say_saved(self) -> None:
        undo = [(_("Undo"), self._undo)] if self._done else []
        self._bars.say("info", _("Saved."), undo, key="saved", seconds=UNDO_SECONDS)

    def _store(self, name: str, value: str | int) -> bool:
        try:
            settings = change(self.desk, tell=self._tell, **{name: value})
        except UserError as error:
            self._bars.say("error", i18n.explain(error), key="saved")
            self._show()
            return False
        self._show()
        self.settings_changed.emit(settings)
        return True

    def _tell(self, notice: Notice) -> None:
        """Of a file that an editor left broken."""
        self._bars.say("warn", i18n.explain(notice), key="file")

    def _show(self) -> None:
        """Make every control say what is set."""
        settings = self.desk.settings
        for name, choice in self._choices.items():
            at = choice.findData(getattr(settings, name))
            if at >= 0 and at != choice.currentIndex():
                choice.blockSignals(True)  # noqa: FBT003 - Qt's own
                choice.setCurrentIndex(at)
                choice.blockSignals(False)  # noqa: FBT003 - Qt's own
        for control, value in (
            (self._size, settings.text_scale // 10),
            (self._threads, settings.threads),
            (self._memory, settings.memory_budget_mb),
            (self._states, settings.conversation_disk_mb),
        ):
            control.blockSignals(True)  # noqa: FBT003 - Qt's own
            control.setValue(value)
            control.blockSignals(False)  # noqa: FBT003 - Qt's own
        self._remote.show_settings()
        self._hub.show_settings()
        for section in self._sections:
            section.show_changed(settings)
        self._per_cent.setText(_("{count} %", count=settings.text_scale))
        self._output.say(settings.output_dir or _("Beside the source file"))
        self._beside.setVisible(bool(settings.output_dir))

    @Slot()
    def _choose_folder(self) -> None:
        start = self.desk.settings.output_dir
        folder = QFileDialog.getExistingDirectory(self, _("Output folder"), start)
        if folder:
            self._set("output_dir", folder)

    @Slot(object)
    def _models_read(self, outcome: Outcome) -> None:
        if outcome.state != "done":
            return
        here: tuple[ModelChoice, ...] = outcome.value
        for name, roles in _MODELS.items():
            fitting = [
                (one.id, one.name)
                for one in here
                if one.role in roles and not (one.remote and name == _SECOND)
            ]
            choices = [("", _nobody(name)), *fitting]
            self._choices[name].offer(choices, getattr(self.desk.settings, name))

    # --- layout ---

    def _arrange(self) -> None:
        theme = self.theme
        column = QVBoxLayout()
        column.setContentsMargins(0, 0, 0, theme.px(24))
        column.setSpacing(theme.space("xl"))
        column.addWidget(text(_("Settings"), "title"))
        for section in (
            self._appearance(),
            self._model_section(),
            self._files(),
            PermissionsSection(self.desk, self.pool, theme),
            self._machine(),
            self._hub,
            self._remote,
        ):
            self._sections.append(section)
            section.reset.connect(self._reset)
            column.addWidget(section)
        column.addWidget(self._backups)
        column.addWidget(AboutSection(self.desk, self.pool, theme))
        column.addStretch(1)
        middle = QWidget()
        middle.setMaximumWidth(theme.px(_WIDEST))
        middle.setLayout(column)
        inner = QWidget()
        inner.setProperty("kind", "scrolled")
        outer = QHBoxLayout(inner)  # one that knows how wide, and so how high, its content will be
        outer.setContentsMargins(theme.px(40), theme.px(22), theme.px(40), 0)
        outer.addWidget(middle, 1)
        outer.addStretch(0)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setAccessibleName(_("Settings"))
        area.setWidget(inner)
        self._bars.layout().setContentsMargins(
            theme.px(40), theme.px(8), theme.px(40), theme.px(16)
        )
        self._bars.setMaximumWidth(theme.px(_WIDEST + 2 * 40))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(area, 1)
        layout.addWidget(self._bars)

    def _appearance(self) -> Section:
        section = Section(self.theme, _("Appearance"))
        languages = [("system", _("Like the system")), ("ko", "한국어"), ("en", "English")]
        section.add(_("Language"), "", self._choice("language", languages), setting="language")
        themes = [
            ("system", _("Like the system")),
            ("light", _("Light")),
            ("dark", _("Dark")),
        ]
        section.add(_("Theme"), "", self._choice("theme", themes), setting="theme")
        self._size.setRange(LEAST_SCALE // 10, MOST_SCALE // 10)
        self._size.setPageStep(2)
        fit(self._size, self.theme)
        self._size.setAccessibleName(_("Text size"))
        self._size.setTracking(False)  # the text changes when the slider is let go
        self._size.valueChanged.connect(lambda tens: self._set("text_scale", tens * 10))
        section.add(_("Text size"), "", row(self._per_cent, self._size), setting="text_scale")
        return section

    def _model_section(self) -> Section:
        section = Section(self.theme, _("Which model does what"))
        names = {
            "chat_model": _("Chat"),
            "translation_model": _("Translation"),
            _SECOND: _("Second translator"),
            "draft_model": _("Drafting"),
            "entity_model": _("Names and methods in papers"),
            "embedding_model": _("Search by meaning"),
        }
        for setting, name in names.items():
            hint = _("Asked where the first one fails.") if setting == _SECOND else ""
            choice = self._choice(setting, [("", _nobody(setting))])
            section.add(name, hint, choice, setting=setting)
        titles = [("model", _("By the model")), ("question", _("By the first question"))]
        section.add(
            _("Titles of chats"), "", self._choice("chat_titles", titles), setting="chat_titles"
        )
        return section

    def _files(self) -> Section:
        section = Section(self.theme, _("Files"))
        choose = button(_("Choose"), self._choose_folder)
        choose.setAccessibleName(_("Choose the output folder"))
        self._output.setMaximumWidth(self.theme.px(260))
        section.add(
            _("Output folder"),
            _("Where translated files and drafts go."),
            row(self._output, self._beside, choose),
            wide=False,
        )
        data = self.desk.paths.data
        show = button(
            _("Open the folder"),
            lambda: QDesktopServices.openUrl(QUrl.fromLocalFile(str(data))),
        )
        where = ElidedLabel(str(data), "small", Qt.TextElideMode.ElideMiddle, fills=False)
        section.add(_("Your data"), "", row(where, show), wide=False)
        network = button(_("Show the list"), lambda: self.navigate.emit("network"))
        network.setAccessibleName(_("Show what went over the network"))
        told = _("Everything that was sent or asked: when, where, how much, and why.")
        section.add(_("Network"), told, network, wide=False)
        again = button(_("Show the first steps"), lambda: self.navigate.emit("welcome"))
        section.add(_("First steps"), _("Language, what to do, which models."), again, wide=False)
        return section

    def _machine(self) -> Section:
        section = Section(self.theme, _("This machine"))
        later = _("Takes effect when MoA Desk starts the next time.")
        self._threads.valueChanged.connect(lambda count: self._set("threads", count))
        self._memory.valueChanged.connect(lambda count: self._set("memory_budget_mb", count))
        self._memory.setSuffix(_(" MB"))
        section.add(_("Processor threads"), later, self._threads, setting="threads")
        quiet = [("auto", _("On battery")), ("on", _("Always")), ("off", _("Never"))]
        calm = _("Uses half of the cores: cooler and quieter, but slower.")
        section.add(_("Quiet"), f"{calm} {later}", self._choice("quiet", quiet), setting="quiet")
        section.add(_("Memory for models"), later, self._memory, setting="memory_budget_mb")
        self._states.valueChanged.connect(lambda size: self._set("conversation_disk_mb", size))
        self._states.setSuffix(_(" MB"))
        self._states.setSpecialValueText(_("Off"))
        why = _("Long chats go on at once after a restart, without being read again.")
        section.add(
            _("Disk space for chats"),
            f"{why} {later}",
            self._states,
            setting="conversation_disk_mb",
        )
        return section

    def _choice(self, setting: str, choices: list[tuple[str, str]]) -> Choice:
        made = Choice(self.theme)
        made.offer(choices, getattr(self.desk.settings, setting))
        made.currentIndexChanged.connect(lambda at: self._set(setting, made.itemData(at)))
        self._choices[setting] = made
        return made


def _nobody(setting: str) -> str:
    """What happens where no model is chosen."""
    return _("Any other that is in memory") if setting == _SECOND else _("The best one here")


def _number(most: int, step: int, theme: Theme) -> QSpinBox:
    """A whole number; 0 means that the machine decides."""
    made = QSpinBox()
    made.setRange(0, most)
    made.setSingleStep(step)
    made.setSpecialValueText(_("Automatic"))
    fit(made, theme)
    made.setKeyboardTracking(False)
    made.lineEdit().setTextMargins(theme.px(7), 0, 0, 0)  # a style sheet's padding is not heard
    made.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    return made
