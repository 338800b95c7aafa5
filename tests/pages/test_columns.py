"""Pages as papers have them: what hid a gutter once, and must not again."""

from __future__ import annotations

from agents.pages.reading import read
from tests.pages.pdf_files import lines, pdf, text

COLUMN = [
    "Words of this column fill its lines up",
    "to the gutter, and go on with the next",
    "line until the paragraph has said what",
    "it has to say about the way that pages",
    "of papers are set in columns, and how",
    "they are read one after the other here.",
]


def column(x: float, y: float, times: int = 4) -> str:
    return "\n".join(lines(x, y - 80 * at, COLUMN, size=9, step=11) for at in range(times))


def blocks(page: str) -> list[tuple[int, str]]:
    return [(one.blocks[0].column, one.text) for one in read(pdf(page)).passages]


def test_a_title_with_many_lines_hides_no_gutter():
    head = [f"Author Number {at} of a Long List of Authors, Institute of Names" for at in range(14)]
    page = "\n".join([lines(80, 490, head, size=8, step=9), column(30, 350), column(205, 350)])
    found = [one for one in blocks(page) if one[1].startswith("Words of this")]
    assert len(found) == 8
    assert {text for _, text in found} == {" ".join(COLUMN)}
    assert [at for at, _ in found] == sorted(at for at, _ in found)


def test_a_table_within_a_column_hides_no_gutter():
    cells = "\n".join(
        text(x, 470 - 12 * row, cell, size=9)
        for row in range(6)
        for x, cell in ((215, "Row"), (260, "0.79 in"), (310, "20 mm"))
    )
    page = "\n".join([column(30, 470, 5), cells, column(205, 380)])
    found = blocks(page)
    assert [text for _, text in found].count(" ".join(COLUMN)) == 9
    assert found[0][1] == " ".join(COLUMN)


def test_a_table_between_paragraphs_is_no_page_of_columns():
    wide = ["A line that runs over the whole width of the page and says nothing new at all."] * 4
    rows = "\n".join(
        text(x, 380 - 12 * at, cell, size=9)
        for at, row in enumerate([("Name", "What it does"), *[("alpha", "first of letters")] * 5])
        for x, cell in zip((50, 220), row, strict=True)
    )
    page = "\n".join([lines(50, 470, wide, size=9), rows, lines(50, 280, wide, size=9)])
    texts = [text for _, text in blocks(page)]
    assert texts[1:3] == ["Name", "What it does"]


def test_a_caption_does_not_end_a_paragraph_that_goes_on_in_the_next_column():
    left = [*COLUMN[:5], "they are read and what is done when it"]
    page = "\n".join(
        [
            lines(30, 400, left, size=9, step=11),
            text(205, 400, "Table 1: What stands above the column", size=9),
            lines(
                205, 370, ["goes on in the next one at the top as", *COLUMN[:5]], size=9, step=11
            ),
            column(30, 300),
            column(205, 290),
        ]
    )
    page = page.replace("\n".join([column(30, 300)]), "")
    assert any("when it goes on in the next" in text for _, text in blocks(page))


def test_program_code_is_left_alone_and_a_word_of_it_is_not():
    code = "BT /C 9 Tf 1 0 0 1 50 {y} Tm ({words}) Tj ET"
    objects = {90: "<< /Type /Font /Subtype /Type1 /BaseFont /Courier >>"}
    page = "\n".join(
        [
            lines(50, 450, ["A paragraph of plain text stands above the code."] * 3),
            code.format(y=390, words="for name in names:"),
            code.format(y=379, words="    print\\(name\\)"),
            text(50, 350, "Then the function"),
            code.format(y=350, words="print").replace("1 50 350", "1 130 350"),
            text(160, 350, "is explained."),
        ]
    )
    book = read(pdf(page, objects=objects, fonts={"C": 90}))
    assert [line.text for _, line in book.alone] == ["for name in names:", "print(name)"]
    assert book.passages[-1].text == "Then the function print is explained."


def test_a_letter_typed_on_a_typewriter_is_text():
    objects = {90: "<< /Type /Font /Subtype /Type1 /BaseFont /Courier >>"}
    page = "BT /C 9 Tf 1 0 0 1 50 400 Tm (Dear reader, all of this was typed.) Tj ET"
    book = read(pdf(page, objects=objects, fonts={"C": 90}))
    assert [one.text for one in book.passages] == ["Dear reader, all of this was typed."]


def test_numbers_and_small_words_of_a_formula_belong_to_it():
    page = "\n".join(
        [
            lines(50, 450, ["The sum of all values is what the formula says here."] * 3),
            text(150, 380, "S + S = S", font=3),
            text(150, 371, "perm", size=6),
            text(330, 380, "(2.1a)"),
            lines(50, 350, ["Text goes on below the formula and is a paragraph."]),
        ]
    )
    book = read(pdf(page))
    assert len(book.passages) == 2
    assert {line.text for _, line in book.alone} >= {"perm", "(2.1a)"}


def test_a_table_of_contents_beside_text_is_a_column_of_its_own():
    entries = ["Introduction", "Installation", "Changes", "Options"] * 2
    contents = "\n".join(
        text(x, 470 - 30 * at, words, size=9)
        for at, name in enumerate(entries)
        for x, words in ((30, name), (180, str(1 + at)))
    )
    found = blocks("\n".join([contents, column(205, 470, 3)]))
    texts = [words for _, words in found]
    assert texts.count(" ".join(COLUMN)) == 3
    assert texts[0] == "Introduction"
    assert texts.index(" ".join(COLUMN)) > texts.index("Options")
