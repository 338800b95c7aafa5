"""Hangul documents: what is translated, and that Hangul's rules are kept."""
# ruff: noqa: E501 - XML is long

from __future__ import annotations

import io
import re
import zipfile

import pytest

from agents.base import UserError
from agents.translation.formats import open_document
from agents.translation.formats.hwpx import HwpxDocument
from tests.translation import word_files
from tests.translation.hangul_files import (
    LINES,
    SECTION,
    broken_rules,
    document,
    paragraph,
    run,
    text,
)
from tests.translation.office_files import (
    LAUGHS,
    OLE,
    XXE,
    changed,
    member,
    pseudo,
    segments,
    translate,
)

PREVIEW = "Preview/PrvText.txt"


def opened(data: bytes) -> HwpxDocument:
    return HwpxDocument(data, "x.hwpx")


def after(data: bytes, answers: dict[str, str]) -> str:
    """The first section of the translation, of which all rules hold."""
    assert not broken_rules(data)
    out = translate(opened(data), answers, "en")
    assert not broken_rules(out)
    return member(out, SECTION)


def test_bold_inside_a_sentence():
    data = document(
        paragraph(run(text("오늘 ")), run(text("BERT"), look=1), run(text("를 사용한다.")))
    )
    assert segments(opened(data)) == ["오늘 BERT를 사용한다."]
    out = after(data, {"오늘 BERT를 사용한다.": "We use BERT today."})
    assert (
        '<hp:run charPrIDRef="0"><hp:t>We use </hp:t></hp:run><hp:run charPrIDRef="1"><hp:t>BERT</hp:t></hp:run>'
        '<hp:run charPrIDRef="0"><hp:t> today.</hp:t></hp:run></hp:p>'
    ) in out


def test_tabs_breaks_and_spaces_of_their_own_kind():
    data = document(
        paragraph(run(text('이름<hp:tab width="4000"/>제1조<hp:fwSpace/>목적<hp:lineBreak/>끝')))
    )
    assert segments(opened(data)) == ["이름", "제1조 목적", "끝"]
    out = after(data, {"이름": "Name", "제1조 목적": "Article 1 Purpose", "끝": "End"})
    assert '<hp:t>Name<hp:tab width="4000"/>Article 1 Purpose<hp:lineBreak/>End</hp:t>' in out


def test_tables_notes_headers_and_pictures_keep_their_runs():
    def listed(words: str) -> str:
        return f"<hp:subList>{paragraph(run(text(words)))}</hp:subList>"

    table = f'<hp:tbl rowCnt="1"><hp:tr><hp:tc>{listed("칸 안.")}</hp:tc></hp:tr></hp:tbl>'
    note = f"<hp:ctrl><hp:footNote>{listed('각주이다.')}</hp:footNote></hp:ctrl>"
    header = f"<hp:ctrl><hp:header>{listed('머리말')}</hp:header></hp:ctrl>"
    data = document(
        paragraph(run("<hp:secPr/>", header), run(text("고양이가"), note, text(" 잔다.")))
        + paragraph(run(table, text("")), run("<hp:pic/>"))
    )
    answers = {
        "고양이가 잔다.": "The cat sleeps.",
        "머리말": "Heading",
        "각주이다.": "This is a note.",
        "칸 안.": "In a cell.",
    }
    assert segments(opened(data)) == list(answers)
    out = after(data, answers)
    for tag in ("secPr/", "header>", "footNote>", 'tbl rowCnt="1"', "pic/"):
        assert out.count("<hp:" + tag) == 1, tag
    assert re.search(r"<hp:run[^>]*><hp:secPr/><hp:ctrl><hp:header>", out)
    assert [one for one in re.findall(r"<hp:t>([^<]*)", out) if one] == [
        "Heading",
        "The cat",
        "This is a note.",
        " sleeps.",
        "In a cell.",
    ]


def test_cached_lines_of_a_changed_section_are_dropped_and_of_others_kept():
    one, two = paragraph(run(text("하나."))) * 2, paragraph(run(text("둘.")))
    data = document(one, two)
    out = translate(opened(data), {"하나.": "One."}, "en")
    assert changed(data, out) == {SECTION, PREVIEW}
    assert "lineseg" not in member(out, SECTION)
    assert LINES in member(out, "Contents/section1.xml")


def test_links_stay_on_their_words_and_computed_fields_as_they_are():
    def field(kind: str, words: str) -> tuple[str, str, str]:
        begin = f'<hp:ctrl><hp:fieldBegin id="9" type="{kind}"/></hp:ctrl>'
        return begin, text(words), '<hp:ctrl><hp:fieldEnd beginIDRef="9"/></hp:ctrl>'

    data = document(
        paragraph(run(text("자세한 내용은 "), *field("HYPERLINK", "보고서"), text("를 보라.")))
        + paragraph(run(text("오늘은 "), *field("DATE", "3월 3일"), text("이다.")))
    )
    out = after(
        data,
        {
            "자세한 내용은 보고서를 보라.": "See the report for details.",
            "보고서": "the report",
            "오늘은 3월 3일이다.": "Today is 3월 3일 again.",
        },
    )
    inside = re.search(r'type="HYPERLINK"/></hp:ctrl>(.*?)<hp:ctrl><hp:fieldEnd', out)
    assert inside
    assert re.sub("<[^>]+>", "", inside.group(1)) == "the report"
    date = re.search(r'type="DATE"/></hp:ctrl>(.*?)<hp:ctrl><hp:fieldEnd', out)
    assert date
    assert re.sub("<[^>]+>", "", date.group(1)) == "3월 3일"


