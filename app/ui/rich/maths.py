r"""Where formulas are in Markdown: $…$, $$…$$, \(…\) and \[…\].

The one law: what may be a price is no formula. "$5 and $10" stays as it is written, and a
formula that is never closed stays as well.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from app.ui.rich.breaks import is_hangul

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_block import StateBlock
    from markdown_it.rules_inline import StateInline

INLINE, BLOCK = "maths_inline", "maths_block"  # the types of their tokens
MOST = 2000  # characters; anything longer is no formula a person wrote

_CLOSE = {"$$": "$$", "\\[": "\\]", "\\(": "\\)"}
_WORDS = re.compile(r"\\(?:text|mathrm|textbf|textit|mbox|operatorname)\s*\{[^{}]*\}")
_PLAIN_WORD = re.compile(r"(?<![\\A-Za-z])[A-Za-z]{2,}")
_SIGN = re.compile(r"[\\^_=<>+*/|{}≤≥≠±×÷∑∫√∞]|\w\(|\d\s*[-−]\s*\w|[A-Za-z]\s*[-−]\s*\w")


def add_maths(parser: MarkdownIt) -> None:
    """Let a parser find formulas; their tokens carry the source as `content`."""
    parser.block.ruler.before("fence", BLOCK, _block, {"alt": ["paragraph", "blockquote", "list"]})
    parser.inline.ruler.before("escape", INLINE, _inline)


def looks_like_maths(tex: str) -> bool:
    """Whether what stands between two single dollar signs is a formula, not words and prices."""
    bare = _WORDS.sub("", tex)
    if not bare.strip() and tex.strip():
        return True
    if "`" in bare or any(is_hangul(letter) for letter in bare):
        return False
    words = _PLAIN_WORD.findall(bare)
    if tex[0].isdigit() and words:
        return False
    if _SIGN.search(bare):
        return not any(len(word) > 9 for word in words) and len(words) < 6
    return not any(len(word) > 3 for word in words) and len(words) < 2 and "," not in tex[:1]


def _inline(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 - as the parser calls it
    source, at = state.src, state.pos
    mark = source[at : at + 2]
    single = mark not in _CLOSE
    if single and source[at] != "$":
        return False
    mark = "$" if single else mark
    begin = at + len(mark)
    end = _closing_dollar(source, begin) if single else source.find(_CLOSE[mark], begin)
    if end <= begin or end - begin > MOST:
        return False
    tex = source[begin:end]
    if not tex.strip() or (single and not looks_like_maths(tex)):
        return False
    if not silent:
        token = state.push(INLINE, "", 0)
        token.content = tex.strip()
        token.markup = mark
        token.hidden = mark in ("$$", "\\[")  # drawn as large as one that stands by itself
    state.pos = end + (1 if single else 2)
    return True


def _closing_dollar(source: str, begin: int) -> int:
    """Where the dollar sign that closes a formula is, or -1."""
    if begin >= len(source) or source[begin].isspace() or source[begin] == "$":
        return -1
    if begin > 1 and source[begin - 2].isalnum():  # US$5
        return -1
    at = begin
    while (at := source.find("$", at)) >= 0:
        if source[at - 1] != "\\":  # the first that is no sign of its own closes, or nothing does
            after = source[at + 1 : at + 2]
            closes = not source[at - 1].isspace() and not after.isdigit() and after != "$"
            return at if closes else -1
        at += 1
    return -1


def _block(state: StateBlock, first: int, last: int, silent: bool) -> bool:  # noqa: FBT001 - as the parser calls it
    close = _CLOSE.get(_line(state, first)[:2])
    if close is None or close == "\\)" or state.is_code_block(first):
        return False
    lines = [_line(state, first)[2:]]
    number = first
    while close not in lines[-1]:
        number += 1
        if number >= last or state.tShift[number] < 0:
            return False
        lines.append(_line(state, number))
    if not lines[-1].endswith(close) or lines[-1].count(close) > 1:
        return False  # more stands behind it: a formula in a line
    lines[-1] = lines[-1][: -len(close)]
    content = "\n".join(lines).strip()
    if not content or len(content) > MOST:
        return False
    if not silent:
        state.line = number + 1
        token = state.push(BLOCK, "", 0)
        token.content, token.markup, token.map = content, close, [first, number + 1]
    return True


def _line(state: StateBlock, number: int) -> str:
    begin = state.bMarks[number] + state.tShift[number]
    return state.src[begin : state.eMarks[number]].rstrip()
