"""Word documents: what is translated, and that nothing else moves."""
# ruff: noqa: E501 - XML is long

from __future__ import annotations

import io
import re
import zipfile

import pytest
from lxml import etree

from agents.translation.formats.docx import DocxDocument
from tests.translation import office_files, word_files
from tests.translation.word_files import document, field, paragraph, part, run


def translate(data: bytes, answers: dict[str, str], target="ko") -> bytes:
    return office_files.translate(DocxDocument(data, "x.docx", target), answers, target)


def segments(data: bytes) -> list[str]:
    return office_files.segments(DocxDocument(data, "x.docx", "ko"))


def words(xml: str) -> str:
    """The text of a part, runs joined, one line a paragraph."""
    root = etree.fromstring(xml.encode())
    tag = "{" + word_files.W + "}"
    return "\n".join("".join(t.text or "" for t in p.iter(tag + "t")) for p in root.iter(tag + "p"))


def test_a_sentence_split_over_runs_is_one_sentence():
    data = document(
        paragraph(run("The ca"), "<w:proofErr w:type='spellStart'/>", run("t sle"), run("eps."))
    )
    assert segments(data) == ["The cat sleeps."]
    out = part(translate(data, {"The cat sleeps.": "고양이가 잔다."}))
    assert words(out) == "고양이가 잔다."
    assert out.count("<w:t") == 1


def test_bold_words_are_bold_again_without_their_particle():
    data = document(paragraph(run("We use "), run("BERT", "<w:b/>"), run(" today.")))
    out = part(translate(data, {"We use BERT today.": "오늘 BERT를 사용한다."}))
    bold = re.search(r"<w:b/>.*?<w:t[^>]*>([^<]*)</w:t>", out)
    assert bold
    assert bold.group(1) == "BERT"
    assert words(out) == "오늘 BERT를 사용한다."


def test_differences_nobody_sees_make_no_border():
    lang = '<w:lang w:val="en-GB"/>'
    data = document(paragraph(run("The cat ", lang), run("sleeps.", "<w:noProof/>")))
    out = part(translate(data, {"The cat sleeps.": "고양이가 잔다."}))
    assert out.count("<w:r>") == 1


@pytest.mark.parametrize("kind", ["header", "footer", "footnotes", "endnotes", "comments"])
def test_every_part_is_translated(kind):
    inner = paragraph(run("The cat sleeps."))
    wrapped = {"footnotes": "footnote", "endnotes": "endnote", "comments": "comment"}.get(kind)
    inside = f'<w:{wrapped} w:id="2">{inner}</w:{wrapped}>' if wrapped else inner
    data = document(paragraph(run("One.")), {kind: inside})
    out = part(translate(data, {"The cat sleeps.": "고양이가 잔다."}), f"word/{kind}1.xml")
    assert words(out) == "고양이가 잔다."


def test_nested_tables_and_content_controls():
    cell = "<w:tc>{}</w:tc>"
    inner = f"<w:tbl><w:tr>{cell.format(paragraph(run('Inside.')))}</w:tr></w:tbl>"
    sdt = f"<w:sdt><w:sdtPr/><w:sdtContent>{paragraph(run('Block.'))}</w:sdtContent></w:sdt>"
    data = document(
        f"<w:tbl><w:tr>{cell.format(inner + paragraph(run('Outside.')))}</w:tr></w:tbl>{sdt}"
    )
    out = part(translate(data, {"Inside.": "안.", "Outside.": "밖.", "Block.": "덩어리."}))
    assert words(out) == "안.\n밖.\n덩어리."


def test_a_text_box_and_its_fallback_stay_equal():
    box = paragraph(run("In a box."))
    shape = (
        "<w:r><mc:AlternateContent>"
        f'<mc:Choice Requires="wps"><w:drawing><wps:txbx><w:txbxContent>{box}</w:txbxContent></wps:txbx></w:drawing></mc:Choice>'
        f"<mc:Fallback><w:pict><v:textbox><w:txbxContent>{box}</w:txbxContent></v:textbox></w:pict></mc:Fallback>"
        "</mc:AlternateContent></w:r>"
    )
    data = document(paragraph(run("Before "), shape, run("after it.")))
    assert segments(data) == ["Before after it.", "In a box."]  # the fallback is not counted twice
    out = part(translate(data, {"In a box.": "상자 안.", "Before after it.": "그 앞뒤로."}))
    assert out.count("상자 안.") == 2
    assert out.count("<mc:AlternateContent>") == 1


