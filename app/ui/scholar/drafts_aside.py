"""Drafts that were deleted a moment ago and can be given back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.i18n import _

if TYPE_CHECKING:
    from collections.abc import Callable

    from app.build import Desk
    from app.jobs import JobPool
    from app.ui.widgets.bars import Bars

_SECONDS_TO_UNDO = 10


class PutAside:
    """They are in the store until their bar is gone."""

    def __init__(self, desk: Desk, pool: JobPool, bars: Bars) -> None:
        """Nothing is put aside."""
        self._desk, self._pool, self._bars = desk, pool, bars
        self._dropped: set[int] = set()

    def __contains__(self, draft: int) -> bool:
        """Whether a draft is to be shown no longer."""
        return draft in self._dropped

    def put(
        self, draft: int, given_back: Callable[[], object], deleted: Callable[[], object]
    ) -> None:
        """Put a draft aside, with a bar that gives it back."""
        self._dropped.add(draft)

        def give_back() -> None:
            self._dropped.discard(draft)
            given_back()

        def for_good() -> None:
            if draft in self._dropped:
                self._dropped.remove(draft)
                deleted()
                self._pool.call(self._desk.drafts.delete, draft)

        self._bars.say(
            "info",
            _("The draft is deleted."),
            [(_("Undo"), give_back)],
            key=f"dropped-{draft}",
            on_closed=for_good,
            seconds=_SECONDS_TO_UNDO,
        )

    def delete_all(self) -> None:
        """Delete what was only put aside. At the end."""
        for draft in self._dropped:
            self._desk.drafts.delete(draft)
        self._dropped.clear()
