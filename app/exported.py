"""The words that stand in exported conversations beside what was said."""

from __future__ import annotations

from agents.chat.exchange.reading import Words
from app import i18n
from app.i18n import _


def words(language: str) -> Words:
    """In the user's language, as the settings name it."""
    return Words(
        language=i18n.system_language() if language == "system" else language,
        you=_("You"),
        answer=_("Answer"),
        stopped=_("stopped"),
        title=_("Conversations"),
    )