def test_footnote_marks_images_bookmarks_and_comments_survive_once():
    marks = (
        '<w:r><w:footnoteReference w:id="2"/></w:r>',
        "<w:r><w:drawing><a/></w:drawing></w:r>",
        '<w:bookmarkStart w:id="1" w:name="x"/>',
        '<w:bookmarkEnd w:id="1"/>',
        '<w:commentRangeStart w:id="0"/>',
        '<w:commentRangeEnd w:id="0"/>',
        '<w:r><w:commentReference w:id="0"/></w:r>',
    )
    content = [
        run("The cat"),
        marks[0],
        marks[2],
        run(" sleeps "),
        marks[3],
        marks[4],
        run("in the red house"),
        marks[5],
        marks[6],
        marks[1],
        run("."),
    ]
    data = document(paragraph(*content))
    out = part(translate(data, {"The cat sleeps in the red house.": "고양이는 빨간 집에서 잔다."}))
    for name in (
        "footnoteReference",
        "drawing>",
        "bookmarkStart",
        "bookmarkEnd",
        "commentRangeStart",
        "commentRangeEnd",
        "commentReference",
    ):
        assert len(re.findall(f"<w:{name}", out)) == 1, name
    assert out.index("bookmarkStart") < out.index("bookmarkEnd")
    assert out.index("commentRangeStart") < out.index("commentRangeEnd")
    assert words(out) == "고양이는 빨간 집에서 잔다."


def test_a_link_keeps_its_target_and_finds_its_words():
    link = f'<w:hyperlink r:id="rId7">{run("full report", "<w:u/>")}</w:hyperlink>'
    data = document(paragraph(run("See the "), link, run(" for details.")))
    answers = {
        "See the full report for details.": "자세한 내용은 전체 보고서를 보십시오.",
        "full report": "전체 보고서",
    }
    out = part(translate(data, answers))
    inside = re.search(r'<w:hyperlink r:id="rId7">(.*?)</w:hyperlink>', out)
    assert inside
    assert re.sub("<[^>]+>", "", inside.group(1)) == "전체 보고서"


@pytest.mark.parametrize("simple", [False, True])
def test_the_result_of_a_link_field_is_translated_its_code_is_not(simple):
    code = 'HYPERLINK "http://a.b/cats"'
    content = (
        f"<w:fldSimple w:instr='{code}'>{run('The cat')}</w:fldSimple>"
        if simple
        else field(code, run("The cat"))
    )
    data = document(paragraph(content, run(" sleeps.")))
    out = part(translate(data, {"The cat sleeps.": "고양이가 잔다.", "The cat": "고양이"}))
    assert "http://a.b/cats" in out
    assert words(out) == "고양이가 잔다."


@pytest.mark.parametrize(
    "code", ["PAGE", "ADDIN ZOTERO_ITEM CSL_CITATION {}", "DATE", "MERGEFIELD Name"]
)
def test_results_that_are_computed_stay_letter_for_letter(code):
    data = document(
        paragraph(run("See "), field(code, run("(Kim et al., 2020)")), run(" for cats."))
    )
    out = part(
        translate(data, {"See (Kim et al., 2020) for cats.": "고양이는 (김 외, 2020)을 보라."})
    )
    assert "(Kim et al., 2020)" in words(out)
    assert "김 외" not in words(out)
    kinds = re.findall(r'fldCharType="(\w+)"', out)
    assert kinds == ["begin", "separate", "end"]


def test_a_field_over_several_paragraphs_keeps_its_ends():
    begin = '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>TOC \\o</w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r>'
    end = '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    data = document(
        paragraph(begin, run("First part"), "<w:r><w:tab/></w:r>", run("1"))
        + paragraph(run("Second part"), end)
    )
    out = part(translate(data, {"First part": "첫 부분", "Second part": "둘째 부분"}))
    assert re.findall(r'fldCharType="(\w+)"', out) == ["begin", "separate", "end"]
    assert (
        out.index("separate")
        < out.index("첫 부분")
        < out.index("<w:tab/>")
        < out.index("둘째")
        < out.index('"end"')
    )


