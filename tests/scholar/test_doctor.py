"""The bibliography doctor: what it finds, what it leaves alone, what it mends."""

from __future__ import annotations

import pytest

from agents.base import CancelToken, UserError
from agents.scholar import bib, doctor, doctor_pdf, doctor_text
from agents.scholar.doctor import CheckRequest, Doctor
from agents.scholar.events import ImportRequest
from agents.scholar.importing import run
from agents.store.library import Library
from agents.store.retractions import Retractions
from tests.pages.pdf_files import lines, pdf, text

GOOD = (
    "author={Kim, Ana and Lee, Bo}, title={A study of {BERT} in {Korean}}, journal={Things},"
    " year=2020, volume=3, pages={12--20}, doi={10.1000/xyz}, issn={0896-3207}"
)


@pytest.fixture
def library(database):
    return Library(database)


@pytest.fixture
def desk_doctor(database, library):
    return Doctor(library, Retractions(database))


def findings(fields, kind="article", year=2026):
    (entry,) = bib.parse(f"@{kind}{{k, {fields}}}").entries
    return {
        (item.code.removeprefix("scholar.doctor_"), item.field): item
        for item in doctor.check(doctor.patient_of(entry), year)
    }


def codes(fields, kind="article"):
    return {code for code, _field in findings(fields, kind)}


def test_a_sound_entry_is_left_alone():
    assert findings(GOOD) == {}


@pytest.mark.parametrize(
    ("fields", "kind", "expected"),
    [
        ("author={Kim, A}, title={T}, year=2020", "article", {("missing", "journal")}),
        ("title={T}, publisher={P}", "book", {("missing", "author"), ("missing", "year")}),
        ("author={K, A}, title={T}, school={S}, date={2001}", "phdthesis", set()),
        ("author={K, A}, title={T}, booktitle={B}, year=2001", "conference", set()),
        ("title={T}, url={https://a.example/b}", "online", set()),
        ("title={T}", "artcle", {("type_typo", "")}),
        ("title={T}", "zzz", {("type_odd", "")}),
        ("title={T}, note={}", "misc", {("empty", "note")}),
        (
            "title={T}, volmue={x}, anote={x}, other-year={2001}",
            "misc",
            {("field_typo", "volmue"), ("conflict", "other-year")},
        ),
        (
            "title={T}, autor={Kim, A}, mendeley-tags={x}, fjournal={J}, journal={J}",
            "misc",
            {("field_typo", "autor")},
        ),
    ],
)
def test_fields(fields, kind, expected):
    assert set(findings(fields, kind)) == expected


@pytest.mark.parametrize(
    ("field", "value", "code", "mended"),
    [
        ("doi", "https://doi.org/10.1000/a_b", "doi_form", "10.1000/a_b"),
        ("doi", r"10.1000/a\_b.", "doi_form", "10.1000/a_b"),
        ("doi", "doi:10.1000/x(1)2", "doi_form", "10.1000/x(1)2"),
        ("doi", "1000/xyz", "doi", None),
        ("isbn", "978-0-306-40615-7", None, None),
        ("isbn", "0-201-13448-9; 978-0-201-13448-3 (paperback)", None, None),
        ("isbn", "978-0-306-40615-8", "isbn", None),
        ("issn", "0896-3208", "issn", None),
        ("issn", "1234-567X, 0896-3207", "issn", None),
        ("url", "http://a.example/x_y", None, None),
        ("url", r"\url{http://a.example/x\_y}", "url_form", "http://a.example/x_y"),
        ("url", "see the homepage", "url", None),
        ("pages", "12-20", "pages_form", "12--20"),
        ("pages", "pp. 12 – 20", "pages_form", "12--20"),
        ("pages", "1234--45", None, None),
        ("pages", "220--12", None, None),  # short for 220--212: caught below
        ("pages", "220--112", "pages_order", None),
        ("pages", "S12--S20", None, None),
        ("year", "2202", "year", None),
        ("year", "in press", "year_form", None),
        ("year", r"{\noopsort{1985a}}1985", None, None),
        ("month", "13", "month", None),
        ("month", "Jnue", "month", None),
        ("month", "jun", None, None),
        ("author", "Kim, A. et al.", "et_al", "Kim, A. and others"),
        ("author", "Kim, A.; Lee, B.", "semicolons", "Kim, A. and Lee, B."),
        ("author", "Kim, A., Lee, B., Park, C.", "commas", None),
        ("author", "{World Health Organization, Geneva, Unit 1, Room 2}", None, None),
    ],
)
def test_values(field, value, code, mended):
    kept = ", ".join(
        f"{name}={{{said}}}"
        for name, said in bib.fields_of(bib.parse(f"@article{{k,{GOOD}}}").entries[0]).items()
        if name != field
    )
    found = findings(f"{kept}, {field}={{{value}}}")
    if value == "220--12":
        assert {code_ for code_, _f in found} <= {"pages_order"}
        return
    assert {code_ for code_, _f in found} == ({code} if code else set())
    fix = found[code, field].fix if code else None
    assert (fix.value if fix else None) == mended


