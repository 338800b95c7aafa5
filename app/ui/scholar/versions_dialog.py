"""What a draft was before: versions, what changed since, and the way back.

The one law: looking changes nothing, and going back can be undone.
"""

from __future__ import annotations

import html
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QDialog,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QSplitter,
    QTextBrowser,
    QVBoxLayout,
    QWidget,
)

from agents.scholar import versions
from app import i18n
from app.i18n import _
from app.ui import figures
from app.ui.two_lines import STATE, TwoLines
from app.ui.widgets.basic import button, column, row, text

if TYPE_CHECKING:
    from collections.abc import Callable

    from agents.scholar.versions import Change
    from agents.store.versions import Version
    from app.build import Desk
    from app.jobs import JobPool, Outcome
    from app.ui.theme import Theme

_VERSION = int(Qt.ItemDataRole.UserRole)


class VersionsDialog(QDialog):
    """A list, and the differences of the chosen one to what there is now."""

    restored = Signal(int)  # the version that holds what was there before

    def __init__(self, desk: Desk, pool: JobPool, theme: Theme, parent: QWidget) -> None:
        """Arrange it; `open_for` fills it."""
        super().__init__(parent)
        self._desk, self._pool, self._theme = desk, pool, theme
        self._draft = 0
        self._name: Callable[[str], str] = str
        self._waiting = 0
        self.setWindowTitle(_("Versions of the draft"))
        self.resize(theme.px(860), theme.px(560))
        self.list = QListWidget()
        self.list.setAccessibleName(_("Versions"))
        self.list.setItemDelegate(TwoLines(theme, self.list, Qt.TextElideMode.ElideRight))
        self.shown = QTextBrowser()
        self.shown.setAccessibleName(_("What changed since"))
        self.shown.setProperty("kind", "read")
        self.title = QLineEdit()
        self.title.setPlaceholderText(_("Name of the version"))
        self.title.setAccessibleName(_("Name of the version"))
        self.keep_button = button(_("Keep as it is now"), self.keep)
        self.back_button = button(_("Go back to this"), self.restore, "primary")
        self.drop_button = button(_("Forget this version"), self.drop, "plain")
        gap = theme.px(8)
        left = column(
            self.title, self.keep_button, self.list, gap=gap, margins=(0, 0, theme.px(12), 0)
        )
        legend = text(_("+ was added since · − was taken away since"), "small")
        doing = row(self.drop_button, None, self.back_button)
        right = column(legend, self.shown, doing, gap=gap, margins=(theme.px(12), 0, 0, 0))
        split = QSplitter()
        split.setHandleWidth(1)
        split.setChildrenCollapsible(False)
        split.addWidget(left)
        split.addWidget(right)
        split.setStretchFactor(1, 1)
        split.setSizes([theme.px(260), theme.px(580)])
        self.said = text("", "bad", wrap=True)
        self.said.hide()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(*[theme.px(16)] * 4)
        layout.addWidget(split, 1)
        layout.addWidget(self.said)
        self.list.currentItemChanged.connect(self._chosen)
        self.title.returnPressed.connect(self.keep)

    @property
    def current(self) -> Version | None:
        """The version that is marked."""
        item = self.list.currentItem()
        return item.data(_VERSION) if item else None

    def open_for(self, draft: int, name: Callable[[str], str]) -> None:
        """Show the versions of a draft; `name` is what a key is shown as."""
        self._draft, self._name = draft, name
        self.title.clear()
        self.said.hide()
        self._refresh()
        self.show()

    @Slot()
    def keep(self) -> None:
        """Keep the draft as it is now, under the name that was typed."""
        name = self.title.text().strip() or _("Without a name")
        self._pool.call(_keep, self._desk, self._draft, name).finished.connect(self._kept)

    @Slot()
    def restore(self) -> None:
        """Make the draft what it was."""
        if self.current is not None:
            job = self._pool.call(self._desk.versions.restore, self.current.id)
            job.finished.connect(self._restored)

    @Slot()
    def drop(self) -> None:
        """Forget the marked version."""
        if self.current is not None:
            job = self._pool.call(self._desk.versions.delete, self.current.id)
            job.finished.connect(self._kept)

    def _refresh(self) -> None:
        job = self._pool.call(self._desk.versions.list, self._draft)
        job.finished.connect(self._listed)

    @Slot(object)
    def _listed(self, outcome: Outcome) -> None:
        if self._failed(outcome):
            return
        self.list.clear()
        for each in outcome.value:
            item = QListWidgetItem(each.name or _why(each))
            item.setData(_VERSION, each)
            sentences = _("sentences {count}", count=each.sentences)
            item.setData(STATE, figures.joined(figures.moment(each.made), sentences))
            self.list.addItem(item)
        self.list.setCurrentRow(0)
        self._chosen()

    @Slot()
    def _chosen(self, *_items: object) -> None:
        version = self.current
        for part in (self.back_button, self.drop_button):
            part.setEnabled(version is not None)
        self._waiting = version.id if version else 0
        if version is None:
            self.shown.clear()
            return
        job = self._pool.call(_changes, self._desk, version, self._name)
        job.finished.connect(self._compared)

    @Slot(object)
    def _compared(self, outcome: Outcome) -> None:
        if self._failed(outcome):
            return
        version, sections = outcome.value
        if version == self._waiting:
            self.shown.setHtml(page(sections, self._theme))

    @Slot(object)
    def _kept(self, outcome: Outcome) -> None:
        if not self._failed(outcome):
            self.title.clear()
            self._refresh()

    @Slot(object)
    def _restored(self, outcome: Outcome) -> None:
        if not self._failed(outcome) and outcome.value:
            self.close()
            self.restored.emit(outcome.value)

    def _failed(self, outcome: Outcome) -> bool:
        if outcome.error:
            self.said.setText(i18n.explain(outcome.error))
            self.said.show()
        return outcome.state != "done"


def page(sections: tuple[tuple[Change, ...], ...], theme: Theme) -> str:
    """The changes as HTML: what came underlined behind a plus, what went struck behind a minus."""
    looks = {
        "added": ("accent_soft", "underline", "+"),
        "removed": ("warn_soft", "line-through", "−"),
    }
    made: list[str] = []
    for section in sections:
        parts: list[str] = []
        for change in section:
            words = html.escape(change.text).replace("\n", "<br>")
            if change.kind in looks:
                ground, line, sign = looks[change.kind]
                style = f"background:{theme.hex(ground)}; text-decoration:{line}"
                words = f'<span style="{style}">{sign}{words}</span>'
            parts.append(words)
        made.append(f'<p style="line-height:150%">{"".join(parts)}</p>')
    if not any(change.kind != "same" for section in sections for change in section):
        said = html.escape(_("Nothing has changed since this version."))
        made.insert(0, f'<p style="color:{theme.hex("muted")}">{said}</p>')
    return "".join(made)


def _keep(desk: Desk, draft: int, name: str) -> int:
    return desk.versions.keep(draft, "named", name=name)


def _changes(
    desk: Desk, version: Version, name: Callable[[str], str]
) -> tuple[int, tuple[tuple[Change, ...], ...]]:
    """What changed from a version to what there is now. For a worker."""
    old, new = desk.versions.load(version.id), desk.versions.now(version.draft)
    return version.id, versions.sections(old, new, name)


def _why(version: Version) -> str:
    return {
        "writing": _("Before it was written on"),
        "export": _("When it was exported"),
        "editing": _("While it was edited"),
        "restore": _("Before going back"),
        "named": _("Without a name"),
    }[version.reason]
