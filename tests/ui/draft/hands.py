"""Three sentences of a draft, and what hands do with them in its editor."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QTextCursor
from PySide6.QtTest import QTest

from agents.scholar import bib
from agents.store.drafts import Sentence
from app.paths import assets_dir
from app.ui.scholar import editor_document

SAMPLE = assets_dir() / "samples" / "sample.bib"
CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
FIRST = Sentence("Mamba is linear in time.", ("gu2023mamba",), "supported", "E.")
SECOND = Sentence("Nothing backs this.", ("vaswani2017attention",), "flagged", "",
                  "scholar.no_support")  # fmt: skip
THIRD = Sentence("한국어 문장이다.", (), "supported", "", origin="quote")
WORKS = bib.parse(r"""
@article{gu2023mamba, title={Mamba}, author={Gu, Albert and Dao, Tri}, year=2023,
  abstract={Mamba is a model. It runs in time linear in the length of the sequence.}}
@article{vaswani2017attention, title={Attention}, author={Vaswani, A. and others}, year=2017,
  abstract={The Transformer rests on attention alone.}}
@misc{nobody, title={Nobody wrote this}}
""").entries


def put(editor, needle, *, end=False, after=0):
    """The cursor before (or behind) these letters."""
    text = editor.toPlainText()
    at = text.index(needle) + (len(needle) if end else 0) + after
    cursor = editor.textCursor()
    cursor.setPosition(at)
    editor.setTextCursor(cursor)


def select(editor, start, end):
    text = editor.toPlainText()
    cursor = editor.textCursor()
    cursor.setPosition(text.index(start))
    cursor.setPosition(text.index(end) + len(end), QTextCursor.MoveMode.KeepAnchor)
    editor.setTextCursor(cursor)


def headings(editor):
    return [section.title for section in editor_document.sections(editor.document())]


def key(editor, code, modifiers=Qt.KeyboardModifier.NoModifier):
    QTest.keyClick(editor, code, modifiers)