@pytest.mark.parametrize(
    ("title", "mended"),
    [
        ("A study of BERT and RNNs", "A study of {BERT} and {RNNs}"),
        (
            "mRNA, GPT-4, I/O and e-Science: ImageNet",
            "{mRNA}, {GPT-4}, {I/O} and {e-Science}: {ImageNet}",
        ),
        ("Bayesian Korean Block-Based Reading", "{Bayesian} {Korean} Block-Based Reading"),
        ("The {BERT} of $O(N)$ and {Korean} \\LaTeX", None),
        ("{Everything BERT is Kept}", None),
        ("Plain Title Case of Things", None),
        ("A {B}ERT half kept", "A {B}{ERT} half kept"),
        ("한국어 BERT의 성능", None),
    ],
)
def test_capitals_that_a_style_would_lose(title, mended):
    found = findings(GOOD.replace("A study of {BERT} in {Korean}", title))
    if title.startswith("한국어"):
        assert set(found) <= {("capitals", "title")}
        return
    assert (found["capitals", "title"].fix.value if found else None) == mended


def test_capitals_of_books_and_shouted_titles():
    assert codes("author={K, A}, title={BERT}, publisher={P}, year=2001", "book") == set()
    shouted = findings(GOOD.replace("A study of {BERT} in {Korean}", "ATTENTION IS ALL YOU NEED"))
    assert shouted["all_capitals", "title"].fix is None


@pytest.mark.parametrize(
    ("broken", "right"),
    [
        ("SchrÃ¶dinger", "Schrödinger"),
        ("FranÃ§ois", "François"),
        ("the modelâ€™s â€œbestâ€\x9d", "the model’s “best”"),
        ("ê¹€ì˜\x81í\x9d¬", "김영희"),
        ("Ærø and Ångström, naïve café", None),
        ("Ã la carte", None),
    ],
)
def test_letters_read_in_the_wrong_encoding(broken, right):
    found = findings(GOOD.replace("Things", broken)).get(("mojibake", "journal"))
    assert (found.fix.value if found else None) == right


def test_unspoiled_leaves_what_it_cannot_read():
    assert doctor_text.unspoiled("Ã") == "Ã"


@pytest.mark.parametrize(
    ("value", "code", "mended"),
    [
        ("Cats &amp; dogs", "entity", r"Cats \& dogs"),
        (r"Cats \&amp; dogs", "entity", r"Cats \& dogs"),
        ("caf&eacute;", "entity", "café"),
        ("Cats & dogs, 50%", "bare_sign", r"Cats \& dogs, 50\%"),
        ("a_b and $a_b$", "bare_sign", r"a\_b and $a_b$"),
        ("costs $5", "dollar", None),
        ("Fran?ois", "lost_letter", None),
        ("Fran\ufffdois", "lost_letter", None),
        ("cafe\u0301", "decomposed", "café"),
        (r"\url{http://a_b}", None, None),
    ],
)
def test_signs(value, code, mended):
    found = findings(GOOD.replace("Things", value))
    assert {code_ for code_, _field in found} == ({code} if code else set())
    fix = found[code, "journal"].fix if code else None
    assert (fix.value if fix else None) == mended


def look(desk_doctor, **more):
    return list(desk_doctor.run(CheckRequest(**more), CancelToken()))[-1]


def test_venues_and_keys_across_a_library(library, desk_doctor):
    library.add(
        bib.parse(
            "".join(
                f"@article{{k{n}, {GOOD.replace('Things', venue)}, note={{{n}}}}}\n"
                for n, venue in enumerate(
                    [
                        "Journal of Machine Learning Research",
                        "Journal of Machine Learning Research",
                        "The Journal of machine learning research",
                        "J. Mach. Learn. Res.",
                        "Computers and Chemistry",
                        "Computers in Chemistry",
                    ]
                )
            )
            + f"@article{{K1, {GOOD}, note={{other}}}}"
        ).entries
    )
    found = [(item.key, item.code, item.fix is not None) for item in look(desk_doctor).findings]
    assert sorted(found) == [
        ("K1", "scholar.doctor_key_case", False),
        ("k2", "scholar.doctor_venue", True),
        ("k3", "scholar.doctor_venue_short", False),
    ]


def test_a_file_is_checked_without_the_library(tmp_path, library, desk_doctor):
    path = tmp_path / "refs.bib"
    path.write_text(
        f"@article{{a, {GOOD}}}\n@article{{a, {GOOD.replace('2020', '2021')}}}\n"
        "@misc{b, title={x\n",
        "utf-8",
    )
    done = look(desk_doctor, source=path)
    assert (done.works, library.count()) == (2, 0)
    assert [(item.code, item.line) for item in done.findings] == [
        ("scholar.doctor_key_repeated", 2),
        ("scholar.entry_unreadable", 3),
    ]


