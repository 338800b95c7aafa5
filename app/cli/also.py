"""`moadesk translate … --also KINDS`: what is written beside a translated file."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, get_args

from agents.translation import outputs, pdf_outputs
from agents.translation.events import Problem, ProblemKind
from agents.translation.formats.base import read_bytes
from agents.translation.outputs.material import Material, Words
from app import i18n
from app.i18n import _

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from agents.translation.events import DocumentDone, DocumentRequest
    from app.build import Desk

KINDS = (*outputs.OUTPUTS, *pdf_outputs.OUTPUTS)


def kinds(text: str) -> tuple[str, ...]:
    """The kinds of a list with commas, for argparse."""
    wanted = tuple(dict.fromkeys(part.strip() for part in text.split(",") if part.strip()))
    unknown = next((key for key in wanted if key not in KINDS), "")
    if unknown or not wanted:
        known = ", ".join(KINDS)
        raise argparse.ArgumentTypeError(
            _("there is no output {name!r}; there are {known}", name=unknown or text, known=known)
        )
    return wanted


def write(
    request: DocumentRequest,
    done: DocumentDone,
    wanted: tuple[str, ...],
    desk: Desk,
    reason: Callable[[Problem], str],
) -> list[Path]:
    """Write what is wanted beside a translated file; returns the paths.

    What only a PDF can have is left out beside other files.

    Raises:
        UserError: translation.output_exists, translation.structure, file.*.
    """
    segments = desk.translations.segments(done.job)
    general = [key for key in wanted if key in outputs.OUTPUTS]
    material = Material(done.receipt, segments, words(desk, reason))
    paths = outputs.write(done.output, general, material)
    pages = [key for key in wanted if key in pdf_outputs.OUTPUTS]
    if pages and request.source.suffix.lower() == ".pdf":
        original, translated = read_bytes(request.source), read_bytes(done.output)
        made = pdf_outputs.Made(original, translated, done.output.name, request.target, segments)
        paths += pdf_outputs.write(done.output, pages, made)
    return paths


def words(desk: Desk, reason: Callable[[Problem], str]) -> Words:
    """The words of all outputs in the user's language. `reason` says what a problem is."""
    known: tuple[ProblemKind, ...] = get_args(ProblemKind)
    chosen = desk.settings.language
    return Words(
        language=i18n.system_language() if chosen == "system" else chosen,
        receipt=_("Translation receipt"),
        bilingual=_("Source and translation"),
        source_file=_("Source file"),
        translated_file=_("Translated file"),
        languages=_("Languages"),
        engine=_("Translated by"),
        model=_("Model"),
        segments=_("Segments"),
        translated=_("Translated"),
        untranslated=_("Left in the source language"),
        from_memory=_("From the translation memory"),
        retried=_("Tried again"),
        seconds=_("Seconds"),
        problems=_("Problems"),
        no_problems=_("No problems were found."),
        all_translated=_("Everything was translated and passed the checks."),
        not_all_translated=_(
            "Not everything was translated. The parts below still stand in the source language"
            " or need a look."
        ),
        trial=_("This is a trial run, not a translation."),
        look_at=_("Everything was translated. Please look at the parts below."),
        number=_("No."),
        kind=_("What was found"),
        source=_("Source"),
        target=_("Translation"),
        answer=_("Answer"),
        names={
            "en": _("English"),
            "ko": _("Korean"),
            "model": _("a model on this computer or a chosen server"),
            "memory": _("a translation memory"),
            "pseudo": _("nobody: a layout preview"),
            "identity": _("nobody: a round trip without translation"),
        },
        kinds={kind: reason(Problem("", kind, "", "")) for kind in known},
    )
