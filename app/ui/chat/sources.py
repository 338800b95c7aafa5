"""Below an answer: the passages it cites, what the model was shown of each file, files it found.

How it works. A citation in the text, a chip, the line about what was read: each is a link of our
own with the passage or the file in it, which the page follows (see `links`).

The one law: it is read from the steps of the answer alone; a click tells the page by a link of our
own, which nothing in an answer's text can be.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote

import msgspec
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from agents.chat.files.events import Source, WentIn
from app.i18n import _
from app.permitting import went_in
from app.ui import figures
from app.ui.widgets.basic import ElidedButton
from app.ui.widgets.flow import Flow
from app.ui.widgets.yielding import as_high_as_needed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from agents.chat.events import Step
    from app.ui.theme import Theme

_SOURCE = "moadesk-source:"
_PATH = "moadesk-path:"
_READ = "moadesk-read:"
_WIDEST = 280  # pixels of a chip
_MOST = 12  # files that are offered to be opened


class SourcesRow(QWidget):
    """The chips of one answer; takes no room where there are none."""

    link = Signal(str)  # see `source_of`, `path_of`, `read_of`

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._chips = QWidget()
        self._flow = Flow(theme.px(6))
        self._chips.setLayout(self._flow)
        self._chips.setSizePolicy(as_high_as_needed())
        self._went_in: tuple[WentIn, ...] = ()
        self._read = ""
        self._shown = ElidedButton("faint", self._show_read, _("Show what the model was shown"))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.px(4))
        layout.addWidget(self._chips)
        layout.addWidget(self._shown)
        self.setSizePolicy(as_high_as_needed())
        self.hide()

    def show_steps(self, steps: Sequence[Step]) -> None:
        """Show what the steps of an answer rest on."""
        self._flow.empty()
        sources = sources_of(steps)
        paths = [path for step in steps for path in step.given.paths][:_MOST]
        for one in sources:
            page = _("p. {page}", page=one.page) if one.page else ""
            words = figures.joined(f"[{one.number}] {one.name}", page)
            self._add(words, _("Show the passage"), link_to(one))
        for path in paths:
            self._add(Path(path).name, _("Open {path}", path=path), link_to_path(path))
        self._went_in = tuple(went for step in steps for went in step.given.went_in)
        shown = ", ".join(went_in(went) for went in self._went_in)
        self._read = _("Read: {files}", files=shown) if shown else ""
        self._shown.say(self._read)
        self._shown.setAccessibleName(self._read)
        self._shown.setVisible(bool(shown))
        self._chips.setVisible(bool(sources or paths))
        self.setVisible(bool(sources or paths or shown))

    @property
    def chips(self) -> list[ElidedButton]:
        """The chips, in order."""
        items = (self._flow.itemAt(at) for at in range(self._flow.count()))
        widgets = (item.widget() for item in items if item is not None)
        return [widget for widget in widgets if isinstance(widget, ElidedButton)]

    @property
    def read(self) -> str:
        """What it says the model was shown."""
        return self._read

    def _show_read(self) -> None:
        self.link.emit(_READ + quote(msgspec.json.encode(self._went_in).decode()))

    def _add(self, words: str, hint: str, target: str) -> None:
        made = ElidedButton("chip", partial(self.link.emit, target), hint)
        made.say(words)
        made.setAccessibleName(words)
        made.setMaximumWidth(self._theme.px(_WIDEST))
        self._flow.addWidget(made)


def sources_of(steps: Sequence[Step]) -> list[Source]:
    """The passages that the steps of an answer cite."""
    return [one for step in steps for one in step.given.sources]


def link_to(source: Source) -> str:
    """A link to a passage."""
    return _SOURCE + quote(msgspec.json.encode(source).decode())


def link_to_path(path: str) -> str:
    """A link to a file of this machine."""
    return _PATH + quote(path)


def read_of(target: str) -> tuple[WentIn, ...]:
    """What a model was shown, as a link of ours means it; () for any other link."""
    if not target.startswith(_READ):
        return ()
    try:
        return msgspec.json.decode(unquote(target[len(_READ) :]), type=tuple[WentIn, ...])
    except (msgspec.DecodeError, UnicodeDecodeError):
        return ()


def source_of(target: str) -> Source | None:
    """The passage that a link of ours means; None for any other link."""
    if not target.startswith(_SOURCE):
        return None
    try:
        return msgspec.json.decode(unquote(target[len(_SOURCE) :]), type=Source)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None


def path_of(target: str) -> str:
    """The file that a link of ours means; "" for any other link."""
    return unquote(target[len(_PATH) :]) if target.startswith(_PATH) else ""
