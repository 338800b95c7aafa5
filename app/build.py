"""Puts the desk together: every part is made here, once, and handed to whom needs it.

No Qt: the command line and the window use the same desk. Making it is cheap: nothing loads a
model or a native library before it is asked to do something.
"""

from __future__ import annotations

import datetime as dt
import functools
import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from agents.base import Turns
from app import keys

if TYPE_CHECKING:
    from collections.abc import Callable

    from agents.chat.agent import ChatAgent
    from agents.chat.exchange.files import Exchange
    from agents.chat.execution import Runner
    from agents.chat.files.reader import FileReader
    from agents.chat.hands import Hand
    from agents.chat.routing.commander import LentCommander
    from agents.chat.routing.router import Route, Router
    from agents.chat.team import Team
    from agents.chat.titles import Titler
    from agents.chat.tools import asked
    from agents.engine import catalog
    from agents.engine.cache import ModelCache
    from agents.engine.catalog import ModelRole
    from agents.engine.everywhere import Everywhere
    from agents.engine.hub import Hub
    from agents.engine.kit import Kit
    from agents.engine.pace import PaceMeter
    from agents.engine.port import Embedder
    from agents.engine.shelf import Shelf
    from agents.engine.wire import Wire
    from agents.entities.agent import EntityAgent
    from agents.scholar.agent import ScholarAgent
    from agents.scholar.doctor import Doctor
    from agents.scholar.editing import Rechecker
    from agents.scholar.entity_reading import EntityReading
    from agents.scholar.papers import PaperReader
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
    from agents.translation.agent import TranslationAgent
    from agents.translation.hits import Finder
    from agents.translation.importing import Exports, Imports
    from agents.translation.korean import Korean
    from agents.translation.own import Own
    from agents.translation.propose import Proposals
    from agents.translation.review import Review
    from app.choices import Choices
    from app.paths import Paths
    from app.settings import Settings
    from app.updates import Updates

_TRANSLATE = ("translation", "chat", "scholar")  # roles of models that can be asked to


