"""E-books: chapters, contents and metadata are translated, everything else"""
# ruff: noqa: E501 - a case is a line

from __future__ import annotations

import io
import re
import zipfile

import pytest
from lxml import etree

from agents.base import UserError
from agents.translation import work
from agents.translation.formats import epub
from agents.translation.formats.epub import EpubDocument
from agents.translation.korean import Korean
from tests.translation.books import CONTAINER, METADATA, NCX, PAGE, book, members

KOREAN = Korean()
DOC_TYPE = "<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]>"


def opened(**more) -> EpubDocument:
    return EpubDocument(book(members(**more)), "x.epub", "ko")


def read(data: bytes) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(data)) as source:
        return {name: source.read(name).decode("latin-1") for name in source.namelist()}


def test_a_book_is_translated_and_its_other_members_keep_their_bytes(setup):
    desk = setup()
    data = book(members())
    done = desk.document(desk.file("a.epub", data))
    assert done.receipt.untranslated == 0
    made = done.output.read_bytes()
    before, after = read(data), read(made)
    assert list(before) == list(after)
    kept = ["mimetype", "META-INF/container.xml", "OEBPS/p.png"]
    assert all(before[name] == after[name] for name in kept)
    with zipfile.ZipFile(io.BytesIO(made)) as target:
        first = target.infolist()[0]
        assert (first.filename, first.compress_type, first.extra) == ("mimetype", 0, b"")
        text = {name: target.read(name).decode("utf-8") for name in target.namelist()[1:-1]}
    assert "자세한 내용은 <a href='x'>전체 보고서</a>를" in text["OEBPS/text/one.html"]
    assert 'lang="ko" xml:lang="ko"' in text["OEBPS/text/one.html"]
    assert '<img src="p.png" alt="고양이가 잔다."/>' in text["OEBPS/ch 2.xhtml"]
    assert "<a href='text/one.html'>작동한다.</a>" in text["OEBPS/nav.xhtml"]
    assert "<text>고양이가 잔다.</text></docTitle>" in text["OEBPS/toc.ncx"]
    assert "<docAuthor><text>The dog runs fast.</text>" in text["OEBPS/toc.ncx"]
    metadata = text["OEBPS/book.opf"]
    assert "<dc:title>고양이가 잔다.</dc:title><dc:creator>The Author" in metadata
    assert "<dc:language>ko</dc:language>" in metadata
    assert "<dc:description>작동한다.</dc:description>" in metadata
    assert ">The dog runs fast.</meta>" in metadata
    for page in text.values():
        etree.fromstring(page.encode())


def test_chapters_come_in_the_order_of_the_book():
    first = [p.rich.text for p in opened().paragraphs if p.id.startswith(("0.", "1."))]
    assert first == [
        "The cat sleeps.", "It works.",
        "It works.", "See the full report for details.", "The cat sleeps.",
    ]  # fmt: skip


def test_pseudo_keeps_every_tag_and_every_chapter_well_formed(setup):
    desk = setup()
    data = book(members())
    done = desk.document(desk.file("a.epub", data), engine="pseudo")
    assert done.receipt.untranslated == 0
    before, after = read(data), read(done.output.read_bytes())
    for name in before:
        assert re.findall(r"</?[\w:]+", before[name]) == re.findall(r"</?[\w:]+", after[name])
        assert re.findall(r' id="\w+"', before[name]) == re.findall(r' id="\w+"', after[name])
        if not name.endswith(("png", "mimetype")):
            etree.fromstring(after[name].encode("latin-1"))


def test_identity_gives_the_book_back_byte_for_byte(setup):
    desk = setup()
    data = book(members())
    done = desk.document(desk.file("a.epub", data), engine="identity")
    assert done.output.read_bytes() == data


def test_only_the_metadata_names_the_new_language_where_only_a_chapter_changed():
    document = opened()
    pieces, units = work.read(document, KOREAN)
    unit = next(u for u in units if u.text == "See the full report for details.")
    made = read(
        document.write(
            {
                unit.paragraph.id: [
                    (unit.piece, work.pseudo_rich(unit, work.Judge(document, "ko", KOREAN)))
                ]
            }
        )
    )
    assert "<dc:language>ko<" in made["OEBPS/book.opf"]
    assert 'lang="en"' in made["OEBPS/nav.xhtml"]
    assert 'lang="ko"' in made["OEBPS/text/one.html"]
    assert len(pieces) > 3


# -- hostile and damaged books ------------------------------------------------------------------

