"""Word documents: whatever stands in a paragraph and whatever is written, nothing is lost."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import docx
from docx.shared import Pt
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from agents.translation import inline, work
from agents.translation.formats.docx import DocxDocument
from agents.translation.formats.docx_write import ParagraphWriter
from tests.translation import word_files
from tests.translation.office_files import KOREAN
from tests.translation.word_files import document, field, paragraph, part, run

if TYPE_CHECKING:
    from agents.translation.inline import Rich
from tests.translation.test_docx import translate


def python_docx() -> bytes:
    made = docx.Document()
    made.add_heading("A report", 1)
    text = made.add_paragraph("The cat sleeps. ")
    text.add_run("The dog").bold = True
    text.add_run(" runs ").font.size = Pt(20)
    text.add_run("fast.").italic = True
    table = made.add_table(2, 2)
    table.cell(0, 0).text = "Name"
    table.cell(1, 1).text = "12.5"
    made.sections[0].header.paragraphs[0].text = "Head line"
    made.add_paragraph("First item", style="List Bullet")
    made.add_page_break()
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def test_a_document_of_another_program_opens_there_again():
    answers = {
        "A report": "보고서",
        "The cat sleeps.": "고양이가 잔다.",
        "The dog runs fast.": "개가 빨리 달린다.",
        "Name": "이름",
        "Head line": "머리말",
        "First item": "첫 항목",
        "The dog": "개",
        "fast.": "빨리",
    }
    out = docx.Document(io.BytesIO(translate(python_docx(), answers)))
    assert [p.text for p in out.paragraphs][:3] == [
        "보고서",
        "고양이가 잔다. 개가 빨리 달린다.",
        "첫 항목",
    ]
    assert out.tables[0].cell(0, 0).text == "이름"
    assert out.tables[0].cell(1, 1).text == "12.5"
    assert out.sections[0].header.paragraphs[0].text == "머리말"
    runs = {r.text.strip(): r for p in out.paragraphs for r in p.runs}
    assert any(r.bold and r.text.startswith("개") for r in runs.values())
    assert runs["빨리"].italic
    assert runs["달린다"].font.size == Pt(20)


inlines = st.lists(
    st.one_of(
        st.text(alphabet="ab .고양", min_size=1, max_size=8).map(run),
        st.text(alphabet="ab. ", min_size=1, max_size=6).map(lambda t: run(t, "<w:b/>")),
        st.sampled_from(
            [
                "<w:r><w:tab/></w:r>",
                '<w:r><w:br w:type="page"/></w:r>',
                '<w:r><w:footnoteReference w:id="1"/></w:r>',
                "<w:r><w:noBreakHyphen/></w:r>",
                '<w:bookmarkStart w:id="1" w:name="n"/>',
                '<w:bookmarkEnd w:id="1"/>',
                '<w:del w:id="1"><w:r><w:delText>x</w:delText></w:r></w:del>',
                "<w:hyperlink w:anchor='n'>" + run("link. Two") + "</w:hyperlink>",
                "<w:ins w:id='3'>"
                + run("new")
                + "<w:hyperlink>"
                + run("er")
                + "</w:hyperlink></w:ins>",
                field("HYPERLINK x", run("field", "<w:i/>")),
                field("PAGE", run("3")),
                field("TOC", ""),
                "<w:sdt><w:sdtPr/><w:sdtContent>" + run("sdt") + "</w:sdtContent></w:sdt>",
            ]
        ),
    ),
    max_size=8,
)


def flat(element) -> list[tuple[str, str]]:
    """Everything of a paragraph in order, however its text is divided into runs."""
    found: list[tuple[str, str]] = []
    for event, node in etree.iterwalk(element, events=("start", "end")):
        name = etree.QName(node).localname
        if name == "t" and event == "start":
            bold = node.getparent().find("{*}rPr/{*}b") is not None
            found += [(letter, str(bold)) for letter in node.text or ""]
        elif name not in ("t", "r", "rPr", "b", "i", "rFonts", "lang", "p"):
            found.append((event + name, ""))
    return found


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(inlines)
def test_writing_a_paragraph_unchanged_gives_the_same_paragraph(content):
    data = document(paragraph(*content))
    opened = DocxDocument(data, "x.docx", "ko")
    before = etree.fromstring(part(data).encode())
    for one in opened.paragraphs:
        (held,) = opened._held[one.id]
        pieces, _units = work.read(opened, KOREAN)
        whole = inline.join([piece.rich for piece in pieces[one.id]], one.rich)
        assert whole.text == one.rich.text
        ParagraphWriter(held._word, "en").write(whole)
        tag = "{" + word_files.W + "}p"
        assert flat(held._word.element) == flat(before.find(".//" + tag))


SURVIVING = (
    "footnoteReference",
    "fldChar",
    "instrText",
    "hyperlink",
    "sdt",
    "bookmarkStart",
    "tab",
)


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(inlines, st.text(alphabet="고양이가 잔다.", min_size=1, max_size=12))
def test_whatever_is_written_nothing_is_lost(content, answer):
    data = document(paragraph(*content))
    opened = DocxDocument(data, "x.docx", "ko")
    judge = work.Judge(opened, "ko", KOREAN)
    pieces, units = work.read(opened, KOREAN)
    answer = work.clean(answer) or "잔다."
    known = {(u.paragraph.id, u.piece.segment): u for u in units}
    targets: dict[str, list[tuple[inline.Piece, Rich | None]]] = {
        name: [
            (
                piece,
                judge.place(known[name, piece.segment], answer, lambda _t: "")
                if piece.segment >= 0
                else None,
            )
            for piece in parts
        ]
        for name, parts in pieces.items()
    }
    before, after = (etree.fromstring(part(one).encode()) for one in (data, opened.write(targets)))
    for tag in SURVIVING:
        name = "{" + word_files.W + "}" + tag
        assert len(list(after.iter(name))) == len(list(before.iter(name)))