def test_fixes_change_their_fields_only_and_are_taken_back(library, desk_doctor):
    raw = (
        '@Article{k,\n  AUTHOR = "Kim, A. et al.",\n  title = {A study of BERT} , % mine\n'
        "  journal=things # { &amp; more},\n  autor2 = {x}, yaer = 2020,\n  note = {},\n"
        "  Pages = {12-20}\n}"
    )
    library.add(bib.parse("@string{things = {Things}}\n" + raw).entries)
    done = look(desk_doctor)
    change = doctor.apply(library, done.findings)
    (entry,) = library.entries(library.ids())
    assert entry.raw == (
        "@Article{k,\n  AUTHOR = {Kim, A. and others},\n  title = {A study of {BERT}} , % mine\n"
        "  journal={Things \\& more},\n  autor2 = {x}, year = 2020,\n"
        "  Pages = {12--20}\n}"
    )
    assert (entry.work.authors, entry.work.year) == (("Kim, A.", "others"), "2020")
    assert not [item for item in look(desk_doctor).findings if item.fix]
    library.undo(change)
    assert library.entries(library.ids())[0].raw == raw


# --- retractions ---

LIST = """Record ID,Title,OriginalPaperDOI,RetractionNature,RetractionDate,Reason,RetractionDOI
1,"A, b",10.1000/XYZ,Retraction,3/14/2021 0:00,+Error in Data;+Plagiarism;,10.1000/r
2,B,10.1000/two,Expression of concern,1/2/2020 0:00,,
3,C,10.1000/three,Retraction,1/2/2019 0:00,,
4,C,10.1000/three,Reinstatement,2/2/2020 0:00,,
5,D,unavailable,Retraction,2/2/2023 0:00,,
"""


def test_retracted_works_by_a_dated_list(tmp_path, database, library, desk_doctor):
    library.add(
        bib.parse(
            f"@article{{a, {GOOD}}}"
            f"@article{{b, {GOOD.replace('xyz', 'two')}}}"
            f"@article{{c, {GOOD.replace('xyz', 'three')}}}"
        ).entries
    )
    assert look(desk_doctor).retractions is None
    path = tmp_path / "retractions.csv"
    path.write_text("\ufeff" + LIST, "utf-8")
    taken = Retractions(database).refresh(path)
    assert (taken.day, taken.count) == ("2021-03-14", 4)
    done = look(desk_doctor)
    assert done.retractions == taken
    gone, concern = done.findings
    assert (gone.key, gone.level, gone.code) == ("a", "error", "scholar.doctor_retracted")
    assert dict(gone.values)["reason"] == "Error in Data; Plagiarism"
    assert (concern.key, concern.code) == ("b", "scholar.doctor_concern")
    path.write_text("a,b\n1,2\n", "utf-8")
    with pytest.raises(UserError, match=r"scholar\.not_retractions"):
        Retractions(database).refresh(path)
    assert Retractions(database).current() == taken


# --- PDFs ---


def page(title, *rest):
    body = lines(40, 300, ["Words of the first section of this paper."] * 4)
    return pdf(text(40, 440, title, size=16) + "\n" + lines(40, 400, rest) + "\n" + body)


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (page("A Study of BERT in Korean", "Things, vol. 3, 2020", "doi:10.1000/xyz"), set()),
        (page("A Study of BERT in Korean"), set()),
        (page("Growing tomatoes on a balcony"), {"pdf_title"}),
        (page("A Study of BERT in Korean", "Published 12 May 2018"), {"pdf_year"}),
        (page("A Study of BERT in Korean", "https://doi.org/10.1000/other"), {"pdf_doi"}),
        (
            page("A Study of BERT in Korean", "Proceedings of the Annual Meeting of Cats"),
            {"pdf_venue"},
        ),
        (b"%PDF-1.7 broken", {"pdf_damaged"}),
        (pdf(""), {"pdf_scanned"}),
    ],
)
def test_an_entry_is_held_against_its_pdf(tmp_path, data, expected):
    (tmp_path / "a.pdf").write_bytes(data)
    path = tmp_path / "refs.bib"
    path.write_text(f"@article{{k, {GOOD}, file={{:a.pdf:PDF}}}}", "utf-8")
    (entry,) = bib.read_file(path).entries
    found = {item.code for item in doctor_pdf.check(doctor.patient_of(entry))}
    assert found == {f"scholar.doctor_{code}" for code in expected}


def test_a_doi_on_the_page_can_be_taken_over(tmp_path, library, desk_doctor):
    (tmp_path / "a.pdf").write_bytes(page("A Study of BERT in Korean", "doi:10.1000/new"))
    path = tmp_path / "refs.bib"
    path.write_text(
        f"@article{{k, {GOOD.replace('doi={10.1000/xyz}, ', '')}, file={{:a.pdf:PDF}}}}", "utf-8"
    )
    list(run(ImportRequest(path), library, CancelToken()))
    doctor.apply(library, look(desk_doctor).findings)
    assert library.list()[0].doi == "10.1000/new"
    assert look(desk_doctor).findings == ()
    (tmp_path / "a.pdf").unlink()
    assert [item.code for item in look(desk_doctor).findings] == ["scholar.doctor_pdf_gone"]
