"""What is done without a model, and the doors to everything else that is done with segments.

The one law: what does not pass the guards is not a translation, wherever it comes from. A memory
is judged as a model is.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from agents.base import Notice
from agents.translation import language
from agents.translation.judge import Judge
from agents.translation.pseudo import pseudo
from agents.translation.translator import IN_FLIGHT, Translator
from agents.translation.units import Outcome, Unit, clean, kept, read, recut, row

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from agents.base import CancelToken
    from agents.engine.port import Engine
    from agents.translation.events import EngineKind, Language
    from agents.translation.inline import Rich
    from agents.translation.memory import Known

__all__ = (
    "IN_FLIGHT",
    "Judge",
    "Outcome",
    "Translator",
    "Unit",
    "clean",
    "kept",
    "lacking",
    "pseudo_rich",
    "read",
    "recut",
    "row",
    "without_model",
)


def without_model(
    units: Iterable[Unit],
    kind: EngineKind,
    memory: Known,
    judge: Judge,
    target: Language,
    cancel: CancelToken | None = None,
) -> Iterator[tuple[Unit, Outcome]]:
    """Segments through the engines that need no model.

    With `kind` "model" only what needs no model comes out: what holds no words, and what the
    memory knows.

    Raises:
        CancelledError: `cancel` was set.
    """
    for unit in units:
        if cancel is not None:  # a large memory takes milliseconds to say that it knows nothing
            cancel.check()
        outcome = _without_model(unit, kind, memory, judge, target)
        if outcome is not None:
            judge.remember(unit, outcome)
            yield unit, outcome


def _without_model(
    unit: Unit, kind: EngineKind, memory: Known, judge: Judge, target: Language
) -> Outcome | None:
    wanted = language.has_words(unit.words) if kind == "pseudo" else unit.asks(target)
    if kind == "identity" or not wanted:
        return Outcome(unit.piece.rich.text, "translated")
    if not unit.paragraph.readable:
        return kept(unit, "tag")
    if kind == "pseudo":
        made = pseudo_rich(unit, judge)
        return kept(unit, "tag") if made is None else Outcome(made.text, "translated")
    return _remembered(unit, kind, memory, judge)


def _remembered(unit: Unit, kind: EngineKind, memory: Known, judge: Judge) -> Outcome | None:
    """What the memory says; None where a model may still be asked.

    What a person confirmed stands word for word. A known sentence with other numbers counts if
    its numbers are right once they are exchanged.
    """
    refused = kept(unit, "empty")
    for answer, entry in memory.answers(unit.text):
        confirmed = entry is not None and entry.origin == "human"
        outcome = judge.weigh(unit, answer, stands=confirmed)
        if outcome.state != "untranslated":
            memory.take(entry)
            return dataclasses.replace(outcome, state="from_memory")
        refused = outcome
    for answer, entry in memory.renumbered(unit.text):
        outcome = judge.weigh(unit, answer)
        if outcome.state != "untranslated" and "number" not in outcome.problems:
            memory.take(entry)
            return dataclasses.replace(outcome, state="from_memory")
    return refused if kind == "memory" else None


def pseudo_rich(unit: Unit, judge: Judge) -> Rich | None:
    """The pseudo-translation of a segment; None if a mark would be lost."""
    return next(
        (
            made
            for framed in (True, False)
            if judge.holds(unit, made := pseudo(unit.piece.rich, framed=framed))
        ),
        None,
    )


LACKS = {"ko": "translation.model_lacks_korean", "en": "translation.model_lacks_english"}


def lacking(engine: Engine) -> Iterator[Notice]:
    """A sentence for each language of the pair that the model does not know."""
    known = engine.info.languages
    for lacked, code in LACKS.items() if known else ():
        if lacked not in known:
            yield Notice(code, (("model", engine.info.name),))
