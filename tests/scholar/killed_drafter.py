"""Drafts slowly, to be killed. Arguments: folder, seconds per word, seconds per question that is
embedded, and a draft to go on with (0 = a new one)."""

from __future__ import annotations

import sys
import time
from pathlib import Path

from agents.base import CancelToken
from agents.scholar.agent import ScholarAgent
from agents.scholar.events import DraftRequest
from agents.store.database import Database
from agents.store.drafts import Drafts
from agents.store.library import Library
from agents.store.passages import Passages
from tests.engine.scripted import ScriptedEngine, ScriptedModels
from tests.scholar.conftest import TOPIC, WordEmbedder


class SlowEmbedder(WordEmbedder):
    """Takes its time over what themes ask."""

    def __init__(self, seconds: float) -> None:
        super().__init__()
        self.seconds = seconds

    def embed(self, texts, kind, cancel):
        if kind == "query" and len(texts) == 1 and texts[0] != TOPIC:
            time.sleep(self.seconds)
        return super().embed(texts, kind, cancel)


if __name__ == "__main__":
    folder, words, questions, draft = sys.argv[1:]
    database = Database(Path(folder) / "data.sqlite3")
    asked = (Path(folder) / "asked.txt").open("a", encoding="utf-8")

    def say(request) -> str:
        asked.write(request.messages[-1].content.replace("\n", " ") + "\n")
        asked.flush()
        return "What do these works say about that and of what are they made, one might ask"

    agent = ScholarAgent(
        ScriptedModels({"m": ScriptedEngine(say, delay=float(words))}),
        Library(database),
        Drafts(database),
        lambda: SlowEmbedder(float(questions)),
        Passages(database),
    )
    request = DraftRequest(TOPIC, "m", Path(folder) / "refs.bib", questions=True, draft=int(draft))
    for _event in agent.run(request, CancelToken()):
        pass
