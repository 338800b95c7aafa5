"""What is said above a draft about what is not in it, or not certain."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.i18n import _
from app.ui import figures

if TYPE_CHECKING:
    from agents.scholar.events import DraftReport
    from app.ui.widgets.bars import Bars


def left_out(bars: Bars, count: int) -> None:
    """How many works are not cited."""
    if count:
        bars.say(
            "info",
            _(
                "Not cited because they have nothing to do with this topic: {count}.",
                count=figures.number(count),
            ),
            key="left_out",
        )


def unsupported(bars: Bars, report: DraftReport) -> None:
    """How many sentences are marked, and how many were taken out."""
    if report.flagged:
        bars.say(
            "warn",
            _(
                "Sentences without support in what they cite: {count}. They are underlined; "
                "check them.",
                count=report.flagged,
            ),
            key="flagged",
        )
    if report.dropped:
        bars.say(
            "info",
            _(
                "Left out because nothing supports them: {count} sentences. The report lists them.",
                count=report.dropped,
            ),
            key="dropped",
        )
