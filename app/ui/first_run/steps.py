"""The three steps of the first run. They show and say what was chosen; the page acts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QButtonGroup, QCheckBox, QRadioButton, QVBoxLayout, QWidget

from app import i18n
from app.i18n import _
from app.ui import figures
from app.ui.models import words
from app.ui.models.licence_links import LicenceLinks
from app.ui.widgets.basic import text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from agents.engine.advice import Advice, Goal, Pick
    from agents.engine.catalog import Licence
    from agents.engine.machine import Machine
    from app.ui.theme import Theme


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What suits this machine, and what stands in the way."""

    machine: Machine
    advice: Advice
    here: frozenset[str]  # ids of models that are on this machine
    licences: Mapping[str, Licence]  # by model, those that are not accepted yet


class Step(QWidget):
    """A heading, a sentence, and what is to be chosen."""

    def __init__(self, theme: Theme, title: str, sentence: str) -> None:
        super().__init__()
        self.theme = theme
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(theme.space("s"))
        self.column.addWidget(text(title, "title", wrap=True))
        self.sentence = text(sentence, "muted", wrap=True)
        self.column.addWidget(self.sentence)
        self.column.addSpacing(theme.space("m"))


class LanguageStep(Step):
    """Which language the window speaks."""

    chosen = Signal(str)

    def __init__(self, theme: Theme, language: str) -> None:
        super().__init__(
            theme,
            _("Welcome to MoA Desk"),
            _(
                "Chat, translation and related work on your own computer. What you write stays"
                " here. First: which language shall the window speak?"
            ),
        )
        self._group = QButtonGroup(self)
        self.choices: dict[str, QRadioButton] = {}
        spoken = i18n.system_language() if language == "system" else language
        for value, name in (("ko", "한국어"), ("en", "English")):
            made = QRadioButton(name)
            made.setAccessibleName(name)
            made.setChecked(value == spoken)
            made.clicked.connect(lambda _on=False, value=value: self.chosen.emit(value))
            self._group.addButton(made)
            self.choices[value] = made
            self.column.addWidget(made)
        self.column.addStretch(1)


