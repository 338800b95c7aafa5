"""Choose what translates: one of the models that are here, or an engine that needs none."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QVBoxLayout, QWidget

from app.i18n import _
from app.jobs import Latest
from app.ui.combo import Combo
from app.ui.translation import words
from app.ui.widgets.basic import IconButton, button, row

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from agents.translation.events import EngineKind
    from app.build import Desk
    from app.choices import ModelChoice
    from app.jobs import JobPool, Outcome
    from app.ui.theme import Theme
    from app.ui.widgets.bars import Bars


_NAME_WIDTH = 150  # px of a memory's name
_WITH_MEMORY = ("model", "memory")  # a model is asked only what the memory does not have


@dataclass(frozen=True, slots=True)
class Choice:
    """What translates."""

    engine: EngineKind
    model: str = ""
    memory: Path | None = None


def warn_of_korean(bars: Bars, model: ModelChoice | None, find: Callable[[], None]) -> None:
    """Say before anything starts that the chosen model does not know Korean; `find` another."""
    bars.close_bar("missing")
    bars.close_bar("korean")
    if model and model.languages and "ko" not in model.languages:
        bars.say(
            "warn",
            _("{model} does not know Korean: its translations will be wrong.", model=model.name),
            [(_("Find a Korean model"), find)],
            key="korean",
        )


class EngineChooser(QWidget):
    """A list of models and engines, with a file chooser for the memory."""

    changed = Signal()

    def __init__(
        self,
        desk: Desk,
        pool: JobPool,
        theme: Theme,
        engines: Sequence[EngineKind],
        *,
        flat: bool = False,
    ) -> None:
        """Make it; `refresh` fills in the models. `flat`: side by side, not below one another."""
        super().__init__()
        self._desk = desk
        self._look = Latest(pool, self._looked, self)
        self._engines = engines
        self._models: dict[str, ModelChoice] = {}
        self._memory: Path | None = None
        self._told: Choice | None = None
        self.ready = False  # whether it is known which models are here
        self._wish: tuple[EngineKind, str] = ("model", desk.settings.translation_model)
        self._list = Combo(_("Translate with"))
        if flat:
            self._list.fit(theme.px(170), theme.px(340))
        else:
            self._list.setMinimumWidth(theme.px(170))
        self._file = button(
            _("Use a translation memory…"),
            self._choose_memory,
            "plain",
            hint=_("A translation memory: TMX, or JSONL with “en” and “ko”"),
        )
        layout = (QHBoxLayout if flat else QVBoxLayout)(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.space("xs"))
        layout.addWidget(row(self._list))
        self._forget = IconButton(theme, "close", _("Do without the memory"), self._forget_memory)
        layout.addWidget(row(self._file, self._forget, None, gap=theme.px(4)))
        self._fill(())
        self._list.activated.connect(self._chosen)

    @property
    def choice(self) -> Choice:
        """What is chosen; an empty model if none is here."""
        engine, model = self._list.currentData() or ("model", "")
        return Choice(engine, model, self._memory if engine in _WITH_MEMORY else None)

    @property
    def model(self) -> ModelChoice | None:
        """The chosen model."""
        return self._models.get(self.choice.model)

    @property
    def missing(self) -> str:
        """What is still to be chosen, as a sentence; empty if nothing."""
        choice = self.choice
        if choice.engine == "model" and not choice.model:
            return _("There is no model here that translates.")
        if choice.engine == "memory" and choice.memory is None:
            return _("Choose a translation memory first.")
        return ""

    def choose(self, engine: str, model: str = "", memory: Path | None = None) -> None:
        """Choose this as soon as it is there."""
        if engine in self._engines:
            self._wish = (engine, model)  # type: ignore[assignment] - checked above
        if memory is not None:
            self._memory = memory
        self._select()

    def save_state(self) -> dict[str, object]:
        """What is wanted, whether or not it is here now."""
        engine, model = self._wish
        return {"engine": engine, "model": model, "memory": str(self._memory or "")}

    def restore_state(self, state: dict[str, object]) -> None:
        """Want it again."""
        engine, model, memory = (state.get(name) for name in ("engine", "model", "memory"))
        if isinstance(engine, str) and isinstance(model, str) and (model or engine != "model"):
            known = Path(memory) if isinstance(memory, str) and memory else None
            self.choose(engine, model, known)

    def refresh(self) -> None:
        """Look which models are here."""
        self._look.ask(_models, self._desk)

    @Slot(object)
    def _looked(self, outcome: Outcome) -> None:
        if outcome.state == "done":
            models, best = outcome.value
            if self._wish[0] == "model" and self._wish[1] not in {one.id for one in models}:
                self._wish = ("model", best)
            if not self.ready:
                self.ready = True
                self._told = None
            self._fill(models)

    def _fill(self, models: Sequence[ModelChoice]) -> None:
        self._models = {model.id: model for model in models}
        self._list.clear()
        for model in models:
            self._list.add(model.name, ("model", model.id))
        if not models:
            self._list.add(_("No model"), ("model", ""))
        for engine in self._engines:
            if engine != "model":
                self._list.add(words.engine(engine), (engine, ""), words.engine_hint(engine))
        self._select()

    def _select(self) -> None:
        found = [
            place
            for place in range(self._list.count())
            if tuple(self._list.itemData(place)) == self._wish
        ]
        self._list.setCurrentIndex(found[0] if found else 0)
        self._tell()

    def _tell(self) -> None:
        self._show_memory()
        if self.choice != self._told:
            self._told = self.choice
            self.changed.emit()

    @Slot()
    def _chosen(self) -> None:
        self._wish = (self.choice.engine, self.choice.model)
        self._tell()

    @Slot()
    def _choose_memory(self) -> None:
        name, _kind = QFileDialog.getOpenFileName(
            self, _("Choose a translation memory"), "", _("Translation memories (*.tmx *.jsonl)")
        )
        if name:
            self._memory = Path(name)
            self._tell()

    def _forget_memory(self) -> None:
        self._memory = None
        self._tell()

    def _show_memory(self) -> None:
        wants = self.choice.engine in _WITH_MEMORY
        self._file.setVisible(wants)
        self._forget.setVisible(wants and self._memory is not None)
        said = _("Use a translation memory…")
        if self._memory is not None:
            said = self._memory.name
            self._file.setAccessibleName(_("Translation memory: {name}", name=said))
            room = self._file.fontMetrics()
            said = room.elidedText(said, Qt.TextElideMode.ElideMiddle, _NAME_WIDTH)
        self._file.setText(said)


def translators(desk: Desk) -> tuple[ModelChoice, ...]:
    """Models that can translate, those made for it first. For a worker."""
    here = [one for one in desk.choices.all() if one.role in {"translation", "chat", "scholar"}]
    return tuple(sorted(here, key=lambda model: model.role != "translation"))


def _models(desk: Desk) -> tuple[tuple[ModelChoice, ...], str]:
    best = desk.choices.best("translation", desk.settings.translation_model)
    return translators(desk), best
