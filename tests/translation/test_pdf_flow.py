from __future__ import annotations

import io

from docx import Document
from PIL import Image

from agents.store.segment_rows import StoredSegment
from agents.translation import pdf_flow
from tests.pages.pdf_files import image, lines, pdf, text

BODY = ["The cat sleeps on the old sofa in the living room all day", "long. It works."]
TWO = pdf(
    text(50, 450, "A title", size=18, font=1) + "\n" + lines(50, 400, BODY),
    lines(50, 400, ["<b>Nothing</b> & nobody translated this line of the second page."]),
)
SEGMENTS = [
    StoredSegment("page1:0.0", 0, "A title", "제목", "translated"),
    StoredSegment("page1:1.0", 1, "The cat …", "고양이가 잔다.", "translated"),
    StoredSegment("page1:1.1", 2, "It works.", "작동한다.", "translated"),
]


def test_every_paragraph_is_there_with_its_translation():
    found = pdf_flow.parts(TWO, SEGMENTS)
    assert [(part.page, part.level, part.text) for part in found] == [
        (0, 1, "제목"),
        (0, 0, "고양이가 잔다. 작동한다."),
        (1, 0, "<b>Nothing</b> & nobody translated this line of the second page."),
    ]


def test_html_is_escaped_and_has_headings():
    page = pdf_flow.as_html(pdf_flow.parts(TWO, SEGMENTS), "ko", "a & b").decode("utf-8")
    assert '<h1 dir="auto">제목</h1>' in page
    assert "&lt;b&gt;Nothing&lt;/b&gt; &amp; nobody" in page
    assert page.count("<hr>") == 1
    assert "<title>a &amp; b</title>" in page


def test_word_reads_the_docx():
    made = Document(io.BytesIO(pdf_flow.as_docx(pdf_flow.parts(TWO, SEGMENTS), "ko")))
    assert [(one.style.name, one.text) for one in made.paragraphs] == [
        ("Heading 1", "제목"),
        ("Normal", "고양이가 잔다. 작동한다."),
        ("Normal", "<b>Nothing</b> & nobody translated this line of the second page."),
    ]
    assert made.paragraphs[2].paragraph_format.page_break_before


def test_formulas_and_drawings_are_shown_as_they_were():
    drawn = pdf(lines(50, 400, BODY) + "\n" + image(60, 300, 90, 60) + "\n" + lines(50, 250, BODY))
    found = pdf_flow.parts(drawn, [])
    assert [bool(part.picture) for part in found] == [False, True, False]
    shown = found[1]
    assert (round(shown.size[0]), round(shown.size[1])) == (96, 66)  # with a margin of 3 points
    with Image.open(io.BytesIO(shown.picture)) as picture:
        assert 240 <= picture.width <= 242  # 2.5 pixels of a point
        assert picture.getpixel((120, 80)) == (128, 128, 128)
        assert picture.getpixel((2, 2)) == (255, 255, 255)
    page = pdf_flow.as_html(found, "ko", "a").decode("utf-8")
    assert page.count('<img alt="원문 1쪽의 수식이나 그림" width="128" src="data:image/png;') == 1
    made = Document(io.BytesIO(pdf_flow.as_docx(found, "en")))
    (inline,) = made.inline_shapes
    assert (round(inline.width.pt), round(inline.height.pt)) == (96, 66)
    (part,) = [one for one in made.part.package.iter_parts() if one.partname.endswith(".png")]
    assert part.blob == shown.picture
