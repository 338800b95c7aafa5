from __future__ import annotations

import ctypes
import json
from dataclasses import replace

import pytest

from agents.base import CancelledError, CancelToken, Notice, Progress, UserError, drained
from agents.pages import library
from agents.pages.reading import read
from agents.pages.render import render_page
from agents.translation import work
from agents.translation.formats import opening, pdf_names, pdf_write
from agents.translation.formats.pdf import PdfDocument, opened
from agents.translation.formats.pdf_fonts import Fonts
from agents.translation.formats.pdf_frames import Surroundings
from agents.translation.inline import cut
from agents.translation.pdf_sides import bilingual
from agents.translation.review import Review
from tests.growth import TIMES, in_proportion
from tests.pages.pdf_files import (
    embedded,
    image,
    lines,
    pdf,
    text,
)

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
    document = opened(data, "a.pdf", "ko")
    long = "아주 긴 번역문이 여기에 들어갑니다. " * 12
    made = write(document, {0: long.strip()})
    assert long.strip() in " ".join(passage.text for passage in read(made).passages)
    lowest = min(line.box.y0 for line in read(made).passages[0].blocks[0].lines)
    assert lowest >= 390 or any(note.code == "translation.pdf_small" for note in document.notices)


def write(document: PdfDocument, words: dict[int, str]) -> bytes:
    """The document with whole paragraphs replaced."""
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
    document = opened(pdf(lines(50, 400, ENGLISH)), "a.pdf", "ko")
    piece = None
    from agents.translation.inline import Rich

    assert document.fits("", piece, Rich("한글 – “αβ” ţ"))
    assert not document.fits("", piece, Rich("\U00012000"))


def test_two_paragraphs_in_one_object_are_written_together():
    both = "BT /F0 10 Tf 50 400 Td (One sentence stands here.        And another one.) Tj ET"
    document = opened(pdf(both), "a.pdf", "ko")
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
    document = opened(data, "a.pdf", "ko")
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
    receipt = events[-1].receipt
    assert (receipt.segments, receipt.translated, receipt.untranslated) == (4, 2, 2)
    assert receipt.from_memory == 2
    assert [(one.segment[:6], one.kind) for one in receipt.problems] == [("page2:", "tag")] * 2
    assert [one.target for one in receipt.problems] == list(KOREAN.values())
    job = events[-1].job  # a person's own words for that page do not stand on it either
    row = one.store.segments(job)[-1]
    review = Review(one.models, one.store, one.agent._documents._korean)
    review.edit(job, row.segment, "강아지가 푸른 들판을 빨리 달린다.")
    row = one.store.segments(job)[-1]
    assert row.target == "강아지가 푸른 들판을 빨리 달린다."
    assert (row.state, row.problems) == ("translated", ("tag",))


@pytest.mark.parametrize("number", [2, 3])
def test_pages_nobody_could_read_keep_a_file_from_being_done(setup, memory, monkeypatch, number):
    monkeypatch.setenv("PATH", "")  # no Tesseract
    pages = [lines(50, 400, ENGLISH)] * (number - 1)
    data = pdf(*pages, image(0, 0, 400, 500))
    one = setup()
    receipt = one.events(request(one, data, memory))[-1].receipt
    assert receipt.untranslated == 1
    assert [(one.segment, one.kind, one.source) for one in receipt.problems] == [
        (f"page{number}.0", "tag", f"[page {number}]")
    ]


def request(one, data, memory):
    from agents.translation.events import DocumentRequest

    return DocumentRequest(one.file("b.pdf", data), "ko", one.folder / "out", "memory", "", memory)


def test_segments_are_sentences(korean):
    document = opened(pdf(lines(50, 400, ENGLISH)), "a.pdf", "ko")
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


