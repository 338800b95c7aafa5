"""The zip file around an office document: opened with care, written back member by member.

The one law: nothing in the file is trusted (sizes, names, XML), and a member that was not
changed is written with the bytes it had, in its old place. Nothing in it is ever run.
"""

from __future__ import annotations

import copy
import io
import shutil
import stat
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
SUSPECT = 256 * 2**20  # bytes of all members from which on the ratio counts
LARGEST_RATIO = 200  # times the size of the file; documents of words stay below 50
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    OSError,
    EOFError,
    NotImplementedError,  # a compression that zipfile does not know
    RuntimeError,
)
# The new kind for each old one, which is a binary file of its own.
OLD_ENDINGS = {".doc": ".docx", ".ppt": ".pptx", ".xls": ".xlsx", ".hwp": ".hwpx"}


class Package:
    """An opened container. Members are unpacked when they are asked for."""

    def __init__(self, data: bytes, name: str) -> None:
        """Check the container.

        Raises:
            UserError: translation.{encrypted,old_format,wrong_ending,damaged,too_big,unsafe}.
        """
        self.name = name
        if data.startswith(_OLE):
            secret = "EncryptedPackage".encode("utf-16-le") in data
            if secret:
                raise UserError("translation.encrypted", file=name)
            had_one = _ending(name) in OLD_ENDINGS.values()
            raise old_format(name) if had_one else self.wrong_ending()
        if not data.startswith(b"PK"):
            raise self.wrong_ending()
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
            self._members = self._zip.infolist()
        # `NotImplementedError` is what zipfile raises for a compression it does not know.
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
            raise UserError("translation.damaged", file=name, reason=str(error)) from error
        self._size = len(data)
        self._check()
        self.names = frozenset(member.filename for member in self._members)

    def wrong_ending(self) -> UserError:
        """The file is not what its name says."""
        return UserError("translation.wrong_ending", file=self.name, ending=_ending(self.name))

    @property
    def members(self) -> list[zipfile.ZipInfo]:
        """What is inside, in the order of the file."""
        return self._members

    def _check(self) -> None:
        names = [member.filename for member in self._members]
        total = sum(member.file_size for member in self._members)
        bomb = total > SUSPECT and total > LARGEST_RATIO * self._size
        if len(names) > MOST_MEMBERS or total > LARGEST_TOTAL or bomb:
            raise UserError("translation.too_big", file=self.name)
        if any(member.flag_bits & 1 for member in self._members):
            raise UserError("translation.encrypted", file=self.name)
        for name in names:
            parts = name.replace("\\", "/").split("/")
            if ".." in parts or name.startswith(("/", "\\")) or ":" in parts[0]:
                raise UserError("translation.unsafe", file=self.name, member=name)
        for member in self._members:
            if stat.S_ISLNK(member.external_attr >> 16):  # whoever unpacks it would follow it
                raise UserError("translation.unsafe", file=self.name, member=member.filename)
        if len(set(names)) != len(names):
            raise UserError("translation.unsafe", file=self.name, member="2x")

    def read(self, member: str, largest: int = LARGEST_PART) -> bytes:
        """One member, unpacked, at most `largest` bytes whatever the file says of itself.

        Raises:
            UserError: translation.too_big, translation.damaged.
        """
        try:
            with self._zip.open(member) as stream:
                data = stream.read(largest + 1)
        except _DAMAGE as error:
            raise UserError("translation.damaged", file=self.name, reason=str(error)) from error
        if len(data) > largest:
            raise UserError("translation.too_big", file=self.name)
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
            raise UserError("translation.damaged", file=self.name, reason=reason) from error

    def write(self, changed: Mapping[str, bytes]) -> bytes:
        """The package with some members replaced.

        Raises:
            UserError: translation.too_big, translation.damaged.
        """
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as target:
            target.comment = self._zip.comment
            for member in self._members:
                info = copy.copy(member)
                info.compress_type = _compression(member)
                data = changed.get(member.filename)
                if data is not None:
                    target.writestr(info, data)
                else:
                    self._copy(member, info, target)
        return out.getvalue()

    def _copy(
        self, member: zipfile.ZipInfo, info: zipfile.ZipInfo, target: zipfile.ZipFile
    ) -> None:
        """One member as it is, a little at a time. It cannot be larger than it says of itself."""
        try:
            with self._zip.open(member) as stream, target.open(info, "w") as out:
                shutil.copyfileobj(stream, out, 2**20)
        except _DAMAGE as error:
            raise UserError("translation.damaged", file=self.name, reason=str(error)) from error


def old_format(name: str) -> UserError:
    """The file is of the binary kind that came before."""
    ending = _ending(name)
    return UserError("translation.old_format", file=name, ending=OLD_ENDINGS.get(ending, ending))


def _ending(name: str) -> str:
    return "." + name.rpartition(".")[2].lower()


def _compression(member: zipfile.ZipInfo) -> int:
    known = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
    return member.compress_type if member.compress_type in known else zipfile.ZIP_DEFLATED
