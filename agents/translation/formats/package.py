"""The zip file around a .docx: opened with care, written back member by member.

The one law: nothing in the file is trusted (sizes, names, XML), and a member that was not
changed is written with the bytes it had, in its old place.
"""

from __future__ import annotations

import copy
import io
import re
import zipfile
import zlib
from typing import TYPE_CHECKING

from agents.base import UserError
from agents.translation import xml

if TYPE_CHECKING:
    from collections.abc import Mapping

    from agents.translation.xml import Tree

MOST_MEMBERS = 20_000
LARGEST_PART = 128 * 2**20  # bytes of one XML part
LARGEST_TOTAL = 2 * 2**30  # bytes of all members, unpacked
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_TYPE = re.compile(
    r"wordprocessingml\.(?:document\.main|template\.main|header|footer|footnotes|endnotes|comments)\+xml"
    r"|ms-word\.(?:document|template)\.macroEnabled(?:Template)?\.main\+xml"
)


class Package:
    """An opened .docx. Members are unpacked when they are asked for."""

    def __init__(self, data: bytes, name: str) -> None:
        """Check the container.

        Raises:
            UserError: translation.{encrypted,old_word,not_docx,damaged,too_big,unsafe}.
        """
        self._name = name
        if data.startswith(_OLE):
            secret = "EncryptedPackage".encode("utf-16-le") in data
            raise UserError(
                "translation.encrypted" if secret else "translation.old_word", file=name
            )
        if not data.startswith(b"PK"):
            raise UserError("translation.not_docx", file=name)
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
            self._members = self._zip.infolist()
        # `NotImplementedError` is what zipfile raises for a compression it does not know.
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
            raise UserError("translation.damaged", file=name, reason=str(error)) from error
        self._check()
        self.parts = self._text_parts()

    def _check(self) -> None:
        names = [member.filename for member in self._members]
        if len(names) > MOST_MEMBERS or sum(m.file_size for m in self._members) > LARGEST_TOTAL:
            raise UserError("translation.too_big", file=self._name)
        if any(member.flag_bits & 1 for member in self._members):
            raise UserError("translation.encrypted", file=self._name)
        for name in names:
            parts = name.replace("\\", "/").split("/")
            if ".." in parts or name.startswith(("/", "\\")) or ":" in parts[0]:
                raise UserError("translation.unsafe", file=self._name, member=name)
        if len(set(names)) != len(names):
            raise UserError("translation.unsafe", file=self._name, member="2x")

    def _text_parts(self) -> list[str]:
        """The parts that hold text, in the order of the document first."""
        if "[Content_Types].xml" not in self._zip.namelist():
            raise UserError("translation.not_docx", file=self._name)
        types = self.xml("[Content_Types].xml").getroot()
        found = [
            xml.attribute(element, "PartName").lstrip("/")
            for element in types
            if _TYPE.search(xml.attribute(element, "ContentType"))
        ]
        here = set(self._zip.namelist())
        parts = [part for part in found if part in here]
        main = [part for part in parts if "/document" in "/" + part]
        if not any(_main(self, part) for part in parts):
            raise UserError("translation.not_docx", file=self._name)
        return main + [part for part in parts if part not in main]

    def read(self, member: str, largest: int = LARGEST_PART) -> bytes:
        """One member, unpacked, at most `largest` bytes whatever the file says of itself.

        Raises:
            UserError: translation.too_big, translation.damaged.
        """
        try:
            with self._zip.open(member) as stream:
                data = stream.read(largest + 1)
        except (
            zipfile.BadZipFile,
            zlib.error,
            OSError,
            EOFError,
            NotImplementedError,  # a compression that zipfile does not know
            RuntimeError,
        ) as error:
            raise UserError("translation.damaged", file=self._name, reason=str(error)) from error
        if len(data) > largest:
            raise UserError("translation.too_big", file=self._name)
        return data

    def xml(self, member: str) -> Tree:
        """One part, parsed without entities, document types or network.

        Raises:
            UserError: translation.damaged, translation.too_big.
        """
        try:
            return xml.parse(self.read(member))
        except xml.BrokenXmlError as error:
            reason = f"{member}: {error}"
            raise UserError("translation.damaged", file=self._name, reason=reason) from error

    def write(self, changed: Mapping[str, bytes]) -> bytes:
        """The package with some members replaced."""
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as target:
            target.comment = self._zip.comment
            left = LARGEST_TOTAL
            for member in self._members:
                info = copy.copy(member)
                data = changed.get(member.filename)
                if data is None:
                    data = self.read(member.filename, left)
                left -= len(data)
                target.writestr(info, data, compress_type=_compression(member))
        return out.getvalue()


def _compression(member: zipfile.ZipInfo) -> int:
    known = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
    return member.compress_type if member.compress_type in known else zipfile.ZIP_DEFLATED


def _main(package: Package, part: str) -> bool:
    root = package.xml(part).getroot()
    return str(root.tag).endswith("}document")
