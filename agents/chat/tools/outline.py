"""The outline of a document that is to be made: title, headings, paragraphs, items, tables.

The one law: what the user wrote is taken over word by word; only where there is nothing but a
topic does a model fill the outline, and then it can write nothing but an outline.
"""

from __future__ import annotations

import csv
import io
import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, cast

from agents.base import UserError
from agents.chat.asking import language
from agents.engine.port import GenerationRequest, Message, Priority

if TYPE_CHECKING:
    from collections.abc import Sequence

    from agents.base import CancelToken
    from agents.chat.hands import Handed
    from agents.engine.port import Engine

BlockKind = Literal["heading", "text", "item", "table"]

_MAX_TOKENS = 1_400
_LONGEST_TITLE = 60
_HEADING = re.compile(r"^(#{1,6})\s+(.+?)\s*#*$")
_ITEM = re.compile(r"^\s*(?:[-*•·+–]|\d{1,3}[.)]|[가-하][.)]|[①-⑳])\s+(.+)$")
_CHAPTER = re.compile(r"^(?:\d{1,3}[.)]|제\s?\d{1,3}\s?[장절])\s+.+$")
_RULE = re.compile(r"^\s*\|?\s*:?-{2,}:?\s*(?:\|\s*:?-{2,}:?\s*)*\|?\s*$")
_MARKS = re.compile(r"(\*\*|__|`)(.+?)\1")
_NAMES = {
    "en": "Make the outline of a {kind} for this request. Answer as JSON.\n\nRequest: {text}",
    "ko": "다음 요청에 맞는 {kind}의 개요를 한국어로 만들어 JSON으로 답하라.\n\n요청: {text}",
}
_KINDS = {
    "pptx": {"en": "presentation", "ko": "발표 자료"},
    "xlsx": {"en": "spreadsheet", "ko": "표"},
    "docx": {"en": "document", "ko": "문서"},
}
_TEXT = {"type": "string", "minLength": 1, "maxLength": 200}
_SECTIONS = json.dumps(
    {
        "type": "object",
        "properties": {
            "title": {"type": "string", "minLength": 1, "maxLength": 60},
            "sections": {
                "type": "array",
                "minItems": 1,
                "maxItems": 12,
                "items": {
                    "type": "object",
                    "properties": {
                        "heading": {"type": "string", "minLength": 1, "maxLength": 60},
                        "points": {"type": "array", "minItems": 1, "maxItems": 6, "items": _TEXT},
                    },
                    "required": ["heading", "points"],
                },
            },
        },
        "required": ["title", "sections"],
    }
)
_CELL = {"type": "string", "maxLength": 60}
_TABLE = json.dumps(
    {
        "type": "object",
        "properties": {
            "title": {"type": "string", "minLength": 1, "maxLength": 60},
            "columns": {"type": "array", "minItems": 1, "maxItems": 10, "items": _CELL},
            "rows": {
                "type": "array",
                "maxItems": 20,
                "items": {"type": "array", "minItems": 1, "maxItems": 10, "items": _CELL},
            },
        },
        "required": ["title", "columns", "rows"],
    }
)


@dataclass(frozen=True, slots=True)
class Block:
    """One part of a document."""

    kind: BlockKind
    text: str = ""
    level: int = 1  # of a heading
    rows: tuple[tuple[str, ...], ...] = ()  # of a table; the first is its head


@dataclass(frozen=True, slots=True)
class Outline:
    """A document that is to be made."""

    title: str
    blocks: tuple[Block, ...]


def of_text(text: str, title: str = "", *, chapters: bool = False) -> Outline:
    """The outline of a text: Markdown, lists, tables with bars, commas or tabs, or plain lines.

    Args:
        text: what the document is to hold.
        title: its title; "" = its only topmost heading, or its first line.
        chapters: whether what is numbered at the edge is a heading, with its number, or an item.
    """
    blocks: list[Block] = []
    lines = text.replace("\r\n", "\n").split("\n")
    at = 0
    while at < len(lines):
        table, after = _table(lines, at)
        if table:
            blocks.append(Block("table", rows=table))
            at = after
            continue
        chapter = _CHAPTER.match(lines[at]) if chapters else None
        block = Block("heading", plain(chapter[0])) if chapter else _block(lines[at])
        at += 1
        if block is not None:
            blocks.append(block)
    heads = [one for one in blocks if one.kind == "heading"]
    # One of several chapters is not the title of all.
    alone = heads[:1] if all(one.level > heads[0].level for one in heads[1:]) else []
    if not title:
        if alone:
            title = alone[0].text
        elif not chapters:
            title = heads[0].text if heads else _first_line(blocks)
    if alone and blocks[0] is alone[0] and alone[0].text == title:
        blocks = blocks[1:]
    return Outline(_short(title), tuple(blocks))


