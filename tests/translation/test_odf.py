"""OpenDocument files: what is translated, and that nothing else moves."""
# ruff: noqa: E501 - XML is long

from __future__ import annotations

import io
import re
import zipfile

import pytest

from agents.base import UserError
from agents.translation.formats.odf import OdfDocument
from tests.translation import word_files
from tests.translation.office_files import (
    LAUGHS,
    XXE,
    changed,
    member,
    pseudo,
    segments,
    translate,
    zipped,
)

NAMES = (
    " ".join(
        f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{long}:1.0"'
        for short, long in {
            "office": "office",
            "text": "text",
            "table": "table",
            "draw": "drawing",
            "style": "style",
            "presentation": "presentation",
            "svg": "svg-compatible",
        }.items()
    )
    + ' xmlns:xlink="http://www.w3.org/1999/xlink"'
)
MIME = "application/vnd.oasis.opendocument."


def document(body: str, kind: str = "text", styles: str = "", prolog: str = "", **more) -> bytes:
    """An OpenDocument file."""
    members = {
        "mimetype": MIME + kind,
        "content.xml": f"{prolog}<office:document-content {NAMES}><office:body>{body}</office:body></office:document-content>",
        "styles.xml": f"<office:document-styles {NAMES}>{styles}</office:document-styles>",
        "Pictures/1.png": word_files.IMAGE,
        "META-INF/manifest.xml": more.get("manifest", "<manifest/>"),
    }
    return zipped(members, stored=("mimetype",))


def opened(data: bytes, name: str = "x.odt") -> OdfDocument:
    return OdfDocument(data, name)


def body(data: bytes, name: str = "content.xml") -> str:
    return member(data, name).partition("<office:body>")[2].partition("</office:body>")[0]


def after(text: str, answers: dict[str, str]) -> str:
    return body(translate(opened(document(text)), answers))


def test_bold_inside_a_sentence():
    text = '<text:p text:style-name="P1">We use <text:span text:style-name="T1">BERT</text:span> today.</text:p>'
    out = after(text, {"We use BERT today.": "오늘 BERT를 사용한다."})
    assert out == (
        '<text:p text:style-name="P1">오늘 <text:span text:style-name="T1">BERT</text:span>를 사용한다.</text:p>'
    )


def test_spans_in_spans_keep_all_their_styles():
    text = '<text:p><text:span text:style-name="A">We <text:span text:style-name="B">use</text:span></text:span></text:p>'
    assert segments(opened(document(text))) == ["We use"]
    made, wanted = pseudo(opened(document(text)))
    assert [one.rich.text for one in opened(made).paragraphs] == wanted
    assert '<text:span text:style-name="A"><text:span text:style-name="B">ûšé' in body(made)


def test_white_space_is_read_and_written_as_the_format_says():
    text = '<text:p>\n  The   cat <text:s text:c="3"/>sleeps.<text:tab/>Now.<text:line-break/>End.</text:p>'
    document_ = opened(document(text))
    assert document_.paragraphs[0].rich.text == "The cat    sleeps.\tNow.\nEnd."
    out = after(text, {"The cat sleeps.": "고양이가 잔다.", "Now.": "지금.", "End.": "끝."})
    assert out == "<text:p>고양이가 잔다.<text:tab/>지금.<text:line-break/>끝.</text:p>"


def test_two_spaces_that_stay_are_spelt_out():
    text = "<text:p><text:s/>One.<text:s/> <text:s/>Two.</text:p>"
    out = after(text, {"One.": "하나."})
    assert opened(document(out)).paragraphs[0].rich.text == " 하나.   Two."


def test_links_fields_and_bookmarks():
    text = (
        '<text:p>See the <text:bookmark-start text:name="x"/><text:a xlink:href="http://a.b/"><text:span text:style-name="T">full report</text:span></text:a>'
        '<text:bookmark-end text:name="x"/> for details.</text:p>'
        "<text:p>Page <text:page-number>7</text:page-number> of many</text:p>"
    )
    out = after(
        text,
        {
            "See the full report for details.": "자세한 내용은 전체 보고서를 보십시오.",
            "full report": "전체 보고서",
            "Page 7 of many": "여럿 중 7 쪽",
        },
    )
    link = re.search(r'<text:a xlink:href="http://a.b/">(.*?)</text:a>', out)
    assert link
    assert link.group(1) == '<text:span text:style-name="T">전체 보고서</text:span>'
    assert out.index("bookmark-start") < out.index("bookmark-end")
    assert "여럿 중 <text:page-number>7</text:page-number> 쪽" in out


def test_notes_comments_tables_frames_and_their_alternative_texts():
    note = "<text:note><text:note-citation>1</text:note-citation><text:note-body><text:p>A note.</text:p></text:note-body></text:note>"
    remark = "<office:annotation><text:p>A remark.</text:p></office:annotation>"
    frame = "<draw:frame><draw:text-box><text:p>In a box.</text:p></draw:text-box><svg:title>A picture</svg:title></draw:frame>"
    table = "<table:table><table:table-row><table:table-cell><text:p>In a cell.</text:p></table:table-cell></table:table-row></table:table>"
    text = f"<text:h>Main{note} title</text:h><text:p>Body{remark}{frame} text.</text:p>{table}"
    answers = {
        "Main title": "큰 제목",
        "A note.": "각주.",
        "Body text.": "본문.",
        "A remark.": "의견.",
        "In a box.": "상자 안.",
        "A picture": "그림",
        "In a cell.": "칸 안.",
    }
    assert segments(opened(document(text))) == list(answers)
    out = after(text, answers)
    assert segments(opened(document(out))) == list(answers.values())
    assert "<text:note-citation>1</text:note-citation>" in out
    assert "<svg:title>그림</svg:title>" in out


