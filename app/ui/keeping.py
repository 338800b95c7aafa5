"""Stores what changes often, off the GUI thread.

The one law: writes of one name follow one another, so the last value is the one that stays.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot

if TYPE_CHECKING:
    from app.build import Desk
    from app.jobs import JobPool, Outcome

_NONE = object()


class Keeping(QObject):
    """One name of `agents.store.kept`."""

    def __init__(self, desk: Desk, pool: JobPool, name: str, parent: QObject) -> None:
        """Store nothing yet."""
        super().__init__(parent)
        self._desk, self._pool, self._name = desk, pool, name
        self._wanted: object = _NONE
        self._writing = False

    def put(self, value: object) -> None:
        """Store a JSON value soon; values in between may be left out."""
        self._wanted = value
        self._next()

    def put_now(self, value: object) -> None:
        """Store it before this returns: the desk is about to end."""
        self._wanted = _NONE
        self._desk.kept.put(self._name, value)

    def _next(self) -> None:
        if self._writing or self._wanted is _NONE:
            return
        value, self._wanted = self._wanted, _NONE
        self._writing = True
        self._pool.call(self._desk.kept.put, self._name, value).finished.connect(self._stored)

    @Slot(object)
    def _stored(self, _outcome: Outcome) -> None:
        self._writing = False
        self._next()
