"""What the bibliography doctor says: a finding, and how it is mended where that is certain.

The one law: a fix is offered only where nothing can be lost by it; everything else is for a person
to decide.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from agents.base import Value
    from agents.store.entries import Entry

Level = Literal["error", "warning", "note"]


@dataclass(frozen=True, slots=True)
class Fix:
    """A field set to a LaTeX value, called otherwise, or taken away."""

    kind: Literal["set", "rename", "remove"]
    field: str
    value: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong or odd. `code` is a sentence of `app.messages`."""

    work: int  # id; 0 for an entry that is not in the library
    key: str
    level: Level
    code: str
    field: str = ""
    values: tuple[tuple[str, Value], ...] = ()
    fix: Fix | None = None
    line: int = 0  # where a file was checked


@dataclass(frozen=True, slots=True)
class Patient:
    """One entry, read for all checks."""

    entry: Entry
    own: Mapping[str, str]  # its own fields, LaTeX
    all: Mapping[str, str]  # with what it inherits

    def finding(
        self, level: Level, code: str, field: str = "", fix: Fix | None = None, /, **values: Value
    ) -> Finding:
        """A finding about this entry."""
        work = self.entry.work
        named: dict[str, Value] = {"field": field, **values} if field else dict(values)
        return Finding(
            work.id, work.key, level, code, field, tuple(named.items()), fix, self.entry.line
        )

    def setting(
        self, level: Level, code: str, field: str, mended: str, /, **values: Value
    ) -> Finding:
        """A finding that is mended by setting a field to the LaTeX value `mended`."""
        return self.finding(level, code, field, Fix("set", field, mended), **values)