def test_deleted_text_stays_deleted():
    old = "<text:tracked-changes><text:changed-region><text:deletion><text:p>Old words.</text:p></text:deletion></text:changed-region></text:tracked-changes>"
    text = f'{old}<text:p>The <text:change-start text:change-id="c"/>black<text:change-end text:change-id="c"/> cat.</text:p>'
    assert segments(opened(document(text))) == ["The black cat."]
    out = after(text, {"The black cat.": "검은 고양이."})
    assert old in out
    assert out.index("change-start") < out.index("change-end")


def test_headers_and_footers_but_not_the_samples_of_styles():
    styles = "<style:header><text:p>Head line</text:p></style:header><style:other><text:p>Sample</text:p></style:other>"
    data = document("<text:p>Body</text:p>", styles=styles)
    assert segments(opened(data)) == ["Body", "Head line"]
    out = translate(opened(data), {"Head line": "머리글"})
    assert "<style:header><text:p>머리글</text:p></style:header>" in member(out, "styles.xml")
    assert changed(data, out) == {"styles.xml"}


def test_sheets_keep_formulas_and_numbers():
    cells = (
        '<table:table-cell office:value-type="string"><text:p>Free text</text:p></table:table-cell>'
        '<table:table-cell office:value-type="string" table:formula="of:=[.A1]"><text:p>Computed words</text:p></table:table-cell>'
        '<table:table-cell office:value-type="date"><text:p>March 3</text:p></table:table-cell>'
    )
    data = document(cells, "spreadsheet")
    assert segments(opened(data, "x.ods")) == ["Free text"]


def test_slides_and_their_footers():
    text = "<presentation:footer-decl>Our firm</presentation:footer-decl><draw:page><draw:frame><draw:text-box><text:p>On a slide</text:p></draw:text-box></draw:frame></draw:page>"
    data = document(text, "presentation")
    assert segments(opened(data, "x.odp")) == ["Our firm", "On a slide"]


def test_the_container_stays_as_it_must_be():
    data = document("<text:p>One <text:span>two</text:span> three.</text:p>")
    assert not changed(data, translate(opened(data), {}))
    out = translate(opened(data), {"One two three.": "하나 둘 셋."})
    assert changed(data, out) == {"content.xml"}
    first = zipfile.ZipFile(io.BytesIO(out)).infolist()[0]
    assert (first.filename, first.compress_type) == ("mimetype", zipfile.ZIP_STORED)
    # Programs look for the kind of file at these bytes.
    assert out[30:].startswith(b"mimetype" + (MIME + "text").encode())


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"no zip", "translation.wrong_ending"),
        (document("", "spreadsheet"), "translation.wrong_ending"),
        (word_files.document(""), "translation.wrong_ending"),
        (document("", manifest="<m><manifest:encryption-data/></m>"), "translation.encrypted"),
        (document("<text:p>"), "translation.damaged"),
        (document("<text:p>&b;</text:p>", prolog=LAUGHS), "translation.damaged"),
        (document("<text:p>&b;</text:p>", prolog=XXE), "translation.damaged"),
        (document("<text:p>" + "x" * 11_000_000 + "</text:p>"), "translation.damaged"),
    ],
)
def test_broken_and_hostile_files_end_in_a_sentence(data, code):
    with pytest.raises(UserError) as caught:
        opened(data)
    assert caught.value.code == code


@pytest.mark.parametrize("count", ["999999999", "-1", "x"])
def test_a_senseless_number_of_spaces_is_carried_along(count):
    text = f'<text:p>The cat<text:s text:c="{count}"/> sleeps.</text:p>'
    assert segments(opened(document(text))) == ["The cat sleeps."]
    out = after(text, {"The cat sleeps.": "고양이가 잔다."})
    assert f'text:c="{count}"' in out


def test_an_old_file_says_what_it_is_in_its_manifest():
    manifest = (
        '<!DOCTYPE manifest:manifest PUBLIC "-//OpenOffice.org//DTD Manifest 1.0//EN" "Manifest.dtd">'
        '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
        '<manifest:file-entry manifest:media-type="{}" manifest:full-path="/"/>'
        "</manifest:manifest>"
    )
    inside = f"<office:document-content {NAMES}><office:body><text:p>One.</text:p></office:body></office:document-content>"
    members = {"META-INF/manifest.xml": manifest.format(MIME + "text"), "content.xml": inside}
    assert segments(opened(zipped(members))) == ["One."]
    with pytest.raises(UserError) as caught:
        opened(zipped(members), "x.ods")
    assert caught.value.code == "translation.wrong_ending"


def test_comments_of_programs_keep_their_places():
    text = "<text:p>The cat<!-- rdf --> <text:span>sleeps<?mark x?>.</text:span></text:p>"
    assert segments(opened(document(text))) == ["The cat sleeps."]
    out = after(text, {"The cat sleeps.": "고양이가 잔다."})
    assert out.count("<!-- rdf -->") == out.count("<?mark x?>") == 1
    assert "".join(re.sub("<[^>]*>", "", out)) == "고양이가 잔다."
