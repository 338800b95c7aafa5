"""The citing sentences of a checked text as a table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHeaderView, QWidget

from agents.base import Notice
from app import i18n
from app.i18n import _
from app.ui.scholar.works import Table
from app.ui.widgets.rows import ROOT, Index, Rows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from agents.scholar.events import SentenceChecked, TextVerdict
    from app.ui.theme import Theme

VERDICT, SENTENCE, CITED = range(3)
COLOURS: dict[TextVerdict, str] = {
    "quoted": "ok",
    "weak": "warn",
    "no support": "bad",
    "metadata mismatch": "bad",
    "unknown work": "bad",
    "not checked": "muted",
}


def verdict(name: str) -> str:
    """A verdict in the user's language."""
    return {
        "quoted": _("quoted"),
        "weak": _("weak"),
        "no support": _("no support"),
        "metadata mismatch": _("metadata mismatch"),
        "unknown work": _("unknown work"),
        "not checked": _("not checked"),
    }[name]


def reason(code: str) -> str:
    """Why something has its verdict; "" for no reason."""
    return i18n.explain(Notice(code)) if code else ""


class SentenceModel(Rows):
    """Verdict, sentence, what it cites."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        """Start empty."""
        super().__init__(parent)
        self._theme = theme
        self.every: list[SentenceChecked] = []
        self._shown: list[SentenceChecked] = []
        self._only = ""

    def clear(self) -> None:
        """Forget all sentences."""
        self.beginResetModel()
        self.every, self._shown = [], []
        self.endResetModel()

    def add(self, sentence: SentenceChecked) -> None:
        """One more sentence."""
        self.every.append(sentence)
        if self._fits(sentence):
            at = len(self._shown)
            self.beginInsertRows(ROOT, at, at)
            self._shown.append(sentence)
            self.endInsertRows()

    def show_only(self, name: str) -> None:
        """Show sentences of one verdict; "" for all."""
        self.beginResetModel()
        self._only = name
        self._shown = [one for one in self.every if self._fits(one)]
        self.endResetModel()

    def sentence(self, row: int) -> SentenceChecked | None:
        """The sentence of a row."""
        return self._shown[row] if 0 <= row < len(self._shown) else None

    def counts(self) -> dict[str, int]:
        """How many sentences have each verdict."""
        found: dict[str, int] = {}
        for one in self.every:
            found[one.verdict] = found.get(one.verdict, 0) + 1
        return found

    def unknown(self) -> Sequence[str]:
        """What the text cites that is no work of the library, as it cites it."""
        found = (
            work.shown or work.key
            for one in self.every
            for work in one.works
            if work.verdict == "unknown work"
        )
        return list(dict.fromkeys(found))

    def _fits(self, sentence: SentenceChecked) -> bool:
        return self._only in ("", sentence.verdict)

    def count(self) -> int:
        """Sentences shown."""
        return len(self._shown)

    def heads(self) -> tuple[str, ...]:
        """Names of the columns."""
        return (_("Verdict"), _("Sentence"), _("Cites"))

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:  # noqa: ANN401 - Qt's own signature
        """Text of a cell; the tip has all of it."""
        one = self.sentence(index.row())
        if one is None:
            return None
        if role == Qt.ItemDataRole.ForegroundRole and index.column() == VERDICT:
            return self._theme.colour(COLOURS[one.verdict])
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            cited = ", ".join(dict.fromkeys(work.shown or work.key for work in one.works))
            return (verdict(one.verdict), one.sentence, cited)[index.column()]
        return None


class SentenceTable(Table):
    """The citing sentences; the verdict first."""

    def __init__(self, theme: Theme) -> None:
        """Make an empty table."""
        super().__init__(_("Sentences that cite"), theme)
        self.sentences = SentenceModel(theme, self)
        self.setModel(self.sentences)
        across = self.horizontalHeader()
        across.setSectionResizeMode(VERDICT, QHeaderView.ResizeMode.Interactive)
        across.setSectionResizeMode(SENTENCE, QHeaderView.ResizeMode.Stretch)
        across.setSectionResizeMode(CITED, QHeaderView.ResizeMode.Interactive)
        self.wish({VERDICT: 130, CITED: 150})
