"""One entity: who uses it, in their own sentences, and what a person decides about it."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QUrl, Signal, Slot
from PySide6.QtWidgets import (
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QTextBrowser,
    QVBoxLayout,
    QWidget,
)

from app.i18n import _
from app.ui import figures
from app.ui.scholar import words
from app.ui.scholar.sheet import tint
from app.ui.widgets.basic import button, column, row, text

if TYPE_CHECKING:
    from agents.scholar.entity_pages import EntityPage, Said
    from app.ui.theme import Theme

_WORK = "work:"


class EntityView(QWidget):
    """Shows a page; says what the person wants to change."""

    work = Signal(int)  # one that was clicked
    renamed = Signal(str)
    hidden = Signal()
    split = Signal(list)  # ids of names

    def __init__(self, theme: Theme) -> None:
        """Arrange it; `show_page` fills it."""
        super().__init__()
        self._theme = theme
        self._page: EntityPage | None = None
        self.name = QLineEdit()
        self.name.setAccessibleName(_("Name of the entity"))
        self.name.returnPressed.connect(self._rename)
        self._counts = text("", "small")
        self.names = QListWidget()
        self.names.setAccessibleName(_("Names that lead here"))
        self.names.setMaximumHeight(theme.px(96))
        self.names.itemChanged.connect(self._ticked)
        self._rename_button = button(_("Rename"), self._rename)
        self._split_button = button(
            _("Split off"),
            self._split,
            hint=_("Make an entity of its own of the ticked names"),
        )
        self._hide_button = button(_("Hide"), self.hidden.emit, hint=_("Show it nowhere any more"))
        self.text = QTextBrowser()
        self.text.setOpenLinks(False)
        self.text.setAccessibleName(_("Works with their sentences"))
        self.text.setFrameShape(QTextBrowser.Shape.NoFrame)
        self.text.anchorClicked.connect(self._clicked)
        self._inner = column(
            row(self.name, self._rename_button),
            self._counts,
            self.names,
            row(self._split_button, self._hide_button, None),
            self.text,
            gap=theme.px(8),
            margins=(theme.px(12), 0, 0, 0),
        )
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._inner)
        theme.changed.connect(self._draw)
        self.show_page(None)

    @property
    def entity(self) -> int:
        """The id of what is shown; 0 = nothing."""
        return self._page.entity.id if self._page else 0

    def show_page(self, page: EntityPage | None) -> None:
        """Show a page, or nothing."""
        self._page = page
        self._inner.setVisible(page is not None)
        if page is None:
            return
        self.name.setText(page.entity.name)
        self._counts.setText(
            figures.joined(
                words.label(page.entity.label),
                _("works {count}", count=figures.number(page.entity.works)),
                _("mentions {count}", count=figures.number(page.entity.mentions)),
            )
        )
        self.names.blockSignals(True)  # noqa: FBT003 - Qt's own
        self.names.clear()
        for one in page.names:
            item = QListWidgetItem(f"{one.text} ({one.mentions:,})")
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
            item.setCheckState(Qt.CheckState.Unchecked)
            item.setData(Qt.ItemDataRole.UserRole, one.id)
            self.names.addItem(item)
        self.names.blockSignals(False)  # noqa: FBT003 - Qt's own
        several = len(page.names) > 1
        self.names.setVisible(several)
        self._split_button.setVisible(several)
        self._ticked()
        self._draw()

    @Slot()
    def _ticked(self) -> None:
        self._split_button.setEnabled(0 < len(self._chosen()) < self.names.count())

    def _chosen(self) -> list[int]:
        items = [self.names.item(at) for at in range(self.names.count())]
        return [
            int(item.data(Qt.ItemDataRole.UserRole))
            for item in items
            if item.checkState() == Qt.CheckState.Checked
        ]

    @Slot()
    def _rename(self) -> None:
        if self._page and self.name.text().strip() != self._page.entity.name:
            self.renamed.emit(self.name.text())

    def _split(self) -> None:
        self.split.emit(self._chosen())

    @Slot(QUrl)
    def _clicked(self, url: QUrl) -> None:
        self.work.emit(int(url.toString().removeprefix(_WORK)))

    @Slot()
    def _draw(self) -> None:
        page = self._page
        if page is None:
            return
        made: list[str] = []
        ground = tint(page.entity.label, self._theme)
        accent, muted = self._theme.hex("accent"), self._theme.hex("muted")
        for using in page.works:
            title = html.escape(using.work.title or using.work.key)
            who = html.escape(words.author_year(using.work))
            made.append(
                f'<p style="margin-top:12px; line-height:130%"><a href="{_WORK}{using.work.id}"'
                f' style="color:{accent}; text-decoration:none">{title}</a><br>'
                f'<span style="color:{muted}">{who}</span></p>'
            )
            made += [f"<p>{_sentence(said, ground, muted)}</p>" for said in using.said]
        self.text.setHtml("".join(made))


def _sentence(said: Said, ground: str, muted: str) -> str:
    """A sentence with what it names on coloured ground, and its page."""
    before, named, behind = (
        html.escape(" ".join(part.split()) if part.strip() else part)
        for part in (
            said.text[: said.start],
            said.text[said.start : said.stop],
            said.text[said.stop :],
        )
    )
    before += " " if said.text[: said.start].endswith((" ", "\n")) else ""
    behind = (" " if said.text[said.stop :].startswith((" ", "\n")) else "") + behind
    page = _("page {page}", page=said.page) if said.page else ""
    where = f' <span style="color:{muted}">({html.escape(page)})</span>' if page else ""
    return f'{before}<b style="background:{ground}">{named}</b>{behind}{where}'
