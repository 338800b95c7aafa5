"""What documents are translated with beyond language and model: a sheet that is seldom needed.

The one law: what cannot be used is said where it was written, and no document is begun with it.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, cast, get_args

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QCheckBox,
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from agents.base import UserError
from agents.translation.events import Register
from agents.translation.formats.json_paths import PathPattern
from agents.translation.formats.own_spans import compiled
from app import beside, i18n
from app.i18n import _
from app.jobs import Latest
from app.ui.settings.rows import Choice, Section
from app.ui.theme import mark
from app.ui.translation import words
from app.ui.translation.option_fields import Chosen, Lines, is_pair, reason, rules
from app.ui.widgets.basic import IconButton, button, row, text

if TYPE_CHECKING:
    from collections.abc import Callable

    from app.build import Desk
    from app.jobs import JobPool, Outcome
    from app.ui.theme import Theme

_FILE = "…"  # the choice that asks for a file
_WIDEST = 720
_PAUSE = 300  # ms without a keystroke before a pattern is looked at


class OptionsSheet(QWidget):
    """Register, glossary, memory, rules, further outputs, what is text in a format."""

    changed = Signal()
    closed = Signal()

    def __init__(self, desk: Desk, pool: JobPool, theme: Theme) -> None:
        """Arrange it; `refresh` looks which glossaries there are."""
        super().__init__()
        self._desk, self._theme = desk, theme
        self._glossaries = Latest(pool, self._found_glossaries, self)
        self._reading = Latest(pool, self._looked_at_rules, self)
        self._srx: Path | None = None
        self._hints: dict[str, tuple[QLabel, str, QWidget]] = {}  # label, its words, the control
        self._wrong: dict[str, str] = {}  # what cannot be used, and why
        self.register = Choice(theme)
        self.register.setAccessibleName(_("Korean sentence endings"))
        self.register.offer([(one, words.register(one)) for one in get_args(Register)], "")
        self.glossary = Choice(theme)
        self.memory = QCheckBox(_("Use it"))
        self.memory.setChecked(True)
        self.rules = button(_("Choose a file…"), self._choose_rules)
        self._no_rules = IconButton(
            theme, "close", _("Use the rules that come along"), lambda: self._set_rules(None)
        )
        self._no_rules.hide()
        self.outputs = {key: QCheckBox(words.output(key)) for key in beside.KINDS}
        self.lines = {
            "protect": Lines(theme, _("Stays as it is"), r"[A-Z]{2,5}-\d+"),
            "json.include": Lines(theme, _("Values of JSON that are text"), "$.items[*].title"),
            "json.exclude": Lines(theme, _("Values of JSON that are not"), "**.id"),
            "csv.column": Lines(theme, _("Columns of CSV that are text"), _("title")),
        }
        self._look = QTimer(self, singleShot=True, interval=_PAUSE)
        self._look.timeout.connect(self._check)
        self._arrange()
        self._offer_glossaries(())
        self._connect()

    @property
    def chosen(self) -> Chosen:
        """What is chosen now."""
        return Chosen(
            register=cast("Register", self.register.currentData()),
            glossary=str(self.glossary.currentData()),
            use_memory=self.memory.isChecked(),
            also=tuple(key for key, box in self.outputs.items() if box.isChecked()),
            options=tuple(
                (name, value) for name, field in self.lines.items() for value in field.values
            ),
            srx=self._srx,
        )

    @property
    def problem(self) -> str:
        """Why documents cannot be begun with this; empty if they can."""
        self._check()
        return next(iter(self._wrong.values()), "")

    @property
    def count(self) -> int:
        """How many things are chosen here that are not as they come."""
        chosen, plain = self.chosen, Chosen()
        differ = sum(
            getattr(chosen, name) != getattr(plain, name)
            for name in ("register", "glossary", "use_memory", "srx")
        )
        return differ + len(chosen.also) + len(chosen.options)

    def add(self, section: Section) -> None:
        """Put a section of somebody else's below."""
        self._sections.insertWidget(self._sections.count() - 1, section)

    def reveal(self, control: QWidget | None = None) -> None:
        """Scroll to a control; without one, to the first that says what is wrong with it."""
        if control is None:
            wrong = next(iter(self._wrong), "")
            control = self._hints[wrong][2] if wrong else None
        if control is not None:
            shown = control  # only once it has its place
            QTimer.singleShot(0, self, lambda: self._area.ensureWidgetVisible(shown))

    def refresh(self) -> None:
        """Look which glossaries there are, and whether the files are there still."""
        self._glossaries.ask(self._desk.glossaries.names)
        self._look_at_rules()

    def save_state(self) -> dict[str, object]:
        """Everything that is chosen."""
        chosen = self.chosen
        return {
            "register": chosen.register,
            "glossary": chosen.glossary,
            "use_memory": chosen.use_memory,
            "also": list(chosen.also),
            "options": [list(pair) for pair in chosen.options],
            "srx": str(chosen.srx or ""),
        }

    def restore_state(self, state: dict[str, object]) -> None:
        """Choose it again."""
        self.register.setCurrentIndex(max(0, self.register.findData(state.get("register"))))
        glossary = state.get("glossary")
        if isinstance(glossary, str):
            self._offer_glossaries(self._names(), glossary)
        self.memory.setChecked(state.get("use_memory") is not False)
        also = state.get("also")
        for key, box in self.outputs.items():
            box.setChecked(isinstance(also, list) and key in also)
        options = state.get("options")
        pairs = [one for one in options if is_pair(one)] if isinstance(options, list) else []
        for name, field in self.lines.items():
            field.setPlainText("\n".join(value for key, value in pairs if key == name))
        rules = state.get("srx")
        self._set_rules(Path(rules) if isinstance(rules, str) and rules else None)
        self._check()

    # --- what is wrong ---

    @Slot()
    def _check(self) -> None:
        self._look.stop()
        tests: dict[str, Callable[[str], object]] = {
            "protect": compiled,
            "json.include": PathPattern,
            "json.exclude": PathPattern,
        }
        for name, test in tests.items():
            self._say(name, reason(test, self.lines[name].values))

    def _say(self, name: str, wrong: str) -> None:
        """Say what is wrong with a field in the place of its hint, or that nothing is."""
        label, hint, control = self._hints[name]
        if wrong:
            self._wrong[name] = wrong
        else:
            self._wrong.pop(name, None)
        said = wrong or hint
        if label.text() != said:
            label.setText(said)
            label.setVisible(bool(said))
            control.setAccessibleDescription(said)
            mark(label, kind="bad" if wrong else "small")

    # --- glossary ---

    def _names(self) -> list[str]:
        kept = (self.glossary.itemData(at) for at in range(self.glossary.count()))
        return [name for name in kept if name not in ("", _FILE)]

    def _offer_glossaries(self, names: tuple[str, ...] | list[str], chosen: str = "") -> None:
        offered = [("", _("None")), *((name, words.file_name(name)) for name in names)]
        if chosen and chosen not in names:
            offered.append((chosen, words.file_name(chosen)))
        self.glossary.offer([*offered, (_FILE, _("From a file…"))], chosen)
        self._kept_glossary = chosen

    @Slot(object)
    def _found_glossaries(self, outcome: Outcome) -> None:
        if outcome.state != "done":
            return
        chosen = str(self.glossary.currentData())
        self._offer_glossaries(list(outcome.value), chosen)
        gone = chosen and chosen not in outcome.value and not Path(chosen).is_file()
        why = UserError("translation.no_glossary", name=chosen)
        self._say("glossary", i18n.explain(why) if gone else "")

    @Slot(int)
    def _glossary_chosen(self, _place: int) -> None:
        chosen = str(self.glossary.currentData())
        if chosen == _FILE:
            chosen, _kind = QFileDialog.getOpenFileName(
                self, _("Choose a glossary"), "", _("Glossaries (*.csv *.tsv *.tbx)")
            )
            self._offer_glossaries(self._names(), chosen or self._kept_glossary)
        self._kept_glossary = str(self.glossary.currentData())
        self._say("glossary", "")
        self.changed.emit()

    # --- segmentation rules ---

    def _choose_rules(self) -> None:
        name, _kind = QFileDialog.getOpenFileName(
            self, _("Choose segmentation rules"), "", _("Segmentation rules (*.srx *.xml)")
        )
        if name:
            self._set_rules(Path(name))

    def _set_rules(self, path: Path | None) -> None:
        self._srx = path
        self.rules.setText(path.name if path else _("Choose a file…"))
        self.rules.setToolTip(str(path or ""))
        said = _("Segmentation rules: {name}", name=path.name) if path else self.rules.text()
        self.rules.setAccessibleName(said)
        self._no_rules.setVisible(path is not None)
        self._look_at_rules()
        self.changed.emit()

    def _look_at_rules(self) -> None:
        if self._srx is None:
            self._say("srx", "")
        else:
            self._reading.ask(rules, self._srx)

    @Slot(object)
    def _looked_at_rules(self, outcome: Outcome) -> None:
        if outcome.state == "done" and outcome.value[0] == self._srx:
            self._say("srx", outcome.value[1])

    # --- layout ---

    def _connect(self) -> None:
        self.register.currentIndexChanged.connect(self.changed)
        self.glossary.activated.connect(self._glossary_chosen)
        for box in (self.memory, *self.outputs.values()):
            box.toggled.connect(self.changed)
        for field in self.lines.values():
            field.textChanged.connect(self._look.start)
            field.textChanged.connect(self.changed)
        leave = QShortcut(QKeySequence(Qt.Key.Key_Escape), self, self.closed.emit)
        leave.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)

    def _arrange(self) -> None:
        theme = self._theme
        inside = self._sections = QVBoxLayout()
        inside.setContentsMargins(0, 0, 0, theme.px(24))
        inside.setSpacing(theme.space("xl"))
        for section in (self._how(), self._beside(), self._texts()):
            inside.addWidget(section)
        inside.addStretch(1)
        middle = QWidget()
        middle.setMaximumWidth(theme.px(_WIDEST))
        middle.setLayout(inside)
        scrolled = QWidget()
        scrolled.setProperty("kind", "scrolled")
        across = QHBoxLayout(scrolled)
        across.setContentsMargins(theme.px(28), theme.px(8), theme.px(20), 0)
        across.addWidget(middle, 1)
        across.addStretch(0)
        area = self._area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setAccessibleName(_("Options"))
        area.setWidget(scrolled)
        self.done = button(_("Back"), self.closed.emit)
        head = row(text(_("Options for documents"), "title"), None, self.done)
        head.layout().setContentsMargins(theme.px(28), theme.px(16), theme.px(20), theme.px(8))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(head)
        layout.addWidget(area, 1)

    def _how(self) -> Section:
        section = Section(self._theme, _("How it is translated"))
        section.add(
            _("Korean sentence endings"),
            _("For translations into Korean; checked in each sentence."),
            self.register,
        )
        self._row(
            section, "glossary", _("Glossary"), _("Its terms are asked for and checked."),
            self.glossary,
        )  # fmt: skip
        section.add(
            _("Translation memory"),
            _("What was translated before is used again, and what is new is added."),
            self.memory,
            wide=False,
        )
        self.memory.setAccessibleName(_("Use the translation memory"))
        self._row(
            section, "srx", _("Where sentences end"), _("Your own segmentation rules (SRX)."),
            row(self.rules, self._no_rules, gap=self._theme.px(4)), wide=False,
        )  # fmt: skip
        return section

    def _beside(self) -> Section:
        section = Section(self._theme, _("Written beside each translation"))
        for key, box in self.outputs.items():
            name = box.text()
            box.setText("")
            box.setAccessibleName(name)
            hint = _("Beside PDF documents only.") if key in beside.OF_PDF else ""
            section.add(name, hint, box, wide=False)
        return section

    def _texts(self) -> Section:
        section = Section(self._theme, _("What is translated"))
        for key, hint in (
            ("protect", _("Regular expressions, one a line: what they fit is not translated.")),
            ("json.include", _("Paths, one a line. Without one, all that reads like text is.")),
            ("json.exclude", _("Paths, one a line: these values stay as they are.")),
            (
                "csv.column",
                _("Names or numbers of columns, one a line. Without one, all are."),
            ),
        ):
            field = self.lines[key]
            self._row(section, key, field.accessibleName(), hint, field)
        return section

    def _row(
        self,
        section: Section,
        key: str,
        name: str,
        hint: str,
        control: QWidget,
        *,
        wide: bool = True,
    ) -> None:
        label = section.add(name, hint, control, wide=wide)
        self._hints[key] = (label, hint, control)
