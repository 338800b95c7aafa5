"""A translation agent on a real database, with scripted words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agents.base import CancelToken
from agents.store.database import Database
from agents.store.translations import Translations
from agents.translation.agent import TranslationAgent
from agents.translation.events import DocumentDone, DocumentRequest, TextDone, TextRequest
from tests.engine.scripted import ScriptedEngine, ScriptedModels

if TYPE_CHECKING:
    from pathlib import Path

EN_KO = {
    "The cat sleeps.": "고양이가 잔다.",
    "The dog runs fast.": "개가 빨리 달린다.",
    "See the full report for details.": "자세한 내용은 전체 보고서를 보십시오.",
    "full report": "전체 보고서",
    "It works.": "작동한다.",
}


def last(request) -> str:
    return request.messages[-1].content


class Setup:
    """What one test translates with."""

    def __init__(self, folder: Path, answers=None, korean=None, **engine) -> None:
        self.folder = folder
        self.database = Database(folder / "data.sqlite3")
        self.store = Translations(self.database)
        self.engine = ScriptedEngine(answers if answers is not None else EN_KO, **engine)
        self.models = ScriptedModels({"m": self.engine})
        self.agent = TranslationAgent(self.models, self.store, korean)

    def events(self, request, cancel=None):
        return list(self.agent.run(request, cancel or CancelToken()))

    def document(self, source: Path, target="ko", engine="model", **more) -> DocumentDone:
        model = "m" if engine == "model" else ""
        request = DocumentRequest(source, target, self.folder / "out", engine, model, **more)
        return self.events(request)[-1]

    def text(self, text: str, target="ko", engine="model", **more) -> TextDone:
        model = "m" if engine == "model" else ""
        return self.events(TextRequest(text, target, engine, model, **more))[-1]

    def file(self, name: str, data: bytes | str) -> Path:
        path = self.folder / name
        path.write_bytes(data if isinstance(data, bytes) else data.encode("utf-8"))
        return path

    @property
    def asked(self) -> list[str]:
        return [last(request) for request in self.engine.requests]
