"""The plan of a draft as a JSON file that a person can edit.

The one law: a plan from a file is held against the works before anything is written. A paper that
is not there, words that do not stand in it, a comparison of what is not in both: each is a
sentence that names the place, and nothing is guessed or mended.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Literal

import msgspec

from agents.base import UserError, readable
from agents.scholar import sentence_plan, terms
from agents.store.outlines import EvidenceRef, Outline, PlannedSentence, PlannedTheme

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from agents.scholar.sentence_plan import Sources

_MOST = 10_000_000  # bytes of a plan


class Evidence(msgspec.Struct, forbid_unknown_fields=True):
    """Words of a paper."""

    paper: str = ""
    quote: str = ""
    page: int = 0


class PlanSentence(msgspec.Struct, forbid_unknown_fields=True):
    """One sentence to be."""

    kind: Literal["lead", "claim", "comparison", "closing"]
    evidence: list[Evidence] = []
    says: str = ""
    locked: bool = False


class PlanTheme(msgspec.Struct, forbid_unknown_fields=True):
    """One paragraph to be. Papers stand in the order of their slots."""

    title: str
    question: str = ""
    papers: list[str] = []
    pinned: list[str] = []
    sentences: list[PlanSentence] | None = None  # none: to be planned
    closing: bool = False


class PlanFile(msgspec.Struct, forbid_unknown_fields=True):
    """The whole file."""

    topic: str
    language: Literal["", "en", "ko"] = ""
    own: str = ""
    unsupported: Literal["flag", "drop"] = "flag"
    themes: list[PlanTheme] = []


def text(topic: str, outline: Outline) -> str:
    """A plan as JSON, indented, for a person."""
    plain: dict[str, Any] = {
        "topic": topic,
        "language": outline.language,
        "own": outline.own,
        "unsupported": outline.unsupported,
        "themes": [
            {
                "title": theme.title,
                "question": theme.question,
                "papers": list(theme.keys),
                "pinned": list(theme.pinned),
                **({"closing": True} if theme.closing else {}),
                **(
                    {"sentences": [_plain(one) for one in theme.sentences]} if theme.planned else {}
                ),
            }
            for theme in outline.themes
        ],
    }
    return json.dumps(plain, ensure_ascii=False, indent=2) + "\n"


def write(topic: str, outline: Outline, path: Path) -> None:
    """Write a plan; the file is complete or not there.

    Raises:
        UserError: file.unwritable.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_name(path.name + ".part")
        part.write_text(text(topic, outline), "utf-8")
        part.replace(path)
    except OSError as error:
        reason = error.strerror or str(error)
        raise UserError("file.unwritable", path=str(path), reason=reason) from error


def read(path: Path) -> PlanFile:
    """The plan of a file.

    Raises:
        UserError: file.missing, file.unreadable, scholar.plan_not_json, scholar.plan_form.
    """
    with readable(path):
        if path.stat().st_size > _MOST:
            raise UserError("scholar.plan_not_json", path=str(path), reason=f"> {_MOST:,} bytes")
        data = path.read_bytes()
    try:
        return msgspec.json.decode(data.removeprefix(b"\xef\xbb\xbf"), type=PlanFile)
    except msgspec.ValidationError as error:
        said, _at, place = str(error).partition(" - at `")
        where = place.rstrip("`").removeprefix("$.") or "topic"
        raise UserError("scholar.plan_form", path=str(path), place=where, reason=said) from error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise UserError("scholar.plan_not_json", path=str(path), reason=str(error)) from error


def keys(plan: PlanFile) -> list[str]:
    """Every paper that a plan names, each once."""
    named = [key for theme in plan.themes for key in theme.papers]
    named += [
        one.paper
        for theme in plan.themes
        for sentence in theme.sentences or ()
        for one in sentence.evidence
    ]
    return list(dict.fromkeys(key for key in named if key))


