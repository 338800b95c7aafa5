from __future__ import annotations

import pytest

from agents.pages import formulas
from agents.pages.library import BrokenPdfError
from agents.pages.reading import read
from agents.translation.formats.pdf_fonts import Fonts
from tests.pages.pdf_files import (
    WORDS,
    embedded,
    image,
    lines,
    pdf,
    shapes,
    text,
    unembedded,
)

BODY = [
    "The quick brown fox jumps over the lazy dog and then",
    "it sleeps for a long while under the old apple tree.",
]
LEFT = [
    "Left column begins here and goes",
    "on with words that fill its lines",
    "from the border to the gutter and",
    "then says more about the ques-",
    "tion of how a column is read and",
    "why the sentence does not end on",
]
RIGHT = [
    "this side but runs over into the",
    "right column where it ends here.",
    "Another sentence stands behind it",
    "and fills the lines of this column",
    "until there is nothing left to be",
    "said about columns in this paper.",
]


def texts(data: bytes) -> list[str]:
    return [passage.text for passage in read(data).passages]


def test_lines_of_one_paragraph_are_joined():
    assert texts(pdf(lines(50, 400, BODY))) == [" ".join(BODY)]


def test_paragraphs_are_told_apart_by_distance_size_and_indent():
    page = "\n".join(
        [
            text(50, 450, "A heading", size=16, font=1),
            lines(50, 420, BODY),
            lines(50, 380, BODY),
            lines(62, 356, BODY[:1]),
            lines(50, 344, BODY[1:]),
        ]
    )
    assert texts(pdf(page)) == ["A heading", *[" ".join(BODY)] * 3]


def test_columns_are_read_one_after_the_other_and_a_sentence_goes_on():
    page = "\n".join(
        [
            text(60, 450, "A title that runs over both of the columns", size=14, font=1),
            # The file has the right column first.
            lines(210, 420, RIGHT),
            lines(40, 420, LEFT),
        ]
    )
    title, body = texts(pdf(page))
    assert title.startswith("A title")
    assert "the question of how" in body
    assert "does not end on this side but runs" in body
    passage = read(pdf(page)).passages[1]
    assert [block.column for block in passage.blocks] == [
        block.column for block in sorted(passage.blocks, key=lambda block: block.column)
    ]
    assert passage.text[passage.places[1] :].startswith("this side")


def test_every_character_knows_its_letter():
    passage = read(
        pdf(lines(50, 400, ["It is a mat-", "ter of ﬁne print".replace("ﬁ", "fi")]))
    ).passages[0]
    assert passage.text == "It is a matter of fine print"
    for sign, letter in zip(passage.text, passage.sources, strict=True):
        assert letter is None or sign in letter.text
        assert letter is not None or sign == " "


def test_a_compound_keeps_its_hyphen():
    assert texts(
        pdf(lines(50, 400, ["We use state-of-the-", "art methods, as in pre-", "Roman times."]))
    ) == ["We use state-of-the-art methods, as in pre-Roman times."]


def test_headers_footers_and_page_numbers_are_left_alone():
    pages = [
        "\n".join(
            [
                text(50, 480, "Journal of Examples"),
                lines(50, 400, BODY),
                text(190, 20, str(number)),
            ]
        )
        for number in (11, 12, 13)
    ]
    book = read(pdf(*pages))
    assert {passage.text for passage in book.passages} == {" ".join(BODY)}
    assert len(book.alone) == 6


def test_a_paragraph_goes_on_over_the_page():
    first = lines(
        50,
        100,
        [
            "The sentence that begins at the foot of a page and is",
            "not at its end when the page ends but goes on with the",
        ],
    )
    second = lines(50, 450, ["first line of the next page. Then there is one more."])
    found = texts(pdf(first, second))
    assert len(found) == 1
    assert "goes on with the first line" in found[0]


def test_formulas_and_tilted_text_are_no_paragraphs():
    page = "\n".join(
        [
            lines(50, 400, BODY),
            text(20, 200, "tilted", matrix="0.9 0.4 -0.4 0.9"),
            text(150, 340, "a + b = c", font=3),
        ]
    )
    book = read(pdf(page))
    assert [passage.text for passage in book.passages] == [" ".join(BODY)]
    assert book.sheets[0].rotated == len("tilted")
    assert len(book.alone) == 1


@pytest.mark.parametrize(
    ("matrix", "turn", "step"), [("0 1 -1 0", 1, (12, 0)), ("0 -1 1 0", 3, (-12, 0))]
)
def test_text_that_stands_on_its_side_is_read_after_the_rest(matrix, turn, step):
    rows = [
        text(20 + step[0] * at, 200, row, matrix=matrix)
        for at, row in enumerate(["Words on the margin of a page", "go on in a second line."])
    ]
    book = read(pdf("\n".join([*rows, lines(50, 470, BODY)])))
    upright, side = book.passages
    assert upright.text == " ".join(BODY)
    assert side.text == "Words on the margin of a page go on in a second line."
    assert side.blocks[0].turn == turn
    box = side.blocks[0].box.turned(turn)
    assert box.height > 5 * box.width