class GoalStep(Step):
    """What the user wants to do."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(
            theme,
            _("What do you want to do?"),
            _("This decides which models are recommended. You can change everything later."),
        )
        self.boxes: dict[Goal, QCheckBox] = {}
        offered: tuple[tuple[Goal, str, str], ...] = (
            ("chat", _("Chat"), _("Ask, summarise, write and rewrite in Korean and English.")),
            (
                "translate",
                _("Translate Korean and English"),
                _("Texts and whole documents, with your own glossary and memory."),
            ),
            (
                "scholar",
                _("Write related work"),
                _("Drafts with real citations from your own library."),
            ),
            (
                "calculate",
                _("Calculate and program"),
                _("Specialists for mathematics and code that the chat asks."),
            ),
        )
        for goal, name, about in offered:
            box = QCheckBox(name)
            box.setAccessibleName(name)
            box.setAccessibleDescription(about)
            box.setChecked(goal in {"chat", "translate"})
            self.boxes[goal] = box
            self.column.addWidget(box)
            below = text(about, "small", wrap=True)
            below.setContentsMargins(theme.px(26), 0, 0, theme.px(8))
            self.column.addWidget(below)
        self.column.addStretch(1)

    @property
    def chosen(self) -> tuple[Goal, ...]:
        """What is ticked."""
        return tuple(goal for goal, box in self.boxes.items() if box.isChecked())

    def choose(self, goals: Sequence[str]) -> None:
        """Tick these."""
        for goal, box in self.boxes.items():
            box.setChecked(goal in goals)


class ModelStep(Step):
    """Which models to download."""

    changed = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, _("Which models?"), "")
        self.boxes: dict[str, QCheckBox] = {}
        self._suggestion: Suggestion | None = None
        self._list = QVBoxLayout()
        self._list.setSpacing(theme.space("xs"))
        self.total = text("", "strong", wrap=True)
        self.licences = text("", "small", wrap=True)
        self.links = LicenceLinks(theme)
        without = _(
            "Without a download MoA Desk is useful all the same: the small starter model chats in"
            " English (it knows no Korean), and memory, glossary and library work."
        )
        self.column.addLayout(self._list)
        self.column.addSpacing(theme.space("s"))
        self.column.addWidget(self.total)
        self.column.addWidget(self.licences)
        self.column.addWidget(self.links)
        self.column.addSpacing(theme.space("s"))
        self.column.addWidget(text(without, "small", wrap=True))
        self.column.addStretch(1)
        self._show_total()

    @property
    def ready(self) -> bool:
        """Whether it is known what suits this machine."""
        return self._suggestion is not None

    @property
    def wanted(self) -> tuple[str, ...]:
        """Ids of models to download."""
        here = self._suggestion.here if self._suggestion else frozenset()
        return tuple(
            name for name, box in self.boxes.items() if box.isChecked() and name not in here
        )

    @property
    def conditions(self) -> tuple[Licence, ...]:
        """Licences to be accepted for what is ticked, each once."""
        if self._suggestion is None:
            return ()
        found = {
            one.id: one
            for name in self.wanted
            if (one := self._suggestion.licences.get(name)) is not None
        }
        return tuple(found.values())

    def show_suggestion(self, suggestion: Suggestion) -> None:
        """Show what suits this machine."""
        self._suggestion = suggestion
        while (item := self._list.takeAt(0)) is not None:
            item.widget().deleteLater()
        self.boxes = {}
        where = suggestion.machine
        self.sentence.setText(
            _(
                "This machine: {memory} of memory, {cores} cores{instructions}; {disk} of disk"
                " space are free.",
                memory=figures.size(where.memory),
                cores=where.cores,
                instructions=_instructions(where.instructions),
                disk=figures.size(where.disk),
            )
        )
        for pick in suggestion.advice.picks:
            self._add(pick, here=pick.entry.id in suggestion.here)
        if not suggestion.advice.picks:
            nothing = _("Nothing suits what you want to do on this machine, or nothing is needed.")
            self._list.addWidget(text(nothing, "muted", wrap=True))
        self._show_total()

    def _add(self, pick: Pick, *, here: bool) -> None:
        entry = pick.entry
        size = figures.size(entry.size) if entry.size else _("size unknown")
        box = QCheckBox(figures.joined(entry.name, size))
        box.setAccessibleName(box.text())
        box.setChecked(pick.chosen and not here)
        box.setEnabled(not here)
        box.toggled.connect(self._show_total)
        about = figures.joined(
            words.role(entry.role),
            words.languages(entry.languages),
            _("memory {size}", size=figures.size(entry.memory)),
            _("here already") if here else _why(pick),
        )
        box.setAccessibleDescription(about)
        below = text(about, "small", wrap=True)
        below.setContentsMargins(self.theme.px(26), 0, 0, self.theme.px(6))
        self.boxes[entry.id] = box
        self._list.addWidget(box)
        self._list.addWidget(below)

    @Slot()
    def _show_total(self) -> None:
        picks = self._suggestion.advice.picks if self._suggestion else ()
        wanted = [pick.entry for pick in picks if pick.entry.id in self.wanted]
        size = sum(one.size for one in wanted)
        free = self._suggestion.machine.disk if self._suggestion else 0
        if self._suggestion is None:
            said = _("Looking at this machine…")
        elif not wanted:
            said = _("Nothing will be downloaded.")
        elif size > free:
            said = _(
                "Together {size}, but only {free} of disk space are free.",
                size=figures.size(size),
                free=figures.size(free),
            )
        elif all(one.size for one in wanted):
            said = _("Together {size} to download.", size=figures.size(size))
        else:
            said = _("Together at least {size} to download.", size=figures.size(size))
        self.total.setText(said)
        conditions = [one.condition for one in self.conditions]
        self.licences.setText("\n".join(i18n.explain(one) for one in conditions if one))
        self.licences.setVisible(bool(self.conditions))
        self.links.show_licences(self.conditions)
        self.changed.emit()


def _instructions(name: str) -> str:
    known = {"avx512": "AVX-512", "avx2": "AVX2", "neon": "NEON"}
    return f" ({known[name]})" if name in known else _(" (no fast instruction set: slow)")


def _why(pick: Pick) -> str:
    return {
        "best": _("recommended"),
        "small": _("the small one suits this machine"),
        "finer": _("finer, since there is room for it"),
        "larger": _("larger and slower; it thinks before it answers"),
        "demand": _("loaded when it is needed"),
    }[pick.why]
