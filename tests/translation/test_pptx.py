"""Presentations: what is translated, and that nothing else moves."""
# ruff: noqa: E501 - XML is long

from __future__ import annotations

import re

import pytest

from agents.base import UserError
from agents.translation.formats import open_document
from agents.translation.formats.docx import DocxDocument
from agents.translation.formats.pptx import PptxDocument
from tests.translation import word_files
from tests.translation.office_files import (
    LAUGHS,
    OLE,
    XXE,
    changed,
    member,
    office,
    pseudo,
    rooted,
    segments,
    translate,
)

NAMES = (
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main" '
    'xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart" '
    'xmlns:dgm="http://schemas.openxmlformats.org/drawingml/2006/diagram" '
    'xmlns:dsp="http://schemas.microsoft.com/office/drawing/2008/diagram" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
)
OPEN = "application/vnd.openxmlformats-officedocument."
KINDS = {
    "ppt/presentation.xml": OPEN + "presentationml.presentation.main+xml",
    "ppt/slides/slide1.xml": OPEN + "presentationml.slide+xml",
    "ppt/slideLayouts/slideLayout1.xml": OPEN + "presentationml.slideLayout+xml",
    "ppt/notesSlides/notesSlide1.xml": OPEN + "presentationml.notesSlide+xml",
    "ppt/charts/chart1.xml": OPEN + "drawingml.chart+xml",
    "ppt/diagrams/data1.xml": OPEN + "drawingml.diagramData+xml",
    "ppt/diagrams/drawing1.xml": "application/vnd.ms-office.drawingml.diagramDrawing+xml",
    "ppt/comments/comment1.xml": OPEN + "presentationml.comments+xml",
}
SLIDE = "ppt/slides/slide1.xml"


def run(text: str, attributes: str = "", inside: str = "") -> str:
    return f'<a:r><a:rPr lang="en-US" {attributes}>{inside}</a:rPr><a:t>{text}</a:t></a:r>'


def paragraph(*content: str) -> str:
    return f'<a:p><a:pPr lvl="1"/>{"".join(content)}<a:endParaRPr lang="en-US" sz="900"/></a:p>'


def shape(*paragraphs: str) -> str:
    body = '<a:bodyPr><a:normAutofit fontScale="90000"/></a:bodyPr>'
    return f"<p:sp><p:txBody>{body}{''.join(paragraphs)}</p:txBody></p:sp>"


def presentation(slide: str, prolog: str = "", main: str = "", **parts: str) -> bytes:
    """A .pptx; `parts`: layout, notes, chart, data, drawing, comment -> what is in the root."""
    names = {
        "layout": ("ppt/slideLayouts/slideLayout1.xml", "p:sldLayout"),
        "notes": ("ppt/notesSlides/notesSlide1.xml", "p:notes"),
        "chart": ("ppt/charts/chart1.xml", "c:chartSpace"),
        "data": ("ppt/diagrams/data1.xml", "dgm:dataModel"),
        "drawing": ("ppt/diagrams/drawing1.xml", "dsp:drawing"),
        "comment": ("ppt/comments/comment1.xml", "p:cmLst"),
    }
    members: dict[str, str | bytes] = {
        "ppt/presentation.xml": f"<p:presentation {NAMES}/>",
        SLIDE: f"{prolog}<p:sld {NAMES}>{slide}</p:sld>",
        "ppt/media/image1.png": word_files.IMAGE,
        "ppt/vbaProject.bin": b"\0macro",
    }
    kinds = KINDS | ({"ppt/presentation.xml": main} if main else {})
    return office(kinds, members | rooted(parts, names, NAMES))


def opened(data: bytes, name: str = "x.pptx") -> PptxDocument:
    return PptxDocument(data, name, "ko")


def said(xml: str) -> list[str]:
    return [
        "".join(re.findall(r"<a:t>([^<]*)</a:t>", one))
        for one in re.findall(r"<a:p>.*?</a:p>", xml)
    ]


def test_bold_inside_a_sentence_and_the_frame_around_it():
    data = presentation(shape(paragraph(run("We use "), run("BERT", 'b="1"'), run(" today."))))
    assert segments(opened(data)) == ["We use BERT today."]
    out = member(translate(opened(data), {"We use BERT today.": "오늘 BERT를 사용한다."}), SLIDE)
    assert said(out) == ["오늘 BERT를 사용한다."]
    assert re.findall(r'<a:rPr[^>]* b="1"[^>]*/><a:t>([^<]*)', out) == ["BERT"]
    assert '<a:normAutofit fontScale="90000"/>' in out
    assert out.index("<a:pPr") < out.index("<a:r>") < out.index("<a:endParaRPr")
    assert 'lang="ko-KR"' in out


