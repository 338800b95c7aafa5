"""The tool that makes documents: Word, Excel, PowerPoint, text, and PDF where LibreOffice is.

The one law: a file that is there is never written over, a new one is whole or not there, and it
goes only into a folder the user allowed.
"""

from __future__ import annotations

import contextlib
import csv
import dataclasses
import io
import os
import re
from pathlib import Path, PurePath
from typing import TYPE_CHECKING

from agents.base import UserError
from agents.chat.files.named import named
from agents.chat.hands import Given
from agents.chat.tools import outline
from agents.chat.tools.content import brought
from agents.chat.tools.inline import unfolded
from agents.chat.tools.office import docx, pptx, xlsx
from agents.chat.tools.which import kind
from agents.pages import office

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from agents.base import CancelToken
    from agents.chat.hands import Handed
    from agents.chat.tools.asked import Asked, Desk
    from agents.chat.tools.folders import UserFolders
    from agents.chat.tools.outline import Outline
    from agents.engine.port import Models

_ENOUGH = 60  # letters that are a content and no topic
_UNFIT = re.compile(r"[\\/:*?\"<>|\x00-\x1f]+")
_LONGEST = 80  # letters of a name
_NAMES = 1_000  # of one title in a folder
_ENDINGS = (".docx", ".xlsx", ".pptx", ".txt", ".md", ".csv", ".pdf")
_TABLES = (".xlsx", ".csv")
_MARKDOWN = re.compile(r"(?<![a-z])md(?![a-z])|markdown|마크다운", re.IGNORECASE)
_OUTLINE = re.compile(
    r"\b(?:outline|chapters?|sections?|table\s+of\s+contents|slides?)\b|목차|개요|차례|슬라이드",
    re.IGNORECASE,
)
_TOPIC = re.compile(
    r"\b(?:about|titled|called|on)\s+(?P<en>[^:\n]{2,60}?)(?=\s+(?:with|from|using|and)\b|\s*[:,\n])"
    r"|(?:^|[.,]\s*)(?P<ko>[^:,.\n]{2,40}?)(?:에\s*(?:대한|관한)|(?:이)?라는\s*제목)",
    re.IGNORECASE,
)
_COMMAS = re.compile(r"(?<![a-z])csv(?![a-z])", re.IGNORECASE)
_SAID = {
    "refused": {
        "en": "I made no file: you have not allowed it.",
        "ko": "허락하지 않으셔서 파일을 만들지 않았습니다.",
    },
    "made": {"en": "Made: `{path}`", "ko": "파일을 만들었습니다: `{path}`"},
    "outline": {"en": "Outline", "ko": "개요"},
    "table": {"en": "Table", "ko": "표"},
    "instead": {
        "en": "A file of the kind you asked for cannot be made here, so this is a Word document.",
        "ko": "요청하신 형식의 파일은 여기서 만들 수 없어 Word 문서로 만들었습니다. 한글에서도 "
        "열 수 있습니다.",
    },
    "written": {
        "en": "The contents were written by the model. Look through them before you use them.",
        "ko": "내용은 모델이 썼습니다. 쓰기 전에 살펴봐 주세요.",
    },
}


class Making:
    """Makes a document of what a request brings along, or of an outline that a model fills."""

    def __init__(
        self, desk: Desk, where: UserFolders, models: Models, output: Callable[[], str]
    ) -> None:
        """Keep who allows it, the user's folders, who lends models, and the folder for output."""
        self._desk = desk
        self._folders = where
        self._models = models
        self._output = output

    def run(self, handed: Handed, cancel: CancelToken) -> Generator[Asked, None, Given]:
        """Make a file; see `hands.Hand.run`.

        Raises:
            UserError: file.unwritable, chat.no_outline.
        """
        text, spoken = handed.task.text, handed.language
        ending, instead = _ending(text)
        name = next(iter(named(text)), "")
        content = unfolded(brought(handed))
        title = PurePath(name).stem
        # what a task before this one gave is the content, however short
        by_model = not (_holds(content, ending) or (handed.so_far and content.strip()))
        made = None if by_model else _taken_over(content, title, text, ending, spoken)
        wanted = _fitting(title or (made.title if made else "") or "MoA Desk") + ending
        where = self._folders.named(text)
        folder = yield from self._desk.may(
            "make",
            handed.conversation,
            cancel,
            folder=str(where or self._output() or self._folders.usual()),
            detail=wanted,
        )
        if folder is None:
            return Given(_SAID["refused"][spoken], "files", exact=True)
        tokens_by = "files"
        if made is None:
            with self._models.borrow(handed.model, cancel) as engine:
                made = outline.by_model(engine, handed, ending[1:], cancel)
                tokens_by = engine.info.name
        data = _written(made, ending, content, cancel)
        if data is None:
            ending, instead = ".docx", True
            data = docx.write(made)
        cancel.check()
        path = kept(Path(folder), _fitting(title or made.title or "MoA Desk"), ending, data)
        said = [_SAID["made"][spoken].format(path=path)]
        said += [_SAID["instead"][spoken]] if instead else []
        said += [_SAID["written"][spoken]] if by_model else []
        return Given("\n\n".join(said), tokens_by, 1, exact=True, paths=(str(path),))


