"""How a draft is written out, and how its citations will look, before it is.

The one law: what is shown as an example is made by the same code that writes the file.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QStandardPaths, Qt, Signal, Slot
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QFileDialog,
    QFormLayout,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from agents.scholar import csl_processor, csl_text, export, marks, styles
from agents.scholar.export import Form
from app import i18n
from app.i18n import _
from app.ui.combo import Combo
from app.ui.widgets.basic import button, row, text

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent

    from app.build import Desk
    from app.jobs import Job, JobPool, Outcome
    from app.ui.theme import Theme

_OWN = "own"
_EXAMPLE = 84  # px that it has at least
_EXAMPLES = 2  # works in the example


@dataclass(frozen=True, slots=True)
class Example:
    """One citation and one entry, as HTML."""

    style: str
    citation: str
    entry: str


class ExportDialog(QDialog):
    """Form, style, where to."""

    chosen = Signal(object, object)  # Path, Form

    def __init__(self, desk: Desk, pool: JobPool, theme: Theme, parent: QWidget) -> None:
        """Arrange it; `open_for` shows it."""
        super().__init__(parent)
        self._desk, self._pool, self._theme = desk, pool, theme
        self._draft = 0
        self._own = ""
        self._job: Job | None = None
        self.setWindowTitle(_("Export the draft"))
        self.setMinimumWidth(theme.px(520))
        self.form = Combo(_("Form"))
        for name, suffix in (
            (_("Word (.docx)"), ".docx"),
            (_("LaTeX with .bib (.tex)"), ".tex"),
            (_("Markdown for Pandoc with .bib (.md)"), ".md"),
            (_("Web page (.html)"), ".html"),
        ):
            self.form.add(name, suffix)
        self.style_box = Combo(_("Citation style"))
        self._fill_styles()
        self.cite = Combo(_("Citation command"))
        for name in ("cite", "citep", "autocite"):
            self.cite.add(f"\\{name}", name)
        self.zotero = QCheckBox(_("Citations can be changed with Zotero in Word"))
        self.zotero.setChecked(True)
        self.path = QLineEdit()
        self.path.setAccessibleName(_("File"))
        self.example = text("", "muted", wrap=True)
        self.example.setTextFormat(Qt.TextFormat.RichText)
        self.example.setMinimumHeight(theme.px(_EXAMPLE))
        self.example.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.example.setAccessibleName(_("Example"))
        self._go = button(_("Export"), self._done, "primary")
        fields = QFormLayout()
        fields.setSpacing(theme.space("s"))
        fields.addRow(_("Form"), self.form)
        fields.addRow(_("Citation style"), self.style_box)
        fields.addRow(_("Citation command"), self.cite)
        fields.addRow("", self.zotero)
        fields.addRow(_("Example"), self.example)
        fields.addRow(_("File"), row(self.path, button(_("Browse…"), self._browse)))
        self._fields = fields
        layout = QVBoxLayout(self)
        layout.setContentsMargins(*[theme.px(20)] * 4)
        layout.addLayout(fields)
        layout.addWidget(
            text(_("A report of every sentence is written beside it."), "small", wrap=True)
        )
        layout.addWidget(row(None, button(_("Cancel"), self.reject), self._go))
        self.form.currentIndexChanged.connect(self._changed)
        self.style_box.activated.connect(self._styled)
        self.cite.currentIndexChanged.connect(self._show_example)
        self.path.textChanged.connect(self._may)

    @property
    def suffix(self) -> str:
        """The form of the file."""
        return str(self.form.currentData())

    @property
    def wanted(self) -> Form:
        """What is chosen."""
        style = self.style_box.currentData()
        return Form(
            self._own if style == _OWN else str(style),
            self.cite.currentData(),
            zotero=self.zotero.isChecked(),
        )

    @property
    def busy(self) -> bool:
        """Whether an example is being made."""
        return self._job is not None

    def save_state(self) -> dict[str, object]:
        """What was chosen last."""
        form = self.wanted
        return {
            "suffix": self.suffix,
            "style": form.style,
            "cite": form.cite,
            "zotero": form.zotero,
            "folder": str(Path(self.path.text()).parent) if self.path.text() else "",
        }

    def restore_state(self, state: dict[str, object]) -> None:
        """Choose that again."""
        self.form.setCurrentIndex(max(0, self.form.findData(state.get("suffix"))))
        style = state.get("style")
        if isinstance(style, str) and style.endswith(".csl") and Path(style).is_file():
            self._take_own(style)
        else:
            self.style_box.setCurrentIndex(max(0, self.style_box.findData(style)))
        self.cite.setCurrentIndex(max(0, self.cite.findData(state.get("cite"))))
        self.zotero.setChecked(state.get("zotero") is not False)
        folder = state.get("folder")
        if isinstance(folder, str) and folder and Path(folder).is_dir():
            self.path.setText(str(Path(folder) / "related-work.docx"))

    def open_for(self, draft: int) -> None:
        """Show it for a draft."""
        self._draft = draft
        if not self.path.text():
            self.path.setText(str(self._folder() / "related-work.docx"))
        self._changed()
        self.open()

    def _folder(self) -> Path:
        """Where drafts go that were never exported."""
        documents = QStandardPaths.StandardLocation.DocumentsLocation
        own = self._desk.settings.output_dir
        return Path(own or QStandardPaths.writableLocation(documents) or Path.home())

    # --- choosing ---

    def _fill_styles(self) -> None:
        for name, title in (
            ("apa", "APA"),
            ("ieee", "IEEE"),
            ("acm", "ACM"),
            ("nature", "Nature"),
            ("chicago", _("Chicago (author and year)")),
            ("korean", _("Korean journals (author and year)")),
        ):
            self.style_box.add(title, name)
        self.style_box.add(_("A style file (.csl)…"), _OWN)

    @Slot()
    def _changed(self) -> None:
        formatted = self.suffix in export.FORMATTED
        self._fields.setRowVisible(self.style_box, formatted)
        self._fields.setRowVisible(self.cite, self.suffix == ".tex")
        self._fields.setRowVisible(self.zotero, self.suffix == ".docx")
        named = Path(self.path.text())
        if named.suffix.lower() in export.SUFFIXES:
            self.path.setText(str(named.with_suffix(self.suffix)))
        self._may()
        self._show_example()

    @Slot(int)
    def _styled(self, _at: int) -> None:
        if self.style_box.currentData() == _OWN:
            name, _kind = QFileDialog.getOpenFileName(
                self, _("A citation style"), "", _("Citation styles (*.csl)")
            )
            if name:
                self._take_own(name)
            elif not self._own:
                self.style_box.setCurrentIndex(0)
        self._show_example()

    def _take_own(self, path: str) -> None:
        self._own = path
        at = self.style_box.findData(_OWN)
        self.style_box.setItemText(at, Path(path).name)
        self.style_box.setCurrentIndex(at)

    @Slot()
    def _browse(self) -> None:
        name, _kind = QFileDialog.getSaveFileName(
            self, _("Export the draft"), self.path.text(), f"*{self.suffix}"
        )
        if name:
            path = Path(name)
            named = path.suffix.lower() == self.suffix
            self.path.setText(str(path if named else path.with_name(path.name + self.suffix)))

    @Slot()
    def _may(self) -> None:
        self._go.setEnabled(Path(self.path.text()).suffix.lower() == self.suffix)

    @Slot()
    def _done(self) -> None:
        path = Path(self.path.text()).expanduser()
        self.chosen.emit(path if path.is_absolute() else self._folder() / path, self.wanted)
        self.accept()

    # --- the example ---

    @Slot()
    def _show_example(self) -> None:
        if self._job is not None or not self._draft:
            return  # what is wanted then is looked at when it ends
        self._job = self._pool.call(example, self._desk, self._draft, self.suffix, self.wanted)
        self._job.finished.connect(self._made)

    @Slot(object)
    def _made(self, outcome: Outcome) -> None:
        self._job = None
        if outcome.error:
            self.example.setText(i18n.explain(outcome.error))
        elif outcome.state == "done":
            made: Example = outcome.value
            if made.style != _asked(self.suffix, self.wanted):
                self._show_example()
                return
            self.example.setText(f"<p>… {made.citation}.</p><p>{made.entry}</p>")
            self._make_room()
        self._go.setEnabled(self._go.isEnabled() and not outcome.error)
        if not outcome.error:
            self._may()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The example wraps at another place."""
        super().resizeEvent(event)
        self._make_room()

    def _make_room(self) -> None:
        """For all lines of the example: a dialog does not grow with what wraps in it."""
        needed = self.example.heightForWidth(self.example.width())
        self.example.setMinimumHeight(max(self._theme.px(_EXAMPLE), needed))


def _asked(suffix: str, form: Form) -> str:
    return form.style if suffix in export.FORMATTED else f"{suffix}{form.cite}"


def example(desk: Desk, draft: int, suffix: str, form: Form) -> Example:
    """One citation and one entry of a draft in a form. For a worker.

    Raises:
        UserError: those of `styles.load`, and scholar.style_broken.
    """
    asked = _asked(suffix, form)
    made = desk.drafts.load(draft)
    entries = made.entries[:_EXAMPLES] if made else ()
    keys = [entry.work.key for entry in entries]
    if not keys:
        return Example(asked, "", "")
    if suffix == ".tex":
        return Example(asked, csl_text.escaped(f"\\{form.cite}{{{','.join(keys)}}}"), "")
    if suffix == ".md":
        cited = "; ".join(f"@{marks.key(key)}" for key in keys)
        return Example(asked, csl_text.escaped(f"[{cited}]"), "")
    found = csl_processor.render(styles.load(form.style), entries, [keys])
    citation, entry = found.citations[0], found.entries[0][1]
    return Example(asked, csl_text.to_html(citation), csl_text.to_html(entry))