def test_tracked_changes():
    new = f'<w:ins w:id="1" w:author="A">{run("black ")}</w:ins>'
    old = '<w:del w:id="2" w:author="A"><w:r><w:delText>white </w:delText></w:r></w:del>'
    data = document(paragraph(run("The "), new, old, run("cat sleeps.")))
    assert segments(data) == ["The black cat sleeps."]
    out = part(translate(data, {"The black cat sleeps.": "검은 고양이가 잔다.", "black": "검은"}))
    assert "white " in out
    assert out.count("<w:del ") == 1
    inserted = re.search(r"<w:ins [^>]*>(.*?)</w:ins>", out)
    assert inserted
    assert re.sub("<[^>]+>", "", inserted.group(1)) == "검은"


def test_tabs_and_breaks_stay_between_their_sentences():
    data = document(
        paragraph(
            run("Name"),
            "<w:r><w:tab/></w:r>",
            run("The cat."),
            '<w:r><w:br w:type="page"/></w:r>',
            run("End."),
        )
    )
    out = part(translate(data, {"Name": "이름", "The cat.": "고양이.", "End.": "끝."}))
    assert (
        re.sub(r"<(?!w:tab|w:br)[^>]+>", "", out.split("<w:body>")[1])
        == '이름<w:tab/>고양이.<w:br w:type="page"/>끝.'
    )


def test_content_controls_with_a_choice_stay_as_they_are():
    free = f"<w:sdt><w:sdtPr/><w:sdtContent>{run('cat')}</w:sdtContent></w:sdt>"
    choice = f"<w:sdt><w:sdtPr><w:dropDownList/></w:sdtPr><w:sdtContent>{run('Yes')}</w:sdtContent></w:sdt>"
    data = document(paragraph(run("A "), free, run(" says "), choice, run(".")))
    out = part(translate(data, {"A cat says Yes.": "고양이가 Yes 한다.", "cat": "고양이"}))
    assert words(out) == "고양이가 Yes 한다."
    assert out.count("<w:sdt>") == 2
    assert "dropDownList" in out.split("Yes")[0]


def test_formulas_are_never_lost():
    formula = "<m:oMath><m:r><m:t>x+1</m:t></m:r></m:oMath>"
    data = document(paragraph(run("Here "), formula, run(" is small.")))
    assert segments(data) == ["Here x+1 is small."]
    out = part(translate(data, {"Here x+1 is small.": "여기서 x+1은 작다."}))
    assert out.count("<m:oMath>") == 1
    assert out.count("x+1") == 1


def test_korean_runs_name_their_language_and_font_hint_in_the_right_order():
    data = document(
        paragraph(run("The cat.", '<w:rStyle w:val="A"/><w:b/><w:vertAlign w:val="superscript"/>'))
    )
    out = part(translate(data, {"The cat.": "고양이."}))
    assert 'w:eastAsia="ko-KR"' in out
    inner = re.search(r"<w:rPr>(.*?)</w:rPr>", out)
    assert inner
    assert re.findall(r"<w:(\w+)", inner.group(1)) == ["rStyle", "rFonts", "b", "vertAlign", "lang"]


def test_words_with_a_reading_above_stay_in_their_sentence():
    def part_of_ruby(name: str, words: str) -> str:
        return f"<w:{name}>{run(words)}</w:{name}>"

    ruby = f"<w:r><w:ruby><w:rubyPr/>{part_of_ruby('rt', 'han')}{part_of_ruby('rubyBase', '韓')}</w:ruby></w:r>"
    data = document(paragraph(run("The sign "), ruby, run(" is old.")))
    assert segments(data) == ["The sign 韓 is old."]
    out = part(translate(data, {"The sign 韓 is old.": "글자 韓은 오래되었다."}))
    assert out.count("<w:ruby>") == 1
    assert words(out).startswith("글자 ")
    assert re.search("글자 .*<w:ruby>.*han.*韓.*</w:ruby>.*은 오래되었다", out)


