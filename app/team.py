"""Hands of the chat's team that belong to the other panes: translation and the user's library.

The one law: they do what the pane does, with all its checks, and say what the checks found.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from agents.base import Notice, Token
from agents.chat.hands import Given
from agents.scholar.events import SearchDone, SearchRequest
from agents.translation import language
from agents.translation.events import TextDone, TextRequest
from app.i18n import _

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from agents.base import CancelToken
    from agents.chat.hands import Handed
    from agents.scholar.agent import ScholarAgent
    from agents.scholar.events import Hit
    from agents.store.memories import Memories
    from agents.translation.agent import TranslationAgent
    from agents.translation.events import Language

_FOUND = 8  # works that are shown
_PASSAGE = 240  # letters of one
_HANDED = re.compile(r"^[^:\n]{2,80}?[::]\s*(?P<colon>\S.*)$", re.DOTALL)
_BELOW = re.compile(r"^[^\n]{2,120}\n\s*(?P<below>\S.*)$", re.DOTALL)
_QUOTED = re.compile(r"[\"“「『](?P<quoted>[^\"”」』]{2,})[\"”」』]|'(?P<single>[^'\n]{2,})'")
_TO_ENGLISH = re.compile(r"\b(?:in|into|to)\s+english\b|영어|영문|영작|영역", re.IGNORECASE)
_TO_KOREAN = re.compile(
    r"\b(?:in|into|to)\s+korean\b|한국어|한글|국문|우리말|한국말|국역", re.IGNORECASE
)
_ALIKE = 50.0  # per cent of likeness from which a pair is shown
_MEMORY_NOISE = re.compile(
    r"\b(?:how|did|have|i|we|ever|translated?|before|the|in|my|our|translation|memory|memories|look|up|search|find|for|of|please|is|there|what)\b"
    r"|번역\s?메모리|(?:에서|에)\s|(?:전에|예전에|지난번에|저번에)|(?:어떻게|뭐라고)|번역\s?(?:했|한|된|하)\S*|찾아\S*|검색\S*|알려\S*|보여\S*|줘|주세요"
    r"|있(?:어|나|니|는지)\S*|(?<=[가-힣])(?:을|를|은|는|이|가)(?=\s|$)",
    re.IGNORECASE,
)
_TOPIC = re.compile(
    r"^\s*(?:please\s+|can\s+you\s+|could\s+you\s+)*(?:find|search|look|show|list|give|get|any|do\s+i\s+have|what\s+have\s+i\s+got)"
    r"(?:\s+(?:me|up|for|all|any|some|the|my|library|in|through|to))*\s+(?:papers?|studies|articles|works?|literature|research)?"
    r"\s*(?:on|about|for|regarding|dealing\s+with|that\s+deal\s+with|related\s+to)?\s*"
    r"|\s*(?:에\s*(?:대한|관한)|관련|을|를|에\s*대해)?\s*(?:논문|연구|문헌|자료|선행\s?연구|관련\s?연구)(?:을|를|들을|들)?\s*"
    r"(?:좀\s*)?(?:찾아|검색|보여|알려|있어|있나|골라|추천).*$"
    r"|(?:내|제|우리)\s*(?:서재|라이브러리|논문|문헌)(?:에서|에|의|\s*중에)?\s*",
    re.IGNORECASE | re.DOTALL,
)


class TranslateHand:
    """Implements `agents.chat.hands.Hand`: the text of a request, into the other language."""

    def __init__(self, agent: TranslationAgent, model: Callable[[], str]) -> None:
        """Keep the agent and what names the model to translate with."""
        self._agent = agent
        self._model = model

    def takes(self, task: str) -> bool:
        """Whether a text to translate stands in the request."""
        return bool(payload(task))

    def run(self, handed: Handed, cancel: CancelToken) -> Generator[Token | Notice, None, Given]:
        """Translate; see `hands.Hand.run`."""
        text = payload(handed.task.text) or "\n\n".join(handed.so_far)
        target = direction(handed.task.text, text)
        done: TextDone | None = None
        for event in self._agent.run(TextRequest(text, target, model=self._model()), cancel):
            if isinstance(event, Token | Notice):
                yield event
            elif isinstance(event, TextDone):
                done = event
        assert done is not None  # noqa: S101 - the agent ends with it or raises
        receipt = done.receipt
        wrong = tuple(f"{one.kind}: {one.source}" for one in receipt.problems)
        return Given(done.text, _("Translate"), checked=receipt.segments, wrong=wrong)


class LibraryHand:
    """Implements `agents.chat.hands.Hand`: looks into the user's own library."""

    def __init__(self, agent: ScholarAgent) -> None:
        """Keep the agent."""
        self._agent = agent

    def takes(self, task: str) -> bool:
        """Whether anything is left to search for."""
        return bool(topic(task))

    def run(self, handed: Handed, cancel: CancelToken) -> Generator[Token | Notice, None, Given]:
        """Search; see `hands.Hand.run`."""
        wanted = topic(handed.task.text)
        found: SearchDone | None = None
        for event in self._agent.run(SearchRequest(wanted, limit=_FOUND), cancel):
            if isinstance(event, SearchDone):
                found = event
            elif isinstance(event, Notice):
                yield event
        hits = found.hits if found is not None else ()
        text = "\n".join(_line(hit) for hit in hits) or _("Nothing in your library fits.")
        yield Token(text)
        return Given(text, _("Library"), checked=len(hits), exact=True)