def test_deleted_text_stays_deleted_and_highlights_keep_their_ends():
    data = document(
        paragraph(
            run(
                text(
                    '검은 <hp:deleteBegin Id="1"/>흰 <hp:deleteEnd Id="1"/><hp:markpenBegin color="#FF0000"/>고양이<hp:markpenEnd/>가 잔다.'
                )
            )
        )
    )
    assert segments(opened(data)) == ["검은 고양이가 잔다."]
    out = after(data, {"검은 고양이가 잔다.": "The black cat sleeps."})
    assert '<hp:deleteBegin Id="1"/>흰 <hp:deleteEnd Id="1"/>' in out
    assert out.index("markpenBegin") < out.index("markpenEnd")
    assert re.sub("<[^>]+>", "", out).strip().replace("흰 ", "") == "The black cat sleeps."


def test_formulas_are_left_alone():
    formula = "<hp:equation><hp:script>x over y</hp:script></hp:equation>"
    data = document(paragraph(run(text("식 "), formula, text("은 작다."))))
    assert segments(opened(data)) == ["식 은 작다."]
    out = after(data, {"식 은 작다.": "The term is small."})
    assert out.count(formula) == 1


def test_identity_and_layout_preview():
    data = document(
        paragraph(run(text("오늘 ")), run(text("무척"), look=2), run(text(" 덥다."))),
        paragraph(run(text("둘째 구역."))),
    )
    assert not changed(data, translate(opened(data), {}))
    made, wanted = pseudo(opened(data), "en")
    assert [one.rich.text for one in opened(made).paragraphs] == wanted
    assert not broken_rules(made)


def test_the_old_format_is_named(tmp_path):
    path = tmp_path / "x.hwp"
    path.write_bytes(OLE)
    with pytest.raises(UserError) as caught:
        open_document(path, "en")
    assert caught.value.code == "translation.old_format"
    assert caught.value.values["ending"] == ".hwpx"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"no zip", "translation.wrong_ending"),
        (OLE, "translation.old_format"),
        (word_files.document(""), "translation.wrong_ending"),
        (document(paragraph(), mime="application/zip"), "translation.wrong_ending"),
        (document(), "translation.damaged"),
        (document(paragraph(), manifest="<odf:encryption-data/>"), "translation.encrypted"),
        (document("<hp:p>"), "translation.damaged"),
        (document(paragraph(run(text("&b;"))), prolog=LAUGHS), "translation.damaged"),
        (document(paragraph(run(text("&b;"))), prolog=XXE), "translation.damaged"),
    ],
)
def test_broken_and_hostile_files_end_in_a_sentence(data, code):
    with pytest.raises(UserError) as caught:
        opened(data)
    assert caught.value.code == code


def test_the_preview_says_what_the_translation_says():
    cell = "<hp:tc><hp:subList>{}</hp:subList></hp:tc>"
    table = "<hp:tbl><hp:tr>{}{}</hp:tr></hp:tbl>".format(
        cell.format(paragraph(run(text("이름")))),
        cell.format(paragraph(run(text("고양이"))) + paragraph(run(text("개")))),
    )
    first = paragraph(run(text('흰<hp:tab width="4"/>눈 <hp:deleteBegin/>검은 <hp:deleteEnd/>집')))
    long = paragraph(run(text("긴 글. " * 400)))
    data = document(first + paragraph(run(table)), paragraph(run(text("둘."))) + long)
    out = translate(opened(data), {"둘.": "Two.", "눈 집": "snow house", "고양이": "Cat"}, "en")
    assert not broken_rules(out)
    preview = member(out, PREVIEW)
    assert preview.startswith("흰 snow house\r\n<이름><Cat 개>\r\nTwo.\r\n긴 글.")
    assert len(preview) == 1022
    assert member(translate(opened(data), {}), PREVIEW) == "preview"


def test_a_preview_keeps_its_encoding_and_is_not_made_up():
    data = document(paragraph(run(text("둘."))), **{PREVIEW: "\ufeff둘.".encode("utf-16-le")})
    out = translate(opened(data), {"둘.": "Two."}, "en")
    with zipfile.ZipFile(io.BytesIO(out)) as package:
        assert package.read(PREVIEW).decode("utf-16") == "Two.\r\n"


def test_what_is_said_of_a_picture_is_translated_unless_hangul_has_said_it():
    def picture(words: str) -> str:
        return run(f"<hp:pic><hp:shapeComment>{words}</hp:shapeComment></hp:pic>")

    own = "그림입니다.\n원본 그림의 이름: cat.png\n원본 그림의 크기: 가로 100pixel"
    data = document(
        paragraph(picture(own), picture("사각형입니다."), picture("자는 고양이입니다. 흰색이다."))
    )
    assert segments(opened(data)) == ["자는 고양이입니다.", "흰색이다."]
    out = after(data, {"자는 고양이입니다.": "A sleeping cat.", "흰색이다.": "It is white."})
    assert "<hp:shapeComment>A sleeping cat. It is white.</hp:shapeComment>" in out
    assert own in out


def test_comments_of_programs_keep_their_places():
    data = document(paragraph(run(text("고양이가<!-- one --> 잔다."), "<!-- two -->")))
    out = after(data, {"고양이가 잔다.": "The cat sleeps."})
    assert out.count("<!-- one -->") == out.count("<!-- two -->") == 1
    assert re.sub("<[^>]*>", "", out).strip() == "The cat sleeps."
