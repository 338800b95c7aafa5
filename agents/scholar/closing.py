"""The paragraph that positions the user's own work.

The one law: it says what the user's notes say and nothing else. In the language of the notes it is
their words, to the letter; in the other language a translation that keeps every number, name and
citation, and that is marked unless a comparison by meaning bears it out.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from agents.base import Token
from agents.scholar import steps_notes, terms, verify
from agents.scholar.prompts import PHRASES
from agents.scholar.steps_write import full_stop
from agents.store.drafts import Sentence
from agents.store.library import Work
from agents.store.outlines import EvidenceRef, PlannedSentence, PlannedTheme

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence

    from agents.scholar.sentence_plan import Sources
    from agents.scholar.steps_write import Place, Writer
    from agents.store.outlines import Outline

_OWN = "own"  # the key that the notes have for the verifier; no work of a library is asked by it


def planned(outline: Outline, works: Sequence[Work]) -> tuple[Outline, list[str]]:
    """The outline with a closing paragraph for its notes, and what the notes cite that is not here.

    Sentences whose note is the same keep their ids. Without notes there is no such paragraph.

    Args:
        outline: what is planned so far.
        works: what the notes may cite.
    """
    others = tuple(theme for theme in outline.themes if not theme.closing)
    if not outline.own.strip():
        return dataclasses.replace(outline, themes=others), []
    notes, unknown = steps_notes.own_sentences(outline.own, works)
    old = next((theme for theme in outline.themes if theme.closing), None)
    known = {(one.says, one.keys): one for one in (old.sentences if old else ())}
    sentences: list[PlannedSentence] = []
    first = outline.free_sentence
    for number, note in enumerate(notes):
        keys = tuple(work.key for work in note.works)
        evidence = (EvidenceRef("", note.text), *(EvidenceRef(key, "") for key in keys))
        fresh = PlannedSentence(first + number, "closing", evidence, note.text)
        sentences.append(known.get((note.text, keys), fresh))
    keys = tuple(dict.fromkeys(key for one in sentences for key in one.keys))
    language = outline.language or terms.language(outline.own)
    theme = PlannedTheme(
        id=old.id if old else outline.free_theme,
        title=old.title if old else PHRASES[language].own_heading,
        keys=keys,
        sentences=tuple(sentences),
        planned=True,
        closing=True,
    )
    return dataclasses.replace(outline, themes=(*others, theme)), unknown


def write(
    sentence: PlannedSentence,
    place: Place,
    writer: Writer,
    sources: Sources,
    embed: verify.Embed | None,
) -> Generator[Token, None, Sentence]:
    """One sentence of the closing paragraph. Yields what is written."""
    note = sentence.says
    keys = tuple(key for key in sentence.keys if key in sources.works)
    ref = EvidenceRef("", note)
    if terms.language(note) == place.language:
        text = full_stop(note)
        yield Token(f"{text} ")
        return Sentence(text, keys, "supported", note, "", "own", (ref,), planned=sentence.id)
    text = yield from writer.translated(note, sentence, place)
    if not text:
        text = full_stop(note)
        yield Token(f"{text} ")
        return Sentence(
            text, keys, "flagged", note, "scholar.own_not_translated", "own", (ref,),
            planned=sentence.id,
        )  # fmt: skip
    # the user's name for the work is no key of a library: nothing is cited by it
    pseudo = Work(0, _OWN, "misc", "", (), "", "", note)
    verdict = verify.Verifier([pseudo], embed).check(text, pseudo)
    reason = "" if verdict.supported else "scholar.own_translated"
    support = "supported" if verdict.supported else "flagged"
    return Sentence(text, keys, support, note, reason, "own", (ref,), planned=sentence.id)
