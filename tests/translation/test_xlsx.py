"""Workbooks: what is translated, and that nothing else moves."""
# ruff: noqa: E501 - XML is long

from __future__ import annotations

import re

import pytest

from agents.base import UserError
from agents.translation import memory, work
from agents.translation.formats.xlsx import XlsxDocument
from tests.translation import word_files
from tests.translation.office_files import (
    KOREAN,
    LAUGHS,
    OLE,
    changed,
    member,
    office,
    pseudo,
    rooted,
    segments,
    translate,
)

NAMES = (
    'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:xdr="http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing" '
    'xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart"'
)
OPEN = "application/vnd.openxmlformats-officedocument."
KINDS = {
    "xl/workbook.xml": OPEN + "spreadsheetml.sheet.main+xml",
    "xl/worksheets/sheet1.xml": OPEN + "spreadsheetml.worksheet+xml",
    "xl/sharedStrings.xml": OPEN + "spreadsheetml.sharedStrings+xml",
    "xl/comments1.xml": OPEN + "spreadsheetml.comments+xml",
    "xl/threadedComments/threadedComment1.xml": "application/vnd.ms-excel.threadedcomments+xml",
    "xl/tables/table1.xml": OPEN + "spreadsheetml.table+xml",
    "xl/charts/chart1.xml": OPEN + "drawingml.chart+xml",
    "xl/drawings/drawing1.xml": OPEN + "drawing+xml",
}
STRINGS = "xl/sharedStrings.xml"
SHEET = "xl/worksheets/sheet1.xml"


def workbook(strings: str, sheet: str = "", prolog: str = "", **parts: str) -> bytes:
    """An .xlsx; `parts`: comments, thread, table, chart, drawing -> what is in the root."""
    names = {
        "comments": ("xl/comments1.xml", "comments"),
        "thread": ("xl/threadedComments/threadedComment1.xml", "ThreadedComments"),
        "table": ("xl/tables/table1.xml", "table"),
        "chart": ("xl/charts/chart1.xml", "c:chartSpace"),
        "drawing": ("xl/drawings/drawing1.xml", "xdr:wsDr"),
    }
    members: dict[str, str | bytes] = {
        "xl/workbook.xml": f'<workbook {NAMES}><sheets><sheet name="Main page"/></sheets></workbook>',
        SHEET: f"<worksheet {NAMES}>{sheet}</worksheet>",
        STRINGS: f"{prolog}<sst {NAMES}>{strings}</sst>",
        "xl/calcChain.xml": "<calcChain/>",
    }
    return office(KINDS, members | rooted(parts, names, NAMES))


def opened(data: bytes, target="ko") -> XlsxDocument:
    return XlsxDocument(data, "x.xlsx", target)


def test_shared_strings_plain_and_with_runs():
    rich = "<si><r><t>We use </t></r><r><rPr><b/></rPr><t>BERT</t></r><r><t> today.</t></r></si>"
    data = workbook(f"<si><t>The cat sleeps.</t></si>{rich}<si><t>12.5</t></si>")
    out = translate(
        opened(data),
        {"The cat sleeps.": "고양이가 잔다.", "We use BERT today.": "오늘 BERT를 사용한다."},
    )
    xml = member(out, STRINGS)
    assert "<si><t>고양이가 잔다.</t></si>" in xml
    assert re.findall(r"<rPr><b/></rPr><t[^>]*>([^<]*)", xml) == ["BERT"]
    assert "".join(re.findall(r"<t[^>]*>([^<]*)", xml.split("</si>")[1])) == "오늘 BERT를 사용한다."
    assert changed(data, out) == {STRINGS}


def test_lines_in_a_cell_and_control_characters_keep_their_places():
    data = workbook('<si><t xml:space="preserve">First line_x000D_\nSecond line </t></si>')
    assert segments(opened(data)) == ["First line", "Second line"]
    out = member(
        translate(opened(data), {"First line": "첫 줄", "Second line": "둘째 줄"}), STRINGS
    )
    assert '<t xml:space="preserve">첫 줄_x000D_\n둘째 줄 </t>' in out


def test_readings_of_words_stay_behind_the_text_and_inside_its_length():
    reading = '<rPh sb="0" eb="15"><t>neko</t></rPh><phoneticPr fontId="1"/>'
    data = workbook(f"<si><t>The cat sleeps.</t>{reading}</si>")
    assert segments(opened(data)) == ["The cat sleeps."]
    out = member(translate(opened(data), {"The cat sleeps.": "잔다."}), STRINGS)
    assert '<t>잔다.</t><rPh sb="0" eb="3"><t>neko</t></rPh><phoneticPr fontId="1"/>' in out


