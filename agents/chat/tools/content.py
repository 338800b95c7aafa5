"""The text a request brings along: quoted, handed over, pasted, or what was said before.

The one law: it is taken as it stands; nothing is made up, and where there is none, there is none.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from agents.chat.files.citing import bare
from agents.chat.routing import clauses

if TYPE_CHECKING:
    from agents.chat.hands import Handed

_QUOTED = re.compile(
    r"[\"“「『](?P<quoted>[^\"”」』]{2,})[\"”」』]|(?<!\w)['‘](?P<single>[^'’\n]{2,})['’](?!\w)"
)
_HANDED = re.compile(r"^[^:\n]{2,100}?[::]\s*(?P<colon>\S.*)$", re.DOTALL)
_BELOW = re.compile(r"^[^\n]{2,140}\n\s*(?P<below>\S.*)$", re.DOTALL)
_ABOVE = re.compile(r"^(?P<above>\S.*\S)\n\s*\n[^\n]{2,140}$", re.DOTALL)
_EARLIER = re.compile(
    r"위\s?(?:의|에|글|답|내용|문|표|식|코드)?|방금|아까|앞(?:의|에)|마지막\s*(?:답|글|문)|네가\s*(?:쓴|말한)|지금까지|이\s?(?:답|대화|내용|글|표)"
    r"|그\s?(?:답|내용|글|표|결과)|그거|그걸|이거|이걸"
    r"|\b(?:above|that|those|this|these|it|them|previous|last\s+(?:answer|one|paragraph|message)|your\s+(?:last\s+)?(?:answer|reply|summary)"
    r"|you\s+(?:just\s+)?(?:wrote|said|gave)|the\s+(?:summary|translation|answer|code|list|table|poem|result|formula))\b",
    re.IGNORECASE,
)
_CODE = re.compile(r"\bcode\b|코드|함수|스크립트", re.IGNORECASE)
_FENCE = re.compile(r"```[^\n]*\n(.*?)```", re.DOTALL)


def brought(handed: Handed) -> str:
    """What the request is about, as text; "" where it brings nothing along."""
    text = handed.task.text.strip()
    if handed.so_far:
        return bare("\n\n".join(handed.so_far))
    above = _ABOVE.match(text)
    if above and not clauses.asks(text.split("\n", 1)[0]):
        return above["above"].strip()
    for pattern in (_BELOW, _HANDED, _QUOTED):
        found = pattern.search(text) if pattern is _QUOTED else pattern.match(text)
        if found:
            return next(part for part in found.groups() if part).strip().strip("\"'“”‘’")
    if _EARLIER.search(text):
        return _said_before(handed, code=bool(_CODE.search(text)))
    return ""


def _said_before(handed: Handed, *, code: bool) -> str:
    """The last answer; of it the program, where that is wanted."""
    said = next((one.content for one in reversed(handed.before) if one.role == "assistant"), "")
    blocks = _FENCE.findall(said) if code else []
    return str(blocks[-1]).rstrip("\n") if blocks else bare(said)
