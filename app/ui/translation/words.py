"""What languages, engines, checks and states are called on the Translate page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.i18n import _

if TYPE_CHECKING:
    from agents.translation.events import EngineKind, Language, ProblemKind


def language(code: Language) -> str:
    """The name of a language."""
    return {"en": _("English"), "ko": _("Korean")}[code]


def direction(source: Language, target: Language) -> str:
    """From where to where, short enough for a chip."""
    return f"{language(source)} → {language(target)}"


def engine(kind: EngineKind) -> str:
    """The name of an engine that needs no model."""
    return {
        "model": _("Model"),
        "memory": _("Memory only"),
        "pseudo": _("Layout preview"),
        "identity": _("Source unchanged"),
    }[kind]


def engine_hint(kind: EngineKind) -> str:
    """What an engine is for."""
    return {
        "model": _("A language model translates each sentence."),
        "memory": _("Only sentences found in a translation memory are filled in."),
        "pseudo": _("Accented text of the same length shows how the layout will hold."),
        "identity": _("The file is taken apart and put together again, unchanged."),
    }[kind]


def problem(kind: ProblemKind) -> str:
    """What a check found, short enough for a table cell."""
    return {
        "missing": _("Not in the memory or not answered"),
        "empty": _("The model said nothing"),
        "same_as_source": _("Same as the source"),
        "loop": _("Repeats itself"),
        "tag": _("A mark was lost"),
    }[kind]


def problem_hint(kind: ProblemKind) -> str:
    """What a finding means and what happened to the segment."""
    return {
        "missing": _("There is no translation of this segment. The file keeps the source here."),
        "empty": _("The model gave no answer, twice. The file keeps the source here."),
        "same_as_source": _("The model gave the source back, twice. It was not translated."),
        "loop": _("The model repeated itself, twice. The file keeps the source here."),
        "tag": _("Formatting or a footnote mark could not be put back where it belongs."),
    }[kind]