def test_a_scanned_page_is_known():
    scanned = read(pdf(image(0, 0, 400, 500))).sheets[0]
    assert scanned.scanned
    with_layer = image(0, 0, 400, 500) + "\n3 Tr\n" + lines(50, 400, BODY)
    book = read(pdf(with_layer))
    assert book.sheets[0].scanned
    assert book.passages[0].text == " ".join(BODY)
    assert not read(pdf(image(50, 100, 200, 200) + lines(50, 400, BODY))).sheets[0].scanned


@pytest.mark.parametrize("data", [b"", b"%PDF-1.7\nnothing", b"\0" * 1000])
def test_what_is_no_pdf_is_refused(data):
    with pytest.raises(BrokenPdfError):
        read(data)


def test_cut_files_never_crash():
    whole = pdf(lines(50, 400, BODY))
    refused = 0
    for size in range(50, len(whole), 150):
        try:
            read(whole[:size])
        except BrokenPdfError:
            refused += 1
    assert refused
    assert read(whole).sheets


def test_letters_that_can_be_guessed_are_read():
    book = read(shapes(WORDS, "abcdefghijklmnopqrstuvwxyz"))
    assert not book.sheets[0].garbled
    assert "".join(book.passages[0].text.split()).startswith("".join(WORDS.split()))


def test_a_page_that_does_not_say_its_letters_is_no_text(monkeypatch):
    monkeypatch.setenv("PATH", "")  # no Tesseract
    book = read(shapes(WORDS, "qzxjkvbpygwmfqzxjkvbpygwmf"))
    assert book.sheets[0].garbled
    assert book.sheets[0].scanned
    assert book.passages == ()


def test_the_name_of_a_tex_font_tells_whether_it_is_bold():
    """Where a file was made by way of PostScript, how heavy a font is, is a guess."""
    found = {}
    for name, number in (("CMR10", 90), ("CMBX10", 93)):
        objects = embedded(Fonts().subset("NanumGothic", "ab"), f"ABCDEF+{name}", number)
        objects[number + 1] = objects[number + 1].replace("/StemV 80", "/StemV 151")
        found |= objects
    page = "BT /A 10 Tf 50 400 Td (ab) Tj ET BT /B 10 Tf 50 300 Td (ba) Tj ET"
    book = read(pdf(page, objects=found, fonts={"A": 90, "B": 93}))
    assert {one.text: one.blocks[0].lines[0].bold for one in book.passages} == {
        "ab": False,
        "ba": True,
    }


def test_the_accent_of_a_letter_in_a_formula_stays_with_it():
    page = "\n".join([
        text(50, 400, "We write"),
        text(95, 400, "M", font=3),
        text(97.5, 402.5, "\u02c6"),
        text(106, 400, "for what the data say in the end."),
    ])  # fmt: skip
    (passage,) = read(pdf(page)).passages
    assert passage.text.startswith("We write \u039c\u02c6 for what")
    assert [passage.text[a:b] for a, b in formulas.spans(passage.sources)] == ["\u039c\u02c6"]


def test_the_name_of_a_function_in_a_formula_is_no_text():
    page = "\n".join([
        text(50, 400, "The density of what is looked at is given by this formula:"),
        text(60, 370, "abc", font=3),
        text(82, 370, "exp"),
        text(110, 370, "abc", font=3),
    ])  # fmt: skip
    (passage,) = read(pdf(page)).passages
    assert passage.text.startswith("The density")


KOREAN = ["고양이가 거실의 낡은 소파에서 하루 종일 잔다.", "개가 푸른 들판을 빨리 달린다."]


@pytest.mark.parametrize(
    ("cmap", "encoding"),
    [
        ("KSCms-UHC-H", "cp949"),
        ("KSCms-UHC-HW-H", "cp949"),
        ("KSC-EUC-H", "euc-kr"),
        ("KSCpc-EUC-H", "euc-kr"),
        ("UniKS-UCS2-H", "utf-16-be"),
        ("UniKS-UTF16-H", "utf-16-be"),
    ],
)
def test_old_korean_fonts_that_are_not_embedded_are_read(cmap, encoding):
    (passage,) = read(unembedded(cmap, encoding, KOREAN)).passages
    assert passage.text == " ".join(KOREAN)


def test_letters_of_johab_are_told_to_be_unknown():
    (sheet,) = read(unembedded("KSC-Johab-H", "johab", KOREAN)).sheets
    assert sheet.garbled


@pytest.mark.parametrize(
    ("cmap", "encoding"), [("KSCms-UHC-V", "cp949"), ("UniKS-UTF16-V", "utf-16-be")]
)
def test_vertical_writing_is_left_alone_and_counted(cmap, encoding):
    book = read(unembedded(cmap, encoding, KOREAN, across=True))
    assert book.passages == ()
    letters = sum(len(row.replace(" ", "")) for row in KOREAN)
    assert [sheet.rotated for sheet in book.sheets] == [letters]
