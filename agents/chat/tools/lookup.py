"""The tool that looks for files and into folders.

The one law: only in folders the user allowed, and only what really stands in them; the words it
looks for are the request's own, also where a model picked them out.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from typing import TYPE_CHECKING

from agents.chat.files.named import named
from agents.chat.hands import Given
from agents.chat.tools import folders
from agents.engine.port import GenerationRequest, Message, Priority
from agents.store.words import fold

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence
    from pathlib import Path

    from agents.base import CancelToken
    from agents.chat.hands import Handed
    from agents.chat.language import Language
    from agents.chat.tools.asked import Asked, Desk
    from agents.chat.tools.folders import Found, UserFolders
    from agents.engine.port import Engine, Models

_SHOWN = 12  # files that are listed in an answer
_PICKED_TOKENS = 80
_ENDINGS: dict[str, tuple[str, ...]] = {
    r"(?<![a-z.])pdfs?(?![a-z])": (".pdf",),
    r"엑셀|스프레드\s?시트|(?<!\.)\b(?:excel|spreadsheets?|xlsx?)\b": (
        *(".xlsx", ".xls", ".xlsm"),
        *(".csv", ".ods"),
    ),
    r"(?<!패스)워드\s?(?:파일|문서)|(?<!\.)\bword\s+(?:files?|documents?)\b|(?<!\.)\bdocx?\b": (
        ".docx",
        ".doc",
    ),
    r"파워\s?포인트|피피티|슬라이드|(?<!\.)\b(?:pptx?|powerpoints?|slides?)\b": (".pptx", ".ppt"),
    r"한글\s?(?:파일|문서)|(?<!\.)\bhwpx?\b": (".hwp", ".hwpx"),
    r"파이썬\s?(?:파일|코드)|\bpython\s+(?:files?|scripts?)\b": (".py",),
    r"사진|이미지|\b(?:photo(?:graph)?s?|pictures?|images?)\b": (
        *(".jpg", ".jpeg", ".png"),
        *(".heic", ".gif", ".webp"),
    ),
    r"동영상|비디오|\bvideos?\b": (".mp4", ".mov", ".mkv", ".avi", ".webm"),
}
_KINDS = tuple((re.compile(words, re.IGNORECASE), ends) for words, ends in _ENDINGS.items())
_COUNT = re.compile(r"\bhow\s+many\b|몇\s*(?:개|장)|파일\s*수", re.IGNORECASE)
_QUOTED = re.compile(r"[\"“'‘「『]([^\"”'’」』\n]{1,80})[\"”'’」』]")
_NAMED_FOLDER = re.compile(
    r"(?P<ko>[\w가-힣()._-]+(?:\s\([0-9]+\))?)\s*(?:이라는|라는)?\s*(?:폴더|디렉터?토?리)"
    r"|(?:folder|directory)\s+(?:called|named)?\s*(?P<after>[\w().-]+)"
    r"|(?P<before>[\w().-]+)\s+(?:folder|directory)\b",
    re.IGNORECASE,
)
# What a request says besides the words it looks for.
_NOISE = re.compile(
    r"\b(?:please|pls|can|could|would|will|you|your|me|my|mine|i|we|our|us|find|open|show|list|locate|search|look|looking|get|bring|pull|up|out"
    r"|launch|view|read|display|where|which|what|whats|what's|when|who|is|are|was|were|did|do|does|have|has|had|got|there|the|a|an|all|any|some"
    r"|for|of|in|into|on|at|to|from|with|about|by|and|or|that|this|these|those|it|its|named|called|name|names|titled|title|filename|file|files"
    r"|folder|folders|directory|document|documents|docs?|pdfs?|desktop|downloads?|computer|pc|laptop|machine|disk|drive|somewhere|anywhere|here"
    r"|saved?|save|keep|kept|put|stored?|left|gone|again|now|still|containing|contains?|word|words|excel|powerpoint|pptx?|docx?|xlsx?"
    r"|spreadsheets?|slides?|photo(?:graph)?s?|pictures?|images?|videos?|how|many|last|latest|newest|recent|home)\b"
    r"|[?!,.:;…~]+(?=\s|$)",
    re.IGNORECASE,
)
_NOISE_KO = re.compile(
    r"찾|열어|열기|열고|여는|띄워|실행|보여|검색|알려|확인|어디|어딨|있는지|있[어나니지습을던]|있는|있으면|목록|폴더|파일|문서|바탕\s?화면|다운로드|내려\s?받"
    r"|저장|넣어|뒀|두었|놨|봐|좀|주세요|주십시오|줘|주라|부탁|바랍니다|내\s?(?:컴퓨터|피시)|컴퓨터|전부|모두|모든|이름|들어간|들어\s?있|관련|뭐|무슨|무엇|경로|위치"
    r"|엑셀|워드|피피티|파워포인트|한글\s?파일|사진|동영상|몇|개|방금|최근|최신|제일|가장|것|거(?:야|지|니)?$|라는|이라고|이라는|글자|단어",
)
_PARTICLE = re.compile(
    r"(?<=[가-힣\w)\]])(?:에서는|에서|으로|에게|까지|부터|이라는|라는|들을|들이|을|를|은|는|이|가|에|의|도|로)$"
)
_LOOSE = re.compile(r"(?:^|(?<=\s))(?:에서는?|에|의|을|를|은|는|이|가|안에|속에|내)(?=\s|$)")
_WORD = re.compile(r"[\w가-힣().-]+")
_PICK = {
    "en": "Which words would be in the name of the file that is looked for? Words of the request"
    " only. JSON.\n\nRequest: {text}",
    "ko": "찾는 파일의 이름에 들어 있을 낱말만 요청에서 골라 JSON으로 답하라.\n\n요청: {text}",
}
_SCHEMA = json.dumps(
    {
        "type": "object",
        "properties": {
            "words": {
                "type": "array",
                "minItems": 1,
                "maxItems": 3,
                "items": {"type": "string", "minLength": 1, "maxLength": 40},
            }
        },
        "required": ["words"],
    }
)
_SAID = {
    "refused": {
        "en": "I did not look: you have not allowed it.",
        "ko": "허락하지 않으셔서 찾아보지 않았습니다.",
    },
    "none": {
        "en": "There is no such file in {folder}.",
        "ko": "{folder}에 그런 파일이 없습니다.",
    },
    "some": {"en": "Found in {folder}: {count}", "ko": "{folder}에서 {count}개를 찾았습니다."},
    "more": {"en": "and {count} more", "ko": "그 밖에 {count}개"},
    "listed": {
        "en": "{folder} holds {folders} folders and {files} files.",
        "ko": "{folder}에는 폴더 {folders}개와 파일 {files}개가 있습니다.",
    },
    "unreadable": {"en": "{folder} cannot be read.", "ko": "{folder}을(를) 읽을 수 없습니다."},
}


class Lookup:
    """Finds files and lists folders, once it may."""

    def __init__(self, desk: Desk, where: UserFolders, models: Models) -> None:
        """Keep who allows it, where the user's folders are, and who lends models."""
        self._desk = desk
        self._folders = where
        self._models = models

    def run(self, handed: Handed, cancel: CancelToken) -> Generator[Asked, None, Given]:
        """Find or list; see `hands.Hand.run`."""
        text, spoken = handed.task.text, handed.language
        wanted = self._folders.named(text)
        looked = words_of(text)
        folder = yield from self._allowed(wanted, handed, " ".join(looked), cancel)
        if folder is None:
            return Given(_SAID["refused"][spoken], "files", exact=True)
        inner = _inner(text, folder, cancel)
        if inner is not None:
            return _listing(inner, spoken)
        endings = endings_of(text)
        if not looked and not endings:
            return _listing(folder, spoken)
        found = folders.find(folder, looked, endings, cancel)
        if not found and len(looked) > 1:
            picked = self._picked(handed, cancel)
            found = folders.find(folder, picked, endings, cancel) if picked else []
        return _telling(found, folder, spoken, count=bool(_COUNT.search(text)))

    def named(
        self, name: str, handed: Handed, cancel: CancelToken
    ) -> Generator[Asked, None, Path | None]:
        """A file that a question names, if it may be looked for and is there."""
        wanted = self._folders.named(handed.task.text)
        folder = yield from self._allowed(wanted, handed, name, cancel)
        if folder is None:
            return None
        places = [folder] if wanted else [folder, *self._others(handed, folder)]
        for place in places:
            for one in folders.find(place, [name], (), cancel):
                if fold(one.path.name) == fold(name):
                    return folders.safe(one.path, place)
        return None

    def _allowed(
        self, wanted: Path | None, handed: Handed, detail: str, cancel: CancelToken
    ) -> Generator[Asked, None, Path | None]:
        """The folder that may be looked into: the one that is wanted, or one that is allowed."""
        allowed = self._desk.allowed_folders(handed.conversation)
        if wanted is None and allowed:
            return self._folders.as_path(allowed[0])
        folder = str(wanted or self._folders.home)
        given = yield from self._desk.may(
            "files", handed.conversation, cancel, folder=folder, detail=detail
        )
        return self._folders.as_path(given) if given else None

    def _others(self, handed: Handed, folder: Path) -> list[Path]:
        known = map(self._folders.as_path, self._desk.allowed_folders(handed.conversation))
        return [one for one in known if one != folder]

    def _picked(self, handed: Handed, cancel: CancelToken) -> list[str]:
        """The words a model picks out of a request; those that do not stand in it are dropped."""
        if not handed.model:
            return []
        with self._models.borrow(handed.model, cancel) as engine:
            said = _ask(engine, handed, cancel)
        inside = fold(handed.task.text)
        return [word for word in said if fold(word).strip() and fold(word) in inside]


