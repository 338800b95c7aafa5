"""What the model is told, and how it samples: data, with one number that names this recipe.

The one law: whoever changes anything here that changes answers raises `RECIPE`, so that stored
segments of the old recipe are not taken for new ones.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from agents.engine.port import Sampling

if TYPE_CHECKING:
    from collections.abc import Sequence

    from agents.translation.events import Language
    from agents.translation.glossary import Term

RECIPE = "2"
MOST_TERMS = 12  # in one sentence: more would drown it

# The words the default translator was trained with; the text alone is the user's message.
SYSTEM: dict[Language, str] = {
    "ko": "Translate the following text to Korean.",
    "en": "Translate the following text to English.",
}


def with_terms(text: str, terms: Sequence[Term]) -> str:
    """What the user says where a text holds terms of the glossary: a line of data, then the text.

    The instruction before it is the same for every text, so that it is evaluated once for all.
    """
    if not terms:
        return text
    line = "; ".join(f"{term.source} = {term.target}" for term in terms[:MOST_TERMS])
    return f"{line}\n\n{text}"


def without_terms(answer: str, text: str) -> str:
    """An answer without the line of terms, should the model have given it back as well."""
    first, parted, rest = answer.lstrip().partition("\n")
    return rest if parted and " = " in first and " = " not in text else answer


# Documents are greedy, so that a rerun gives the same text.
FIRST = Sampling()

# What a second try adds where the catalogue has no sampling of its own for the model.
SECOND = Sampling(temperature=0.3, min_p=0.15, repeat_penalty=1.05)
SECOND_SEED = 20_261