def by_model(engine: Engine, handed: Handed, kind: str, cancel: CancelToken) -> Outline:
    """An outline that a model fills, under a schema.

    Raises:
        CancelledError: `cancel` was set.
        UserError: chat.no_outline (it broke off), and what the engine raises.
    """
    spoken = language(engine, handed)
    name = _KINDS[kind if kind in _KINDS else "docx"][spoken]
    request = GenerationRequest(
        messages=(Message("user", _NAMES[spoken].format(kind=name, text=handed.task.text)),),
        sampling=engine.info.sampling,
        max_tokens=_MAX_TOKENS,
        json_schema=_TABLE if kind == "xlsx" else _SECTIONS,
        priority=Priority.INTERACTIVE,
        template_variables=(("enable_thinking", False),),
    )
    said = engine.submit(request, cancel).result().text
    try:
        value: Any = json.loads(said)
        return _of_table(value) if kind == "xlsx" else _of_sections(value)
    except (ValueError, KeyError, TypeError) as error:
        raise UserError("chat.no_outline") from error


def plain(text: str) -> str:
    """A line without the signs of Markdown."""
    return _MARKS.sub(r"\2", text).strip()


def _of_sections(value: dict[str, Any]) -> Outline:
    blocks: list[Block] = []
    for section in cast("Sequence[dict[str, Any]]", value["sections"]):
        blocks.append(Block("heading", plain(str(section["heading"]))))
        blocks += [
            Block("item", plain(str(point)))
            for point in cast("Sequence[object]", section["points"])
            if str(point).strip()
        ]
    return Outline(_short(plain(str(value["title"]))), tuple(blocks))


def _of_table(value: dict[str, Any]) -> Outline:
    head = tuple(str(cell).strip() for cell in cast("Sequence[object]", value["columns"]))
    rows = [
        tuple(str(cell).strip() for cell in row)[: len(head)]
        for row in cast("Sequence[Sequence[object]]", value["rows"])
    ]
    return Outline(_short(plain(str(value["title"]))), (Block("table", rows=(head, *rows)),))


def _block(line: str) -> Block | None:
    if not line.strip() or _RULE.match(line):
        return None
    heading = _HEADING.match(line.strip())
    if heading:
        return Block("heading", plain(heading[2]), min(3, len(heading[1])))
    item = _ITEM.match(line)
    return Block("item", plain(item[1])) if item else Block("text", plain(line))


def _table(lines: Sequence[str], at: int) -> tuple[tuple[tuple[str, ...], ...], int]:
    """The table that begins on a line, and where it ends; nothing where none begins."""
    for split in (_barred, _tabbed, _separated):
        rows: list[tuple[str, ...]] = []
        end = at
        while end < len(lines):
            if split is _barred and rows and _RULE.match(lines[end]):
                end += 1
                continue
            cells = split(lines[end])
            if len(cells) < 2 or (rows and len(cells) != len(rows[0])):
                break
            rows.append(cells)
            end += 1
        if len(rows) > 1:
            return tuple(rows), end
    return (), at


def _barred(line: str) -> tuple[str, ...]:
    inner = line.strip()
    if "|" not in inner or _RULE.match(line):
        return ()
    return tuple(plain(cell) for cell in inner.strip("|").split("|"))


def _tabbed(line: str) -> tuple[str, ...]:
    return tuple(cell.strip() for cell in line.split("\t")) if "\t" in line.strip() else ()


def _separated(line: str) -> tuple[str, ...]:
    """Cells set apart by commas; a sentence with commas in it is none."""
    if "," not in line or line.rstrip().endswith((".", "?", "!", "다")):
        return ()
    cells = next(csv.reader(io.StringIO(line)), list[str]())
    return tuple(cell.strip() for cell in cells) if max(map(len, cells)) < 60 else ()


def _first_line(blocks: Sequence[Block]) -> str:
    return next((one.text for one in blocks if one.kind in ("text", "item")), "")


def _short(title: str) -> str:
    line = " ".join(title.split())
    return line if len(line) <= _LONGEST_TITLE else line[: _LONGEST_TITLE - 1].rstrip() + "…"
