from __future__ import annotations

import json

import pytest

from agents.base import Notice, UserError
from agents.pages import library
from agents.pages.reading import read
from agents.translation import work
from agents.translation.formats import open_document
from agents.translation.formats.pdf import PdfDocument
from agents.translation.pdf_sides import bilingual
from tests.pages.pdf_files import image, lines, pdf, text

ENGLISH = [
    "The cat sleeps on the old sofa in the living room all day",
    "long. The dog runs fast over the green field.",
]
KOREAN = {
    "The cat sleeps on the old sofa in the living room all day long.": (
        "고양이가 거실의 낡은 소파에서 하루 종일 잔다."
    ),
    "The dog runs fast over the green field.": "개가 푸른 들판을 빨리 달린다.",
}
DRAWING = "2 w 60 100 200 120 re S\n" + image(90, 120, 60, 60)


@pytest.fixture
def memory(tmp_path):
    path = tmp_path / "memory.jsonl"
    rows = [json.dumps({"en": en, "ko": ko}, ensure_ascii=False) for en, ko in KOREAN.items()]
    path.write_text("\n".join(rows), "utf-8")
    return path


def pictures(data: bytes) -> list[tuple[bytes, int, int]]:
    raw = library.pdfium()
    found = []
    with library.opened(data) as (document,):
        for number in range(raw.FPDF_GetPageCount(document)):
            with library.page_of(document, number) as page:
                found.append(library.picture(page, 1))
    return found


def differing(one: bytes, two: bytes, page: int = 0) -> list[tuple[int, int]]:
    """Pixels (x, y from below) of a page that two files do not share."""
    before, width, height = pictures(one)[page]
    after, *_ = pictures(two)[page]
    return [
        (at % width, height - 1 - at // width)
        for at, (a, b) in enumerate(zip(before, after, strict=True))
        if a != b
    ]


def translated(setup, data: bytes, memory, **more) -> bytes:
    one = setup()
    done = one.document(one.file("a.pdf", data), "ko", "memory", memory=memory, **more)
    assert not done.receipt.problems
    return done.output.read_bytes()


def test_hangul_stands_in_place_and_is_read_back(setup, memory):
    data = pdf(lines(50, 400, ENGLISH) + "\n" + DRAWING)
    made = translated(setup, data, memory)
    assert [passage.text for passage in read(made).passages] == [" ".join(KOREAN.values())]
    changed = differing(data, made)
    assert changed
    # Nothing outside of the paragraph is touched: neither drawing nor picture.
    assert all(48 <= x <= 400 and 375 <= y <= 412 for x, y in changed)


def test_identity_gives_back_the_bytes(setup):
    data = pdf(lines(50, 400, ENGLISH) + DRAWING, lines(50, 400, ENGLISH))
    one = setup()
    done = one.document(one.file("a.pdf", data), "ko", "identity")
    assert done.output.read_bytes() == data


def test_pseudo_keeps_pages_and_drawings(setup):
    data = pdf(DRAWING + "\n" + lines(50, 400, ENGLISH), DRAWING)
    one = setup()
    done = one.document(one.file("a.pdf", data), "ko", "pseudo")
    made = done.output.read_bytes()
    assert done.receipt.untranslated == 0
    assert len(pictures(made)) == 2
    assert pictures(made)[1] == pictures(data)[1]
    assert "Ţĥé" in read(made).passages[0].text


def test_bold_colour_and_size_are_kept(setup, memory):
    data = pdf(lines(50, 400, ENGLISH, font=1, colour="1 0 0 rg", size=12, step=14))
    letter = read(translated(setup, data, memory)).passages[0].blocks[0].lines[0].letters[0]
    assert letter.look.bold
    assert letter.look.colour == (255, 0, 0)
    assert 10 < letter.size <= 12


def test_what_is_too_long_gets_smaller_and_nothing_is_cut(tmp_path):
    data = pdf(text(50, 400, "Small.") + "\n" + text(50, 388, "Next thing", font=1))
    document = PdfDocument(data, "a.pdf", "ko")
    long = "아주 긴 번역문이 여기에 들어갑니다. " * 12
    made = write(document, {0: long.strip()})
    assert long.strip() in " ".join(passage.text for passage in read(made).passages)
    lowest = min(line.box.y0 for line in read(made).passages[0].blocks[0].lines)
    assert lowest >= 390 or any(note.code == "translation.pdf_small" for note in document.notices)


def write(document: PdfDocument, words: dict[int, str]) -> bytes:
    """The document with whole paragraphs replaced."""
    from dataclasses import replace

    from agents.translation.inline import cut

    targets = {}
    for number, paragraph in enumerate(document.paragraphs):
        (piece,) = [
            p for p in cut(paragraph.rich, [(0, len(paragraph.rich.text))]) if p.segment == 0
        ]
        rich = None
        if number in words:
            style = replace(piece.rich.styles[0], start=0, end=len(words[number]))
            rich = replace(piece.rich, text=words[number], marks=(), styles=(style,))
        targets[paragraph.id] = [(piece, rich)]
    return document.write(targets)


def test_a_letter_that_no_font_has_is_not_written():
    document = PdfDocument(pdf(lines(50, 400, ENGLISH)), "a.pdf", "ko")
    piece = None
    from agents.translation.inline import Rich

    assert document.fits("", piece, Rich("한글 – “αβ” ţ"))
    assert not document.fits("", piece, Rich("\U00012000"))


def test_two_paragraphs_in_one_object_are_written_together():
    both = "BT /F0 10 Tf 50 400 Td (One sentence stands here.        And another one.) Tj ET"
    document = PdfDocument(pdf(both), "a.pdf", "ko")
    made = write(document, {0: "여기 한 문장이 있다."})
    assert "여기 한 문장이 있다." in read(made).passages[0].text


def test_text_of_a_stamp_stays_and_is_named(setup):
    # Text inside of a form cannot be taken out: the form may be used on other pages as well.
    data = pdf(lines(50, 300, ENGLISH) + "\n/Im0 Do")
    form = (
        b"<< /Type /XObject /Subtype /Form /BBox [0 0 400 500] /Resources << /Font << /F0 4 0 R >>"
        b" >> /Length 62 >>\nstream\n"
        b"BT /F0 10 Tf 50 400 Td (Words that stand in a form object.) Tj ET "
        b"\nendstream"
    )
    start, end = data.index(b"<< /Type /XObject"), data.index(b"endstream") + len(b"endstream")
    data = data[:start] + form + data[end:]
    document = PdfDocument(data, "a.pdf", "ko")
    assert [paragraph.readable for paragraph in document.paragraphs] == [False, True]
    assert [note.code for note in document.notices] == ["translation.pdf_kept"]


def test_links_and_catalogue_stay(setup, memory):
    data = pdf(lines(50, 400, ENGLISH), extra={"PageMode": "/UseOutlines", "Lang": "(en)"})
    made = translated(setup, data, memory)
    assert b"UseOutlines" in made
    raw = library.pdfium()
    with library.opened(made) as (document,):
        import ctypes

        buffer = (ctypes.c_uint16 * 16)()
        raw.FPDFCatalog_GetLanguage(document, buffer, 32)
    assert "".join(map(chr, buffer)).rstrip("\0") == "ko-KR"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"not a pdf at all", "translation.not_pdf"),
        (b"%PDF-1.7\n" + b"\0" * 500, "translation.pdf_damaged"),
        (pdf(DRAWING), "translation.pdf_no_text"),
        (pdf(image(0, 0, 400, 500)), "translation.pdf_scanned_only"),
    ],
)
def test_what_cannot_be_translated_ends_in_a_sentence(data, code, tmp_path):
    path = tmp_path / "a.pdf"
    path.write_bytes(data)
    with pytest.raises(UserError) as caught:
        open_document(path, "ko")
    assert caught.value.code == code


