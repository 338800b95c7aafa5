"""Korean and English through gettext catalogues, for window and command line alike.

English is the source language and stands in the code inside `_( )`; Korean stands in
`assets/i18n/ko/*.po`, read directly. A sentence with a number stands in the code for many; how it
is said of one in English stands in `assets/i18n/en/singular.po`. The language belongs to the
process, as the locale does: that is the one piece of state here, set once at start and when the
user changes it.
"""

from __future__ import annotations

import locale
import os
from typing import TYPE_CHECKING, Literal

from app import messages, particles
from app.messages import reasons

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from agents.base import Notice, UserError

Language = Literal["en", "ko"]

_catalogue: dict[str, str] = {}
_read: dict[Path, dict[str, str]] = {}  # the catalogues that were read, by their folder
_spoken: list[Language] = ["en"]
_assets: list[Path] = []
_ones: dict[str, list[tuple[str, str]]] = {}  # phrases of many and of one, by their number


def use(language: Language, assets: Path) -> None:
    """Speak `language` from now on."""
    _spoken[0] = language
    _assets[:] = [assets]
    _catalogue.clear()
    if language == "en":
        return  # it stands in the code
    folder = assets / "i18n" / language
    if folder not in _read:  # hundreds of sentences: read once for command line and window
        _read[folder] = _entries(folder)
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
    return _fitted(chosen, values).format(**values) if values else chosen


def _fitted(text: str, values: Mapping[str, object]) -> str:
    """A sentence as it is said with these values: one of something, a particle."""
    if _spoken[0] == "ko":
        return particles.settled(text, values)
    for name, value in values.items():
        if str(value) == "1":
            for many, one in _singulars().get(name, ()):
                text = text.replace(many, one)
    return text


def _singulars() -> dict[str, list[tuple[str, str]]]:
    """What is said of one, read when there first is one of something."""
    if not _ones and _assets:
        entries = _entries(_assets[0] / "i18n" / "en")
        for many in sorted(entries, key=len, reverse=True):
            number = many[many.index("{") + 1 : many.index("}")]
            _ones.setdefault(number, []).append((many, entries[many]))
    return _ones


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
    values = dict(problem.values)
    if isinstance(values.get("reason"), str):
        values["reason"] = why(str(values["reason"]))
    text = _(messages.TEXTS[problem.code])
    return _fitted(text, values).format(**values)


def why(reason: str) -> str:
    """What the system or a library gave as a reason, in the user's language where it is known."""
    reason = reasons.plain(reason)
    return _(reason) if reason in reasons.REASONS else reason
