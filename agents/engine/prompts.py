"""From messages to the tokens of a prompt, and to what prompts have in common.

The one law: what is reused must be the same token for token. A conversation's own answers are
therefore not tokenized again but put in as the tokens they were made of, and a shared prefix is
only what two prompts with quite different last messages both begin with.
"""

from __future__ import annotations

import dataclasses
import re
import threading
from collections import OrderedDict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from agents.engine.loaded import LoadedModel
    from agents.engine.port import GenerationRequest, Message

MIN_PREFIX = 8  # tokens; a shorter one is evaluated as quickly as it is copied
MAX_PREFIXES = 64  # whose length is remembered
_PROBES = ("1", "가")  # last messages that have no token in common

# Noncharacters of our own; the template's marks are others (`template`).
_OPEN, _CLOSE = "\ufdd2", "\ufdd3"
_MARK = re.compile(f"{_OPEN}([0-9]+){_CLOSE}")


@dataclasses.dataclass(frozen=True, slots=True)
class Prompt:
    """What is evaluated before an answer."""

    tokens: list[int]
    end: str  # the last that the template wrote, if it wrote the last


class Prompts:
    """Prompts of one model. Safe to use from several threads."""

    def __init__(self, model: LoadedModel, *, thinks: bool = False) -> None:
        """Use the model's template and vocabulary; `thinks`: it is known to think."""
        self._model = model
        self._thinks = thinks
        self._lock = threading.Lock()
        self._lengths: OrderedDict[object, list[int]] = OrderedDict()

    def prompt(self, request: GenerationRequest, said: Mapping[str, tuple[int, ...]]) -> Prompt:
        """The whole prompt.

        Args:
            request: its messages, template variables and tools.
            said: answers of this conversation, and the tokens they were made of.

        Raises:
            UserError: engine.template.
        """
        messages, answers = _marked(request.messages, said)
        parts = self._model.template.render(
            messages,
            request.template_variables,
            request.tools,
            constrained=bool(request.grammar or request.json_schema),
            thinks=self._thinks,
        )
        end = parts[-1].text if parts and not parts[-1].plain else ""
        if not answers:
            return Prompt(self._model.prompt(parts), end)
        found: list[int] = []
        for part in parts:
            pieces = [part.text] if part.plain else _MARK.split(part.text)
            for number, piece in enumerate(pieces):
                if number % 2 and int(piece) < len(answers):
                    found += answers[int(piece)]
                elif piece:
                    found += self._model.tokens(piece, plain=part.plain)
        return Prompt(self._model.with_bos(found), end)

    def prefix(self, request: GenerationRequest, tokens: list[int]) -> int:
        """How many of the prompt's tokens do not depend on its last message; 0 if too few.

        Raises:
            UserError: engine.template.
        """
        key = (request.prefix_key, request.messages[:-1], request.template_variables, request.tools)
        with self._lock:
            known = self._lengths.get(key)
        if known is None:
            known = self._common(request)
            with self._lock:
                self._lengths[key] = known
                while len(self._lengths) > MAX_PREFIXES:
                    self._lengths.popitem(last=False)
        length = len(known)
        return length if MIN_PREFIX <= length < len(tokens) and tokens[:length] == known else 0

    def _common(self, request: GenerationRequest) -> list[int]:
        *before, last = request.messages
        one, other = (
            self.prompt(
                dataclasses.replace(
                    request, messages=(*before, dataclasses.replace(last, content=probe))
                ),
                {},
            ).tokens
            for probe in _PROBES
        )
        length = 0
        while length < min(len(one), len(other)) and one[length] == other[length]:
            length += 1
        return one[:length]


def _marked(
    messages: tuple[Message, ...], said: Mapping[str, tuple[int, ...]]
) -> tuple[tuple[Message, ...], list[tuple[int, ...]]]:
    """The messages with a mark in the place of each answer whose tokens are known."""
    answers: list[tuple[int, ...]] = []
    if not said or any(_OPEN in message.content for message in messages):
        return messages, answers
    marked: list[Message] = []
    for message in messages:
        tokens = said.get(message.content) if message.role == "assistant" else None
        if tokens:
            answers.append(tokens)
            mark = f"{_OPEN}{len(answers) - 1}{_CLOSE}"
            marked.append(dataclasses.replace(message, content=mark))
        else:
            marked.append(message)
    return tuple(marked), answers
