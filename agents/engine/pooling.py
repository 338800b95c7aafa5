"""Which models make vectors of texts, and how the vectors of a text's tokens become one.

The one law: a model either writes or makes vectors; its file says which, and nobody chats with a
BERT.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from agents.base import UserError

if TYPE_CHECKING:
    from pathlib import Path

    from agents.engine.facts import Facts

# Architectures of llama.cpp that write nothing; XLM-RoBERTa (multilingual E5, BGE-M3) is a bert.
ENCODERS = frozenset(
    """
    bert nomic-bert nomic-bert-moe jina-bert-v2 jina-bert-v3 modern-bert neo-bert eurobert
    """.split()  # noqa: SIM905 - as in `weights`
)
# llama.h: enum llama_pooling_type. The others give a vector for each token (ColBERT) or a score
# (rerankers); neither is an embedding of a text.
POOLINGS = {"mean": 1, "cls": 2, "last": 3}
LEAST_WINDOW = 64  # tokens that an embedding model must see at once


def pooling(facts: Facts, path: Path, architecture: str, width: int) -> str:
    """A key of `POOLINGS`; empty if the model writes.

    Only embedding models name a pooling. An old file of a BERT may not: the mean, then, as in the
    E5 models, whose files are the ones without.

    Raises:
        UserError: model.unsupported: another pooling; model.damaged.
    """
    key = f"{architecture}.pooling_type"
    if architecture not in ENCODERS and not facts.has(key):
        return ""
    number = facts.number(key, default=POOLINGS["mean"])
    found = next((name for name, value in POOLINGS.items() if value == number), "")
    if not found:
        raise UserError("model.unsupported", path=str(path), kind=f"{architecture}, {number}")
    if architecture in ENCODERS:
        heads = facts.per_layer(f"{architecture}.attention.head_count", 1, 0)[0]
        if not heads or width % heads:  # llama.cpp divides without looking
            raise facts.damaged(f"its width of {width} does not divide into {heads} heads")
    context = facts.number(f"{architecture}.context_length")
    if context < LEAST_WINDOW:
        raise facts.damaged(f"it sees only {context} tokens")
    return found