class Desk:
    """Everything an entry point needs, made on first use."""

    def __init__(self, paths: Paths, settings: Settings) -> None:
        """Remember where things are and what the user wants."""
        self.paths = paths
        self.settings = settings
        self.segmentation: Path | None = None  # own rules (SRX), set before anything is split
        self.turns = Turns()  # of whatever computes on all cores

    @functools.cached_property
    def catalog(self) -> catalog.Catalog:
        """The models we know."""
        from agents.engine import catalog

        return catalog.load(self.paths.assets / "catalog.toml")

    @functools.cached_property
    def shelf(self) -> Shelf:
        """The models that are on this machine."""
        from agents.engine.shelf import Shelf

        return Shelf(self.catalog, self.paths.models)

    @functools.cached_property
    def hub(self) -> Hub:
        """Where models come from."""
        from agents.engine.hub import Hub

        return Hub(
            self.shelf,
            token=lambda: keys.hub_token(self.mirror),
            mirror=lambda: self.settings.hub_address,
            proxy=lambda: self.settings.hub_proxy,
            wire=self.wire,
        )

    @functools.cached_property
    def updates(self) -> Updates:
        """Looks for a newer version when a person asks."""
        from app.updates import Updates

        return Updates(self.wire, lambda: self.settings.hub_proxy)

    @functools.cached_property
    def kit(self) -> Kit:
        """Takes models to a machine without a network."""
        from agents.engine.kit import Kit

        return Kit(self.shelf)

    @functools.cached_property
    def pace(self) -> PaceMeter:
        """Measures how quick models are here."""
        from agents.engine.pace import PaceMeter

        return PaceMeter(self.models)

    @property
    def mirror(self) -> str:
        """Host of the mirror that is asked in place of the model hub; empty where none is."""
        from agents.engine import endpoint
        from agents.engine.hub import MIRROR

        address = self.settings.hub_address or os.environ.get(MIRROR, "")
        return endpoint.host(address)

    @functools.cached_property
    def wire(self) -> Wire:
        """What goes over the network."""
        from agents.engine.wire import Wire

        return Wire(lambda: self.network_log)

    @functools.cached_property
    def network_log(self) -> NetworkLog:
        """The list of what was sent and asked."""
        from agents.store.network_log import NetworkLog

        return NetworkLog(self.database)

    @functools.cached_property
    def cache(self) -> ModelCache:
        """The loaded models of this machine."""
        from agents.engine.cache import ModelCache

        if not self.settings.conversation_disk_mb:
            shutil.rmtree(self.paths.states, ignore_errors=True)
        return ModelCache(
            self.shelf,
            threads=self.settings.threads,
            budget=self.settings.memory_budget_mb * 2**20,
            quiet=self.settings.quiet,
            turns=self.turns,
            states=self.paths.states if self.settings.conversation_disk_mb else None,
            states_budget=self.settings.conversation_disk_mb * 2**20,
        )

    @functools.cached_property
    def models(self) -> Everywhere:
        """All models: those of this machine and, where that is switched on, of a server."""
        from agents.engine.everywhere import Everywhere

        return Everywhere(
            self.cache,
            address=lambda: self.settings.remote_url if self.settings.remote_enabled else "",
            key=keys.remote_key,
            catalog=self.catalog,
            wire=self.wire,
        )

    @functools.cached_property
    def choices(self) -> Choices:
        """The models to choose from."""
        from app.choices import Choices

        return Choices(self.shelf, lambda: self.settings)

    @functools.cached_property
    def database(self) -> Database:
        """What the user made."""
        from agents.store.database import Database

        return Database(self.paths.database)

    def embedder(self) -> Embedder | None:
        """Search by meaning with the model that is best now; None where there is none.

        Asked anew for each job: the user may have brought a model since. Vectors are stored under
        their embedder's id, so that the library is embedded anew as it is searched.
        """
        model = self.shelf.best("embedding", self.settings.embedding_model)
        return self._embedders(model) if model else self.embedded

    @functools.cached_property
    def _embedders(self) -> Callable[[str], Embedder]:
        return functools.lru_cache(maxsize=8)(self.cache.embedder)

    @functools.cached_property
    def embedded(self) -> Embedder | None:
        """The embedder that comes along; None where it has no wheel."""
        from agents.engine.embed import default_embedder

        return default_embedder(self.turns)

    @functools.cached_property
    def router(self) -> Router:
        """Who of the team takes a request."""
        from agents.chat.routing import linear
        from agents.chat.routing.reader import LateReader
        from agents.chat.routing.router import Router
        from agents.entities import graph

        assets = self.paths.assets / "router"
        second = LateReader(assets / "reader.npz", graph.opened)
        return Router(linear.load(assets / "words.bin"), second)

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
    def titler(self) -> Titler:
        """Gives conversations titles."""
        from agents.chat.titles import Titler

        return Titler(self.models, self.conversations)

    @functools.cached_property
    def exchange(self) -> Exchange:
        """Writes conversations into files and takes them in."""
        from agents.chat.exchange.files import Exchange
        from agents.store.whole import Whole
        from app.version import VERSION

        return Exchange(Whole(self.database), f"MoA Desk {VERSION}")

    @functools.cached_property
    def backups(self) -> Backups:
        """Copies of the database."""
        from agents.store.backups import Backups

        return Backups(self.database)

    @functools.cached_property
    def translations(self) -> Translations:
        """The user's translation jobs."""
        from agents.store.translations import Translations

        return Translations(self.database)

    @functools.cached_property
    def kept(self) -> Kept:
        """What the desk keeps between two starts."""
        from agents.store.kept import Kept

        return Kept(self.database)

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
    def doctor(self) -> Doctor:
        """Checks the bibliography."""
        from agents.scholar.doctor import Doctor

        return Doctor(self.library, self.retractions)

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
    def entity_reading(self) -> EntityReading:
        """Reads the library for entities."""
        from agents.scholar.entity_reading import EntityReading

        return EntityReading(self.entities, self.entity_store, self.passages, self.library)

    @functools.cached_property
    def papers(self) -> Papers:
        """What was read in the files of works."""
        from agents.store.papers import Papers

        return Papers(self.database)

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

    @functools.cached_property
    def rechecker(self) -> Rechecker:
        """Checks what a person wrote into a draft."""
        from agents.scholar.editing import Rechecker

        return Rechecker(self.passages, self.embedder)

    @functools.cached_property
    def chat(self) -> ChatAgent:
        """Answers questions."""
        from agents.chat.agent import ChatAgent

        return ChatAgent(
            self.models,
            self.conversations,
            self.instruction,
            self.router,
            self.team,
            files=self.files,
            commander=self.commander,
        )

    def commander(self, model: str) -> LentCommander | None:
        """Who is asked where a request belongs when its words leave that open.

        Nobody where the starter model chats: it cannot judge.
        """
        from agents.chat.routing.commander import LentCommander

        here = self.shelf.get(model)
        starter = here is not None and here.where == "embedded"
        return None if starter else LentCommander(self.models, model)

    @functools.cached_property
    def instruction(self) -> str:
        """What the commander is told where no persona is chosen."""
        return (self.paths.assets / "prompts" / "chat.txt").read_text("utf-8").strip()

    @functools.cached_property
    def files(self) -> Files:
        """The files that were given to the chat."""
        from agents.store.files import Files

        return Files(self.database)

    @functools.cached_property
    def file_reader(self) -> FileReader:
        """Who reads them."""
        from agents.chat.files.reader import FileReader
        from app.texts import FormatTexts

        return FileReader(self.files, FormatTexts(), self.embedder)

    @functools.cached_property
    def permissions(self) -> Permissions:
        """What the chat's tools may do."""
        from agents.store.permissions import Permissions

        return Permissions(self.database)

    @functools.cached_property
    def asked(self) -> asked.Desk:
        """Carries the tools' questions to the user and the answers back."""
        from agents.chat.tools import asked

        return asked.Desk(self.permissions)

    @functools.cached_property
    def team(self) -> Team:
        """Tiny MoA: who does what of a request."""
        from agents.chat.files.hand import DocumentHand
        from agents.chat.maths import MathsHand
        from agents.chat.program import CodeHand
        from agents.chat.talk import TalkHand
        from agents.chat.team import Team
        from agents.chat.tools.dates import DatesHand
        from agents.chat.tools.folders import UserFolders
        from agents.chat.tools.hand import Guarded, ToolHand
        from agents.chat.tools.lookup import Lookup
        from agents.chat.tools.making import Making
        from app.polite import PoliteHand
        from app.team import LibraryHand, MemoryHand, TranslateHand

        translator = functools.partial(
            self.choices.best, "translation", self.settings.translation_model
        )
        where = UserFolders(Path.home())
        lookup = Lookup(self.asked, where, self.models)
        tools = ToolHand(
            self.asked,
            DatesHand(lambda: dt.datetime.now().astimezone()),
            lookup,
            Making(self.asked, where, self.models, lambda: self.settings.output_dir),
            Guarded(MemoryHand(self.memories), "memory", self.asked),
        )
        documents = DocumentHand(self.models, self.files, self.file_reader, lookup, self.embedder)
        hands: dict[Route, Hand] = {
            "answer": TalkHand(self.models, self.instruction),
            "maths": MathsHand(self.models, lambda model: self._of_role("maths") or model),
            "code": CodeHand(self.models, lambda model: self._of_role("code") or model),
            "tool": tools,
            "document": documents,
            "translate": TranslateHand(self.translation, translator),
            "scholar": Guarded(LibraryHand(self.scholar), "library", self.asked),
        }

        polite = PoliteHand(self.models, self.korean, self._korean_model)
        return Team(hands, self.models, {"polite": polite})

    def _korean_model(self, model: str) -> str:
        """Who is asked to write Korean: the commander, but where it is known to have none."""
        entry = self.shelf.entry(model)
        return model if entry is None or "ko" in entry.languages else ""

    @functools.cached_property
    def prompts(self) -> Prompts:
        """The user's personas and commands, and how each conversation is answered."""
        from agents.store.prompts import Prompts

        return Prompts(self.database)

    @functools.cached_property
    def runner(self) -> Runner:
        """Runs programs of answers, walled in."""
        from agents.chat.execution import Runner

        return Runner()

    def _of_role(self, role: ModelRole) -> str:
        return next((one.id for one in self.shelf.installed() if one.role == role), "")

    @functools.cached_property
    def translation(self) -> TranslationAgent:
        """Translates texts and documents."""
        from agents.translation.agent import TranslationAgent

        return TranslationAgent(
            self.models, self.translations, self.korean, self.own, self._further, self.embedded
        )

    def _further(self, model: str, target: str) -> tuple[str, ...]:
        """Models that may be asked about what `model` cannot translate into `target`.

        The one chosen in the settings, and those that are in memory anyway; of this machine only,
        and only those that know the language.
        """
        resident = [one.id for one in self.models.resident()]
        ids = dict.fromkeys([self.settings.second_translation_model, *resident])
        here = [self.shelf.get(one) for one in ids if one not in ("", model)]
        return tuple(
            one.id
            for one in here
            if one and one.role in _TRANSLATE and self.shelf.knows(one.id, target)
        )

    @functools.cached_property
    def own(self) -> Own:
        """What the user has of their own for translating."""
        from agents.translation.own import Own

        return Own(self.memories, self.glossaries)

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
    def proposals(self) -> Proposals:
        """Proposes the terms of a document."""
        from agents.translation.propose import Proposals

        return Proposals(self.korean, self.own, self.entities)

    @functools.cached_property
    def review(self) -> Review:
        """Looks through translated documents."""
        from agents.translation.review import Review

        return Review(
            self.models,
            self.translations,
            self.korean,
            on_confirmed=self.memories.add_human,
            own=self.own,
            embedder=self.embedded,
        )

    @functools.cached_property
    def hits(self) -> Finder:
        """Looks a segment up in memory and glossaries."""
        from agents.translation.hits import Finder

        return Finder(self.memories, self.glossaries, self.korean)

    @functools.cached_property
    def scholar(self) -> ScholarAgent:
        """Keeps the library and drafts from it."""
        from agents.scholar.agent import ScholarAgent
        from agents.scholar.voting import Voter

        voter = Voter(
            self.entities, lambda: self.shelf.best("entities", self.settings.entity_model)
        )
        return ScholarAgent(
            self.models, self.library, self.drafts, self.embedder, self.passages, voter
        )

    @functools.cached_property
    def reader(self) -> PaperReader:
        """Who reads the PDFs of works."""
        from agents.scholar.papers import PaperReader

        return PaperReader(self.library, self.passages, self.papers)

    @functools.cached_property
    def korean(self) -> Korean:
        """The Korean analyser, shared: it takes a second to load and 80 MB."""
        from agents.translation.korean import Korean

        return Korean(self.segmentation)

    @functools.cached_property
    def entities(self) -> EntityAgent:
        """Finds names, methods, datasets."""
        from agents.entities.agent import EntityAgent

        return EntityAgent(self.shelf.path, self.korean.particles, self.turns)

    def hurry(self, hurried: bool) -> None:  # noqa: FBT001 - the value itself is handed over
        """Let the models of this machine have all cores, or as many as usual."""
        self.cache.hurry(hurried=hurried)

    def free_memory(self) -> int:
        """Unload what nobody uses now; returns the bytes of the language models among it."""
        if "entities" in self.__dict__:
            self.entities.free()
        return self.models.free()

    def close(self) -> None:
        """Give everything back."""
        if "models" in self.__dict__:
            self.models.close()
        if "cache" in self.__dict__:
            self.cache.close()
        if "wire" in self.__dict__:
            self.wire.close()
        if "database" in self.__dict__:
            self.database.close()
