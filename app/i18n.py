"""Korean and English through gettext catalogues, for window and command line alike.

English is the source language and stands in the code inside `_( )`; Korean stands in
`assets/i18n/ko/*.po`, read directly. The language belongs to the process, as the locale does:
that is the one piece of state here, set once at start and when the user changes it.
"""

from __future__ import annotations

import locale
import os
from typing import TYPE_CHECKING, Literal

from app import messages

if TYPE_CHECKING:
    from pathlib import Path

    from agents.base import Notice, UserError

Language = Literal["en", "ko"]

_catalogue: dict[str, str] = {}
_spoken: list[Language] = ["en"]
_read: dict[Path, dict[str, str]] = {}  # the catalogues that were read, by their folder


def use(language: Language, assets: Path) -> None:
    """Speak `language` from now on."""
    _spoken[0] = language
    folder = assets / "i18n" / language
    if folder not in _read:  # hundreds of sentences: read once for command line and window
        _read[folder] = _entries(folder)
    _catalogue.clear()
    _catalogue.update(_read[folder])


def _entries(folder: Path) -> dict[str, str]:
    import polib  # noqa: PLC0415 - the source language needs none

    return {
        entry.msgid: entry.msgstr
        for file in sorted(folder.glob("*.po"))
        for entry in polib.pofile(str(file), encoding="utf-8")
        if entry.msgstr and "fuzzy" not in entry.flags
    }


def _(text: str, **values: object) -> str:
    """The text in the user's language, with `{name}` placeholders filled from `values`."""
    chosen = _catalogue.get(text, text)
    return chosen.format(**values) if values else chosen


def language() -> Language:
    """The language that is spoken now."""
    return _spoken[0]


def N_(text: str) -> str:  # noqa: N802 - gettext's name for "translated later"
    """Mark a text that is looked up elsewhere."""
    return text


def system_language() -> Language:
    """Korean where the system speaks Korean, otherwise English."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        value = os.environ.get(name, "")
        if value:
            return "ko" if value.lower().startswith("ko") else "en"
    code = (locale.getlocale()[0] or "").lower()
    return "ko" if code.startswith("ko") else "en"


def explain(problem: UserError | Notice) -> str:
    """The sentence for a person: what is wrong, and what to do."""
    values = problem.values if isinstance(problem.values, dict) else dict(problem.values)
    return _(messages.TEXTS[problem.code]).format(**values)
