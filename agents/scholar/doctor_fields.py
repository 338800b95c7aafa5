"""Which fields an entry must have, which it has by mistake, and whether people are people.

The one law: what a style needs is an error or a warning, what is merely unusual is not reported.
Required fields: Patashnik, *BibTeXing* (1988), and the biblatex manual, section 2.1.1.
"""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING

from agents.scholar import latex, merging
from agents.scholar.doctor_base import Fix

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agents.scholar.doctor_base import Finding, Patient

_VENUE = ("booktitle", "maintitle", "crossref")
_REQUIRED: dict[str, tuple[tuple[str, ...], ...]] = {
    "article": (("author",), ("title",), ("journal", "journaltitle"), ("year", "date")),
    "book": (("author", "editor"), ("title",), ("publisher",), ("year", "date")),
    "booklet": (("title",),),
    "inbook": (
        ("author", "editor"), ("title", "chapter", "pages"), ("publisher", *_VENUE),
        ("year", "date"),
    ),
    "incollection": (("author",), ("title",), _VENUE, ("publisher",), ("year", "date")),
    "inproceedings": (("author",), ("title",), _VENUE, ("year", "date")),
    "manual": (("title",),),
    "mastersthesis": (("author",), ("title",), ("school", "institution"), ("year", "date")),
    "phdthesis": (("author",), ("title",), ("school", "institution"), ("year", "date")),
    "proceedings": (("title",), ("year", "date")),
    "techreport": (("author",), ("title",), ("institution",), ("year", "date")),
    "unpublished": (("author",), ("title",), ("note", "howpublished", "url")),
    "online": (("title",), ("url", "doi", "eprint")),
    "thesis": (("author",), ("title",), ("type",), ("institution", "school"), ("year", "date")),
    "report": (("author",), ("title",), ("type",), ("institution",), ("year", "date")),
}  # fmt: skip
_ALIKE = {
    "conference": "inproceedings", "electronic": "online", "www": "online",
    "collection": "proceedings", "mvbook": "book", "suppbook": "inbook",
}  # fmt: skip
_TYPES = frozenset({
    *_REQUIRED, *_ALIKE, "misc", "dataset", "software", "patent", "periodical", "set", "artwork",
    "audio", "bookinbook", "commentary", "image", "inreference", "jurisdiction", "legal",
    "legislation", "letter", "movie", "music", "mvcollection", "mvproceedings", "mvreference",
    "performance", "reference", "review", "standard", "suppcollection", "suppperiodical", "video",
    "xdata", "thesis",
})  # fmt: skip
_FIELD_NAMES = """
abstract addendum address afterword annotation annotator annote archiveprefix author authortype
bookauthor bookpagination booksubtitle booktitle booktitleaddon chapter collaborator commentator
copyright crossref date day doi edition editor editora editorb editorc editortype eid entryset
entrysubtype eprint eprintclass eprinttype eventdate eventtitle eventtitleaddon file foreword
gender groups holder howpublished hyphenation ids indextitle institution introduction isan isbn
ismn isrn issn issue issuesubtitle issuetitle iswc journal journalsubtitle journaltitle key
keyword keywords label langid langidopts language lccn library location mainsubtitle maintitle
maintitleaddon month mrclass mrnumber nameaddon note number options organization origdate
origlanguage origlocation origpublisher origtitle owner pages pagetotal pagination part presort
primaryclass publisher pubmedid pubstate related reprinttitle rights school series shortauthor
shorteditor shorthand shortjournal shortseries shorttitle size sortkey sortname sorttitle sortyear
subtitle timestamp title titleaddon translator type url urldate venue version volume volumes xdata
year zblnumber
"""
FIELDS = frozenset(_FIELD_NAMES.split())
_LONG = 7  # letters of a name in which a wrong one leaves no doubt what is meant
_ET_AL = re.compile(r"(?:\s*,|\s+and)?\s+(?:et\.?\s+al\.?|and others)\s*\.?\s*$", re.IGNORECASE)


def check(patient: Patient) -> Iterator[Finding]:
    """Everything about the fields of one entry, without their values."""
    yield from _missing(patient)
    yield from _odd(patient)
    for role in ("author", "editor"):
        if role in patient.own:
            yield from _people(patient, role, patient.own[role])


def _missing(patient: Patient) -> Iterator[Finding]:
    kind = patient.entry.work.kind
    required = _REQUIRED.get(_ALIKE.get(kind, kind), (("title",),) if kind in _TYPES else ())
    if kind == "set":
        return
    for names in required:
        if not any(patient.all.get(name, "").strip() for name in names):
            level = "error" if names[0] in ("author", "title", "journal", "year") else "warning"
            yield patient.finding(level, "scholar.doctor_missing", names[0], kind=kind)
    if kind not in _TYPES:
        near = _near(kind, _TYPES)
        code = "scholar.doctor_type_typo" if near else "scholar.doctor_type_odd"
        yield patient.finding("warning", code, kind=kind, near=near)


def _odd(patient: Patient) -> Iterator[Finding]:
    for name, value in patient.own.items():
        if not value.strip(" {}"):
            yield patient.finding("note", "scholar.doctor_empty", name, Fix("remove", name))
        elif name.startswith(merging.CONFLICT):
            yield patient.finding(
                "warning", "scholar.doctor_conflict", name, value=latex.read(value)
            )
        # fjournal beside journal is somebody's own field
        elif name not in FIELDS and (near := _near(name, FIELDS)) and near not in patient.own:
            fix = Fix("rename", name, near)
            yield patient.finding("warning", "scholar.doctor_field_typo", name, fix, near=near)


@functools.lru_cache(maxsize=4096)
def _near(name: str, known: frozenset[str]) -> str:
    """The known name that this one is a typing error of; empty if there is none or several.

    One letter too many, too few or in the wrong place; in longer names also a wrong one, or two
    such errors (restricted Damerau-Levenshtein distance).
    """
    from rapidfuzz.distance import OSA  # noqa: PLC0415 - native library, loaded when needed

    if len(name) < 4 or "-" in name or name.startswith("x"):  # xyear: put aside by its owner
        return ""
    most = 2 if len(name) >= _LONG + 2 else 1
    near = [other for other in known if OSA.distance(name, other, score_cutoff=most) <= most]
    if len(name) < _LONG:
        near = [o for o in near if len(o) != len(name) or sorted(o) == sorted(name)]
    return near[0] if len(near) == 1 else ""


def _people(patient: Patient, role: str, value: str) -> Iterator[Finding]:
    folded = " ".join(value.split())
    if folded.startswith("{") and folded.endswith("}"):
        return
    ended = _ET_AL.search(folded)
    if ended and "others" not in ended[0].lower():
        yield patient.setting(
            "error", "scholar.doctor_et_al", role, f"{folded[: ended.start()]} and others"
        )
    elif " and " not in folded and ";" in folded and "\\" not in folded:
        names = [name.strip() for name in folded.split(";") if name.strip()]
        yield patient.setting("error", "scholar.doctor_semicolons", role, " and ".join(names))
    elif " and " not in folded and folded.count(",") >= 3:
        yield patient.finding("warning", "scholar.doctor_commas", role)
