"""What a page of the window is.

The one law: a page gets everything it needs in its constructor and speaks to the window only
through these few signals and methods; it never reaches for its parent.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from app.i18n import _

if TYPE_CHECKING:
    from pathlib import Path

    from app.build import Desk
    from app.jobs import JobPool
    from app.ui.theme import Theme

PAGES = ("chat", "translate", "scholar", "models", "settings")
ASIDE = ("network", "welcome")  # pages without a button in the rail


class Page(QWidget):
    """Base of the five pages."""

    navigate = Signal(str)  # the name of a page to go to
    handed = Signal(str, object)  # the name of a page to go to, and what it is to `take`
    told = Signal(str)  # how far long work is, for the title of the window; empty: none
    restoring = Signal()  # a backup is about to be gone back to: write down what was put off
    restored = Signal()  # the database is another: every page is to be made anew
    settings_changed = Signal(object)  # the new Settings, already stored and in `desk.settings`

    def __init__(
        self, desk: Desk, pool: JobPool, theme: Theme, parent: QWidget | None = None
    ) -> None:
        """Keep the parts. Cheap: what is slow to read is read through the pool."""
        super().__init__(parent)
        self.desk = desk
        self.pool = pool
        self.theme = theme
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setProperty("ground", "surface")

    def title(self) -> str:
        """The name of the page, in the user's language."""
        raise NotImplementedError  # each page has one of its own

    def entered(self) -> None:
        """The page was just shown (also for the first time)."""

    def left(self) -> None:
        """Another page is about to be shown in place of this one."""

    def begin(self) -> None:
        """Take up work that goes on without being looked at."""

    def closing(self) -> None:
        """The page is about to go away for good: carry out what was put off (an undo)."""

    def accepts(self, path: Path) -> bool:
        """Whether a file or folder dropped on the window belongs here."""
        del path
        return False

    def drop_words(self) -> str:
        """What letting go of files here does that it accepts."""
        return _("Drop to open on the page “{page}”", page=self.title())

    def open_files(self, paths: list[Path]) -> None:
        """Take files this page accepts."""

    def take(self, what: object) -> None:
        """Take what another page handed over."""

    def save_state(self) -> dict[str, object]:
        """What to remember until the next start: plain JSON values only."""
        return {}

    def restore_state(self, state: dict[str, object]) -> None:
        """Take back what `save_state` gave, perhaps from an older version: check every value."""
