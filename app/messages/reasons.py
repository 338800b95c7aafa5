"""What the system and the libraries give as a reason, for a sentence that names it in brackets.

The one law: a reason that is not listed is shown as it came, for it may help who helps.
"""

from __future__ import annotations

import re

# of "[Errno 28] No space left on device: '/home/…'" the part that is a reason
_NUMBERED = re.compile(r"^\[(?:Errno|WinError) -?\d+\] ([^:]+?)(?:: .*)?$", re.DOTALL)

REASONS = (
    "No such file or directory",
    "Permission denied",
    "Operation not permitted",
    "No space left on device",
    "Disk quota exceeded",
    "Read-only file system",
    "Is a directory",
    "Not a directory",
    "File exists",
    "File name too long",
    "Input/output error",
    "Device or resource busy",
    "Too many open files",
    "Stale file handle",
    "Connection refused",
    "Connection reset by peer",
    "Connection timed out",
    "Network is unreachable",
    "No route to host",
    "Name or service not known",
    "Temporary failure in name resolution",
    "timed out",
    "the server does not speak https",
    "File is not a zip file",
    "file is not a database",
    "database disk image is malformed",
    "database or disk is full",
    "disk I/O error",
    "attempt to write a readonly database",
    "unable to open database file",
    "Input data was truncated",
    "JSON is malformed: invalid character (byte 0)",
)


def plain(reason: str) -> str:
    """A reason without its number, and without the path that the sentence names anyway."""
    numbered = _NUMBERED.match(reason)
    return numbered[1] if numbered else reason
