"""The rows of the list of conversations: which stand where, under which heading.

The one law: rows are made of what was read alone, and a row says what it is by its data.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QListWidgetItem

from agents.store.said import Hit, marks
from app.i18n import _
from app.ui.chat.found import MARKS, QUIET

if TYPE_CHECKING:
    from collections.abc import Iterator
    from collections.abc import Set as AbstractSet

    from agents.store.conversations import Conversation
    from agents.store.folders import Folder
    from app.ui.theme import Theme

ID = int(Qt.ItemDataRole.UserRole)  # of a conversation
FOLDER = ID + 1  # of a folder, on its heading
PLACE = ID + 2  # (conversation, turn) of a hit
INSIDE = ID + 3  # the folder that a conversation stands in here
OLDER = ID + 4  # on the row that brings older ones
_HITS = 4  # of one conversation


@dataclass(frozen=True, slots=True)
class Contents:
    """What the list shows."""

    conversations: tuple[Conversation, ...] = ()
    folders: tuple[Folder, ...] = ()
    hits: tuple[Hit, ...] = ()
    query: str = ""  # what was searched; empty = everything is shown
    more: bool = False  # whether there are older ones


def day_name(updated: str, now: datetime) -> str:
    """The heading an ISO 8601 UTC time stands under, in the user's own days."""
    moment = datetime.fromisoformat(updated)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    days = (now.date() - moment.astimezone(now.tzinfo).date()) / timedelta(days=1)
    if days < 1:
        return _("Today")
    if days < 2:
        return _("Yesterday")
    return _("The last seven days") if days < 7 else _("Earlier")


def rows(contents: Contents, folded: AbstractSet[int], theme: Theme) -> Iterator[QListWidgetItem]:
    """The rows in order: found, or pinned, then folders, then by days; older ones on demand."""
    yield from _found(contents) if contents.query else _all(contents, folded, theme)
    if contents.more:
        older = QListWidgetItem(_("Show older ones"))
        older.setData(OLDER, True)  # noqa: FBT003 - Qt's own
        older.setForeground(theme.colour("accent"))
        older.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable)
        yield older


def _all(contents: Contents, folded: AbstractSet[int], theme: Theme) -> Iterator[QListWidgetItem]:
    pinned = [one for one in contents.conversations if one.pinned]
    if pinned:
        yield _heading(_("Pinned"), theme)
        yield from map(_conversation, pinned)
    for folder in contents.folders:
        inside = [one for one in contents.conversations if one.folder == folder.id]
        yield _folder(folder, theme, folded=folder.id in folded)
        if folder.id not in folded:
            yield from (_conversation(one, folder.id) for one in inside if not one.pinned)
    now, heading = datetime.now().astimezone(), ""
    for one in contents.conversations:
        if one.pinned or one.folder:
            continue
        day = day_name(one.updated, now)
        if day != heading:
            heading = day
            yield _heading(day, theme)
        yield _conversation(one)


def _found(contents: Contents) -> Iterator[QListWidgetItem]:
    places: dict[int, list[Hit]] = {}
    for hit in contents.hits:
        places.setdefault(hit.conversation, []).append(hit)
    for one in contents.conversations:
        item = _conversation(one)
        item.setData(MARKS, marks(one.title, contents.query))
        yield item
        yield from map(_hit, places.get(one.id, ())[:_HITS])


def _conversation(one: Conversation, folder: int = 0) -> QListWidgetItem:
    item = QListWidgetItem(one.title)
    item.setData(ID, one.id)
    item.setData(INSIDE, folder)
    item.setToolTip(one.title)
    item.setFlags(item.flags() | Qt.ItemFlag.ItemIsEditable)
    return item


def _hit(hit: Hit) -> QListWidgetItem:
    item = QListWidgetItem(hit.snippet)
    item.setData(PLACE, (hit.conversation, hit.turn))
    item.setData(MARKS, hit.marks)
    item.setData(QUIET, True)  # noqa: FBT003 - Qt's own
    said = (
        _("You: {words}", words=hit.snippet)
        if hit.role == "user"
        else _("Answer: {words}", words=hit.snippet)
    )
    item.setData(Qt.ItemDataRole.AccessibleTextRole, said)
    return item


def _heading(words: str, theme: Theme) -> QListWidgetItem:
    item = QListWidgetItem(words)
    item.setFlags(Qt.ItemFlag.NoItemFlags)
    item.setFont(theme.font("small"))
    item.setForeground(theme.colour("muted"))
    return item


def _folder(folder: Folder, theme: Theme, *, folded: bool) -> QListWidgetItem:
    item = QListWidgetItem(folder.name)
    item.setData(FOLDER, folder.id)
    item.setFont(theme.font("small", bold=True))
    item.setIcon(theme.icon("chevron-right" if folded else "chevron-down"))
    item.setFlags(item.flags() | Qt.ItemFlag.ItemIsEditable)
    said = (
        _("Folder {name}, closed", name=folder.name)
        if folded
        else _("Folder {name}, open", name=folder.name)
    )
    item.setData(Qt.ItemDataRole.AccessibleTextRole, said)
    return item
