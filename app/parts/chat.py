"""Who answers: the commander and the team of small models.

The one law: each hand gets what it needs and no more; what touches the user's things asks.
"""

from __future__ import annotations

import datetime as dt
import functools
from pathlib import Path
from typing import TYPE_CHECKING

from app.parts.scholar import ScholarParts
from app.parts.translation import TranslationParts

if TYPE_CHECKING:
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
    from agents.engine.catalog import ModelRole


class ChatParts(TranslationParts, ScholarParts):
    """Who answers: the commander and the team of small models."""

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
    def file_reader(self) -> FileReader:
        """Who reads them."""
        from agents.chat.files.reader import FileReader
        from app.texts import FormatTexts

        return FileReader(self.files, FormatTexts(), self.embedder)

    @functools.cached_property
    def asked(self) -> asked.Desk:
        """Carries the tools' questions to the user and the answers back."""
        from agents.chat.tools import asked

        return asked.Desk(self.permissions)

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
    def runner(self) -> Runner:
        """Runs programs of answers, walled in."""
        from agents.chat.execution import Runner

        return Runner()

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

    def _of_role(self, role: ModelRole) -> str:
        return next((one.id for one in self.shelf.installed() if one.role == role), "")