def kept(folder: Path, name: str, ending: str, data: bytes) -> Path:
    """Write a new file; where the name is taken, with a number behind it.

    Raises:
        UserError: file.unwritable.
    """
    for number in range(1, _NAMES):
        path = folder / f"{name}{f' ({number})' if number > 1 else ''}{ending}"
        try:
            folder.mkdir(parents=True, exist_ok=True)
            # exclusive: whatever came to be there since is not written over, nor is a link followed
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _BINARY, 0o644)
        except FileExistsError:
            continue
        except OSError as error:
            raise _unwritable(path, error) from error
        try:
            with os.fdopen(handle, "wb") as out:
                out.write(data)
        except OSError as error:
            with contextlib.suppress(OSError):
                path.unlink()
            raise _unwritable(path, error) from error
        return path
    raise UserError("file.unwritable", path=str(folder / name), reason="EEXIST")


_BINARY: int = getattr(os, "O_BINARY", 0)


def _unwritable(path: Path, error: OSError) -> UserError:
    return UserError("file.unwritable", path=str(path), reason=error.strerror or str(error))


def _ending(text: str) -> tuple[str, bool]:
    """The ending of the file that is made, and whether it is another than what is asked for."""
    for name in named(text):
        ending = PurePath(name).suffix.lower()
        if ending in _ENDINGS:
            return ending, False
    wanted = kind(text) or "docx"
    if wanted == "hwp":
        return ".docx", True
    if wanted == "txt" and _MARKDOWN.search(text):
        return ".md", False
    if wanted == "xlsx" and _COMMAS.search(text):
        return ".csv", False
    return f".{wanted}", False


def _holds(content: str, ending: str) -> bool:
    """Whether a content is one, and no topic: it is long, or has lines, or is a plain text."""
    lines = [line for line in content.splitlines() if line.strip()]
    return bool(lines) and (ending in (".txt", ".md") or len(lines) > 1 or len(content) >= _ENOUGH)


def _taken_over(content: str, title: str, request: str, ending: str, spoken: str) -> Outline:
    """The outline of what the user wrote, with the title the request names, or a plain one."""
    chapters = ending == ".pptx" or _OUTLINE.search(request) is not None
    head = request.removesuffix(content) if content in request else request.split("\n", 1)[0]
    topic = _TOPIC.search(head)
    named_so = next((part for part in topic.groups() if part), "") if topic else ""
    made = outline.of_text(content, title or named_so.strip(" \"'“”‘’"), chapters=chapters)
    plain = _SAID["table" if ending in _TABLES else "outline"][spoken]
    return made if made.title else dataclasses.replace(made, title=plain)


def _written(made: Outline, ending: str, content: str, cancel: CancelToken) -> bytes | None:
    """The bytes of a file; None where no program here can make it."""
    match ending:
        case ".txt" | ".md":
            data = (content or _as_text(made)).encode("utf-8")
        case ".csv":
            out = io.StringIO(newline="")
            csv.writer(out).writerows(map(_harmless, row) for row in xlsx.rows_of(made))
            data = b"\xef\xbb\xbf" + out.getvalue().encode("utf-8")  # or Excel takes it for CP949
        case ".xlsx":
            data = xlsx.write(made)
        case ".pptx":
            data = pptx.write(made)
        case _:
            data = docx.write(made)
    if ending != ".pdf":
        return data
    try:
        return office.as_pdf(data, ".docx", cancel)
    except (office.NoOfficeError, office.OfficeError):
        return None


def _harmless(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell[:1] in ("=", "+", "@") else cell


def _as_text(made: Outline) -> str:
    lines = [f"# {made.title}", ""]
    for block in made.blocks:
        if block.kind == "heading":
            lines += ["", f"{'#' * (block.level + 1)} {block.text}", ""]
        elif block.kind == "table":
            lines += [" | ".join(row) for row in block.rows]
        else:
            lines.append(f"- {block.text}" if block.kind == "item" else block.text)
    return "\n".join(lines) + "\n"


def _fitting(title: str) -> str:
    """A title as the name of a file."""
    name = " ".join(_UNFIT.sub(" ", title).split()).strip(" .")
    return name[:_LONGEST].strip(" .") or "MoA Desk"