def test_formulas_and_their_results_are_never_touched():
    cells = (
        '<c t="str"><f>A1&amp;" and more"</f><v>Words and more</v></c>'
        '<c t="inlineStr"><is><t>Written here.</t></is></c>'
    )
    data = workbook("", f"<sheetData>{cells}</sheetData>")
    assert segments(opened(data)) == ["Written here."]
    out = translate(opened(data), {"Written here.": "여기 쓴 글."})
    xml = member(out, SHEET)
    assert '<c t="str"><f>A1&amp;" and more"</f><v>Words and more</v></c>' in xml
    assert "<is><t>여기 쓴 글.</t></is>" in xml
    assert 'name="Main page"' in member(out, "xl/workbook.xml")


@pytest.mark.parametrize(
    "finder",
    [
        '<c><f>IF(A1="Finished",1,0)</f></c>',
        '<dataValidation><formula1>"Open,Finished"</formula1></dataValidation>',
        '<filters><filter val="Finished"/></filters>',
    ],
)
def test_texts_that_are_found_by_their_words_stay_and_are_reported(finder):
    data = workbook("<si><t>Finished</t></si><si><t>Free text</t></si>", finder)
    document = opened(data)
    assert [one.readable for one in document.paragraphs] == [False, True]
    units = work.read(document, KOREAN)[1]
    judge = work.Judge(document, "ko", KOREAN)
    made = list(work.without_model(units[:1], "pseudo", memory.NONE, judge, "ko"))
    assert [outcome.problems for _unit, outcome in made] == [("tag",)]


def test_headings_of_tables_stay_as_their_columns_are_called():
    column = '<tableColumns><tableColumn id="1" name="Sales_x000a_total"/></tableColumns>'
    data = workbook("<si><t>Sales\ntotal</t></si><si><t>Other words</t></si>", table=column)
    assert [one.readable for one in opened(data).paragraphs] == [False, True]


def test_comments_charts_and_shapes():
    drawn = "<a:p><a:r><a:t>{}</a:t></a:r></a:p>"
    data = workbook(
        "",
        comments="<commentList><comment><text><r><t>A remark.</t></r></text></comment></commentList>",
        thread="<threadedComment><text>An answer.</text></threadedComment>",
        chart=f"<c:title>{drawn.format('Sales by year')}</c:title>",
        drawing=f"<xdr:sp><xdr:txBody>{drawn.format('In a shape.')}</xdr:txBody></xdr:sp>",
    )
    assert sorted(segments(opened(data))) == [
        "A remark.",
        "An answer.",
        "In a shape.",
        "Sales by year",
    ]
    out = translate(
        opened(data),
        {
            "A remark.": "의견.",
            "An answer.": "답.",
            "In a shape.": "도형 안.",
            "Sales by year": "연도별 매출",
        },
    )
    assert "<r><t>의견.</t></r>" in member(out, "xl/comments1.xml")
    assert "<text>답.</text>" in member(out, "xl/threadedComments/threadedComment1.xml")
    assert "연도별 매출" in member(out, "xl/charts/chart1.xml")
    assert "도형 안." in member(out, "xl/drawings/drawing1.xml")


def test_identity_and_layout_preview():
    data = workbook(
        "<si><t>One cell.</t></si><si><r><t>Two </t></r><r><rPr><i/></rPr><t>runs.</t></r></si>"
    )
    assert not changed(data, translate(opened(data), {}))
    made, wanted = pseudo(opened(data))
    assert [one.rich.text for one in opened(made).paragraphs] == wanted


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"no zip", "translation.wrong_ending"),
        (OLE, "translation.old_format"),
        (OLE + "EncryptedPackage".encode("utf-16-le"), "translation.encrypted"),
        (word_files.document(""), "translation.wrong_ending"),
        (workbook("<si>"), "translation.damaged"),
        (workbook("<si><t>&b;</t></si>", prolog=LAUGHS), "translation.damaged"),
    ],
)
def test_broken_and_hostile_files_end_in_a_sentence(data, code):
    with pytest.raises(UserError) as caught:
        opened(data)
    assert caught.value.code == code


def test_alternative_texts_of_pictures_and_tables():
    column = (
        '<tableColumns><tableColumn id="1" name="Sales"/></tableColumns><extLst><ext>'
        '<x14:table xmlns:x14="http://schemas.microsoft.com/office/spreadsheetml/2009/9/main" '
        'altText="Sales of a year" altTextSummary="One row for each month."/></ext></extLst>'
    )
    picture = '<xdr:pic><xdr:nvPicPr><xdr:cNvPr id="2" name="Picture 1" descr="A red arrow"/></xdr:nvPicPr></xdr:pic>'
    data = workbook("<si><t>Sales</t></si>", table=column, drawing=picture)
    assert segments(opened(data)) == [
        "Sales",
        "Sales of a year",
        "One row for each month.",
        "A red arrow",
    ]
    out = translate(opened(data), {"Sales of a year": "한 해의 매출", "A red arrow": "빨간 화살표"})
    assert 'altText="한 해의 매출"' in member(out, "xl/tables/table1.xml")
    assert '<tableColumn id="1" name="Sales"/>' in member(out, "xl/tables/table1.xml")
    assert 'name="Picture 1" descr="빨간 화살표"' in member(out, "xl/drawings/drawing1.xml")
