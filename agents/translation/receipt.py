"""The receipt of a translated file, and how files are written so that none is ever half there.

The one law: the receipt adds up and speaks of the written file. `segments` is `translated` plus
`untranslated`; what came from the memory is among the translated; a translation that its page has
no place for is not.
"""

from __future__ import annotations

import contextlib
import json
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, cast

import msgspec

from agents.base import UserError
from agents.translation.events import Problem, Receipt

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from agents.store.segment_rows import StoredSegment
    from agents.translation.events import EngineKind, Language, ProblemKind

SUFFIX = ".receipt.json"


def make(
    segments: Sequence[StoredSegment],
    *,
    names: tuple[str, str],
    languages: tuple[Language, Language],
    engine: EngineKind,
    model: str,
    seconds: float,
) -> Receipt:
    """Count what happened. `names` and `languages` are (source, target)."""
    done = [one for one in segments if one.state != "untranslated" and "tag" not in one.problems]
    problems = [
        Problem(one.segment, cast("ProblemKind", kind), one.source, _answer(one))
        for one in segments
        for kind in one.problems
    ]
    return Receipt(
        source=names[0],
        output=names[1],
        source_language=languages[0],
        target_language=languages[1],
        engine=engine,
        model=model,
        segments=len(segments),
        translated=len(done),
        untranslated=len(segments) - len(done),
        retried=sum(one.retried for one in segments),
        from_memory=sum(one.state == "from_memory" for one in done),
        seconds=round(seconds, 3),
        problems=tuple(problems),
    )


def _answer(segment: StoredSegment) -> str:
    """What was answered: it stands in the document, or was refused."""
    return segment.refused if segment.state == "untranslated" else segment.target


def as_json(receipt: Receipt) -> bytes:
    """The receipt as it is written beside the file."""
    text = json.dumps(msgspec.to_builtins(receipt), ensure_ascii=False, indent=2)
    return text.encode("utf-8") + b"\n"


def write_whole(path: Path, data: bytes | Iterable[bytes]) -> None:
    """Write a file, whole or in pieces, all at once: it is there whole, or not at all.

    Raises:
        UserError: file.unwritable.
    """
    part: Path | None = None
    try:
        with tempfile.NamedTemporaryFile(
            dir=path.parent, prefix=".moadesk-", suffix=".part", delete=False
        ) as file:
            part = Path(file.name)
            file.writelines([data] if isinstance(data, bytes) else data)
            file.flush()
            os.fsync(file.fileno())
        part.chmod(0o666 & ~_umask())
        part.replace(path)
    except BaseException as error:
        if part is not None:
            with contextlib.suppress(OSError):
                part.unlink()
        if not isinstance(error, OSError):
            raise  # whoever makes the pieces was told to stop
        raise UserError("file.unwritable", path=str(path), reason=str(error)) from error


def _umask() -> int:
    """The rights the user wants new files to lack (a temporary file has none of them)."""
    if os.name != "posix":
        return 0
    status = Path("/proc/self/status")
    with contextlib.suppress(OSError, ValueError, IndexError):
        for line in status.read_text("ascii", "replace").splitlines():
            if line.startswith("Umask:"):
                return int(line.split()[1], 8)
    return 0o022