class MemoryHand:
    """Implements `agents.chat.hands.Hand`: what was translated before."""

    def __init__(self, memories: Memories) -> None:
        """Keep the translation memory."""
        self._memories = memories

    def takes(self, task: str) -> bool:
        """Everything that speaks of the memory."""
        return bool(task)

    def run(self, handed: Handed, cancel: CancelToken) -> Generator[Token | Notice, None, Given]:
        """Look up; see `hands.Hand.run`."""
        text = payload(handed.task.text) or remembered(handed.task.text)
        cancel.check()
        target: Language = "en" if language.detect(text) == "ko" else "ko"
        found = self._memories.fuzzy(text, target, limit=_FOUND, cutoff=_ALIKE) if text else ()
        lines = [
            f"- {one.entry.source}\n  → **{one.entry.target}** · {one.score:.0f} %" for one in found
        ]
        said = "\n".join(lines) or _("Nothing like this stands in your translation memory.")
        yield Token(said)
        return Given(said, _("Memory"), checked=len(found), exact=True)


def payload(request: str) -> str:
    """The text of a request that is to be translated; "" where it holds none."""
    for pattern in (_QUOTED, _HANDED, _BELOW):
        found = pattern.search(request) if pattern is _QUOTED else pattern.match(request.strip())
        if found:
            return next(part for part in found.groups() if part).strip()
    return ""


def direction(request: str, text: str) -> Language:
    """The language that is asked for, or the other one than the text's."""
    order = request.replace(text, " ")
    english, korean = bool(_TO_ENGLISH.search(order)), bool(_TO_KOREAN.search(order))
    if english != korean:
        return "en" if english else "ko"
    return "en" if language.detect(text) == "ko" else "ko"


def topic(request: str) -> str:
    """What is to be searched for."""
    return " ".join(_TOPIC.sub(" ", request).split()).strip(" ?.!,:")


def remembered(request: str) -> str:
    """The words of a request that are to be looked up in the memory."""
    return " ".join(_MEMORY_NOISE.sub(" ", request).split()).strip(" ?.!,:")


def _line(hit: Hit) -> str:
    work = hit.work
    names = "; ".join(work.authors[:3]) + (" …" if len(work.authors) > 3 else "")
    head = f"- **{work.title}** · {names} · {work.year or '–'} · `{work.key}`"
    passage = " ".join(hit.passage.text.split()) if hit.passage is not None else ""
    if not passage:
        return head
    cut = passage if len(passage) <= _PASSAGE else passage[: _PASSAGE - 1] + "…"
    page = " " + _("(p. {page})", page=hit.passage.page) if hit.passage and hit.passage.page else ""
    return f"{head}\n  > {cut}{page}"
