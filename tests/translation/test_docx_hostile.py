"""Word documents that are broken or built to harm end in a sentence."""

from __future__ import annotations

import io
import zipfile

import pytest

from agents.base import UserError
from agents.translation.formats.docx import DocxDocument
from tests.translation.office_files import LAUGHS, OLE
from tests.translation.word_files import document, paragraph, part, run


def bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in (
            ("[Content_Types].xml", part(document(""), "[Content_Types].xml").encode()),
            ("word/document.xml", b"<a>" + b" " * (200 * 2**20) + b"</a>"),
        ):
            package.writestr(name, data)
    return out.getvalue()


def renamed(old: bytes, new: bytes) -> bytes:
    return document(paragraph(run("x")), more={old.decode(): b"x"}).replace(old, new)


def encrypted() -> bytes:
    data = bytearray(document(paragraph(run("x"))))
    at = data.index(b"PK\x01\x02")
    while at >= 0:
        data[at + 8] |= 1
        at = data.find(b"PK\x01\x02", at + 1)
    return bytes(data)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"just text", "translation.wrong_ending"),
        (b"PK\x03\x04 and nonsense", "translation.damaged"),
        (OLE, "translation.old_format"),
        (OLE + "EncryptedPackage".encode("utf-16-le"), "translation.encrypted"),
        (encrypted(), "translation.encrypted"),
        (document(paragraph(run("x")))[:-40], "translation.damaged"),
        (document("<w:p><w:r>"), "translation.damaged"),
        (document(paragraph(run("&b;")), prolog=LAUGHS), "translation.damaged"),
        (document("<w:p>" * 3000 + "</w:p>" * 3000), "translation.damaged"),
        (renamed(b"aaaaaaa/x", b"../../aax"), "translation.unsafe"),
        (renamed(b"aaaaaaa/x", b"/aaaaaa/x"), "translation.unsafe"),
        (renamed(b"aaaaaaa/x", b"c:\\aaaa\\x"), "translation.unsafe"),
    ],
)
def test_files_that_are_broken_or_built_to_harm(data, code):
    with pytest.raises(UserError) as caught:
        DocxDocument(data, "x.docx", "ko")
    assert caught.value.code == code


def test_a_zip_bomb_is_refused():
    with pytest.raises(UserError) as caught:
        DocxDocument(bomb(), "x.docx", "ko")
    assert caught.value.code == "translation.too_big"


def test_another_kind_of_zip_is_no_word_document():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        package.writestr("mimetype", "application/vnd.oasis.opendocument.text")
        package.writestr("content.xml", "<a/>")
    with pytest.raises(UserError) as caught:
        DocxDocument(out.getvalue(), "x.docx", "ko")
    assert caught.value.code == "translation.wrong_ending"
