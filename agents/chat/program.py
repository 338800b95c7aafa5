"""The hand for programs: a specialist writes, and every block is read by a parser.

The one law: code that does not parse is asked for once more with the parser's words; what still
does not parse is shown with where and why. A block that breaks off is one of these. Nothing is run
here.
"""

from __future__ import annotations

import ast
import dataclasses
import json
import re
import tomllib
import warnings
from typing import TYPE_CHECKING

from agents.base import Notice
from agents.chat.asking import ask, language
from agents.engine.port import Message

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from agents.base import CancelToken, Token
    from agents.chat.hands import Given, Handed
    from agents.engine.port import Engine, Models

MAX_TOKENS = 1536
_LONGEST = 100_000  # letters of a block that are parsed
_SYSTEM = {
    "en": (
        "You are a programmer. Put code into fenced blocks that name their language, "
        "and explain briefly."
    ),
    "ko": (
        "당신은 프로그래머다. 코드는 언어 이름이 붙은 코드 블록에 쓰고, 설명은 한국어로 짧게 쓴다."
    ),
}
_AGAIN = "The {language} code does not parse: {why}\nWrite the whole answer again, corrected."
_FENCE = re.compile(r"^([ ]{0,12})(```+|~~~+)[ ]*([\w+#.-]*)([^\n]*)$")  # also in a list
_INSIDE = 3  # spaces that a block's end may stand further in than its beginning
# What nobody but Python begins a line with; small models forget to name the language.
_LIKE_PYTHON = re.compile(
    r"^(?:def \w+\(.*\).*:|class \w+.*:|from [\w.]+ import |import [\w.]+\s*$|print\()",
    re.MULTILINE,
)


@dataclasses.dataclass(frozen=True, slots=True)
class Block:
    """A fenced block of an answer."""

    language: str  # in small letters; "" where none is named and none can be told
    code: str
    closed: bool = True  # False: the answer broke off in it


class CodeHand:
    """Implements `hands.Hand`."""

    def __init__(self, models: Models, specialist: Callable[[str], str]) -> None:
        """Keep what lends models.

        Args:
            models: lends engines.
            specialist: the id of the model for code, given the commander's.
        """
        self._models = models
        self._specialist = specialist

    def takes(self, task: str) -> bool:
        """Everything."""
        return bool(task)

    def run(self, handed: Handed, cancel: CancelToken) -> Generator[Token | Notice, None, Given]:
        """Write or explain; see `hands.Hand.run`."""
        model = self._specialist(handed.model) if handed.specialist else handed.model
        with self._models.borrow(model, cancel) as engine:
            messages = [
                Message("system", _SYSTEM[language(engine, handed)]),
                *handed.before,
                Message("user", "\n\n".join([*handed.so_far, handed.task.text])),
            ]
            first = yield from _asked(engine, messages, handed, cancel)
            if not first.wrong:
                return first
            yield Notice("chat.code_again", (("count", len(first.wrong)),))
            written, why = problems(first.text)[0]
            messages += [
                Message("assistant", first.text),
                Message("user", _AGAIN.format(language=written, why=why)),
            ]
            second = yield from _asked(engine, messages, handed, cancel, again=True)
            better = second.checked and len(second.wrong) < len(first.wrong)
            return dataclasses.replace(
                second if better else first,
                tokens=first.tokens + second.tokens,
                notes=tuple(dict.fromkeys((*(second if better else first).notes, "again"))),
            )


def blocks(answer: str) -> tuple[Block, ...]:
    """The fenced blocks of an answer, in order."""
    return tuple(block for block, _end in places(answer))


def places(answer: str) -> tuple[tuple[Block, int], ...]:
    """The same with where each ends in the answer, behind its last line.

    In a list a block stands as far in as its item does: that much is no part of the program.
    """
    return tuple(_read(answer)[0])


def whole(answer: str) -> str:
    """An answer whose last block is closed, so that more can be written below it."""
    opened = _read(answer)[1]
    return answer if opened is None else f"{answer.rstrip()}\n{opened[1]}{opened[2]}"


def _read(answer: str) -> tuple[list[tuple[Block, int]], re.Match[str] | None]:
    """The blocks and where they end; the line that opens the last one, if nothing closes it."""
    made: list[tuple[Block, int]] = []
    opened: re.Match[str] | None = None
    lines: list[str] = []
    at = 0
    for line in answer.split("\n"):
        end = at + len(line)
        fence = _FENCE.match(line)
        if opened is None:
            if fence is not None and "`" not in fence[4]:
                opened, lines = fence, []
        elif fence is not None and _ends(opened, fence):
            made.append((_block(opened, lines, closed=True), end))
            opened = None
        else:
            lines.append(line)
        at = end + 1
    if opened is not None:
        made.append((_block(opened, lines, closed=False), len(answer)))
    return made, opened


def _ends(opened: re.Match[str], fence: re.Match[str]) -> bool:
    same = fence[2].startswith(opened[2])
    return same and not (fence[3] + fence[4]).strip() and len(fence[1]) <= len(opened[1]) + _INSIDE


def _block(opened: re.Match[str], lines: list[str], *, closed: bool) -> Block:
    inside = len(opened[1])
    code = "\n".join(line[min(inside, len(line) - len(line.lstrip(" "))) :] for line in lines)
    code += "\n" if closed and lines else ""
    return Block(opened[3].lower() or _told(code), code, closed)


def is_python(block: Block) -> bool:
    """Whether a block is a Python program that parses, from its first line to its last."""
    return _PARSERS.get(block.language) is _python and block.closed and not _why(block)


def judged(answer: str) -> int:
    """How many blocks of an answer are of a language that is parsed."""
    return sum(block.language in _PARSERS for block in blocks(answer))


def problems(answer: str) -> list[tuple[str, str]]:
    """The blocks that do not parse: their language and why. Others than these are not judged."""
    found: list[tuple[str, str]] = []
    for block in blocks(answer):
        why = _why(block)
        if why:
            found.append((block.language, why))
    return found


def _told(code: str) -> str:
    return "python" if _LIKE_PYTHON.search(code) else ""


def _why(block: Block) -> str:
    """Why a block does not parse; "" where it does or is not judged."""
    parse = _PARSERS.get(block.language)
    if parse is None or len(block.code) > _LONGEST:
        return ""
    return parse(block.code) or ("" if block.closed else "it breaks off")


def _asked(
    engine: Engine,
    messages: list[Message],
    handed: Handed,
    cancel: CancelToken,
    *,
    again: bool = False,
) -> Generator[Token, None, Given]:
    given = yield from ask(engine, messages, handed, cancel, max_tokens=MAX_TOKENS, again=again)
    wrong = tuple(f"{language_}: {why}" for language_, why in problems(given.text))
    return dataclasses.replace(given, checked=judged(given.text), wrong=wrong)


def _python(code: str) -> str:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # "\d" in somebody's regular expression
            ast.parse(code)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        line = getattr(error, "lineno", None)
        return f"line {line}: {error.args[0]}" if line else str(error.args[0] if error.args else "")
    return ""


def _json(code: str) -> str:
    try:
        json.loads(code)
    except (ValueError, RecursionError) as error:
        return str(error)
    return ""


def _toml(code: str) -> str:
    try:
        tomllib.loads(code)
    except (ValueError, RecursionError) as error:
        return str(error)
    return ""


_PARSERS: dict[str, Callable[[str], str]] = {
    "python": _python,
    "py": _python,
    "python3": _python,
    "json": _json,
    "toml": _toml,
}
