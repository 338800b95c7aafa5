"""The hand that answers from files: the given passages, the model's words, checked citations.

The one law: the model is shown numbered passages and nothing else of a file; what it cites is
admitted by `citing`, and how much of each file it was shown is told.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from agents.chat.asking import ask, language
from agents.chat.files import choosing, citing
from agents.chat.files.events import FileRead, FileRequest, WentIn
from agents.chat.files.named import named
from agents.chat.hands import Given
from agents.engine.port import Message

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Sequence
    from pathlib import Path

    from agents.base import CancelToken, Notice, Token
    from agents.chat.files.choosing import Chosen
    from agents.chat.files.reader import FileReader
    from agents.chat.hands import Handed
    from agents.chat.language import Language
    from agents.chat.tools.asked import Asked
    from agents.chat.tools.lookup import Lookup
    from agents.engine.port import Embedder, Engine, Models
    from agents.store.files import Files, StoredFile

MAX_TOKENS = 768
_BEFORE = 2  # turns of the conversation that go along
_LETTERS = 400  # of each
_SHORT = 24  # letters of a question that needs the one before it to be understood
_PASTED = 400  # letters of a request that brings its text along
_ASK = {
    "en": "Answer the question from the numbered passages alone. After each statement write the "
    "number of its passage in brackets, like [1]. If the passages do not say it, say that they "
    "do not.\n\n{passages}\n\nQuestion: {question}",
    "ko": "번호가 붙은 글만 보고 질문에 한국어로 답하라. 문장마다 근거가 된 글의 번호를 [1]처럼 "
    "붙인다. "
    "글에 없는 내용이면 없다고 답한다.\n\n{passages}\n\n질문: {question}",
}
_NO_FILE = {
    "en": "There is no file in this conversation. Drop one on the window, or choose one with the "
    "paper clip beside the question, and ask again.",
    "ko": "이 대화에는 파일이 없습니다. 창에 파일을 끌어다 놓거나 질문 옆의 클립 단추로 고른 뒤 "
    "다시 물어보세요.",
}
_TRANSLATE = {
    "en": "Whole files are translated on the Translate page, with their layout and a receipt: drop "
    "the file there. To have a passage translated here, paste it into your question.",
    "ko": "파일 전체는 번역 화면에서 서식을 지키며 번역하고 확인서도 남깁니다. 파일을 그 화면에 "
    "놓아 주세요. "
    "일부만 번역하려면 그 부분을 질문에 붙여 넣어 주세요.",
}
_NOT_THERE = {"en": "{number} (not in the file)", "ko": "{number}(파일에 없음)"}


class DocumentHand:
    """Implements `hands.Hand` for questions about files."""

    def __init__(
        self,
        models: Models,
        files: Files,
        reader: FileReader,
        lookup: Lookup,
        embedder: Callable[[], Embedder | None],
    ) -> None:
        """Keep who lends models, where files are, who reads and finds them, and the embedder."""
        self._models = models
        self._files = files
        self._reader = reader
        self._lookup = lookup
        self._embedder = embedder

    def takes(self, task: str) -> bool:
        """Whether this is about a file; a long request brings its own text along."""
        return len(task) < _PASTED

    def run(
        self, handed: Handed, cancel: CancelToken
    ) -> Generator[Token | Notice | Asked, None, Given]:
        """Answer from the files; see `hands.Hand.run`."""
        if handed.task.route == "translate":
            return Given(_TRANSLATE[handed.language], "files", exact=True)
        ids = yield from self._wanted(handed, cancel)
        if not ids:
            return Given(_NO_FILE[handed.language], "files", exact=True)
        known = yield from self._reader.ready(ids, cancel)
        question = asked(handed)
        with self._models.borrow(handed.model, cancel) as engine:
            chosen = choosing.choose(
                self._files,
                [one.id for one in known],
                question,
                engine.count_tokens,
                _room(engine, handed),
                self._embedder(),
                cancel,
            )
            names = {one.id: one.name for one in known}
            messages = (*_before(handed), _asking(handed, chosen, names, language(engine, handed)))
            given = yield from ask(engine, messages, handed, cancel, max_tokens=MAX_TOKENS)
        made = citing.cited(given.text, chosen.passages, names, handed.question)
        return dataclasses.replace(
            given,
            text=made.text,
            checked=len(made.sources),
            wrong=tuple(
                _NOT_THERE[handed.language].format(number=number) for number in made.numbers
            ),
            sources=made.sources,
            went_in=_told(known, chosen),
        )

    def _wanted(
        self, handed: Handed, cancel: CancelToken
    ) -> Generator[Token | Notice | Asked, None, tuple[int, ...]]:
        """The files that are meant: those that are named, or else all of the conversation."""
        names = named(handed.task.text)
        known = self._files.get(handed.files)
        meant = [one.id for one in known if any(_same(one.name, name) for name in names)]
        if meant or (known and not names):
            return tuple(meant or (one.id for one in known))
        for name in names:
            path = yield from self._lookup.named(name, handed, cancel)
            if path is not None:
                return self._taken(path, handed, cancel)
        return tuple(one.id for one in known)

    def _taken(self, path: Path, handed: Handed, cancel: CancelToken) -> tuple[int, ...]:
        """Read a file that was named, and let the conversation know it."""
        for event in self._reader.run(FileRequest(path), cancel):
            if isinstance(event, FileRead):
                self._files.attach(handed.conversation, handed.turn, [event.file.id])
                return (event.file.id,)
        return ()


def asked(handed: Handed) -> str:
    """What is looked for: a short question together with the one before it."""
    question = handed.task.text
    if len(question) < _SHORT:
        earlier = [one.content for one in handed.before if one.role == "user"]
        question = f"{earlier[-1]}\n{question}" if earlier else question
    return question


def _same(name: str, wanted: str) -> bool:
    return name.casefold() == wanted.casefold() or name.casefold().endswith(f" {wanted.casefold()}")


def _room(engine: Engine, handed: Handed) -> int:
    """Tokens that passages may take in this model."""
    others = sum(engine.count_tokens(one.content) for one in _before(handed))
    others += engine.count_tokens(handed.task.text) + 160
    return max(0, engine.info.context - MAX_TOKENS - others)


def _before(handed: Handed) -> tuple[Message, ...]:
    return tuple(
        Message(one.role, citing.bare(one.content)[:_LETTERS]) for one in handed.before[-_BEFORE:]
    )


def _asking(handed: Handed, chosen: Chosen, names: dict[int, str], spoken: Language) -> Message:
    passages = citing.slots(chosen.passages, names)
    question = handed.task.text
    if handed.so_far:
        question = "\n\n".join((*handed.so_far, question))
    return Message("user", _ASK[spoken].format(passages=passages, question=question))


def _told(known: Sequence[StoredFile], chosen: Chosen) -> tuple[WentIn, ...]:
    return tuple(
        WentIn(one.id, one.name, len(places), one.passages, places)
        for one, places in (
            (one, tuple(part.position for part in chosen.passages if part.file == one.id))
            for one in known
        )
    )
