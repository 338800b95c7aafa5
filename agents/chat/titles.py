"""A title for a conversation, made by the model that has just answered in it.

The one law: a title is only taken that speaks the question's language and of what was said; no
title is better than a wrong one, for then the question's beginning stays.
"""

from __future__ import annotations

import dataclasses
import itertools
import re
from typing import TYPE_CHECKING

from agents.base import UserError
from agents.engine.port import GenerationRequest, Message, Priority

if TYPE_CHECKING:
    from agents.base import CancelToken
    from agents.engine.port import Models
    from agents.store.conversations import Conversations, Turn

_READ = 600  # letters of a message that are read
_TOKENS = 32
_MOST = 60  # letters of a title
_WORDS = 12
_ASK = {
    "en": "Write a title of at most six words for this conversation. Write only the title."
    "\n\nQuestion: {question}\n\nAnswer: {answer}",
    "ko": "이 대화의 제목을 여섯 낱말 이내의 한국어로 쓰세요. 제목만 쓰세요."
    "\n\n질문: {question}\n\n답: {answer}",
}
_LABEL = re.compile(r"^\s*(?:#+\s*)?(?:title|제목)\s*[:：]\s*", re.IGNORECASE)
_MARKS = "\"'“”‘’`*#_《》「」『』[]() \t"
_HANGUL = re.compile(r"[가-힣]")
_WORD = re.compile(r"[가-힣]{2}|[^\W_가-힣]{3,}")


class Titler:
    """Gives conversations titles. Any thread."""

    def __init__(self, models: Models, conversations: Conversations) -> None:
        """Keep what lends the models, and where conversations live."""
        self._models = models
        self._conversations = conversations

    def title(self, conversation: int, model: str, cancel: CancelToken) -> str:
        """Give a conversation a title, behind everything anybody waits for.

        Args:
            conversation: which. Its first question has been answered.
            model: who is asked; only if it is in memory, for a title is not worth loading it.
            cancel: ends it.

        Returns:
            The title; empty where there is one already, or none good enough was made.

        Raises:
            CancelledError: `cancel` was set; nothing was changed.
        """
        one = self._conversations.one(conversation)
        asked = _first(self._conversations.turns(conversation))
        here = any(resident.id == model for resident in self._models.resident())
        if one is None or one.titled != "question" or asked is None or not here:
            return ""
        question, answer = asked
        language = "ko" if _HANGUL.search(question) else "en"
        try:
            with self._models.borrow(model, cancel) as engine:
                if engine.info.languages and language not in engine.info.languages:
                    return ""
                request = GenerationRequest(
                    messages=(Message("user", _prompt(language, question, answer)),),
                    sampling=dataclasses.replace(engine.info.sampling, temperature=0.0),
                    max_tokens=_TOKENS,
                    priority=Priority.BACKGROUND,
                    id=f"title-{conversation}",
                    template_variables=(("enable_thinking", False),) if engine.info.thinks else (),
                )
                said = engine.submit(request, cancel).result().text
        except UserError:  # full, gone, failed: a title is not worth a word about it
            return ""
        cancel.check()
        made = cleaned(said, question, answer)
        return made if made and self._conversations.rename(conversation, made, "model") else ""


def cleaned(said: str, question: str, answer: str) -> str:
    """The title in what a model said; empty if it is none."""
    lines = [line for line in said.strip().splitlines() if line.strip()]
    if not lines:
        return ""
    title = " ".join(_LABEL.sub("", lines[0].strip(_MARKS)).strip(_MARKS).split()).rstrip(".。")
    if not title or len(title) > _MOST or len(title.split()) > _WORDS:
        return ""
    if bool(_HANGUL.search(title)) != bool(_HANGUL.search(question)):
        return ""
    read = f"{question} {answer}".lower()
    words = _WORD.findall(title.lower())
    return title if any(word in read for word in words) else ""


def _first(turns: tuple[Turn, ...]) -> tuple[str, str] | None:
    """The first question and its answer, if there is one that is finished."""
    for asked, told in itertools.pairwise(turns):
        if asked.role == "user" and told.role == "assistant":
            return (asked.content, told.content) if told.state == "done" else None
    return None


def _prompt(language: str, question: str, answer: str) -> str:
    return _ASK[language].format(question=question[:_READ], answer=answer[:_READ])
