"""What a person writes into a glossary, checked before it is stored.

The one law: no term is without its two sides, and writing a new one never changes what another
one is called.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from agents.base import UserError
from agents.translation import glossary_files

if TYPE_CHECKING:
    from agents.store.glossaries import Glossaries, StoredTerm, TermChange, TermRow


def begin(glossaries: Glossaries, name: str) -> TermChange:
    """Make a glossary, called `name` or, where there is one, `name` with a number."""
    names, number, free = glossaries.names(), 1, name
    while free in names:
        number += 1
        free = f"{name} {number}"
    return glossaries.create(free)


def add(glossaries: Glossaries, name: str, term: StoredTerm) -> TermChange:
    """Put a new term into the glossary `name`.

    Raises:
        UserError: translation.term_{empty,there}.
    """
    checked = _checked(term)
    for known in glossaries.terms(name):
        if known.en == checked.en and known.ko != checked.ko:
            raise UserError("translation.term_there", term=checked.en, translation=known.ko)
    return glossaries.put(name, [checked])


def edit(glossaries: Glossaries, name: str, before: TermRow, term: StoredTerm) -> TermChange:
    """Let a term of the glossary `name` say something else.

    Raises:
        UserError: translation.term_empty, or what the store raises.
    """
    return glossaries.edit(name, before, _checked(term))


def _checked(term: StoredTerm) -> StoredTerm:
    checked = glossary_files.tidy(term)
    if checked is None:
        raise UserError("translation.term_empty")
    return checked
