"""Containers that are built to harm: each ends in a sentence, soon, and writes nothing."""

from __future__ import annotations

import io
import stat
import struct
import time
import zipfile

import pytest

from agents.base import UserError
from agents.translation.formats import open_document
from agents.translation.formats.package import (
    LARGEST_RATIO,
    MOST_MEMBERS,
    OLD_ENDINGS,
    SUSPECT,
    Package,
)
from tests.translation import hangul_files, test_odf, test_pptx, test_xlsx, word_files
from tests.translation.office_files import OLE, TYPES, segments, translate, zipped

MAKERS = {
    ".docx": lambda: word_files.document(word_files.paragraph(word_files.run("One."))),
    ".pptx": lambda: test_pptx.presentation(
        test_pptx.shape(test_pptx.paragraph(test_pptx.run("One.")))
    ),
    ".xlsx": lambda: test_xlsx.workbook("<si><t>One.</t></si>"),
    ".odt": lambda: test_odf.document("<text:p>One.</text:p>"),
    ".hwpx": lambda: hangul_files.document(
        hangul_files.paragraph(hangul_files.run(hangul_files.text("One.")))
    ),
}


def with_members(data: bytes, *members: tuple[str, bytes]) -> bytes:
    """A container with more in it, whatever that is called."""
    out = io.BytesIO(data)
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as package:
        for name, content in members:
            package.writestr(name, content)
    return out.getvalue()


def refusal(tmp_path, data: bytes, name: str) -> UserError:
    """The sentence about a file; it must come soon and leave nothing behind."""
    path = tmp_path / name
    path.write_bytes(data)
    began = time.monotonic()
    with pytest.raises(UserError) as caught:
        open_document(path, "ko")
    assert time.monotonic() - began < 10
    assert list(tmp_path.iterdir()) == [path]
    return caught.value


@pytest.mark.parametrize("ending", MAKERS)
@pytest.mark.parametrize("member", ["../../evil.txt", "/evil.txt", "c:\\evil.txt", "a\\..\\..\\b"])
def test_members_that_would_leave_the_folder(tmp_path, ending, member):
    data = with_members(MAKERS[ending](), (member, b"x"))
    assert refusal(tmp_path, data, "x" + ending).code == "translation.unsafe"


@pytest.mark.parametrize("ending", MAKERS)
def test_members_that_are_links_to_somewhere_else(tmp_path, ending):
    out = io.BytesIO(MAKERS[ending]())
    with zipfile.ZipFile(out, "a") as package:
        link = zipfile.ZipInfo("media/link")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        package.writestr(link, "/etc/passwd")
    assert refusal(tmp_path, out.getvalue(), "x" + ending).code == "translation.unsafe"


def test_members_that_share_their_bytes(tmp_path):
    """A bomb of overlapping members: each is small, all of them together are not."""
    data = with_members(MAKERS[".docx"](), ("media/0.bin", b"\0" * 1_000_000))
    directory = data.index(b"PK\x01\x02")
    ending = data.rindex(b"PK\x05\x06")
    last = data.rindex(b"PK\x01\x02", directory, ending)
    copies = [
        data[last:ending].replace(b"media/0.bin", f"m{number:08}ab".encode())
        for number in range(5000)
    ]
    count = data.count(b"PK\x01\x02", directory, ending) + len(copies)
    whole = data[:ending] + b"".join(copies)
    sizes = struct.pack("<HHII", count, count, len(whole) - directory, directory)
    bomb = whole + data[ending : ending + 8] + sizes + data[ending + 20 :]
    assert refusal(tmp_path, bomb, "x.docx").code == "translation.too_big"


@pytest.mark.parametrize("ending", MAKERS)
@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_members_that_are_there_twice(tmp_path, ending):
    name = zipfile.ZipFile(io.BytesIO(MAKERS[ending]())).namelist()[-1]
    data = with_members(MAKERS[ending](), (name, b"other"))
    assert refusal(tmp_path, data, "x" + ending).code == "translation.unsafe"


@pytest.mark.parametrize("ending", MAKERS)
def test_a_little_file_that_would_be_huge(tmp_path, ending):
    data = with_members(MAKERS[ending](), ("media/1.bin", b"\0" * (SUSPECT + 1)))
    assert len(data) * LARGEST_RATIO < SUSPECT
    assert refusal(tmp_path, data, "x" + ending).code == "translation.too_big"