def test_runs_that_differ_in_nothing_seen_are_one():
    data = presentation(shape(paragraph(run("The ca", 'dirty="0"'), run("t sleeps.", 'err="1"'))))
    out = member(translate(opened(data), {"The cat sleeps.": "고양이가 잔다."}), SLIDE)
    assert out.count("<a:r>") == 1
    assert "err=" not in out


def test_tables_groups_notes_comments_and_their_fallbacks():
    table = f"<a:tbl><a:tr><a:tc><a:txBody>{paragraph(run('In a cell.'))}</a:txBody></a:tc></a:tr></a:tbl>"
    group = f"<p:grpSp><p:grpSp>{shape(paragraph(run('In a group.')))}</p:grpSp></p:grpSp>"
    both = shape(paragraph(run("Twice.")))
    twice = f'<mc:AlternateContent><mc:Choice Requires="a14">{both}</mc:Choice><mc:Fallback>{both}</mc:Fallback></mc:AlternateContent>'
    data = presentation(
        table + group + twice,
        notes=shape(paragraph(run("A note."))),
        comment="<p:cm><p:text>A remark.</p:text></p:cm>",
        layout=shape(paragraph(run("Click to edit."))),
    )
    assert segments(opened(data)) == [
        "In a cell.",
        "In a group.",
        "Twice.",
        "A note.",
        "A remark.",
    ]
    out = translate(
        opened(data),
        {
            "In a cell.": "칸 안.",
            "In a group.": "묶음 안.",
            "Twice.": "두 번.",
            "A note.": "쪽지.",
            "A remark.": "의견.",
        },
    )
    assert said(member(out, SLIDE)) == ["칸 안.", "묶음 안.", "두 번.", "두 번."]
    assert said(member(out, "ppt/notesSlides/notesSlide1.xml")) == ["쪽지."]
    assert "<p:text>의견.</p:text>" in member(out, "ppt/comments/comment1.xml")
    assert changed(data, out) == {
        SLIDE,
        "ppt/notesSlides/notesSlide1.xml",
        "ppt/comments/comment1.xml",
    }


def test_a_link_stays_on_its_words_whatever_is_bold_in_it():
    link = '<a:hlinkClick r:id="rId2"/>'
    data = presentation(
        shape(
            paragraph(
                run("See the "),
                run("full ", "", link),
                run("report", 'b="1"', link + "<a:extLst/>"),
                run(" for details."),
            )
        )
    )
    answers = {
        "See the full report for details.": "자세한 내용은 전체 보고서를 보십시오.",
        "full report": "전체 보고서",
    }
    out = member(translate(opened(data), answers), SLIDE)
    linked = re.findall(r"<a:rPr[^>]*><a:hlinkClick[^>]*/>.*?<a:t>([^<]*)", out)
    assert "".join(linked) == "전체 보고서"
    assert "hlinkClick" not in re.sub(r"<a:rPr[^>]*><a:hlinkClick.*?</a:r>", "", out)


def test_breaks_and_fields_stay():
    field = '<a:fld id="{1}" type="slidenum"><a:rPr lang="en-US"/><a:t>7</a:t></a:fld>'
    data = presentation(
        shape(paragraph(run("First line"), "<a:br/>", run("Slide "), field, run(" of many")))
    )
    assert segments(opened(data)) == ["First line", "Slide 7 of many"]
    out = member(
        translate(opened(data), {"First line": "첫 줄", "Slide 7 of many": "여럿 중 7 쪽"}), SLIDE
    )
    assert said(out) == ["첫 줄여럿 중 7 쪽"]
    assert out.index("첫 줄") < out.index("<a:br/>") < out.index("여럿 중")
    assert field in out


def test_the_text_of_charts_but_not_their_numbers():
    title = f"<c:title><c:tx><c:rich>{paragraph(run('Sales by year'))}</c:rich></c:tx></c:title>"
    names = '<c:cat><c:strRef><c:f>Sheet1!$A$2</c:f><c:strCache><c:pt idx="0"><c:v>North side</c:v></c:pt></c:strCache></c:strRef></c:cat>'
    values = '<c:val><c:numRef><c:numCache><c:pt idx="0"><c:v>4.5</c:v></c:pt></c:numCache></c:numRef></c:val>'
    data = presentation("", chart=title + names + values)
    assert segments(opened(data)) == ["Sales by year", "North side"]
    out = translate(opened(data), {"Sales by year": "연도별 매출", "North side": "북쪽"})
    xml = member(out, "ppt/charts/chart1.xml")
    assert "<c:v>북쪽</c:v>" in xml
    assert "<c:v>4.5</c:v>" in xml
    assert "<c:f>Sheet1!$A$2</c:f>" in xml
    assert said(xml) == ["연도별 매출"]