def words_of(request: str) -> list[str]:
    """The words that a file is looked for by: its name, what is quoted, or what is left over."""
    names = named(request)
    if names:
        return [names[0]]
    quoted = [found for found in _QUOTED.findall(request) if found.strip()]
    if quoted:
        return [quoted[0].strip()]
    bare = _LOOSE.sub(" ", _NOISE.sub(" ", folders.without_places(request)))
    found: list[str] = []
    for word in _WORD.findall(bare):
        stem = _PARTICLE.sub("", word)
        if not _NOISE_KO.search(word) and not _NOISE_KO.search(stem) and len(stem) > 1:
            found.append(stem)
    return found[:4]


def endings_of(request: str) -> tuple[str, ...]:
    """The endings of the kind of file that is looked for; none where any will do."""
    if named(request):
        return ()
    return next((endings for pattern, endings in _KINDS if pattern.search(request)), ())


def _inner(text: str, folder: Path, cancel: CancelToken) -> Path | None:
    """A folder below the allowed one that is named and is to be looked into."""
    match = _NAMED_FOLDER.search(text)
    if match is None:
        return None
    name = next((part for part in match.groups() if part), "")
    quoted = _QUOTED.search(text)
    wanted = fold(quoted[1] if quoted else name)
    return folders.folder_named(folder, wanted, cancel) if len(wanted) > 1 else None


