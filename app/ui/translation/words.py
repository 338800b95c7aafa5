"""What languages, engines, checks and states are called on the Translate page."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from app.i18n import _
from app.ui import figures

if TYPE_CHECKING:
    from agents.store.segment_rows import StoredSegment, Version
    from agents.translation.events import DocumentRequest, EngineKind, Language
    from app.ui.translation.queue import Document


def language(code: Language) -> str:
    """The name of a language."""
    return {"en": _("English"), "ko": _("Korean")}[code]


def direction(source: Language, target: Language) -> str:
    """From where to where, short enough for a chip."""
    return f"{language(source)} → {language(target)}"


def register(kind: str) -> str:
    """Which sentence endings a Korean translation has."""
    return {
        "": _("As most of the text is"),
        "formal": _("Formal (합니다)"),
        "polite": _("Polite (해요)"),
        "plain": _("Plain (한다)"),
    }[kind]


def output(key: str) -> str:
    """What can be written beside a translation."""
    return {
        "receipt-html": _("Receipt as a page to read"),
        "bilingual-html": _("Source and translation as a page"),
        "bilingual-docx": _("Source and translation in Word"),
        "xliff": _("XLIFF 1.2"),
        "xliff2": _("XLIFF 2.1"),
        "tmx": _("TMX, for other translation memories"),
        "bilingual-pdf": _("Facing pages in one PDF"),
        "html": _("The text as a page"),
        "docx": _("The text in Word"),
    }[key]


def choices(request: DocumentRequest) -> str:
    """What a document is translated with beyond language and engine; empty if nothing."""
    kept = [value for name, value in request.options if name == "protect"]
    rest = [f"{name} {value}" for name, value in request.options if name != "protect"]
    return figures.joined(
        register(request.register) if request.register else "",
        _("glossary {name}", name=file_name(request.glossary)) if request.glossary else "",
        "" if request.use_memory else _("without the memory"),
        _("rules {name}", name=request.srx.name) if request.srx else "",
        _("patterns that stay: {count}", count=len(kept)) if kept else "",
        ", ".join(rest),
        _("also {outputs}", outputs=", ".join(output(key) for key in request.also))
        if request.also
        else "",
    )


def file_name(glossary: str) -> str:
    """A glossary as it is called: its name, or the name of its file."""
    return glossary.replace("\\", "/").rsplit("/", 1)[-1]


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


def problem(kind: str) -> str:
    """What a check found, short enough for a table cell."""
    return {
        "empty": _("No answer"),
        "same_as_source": _("Same as the source"),
        "wrong_script": _("Another language"),
        "loop": _("Repeats itself"),
        "length": _("Unusual length"),
        "neighbour": _("Belongs elsewhere"),
        "truncated": _("Breaks off"),
        "number": _("Numbers differ"),
        "term": _("A term is missing"),
        "tag": _("A mark was lost"),
        "register": _("Other sentence ending"),
    }.get(kind, kind)


def problem_hint(kind: str, *, refused: bool = True) -> str:
    """What a finding means and what happened to the segment.

    Args:
        kind: see `ProblemKind`.
        refused: an answer was refused for it; otherwise it is the translation that is so, because
            a person wrote it or took it, and it stands in the file.
    """
    refusals = {
        "empty": _("There is no translation of this segment. The file keeps the source here."),
        "same_as_source": _("The answer was the source again. It was not translated."),
        "wrong_script": _(
            "The answer was in another language, at least in part. The file keeps the source here."
        ),
        "loop": _("The answer repeated itself. The file keeps the source here."),
        "neighbour": _(
            "The answer was that of the segment before or after. The file keeps the source here."
        ),
        "truncated": _("The answer broke off before its end. The file keeps the source here."),
    }
    taken = {
        "same_as_source": _("The translation is the source again. Please look at it."),
        "wrong_script": _(
            "The translation is in another language, at least in part. Please look at it."
        ),
        "loop": _("The translation repeats itself. Please look at it."),
        "neighbour": _(
            "The translation is that of the segment before or after. Please look at it."
        ),
        "truncated": _("The translation breaks off before its end. Please look at it."),
    }
    always = {
        "length": _("The translation is much longer or shorter than expected. Please look at it."),
        "number": _("Numbers of the translation differ from the source. Please look at it."),
        "term": _("A term of the glossary is not in the translation. Please look at it."),
        "tag": _(
            "Formatting or a footnote mark could not be put back where it belongs, or the page of "
            "the PDF cannot be changed here. The file keeps the source here."
        ),
        "register": _("The sentence ending differs from the rest of the text. Please look at it."),
    }
    known = always | (refusals if refused else refusals | taken)
    return known.get(kind, kind)


def checks(segment: StoredSegment) -> str:
    """What is known of a segment, in a few words."""
    said = [problem(kind) for kind in segment.problems]
    if segment.confirmed:
        said.insert(0, _("✓ Confirmed"))
    elif not said:
        said.append(_standing(segment))
    if segment.comment:
        said.append(_("Comment"))
    return " · ".join(said)


def _standing(segment: StoredSegment) -> str:
    if segment.edited:
        return _("Edited")
    if segment.state == "untranslated":
        return _("Not translated")
    return _("From memory") if segment.state == "from_memory" else "✓"


def segment_tip(segment: StoredSegment) -> str:
    """What the checks found, what was refused, and the comment, in whole sentences."""
    refused = segment.state == "untranslated"
    said = [problem_hint(kind, refused=refused) for kind in segment.problems]
    if segment.refused and refused:
        said.append(_("The answer that was refused: {answer}", answer=segment.refused))
    if segment.comment:
        said.append(_("Comment: {words}", words=segment.comment))
    return "\n".join(said)


def made_by(version: Version, engine_words: str) -> str:
    """Who made a version; `engine_words` names the engine of the document."""
    by = version.made_by
    if by == "human":
        return _("You")
    if by == "memory" or version.state == "from_memory":
        return _("Memory")
    if by.startswith("model:"):
        return by.removeprefix("model:")
    return engine_words if not by else engine(cast("EngineKind", by))


def state(document: Document) -> str:
    """How a document stands, in a few words."""
    if document.state == "running":
        if document.pausing:
            return _("Pausing…")
        if document.cancelling:
            return _("Stopping…")
        if not document.segments:
            return _("Reading…")
        return figures.joined(
            _("{done} of {total}", done=document.done, total=document.segments),
            figures.left(document.seconds_left),
        )
    if document.state == "done" and document.flagged:
        return _("To look at: {count}", count=document.flagged)
    return {
        "waiting": _("Waiting"),
        "done": _("Done"),
        "cancelled": _("Stopped at {done} of {total}", done=document.done, total=document.segments)
        if document.segments
        else _("Stopped"),
        "interrupted": _(
            "Interrupted at {done} of {total}", done=document.done, total=document.segments
        ),
        "failed": _("Could not be translated"),
    }[document.state]


def tone(document: Document) -> str:
    """The colour of that."""
    if document.state == "failed":
        return "bad"
    if document.state in {"waiting", "running"}:
        return "muted"
    if document.state in {"cancelled", "interrupted"} or document.flagged:
        return "warn"
    return "ok"


def account(document: Document, problems: int, by: str) -> str:
    """The line below the progress bar: how far, how fast, what was found."""
    receipt = document.receipt
    return figures.joined(
        _(
            "{done} of {total} segments",
            done=figures.number(document.done),
            total=figures.number(document.segments),
        )
        if document.segments
        else state(document),
        _("{rate} a minute", rate=round(document.rate * 60)) if document.rate else "",
        figures.left(document.seconds_left),
        _("from memory {count}", count=receipt.from_memory) if receipt else "",
        _("tried again {count}", count=receipt.retried) if receipt else "",
        _("not translated {count}", count=receipt.untranslated)
        if receipt and receipt.untranslated
        else "",
        _("problems {count}", count=problems) if problems else "",
        figures.took(receipt.seconds) if receipt else "",
        by,
        choices(document.request),
    )
