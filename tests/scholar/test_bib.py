"""Bibliographies as people have them."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.base import UserError
from agents.scholar import bib


def one(text):
    found = bib.parse(text)
    assert not found.broken
    (entry,) = found.entries
    return entry


def test_macros_and_concatenation_are_put_in_and_kept_verbatim():
    found = bib.parse(
        '@string{a = "Annals"}\n@String(b = a # { of } # "Things")\n@STRING{unused = "x"}\n'
        "@article{k, title = {T one}, journal = B # { (new)}, month = jan, year = 1999}"
    )
    (entry,) = found.entries
    assert entry.work.venue == "Annals of Things (new)"
    assert [name for name, _block in entry.macros] == ["a", "b"]
    assert entry.macros[1][1] == '@String(b = a # { of } # "Things")'
    assert entry.raw.startswith("@article{k,")
    assert "journal = B # { (new)}" in entry.raw


def test_a_macro_means_what_it_meant_where_it_was_used():
    found = bib.parse(
        '@string{j = "Old"}\n@misc{a, title={One}, journal = j}\n'
        '@string{j = "New"}\n@misc{b, title={Two}, journal = j}'
    )
    assert [entry.work.venue for entry in found.entries] == ["Old", "New"]


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (
            r"G{\"o}del, {\'E}cole, {\L}ukasz, Fran{\c{c}}ois, \v{S}koda, \o",
            "Gödel, École, Łukasz, François, Škoda, ø",
        ),
        (
            r"{{BERT}: {P}re-training of {D}eep {B}idirectional}",
            "BERT: Pre-training of Deep Bidirectional",
        ),
        ("costs $5 and 50% of A & B", "costs $5 and 50% of A & B"),
        (r"in $\mathcal{O}(n^2)$ time", "in 𝒪(n^2) time"),
        (r"{\LaTeXe\ is by \TeX{}perts}", "LaTeXe is by TeXperts"),
        ("one\n   two~three --- ``four''", "one two three — “four”"),
        (r"{\TUG}", "TUG"),
        ("한국어 {형태소} 분석", "한국어 형태소 분석"),
    ],
)
def test_latex_is_read(written, read):
    assert one("@misc{k, title = {" + written + "}, year = 2000}").work.title == read


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("Knuth, Donald E. and Leslie Lamport", ("Knuth, Donald E.", "Lamport, Leslie")),
        ("Ludwig van Beethoven", ("van Beethoven, Ludwig",)),
        ("Steele, Jr., Guy L. and others", ("Steele, Guy L. Jr.", "others")),
        (
            "{World Health Organization} and {Barnes and Noble}",
            ("World Health Organization", "Barnes and Noble"),
        ),
        ("김영희 and 이철수", ("김영희", "이철수")),
        ("de la Cruz,, Ana, ,", ("de la Cruz, Ana",)),
        (r"Erd{\H o}s, P{\'a}l", ("Erdős, Pál",)),
    ],
)
def test_names(written, read):
    assert one("@misc{k, title={T x}, author={" + written + "}}").work.authors == read


def test_broken_entries_are_listed_with_their_lines_and_the_rest_is_read():
    found = bib.parse(
        "% a comment\n"
        "@article{good1, title={First good}, year=2001}\n"
        "@article{nobrace, title={Never closed, year=2002}\n\n"
        "@article{good2, title={Second good}, year=2003}\n"
        "@article{, title={No key}, year=2004}\n"
        "@article{two words, title={Bad key}, year=2004}\n"
        "@article{notitle, year=2005}\n"
        "@article{good1, title={Quite another}, year=2006}\n"
        "@book{good3, title={Third good}, year=2007\n"
    )
    keys = ["good1", "good2", "2004no", "two-words", "notitle", "good1-2"]
    assert [entry.work.key for entry in found.entries] == keys
    assert [(item.line, item.reason) for item in found.broken] == [
        (3, "scholar.entry_unreadable"),
        (10, "scholar.entry_unreadable"),
    ]
    assert "Never closed" in found.broken[0].text
    assert [(item.line, item.key, item.new) for item in found.renamed] == [
        (6, "", "2004no"),
        (7, "two words", "two-words"),
        (9, "good1", "good1-2"),
    ]
    assert found.entries[3].raw == "@article{two-words, title={Bad key}, year=2004}"
    assert found.entries[4].work.title == "notitle"


def test_a_missing_comma_is_bridged():
    entry = one("@article{k, title = {A title} author = {Kim, Ana} year = 2010, note={x}}")
    assert (entry.work.title, entry.work.authors, entry.work.year) == (
        "A title",
        ("Kim, Ana",),
        "2010",
    )


def test_comments_preambles_and_prose_are_no_entries():
    found = bib.parse(
        "Some prose with foo@bar.example (mail) in it.\n@comment{jabref-meta: x;}\n"
        '@preamble{"\\newcommand{\\noopsort}[1]{} "}\n@comment{\n@article{old, title={Old}}\n'
        "@misc{k, title = {Sorted}, year = {{\\noopsort{1973b}}1973}}"
    )
    keys = {entry.work.key: entry for entry in found.entries}
    assert keys["k"].work.year == "1973"
    assert len(keys["k"].preambles) == 1
    assert not [item for item in found.broken if "jabref" in item.text]


def test_line_numbers_count_every_line_before():
    text = '@string{a = "x",\n}\n' + "@misc{k,\n title = {T}}\n\n" * 30 + "@misc{lost, title = {T"
    assert [item.line for item in bib.parse(text).broken] == [93]


def test_xdata_gives_its_fields_and_is_no_work_itself():
    found = bib.parse(
        "@xdata{hup, publisher = {Harvard}, location = {Cambridge}, xdata = {more}}\n"
        "@xdata{more, note = {A note}}\n"
        "@book{b, title = {A book}, date = {2001-05}, xdata = {hup}, location = {Own}}"
    )
    (book,) = found.entries
    assert (book.work.venue, book.work.year) == ("Harvard", "2001")
    values = bib.values_of(book)
    assert (values["note"], values["location"]) == ("A note", "Own")
    assert len(book.parents) == 2


@pytest.mark.parametrize(
    "key", ["DOI:10.1016/0370-2693(88)90001-X", "김2020", "a+b", "O'Neil:7", "a.b/c-d_e"]
)
def test_odd_keys_that_can_be_cited_stay(key):
    assert one("@misc{" + key + ", title = {T}}").work.key == key


def test_the_title_of_a_macro_is_what_it_was_then_also_in_the_export():
    found = bib.parse(
        '@string{j = "Old"}\n@misc{a, title={One}, journal = j}\n'
        '@string{j = "New"}\n@misc{b, title={Two}, journal = j}'
    )
    assert [entry.macros[0][1] for entry in found.entries] == [
        '@string{j = "Old"}',
        '@string{j = "New"}',
    ]


@pytest.mark.parametrize(
    ("fields", "arxiv"),
    [
        ("eprint={1706.03762v5}, archiveprefix={arXiv}", "1706.03762"),
        ("journal={arXiv preprint arXiv:2312.00752}", "2312.00752"),
        ("url={https://arxiv.org/abs/cs/0112017v1}", "cs/0112017"),
        ("eprinttype={arxiv}, eprint={math.GT/0309136}", "math.gt/0309136"),
        ("doi={10.48550/arXiv.2205.14135}", "2205.14135"),
        ("doi={10.1145/3442188.3445922}, note={2020.12345}", ""),
    ],
)
def test_arxiv_ids_are_found_wherever_they_are_written(fields, arxiv):
    assert one("@misc{k, title={T}, " + fields + "}").arxiv == arxiv


def test_attached_files_that_are_there_are_found(tmp_path):
    (tmp_path / "files").mkdir()
    for name in ("a.pdf", "b;c.pdf"):
        (tmp_path / "files" / name).write_bytes(b"%PDF")
    path = tmp_path / "refs.bib"
    path.write_text(
        "@misc{j, title={T}, file={:files/a.pdf:PDF;Gone:files/gone.pdf:application/pdf}}\n"
        "@misc{z, title={T}, file={Full text:files/b\\;c.pdf:application/pdf}}\n",
        "utf-8",
    )
    one_, two = bib.read_file(path).entries
    assert one_.files == (str(tmp_path / "files" / "a.pdf"),)
    assert two.files == (str(tmp_path / "files" / "b;c.pdf"),)


def test_crossref_children_inherit_and_keep_their_parents():
    found = bib.parse(
        "@inproceedings{child, title={A child}, author={Kim, A}, crossref={Conf}}\n"
        "@proceedings{conf, title={Proceedings of X}, year=2011, publisher={ACM}, crossref={ser}}\n"
        "@book{ser, title={A series}, series={LNCS 1}, crossref={conf}}"  # and a loop
    )
    child = found.entries[0]
    assert (child.work.venue, child.work.year) == ("Proceedings of X", "2011")
    assert [parent.split("{")[1].split(",")[0] for parent in child.parents] == ["conf", "ser"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_unicode_encodings(tmp_path, encoding):
    path = tmp_path / "a.bib"
    path.write_bytes("@misc{k,\r\n title={École 연구}}\r\n".encode(encoding))
    assert bib.read_file(path).entries[0].work.title == "École 연구"


def test_old_encodings():
    western = bib.decode("@misc{k, title={Über café déjà}, author={Müller}}".encode("latin-1"))
    korean = bib.decode("@misc{k, title={한국어 기계번역}, author={김영희}}".encode("cp949"))
    assert "Über café déjà" in western
    assert "한국어 기계번역" in korean


def test_what_is_no_bibliography_is_said(tmp_path):
    picture = tmp_path / "p.bib"
    picture.write_bytes(bytes(range(256)) * 20)
    with pytest.raises(UserError, match=r"scholar\.not_bib"):
        bib.read_file(picture)
    with pytest.raises(UserError, match=r"file\.missing"):
        bib.read_file(tmp_path / "none.bib")
    with pytest.raises(UserError, match=r"file\.unreadable"):
        bib.read_file(tmp_path)
    empty = tmp_path / "empty.bib"
    empty.touch()
    with pytest.raises(UserError, match=r"scholar\.not_bib"):
        bib.read_file(empty)


def test_doi_year_and_duplicate_fields():
    entry = one(
        "@article{k, title={T x}, date={2019-05-01}, doi={https://doi.org/10.1000/ABC.},"
        " keywords={a}, keywords={b}}"
    )
    assert (entry.work.year, entry.work.doi, entry.work.keywords) == ("2019", "10.1000/abc", "a")


def test_the_same_entry_twice_is_counted_once():
    text = "@misc{k, title={Twice}, year=2000}\n"
    found = bib.parse(text * 3)
    assert len(found.entries) == 1
    assert found.repeated == 2


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet='@{}(),=#"\\ \nabc%$ké한', max_size=120))
def test_nothing_makes_it_fall(text):
    found = bib.parse("@misc{first, title={Stays}}\n\n" + text)
    assert found.entries[0].work.key == "first"
