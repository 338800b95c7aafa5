"""Step 2 of a draft: its themes, what they ask, and the papers of each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Slot
from PySide6.QtWidgets import QLineEdit, QListWidgetItem, QTreeWidgetItem, QWidget

from agents.scholar import steps
from agents.scholar.events import PapersFound, PapersRequest
from app import i18n
from app.i18n import _
from app.ui.scholar import words
from app.ui.scholar.plan_panel import HINT, LATER, PlanPanel, heading, offered
from app.ui.scholar.plan_tree import CHILD, THEME
from app.ui.two_lines import STATE
from app.ui.widgets.basic import IconButton, button, column, row, text
from app.ui.widgets.beside import BesideOrBelow
from app.ui.widgets.flow import Flow

if TYPE_CHECKING:
    from agents.scholar.events import PlannedTheme, Work
    from app.build import Desk
    from app.jobs import Job, JobPool, Outcome
    from app.ui.scholar.plan_edit import PlanEdit
    from app.ui.theme import Theme

_TYPING = 350  # ms without a key before the library is asked
_WORK = int(Qt.ItemDataRole.UserRole)


class ThemesPage(PlanPanel):
    """Themes and papers on the left, the library on the right."""

    def __init__(self, desk: Desk, pool: JobPool, theme: Theme, edit: PlanEdit) -> None:
        """Arrange it; `draw` fills it."""
        super().__init__(edit, _("Themes and papers"), [_("Theme or paper"), _("Slot")])
        self._desk, self._pool = desk, pool
        self._job: Job | None = None
        self.question = QLineEdit()
        self.question.setAccessibleName(_("Question of the theme"))
        self.question.setPlaceholderText(_("What does this theme ask its papers?"))
        self.search = QLineEdit(clearButtonEnabled=True)
        self.search.setAccessibleName(_("Search papers for this theme"))
        self.search.setPlaceholderText(_("Search papers for this theme"))
        self.found = offered(_("Papers found"), theme)
        self.hint = text("", "small", wrap=True)
        self._arrange(theme)
        self._later = QTimer(self, singleShot=True, interval=_TYPING)
        self._later.timeout.connect(self._look)
        self.search.textChanged.connect(self._typed)
        self.search.returnPressed.connect(self._look)
        self.found.itemActivated.connect(self._take)
        self.question.editingFinished.connect(self._asked)
        self.tree.current.connect(self._chosen)
        self.tree.child_moved.connect(self._paper_moved, LATER)

    def draw(self) -> None:
        """Show the outline as it is now."""
        outline, known = self._edit.outline, self._edit.works
        drawn: list[tuple[QTreeWidgetItem, list[QTreeWidgetItem]]] = []
        for theme in outline.themes:
            item = heading(theme)
            item.setToolTip(0, theme.question or theme.title)
            children: list[QTreeWidgetItem] = []
            for slot, key in enumerate(theme.keys, start=1):
                children.append(_paper(theme, slot, key, known.get(key)))
            drawn.append((item, children))
        self.tree.draw(drawn)
        self._chosen()

    def _theme(self) -> PlannedTheme | None:
        return self._edit.outline.theme(self.tree.chosen[0])

    # --- changing ---

    @Slot()
    def add_theme(self) -> None:
        """A new theme, to be named at once."""
        made = steps.add_theme(self._edit.outline, _("New theme"))
        new = next(t for t in made.themes if self._edit.outline.theme(t.id) is None)
        self._edit.apply(made)
        self.tree.choose(new.id)
        self.rename()

    @Slot()
    def rename(self) -> None:
        """Name the theme that is selected."""
        item = self.tree.currentItem()
        if item is not None:
            self.tree.editItem(item if item.parent() is None else item.parent(), 0)

    @Slot()
    def remove(self) -> None:
        """Take out what is selected."""
        theme, key = self.tree.chosen
        outline = self._edit.outline
        if isinstance(key, str):
            self._edit.apply(steps.drop_work(outline, theme, key))
        elif theme:
            self._edit.apply(steps.delete_theme(outline, theme))

    @Slot()
    def pin(self) -> None:
        """Let the paper stay where it is, or not."""
        theme, key = self._theme(), self.tree.chosen[1]
        if theme is not None and isinstance(key, str):
            on = key not in theme.pinned
            self._edit.apply(steps.pin(self._edit.outline, theme.id, key, on=on))

    @Slot(object, int, int, int)
    def _paper_moved(self, key: object, source: int, target: int, at: int) -> None:
        self._edit.apply(steps.move_work(self._edit.outline, str(key), source, target, at))
        self.tree.choose(target, key)

    @Slot()
    def _asked(self) -> None:
        theme = self._theme()
        if theme is not None:
            self._edit.apply(steps.ask(self._edit.outline, theme.id, self.question.text()))

    @Slot()
    def _chosen(self) -> None:
        theme, key = self._theme(), self.tree.chosen[1]
        papers = isinstance(key, str)
        open_ = theme is not None and not theme.closing
        self.question.setText(theme.question if theme else "")
        self.question.setEnabled(open_)
        self.search.setEnabled(open_)
        for made in (self._rename, self._delete, self._up, self._down):
            made.setEnabled(theme is not None)
        self._pin.setEnabled(papers)
        pinned = theme is not None and papers and key in theme.pinned
        self._pin.setText(_("Unpin") if pinned else _("Pin"))
        empty = open_ and theme is not None and not theme.keys
        self.hint.setText(
            _("This theme has no papers yet. Search the library on the right, or drag papers here.")
            if empty
            else _("Drag papers between themes. A pinned paper is never taken out by the program.")
        )
        if empty and not self.search.text():
            self._look()

    # --- the library ---

    @Slot()
    def _typed(self) -> None:
        self._later.start()

    @Slot()
    def _look(self) -> None:
        """Ask the library for what the theme is about, or for what was typed."""
        theme = self._theme()
        query = self.search.text().strip()
        if not query and theme is not None:
            query = f"{theme.title} {theme.question}".strip()
        if not query or not self._edit.draft:
            return
        if self._job is not None:
            self._job.cancel()
        request = PapersRequest(self._edit.draft, query)
        self._job = self._pool.start(self._desk.scholar, request, interactive=True)
        self._job.event.connect(self._happened)
        self._job.finished.connect(self._looked)

    @Slot(object)
    def _happened(self, event: object) -> None:
        if isinstance(event, PapersFound):
            self.found.clear()
            for work, ref in zip(event.works, event.evidence, strict=True):
                item = QListWidgetItem(f"{words.author_year(work)} · {work.title}")
                item.setData(STATE, ref.text or _("No abstract"))
                item.setData(_WORK, work)
                item.setToolTip(ref.text or work.title)
                self.found.addItem(item)
            if not event.works:
                self.hint.setText(_("Nothing in the library fits these words."))

    @Slot(object)
    def _looked(self, outcome: Outcome) -> None:
        self._job = None
        if outcome.error:
            self.hint.setText(i18n.explain(outcome.error))

    @Slot(QListWidgetItem)
    def _take(self, item: QListWidgetItem) -> None:
        work: Work = item.data(_WORK)
        theme = self._theme()
        if theme is not None and not theme.closing:
            self._edit.apply(steps.add_work(self._edit.outline, theme.id, work.key), [work])
            self.tree.choose(theme.id, work.key)

    @Slot()
    def _take_current(self) -> None:
        item = self.found.currentItem()
        if item is not None:
            self._take(item)

    def _arrange(self, theme: Theme) -> None:
        self._rename = button(_("Rename"), self.rename, hint="F2")
        self._delete = button(_("Take out"), self.remove, hint="Del")
        self._pin = button(_("Pin"), self.pin)
        self._up = IconButton(theme, "chevron-up", _("Up"), lambda: self.tree.step(-1))
        self._down = IconButton(theme, "chevron-down", _("Down"), lambda: self.tree.step(1))
        tools = QWidget()
        flow = Flow(theme.space("s"))  # large letters need a second line
        for made in (
            button(_("Add a theme"), self.add_theme),
            self._rename,
            self._delete,
            self._pin,
            self._up,
            self._down,
        ):
            flow.addWidget(made)
        tools.setLayout(flow)
        left = column(self.tree, self.question, tools, gap=theme.space("s"))
        right = column(
            text(_("Add papers"), "heading"),
            self.search,
            self.found,
            button(_("Add to the theme"), self._take_current),
            gap=theme.space("s"),
            margins=(theme.px(12), 0, 0, 0),
        )
        acts = row(
            button(_("Just write it"), lambda: self.wanted.emit("text")),
            button(_("Plan the sentences"), lambda: self.wanted.emit("sentences"), "primary"),
            gap=theme.space("s"),
        )
        end = BesideOrBelow(self.hint, acts, theme.space("s"), theme.px(HINT))
        self.arrange(theme, left, right, 240, end)


def _paper(theme: PlannedTheme, slot: int, key: str, work: Work | None) -> QTreeWidgetItem:
    name = f"{words.author_year(work)} · {work.title}" if work else key
    item = QTreeWidgetItem([name, f"[{slot}]"])
    item.setData(0, THEME, theme.id)
    item.setData(0, CHILD, key)
    item.setToolTip(0, name)
    if key in theme.pinned:
        item.setText(1, f"[{slot}] · {_('pinned')}")
    return item
