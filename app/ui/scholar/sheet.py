"""The reading sheet: one work, its abstract, and the entities found in it."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, QUrl, Signal, Slot
from PySide6.QtGui import QColor, QDesktopServices
from PySide6.QtWidgets import QLabel, QScrollArea, QVBoxLayout, QWidget

from agents.entities.events import PAPER_LABELS, EntitiesFound, EntityRequest
from agents.scholar import entity_pages
from app import i18n
from app.i18n import _
from app.jobs import Latest
from app.ui import figures
from app.ui.scholar import words
from app.ui.scholar.passages import PaperBlock
from app.ui.theme import mark
from app.ui.widgets.basic import button, row, text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from agents.entities.events import Span
    from agents.scholar.entity_pages import Marked
    from agents.scholar.events import Work
    from app.build import Desk
    from app.jobs import Job, JobPool, Outcome
    from app.ui.theme import Theme

_SETTLE = 200  # ms a work is looked at before its entities are searched
_ENTITY = "entity:"
_KEPT = 500  # works whose entities are remembered


class ReadingSheet(QWidget):
    """Shows one work at a time."""

    navigate = Signal(str)
    remove = Signal()
    entity = Signal(int)  # one that was clicked

    def __init__(self, desk: Desk, pool: JobPool, theme: Theme) -> None:
        """Arrange it; `show_work` fills it."""
        super().__init__()
        self._desk, self._pool, self._theme = desk, pool, theme
        self._best = Latest(pool, self._model_known, self)
        self._work: Work | None = None
        self._model: str | None = None  # the entity model; None = not yet looked for
        self._job: Job | None = None
        self._found: dict[tuple[int, str], tuple[Span, ...]] = {}
        self._marked: tuple[Marked, ...] | None = None  # of the library's own reading
        self._stored = Latest(pool, self._stored_read, self)
        mark(self, ground="ground", edge="left")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._title = _selectable("heading")
        self._people = _selectable("")
        self._where = _selectable("small")
        self._doi = button("doi", self._open_doi, "plain")
        self._abstract = _selectable("", links=True)
        self._abstract.setTextFormat(Qt.TextFormat.RichText)
        self._abstract.setAccessibleName(_("Abstract"))
        self._abstract.linkActivated.connect(self._link)
        self._legend = QLabel()
        self._legend.setTextFormat(Qt.TextFormat.RichText)
        self._legend.setWordWrap(True)
        self._legend.setAccessibleName(_("Entities"))
        self._hint = text("", "small", wrap=True)
        self._models = button(_("Open Models"), lambda: self.navigate.emit("models"), "plain")
        self._remove = button(_("Remove from the library"), self.remove.emit)
        self.paper = PaperBlock(desk, pool, theme)
        self._arrange()
        self._settle = QTimer(self, singleShot=True, interval=_SETTLE)
        self._settle.timeout.connect(self._look)
        theme.changed.connect(self._draw)
        self.show_work(None)

    def _arrange(self) -> None:
        theme = self._theme
        inner = QWidget()
        inner.setProperty("kind", "scrolled")
        column = QVBoxLayout(inner)
        column.setContentsMargins(theme.px(16), theme.px(20), theme.px(16), theme.px(16))
        column.setSpacing(theme.space("m"))
        for part in (self._title, self._people, self._where):
            column.addWidget(part)
        column.addWidget(row(self._doi, None))
        for part in (self._abstract, self._legend, self._hint):
            column.addWidget(part)
        column.addWidget(row(self._models, None))
        column.addWidget(self.paper)
        column.addStretch(1)
        column.addWidget(row(self._remove, None))
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(inner)
        scroll.setAccessibleName(_("Reading sheet"))
        self._inner = inner
        layout = QVBoxLayout(self)
        layout.setContentsMargins(1, 0, 0, 0)
        layout.addWidget(scroll)

    def look_for_model(self) -> None:
        """Find out which entity model is here, if any."""
        self._best.ask(self._desk.shelf.best, "entities", self._desk.settings.entity_model)

    @Slot(object)
    def show_work(self, work: Work | None) -> None:
        """Show another work, or none."""
        self._work = work
        self._marked = None
        self._stop()
        self._inner.setVisible(work is not None)
        self.paper.show_work(work)
        if work is None:
            return
        self._title.setText(work.title or work.key)
        self._people.setText(words.people(work))
        self._people.setVisible(bool(work.authors))
        self._where.setText(figures.joined(work.venue, work.year, work.key))
        self._doi.setText(f"doi:{work.doi}")
        self._doi.setAccessibleName(_("Open {address} in the browser", address=work.doi))
        self._doi.setVisible(bool(work.doi))
        self._draw()
        self._stored.ask(entity_pages.of_abstract, self._desk.entity_store, work)

    @Slot(object)
    def _stored_read(self, outcome: Outcome) -> None:
        """Show what the library's own reading found; what was never read is read now."""
        if outcome.state == "done":
            self._marked = outcome.value
            self._draw()
        if self._marked is None:
            self._settle.start()

    @Slot(str)
    def _link(self, target: str) -> None:
        self.entity.emit(int(target.removeprefix(_ENTITY)))

    @Slot(object)
    def _model_known(self, outcome: Outcome) -> None:
        if outcome.state == "done":
            self._model = outcome.value
            self._draw()
            self._settle.start()

    @Slot()
    def _look(self) -> None:
        work = self._work
        if work is None or not work.abstract or not self._model or self._job is not None:
            return
        if self._marked is not None:
            return
        if (work.id, work.abstract) not in self._found:
            request = EntityRequest((work.abstract,), self._model)
            self._job = self._pool.start(self._desk.entities, request, interactive=True)
            self._job.event.connect(self._happened)
            self._job.finished.connect(self._ended)

    @Slot(object)
    def _happened(self, event: object) -> None:
        work = self._work
        if isinstance(event, EntitiesFound) and work is not None:
            if len(self._found) >= _KEPT:
                self._found.clear()
            self._found[work.id, work.abstract] = event.spans
            self._draw()

    @Slot(object)
    def _ended(self, outcome: Outcome) -> None:
        self._job = None
        if outcome.error:
            self._hint.setText(i18n.explain(outcome.error))
            self._hint.show()

    def _stop(self) -> None:
        job, self._job = self._job, None
        if job is not None:
            job.event.disconnect(self._happened)
            job.finished.disconnect(self._ended)
            job.cancel()

    @Slot()
    def _draw(self) -> None:
        work = self._work
        if work is None:
            return
        spans = self._marked or self._found.get((work.id, work.abstract), ())
        links = {one.start: one.entity for one in self._marked or ()}
        if work.abstract:
            self._abstract.setText(painted(work.abstract, spans, self._theme, links))
        else:
            self._abstract.setText(html.escape(_("This entry has no abstract.")))
        labels = [name for name in PAPER_LABELS if any(span.label == name for span in spans)]
        self._legend.setText(" ".join(_tag(name, self._theme) for name in labels))
        self._legend.setVisible(bool(labels))
        self._abstract.setAccessibleDescription(told(work.abstract, spans))
        lacking = self._model == "" and bool(work.abstract) and self._marked is None
        self._hint.setText(
            _("People, methods and datasets are coloured here once an entity model is installed.")
        )
        self._hint.setVisible(lacking)
        self._models.setVisible(lacking)

    def _open_doi(self) -> None:
        if self._work:
            QDesktopServices.openUrl(QUrl(f"https://doi.org/{self._work.doi}"))