@pytest.mark.parametrize("ending", MAKERS)
def test_a_member_that_is_larger_than_it_says(tmp_path, ending):
    """Whoever trusts the directory would unpack far more than it says."""
    data = bytearray(with_members(MAKERS[ending](), ("media/1.bin", b"\0" * 3_000_000)))
    at = data.rindex(b"PK\x01\x02")
    assert struct.unpack_from("<I", data, at + 24) == (3_000_000,)
    struct.pack_into("<I", data, at + 24, 10)
    path = tmp_path / f"x{ending}"
    path.write_bytes(data)
    with pytest.raises(UserError) as caught:
        translate(open_document(path, "ko")[0], {"One.": "하나."})
    assert caught.value.code == "translation.damaged"


def test_more_members_than_any_document_has(tmp_path):
    data = zipped({str(number): b"" for number in range(MOST_MEMBERS + 1)})
    assert refusal(tmp_path, data, "x.docx").code == "translation.too_big"


@pytest.mark.parametrize("ending", MAKERS)
def test_every_kind_under_every_other_name(tmp_path, ending):
    for kind, maker in MAKERS.items():
        if kind != ending:
            error = refusal(tmp_path, maker(), "x" + ending)
            assert error.code == "translation.wrong_ending"
            assert error.values["ending"] == ending


@pytest.mark.parametrize("ending", MAKERS)
def test_protected_and_old_files(tmp_path, ending):
    secret = OLE + "EncryptedPackage".encode("utf-16-le")
    assert refusal(tmp_path, secret, "x" + ending).code == "translation.encrypted"
    kind = "old_format" if ending in OLD_ENDINGS.values() else "wrong_ending"
    assert refusal(tmp_path, OLE, "x" + ending).code == f"translation.{kind}"


@pytest.mark.parametrize(
    ("old", "new"), [(".doc", ".docx"), (".ppt", ".pptx"), (".xls", ".xlsx"), (".hwp", ".hwpx")]
)
def test_old_names_say_what_to_save_as(tmp_path, old, new):
    assert refusal(tmp_path, OLE, "x" + old).values["ending"] == new


@pytest.mark.parametrize("ending", MAKERS)
def test_files_that_end_too_early(tmp_path, ending):
    data = MAKERS[ending]()
    for length in (10, len(data) // 2, len(data) - 10):
        assert refusal(tmp_path, data[:length], "x" + ending).code == "translation.damaged"


def test_members_keep_their_bytes_dates_and_ways_of_packing():
    data = zipped({"mimetype": b"kind", "a.xml": b"<a/>", "b.bin": b"\0" * 900}, ("mimetype",))
    out = Package(data, "x.odt").write({"a.xml": b"<b/>"})
    before, after = zipfile.ZipFile(io.BytesIO(data)), zipfile.ZipFile(io.BytesIO(out))
    assert [one.filename for one in after.infolist()] == ["mimetype", "a.xml", "b.bin"]
    for one, two in zip(before.infolist(), after.infolist(), strict=True):
        assert (one.compress_type, one.date_time) == (two.compress_type, two.date_time)
    assert after.read("a.xml") == b"<b/>"
    assert after.read("b.bin") == b"\0" * 900


def test_a_part_is_what_its_ending_says_where_it_says_nothing_itself():
    """Some programs that write workbooks name the kind of the main part only so."""
    spreadsheet = "application/vnd.openxmlformats-officedocument.spreadsheetml."
    types = (
        f'<Types xmlns="{TYPES}">'
        f'<Default Extension="XML" ContentType="{spreadsheet}sheet.main+xml"/>'
        f'<Override PartName="/xl/s.xml" ContentType="{spreadsheet}sharedStrings+xml"/></Types>'
    )
    strings = f"<sst {test_xlsx.NAMES}><si><t>One.</t></si></sst>"
    workbook = f"<workbook {test_xlsx.NAMES}/>"
    data = zipped({"[Content_Types].xml": types, "xl/workbook.xml": workbook, "xl/s.xml": strings})
    assert segments(test_xlsx.opened(data)) == ["One."]