def test_a_password_is_asked_for_in_a_sentence(tmp_path, monkeypatch):
    # An unknown security handler is what PDFium answers a wrong password with.
    data = pdf(lines(50, 400, ENGLISH)).replace(
        b"/Root 1 0 R >>",
        b"/Root 1 0 R /ID [<00112233445566778899aabbccddeeff> <00112233445566778899aabbccddeeff>]"
        b" /Encrypt << /Filter /Standard /V 1 /R 2 /P -4 /O <" + b"00" * 32 + b">"
        b" /U <" + b"11" * 32 + b"> >> >>",
    )
    path = tmp_path / "a.pdf"
    path.write_bytes(data)
    with pytest.raises(UserError) as caught:
        open_document(path, "ko")
    assert caught.value.code == "translation.encrypted"


def test_scanned_pages_stay_and_are_named(setup, memory):
    layer = image(0, 0, 400, 500) + "\n3 Tr\n" + lines(50, 400, ENGLISH)
    data = pdf(lines(50, 400, ENGLISH), layer)
    one = setup()
    events = one.events(request(one, data, memory))
    made = events[-1].output.read_bytes()
    assert pictures(made)[1] == pictures(data)[1]
    notices = [event for event in events if isinstance(event, Notice)]
    assert [note.code for note in notices] == ["translation.pdf_scanned_read"]
    assert dict(notices[0].values)["pages"] == "2"


def request(one, data, memory):
    from agents.translation.events import DocumentRequest

    return DocumentRequest(one.file("b.pdf", data), "ko", one.folder / "out", "memory", "", memory)


def test_segments_are_sentences(korean):
    document = PdfDocument(pdf(lines(50, 400, ENGLISH)), "a.pdf", "ko")
    _, units = work.read(document, korean)
    assert [unit.text for unit in units] == list(KOREAN)


def test_original_and_translation_face_each_other(setup, memory):
    data = pdf(lines(50, 400, ENGLISH), DRAWING + lines(50, 400, ENGLISH))
    made = translated(setup, data, memory)
    both = bilingual(data, made)
    one, two, three, four = pictures(both)
    assert (one, three) == tuple(pictures(data))
    assert (two, four) == tuple(pictures(made))
    with pytest.raises(UserError):
        bilingual(data, pdf("", "", ""))
