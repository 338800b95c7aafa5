"""Shows one text as high as it is, also while it grows.

The one law: the window stays free and the screen still. However quickly text arrives, it is drawn
at most once in 33 ms and in slices; what is drawn already is not touched again.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QMimeData, QSize, Qt, QTimer, QUrl, Signal, Slot
from PySide6.QtGui import QGuiApplication, QTextCursor
from PySide6.QtWidgets import QSizePolicy, QTextBrowser, QTextEdit

from app.i18n import _
from app.ui.rich import writing
from app.ui.rich.citations import SCHEME, with_citations
from app.ui.rich.growing import Growing
from app.ui.rich.layout import RichLayout
from app.ui.rich.markdown import COPY, SAVE, Reader
from app.ui.rich.pieces import Piece, paragraphs

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from PySide6.QtGui import QKeyEvent, QResizeEvent, QWheelEvent
    from PySide6.QtWidgets import QWidget

    from app.ui.rich.citations import Cited
    from app.ui.rich.formulas import Drawing, Formulas
    from app.ui.theme import Theme

_SCROLLING = (
    Qt.Key.Key_PageUp,
    Qt.Key.Key_PageDown,
    Qt.Key.Key_Home,
    Qt.Key.Key_End,
    Qt.Key.Key_Up,
    Qt.Key.Key_Down,
)
FRAME_MS = 33
SLICE_SECONDS = 0.004  # of the GUI thread at a time
_LINES = 40  # of plain text at a time
_SHARE = 4  # drawing may take at most a quarter of the time


class RichView(QTextBrowser):
    """Read-only text; selectable, links by mouse and keyboard."""

    link = Signal(str)  # a link was clicked; opening it is the page's decision
    copied = Signal()  # a code block went to the clipboard
    save = Signal(str, str)  # a code block is to be saved: the code, its language
    drawn = Signal()  # more of it is on the screen

    def __init__(
        self,
        theme: Theme,
        name: str,
        formulas: Formulas | None = None,
        parent: QWidget | None = None,
        *,
        muted: bool = False,
    ) -> None:
        super().__init__(parent)
        self._muted = muted
        self._theme = theme
        self._formulas = formulas
        self._text = ""
        self._pieces: tuple[Piece, ...] = ()
        self._plain: tuple[Piece, ...] = ()  # of a text that is no Markdown
        self._growing = Growing(Reader(_("Copy"), _("Save")))
        self._shown = 0  # of them
        self._marked = ("", -1)
        self._cited: Mapping[int, Cited] = {}
        self._frame = _timer(self, self._draw)
        self._more = _timer(self, self._draw)
        self._cost_ms = 0.0
        self.setAccessibleName(name)
        self.setProperty("kind", "read")
        self.setOpenLinks(False)
        self.setUndoRedoEnabled(False)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        document = self.document()
        document.setDocumentMargin(0)
        self._layout = RichLayout(document, theme, self._drawing)
        self._layout.describe((Piece("text", ()),))
        document.setDocumentLayout(self._layout)
        self.anchorClicked.connect(self._clicked)
        theme.changed.connect(self._restyle)
        if formulas is not None:
            formulas.ready.connect(self._formulas_ready)

    @property
    def text(self) -> str:
        """The text as it was given."""
        return self._text

    @property
    def pieces(self) -> tuple[Piece, ...]:
        """What is drawn of it."""
        return self._pieces

    @property
    def settled(self) -> bool:
        """Whether all of it is drawn."""
        return self._shown == len(self._plain) if self._plain else self._growing.done

    def say(self, text: str) -> None:
        """Show a Markdown text; a long one from its beginning on."""
        self._text, self._plain = text, ()
        self._growing.tell(text, growing=False)
        self._draw()

    def cite(self, cited: Mapping[int, Cited]) -> None:
        """What numbers in brackets stand for, in the text that is said next."""
        self._cited = cited

    def grow(self, text: str) -> None:
        """Show what a Markdown text has become, soon."""
        self._text = text
        self._growing.tell(text, growing=True)
        if not self._frame.isActive() and not self._more.isActive():
            self._frame.start(round(max(FRAME_MS, self._cost_ms * _SHARE)))

    def say_plain(self, text: str) -> None:
        """Show a text that is no Markdown; a long one from its beginning on."""
        self._text, self._plain = text, paragraphs(text)
        self._shown = 0
        self._draw()

    def rest(self) -> None:
        """Draw nothing more of this text, and forget what was selected."""
        self._frame.stop()
        self._more.stop()
        self._plain = ()
        self.setExtraSelections([])
        cursor = self.textCursor()
        if cursor.hasSelection():
            cursor.clearSelection()
            self.setTextCursor(cursor)

    def mark_words(self, words: str, current: int = -1) -> None:
        """Mark words wherever they are, whatever their case; `current` is looked at."""
        marked = []
        for number, (start, end) in enumerate(self._places(words)):
            one = QTextEdit.ExtraSelection()
            one.cursor = QTextCursor(self.document())
            one.cursor.setPosition(start)
            one.cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
            looked_at = number == current
            one.format.setBackground(self._theme.colour("accent" if looked_at else "warn_soft"))
            one.format.setForeground(self._theme.colour("surface" if looked_at else "text"))
            marked.append(one)
        self._marked = (words, current)
        if marked or self.extraSelections():
            self.setExtraSelections(marked)

    def height_of(self, words: str, number: int) -> int:
        """Pixels from the top to the given one of the places where words are; 0 without."""
        places = self._places(words)
        if not places:
            return 0
        cursor = QTextCursor(self.document())
        cursor.setPosition(places[min(number, len(places) - 1)][0])
        return self.cursorRect(cursor).top()

    def _places(self, words: str) -> list[tuple[int, int]]:
        if not words:
            return []
        text, wanted = self.document().toPlainText().lower(), words.lower()
        found, at = [], text.find(wanted)
        while at >= 0:
            found.append((at, at + len(wanted)))
            at = text.find(wanted, at + len(wanted))
        return found

    def loadResource(self, kind: int, name: QUrl | str) -> object:
        """Load nothing, from nowhere."""
        del kind, name
        return None

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Leave the wheel to the page that scrolls."""
        event.ignore()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Lines wrap anew."""
        super().resizeEvent(event)
        self._fit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Leave the keys that scroll to the page."""
        if event.key() in _SCROLLING and not event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            event.ignore()
            return
        super().keyPressEvent(event)

    def createMimeDataFromSelection(self) -> QMimeData:
        """What is selected as plain text: formulas as LaTeX, tables with tabs."""
        made = QMimeData()
        cursor = self.textCursor()
        made.setText(
            writing.selected(
                self.document(), self._pieces, cursor.selectionStart(), cursor.selectionEnd()
            )
        )
        return made

    def sizeHint(self) -> QSize:
        """As high as the text."""
        return QSize(super().sizeHint().width(), self.height())

    @Slot()
    def _draw(self) -> None:
        """Read and draw for as long as a frame allows; the rest soon."""
        self._frame.stop()
        began = time.perf_counter()
        while not self.settled:
            self._step()
            if time.perf_counter() - began > SLICE_SECONDS:
                break
        self._cost_ms = (time.perf_counter() - began) * 1000
        if not self.settled:
            self._more.start(0)
        self.drawn.emit()

    def _step(self) -> None:
        if self._plain:
            self._shown = min(len(self._plain), self._shown + _LINES)
            self._show(self._plain[: self._shown])
            return
        self._growing.step()
        self._show(self._growing.pieces)

    def _show(self, pieces: Sequence[Piece]) -> None:
        cited = with_citations(pieces, self._cited)
        wanted = tuple(writing.with_formulas(cited, self._drawing)) or (Piece("text", ()),)
        # Screen readers are told sentences (see `spoken`), not each change of the document.
        self.document().blockSignals(True)  # noqa: FBT003 - Qt's own
        writing.rewrite(
            self.document(), self._layout, self._theme, self._pieces, wanted, muted=self._muted
        )
        self.document().blockSignals(False)  # noqa: FBT003 - Qt's own
        self._pieces = wanted
        if self._marked[0]:
            self.mark_words(*self._marked)
        self._fit()
        port = self.viewport()
        port.update(port.rect().adjusted(0, int(self._layout.changed_from), 0, 0))

    @Slot()
    def _restyle(self) -> None:
        """Other colours or sizes: everything anew."""
        pieces, self._pieces = self._pieces, ()
        self._show(pieces)

    @Slot()
    def _formulas_ready(self) -> None:
        if any(run.tex and not run.drawn for piece in self._pieces for run in piece.runs):
            self._show(self._pieces)

    def _drawing(self, tex: str, block: bool) -> Drawing | None:  # noqa: FBT001 - as the layout asks
        return self._formulas.drawing(tex, block) if self._formulas is not None else None

    @Slot()
    def _fit(self) -> None:
        line = self.fontMetrics().lineSpacing()
        high = max(line, round(self._layout.documentSize().height() + 0.5))
        if high != self.height():
            self.setFixedHeight(high)

    @Slot(QUrl)
    def _clicked(self, url: QUrl) -> None:
        if url.scheme() == SCHEME:
            known = self._cited.get(int(url.path())) if url.path().isdigit() else None
            if known is not None:
                self.link.emit(known.target)
            return
        if url.scheme() not in (COPY, SAVE):
            self.link.emit(url.toString())
            return
        path = url.path()
        code = self._growing.code(int(path)) if path.isdigit() else None
        if code is None:
            return
        if url.scheme() == SAVE:
            head = next(
                one for one in self._pieces if one.kind == "code-head" and one.group == int(path)
            )
            self.save.emit(code, head.runs[0].text.strip())
            return
        QGuiApplication.clipboard().setText(code)
        self.copied.emit()

    def changeEvent(self, event: QEvent) -> None:
        """Draw anew when the font changes."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._fit()


def _timer(view: RichView, act: object) -> QTimer:
    made = QTimer(view)
    made.setSingleShot(True)
    made.timeout.connect(act)
    return made
