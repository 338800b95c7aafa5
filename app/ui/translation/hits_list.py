"""What memory and glossaries know about the current segment, numbered and ready to be put in.

The one law: a look-up never waits for another, and an answer to an earlier segment is dropped.
"""

from __future__ import annotations

import html
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QTextDocument
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from agents.translation.hits import Hits, HitsRequest, Named, Pair
from app import i18n
from app.i18n import _
from app.jobs import Latest
from app.ui import figures

if TYPE_CHECKING:
    from collections.abc import Iterator

    from PySide6.QtCore import QModelIndex as Index
    from PySide6.QtGui import QKeyEvent, QPainter, QResizeEvent

    from app.build import Desk
    from app.jobs import JobPool, Outcome
    from app.ui.theme import Theme

_PAUSE = 90  # ms on a segment before it is looked up: who holds an arrow key waits for nothing
_HTML, _HIT = Qt.ItemDataRole.UserRole, Qt.ItemDataRole.UserRole + 1
KEYS = 9  # hits with a key of their own

Hit = Pair | Named


class HitsList(QListWidget):
    """Pairs of the memory first, then the terms."""

    chosen = Signal(str, bool)  # the words; whether they stand for the whole segment

    def __init__(
        self, desk: Desk, pool: JobPool, theme: Theme, parent: QWidget | None = None
    ) -> None:
        """Make an empty list; `look` fills it."""
        super().__init__(parent)
        self._desk, self._theme = desk, theme
        self._lookup = Latest(pool, self._found, self)
        self._wanted: HitsRequest | None = None
        self._shown: Hits | None = None
        self.setAccessibleName(_("Matches and terms"))
        self.setItemDelegate(_Drawn(theme, self))
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFrameShape(QListWidget.Shape.NoFrame)
        self.setResizeMode(QListWidget.ResizeMode.Adjust)
        self.itemDoubleClicked.connect(self._activated)
        self._settle = QTimer(self, singleShot=True, interval=_PAUSE)
        self._settle.timeout.connect(self._ask)
        theme.changed.connect(self._draw)
        self._draw()

    def look(self, wanted: HitsRequest | None) -> None:
        """Look another segment up, or none."""
        if wanted != self._wanted:
            self._wanted = wanted
            if wanted is None:
                self._shown = None
                self._draw()
            self._settle.start()

    def again(self) -> None:
        """Look the same segment up once more: memory or glossaries may have changed."""
        self._settle.start()

    @property
    def hits(self) -> list[Hit]:
        """What can be put in, in the order of its numbers."""
        known = self._shown
        return [*known.pairs, *known.terms] if known is not None else []

    def take(self, number: int) -> None:
        """Put in the hit with this number, counted from 1, if there is one."""
        hits = self.hits
        if 1 <= number <= len(hits):
            hit = hits[number - 1]
            self.chosen.emit(hit.target, isinstance(hit, Pair))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter puts in what is chosen."""
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and self.currentItem():
            event.accept()
            if not event.isAutoRepeat():
                self._activated(self.currentItem())
            return
        super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Texts wrap anew."""
        super().resizeEvent(event)
        self.scheduleDelayedItemsLayout()

    # --- inside ---

    @Slot()
    def _ask(self) -> None:
        if self._wanted is not None:
            self._lookup.ask(self._desk.hits.look, self._wanted)

    @Slot(object)
    def _found(self, outcome: Outcome) -> None:
        if outcome.state == "done" and outcome.value.request == self._wanted:
            self._shown = outcome.value
            self._draw()
        elif outcome.error is not None:
            self._shown = None
            self.clear()
            self._say(i18n.explain(outcome.error))

    @Slot(QListWidgetItem)
    def _activated(self, item: QListWidgetItem) -> None:
        self.take(item.data(_HIT) or 0)

    @Slot()
    def _draw(self) -> None:
        chosen = self.currentRow()
        self.clear()
        known = self._shown
        if known is None:
            if self._wanted is None:
                self._say(_("Choose a segment to see what memory and glossaries know of it."))
            return
        number = 0
        self._head(_("Memory"))
        for number, pair in enumerate(known.pairs, start=1):
            self._add(number, pair)
        if not known.pairs:
            self._say(
                _("The memory holds nothing like this sentence yet. Ctrl+Enter remembers it.")
                if known.remembers
                else _(
                    "The memory is empty so far. What you confirm with Ctrl+Enter is kept in it."
                )
            )
        self._head(_("Terms"))
        for number, term in enumerate(known.terms, start=number + 1):  # noqa: B020 - counted on
            self._add(number, term)
        if not known.terms:
            self._say(
                _("No term of your glossaries is in this sentence.")
                if known.names
                else _("There is no glossary yet. `moadesk glossary import` reads CSV and TBX.")
            )
        self.setCurrentRow(chosen)

    def _head(self, words: str) -> None:
        self._put(f"<b>{html.escape(words)}</b>", words)

    def _say(self, words: str) -> None:
        self._put(
            f'<span style="color:{self._theme.hex("muted")}">{html.escape(words)}</span>', words
        )

    def _put(self, drawn: str, said: str) -> QListWidgetItem:
        item = QListWidgetItem()
        item.setData(_HTML, drawn)
        item.setData(Qt.ItemDataRole.AccessibleTextRole, said)
        item.setFlags(Qt.ItemFlag.ItemIsEnabled)
        self.addItem(item)
        return item

    def _add(self, number: int, hit: Hit) -> None:
        key = str(number) if number <= KEYS else ""
        if isinstance(hit, Pair):
            drawn, said = pair_html(hit, key, self._theme), _pair_words(hit)
        else:
            drawn, said = term_html(hit, key, self._theme), _term_words(hit)
        item = self._put(drawn, figures.joined(key, said))
        item.setData(_HIT, number)
        item.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable)
        tip = _("Double-click or Enter puts it in.")
        if key:
            tip = _("Double-click, Enter or Ctrl+{key} puts it in.", key=key)
        item.setToolTip(tip)


