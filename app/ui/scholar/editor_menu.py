"""The menu of a draft's text: the usual one, ways to copy citations, and the way to cite."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QAction, QKeySequence

from app.i18n import _

if TYPE_CHECKING:
    from PySide6.QtCore import QPoint
    from PySide6.QtWidgets import QMenu

    from app.ui.scholar.editor import DraftEditor


def menu(editor: DraftEditor, at: QPoint) -> QMenu:
    """The menu at a place of the editor; whoever shows it lets it go."""
    made = editor.createStandardContextMenu(at)
    for action in made.actions():
        if "edit-cut" in (action.objectName(), action.icon().name()):
            action.triggered.disconnect()
            action.triggered.connect(editor.cut_out)
        elif "edit-delete" in (action.objectName(), action.icon().name()):
            made.removeAction(action)
    made.addSeparator()
    chosen = editor.textCursor().hasSelection()
    for name, form in (
        (_("Copy with citations as text"), editor.as_text),
        (_("Copy with citations for LaTeX"), editor.as_latex),
        (_("Copy with citations for Markdown"), editor.as_markdown),
    ):
        action = QAction(name, made)
        action.setEnabled(chosen)
        action.triggered.connect(lambda _on=False, form=form: editor.copy_as(form))
        made.addAction(action)
    made.addSeparator()
    cite = QAction(_("Insert a citation…"), made)
    cite.setShortcut(QKeySequence("Ctrl+Shift+C"))
    cite.setEnabled(not editor.isReadOnly())
    cite.triggered.connect(editor.cite_wanted)
    made.addAction(cite)
    return made