def painted(
    content: str,
    spans: Sequence[Span | Marked],
    theme: Theme,
    links: Mapping[int, int] | None = None,
) -> str:
    """Text as rich text with its entities on coloured ground.

    Args:
        content: the text.
        spans: what is marked in it; of two that overlap, the earlier.
        theme: how it looks.
        links: the entities that a click opens, by where their mention begins.
    """
    made: list[str] = []
    at = 0
    for span in sorted(spans, key=lambda one: one.start):
        if span.start < at:
            continue
        made.append(html.escape(content[at : span.start]))
        inside = html.escape(content[span.start : span.end])
        ground = f"background:{tint(span.label, theme)}"
        entity = (links or {}).get(span.start)
        if entity is None:
            made.append(f'<span style="{ground}">{inside}</span>')
        else:
            style = f"{ground}; color:{theme.hex('text')}; text-decoration:none"
            made.append(f'<a href="{_ENTITY}{entity}" style="{style}">{inside}</a>')
        at = span.end
    made.append(html.escape(content[at:]))
    return f'<div style="line-height:140%">{"".join(made)}</div>'


def told(content: str, spans: Iterable[Span | Marked]) -> str:
    """What the colours say, in words, for who does not see them."""
    found: dict[str, dict[str, None]] = {}
    for span in spans:
        named = " ".join(content[span.start : span.end].split())
        found.setdefault(span.label, {})[named] = None
    return "; ".join(
        f"{words.label(label)}: {', '.join(found[label])}"
        for label in PAPER_LABELS
        if label in found
    )


def tint(label: str, theme: Theme) -> str:
    """The ground of a label: the theme's soft accent, its hue turned by the label's place."""
    soft = theme.colour("accent_soft")
    place = PAPER_LABELS.index(label) if label in PAPER_LABELS else 0
    hue = (soft.hslHueF() + place / len(PAPER_LABELS)) % 1.0
    vivid = min(1.0, soft.hslSaturationF() * 1.6)
    light = soft.lightnessF() * (0.97 if soft.lightnessF() > 0.5 else 1.25)
    return QColor.fromHslF(hue, vivid, light).name()


def _tag(label: str, theme: Theme) -> str:
    style = f"background:{tint(label, theme)}; font-size:{theme.px(12)}px"
    return f'<span style="{style}">&nbsp;{html.escape(words.label(label))}&nbsp;</span>'


def _selectable(kind: str, *, links: bool = False) -> QLabel:
    made = text("", kind, wrap=True)
    flags = (
        Qt.TextInteractionFlag.TextSelectableByMouse
        | Qt.TextInteractionFlag.TextSelectableByKeyboard
    )
    if links:
        flags |= Qt.TextInteractionFlag.LinksAccessibleByMouse
        flags |= Qt.TextInteractionFlag.LinksAccessibleByKeyboard
    made.setTextInteractionFlags(flags)
    focus = Qt.FocusPolicy.StrongFocus if links else Qt.FocusPolicy.ClickFocus
    made.setFocusPolicy(focus)
    return made