def outlined(first: str = "(The dog runs fast over the green field.)", info: str = "") -> bytes:
    """One page, an outline of two levels, and a title."""
    return pdf(
        lines(50, 400, ENGLISH),
        extra={"Outlines": "90 0 R", "Metadata": "95 0 R"},
        objects={
            90: "<< /Type /Outlines /First 91 0 R /Last 92 0 R /Count 3 >>",
            91: f"<< /Title {first} /Parent 90 0 R /Next 92 0 R /First 93 0 R /Last 93 0 R"
            " /Count 1 /Dest [12 0 R /Fit] >>",
            92: "<< /Title <FEFF0031> /Parent 90 0 R /Prev 91 0 R /Dest [12 0 R /Fit] >>",
            93: "<< /Title (A child \\(one\\)) /Parent 91 0 R /Dest [12 0 R /Fit] >>",
            94: f"<< /Title ({info or 'The dog runs fast over the green field.'}) >>",
            95: "<< /Type /Metadata /Subtype /XML /Length 158 >>\nstream\n<x:xmpmeta><dc:title>"
            '<rdf:Alt><rdf:li xml:lang="x-default">The dog runs fast over the green field.'
            "</rdf:li></rdf:Alt></dc:title></x:xmpmeta>".ljust(138)
            + "\nendstream",
        },
        info=94,
    )


def shown_outline(data: bytes) -> list[str]:
    """The titles as a reader lists them, and the title of the file."""
    raw = library.pdfium()
    found: list[str] = []

    def text(call, *arguments) -> str:
        buffer = (ctypes.c_uint16 * 200)()
        size = call(*arguments, buffer, 400)
        return bytes(buffer)[: max(size - 2, 0)].decode("utf-16-le")

    with library.opened(data) as (document,):

        def walk(one) -> None:
            while one:
                found.append(text(raw.FPDFBookmark_GetTitle, one))
                assert raw.FPDFBookmark_GetDest(document, one)
                walk(raw.FPDFBookmark_GetFirstChild(document, one))
                one = raw.FPDFBookmark_GetNextSibling(document, one)

        walk(raw.FPDFBookmark_GetFirstChild(document, None))
        found.append(text(raw.FPDF_GetMetaText, document, b"Title"))
    return found


def test_bookmarks_and_title_are_translated(setup, memory):
    data = outlined()
    dog = "The dog runs fast over the green field."
    assert shown_outline(data) == [dog, "A child (one)", "1", dog]
    document = opened(data, "a.pdf", "ko")
    assert [one.id for one in document.paragraphs[-4:]] == [
        "title",
        "outline:0",
        "outline:1",
        "outline:2",
    ]
    one = setup()
    made = one.document(one.file("a.pdf", data), "ko", "memory", memory=memory).output.read_bytes()
    assert shown_outline(made) == [KOREAN[dog], "A child (one)", "1", KOREAN[dog]]
    assert f'<rdf:li xml:lang="x-default">{KOREAN[dog]}</rdf:li>'.encode() in made
    assert read(made).passages[0].text == " ".join(KOREAN.values())


def test_a_title_that_is_a_file_name_stays():
    document = opened(outlined(info="Microsoft Word - paper.docx"), "a.pdf", "ko")
    assert "title" not in [one.id for one in document.paragraphs]


def test_titles_alone_are_written_too():
    document = opened(outlined(), "a.pdf", "ko")
    number = next(i for i, one in enumerate(document.paragraphs) if one.id == "outline:1")
    made = write(document, {number: "둘째"})
    assert shown_outline(made)[1] == "둘째"
    assert pictures(made) == pictures(outlined())


def test_text_on_its_side_is_translated_on_its_side(setup, memory):
    side = text(30, 50, ENGLISH[0] + " long.", matrix="0 1 -1 0")
    data = pdf(side + "\n" + DRAWING)
    made = translated(setup, data, memory)
    passage = read(made).passages[0]
    assert passage.text == KOREAN["The cat sleeps on the old sofa in the living room all day long."]
    assert passage.blocks[0].turn == 1
    assert all(18 <= x <= 34 for x, _ in differing(data, made))


def test_a_formula_in_a_sentence_keeps_its_own_letters(setup):
    # `S` of the font Symbol is a sigma. It is no text object that is written, but the one it was.
    parts = [text(50, 400, "The sum is "), text(101, 400, "S", font=3)]
    row = "\n".join([*parts, text(110, 400, "of all values.")])
    data = pdf(row + "\n" + DRAWING)
    document = opened(data, "a.pdf", "ko")
    (paragraph,) = document.paragraphs
    assert paragraph.rich.text == "The sum is Σ of all values."
    pieces = cut(paragraph.rich, [(0, len(paragraph.rich.text))])
    (piece,) = [one for one in pieces if one.segment == 0]
    (mark,) = [one for one in piece.rich.marks if one.kind == "fixed"]
    words = "모든 값의 합은 Σ이다."
    at = words.index("Σ")
    style = replace(piece.rich.styles[0], start=0, end=len(words))
    rich = replace(
        piece.rich,
        text=words,
        marks=(replace(mark, start=at, end=at + 1),),
        styles=(style,),
    )
    after = read(document.write({paragraph.id: [(piece, rich)]})).passages[0]
    assert after.text == words
    sigma = next(letter for letter in after.sources if letter is not None and letter.text == "Σ")
    assert "Symbol" in sigma.look.font
    before = next(one for one in read(data).passages[0].sources if one and one.text == "Σ")
    assert sigma.box.x0 != pytest.approx(before.box.x0, abs=1)


