"""What the user made and what the desk keeps, each kind in its store.

The one law: nothing is opened before it is asked for, and all share one database.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from app.parts.base import Base

if TYPE_CHECKING:
    from agents.store.backups import Backups
    from agents.store.conversations import Conversations
    from agents.store.database import Database
    from agents.store.draft_edits import DraftEdits
    from agents.store.drafts import Drafts
    from agents.store.entities import Entities
    from agents.store.entity_changes import EntityChanges
    from agents.store.files import Files
    from agents.store.folders import Folders
    from agents.store.glossaries import Glossaries
    from agents.store.kept import Kept
    from agents.store.library import Library
    from agents.store.memories import Memories
    from agents.store.memory_pairs import MemoryPairs
    from agents.store.network_log import NetworkLog
    from agents.store.papers import Papers
    from agents.store.passages import Passages
    from agents.store.permissions import Permissions
    from agents.store.prompts import Prompts
    from agents.store.retractions import Retractions
    from agents.store.said import Said
    from agents.store.sent import SentLog
    from agents.store.translations import Translations
    from agents.store.versions import Versions
    from agents.translation.importing import Exports, Imports


class Stores(Base):
    """What the user made and what the desk keeps, each kind in its store."""

    @functools.cached_property
    def database(self) -> Database:
        """What the user made."""
        from agents.store.database import Database

        return Database(self.paths.database)

    @functools.cached_property
    def network_log(self) -> NetworkLog:
        """The list of what was sent and asked."""
        from agents.store.network_log import NetworkLog

        return NetworkLog(self.database)

    @functools.cached_property
    def backups(self) -> Backups:
        """Copies of the database."""
        from agents.store.backups import Backups

        return Backups(self.database)

    @functools.cached_property
    def kept(self) -> Kept:
        """What the desk keeps between two starts."""
        from agents.store.kept import Kept

        return Kept(self.database)

    @functools.cached_property
    def conversations(self) -> Conversations:
        """The user's conversations."""
        from agents.store.conversations import Conversations

        return Conversations(self.database)

    @functools.cached_property
    def folders(self) -> Folders:
        """The folders they are in."""
        from agents.store.folders import Folders

        return Folders(self.database)

    @functools.cached_property
    def said(self) -> Said:
        """The search in all that was said."""
        from agents.store.said import Said

        return Said(self.database)

    @functools.cached_property
    def files(self) -> Files:
        """The files that were given to the chat."""
        from agents.store.files import Files

        return Files(self.database)

    @functools.cached_property
    def permissions(self) -> Permissions:
        """What the chat's tools may do."""
        from agents.store.permissions import Permissions

        return Permissions(self.database)

    @functools.cached_property
    def prompts(self) -> Prompts:
        """The user's personas and commands, and how each conversation is answered."""
        from agents.store.prompts import Prompts

        return Prompts(self.database)

    @functools.cached_property
    def translations(self) -> Translations:
        """The user's translation jobs."""
        from agents.store.translations import Translations

        return Translations(self.database)

    @functools.cached_property
    def memories(self) -> Memories:
        """The user's translation memory."""
        from agents.store.memories import Memories

        return Memories(self.database)

    @functools.cached_property
    def memory_pairs(self) -> MemoryPairs:
        """The same memory, to be looked through and corrected."""
        from agents.store.memory_pairs import MemoryPairs

        return MemoryPairs(self.database)

    @functools.cached_property
    def memory_imports(self) -> Imports:
        """Takes memory files in."""
        from agents.translation.importing import Imports

        return Imports(self.memories)

    @functools.cached_property
    def memory_exports(self) -> Exports:
        """Writes the memory as a file."""
        from agents.translation.importing import Exports

        return Exports(self.memories)

    @functools.cached_property
    def glossaries(self) -> Glossaries:
        """The user's glossaries."""
        from agents.store.glossaries import Glossaries

        return Glossaries(self.database)

    @functools.cached_property
    def library(self) -> Library:
        """The user's bibliography."""
        from agents.store.library import Library

        return Library(self.database)

    @functools.cached_property
    def retractions(self) -> Retractions:
        """The list of retracted works."""
        from agents.store.retractions import Retractions

        return Retractions(self.database)

    @functools.cached_property
    def sent(self) -> SentLog:
        """What was sent about the library."""
        from agents.store.sent import SentLog

        return SentLog(self.database)

    @functools.cached_property
    def passages(self) -> Passages:
        """What is searched inside works."""
        from agents.store.passages import Passages

        return Passages(self.database)

    @functools.cached_property
    def papers(self) -> Papers:
        """What was read in the files of works."""
        from agents.store.papers import Papers

        return Papers(self.database)

    @functools.cached_property
    def entity_store(self) -> Entities:
        """The entities that were found in works."""
        from agents.store.entities import Entities

        return Entities(self.database)

    @functools.cached_property
    def entity_changes(self) -> EntityChanges:
        """What the user decided about them."""
        from agents.store.entity_changes import EntityChanges

        return EntityChanges(self.database)

    @functools.cached_property
    def drafts(self) -> Drafts:
        """The user's drafts."""
        from agents.store.drafts import Drafts

        return Drafts(self.database)

    @functools.cached_property
    def draft_edits(self) -> DraftEdits:
        """What a person changes in drafts."""
        from agents.store.draft_edits import DraftEdits

        return DraftEdits(self.database)

    @functools.cached_property
    def versions(self) -> Versions:
        """What drafts were before."""
        from agents.store.versions import Versions

        return Versions(self.database)