FONTS = (
    '<encryption xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><EncryptedData'
    ' xmlns="http://www.w3.org/2001/04/xmlenc#"><EncryptionMethod Algorithm="{}"/></EncryptedData></encryption>'
)


def test_hidden_fonts_are_no_protection_and_encrypted_chapters_are():
    parts = members()
    parts["META-INF/encryption.xml"] = FONTS.format("http://www.idpf.org/2008/embedding")
    assert EpubDocument(book(parts), "x.epub", "ko").paragraphs
    parts["META-INF/encryption.xml"] = FONTS.format("http://www.w3.org/2001/04/xmlenc#aes128-cbc")
    with pytest.raises(UserError, match=r"translation\.book_protected"):
        EpubDocument(book(parts), "x.epub", "ko")


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"container_xml": None}, "wrong_ending"),
        ({"container_xml": CONTAINER.replace("book.opf", "no.opf")}, "wrong_ending"),
        ({"container_xml": "<a"}, "damaged"),
        ({"container_xml": DOC_TYPE + CONTAINER[22:]}, "damaged"),
        ({"book_opf": METADATA[:400]}, "damaged"),
        ({"book_opf": DOC_TYPE + METADATA[22:].replace("The Author", "&e;")}, "damaged"),
        ({"book_opf": METADATA.replace('idref="a"', 'idref="z"').replace('idref="b"', 'idref="z"')}, "damaged"),
        ({"book_opf": METADATA.replace("</metadata>", '<meta property="rendition:layout">pre-paginated</meta></metadata>')}, "book_fixed_layout"),
        ({"one_html": b"\x89PNG\0\0\0"}, "not_text"),
    ],
)  # fmt: skip
def test_what_is_no_book_for_reading_ends_in_a_sentence(more, code):
    with pytest.raises(UserError) as error:
        opened(**more)
    assert error.value.code == f"translation.{code}"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"no zip at all", "wrong_ending"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "wrong_ending"),
        (book(members())[:300], "damaged"),
        (book({**members(), "../../evil": "x"}), "unsafe"),
        (book({**members(), "/etc/evil": "x"}), "unsafe"),
    ],
)
def test_hostile_containers_end_in_a_sentence(data, code):
    with pytest.raises(UserError) as error:
        EpubDocument(data, "x.epub", "ko")
    assert error.value.code == f"translation.{code}"


def test_a_bomb_is_not_unpacked(monkeypatch):
    monkeypatch.setattr(epub, "LARGEST", 10_000)
    with pytest.raises(UserError, match=r"translation\.too_big"):
        opened(one_html=PAGE.format("a" * 20_000))
    with pytest.raises(UserError, match=r"translation\.too_big"):
        opened(one_html=PAGE.format("a " * 4000), nav_xhtml=PAGE.format("a " * 4000))


def test_places_outside_the_book_are_not_read():
    metadata = METADATA.replace("text/one.html", "../../../../etc/passwd").replace(
        "nav.xhtml", "http://x/y"
    )
    names = [member for member, _document in opened(book_opf=metadata)._documents]
    assert names == ["OEBPS/book.opf", "OEBPS/ch 2.xhtml", "OEBPS/toc.ncx"]


def test_entities_of_a_chapter_or_a_contents_list_are_neither_read_nor_lost():
    page = DOC_TYPE + PAGE.partition("<!DOCTYPE html>\n")[2].format("The cat &e; sleeps.")
    document = opened(one_html=page, toc_ncx=DOC_TYPE + NCX.partition("\n")[2].partition("\n")[2])
    _pieces, units = work.read(document, KOREAN)
    unit = next(u for u in units if "&e;" in u.text)
    made = work.pseudo_rich(unit, work.Judge(document, "ko", KOREAN))
    assert (
        "&e;"
        in read(document.write({unit.paragraph.id: [(unit.piece, made)]}))["OEBPS/text/one.html"]
    )


def test_a_chapter_that_would_be_damaged_is_not_written(monkeypatch):
    document = opened()
    _pieces, units = work.read(document, KOREAN)
    unit = next(u for u in units if u.text.startswith("See"))
    made = work.pseudo_rich(unit, work.Judge(document, "ko", KOREAN))
    monkeypatch.setattr(epub.HtmlDocument, "write", lambda *_args: b"<p>")
    with pytest.raises(UserError, match=r"translation\.structure"):
        document.write({unit.paragraph.id: [(unit.piece, made)]})
