"""Finds the text of comments and docstrings in source code.

Pygments says what is a comment; for Python its own parser says what is a docstring.

The one law: what is not surely text inside a comment is code, and code is never touched.
"""

from __future__ import annotations

import ast
import warnings
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, Protocol, cast

from agents.translation.formats import code_rules, spliced

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from agents.translation.formats.spliced import Span

Kind = Literal["line", "block", "doc"]


class Lexer(Protocol):
    """What is used of a Pygments lexer."""

    def get_tokens_unprocessed(self, text: str) -> Iterator[tuple[int, object, str]]:
        """Each token with its place and type."""
        ...


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment or docstring and where it stands."""

    kind: Kind
    start: int
    end: int


@dataclass(slots=True)
class Passage:
    """Lines of a comment that read as one text. Spans are those of the text alone."""

    comment: Comment
    lines: list[Span] = field(default_factory=list["Span"])
    leader: str | None = None  # what a further line begins with; None: there can be none


def tokens(text: str, lexer: Lexer, python: bool) -> tuple[list[Comment], list[tuple[str, str]]]:  # noqa: FBT001 - a language, no switch
    """The comments of a file, and everything else that is not white space."""
    found: list[Comment] = []
    code: list[tuple[str, str]] = []
    docs = {one.start: one for one in _docstrings(text)} if python else {}
    until = 0
    for at, kind, value in lexer.get_tokens_unprocessed(text):
        if at < until:
            continue
        name = str(kind)
        if at in docs:
            found.append(docs[at])
            code.append(("doc", ""))
            until = docs[at].end
            continue
        comment = _comment(at, name, value)
        if comment is None:
            if value.strip():
                code.append((name, value.strip()))
        elif (
            found
            and comment.kind == "block" == found[-1].kind
            and found[-1].end == at
            and not text.startswith(("/*", "=begin", "%{"), at)
        ):
            found[-1] = Comment("block", found[-1].start, comment.end)
        else:
            found.append(comment)
    return found, code


def _comment(at: int, name: str, value: str) -> Comment | None:
    bare = value.rstrip()
    end = at + len(bare)
    if name == "Token.Comment.Multiline":
        return Comment("block", at, at + len(value))
    simple = name in ("Token.Comment.Single", "Token.Comment") or (
        name == "Token.Literal.String.Doc" and bare.startswith("//")
    )
    if simple and code_rules.LEADER.match(bare):
        return Comment("line", at, end)
    return None


def _docstrings(text: str) -> Iterator[Comment]:
    tree = parse(text)
    if tree is None:
        return
    starts = [0, *(match.end() for match in spliced.LINE.finditer(text))]
    for node in ast.walk(tree):
        string = docstring(node)
        if string is None or string.end_lineno is None or string.end_col_offset is None:
            continue
        start = _offset(text, starts, string.lineno, string.col_offset)
        end = _offset(text, starts, string.end_lineno, string.end_col_offset)
        quotes = code_rules.QUOTES.match(text, start)
        # Strings that stand side by side are one for Python; here they are left alone.
        if quotes and text[start:end].count(quotes.group(1)) == 2:
            yield Comment("doc", start, end)


def parse(text: str) -> ast.Module | None:
    """The program, or nothing where Python does not understand it."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about somebody else's program
            return ast.parse(text.removeprefix("\ufeff") if text[:1] == "\ufeff" else text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def docstring(node: ast.AST) -> ast.Constant | None:
    """The docstring of a module, class or function."""
    if not isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
        return None
    first = node.body[0] if node.body else None
    if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
        return first.value if isinstance(first.value.value, str) else None
    return None


def _offset(text: str, starts: Sequence[int], line: int, column: int) -> int:
    """Python counts columns in bytes of UTF-8."""
    start = starts[line - 1]
    end = starts[line] if line < len(starts) else len(text)
    row = text[start:end]
    return start + len(row.encode("utf-8", "surrogatepass")[:column].decode("utf-8", "ignore"))


def passages(text: str, comments: Iterable[Comment]) -> Iterator[Passage]:
    """The texts in the comments, in order."""
    for group in _groups(text, comments):
        whole = text[group[0].start : group[-1].end]
        # A backslash at the end of a line comment makes the next line one, too.
        goes_on = group[0].kind == "line" and "\\\n" in whole
        if code_rules.is_licence(whole) or goes_on:
            continue
        rows = [row for comment in group for row in _rows(text, comment)]
        yield from _split(text, group[0], rows)


def _groups(text: str, comments: Iterable[Comment]) -> Iterator[list[Comment]]:
    """Line comments under each other are one."""
    group: list[Comment] = []
    for comment in comments:
        if group and not _follows(text, group[-1], comment):
            yield group
            group = []
        group.append(comment)
    if group:
        yield group


def _follows(text: str, one: Comment, two: Comment) -> bool:
    if one.kind != "line" or two.kind != "line":
        return False
    between = text[one.end : two.start]
    return (
        not between.strip()
        and len(spliced.LINE.findall(between)) == 1
        and _before(text, one.start) == _before(text, two.start)
        and _sign(text, one) == _sign(text, two)
        and not _before(text, one.start).strip()
    )


def _sign(text: str, comment: Comment) -> str:
    found = code_rules.LEADER.match(text, comment.start, comment.end)
    return found.group().strip() if found else ""


def _before(text: str, at: int) -> str:
    """What stands before `at` in its line."""
    line = text.rfind("\n", 0, at) + 1
    return text[max(line, text.rfind("\r", line, at) + 1) : at]


def _rows(text: str, comment: Comment) -> Iterator[Span]:
    """The text of each line of a comment, without leaders and quotation marks."""
    start, end = comment.start, comment.end
    opening = {
        "line": code_rules.LEADER,
        "block": code_rules.OPENER,
        "doc": code_rules.QUOTES,
    }[comment.kind].match(text, start, end)
    if opening is None:
        return
    if comment.kind == "doc":
        end -= len(opening.group(1))
    elif comment.kind == "block":
        last = max(text.rfind("\n", start, end), text.rfind("\r", start, end), opening.end() - 1)
        closing = code_rules.CLOSER.search(text, last + 1, end)
        end = closing.start() if closing else end
    at = min(opening.end(), end)
    for line in spliced.LINE.finditer(text, at, end):
        yield at, line.start()
        at = line.end()
        if comment.kind == "block":
            middle = code_rules.MIDDLE.match(text, at, end)
            at = middle.end() if middle else at
    yield at, end


def _split(text: str, comment: Comment, rows: Sequence[Span]) -> Iterator[Passage]:
    """Rows that belong together; those that are no text are left out."""
    passage = Passage(comment)
    fenced = False
    doctest = False
    literal = -1  # the indent whose deeper lines are an example
    for start, end in rows:
        line = text[start:end]
        indent = len(line) - len(line.lstrip())
        deep = literal >= 0 and (not line.strip() or indent > literal)
        literal = literal if deep else -1
        doctest = (doctest or line.lstrip().startswith(">>>")) and bool(line.strip())
        toggles = code_rules.closes_fence(line) if fenced else code_rules.opens_fence(line)
        if fenced or toggles or deep or doctest or not line.strip() or code_rules.stays(line):
            fenced = fenced != toggles
            if not deep and line.rstrip().endswith("::"):
                literal = indent
            if passage.lines:
                yield passage
            passage = Passage(comment)
            continue
        mark = code_rules.tag(line.lstrip())
        begin = start + indent + mark
        if passage.lines and (mark or indent < _indent(text, passage)):
            yield passage
            passage = Passage(comment)
        stop = start + len(line.rstrip())
        if begin < stop:
            passage.leader = _leader(text, comment, begin, marked=mark > 0, first=not passage.lines)
            passage.lines.append((begin, stop))
        if line.rstrip().endswith("::"):
            literal = indent
            yield passage
            passage = Passage(comment)
    if passage.lines:
        yield passage


def _indent(text: str, passage: Passage) -> int:
    """The indent of a passage's last row, counted from its leader."""
    start = passage.lines[-1][0]
    before = _before(text, start)
    return len(before) - len(before.rstrip(" \t")) if len(passage.lines) > 1 else 0


def _leader(text: str, comment: Comment, begin: int, *, marked: bool, first: bool) -> str | None:
    """What a line after this one would begin with."""
    before = _before(text, begin)
    if not first:
        return before
    if marked or comment.kind != "line":
        return None
    alone = not _before(text, comment.start).strip()
    return before if alone and code_rules.LEADER.fullmatch(before) else None


def same_program(one: str, two: str) -> bool:
    """Whether Python sees the same program in both, docstrings aside."""
    trees = parse(one), parse(two)
    if trees[0] is None or trees[1] is None:
        return trees[0] is trees[1]
    dumps: list[str] = []
    for tree in trees:
        for node in ast.walk(cast("ast.AST", tree)):
            string = docstring(node)
            if string is not None:
                string.value = ""
        try:
            dumps.append(ast.dump(cast("ast.AST", tree)))
        except RecursionError:
            return False
    return dumps[0] == dumps[1]