def test_fonts_of_one_name_are_not_mixed_up():
    """PDFium writes a page with one font for all of one name: a formula would lose its signs."""
    fonts = Fonts()
    objects = embedded(fonts.subset("NanumGothic", "ab"), "ABCDEF+Twin", 90)
    objects |= embedded(fonts.subset("NanumGothic", "+"), "GHIJKL+Twin", 93)
    rows = [("A", 50, 400, "ab"), ("A", 50, 300, "ba"), ("B", 80, 300, "+")]
    page = "\n".join(f"BT /{font} 10 Tf {x} {y} Td ({words}) Tj ET" for font, x, y, words in rows)
    data = pdf(page, objects=objects, fonts={"A": 90, "B": 93})
    apart = pdf_names.apart(data, pdf_names.plain(data))
    taken = {0: frozenset({0})}
    assert drained(pdf_write.trying(data, apart.data, taken, CancelToken())) == {0}
    made = pdf_write.write(apart, taken, [], fonts, "ko")
    gone = differing(data, made)
    assert gone
    assert all(y > 380 for _, y in gone)
    assert made.count(b"ABCDEF+Twin") == data.count(b"ABCDEF+Twin")


def test_a_page_whose_small_signs_would_vanish_keeps_its_text():
    """A font of Type 3 is not written by PDFium: what is set in it would be gone."""
    glyph = "100 0 0 0 80 80 d1 0 0 80 80 re f"
    objects = {
        90: "<< /Type /Font /Subtype /Type3 /FontBBox [0 0 100 100] /FontMatrix [.01 0 0 .01 0 0]"
        " /CharProcs << /plus 91 0 R >> /Encoding << /Type /Encoding /Differences [43 /plus] >>"
        " /FirstChar 43 /LastChar 43 /Widths [100] >>",
        91: f"<< /Length {len(glyph)} >>\nstream\n{glyph}\nendstream",
    }
    sign = "BT /T3 4 Tf 1 0 0 1 80 300 Tm (+) Tj ET"
    data = pdf(lines(50, 400, ENGLISH) + "\n" + sign, objects=objects, fonts={"T3": 90})
    document = opened(data, "a.pdf", "ko")
    assert [one.readable for one in document.paragraphs if "cat" in one.rich.text] == [False]
    assert [note.code for note in document.notices] == ["translation.pdf_kept"]


def test_opening_tells_how_far_it_is_and_can_be_cancelled(tmp_path):
    path = tmp_path / "a.pdf"
    path.write_bytes(pdf(*[lines(50, 400, ENGLISH)] * 5))
    told = list(opening(path, "ko", CancelToken()))
    assert Progress(5, 5, "page") in told
    token = CancelToken()
    work = opening(path, "ko", token)
    next(work)
    token.cancel()
    with pytest.raises(CancelledError):
        next(work)
    assert render_page(path, 0, width_px=50).width == 50  # nothing is left open or locked


def test_annotations_fields_and_links_stay(setup, memory):
    objects = {
        90: "<< /Type /Annot /Subtype /Text /Rect [300 300 320 320] /Contents (A note) >>",
        91: "<< /Type /Annot /Subtype /Link /Rect [50 390 100 410] /A << /S /URI"
        " /URI (https://example.org/) >> >>",
        92: "<< /Type /Annot /Subtype /Widget /FT /Tx /T (name) /V (Kim) /Rect [50 100 150 120] >>",
    }
    data = pdf(
        lines(50, 400, ENGLISH),
        objects=objects,
        annotations="[90 0 R 91 0 R 92 0 R]",
        extra={
            "AcroForm": "<< /Fields [92 0 R] >>",
            "PageLabels": "<< /Nums [0 << /S /r >>] >>",
        },
    )
    made = translated(setup, data, memory)
    assert read(made).passages[0].text == " ".join(KOREAN.values())
    for kept in (b"(A note)", b"(https://example.org/)", b"(Kim)", b"/PageLabels"):
        assert kept in made