def test_a_diagram_and_its_picture_say_the_same():
    point = f"<dgm:pt><dgm:t>{paragraph(run('Plan'))}</dgm:t></dgm:pt>"
    small = paragraph(run("Plan", 'sz="1800"'))
    picture = f"<dsp:sp><dsp:txBody>{small}</dsp:txBody></dsp:sp>"
    data = presentation("", data=point, drawing=picture)
    assert segments(opened(data)) == ["Plan"]
    out = translate(opened(data), {"Plan": "계획"})
    assert said(member(out, "ppt/diagrams/data1.xml")) == ["계획"]
    drawing = member(out, "ppt/diagrams/drawing1.xml")
    assert said(drawing) == ["계획"]
    assert 'sz="1800"' in drawing


def test_charts_and_diagrams_in_word_documents():
    chart = (
        f"<c:chartSpace {NAMES}><c:title>{paragraph(run('Sales by year'))}</c:title></c:chartSpace>"
    )
    data = word_files.document(word_files.paragraph(word_files.run("Text.")))
    types = member(data, "[Content_Types].xml").replace(
        "</Types>",
        f'<Override PartName="/word/charts/chart1.xml" ContentType="{OPEN}drawingml.chart+xml"/></Types>',
    )
    data = word_files.document(
        word_files.paragraph(word_files.run("Text.")),
        more={"[Content_Types].xml": types.encode(), "word/charts/chart1.xml": chart.encode()},
    )
    word = DocxDocument(data, "x.docx", "ko")
    assert segments(word) == ["Text.", "Sales by year"]
    out = translate(word, {"Sales by year": "연도별 매출"})
    assert changed(data, out) == {"word/charts/chart1.xml"}


def test_identity_and_layout_preview():
    data = presentation(
        shape(paragraph(run("One. "), run("Two", 'i="1"'), run(" three."))),
        notes=shape(paragraph(run("See https://a.b/c now."))),
    )
    assert not changed(data, translate(opened(data), {}))
    made, wanted = pseudo(opened(data))
    assert [one.rich.text for one in opened(made).paragraphs] == wanted


def test_macros_are_carried_along_and_the_name_is_accepted(tmp_path):
    data = presentation(
        shape(paragraph(run("One."))),
        main="application/vnd.ms-powerpoint.presentation.macroEnabled.main+xml",
    )
    path = tmp_path / "x.pptm"
    path.write_bytes(data)
    document, _ = open_document(path, "ko")
    out = translate(document, {"One.": "하나."})
    assert changed(data, out) == {SLIDE}
    assert member(out, "ppt/vbaProject.bin") == "\0macro"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"no zip", "translation.wrong_ending"),
        (OLE, "translation.old_format"),
        (OLE + "EncryptedPackage".encode("utf-16-le"), "translation.encrypted"),
        (word_files.document(""), "translation.wrong_ending"),
        (presentation("<p:sp>"), "translation.damaged"),
        (presentation(shape(paragraph(run("&b;"))), LAUGHS), "translation.damaged"),
        (presentation(shape(paragraph(run("&b;"))), XXE), "translation.damaged"),
        (presentation("<a:p>" * 3000 + "</a:p>" * 3000), "translation.damaged"),
    ],
)
def test_broken_and_hostile_files_end_in_a_sentence(data, code):
    with pytest.raises(UserError) as caught:
        opened(data)
    assert caught.value.code == code


def test_alternative_texts_of_pictures_groups_and_charts():
    def named(tag: str, attributes: str) -> str:
        return f'<p:{tag}><p:cNvPr id="4" {attributes}/></p:{tag}>'

    data = presentation(
        named("nvPicPr", 'name="Picture 3" descr="A map of the city"')
        + named("nvGrpSpPr", 'name="Group 4" descr="Group 4" title="Steps of the plan"')
        + named("nvPicPr", 'name="Picture 5" descr="photo_01.png"')
        + named("nvPicPr", 'name="그림 6" descr="그림 7"'),
        layout=named("nvPicPr", 'name="Logo" descr="A house logo"'),
    )
    assert segments(opened(data)) == ["A map of the city", "Steps of the plan"]
    out = translate(
        opened(data), {"A map of the city": "도시 지도", "Steps of the plan": "계획의 단계"}
    )
    assert changed(data, out) == {SLIDE}
    assert 'name="Picture 3" descr="도시 지도"' in member(out, SLIDE)
    assert 'name="Group 4" descr="Group 4" title="계획의 단계"' in member(out, SLIDE)
