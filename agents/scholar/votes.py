"""What a model says when asked whether a passage carries a sentence: yes or no, and how surely.

The one law: only the difference to a passage of another work counts. A small model says "yes" to
nearly everything; what tells is how much more readily it says so to this passage.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from agents.engine.port import GenerationRequest, Message, Priority

if TYPE_CHECKING:
    from agents.base import CancelToken
    from agents.engine.port import Engine, TokenLogprob

_ASK = (
    "Passage: {passage}\n\nClaim: {claim}\n\n"
    "Does the passage state the claim? Answer with one word, Yes or No."
)
_LEAST = math.log(1e-6)  # for an answer that is not among the likeliest


class ModelVoter:
    """Implements `verify.Voter`."""

    def __init__(self, engine: Engine, cancel: CancelToken) -> None:
        """Ask `engine` from now on."""
        self._engine = engine
        self._cancel = cancel
        self._known: dict[tuple[str, str], float] = {}

    def vote(self, claim: str, passage: str, other: str) -> float:
        """Log-odds of "yes" for this passage, less those for the other passage.

        0 where the model's server gives no log-probabilities.

        Raises:
            CancelledError: the token was cancelled.
            UserError: the model cannot answer.
        """
        return self._odds(claim, passage) - self._odds(claim, other)

    def _odds(self, claim: str, passage: str) -> float:
        key = (claim, passage)
        if key not in self._known:
            request = GenerationRequest(
                messages=(Message("user", _ASK.format(passage=passage, claim=claim)),),
                max_tokens=1,
                logprobs=True,
                alternatives=20,
                priority=Priority.BACKGROUND,
                prefix_key="scholar-vote",
                template_variables=(("enable_thinking", False),),
            )
            found = self._engine.submit(request, self._cancel).result().logprobs
            self._known[key] = odds(found[0]) if found else 0.0
        return self._known[key]


def odds(token: TokenLogprob) -> float:
    """Log-odds of "yes" against "no" among the likeliest first tokens."""
    answers = {"yes": 0.0, "no": 0.0}
    for text, logprob in ((token.text, token.logprob), *token.alternatives):
        word = text.strip(" \u2581Ġ").lower()
        if word in answers:
            answers[word] += math.exp(logprob)
    yes, no = (math.log(p) if p > 0 else _LEAST for p in (answers["yes"], answers["no"]))
    return max(yes, _LEAST) - max(no, _LEAST)
