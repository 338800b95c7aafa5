"""The first hits of a search in the order in which a model finds that they answer the question.

The one law: the model's order is one ranking among others: it is fused by rank with the order there
was, so that a model that says "yes" to everything changes nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from agents.base import Progress
from agents.engine.port import GenerationRequest, Message, Priority
from agents.scholar.votes import odds
from agents.store.ranking import fuse

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence

    from agents.base import CancelToken
    from agents.engine.port import Engine
    from agents.scholar.events import Hit

DEPTH = 10  # hits that the model reads
_LETTERS = 700  # of a passage: about what a sentence or two before and after say
_ASK = (
    "Question: {question}\n\nPassage: {passage}\n\n"
    "Does the passage help to answer the question? Answer with one word, Yes or No."
)


def reranked(
    question: str, hits: Sequence[Hit], engine: Engine, cancel: CancelToken
) -> Generator[Progress, None, tuple[Hit, ...]]:
    """The hits in another order; those beyond `DEPTH` stay where they are.

    A model on a server that gives no log-probabilities leaves all as it is.

    Raises:
        CancelledError: `cancel` was set.
        UserError: the model cannot answer.
    """
    first, rest = hits[:DEPTH], hits[DEPTH:]
    scores: list[float] = []
    for number, hit in enumerate(first, start=1):
        cancel.check()
        text = hit.passage.text if hit.passage is not None else hit.work.text
        request = GenerationRequest(
            messages=(Message("user", _ASK.format(question=question, passage=text[:_LETTERS])),),
            max_tokens=1,
            logprobs=True,
            alternatives=20,
            priority=Priority.INTERACTIVE,
            prefix_key="scholar-rerank",
            template_variables=(("enable_thinking", False),),
        )
        found = engine.submit(request, cancel).result().logprobs
        if not found:
            return tuple(hits)
        scores.append(odds(found[0]))
        yield Progress(number, len(first), "passage")
    # equal scores keep the order there was: a sort is stable
    by_model = sorted(range(len(first)), key=lambda at: -scores[at])
    order = [at for at, _score in fuse([list(range(len(first))), by_model])]
    return (*(first[at] for at in order), *rest)
