"""The text of a draft, to be written in.

The one law: no key, paste or input method takes a heading away or writes over two sections at
once; a citation goes as a whole or not at all.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPoint, Qt, Signal, Slot
from PySide6.QtGui import QKeySequence, QTextCursor
from PySide6.QtWidgets import QApplication, QTextEdit, QToolTip

from app.i18n import _
from app.ui.scholar import chips, editor_document, editor_keys, editor_menu, editor_removing, words
from app.ui.scholar import editor_clipboard as clipboard
from app.ui.scholar.draft_text import Written
from app.ui.scholar.editor_marks import Marks

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtCore import QMimeData
    from PySide6.QtGui import (
        QContextMenuEvent,
        QHelpEvent,
        QInputMethodEvent,
        QKeyEvent,
    )

    from agents.scholar.events import Sentence, Work
    from app.ui.scholar.editor_document import Line
    from app.ui.theme import Theme

_WORD = re.compile(r"\w+(?:[-'’.]\w+)*")
_MOVE, _KEEP = QTextCursor.MoveOperation, QTextCursor.MoveMode.KeepAnchor


class DraftEditor(QTextEdit):
    """Edits one draft."""

    cite_wanted = Signal()
    find_wanted = Signal()
    pointed = Signal(object, list, str)  # Sentence, the works it cites, the key pointed at

    def __init__(self, theme: Theme) -> None:
        """Arrange it; `show_draft` fills it."""
        super().__init__()
        self._theme = theme
        self.written = Written()
        self._headings = 0
        self._mending = False
        self._counted: dict[str, int] = {}  # words of the paragraphs there were at last
        self.setAccessibleName(_("Draft text"))
        self.setProperty("kind", "read")
        self.setAcceptRichText(False)
        self.setTabChangesFocus(True)
        self.chips = chips.Chips(theme, self.name, self.document())
        self.marks = Marks(self.document(), theme)
        self.document().contentsChanged.connect(self._mend)
        self.cursorPositionChanged.connect(self._moved)
        theme.changed.connect(self._redraw)

    # --- what is shown ---

    def show_draft(self, written: Written, *, same: bool) -> None:
        """Show a draft.

        Args:
            written: what there is of it.
            same: it is the one that is shown: what differs can be undone.
        """
        same = same and len(written.themes) == self._headings
        self.written = written
        self.chips.forget()
        self._mending = True
        try:
            if same:
                editor_document.update(self.document(), written, self._theme)
            else:
                self._headings = len(written.themes)
                self.marks.forget()
                editor_document.fill(self.document(), written, self._theme)
                self.moveCursor(_MOVE.Start)
        finally:
            self._mending = False

    def name(self, key: str) -> str:
        """What a key is shown as."""
        work = self.written.works.get(key)
        return words.cited(work) if work else f"{key}?"

    def scroll_to(self, section: int) -> None:
        """Show a heading at the top."""
        for block in editor_document.blocks(self.document()):
            if editor_document.section_of(block) == section:
                cursor = QTextCursor(block)
                self.verticalScrollBar().setValue(
                    self.verticalScrollBar().value() + self.cursorRect(cursor).top()
                )
                self.setTextCursor(cursor)
                return

    def word_count(self) -> int:
        """How many words there are; a citation is none."""
        texts = [block.text() for block in editor_document.blocks(self.document())]
        known = self._counted
        self._counted = {
            said: known[said] if said in known else len(_WORD.findall(said)) for said in texts
        }
        return sum(self._counted[said] for said in texts)

    def add_work(self, work: Work) -> None:
        """The draft may cite this as well."""
        self.written.works[work.key] = work
        self.chips.forget()

    # --- what may be done ---

    def insert_citation(self, keys: list[str], at: QTextCursor | None = None) -> None:
        """Cite works where a cursor is (the person's own for None), apart from the word before."""
        cursor = at or self.textCursor()
        if not keys or editor_document.section_of(cursor.block()) >= 0:
            return
        cursor.beginEditBlock()
        self.remove_selected(cursor)
        said, place = cursor.block().text(), cursor.positionInBlock()
        if said[place : place + 1].isalnum():  # behind the word that it is in, or that is before
            inside = said[:place][-1:].isalnum()
            cursor.movePosition(_MOVE.EndOfWord if inside else _MOVE.Left, n=int(place > 0))
        before = said[: cursor.positionInBlock()]
        if before and not before[-1].isspace() and before[-1] not in f"([{chips.LETTER}":
            cursor.insertText(" ", editor_document.letters())
        for key in keys:
            chips.insert(cursor, key)
        cursor.endEditBlock()
        self.setTextCursor(cursor)

    def remove_selected(self, cursor: QTextCursor) -> None:
        """Delete what is selected; of several sections their text, and no heading."""
        editor_removing.remove(self.document(), cursor)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Edit, but keep headings whole."""
        standard = QKeySequence.StandardKey
        key, held = event.key(), event.modifiers()
        redo = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
        if self.isReadOnly():
            super().keyPressEvent(event)
        elif event.matches(standard.Undo):
            self.undo()
        elif event.matches(standard.Redo) or (key == Qt.Key.Key_Z and held == redo):
            self.redo()
        elif key == Qt.Key.Key_C and held == redo:
            self.cite_wanted.emit()
        elif event.matches(standard.Find):
            self.find_wanted.emit()
        elif event.matches(standard.Cut):
            self.cut_out()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._break()
        elif way := editor_keys.deletes(event):
            self._delete(way)
        elif event.text() and event.text().isprintable() and self.textCursor().hasSelection():
            cursor = self.textCursor()
            self.remove_selected(cursor)
            self.setTextCursor(cursor)
            super().keyPressEvent(event)
        else:
            super().keyPressEvent(event)

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        """Compose; what is selected gives way as if it were typed over."""
        cursor = self.textCursor()
        if cursor.hasSelection() and (event.commitString() or event.preeditString()):
            self.remove_selected(cursor)
            self.setTextCursor(cursor)
        super().inputMethodEvent(event)

    def cut_out(self) -> None:
        """Copy and delete what is selected."""
        cursor = self.textCursor()
        if cursor.hasSelection():
            self.copy()
            self.remove_selected(cursor)
            self.setTextCursor(cursor)

    def _break(self) -> None:
        cursor = self.textCursor()
        cursor.beginEditBlock()
        self.remove_selected(cursor)
        if editor_document.section_of(cursor.block()) >= 0:
            cursor.movePosition(_MOVE.NextBlock)
        else:
            theme = self._theme
            cursor.insertBlock(editor_document.paragraph(theme), editor_document.letters())
        cursor.endEditBlock()
        self.setTextCursor(cursor)
        self.ensureCursorVisible()

    def _delete(self, way: QTextCursor.MoveOperation) -> None:
        cursor = self.textCursor()
        if not cursor.hasSelection():
            at = cursor.block()
            cursor.movePosition(way, _KEEP)
            other = self.document().findBlock(cursor.position())
            low, high = sorted((at, other), key=lambda block: block.blockNumber())
            if editor_removing.crosses(low, high):
                return  # a heading stays apart from the text around it
        self.remove_selected(cursor)
        self.setTextCursor(cursor)
        self.ensureCursorVisible()

    @Slot()
    def _mend(self) -> None:
        """Take back what broke the headings, however it got here."""
        if self._mending or editor_document.sound(self.document(), self._headings):
            return
        self._mending = True
        try:
            self.document().undo()
        finally:
            self._mending = False

    # --- clipboard ---

    def createMimeDataFromSelection(self) -> QMimeData:
        """What is selected, as text with citations in words, and as itself."""
        lines = editor_document.read(self.textCursor())
        return clipboard.packed(lines, self.as_text(lines))

    def canInsertFromMimeData(self, source: QMimeData) -> bool:
        """Text and our own."""
        return clipboard.readable(source)

    def insertFromMimeData(self, source: QMimeData) -> None:
        """Paste: our citations as citations, everything else as plain text."""
        cursor = self.textCursor()
        cursor.beginEditBlock()
        self.remove_selected(cursor)
        inside = editor_document.section_of(cursor.block()) >= 0
        for number, line in enumerate(clipboard.lines_of(source, self.written)):
            if inside:  # a heading is one line, and cites nothing
                said = " ".join(piece for piece in line if isinstance(piece, str))
                cursor.insertText(f"{' ' if number else ''}{said}")
                continue
            if number:
                form = editor_document.paragraph(self._theme)
                cursor.insertBlock(form, editor_document.letters())
            editor_document.insert_line(cursor, line)
        cursor.endEditBlock()
        self.setTextCursor(cursor)

    def as_text(self, lines: list[Line]) -> str:
        """Lines with their citations in words: (Kim, 2021; Lee, 2020)."""
        return clipboard.as_text(lines, self.name)

    as_latex = staticmethod(clipboard.as_latex)
    as_markdown = staticmethod(clipboard.as_markdown)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """The usual menu, with the ways to copy citations and the way to cite."""
        menu = editor_menu.menu(self, event.pos())
        menu.exec(event.globalPos())
        menu.deleteLater()

    def copy_as(self, form: Callable[[list[Line]], str]) -> None:
        """Copy what is selected in a form of text."""
        QApplication.clipboard().setText(form(editor_document.read(self.textCursor())))

    # --- pointing ---

    def sentence_at(self, position: int) -> Sentence | None:
        """The sentence at a place of the document."""
        block = self.document().findBlock(position)
        found = self.marks.at(block, position - block.position())
        return found[0] if found else None

    @Slot()
    def _moved(self) -> None:
        self.point(self.textCursor().position())

    def point(self, position: int) -> None:
        """Show the evidence of the sentence at a place."""
        block = self.document().findBlock(position)
        found = self.marks.at(block, position - block.position())
        if found is None:
            return
        sentence, start, _end = found
        self.marks.pick(block, start)
        key = chips.key_at(self.document(), position) or chips.key_at(
            self.document(), max(0, position - 1)
        )
        works = self.written.works
        self.pointed.emit(sentence, [works[k] for k in sentence.keys if k in works], key)

    def viewportEvent(self, event: QEvent) -> bool:
        """Tell what is under the pointer."""
        if event.type() == QEvent.Type.ToolTip:
            help_: QHelpEvent = event
            QToolTip.showText(help_.globalPos(), self.tip_at(help_.pos()), self.viewport())
            return True
        return super().viewportEvent(event)

    def tip_at(self, point: QPoint) -> str:
        """Of a citation: title, people and what is quoted; of a marked sentence: why."""
        inside = (
            self.document()
            .documentLayout()
            .hitTest(
                point
                + QPoint(self.horizontalScrollBar().value(), self.verticalScrollBar().value()),
                Qt.HitTestAccuracy.ExactHit,
            )
        )
        if inside < 0:
            return ""
        sentence = self.sentence_at(inside)
        key = chips.key_at(self.document(), inside)
        if key:
            return words.tip(self.written.works.get(key), sentence, key)
        if sentence is not None and sentence.support == "flagged":
            return words.reason(sentence)
        return ""

    @Slot()
    def _redraw(self) -> None:
        """Fonts and colours have changed: what is written stays, and so does what can be undone."""
        self.document().markContentsDirty(0, self.document().characterCount())