class _Drawn(QStyledItemDelegate):
    """Draws rich text that wraps."""

    def __init__(self, theme: Theme, parent: HitsList) -> None:
        super().__init__(parent)
        self._theme = theme

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """As high as the text is at the width of the list."""
        del option
        return QSize(0, round(self._text(index).size().height()) + self._theme.space("s"))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """One hit, heading or sentence."""
        painter.save()
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(option.rect, self._theme.colour("accent_soft"))
        side, top = self._theme.space("s"), self._theme.space("xs")
        painter.translate(option.rect.left() + side, option.rect.top() + top)
        text = self._text(index)
        text.drawContents(painter, QRectF(0, 0, text.textWidth(), text.size().height()))
        painter.restore()

    def _text(self, index: Index) -> QTextDocument:
        view = self.parent()
        wide = view.viewport().width() if isinstance(view, QAbstractItemView) else 200
        made = QTextDocument()
        made.setDocumentMargin(0)
        made.setDefaultFont(self._theme.font("body"))
        made.setDefaultStyleSheet(f"* {{ color: {self._theme.hex('text')} }}")
        made.setHtml(f'<span style="color:{self._theme.hex("text")}">{index.data(_HTML)}</span>')
        made.setTextWidth(max(40, wide - 2 * self._theme.space("s")))
        return made


def pair_html(pair: Pair, key: str, theme: Theme) -> str:
    """A pair: how alike, where from, what differs, what was said."""
    colours = {"same": theme.hex("muted"), "gone": theme.hex("bad"), "new": theme.hex("ok")}
    lines = {"same": "none", "gone": "line-through", "new": "underline"}
    source = "".join(
        f'<span style="color:{colours[part.kind]}; text-decoration:{lines[part.kind]}">'
        f"{html.escape(part.text)}</span>"
        for part in pair.source
    )
    return "<br>".join((_line(key, _about(pair), theme), source, html.escape(pair.target)))


def term_html(term: Named, key: str, theme: Theme) -> str:
    """A term: what has to stand for it, and whether it does."""
    verdict = _("✓ kept") if term.met else _("not in the translation")
    colour = theme.hex("ok" if term.met else "bad")
    said = f"{html.escape(term.source)} → <b>{html.escape(_targets(term))}</b>"
    judged = f'<span style="color:{colour}">{html.escape(verdict)}</span>'
    more = (html.escape(words) for words in _more(term))
    return "<br>".join((_line(key, term.glossary, theme), f"{said} {judged}", *more))


def _line(key: str, words: str, theme: Theme) -> str:
    style = f'style="color:{theme.hex("muted")}; font-size:{theme.px(12)}px"'
    return f"<span {style}>{html.escape(figures.joined(key, words))}</span>"


def _about(pair: Pair) -> str:
    origins = {"human": _("confirmed"), "imported": _("imported"), "machine": _("by a model")}
    return figures.joined(
        f"{pair.score} %",
        origins[pair.origin],
        pair.model if pair.origin == "machine" else "",
        pair.name,
    )


def _targets(term: Named) -> str:
    return " / ".join((term.target, *(one for one in term.also if one != term.target)))


def _more(term: Named) -> Iterator[str]:
    if term.avoid:
        yield _("Not: {words}", words=", ".join(term.avoid))
    if term.note:
        yield term.note


def _pair_words(pair: Pair) -> str:
    return figures.joined(_about(pair), pair.words, pair.target)


def _term_words(term: Named) -> str:
    verdict = _("✓ kept") if term.met else _("not in the translation")
    return figures.joined(term.glossary, f"{term.source} → {_targets(term)}", verdict, *_more(term))