def _ask(engine: Engine, handed: Handed, cancel: CancelToken) -> Sequence[str]:
    request = GenerationRequest(
        messages=(Message("user", _PICK[handed.language].format(text=handed.task.text)),),
        max_tokens=_PICKED_TOKENS,
        json_schema=_SCHEMA,
        priority=Priority.INTERACTIVE,
        template_variables=(("enable_thinking", False),),
    )
    try:
        value = json.loads(engine.submit(request, cancel).result().text)
        return [str(word) for word in value["words"]]
    except (ValueError, KeyError, TypeError):  # it broke off
        return []


def _telling(found: Sequence[Found], folder: Path, spoken: Language, *, count: bool) -> Given:
    if not found:
        text = _SAID["none"][spoken].format(folder=f"`{folder}`")
        return Given(text, "files", exact=True)
    head = _SAID["some"][spoken].format(folder=f"`{folder}`", count=len(found))
    lines = [head, "", *(_line(one, folder) for one in found[: 0 if count else _SHOWN])]
    if len(found) > _SHOWN and not count:
        lines += ["", _SAID["more"][spoken].format(count=len(found) - _SHOWN)]
    paths = tuple(str(one.path) for one in found[:_SHOWN])
    return Given("\n".join(lines).strip(), "files", len(found), exact=True, paths=paths)


def _listing(folder: Path, spoken: Language) -> Given:
    try:
        found = folders.listed(folder)
    except OSError:
        text = _SAID["unreadable"][spoken].format(folder=f"`{folder}`")
        return Given(text, "files", exact=True)
    inside = [one for one in found if one.folder]
    head = _SAID["listed"][spoken].format(
        folder=f"`{folder}`", folders=len(inside), files=len(found) - len(inside)
    )
    lines = [head, "", *(_line(one, folder) for one in found[:_SHOWN])]
    if len(found) > _SHOWN:
        lines += ["", _SAID["more"][spoken].format(count=len(found) - _SHOWN)]
    paths = tuple(str(one.path) for one in found[:_SHOWN] if not one.folder)
    return Given("\n".join(lines), "files", len(found), exact=True, paths=paths)


def _line(one: Found, folder: Path) -> str:
    day = dt.datetime.fromtimestamp(one.changed).astimezone()
    where = one.path.parent.relative_to(folder)
    below = f" · `{where}`" if where.parts else ""
    if one.folder:
        return f"- `{one.path.name}/` · {day:%Y-%m-%d}"
    return f"- `{one.path.name}`{below} · {_size(one.bytes)} · {day:%Y-%m-%d}"


def _size(count: int) -> str:
    if count < 1024:
        return f"{count} B"
    if count < 1024**2:
        return f"{count / 1024:.0f} KB"
    return f"{count / 1024**2:.1f} MB"
