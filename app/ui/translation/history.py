"""Everything a segment has said, and who said it.

The one law: looking changes nothing; taking earlier words back is a step like any other.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QVBoxLayout, QWidget

from app.i18n import _
from app.ui import figures
from app.ui.translation import words
from app.ui.widgets.basic import button, row, text

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from agents.store.segment_rows import Version
    from app.ui.theme import Theme

_MOST = 12  # versions that are shown, the latest first


def show_history(
    parent: QWidget,
    theme: Theme,
    versions: Sequence[Version],
    engine: str,
    take: Callable[[str], None],
) -> QDialog:
    """Show the versions of a segment, the latest on top.

    Args:
        parent: above whom it opens.
        theme: how it looks.
        versions: oldest first.
        engine: what the document was translated with, in words.
        take: lets an earlier version stand again.
    """
    dialog = QDialog(parent)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setWindowTitle(_("History"))
    dialog.setMinimumWidth(theme.px(460))
    layout = QVBoxLayout(dialog)
    layout.setSpacing(theme.space("s"))
    latest = list(reversed(versions))[:_MOST]
    for number, version in enumerate(latest):
        when = figures.moment(version.made_at) or _("earlier")
        who = f"{words.made_by(version, engine)} · {when}"
        layout.addWidget(text(who, "small"))
        said = text(version.target, "strong" if number == 0 else "", wrap=True)
        layout.addWidget(said)
        if number:
            layout.addWidget(
                row(button(_("Take these words"), _taken(dialog, take, version)), None)
            )
    layout.addWidget(row(None, button(_("Close"), dialog.close)))
    dialog.open()
    return dialog


def _taken(dialog: QDialog, take: Callable[[str], None], version: Version) -> Callable[[], None]:
    def run() -> None:
        dialog.close()
        take(version.target)

    return run