def test_pages_of_odd_sizes_are_read_and_written(setup, memory):
    for size in ((14400, 14400), (20, 14400)):
        data = pdf(lines(5, 400, ENGLISH), size=size)
        made = translated(setup, data, memory)
        assert read(made).passages[0].text == " ".join(KOREAN.values())


def test_right_to_left_text_keeps_its_letters():
    """Hebrew is neither language of ours: its letters come out, and nothing breaks."""
    fonts = Fonts()
    objects = embedded(fonts.subset("DejaVuSans", "\u05d0\u05d1\u05d2"), "ABCDEF+Hebrew", 90)
    names = "/Differences [97 /afii57664 /afii57665 /afii57666]"
    objects[90] = objects[90].replace(
        "/Encoding /WinAnsiEncoding", f"/Encoding << /Type /Encoding {names} >>"
    )
    page = "BT /H 10 Tf 50 300 Td (abc) Tj ET"
    data = pdf(lines(50, 400, ENGLISH) + "\n" + page, objects=objects, fonts={"H": 90})
    texts = [one.rich.text for one in opened(data, "a.pdf", "ko").paragraphs]
    assert texts[0] == " ".join(KOREAN)
    assert sorted(texts[1]) == ["\u05d0", "\u05d1", "\u05d2"]


def test_many_pages_are_read_in_linear_time():
    page = lines(50, 400, ENGLISH)
    books = {count: pdf(*[page] * count) for count in (60, TIMES * 60)}

    def every_page(count: int) -> None:
        assert len(read(books[count]).sheets) == count

    assert in_proportion(every_page, 60)


RULE = "q 240 0 0 -.5 60 450.2 cm BI /W 1 /H 1 /BPC 1 /IM true ID \x00 EI Q\n"


def test_a_rule_that_is_a_picture_of_one_dot_stays(setup, memory):
    data = pdf(RULE + lines(50, 400, ENGLISH))
    made = translated(setup, data, memory)
    (image_, width, height) = pictures(made)[0]
    row = height - 450
    inked = [
        sum(image_[at * width + x] < 200 for at in (row - 1, row, row + 1)) for x in range(60, 300)
    ]
    assert all(inked)
    assert [passage.text for passage in read(made).passages] == [" ".join(KOREAN.values())]


LONG = "The cat sleeps on the old sofa in the living room"


def test_text_of_a_narrow_column_does_not_grow_into_the_gutter(setup):
    rows = [LONG] * 12
    data = pdf(lines(40, 700, rows, size=9) + "\n" + lines(316, 700, rows, size=9), size=(600, 800))
    book = read(data)
    left = [one for one in book.passages if one.blocks[0].box.x0 < 300]
    around = Surroundings(book)
    assert left
    assert all(block.space.width < 240 for one in left for block in one.blocks)
    assert all(frame.x1 < 310 for one in left for frame in around.frames(one))


def test_names_and_addresses_stay_on_their_middle():
    def wide(word):  # of these letters of Helvetica
        return 10 * sum(0.278 if sign == " " else 0.556 for sign in word)

    names = {100: ("Boag", "Hoped on a dune", "Dune"), 300: ("Ben", "Upon an open bag", "Hong Bu")}
    content = [
        text(middle - wide(word) / 2, 450 - 12 * row, word)
        for middle, words in names.items()
        for row, word in enumerate(words)
    ]
    book = read(pdf("\n".join([*content, lines(50, 350, [LONG] * 6)])))
    around = Surroundings(book)
    for middle, words in names.items():
        blocks = [one for one in book.passages if any(word in one.text for word in words)]
        frames = [frame for one in blocks for frame in around.frames(one)]
        assert frames
        assert {frame.align for frame in frames} == {"centre"}
        assert all(abs((frame.x0 + frame.x1) / 2 - middle) < 3 for frame in frames)
    text_of_all = next(one for one in book.passages if LONG in one.text)
    assert {frame.align for frame in around.frames(text_of_all)} == {"left"}
