"""Asks the commanding model where a request belongs, where the words leave it open.

The one law: it chooses among the routes that are left and can say nothing else: a grammar admits
their names alone. What it reads of the request is its beginning and end.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from agents.base import UserError
from agents.chat.routing.features import request_of
from agents.engine.port import GenerationRequest, Message, Priority

if TYPE_CHECKING:
    from collections.abc import Sequence

    from agents.base import CancelToken
    from agents.chat.routing.router import Route
    from agents.engine.port import Engine, Models

_MEANINGS = {
    "answer": "talk, facts, explanations, advice, writing or rewriting a text",
    "maths": "something to calculate or prove",
    "code": "write, explain or debug a program",
    "tool": "the time or date, finding or opening files, the clipboard, making a file",
    "document": "a question about an attached or named file",
    "translate": "translate between Korean and English",
    "scholar": "search the user's papers, related work, citations",
}
_ASK = "Which kind of request is this? Answer with one word.\n{kinds}\n\nRequest: {text}"
_TOKENS = 16  # the longest name letter by letter; the grammar ends it long before


class ModelCommander:
    """Implements `router.Commander`."""

    def __init__(self, engine: Engine) -> None:
        """Ask `engine` from now on."""
        self._engine = engine

    def choose(self, text: str, among: Sequence[Route], cancel: CancelToken) -> Route | None:
        """One of `among`; None where the answer broke off.

        Raises:
            CancelledError: `cancel` was set.
            UserError: the model cannot answer.
        """
        kinds = "\n".join(f"- {route}: {_MEANINGS[route]}" for route in among)
        request = GenerationRequest(
            messages=(Message("user", _ASK.format(kinds=kinds, text=request_of(text))),),
            max_tokens=_TOKENS,
            grammar="root ::= " + " | ".join(f'"{route}"' for route in among),
            priority=Priority.INTERACTIVE,
            template_variables=(("enable_thinking", False),),
        )
        said = self._engine.submit(request, cancel).result().text.strip()
        return cast("Route", said) if said in among else None


class LentCommander:
    """Implements `router.Commander` with a model that is only loaded once it is asked."""

    def __init__(self, models: Models, model: str) -> None:
        """Borrow `model` when there is a question."""
        self._models = models
        self._model = model

    def choose(self, text: str, among: Sequence[Route], cancel: CancelToken) -> Route | None:
        """See `ModelCommander.choose`; None where the model cannot be asked: the words decide.

        Raises:
            CancelledError: `cancel` was set.
        """
        try:
            with self._models.borrow(self._model, cancel) as engine:
                return ModelCommander(engine).choose(text, among, cancel)
        except UserError:
            return None
