from __future__ import annotations

import csv
import io

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agents.base import UserError
from agents.translation import work
from agents.translation.formats.csv import CsvDocument
from agents.translation.inline import Rich
from agents.translation.korean import Korean
from agents.translation.pseudo import pseudo

KOREAN = Korean()


def texts(data: str, name="x.csv") -> list[str]:
    return [p.rich.text for p in CsvDocument(data.encode(), name).paragraphs]


def run(data: bytes, change, name="x.csv") -> bytes:
    opened = CsvDocument(data, name)
    pieces, _ = work.read(opened, KOREAN)
    return opened.write(
        {
            n: [(p, change(p.rich) if p.segment >= 0 else None) for p in parts]
            for n, parts in pieces.items()
        }
    )


@pytest.mark.parametrize("sign", [",", ";", "\t", "|"])
def test_the_delimiter_is_found(sign):
    data = f"Name of it{sign}Price\nBig cat, small dog{sign}3\nRed apple{sign}4\n"
    if sign == ",":
        data = data.replace("Big cat, small dog", '"Big cat, small dog"')
    assert texts(data) == ["Name of it", "Price", "Big cat, small dog", "Red apple"]


@pytest.mark.parametrize(
    ("header", "stays"),
    [
        ("id,name", True),
        ("user_name,comment", True),
        ("createdAt,Title", True),
        ("Name,Comment", False),
        ("Full name,id", False),
        ("이름,설명", False),
    ],
)
def test_names_of_columns_stay(header, stays):
    assert (len(texts(f"{header}\nThe cat,The dog\n")) == 2) is stays


@pytest.mark.parametrize(
    "cell", ["=SUM(A1:A3)", "+Some text", "@name here", "-A1*2", "12.5", "user_id", "a@b.co", ""]
)
def test_formulas_numbers_and_names_stay(cell):
    assert texts(f"Some title,Other title\nThe cat,{cell}\n") == [
        "Some title",
        "Other title",
        "The cat",
    ]


def test_no_translation_becomes_a_formula():
    opened = CsvDocument(b"Some title,b c\nThe cat. It sleeps.,x\n", "x.csv")
    pieces, _ = work.read(opened, KOREAN)
    first, second = (p for p in pieces["r1c0"] if p.segment >= 0)
    for bad in ("=1+1", "@cat", "+cat", " =1", "-cat"):
        assert not opened.fits("r1c0", first, Rich(bad))
        assert opened.fits("r1c0", second, Rich(bad))
    assert opened.fits("r1c0", first, Rich("- 고양이"))


def test_a_cell_is_quoted_where_it_must_be():
    made = run(b'The cat,"The dog"\r\nBig car,small dog', lambda rich: Rich('고양이, "둘"'))
    assert made.decode() == (
        '"고양이, ""둘""","고양이, ""둘"""\r\n"고양이, ""둘""","고양이, ""둘"""'
    )


@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp949", "utf-16"])
def test_encodings_are_kept(encoding):
    data = '제목,내용\r\n고양이가 잔다.,"둘째\n줄"\r\n'.encode(encoding)
    assert run(data, lambda rich: None) == data
    assert "[고양이가 잔다." in run(data, pseudo).decode(encoding)


def test_a_quote_without_end_is_told():
    with pytest.raises(UserError) as caught:
        texts('a b,c d\n"The cat,x\n')
    assert caught.value.code == "translation.csv_quote"
    assert dict(caught.value.values)["line"] == 2


def test_quotes_that_readers_disagree_about_stay():
    opened = CsvDocument(b'Some title,Other\n"The cat" sleeps,small dog\n', "x.csv")
    assert [p.readable for p in opened.paragraphs] == [True, True, False, True]


CELL = st.text(alphabet=st.sampled_from(list('ab =,;"\n\t1한글.')), max_size=12)


@settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.lists(st.lists(CELL, min_size=2, max_size=4), min_size=1, max_size=5),
    st.sampled_from(["\n", "\r\n"]),
    st.booleans(),
)
def test_rows_keep_their_cells(rows, end, always):
    out = io.StringIO()
    quoting = csv.QUOTE_ALL if always else csv.QUOTE_MINIMAL
    csv.writer(out, lineterminator=end, quoting=quoting, delimiter="\t").writerows(rows)
    data = out.getvalue().encode()
    if not data.strip():
        return
    assert run(data, lambda rich: None, "x.tsv") == data
    made = run(data, pseudo, "x.tsv").decode()
    again = list(csv.reader(io.StringIO(made, newline=""), delimiter="\t"))
    assert [len(row) for row in again] == [len(row) for row in rows]
    same = [
        (old, new)
        for before, after in zip(rows, again, strict=True)
        for old, new in zip(before, after, strict=True)
        if not any(letter.isalpha() for letter in old)
    ]
    assert all(old == new for old, new in same)


TABLE = "id,Title,Note\n1,Cat,small dog\n2,The dog runs,big cat\n"


@pytest.mark.parametrize(
    ("columns", "found"),
    [
        (["title"], ["Cat", "The dog runs"]),
        (["Title", " NOTE "], ["Cat", "small dog", "The dog runs", "big cat"]),
        (["3"], ["small dog", "big cat"]),
        (["1"], []),
    ],
)
def test_chosen_columns_are_text(columns, found):
    options = [("csv.column", one) for one in columns]
    opened = CsvDocument(TABLE.encode(), "x.csv", options)
    assert [p.rich.text for p in opened.paragraphs] == found


@pytest.mark.parametrize("column", ["author", "4", "0", "-1"])
def test_a_column_that_is_not_there_is_told(column):
    with pytest.raises(UserError) as caught:
        CsvDocument(TABLE.encode(), "x.csv", [("csv.column", column)])
    assert caught.value.code == "translation.csv_column"
    assert caught.value.values["known"] == "id, Title, Note"