def test_numbers_of_lists_and_macros_are_not_touched():
    number = '<w:numPr><w:ilvl w:val="1"/><w:numId w:val="4"/></w:numPr>'
    kind = "application/vnd.ms-word.document.macroEnabled.main+xml"
    types = part(document(""), "[Content_Types].xml").replace(word_files.MAIN, kind)
    data = document(
        paragraph(run("The cat."), properties=number),
        more={
            "word/numbering.xml": b"<numbering/>",
            "word/vbaProject.bin": b"macro",
            "[Content_Types].xml": types.encode(),
        },
    )
    out = translate(data, {"The cat.": "고양이."})
    assert number in part(out)
    assert office_files.changed(data, out) == {"word/document.xml"}


def test_white_space_at_the_ends_is_kept():
    data = document(paragraph(run("  The cat.  The dog. ")))
    out = part(translate(data, {"The cat.": "고양이.", "The dog.": "개."}))
    assert words(out) == "  고양이.  개. "
    assert 'xml:space="preserve"' in out


def test_other_members_are_the_same_bytes_in_the_same_order():
    data = document(
        paragraph(run("The cat.")), more={"custom/item1.xml": b"<broken", "z.bin": b"\0\1"}
    )
    out = translate(data, {"The cat.": "고양이."})
    before, after = zipfile.ZipFile(io.BytesIO(data)), zipfile.ZipFile(io.BytesIO(out))
    assert before.namelist() == after.namelist()
    for name in before.namelist():
        if name != "word/document.xml":
            assert before.read(name) == after.read(name)
            assert before.getinfo(name).date_time == after.getinfo(name).date_time
    assert after.testzip() is None


def test_identity_writes_every_part_as_it_was():
    data = document(
        paragraph(run("The cat."), run("Bold.", "<w:b/>")), {"header": paragraph(run("Head."))}
    )
    out = translate(data, {})
    for name in zipfile.ZipFile(io.BytesIO(data)).namelist():
        assert part(data, name) == part(out, name) if name.endswith(("xml", "rels")) else True


def test_word_text_in_strict_documents_is_found():
    strict = "http://purl.oclc.org/ooxml/wordprocessingml/main"
    data = document(paragraph(run("The cat.")))
    xml = part(data).replace(word_files.W, strict)
    data = document("", more={"word/document.xml": xml.encode()})
    assert segments(data) == ["The cat."]


def test_alternative_texts_are_translated_and_given_names_are_not():
    wp = 'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"'
    pic = 'xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture"'
    drawing = (
        f'<w:r><w:drawing {wp} {pic}><wp:inline><wp:docPr id="1" name="Picture 1" '
        'descr="The cat sleeps." title="Two&#10;lines"/>'
        '<pic:cNvPr id="2" name="cat" descr="C:\\my photos\\cat 1.jpg"/></wp:inline></w:drawing></w:r>'
    )
    table = (
        '<w:tbl><w:tblPr><w:tblCaption w:val="Table 1"/><w:tblDescription w:val="It works."/>'
        f"</w:tblPr><w:tr><w:tc>{paragraph(run('Cell.'))}</w:tc></w:tr></w:tbl>"
    )
    shape = '<w:r><w:pict><v:shape id="s1" alt="An old drawing"/></w:pict></w:r>'
    data = document(paragraph(run("See this."), drawing, shape) + table)
    document_ = DocxDocument(data, "x.docx", "ko")
    assert [one.id for one in document_.paragraphs][:3] == [
        "document:0",
        "document:1",
        "document:alt0",
    ]
    assert segments(data) == [
        "See this.", "Cell.", "The cat sleeps.", "Two", "lines", "An old drawing", "It works."
    ]  # fmt: skip
    out = translate(
        data,
        {
            "See this.": "이것을 보라.",
            "The cat sleeps.": '고양이가 "잔다".',
            "lines": "줄",
            "An old drawing": "옛 그림",
            "It works.": "작동한다.",
        },
    )
    assert 'name="Picture 1" descr="고양이가 &quot;잔다&quot;." title="Two&#10;줄"' in part(out)
    assert 'descr="C:\\my photos\\cat 1.jpg"' in part(out)
    assert 'w:tblCaption w:val="Table 1"' in part(out)
    assert 'w:tblDescription w:val="작동한다."' in part(out)
    assert 'alt="옛 그림"' in part(out)
