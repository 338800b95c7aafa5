"""Backups of the database in the settings: made, gone back to, deleted.

The one law: going back is asked twice, says what will be replaced, and keeps it.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app import i18n
from app.i18n import _
from app.jobs import Latest
from app.ui.backup_words import about, moment
from app.ui.settings.rows import Section
from app.ui.widgets.basic import button, row

if TYPE_CHECKING:
    from agents.store.backups import Backup
    from app.build import Desk
    from app.jobs import JobPool, Outcome
    from app.ui.theme import Theme
    from app.ui.widgets.bars import Bars

_SHOWN = 12  # of the latest


class BackupSection(QWidget):
    """The copies there are, and what can be done with them."""

    restoring = Signal()  # whoever has put something off writes it now: it belongs to what was
    restored = Signal()  # everything is another now: whoever shows anything shows it anew

    def __init__(self, desk: Desk, pool: JobPool, theme: Theme, bars: Bars) -> None:
        super().__init__()
        self._desk, self._pool, self._theme, self._bars = desk, pool, theme, bars
        self._look = Latest(pool, self._looked, self)
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._section: Section | None = None
        self._wanted = ""  # what is gone back to as soon as all is written
        self.backups: tuple[Backup, ...] = ()
        self._show()

    @Slot()
    def look(self) -> None:
        """Look which copies there are now."""
        self._look.ask(self._desk.backups.list)

    @Slot()
    def make(self) -> None:
        """Make a copy."""
        self._pool.call(self._desk.backups.make).finished.connect(self._made)

    def ask(self, backup: Backup) -> None:
        """Say what going back means, and wait for a yes."""
        self._bars.say(
            "warn",
            _(
                "Everything becomes what it was on {time}: chats, translations, library. What is"
                " there now is kept as a backup.",
                time=moment(backup),
            ),
            [(_("Restore"), partial(self.restore, backup)), (_("Cancel"), lambda: None)],
            key="backup",
            closable=False,
        )

    def restore(self, backup: Backup) -> None:
        """Go back, if nothing is being worked on that would be written into the other state."""
        if self._pool.running():
            words = _("Work is still running. Stop it or wait for its end, then restore.")
            self._bars.say("warn", words, key="backup")
            return
        self._wanted = backup.path
        self.restoring.emit()
        self._pool.changed.connect(self._restore_when_written)
        self._restore_when_written()

    @Slot()
    def _restore_when_written(self) -> None:
        if self._wanted and not self._pool.busy:
            self._pool.changed.disconnect(self._restore_when_written)
            path, self._wanted = self._wanted, ""
            self._pool.call(self._desk.backups.restore, path).finished.connect(self._restored)

    def delete(self, backup: Backup) -> None:
        """Delete a copy."""
        self._bars.say(
            "warn",
            _("The backup of {time} goes for good.", time=moment(backup)),
            [
                (_("Delete"), lambda: self._do(self._desk.backups.delete, backup.path)),
                (_("Cancel"), lambda: None),
            ],
            key="backup",
            closable=False,
        )

    def _do(self, function: object, *args: object) -> None:
        self._pool.call(function, *args).finished.connect(self._done)  # type: ignore[arg-type]

    @Slot(object)
    def _done(self, outcome: Outcome) -> None:
        if outcome.error is not None:
            self._bars.say("error", i18n.explain(outcome.error), key="backup")
        self.look()

    @Slot(object)
    def _made(self, outcome: Outcome) -> None:
        self._done(outcome)
        if outcome.state == "done":
            self._bars.say("info", _("The backup is made."), key="backup", seconds=8)

    @Slot(object)
    def _restored(self, outcome: Outcome) -> None:
        self._done(outcome)
        if outcome.state == "done":
            self.restored.emit()

    @Slot(object)
    def _looked(self, outcome: Outcome) -> None:
        if outcome.state == "done":
            self.backups = outcome.value
            self._show()

    def _show(self) -> None:
        section = Section(self._theme, _("Backups"))
        section.add(
            _("Back up now"),
            _("A copy is also made before an update changes the database."),
            button(_("Make a backup"), self.make),
            wide=False,
        )
        for backup in self.backups[:_SHOWN]:
            restore = button(_("Restore"), partial(self.ask, backup))
            restore.setAccessibleName(_("Restore the backup of {time}", time=moment(backup)))
            delete = button(_("Delete"), partial(self.delete, backup))
            delete.setAccessibleName(_("Delete the backup of {time}", time=moment(backup)))
            section.add(moment(backup), about(backup), row(restore, delete), wide=False)
        if self._section is not None:
            self._layout.removeWidget(self._section)
            self._section.hide()
            self._section.deleteLater()
        self._section = section
        self._layout.addWidget(section)
