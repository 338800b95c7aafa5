"""What the model is told, and how it samples: data, with one number that names this recipe.

The one law: whoever changes anything here that changes answers raises `RECIPE`, so that stored
segments of the old recipe are not taken for new ones.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from agents.engine.port import Sampling

if TYPE_CHECKING:
    from agents.translation.events import Language

RECIPE = "2"

# The words the default translator was trained with; the text alone is the user's message.
SYSTEM: dict[Language, str] = {
    "ko": "Translate the following text to Korean.",
    "en": "Translate the following text to English.",
}

# Documents are greedy, so that a rerun gives the same text.
FIRST = Sampling()

# What a second try adds where the catalogue has no sampling of its own for the model.
SECOND = Sampling(temperature=0.3, min_p=0.15, repeat_penalty=1.05)
SECOND_SEED = 20_261
