"""What of a comment is text for people: directives, code, licences and tags are not.

The one law: in doubt a line stays as it is.
"""

from __future__ import annotations

import re

# How Pygments calls a language, and the endings of its files.
LANGUAGES = {
    "python": ".py .pyi .pyw",
    "javascript": ".js .mjs .cjs .jsx",
    "typescript": ".ts .tsx .mts .cts",
    "java": ".java",
    "c": ".c .h",
    "cpp": ".cpp .cc .cxx .hpp .hh .hxx",
    "csharp": ".cs",
    "go": ".go",
    "rust": ".rs",
    "ruby": ".rb",
    "php": ".php",
    "bash": ".sh .bash",
    "sql": ".sql",
    "r": ".r",
    "matlab": ".m",
    "kotlin": ".kt",
    "swift": ".swift",
    "scala": ".scala",
}
SUFFIXES = {suffix: name for name, ends in LANGUAGES.items() for suffix in ends.split()}
LEADER = re.compile(r"[ \t]*(?://+[/!<]*|#+['!:]*|--+|%+|;+)[ \t]*")
OPENER = re.compile(r"/\*[*!]*<?[ \t]*|=begin\b[ \t]*|%\{[ \t]*")
MIDDLE = re.compile(r"[ \t]*(?:\*(?!/)[ \t]*)?")
CLOSER = re.compile(r"[ \t]*(?:\**\*/|=end|%\})[ \t]*\Z")
QUOTES = re.compile(r"[rRuUbB]{0,2}(\"\"\"|'''|\"|')[ \t]*")

_DIRECTIVE = re.compile(
    r"\s*(?:noqa\b|type:\s|(?:pyright|mypy|pylint|flake8|ruff|isort|fmt|yapf|pragma|coverage|bandit"
    r"|jshint|jslint|nolint|lint|cython|distutils|rubocop|nosec|spell-?checker|cspell|codespell"
    r"|vim?|ex|encoding|coding|frozen_string_literal|swift-tools-version)[:=]"
    r"|eslint-?|tslint:|prettier-|istanbul\b|c8\b|globals?\s\w+(?:,|$)|@ts-|@flow|@jsx|@preserve"
    r"|clang-format|NOLINT|cppcheck-|go:|\+build|shellcheck\b|-\*-|#\s*source|@?source(?:Mapping)?URL"
    r"|#?(?:end)?region\b|nosemgrep|NOSONAR|phpcs:|@phpstan|@psalm|CHECKSTYLE|noinspection|!/"
    r"|pragma:?\s|language=|@license|@copyright|@author|@version|@since|SPDX-|/?\s*<reference\b)"
)
_LICENCE = re.compile(
    r"copyright\s*(?:\(c\)|©|\d|by)|SPDX-|licensed\s+under|all\s+rights\s+reserved"
    r"|redistribution\s+and\s+use|without\s+warranty|permission\s+is\s+hereby|public\s+licen[sc]e",
    re.IGNORECASE,
)
_CODE = re.compile(
    r"[^#]*[;{}]\s*$|.*\)\s*(?::|->.*|=>.*)$|\s*[\w.\[\]'\"]+\s*[-+*/|&:]?=[^=]|.*[=!]==?\s|.*->|.*=>"
    r"|\s*(?:def|class|import|return|elif|else|except|assert|raise|print|var|let|const|function"
    r"|public|private|static|struct|#include|#define|select|insert|echo|export|require|use)\b"
    r"(?:[^.]*[(){}\[\]=:;]|\s*\S+$)|\s*from\s+\S+\s+import\b|\s*[\w.]+\([^()]*\)\s*[;:,]?\s*$"
    r"|\s*(?:\$|>>>|\.\.\.|In \[\d+\]:)\s|\s*@\w+\s*(?:\([^()]*\))?\s*$|\s*<[/\w][^<>]*>\s*$",
    re.IGNORECASE,
)
_PICTURE = re.compile(r"\s*[|+]|.*(?:[-=*#~_+/\\<>^]{4,}|\.{5,})|[^\w]*$|\S*\s{3,}\S+\s{3,}")
# What comes before the text of a line and stays: tags, list signs, names of parameters.
_TAG = re.compile(
    r"(?:(?:TODO|FIXME|XXX|HACK|NOTE|BUG)(?:\([\w ,.@-]{1,40}\))?[:\s]\s*"
    r"|[@\\](?:param|arg|argument|property|prop|tparam|template|typedef|throws|exception|raises)"
    r"(?:\[[\w, ]{1,12}\])?\s+(?:\{[^{}]{0,120}\}\s+)?\[?[$&*\w.]+(?:=[^\]\s]*)?\]?(?:\s+-)?\s*"
    r"|[@\\](?:returns?|result|retval|yields?)\s+(?:\{[^{}]{0,120}\}\s*)?"
    r"|[@\\]\w+\s+|\.\.\s+[\w:-]+::\s*|:[\w ]{1,40}(?:\s+[\w*., |\[\]]{1,60})?:\s+"
    r"|\*{0,2}\w+(?:\s\([^()]{1,80}\))?:\s+(?=[A-Z가-힣])|[-*+•]\s+|\(?\w{1,3}[.)]\s+)"
)
_HEADING = re.compile(
    r"(?:Args|Arguments|Parameters|Returns?|Yields?|Raises|Attributes|Examples?|Notes?|See Also"
    r"|References|Warnings?|Other Parameters|Keyword Args|Methods|Usage|Todo)\s*:{0,2}\s*"
)
_FENCE = re.compile(r"\s*(?:```|~~~|<pre\b|@code|\\code|@example)")
_UNFENCE = re.compile(r"\s*(?:```|~~~|.*</pre>|@endcode|\\endcode|@\w)")


def is_licence(text: str) -> bool:
    """Whether a comment is a legal text that is valid in its own words only."""
    return _LICENCE.search(text) is not None


def is_directive(line: str) -> bool:
    """Whether a line of a comment tells a tool what to do."""
    return _DIRECTIVE.match(line) is not None


def stays(line: str) -> bool:
    """Whether a line is no text: a directive, code, a drawing, a heading that tools look for."""
    line = line[:2000]
    return bool(
        is_directive(line)
        or _CODE.match(line)
        or _PICTURE.match(line)
        or _HEADING.fullmatch(line.strip())
    )


def tag(line: str) -> int:
    """How many characters at the beginning of a line are no text."""
    found = _TAG.match(line)
    return found.end() if found else 0


def opens_fence(line: str) -> bool:
    """Whether code begins after this line."""
    return _FENCE.match(line) is not None


def closes_fence(line: str) -> bool:
    """Whether code ends with this line."""
    return _UNFENCE.match(line) is not None
