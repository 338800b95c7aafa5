"""The settings page: what is changed is stored and works at once.

The one law: a token that was entered is never shown again, not even its length.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QUrl, Slot
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import (
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QScrollArea,
    QSlider,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from agents.base import UserError
from app import i18n, keys
from app.i18n import _
from app.jobs import Latest
from app.ui.page import Page
from app.ui.settings.backups import BackupSection
from app.ui.settings.change import change
from app.ui.settings.remote import RemoteSection
from app.ui.settings.rows import Choice, Section, fit
from app.ui.theme import LEAST_SCALE, MOST_SCALE
from app.ui.widgets.bars import Bars
from app.ui.widgets.basic import ElidedLabel, button, row, text
from app.version import VERSION

if TYPE_CHECKING:
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
        self._tokens = Latest(pool, self._token_read, self)
        self._choices: dict[str, Choice] = {}
        self._bars = Bars(theme)
        self._output = ElidedLabel("", "small", Qt.TextElideMode.ElideMiddle, fills=False)
        self._beside = button(_("Beside the source"), lambda: self._set("output_dir", ""))
        self._size = QSlider(Qt.Orientation.Horizontal)
        self._per_cent = text("", "small")
        self._threads = _number(256, 1, theme)
        self._memory = _number(4_000_000, 512, theme)
        self._states = _number(1_000_000, 256, theme)
        self._token = QLineEdit()
        self._token_state = QLabel()
        self._forget = button(_("Remove"), lambda: self._keep_token(""))
        self._remote = RemoteSection(desk, pool, theme, self._bars)
        self._remote.wanted.connect(self._set)
        self._backups = BackupSection(desk, pool, theme, self._bars)
        self._backups.restoring.connect(self.restoring)
        self._backups.restored.connect(self.restored)
        self._arrange()
        self._show()

    def title(self) -> str:
        """The name of the page."""
        return _("Settings")

    def entered(self) -> None:
        """Look which models there are, and whether a token is kept."""
        self._show()
        self._looking.ask(self.desk.choices.all)
        self._look_for_token()
        self._remote.look_for_key()
        self._backups.look()

    # --- changing ---

    @Slot(str, object)
    def _set(self, name: str, value: str | int) -> None:
        before = getattr(self.desk.settings, name)
        if value == before:
            return
        try:
            settings = change(self.desk, **{name: value})
        except UserError as error:
            self._bars.say("error", i18n.explain(error), key="saved")
            self._show()
            return
        self._show()
        undo = (_("Undo"), lambda: self._set(name, before))
        self._bars.say("info", _("Saved."), [undo], key="saved", seconds=UNDO_SECONDS)
        self.settings_changed.emit(settings)

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

    # --- the token ---

    def _look_for_token(self) -> None:
        # A keyring may ask the user for its own password: never wait for that here.
        self._tokens.ask(_has_token)

    @Slot(object)
    def _token_read(self, outcome: Outcome) -> None:
        kept = outcome.state == "done" and outcome.value
        self._token_state.setText(
            _("A token is kept in this system's keyring.")
            if kept
            else _("Only for models that ask for one. It is kept in the system's keyring.")
        )
        self._forget.setVisible(bool(kept))

    @Slot()
    def _save_token(self) -> None:
        token = self._token.text().strip()
        self._token.clear()
        if token:
            self._keep_token(token)

    def _keep_token(self, token: str) -> None:
        self.pool.call(keys.set_hub_token, token).finished.connect(self._token_kept)

    @Slot(object)
    def _token_kept(self, outcome: Outcome) -> None:
        if outcome.state == "done" and not outcome.value:
            words = _("This system has no keyring: the token is kept until you close MoA Desk.")
            self._bars.say("warn", words, key="token")
        self._look_for_token()

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
            self._backups,
            self._machine(),
            self._hub(),
            self._remote,
        ):
            column.addWidget(section)
        column.addWidget(text(_("MoA Desk {version}", version=VERSION), "small"))
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
        self._bars.layout().setContentsMargins(theme.px(40), 0, theme.px(40), theme.px(16))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(area, 1)
        layout.addWidget(self._bars)

    def _appearance(self) -> Section:
        section = Section(self.theme, _("Appearance"))
        languages = [("system", _("Like the system")), ("ko", "한국어"), ("en", "English")]
        section.add(_("Language"), "", self._choice("language", languages))
        themes = [
            ("system", _("Like the system")),
            ("light", _("Light")),
            ("dark", _("Dark")),
        ]
        section.add(_("Theme"), "", self._choice("theme", themes))
        self._size.setRange(LEAST_SCALE // 10, MOST_SCALE // 10)
        self._size.setPageStep(2)
        fit(self._size, self.theme)
        self._size.setAccessibleName(_("Text size"))
        self._size.setTracking(False)  # the text changes when the slider is let go
        self._size.valueChanged.connect(lambda tens: self._set("text_scale", tens * 10))
        section.add(_("Text size"), "", row(self._per_cent, self._size))
        return section

    def _model_section(self) -> Section:
        section = Section(self.theme, _("Which model does what"))
        names = {
            "chat_model": _("Chat"),
            "translation_model": _("Translation"),
            _SECOND: _("What that cannot translate"),
            "draft_model": _("Drafting"),
            "entity_model": _("Names and methods in papers"),
            "embedding_model": _("Search by meaning"),
        }
        for setting, name in names.items():
            section.add(name, "", self._choice(setting, [("", _nobody(setting))]))
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
        return section

    def _machine(self) -> Section:
        section = Section(self.theme, _("This machine"))
        later = _("Takes effect when MoA Desk starts the next time.")
        self._threads.valueChanged.connect(lambda count: self._set("threads", count))
        self._memory.valueChanged.connect(lambda count: self._set("memory_budget_mb", count))
        self._memory.setSuffix(_(" MB"))
        section.add(_("Processor threads"), later, self._threads)
        quiet = [("auto", _("On battery")), ("on", _("Always")), ("off", _("Never"))]
        calm = _("Uses half of the cores: cooler and quieter, but slower.")
        section.add(_("Quiet"), f"{calm} {later}", self._choice("quiet", quiet))
        section.add(_("Memory for models"), later, self._memory)
        self._states.valueChanged.connect(lambda size: self._set("conversation_disk_mb", size))
        self._states.setSuffix(_(" MB"))
        self._states.setSpecialValueText(_("Off"))
        why = _("Long chats go on at once after a restart, without being read again.")
        section.add(_("Disk space for chats"), f"{why} {later}", self._states)
        return section

    def _hub(self) -> Section:
        section = Section(self.theme, _("Model hub"))
        self._token.setEchoMode(QLineEdit.EchoMode.Password)
        self._token.setAccessibleName(_("Access token"))
        self._token.setPlaceholderText(_("Paste a token"))
        self._token.setMinimumWidth(self.theme.px(90))
        self._token.returnPressed.connect(self._save_token)
        keep = button(_("Keep"), self._save_token)
        state = section.add(
            _("Access token"),
            _("Only for models that ask for one. It is kept in the system's keyring."),
            row(self._token, keep, self._forget),
        )
        self._token_state = state
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


def _has_token() -> bool:
    return bool(keys.hub_token())
