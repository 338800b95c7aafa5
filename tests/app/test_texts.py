"""What office documents, tables and texts say to the chat."""

from __future__ import annotations

import csv
import io
import zipfile

import docx as python_docx
import pytest

from agents.base import CancelledError, CancelToken, UserError
from agents.chat.tools import outline
from agents.chat.tools.office import pptx, xlsx
from app import tables
from app.texts import SUFFIXES, FormatTexts
from tests.translation import hangul_files
from tests.translation.office_files import LAUGHS, OLE, zipped

ODS = (
    '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
    ' xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"'
    ' xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body>'
    '<office:spreadsheet><table:table table:name="매출"><table:table-row>'
    "<table:table-cell><text:p>연도</text:p></table:table-cell>"
    "<table:table-cell><text:p>금액</text:p></table:table-cell></table:table-row>"
    "<table:table-row><table:table-cell><text:p>2023</text:p></table:table-cell>"
    "<table:table-cell><text:p>1,250</text:p></table:table-cell>"
    '<table:table-cell table:number-columns-repeated="16000"/></table:table-row>'
    "</table:table></office:spreadsheet></office:body></office:document-content>"
)


def said(name, data):
    return [one.text for one in FormatTexts().read(data, name, CancelToken())]


def test_word_with_a_table():
    document = python_docx.Document()
    document.add_heading("제목", 1)
    document.add_paragraph("첫 문단입니다.")
    table = document.add_table(1, 2)
    table.cell(0, 0).text, table.cell(0, 1).text = "매출", "1,200"
    out = io.BytesIO()
    document.save(out)
    assert said("a.docx", out.getvalue()) == ["제목", "첫 문단입니다.", "매출", "1,200"]


def test_hangul_slides_web_pages_and_books_are_read():
    hwpx = hangul_files.document(
        hangul_files.paragraph(hangul_files.run(hangul_files.text("안녕")))
    )
    assert said("a.hwpx", hwpx) == ["안녕"]
    made = pptx.write(outline.of_text("# 발표\n## 첫째\n- 하나"))
    assert {"발표", "첫째", "하나"} <= set(said("a.pptx", made))
    page = "<html><body><h1>Title</h1><p>One.</p><script>no()</script></body></html>"
    assert said("a.html", page.encode()) == ["Title", "One."]


def test_a_workbook_is_read_with_its_numbers_and_the_names_of_its_columns():
    made = xlsx.write(outline.of_text("연도,매출\n2022,1000\n2023,1250.5"))
    assert said("a.xlsx", made)[1:] == [
        "연도 | 매출",
        "연도: 2022 | 매출: 1000",
        "연도: 2023 | 매출: 1250.5",
    ]
    assert said("a.ods", zipped({"content.xml": ODS})) == [
        "매출",
        "연도 | 금액",
        "연도: 2023 | 금액: 1,250",
    ]


def test_dates_of_a_workbook_are_dates():
    sheet = (
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        '<row r="1"><c r="A1" s="1"><v>45292</v></c><c r="C1"><v>0.30000000000000004</v></c></row>'
        "</sheetData></worksheet>"
    )
    data = xlsx.write(outline.of_text("a"))
    members = {name: zipfile.ZipFile(io.BytesIO(data)).read(name) for name in NAMES}
    styles = members["xl/styles.xml"].decode()
    members["xl/styles.xml"] = styles.replace('numFmtId="0" fontId="1"', 'numFmtId="14" fontId="1"')
    members["xl/worksheets/sheet1.xml"] = sheet
    assert said("a.xlsx", zipped(members))[1] == "2024-01-01 |  | 0.3"


NAMES = (
    "[Content_Types].xml",
    "_rels/.rels",
    "xl/workbook.xml",
    "xl/worksheets/sheet1.xml",
    "xl/styles.xml",
    "xl/_rels/workbook.xml.rels",
)


def test_tables_of_text_whatever_sets_their_cells_apart():
    assert said("a.csv", "이름;나이\n가;35\n".encode("cp949")) == [
        "이름 | 나이",
        "이름: 가 | 나이: 35",
    ]
    assert said("a.tsv", b"a\tb\n1\t2\n") == ["a | b", "a: 1 | b: 2"]


def test_a_cell_too_long_for_a_table_is_read_as_lines():
    assert "x" * (csv.field_size_limit() + 1) in "".join(
        said("a.csv", b"a,b\n1," + b"x" * (csv.field_size_limit() + 1))
    )


def test_code_keeps_its_indents():
    assert said("a.py", b"def f():\n    return 1\n") == ["def f():\n    return 1\n"]


def test_old_hangul_and_korean_encodings():
    assert said("a.txt", "한국어 문서입니다.".encode("cp949")) == ["한국어 문서입니다."]


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("a.docx", OLE + "EncryptedPackage".encode("utf-16-le"), "chat.file_locked"),
        ("a.xlsx", OLE + "EncryptedPackage".encode("utf-16-le"), "chat.file_locked"),
        ("a.xlsx", OLE, "chat.file_old"),
        ("a.hwp", OLE, "chat.file_old"),
        ("a.xlsx", b"PK\x03\x04", "chat.file_damaged"),
        ("a.xlsx", zipped({"other.xml": "<a/>"}), "chat.file_other"),
        ("a.ods", zipped({"content.xml": LAUGHS + "<a/>"}), "chat.file_damaged"),
        ("a.ods", zipped({"../content.xml": "<a/>"}), "chat.file_damaged"),
        ("a.csv", bytes(range(256)) * 8, "chat.file_unknown"),
    ],
)
def test_what_is_wrong_is_said_in_the_words_of_the_chat(name, data, code):
    with pytest.raises(UserError) as caught:
        said(name, data)
    assert caught.value.code == code


def test_an_endless_table_is_refused(monkeypatch):
    monkeypatch.setattr(tables, "MOST_CELLS", 3)
    with pytest.raises(UserError) as caught:
        said("a.ods", zipped({"content.xml": ODS}))
    assert caught.value.code == "chat.file_too_big"


def test_reading_can_be_cancelled():
    cancel = CancelToken()
    cancel.cancel()
    with pytest.raises(CancelledError):
        list(FormatTexts().read(b"x", "a.txt", cancel))


def test_every_kind_is_taken():
    texts = FormatTexts()
    assert all(texts.takes(f"a{ending}") for ending in (*SUFFIXES, ".doc", ".hwp"))
    assert not texts.takes("a.exe")
