"""Drafts, and holds where it is to be killed. Arguments: folder, where (a case of
`test_draft_killed`, "" = nowhere), and a draft to go on with (0 = a new one)."""

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


def hold(folder: Path, drafts: Drafts, where: str) -> None:
    """Say that it is reached and wait for the end, if it is; a text has one sentence by then."""
    rows = drafts.list()
    if rows and rows[0].step == where and (where != "text" or rows[0].sentences):
        (folder / "held").touch()
        time.sleep(600)


def main(folder: Path, where: str, draft: int) -> None:
    database = Database(folder / "data.sqlite3")
    drafts = Drafts(database)
    asked = (folder / "asked.txt").open("a", encoding="utf-8")

    def say(request) -> str:
        hold(folder, drafts, where)
        asked.write(request.messages[-1].content.replace("\n", " ") + "\n")
        asked.flush()
        return "What do these works say about that and of what are they made, one might ask"

    agent = ScholarAgent(
        ScriptedModels({"m": ScriptedEngine(say)}),
        Library(database),
        drafts,
        WordEmbedder,
        Passages(database),
    )
    request = DraftRequest(TOPIC, "m", folder / "refs.bib", questions=True, draft=draft)
    for _event in agent.run(request, CancelToken()):
        hold(folder, drafts, where)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]))
