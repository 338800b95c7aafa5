"""What is written beside a translated file, in the user's language: for command line and window.

The one law: what only a PDF can have is left out beside other files.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, get_args

from agents.translation import outputs, pdf_outputs
from agents.translation.events import Problem, ProblemKind
from agents.translation.formats.base import read_bytes
from agents.translation.outputs.material import Material, Words
from app import i18n
from app.i18n import _
from app.version import VERSION

if TYPE_CHECKING:
    from pathlib import Path

    from agents.translation.events import DocumentDone, DocumentRequest
    from app.build import Desk

KINDS = (*outputs.OUTPUTS, *pdf_outputs.OUTPUTS)
OF_PDF = frozenset(pdf_outputs.OUTPUTS)


def write(
    request: DocumentRequest,
    done: DocumentDone,
    desk: Desk,
) -> list[Path]:
    """Write what the request wants beside its translated file; returns the paths. Any thread.

    Raises:
        UserError: translation.output_exists, translation.structure, file.*.
    """
    if not request.also:
        return []
    segments = desk.translations.segments(done.job)
    general = [key for key in request.also if key in outputs.OUTPUTS]
    material = Material(done.receipt, segments, words(desk), VERSION)
    paths = outputs.write(done.output, general, material)
    pages = [key for key in request.also if key in OF_PDF]
    if pages and request.source.suffix.lower() == ".pdf":
        original, translated = read_bytes(request.source), read_bytes(done.output)
        made = pdf_outputs.Made(original, translated, done.output.name, request.target, segments)
        paths += pdf_outputs.write(done.output, pages, made)
    return paths


def words(desk: Desk) -> Words:
    """The words of all outputs in the user's language."""
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


def reason(problem: Problem) -> str:
    """What is wrong with a segment, in words."""
    return {
        "empty": _("there is no answer"),
        "same_as_source": _("the answer was the source again"),
        "wrong_script": _("the answer was not in the target language"),
        "loop": _("the answer repeated itself"),
        "length": _("the answer is much longer or shorter than expected; please look at it"),
        "neighbour": _("the answer was that of the segment before or after"),
        "truncated": _("the answer broke off before its end"),
        "number": _("numbers differ from the source; please look at it"),
        "term": _("a term of the glossary is not there; please look at it"),
        "tag": _("formatting or a mark would have been lost, or the page cannot be changed"),
        "register": _("the sentence ending differs from the rest; please look at it"),
    }[problem.kind]