def outline(plan: PlanFile, names: Mapping[str, str], path: Path) -> Outline:
    """The outline of a plan. Whether its quotations stand is seen by `check`.

    Args:
        plan: what the file says.
        names: every key that may be named, and the key of the work it means now.
        path: the file, for the sentence about what is wrong.

    Raises:
        UserError: scholar.plan_empty, scholar.plan_no_title, scholar.plan_unknown_paper,
            scholar.plan_not_of_theme, scholar.plan_no_evidence.
    """
    if not plan.themes:
        raise UserError("scholar.plan_empty", path=str(path))
    if not terms.content(plan.topic, generic=True):
        raise UserError("scholar.no_topic")
    themes: list[PlannedTheme] = []
    number = 0
    for at, theme in enumerate(plan.themes):
        place = f"themes[{at}]"
        if not theme.title.strip():
            raise UserError("scholar.plan_no_title", path=str(path), place=place)
        papers = _named(theme.papers, names, f"{place}.papers", path)
        pinned = _named(theme.pinned, names, f"{place}.pinned", path)
        sentences: list[PlannedSentence] = []
        for index, one in enumerate(theme.sentences or ()):
            number += 1
            where = f"{place}.sentences[{index}]"
            sentences.append(_sentence(one, number, papers, names, where, path))
        themes.append(
            PlannedTheme(
                id=at + 1,
                title=" ".join(theme.title.split()),
                keys=papers,
                question=" ".join(theme.question.split()),
                pinned=tuple(key for key in pinned if key in papers),
                sentences=tuple(sentences),
                planned=theme.sentences is not None or theme.closing,
                closing=theme.closing,
            )
        )
    return Outline(
        tuple(sorted(themes, key=lambda theme: theme.closing)),
        plan.language,
        plan.own,
        plan.unsupported,
        len(themes),
    )


def check(outline: Outline, sources: Sources, path: Path) -> None:
    """See that what a plan quotes stands in the works, and that what it compares is in both.

    Raises:
        UserError: scholar.plan_not_quoted, scholar.plan_not_shared, scholar.plan_not_own.
    """
    for at, theme in enumerate(outline.themes):
        for index, sentence in enumerate(theme.sentences):
            place = f"themes[{at}].sentences[{index}]"
            if theme.closing:
                if " ".join(sentence.says.split()) not in " ".join(outline.own.split()):
                    raise UserError("scholar.plan_not_own", path=str(path), place=place)
                continue
            for ref in sentence.evidence:
                if ref.text and not sources.stands(ref):
                    raise UserError(
                        "scholar.plan_not_quoted", path=str(path), place=place, key=ref.key
                    )
            if not sentence_plan.backed(sentence):
                raise UserError(
                    "scholar.plan_not_shared", path=str(path), place=place, words=sentence.says
                )


def _sentence(
    one: PlanSentence,
    id_: int,
    papers: tuple[str, ...],
    names: Mapping[str, str],
    place: str,
    path: Path,
) -> PlannedSentence:
    refs: list[EvidenceRef] = []
    for evidence in one.evidence:
        if not evidence.paper and one.kind == "closing":
            refs.append(EvidenceRef("", evidence.quote))
            continue
        (key,) = _named([evidence.paper], names, f"{place}.evidence", path)
        if key not in papers:
            raise UserError(
                "scholar.plan_not_of_theme", path=str(path), place=place, key=evidence.paper
            )
        refs.append(EvidenceRef(key, " ".join(evidence.quote.split()), evidence.page))
    if not refs:
        raise UserError("scholar.plan_no_evidence", path=str(path), place=place)
    return PlannedSentence(id_, one.kind, tuple(refs), " ".join(one.says.split()), one.locked)


def _named(papers: list[str], names: Mapping[str, str], place: str, path: Path) -> tuple[str, ...]:
    for key in papers:
        if key not in names:
            raise UserError("scholar.plan_unknown_paper", path=str(path), place=place, key=key)
    return tuple(dict.fromkeys(names[key] for key in papers))


def _plain(sentence: PlannedSentence) -> dict[str, Any]:
    return {
        "kind": sentence.kind,
        "says": sentence.says,
        "locked": sentence.locked,
        "evidence": [
            {"paper": ref.key, "quote": ref.text, **({"page": ref.page} if ref.page else {})}
            for ref in sentence.evidence
        ],
    }
