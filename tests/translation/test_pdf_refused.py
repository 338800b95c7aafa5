"""PDF files that cannot be translated end in a sentence; what may be changed stays locked."""

from __future__ import annotations

import pytest

from agents.base import UserError
from agents.pages.reading import read
from agents.translation.formats import open_document
from agents.translation.formats.pdf import opened
from tests.pages.locked_files import OWNER, USER
from tests.pages.pdf_files import (
    WORDS,
    image,
    lines,
    pdf,
    shapes,
    unembedded,
)
from tests.translation.test_pdf import DRAWING, ENGLISH, KOREAN, shown_outline, write


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


def test_a_file_that_only_its_owner_may_change_is_translated_and_stays_encrypted():
    document = opened(OWNER, "a.pdf", "ko")
    assert [note.code for note in document.notices] == ["translation.pdf_bookmarks_kept"]
    made = write(document, {0: "한글이 되었다."})
    assert [passage.text for passage in read(made).passages] == ["한글이 되었다."]
    assert b"/Encrypt" in made
    assert shown_outline(made)[0] == "The dog runs fast over the green field."


def test_a_file_with_a_password_is_refused_in_a_sentence():
    with pytest.raises(UserError) as caught:
        opened(USER, "a.pdf", "ko")
    assert caught.value.code == "translation.encrypted"


def test_a_file_whose_letters_are_unknown_is_refused_in_a_sentence(monkeypatch):
    monkeypatch.setenv("PATH", "")
    unknown = shapes(WORDS, "qzxjkvbpygwmfqzxjkvbpygwmf")
    with pytest.raises(UserError) as caught:
        opened(unknown, "a.pdf", "ko")
    assert caught.value.code == "translation.pdf_garbled_only"


def test_vertical_writing_is_a_sentence():
    data = unembedded("KSCms-UHC-V", "cp949", [KOREAN[" ".join(ENGLISH).split(". ")[0] + "."]])
    with pytest.raises(UserError) as caught:
        opened(data, "a.pdf", "en")
    assert caught.value.code == "translation.pdf_tilted_only"
