"""Places where one request may end and the next begin.

The one law: a place is only offered here; whether both sides ask for something is decided by who
classifies them. Nothing that is quoted, pasted or handed over is ever cut.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_WHOLE = re.compile(
    r"```.*?(?:```|\Z)|`[^`\n]+`|“[^”]*”|‘[^’]*’|\"[^\"]*\"|「[^」]*」|『[^』]*』|\([^()]*\)"
    r"|(?<!\w)'[^'\n]*'(?!\w)|\n\s*\n.*",
    re.DOTALL,
)
_HANDED = re.compile(r"[::]\s")
# After an order: what it is to be done with.
_HANDS_OVER = re.compile(r"[::]\s|\n|(?<=[줘요오])[.!]\s")
# What joins two tasks. `keep` stays with the first, `cut` belongs to neither.
_JOIN = re.compile(
    r"(?P<keep1>[.!?。~])\s+(?=\S)"
    r"|(?:;\s+|\n+)"
    r"|,?\s+(?:and\s+)?(?:then|afterwards?|after\s+that|finally|also|plus|next)[,\s]+"
    r"|,?\s+and\s+(?=[a-z])"
    r"|(?P<keep2>(?<=[가-힣])고(?:\s*나서|\s*난\s*(?:다음|뒤|후)에?)?)[,\s]+"
    r"(?:(?:그리고|또한?|그런\s*다음|그\s*다음(?:에|엔)?|이어서|마지막으로)[,\s]+)?"
    r"|(?P<keep3>(?<=[가-힣])\s+(?:다음|뒤|후)에?)[,\s]+"
    r"|(?P<keep4>(?<=[가-힣])서)[,\s]+"
    r"|\s+(?:그리고|또한?|그런\s*다음|그\s*다음(?:에|엔)?|이어서|마지막으로)[,\s]+"
    r"|(?P<keep5>(?<=[가-힣])(?:줘|줘요|주세요))[,\s]+"
    r"|,\s+",
    re.IGNORECASE,
)
_BACK = re.compile(
    r"\b(?:it|them|that|those|these|this|the\s+(?:result|answer|output|list|translation|summary|same|code)|"
    r"their|abstracts?|the\s+\w+\s+one|"
    r"result|both|above)\b|그\s?(?:결과|걸|것|거|내용|답|값|목록|번역|요약|글|문장|표|코드|메일)|그걸|그것|결과를?|이를|이걸|"
    r"위\s?(?:내용|결과)|방금|그대로|초록(?:을|만|들)",
    re.IGNORECASE,
)
# The end of a clause by whose outcome the next one works: "계산해서 저장해 줘".
_THROUGH = re.compile(r"[해아어려켜꿔워여와춰써짜]서,?$")
# A clause that says what is to be done and into what, but not with what: "영어로 번역해 줘".
_SO = r"(?:번역|요약|정리|저장|복사|변환|출력|내보내|옮겨|바꿔|만들어|써|붙여)[^\s:\"'“‘]*"
_BARE = re.compile(
    rf"^(?:(?:(?:한|두|세|\d+|워드|엑셀|한글|텍스트|파워포인트|피디에프|pdf)\s)?[^\s:\"'“‘]+(?:로|에)도?\s+)*{_SO}"
    r"(?:\s(?:줘\S*|주\S*|줄래\S*|다음에?|뒤에?|후에?))?[.!~]*$"
    r"|^(?:and\s+|then\s+)*(?:translate|save|copy|export|convert|store|write|put)\s+"
    r"(?:(?:it|that|them|these|the\s+\w+)\s+)?(?:in|into|to|as)\b[^:\"'“‘]*$",
    re.IGNORECASE,
)
_PLACE = re.compile(
    r"클립보드|워드|엑셀|파워포인트|텍스트\s?파일|피디에프|\b(?:clipboard|word|excel|powerpoint|pdf|docx|xlsx|txt|csv)\b",
    re.IGNORECASE,
)
_THIS = re.compile(
    r"(?:^|\s)(?:이|다음|아래)\s?(?:문장|글|메일|이메일|문단|단락|내용|텍스트|코드|편지|문자|말|표)"
    r"|\bthis\s+(?:sentence|text|e?-?mail|message|paragraph|passage|letter|code|phrase|note|line|table)\b"
    r"|\bthe\s+following\b|\bbelow\b",
    re.IGNORECASE,
)
_WITH_TEXT = re.compile(
    r"^(?P<order>[^\n:]{2,140}?)(?:[::]\s+|\s*\n\s*|(?<=[줘요오])[.!]\s+)(?P<text>\S.*)$", re.DOTALL
)
# What a file says, and how a text is worded: what may be asked of something named before.
_OF_CONTENT = re.compile(
    r"요약|핵심|결론|결정|내용|주장|무슨\s*(?:뜻|말|내용)|뜻이|의미|\d+\s*[조절장쪽항]|언제|누가|마감|조항|읽어"
    r"|\b(?:summari[sz]e|key\s+points?|conclusions?|deadline|means?|says?|decided|clause|section|page|chapter|main\s+points?)\b"
    r"|\btell\s+me\s+(?:whether|if|which|who|when)\b",
    re.IGNORECASE,
)
_WRITING = re.compile(
    r"답장|써\s?(?:줘|주)|작성|추천|조언|설명|팁|요령|방법|평가|\b(?:write|draft|reply|suggest|recommend|explain|tips?|review)\b",
    re.IGNORECASE,
)
_OF_WORDING = re.compile(
    r"자연스럽|자연스러|다듬|매끄럽|공손|\b(?:natural|smooth\w*|polish\w*|polite)\b", re.IGNORECASE
)
_OF_ORDER = re.compile(r"순으로|정렬|\b(?:newest|oldest)\s+first\b|\bsort\b", re.IGNORECASE)
# An order in so many words, by which even talk is a task of its own.
_ORDERS = re.compile(
    r"(?:주고|주시고|줘|주세요|주시고 나서),?[.!]?$"
    r"|^\s*(?:please\s+|and\s+|then\s+|also\s+)*(?:write|draft|explain|tell|suggest|recommend|describe)\b",
    re.IGNORECASE,
)
_SPOKEN_OF = re.compile(r"^(?:이거|이걸|이\s?(?:말|문장|질문)|위\s?(?:말|문장))")
# What only goes before: what to look at, leave out or not mind ("회의록 보고 할 일만 뽑아줘",
# "read the slides and tell me"), and a greeting.
_LEADS_IN = re.compile(
    r"(?:출발해|시작해|나와)서,?$|(?<!지)\s(?:읽어\s?|훑어\s?|살펴\s?)?보고,?$"
    r"|(?:읽|가지|갖|빼|두|무시하|무시하시)고,?$"
    r"|^\s*(?:안녕|안녕하세요|안녕하십니까|hi|hello|dear\s\S+)\W*$"
    r"|^\s*(?:please\s+)?(?:read|skim|look\s+(?:at|through|over)|go\s+(?:through|over))\b"
    r"(?!.*\bclipboard\b)",
    re.IGNORECASE,
)
# What only ends a clause before it: "찾아서 보여줘", "인용 달아서 써 줘", "갖고 있나요".
_ENDS_IT = re.compile(
    r"^(?:다시\s+|여기\s+)?(?:보여|알려|말해|설명해|정리해|뽑아|묶어|엮어|써|봐|물어봐|있|싶|부탁)"
    r"\s?(?:줘\S*|주\S*|줄\S*|드\S*|요|나|나요|니|어\S*|습니다|어요|해\S*|합니다)?[.?!~]*$"
)
_END = r"[.!~ㅋㅎ^…\s]*$"
# The end of a Korean order or question.
_ASKS_KOREAN = re.compile(
    r"(?:(?<=[가-힣])\s?[??]\s*|(?:줘|줘요|주세요|주라|줄래\w*|주실래요|주실\s?수\s?\w+|해라|하라|하세요|하십시오|주십시오|주시기\s?바랍니다|"
    r"봐|봐요|보세요|바랍니다|부탁\S*|알려\S*|싶어\S*|싶습니다|할까\S*|될까\S*|가능(?!\S*다고)\S*|뭐야|뭐지|뭔가요|뭐예요|뭔지|인가요|일까(?!지)\S*|"
    r"나요|까요|어때\S*|인지|는지|은지|을지|됨|할\s?것|해|좀|번역|검색|요약|계산|정리|설명|작성|비교|추천)"
    + _END
    + ")"
)
# A Korean clause that orders something and goes on: 찾고, 번역해 주시고, 열어서.
_GOES_ON = re.compile(
    r"(?<!이시)(?<![있없않말이라다냐자싶같많좋크작적길짧높낮니되됐였었았했왔갔겠렇며])(?<![공사재카원광창경충])고"
    r"(?:\s*나서|\s*난\s*(?:다음|뒤|후)에?)?,?$"
    r"|(?:주시|하시|보시)고,?$"
    r"|(?<!위)(?<!대)(?<!관)(?<!통)(?<!그)(?<!의)[해어아려켜꿔워여와춰써짜]서,?$"
)
_AFTER = re.compile(r"([가-힣])\s+(?:다음|뒤|후)에?,?$")
_SPANS = "분간년"  # end words of time, and in ㄴ as verbs do: "15분 후에", "한 시간 뒤"
_FINAL_N = 4  # place of ㄴ among the 28 finals of a Hangul syllable
_ASKS_ENGLISH = re.compile(
    r"\b(?:what|who|whom|when|where|why|how|which|is|are|was|were|does|do|did|can|could|will|would|should|any)\b"
    r"[^.!]*[?]\s*$"
    r"|^\s*(?:please\s+|pls\s+|kindly\s+|and\s+|then\s+|also\s+|now\s+|first(?:ly)?,?\s+|finally,?\s+|just\s+)*"
    r"(?:(?:can|could|would|will)\s+you|i(?:'d|’d|\s+would)\s+like|i\s+(?:want|need)|let'?s|help|tell|give|show|find|"
    r"what|who|when|where|why|how|which|is|are|does|do|did|translate|write|explain|fix|debug|convert|calculate|"
    r"compute|solve|prove|summari[sz]e|list|open|save|copy|paste|make|create|draft|search|look|check|add|put|"
    r"read|count|compare|rewrite|draw|generate|export|turn|render|evaluate|integrate|differentiate|describe|"
    r"suggest|recommend|say|work\s+out|figure\s+out|run|implement|refactor|cite|verify|email|send|sum|plot|"
    r"multiply|divide|subtract|proofread|correct|format|extract|pull|sort|name|identify|estimate|define|get|"
    r"remind|rename|move|delete|locate|outline|shorten|rephrase|edit|improve|analy[sz]e|paraphrase|teach|build|"
    r"schedule|optimi[sz]e|simulate|organi[sz]e|assess|append|highlight|collect|gather|"
    r"(?:set|plan|review|print|start|test|group|rank|rate|store|type|note|comment|document|fill|wake|ping)\s+"
    r"(?:an?|the|my|our|this|that|it|them|these|those|up|me|on|in))\b",
    re.IGNORECASE,
)


_ENDINGS = (
    (
        re.compile(r"(?:하|한)(?:고\s*(?:나서|난\s*(?:다음|뒤|후)에?)?|\s+(?:다음|뒤|후)에?)$"),
        "해 줘",
    ),
    (re.compile(r"주(?:고|시고|신\s+(?:다음|뒤|후)에?|ㄴ\s+(?:다음|뒤|후)에?)$"), "줘"),
    (re.compile(r"(?:쓰고|쓴\s+(?:다음|뒤|후)에?)$"), "써 줘"),
    (re.compile(r"(?:짜고|짠\s+(?:다음|뒤|후)에?)$"), "짜 줘"),
    (re.compile(r"(?:찾고|찾은\s+(?:다음|뒤|후)에?)$"), "찾아 줘"),
    (re.compile(r"(?:열고|연\s+(?:다음|뒤|후)에?)$"), "열어 줘"),
    (re.compile(r"(?:만들고|만든\s+(?:다음|뒤|후)에?)$"), "만들어 줘"),
    (re.compile(r"(?:읽고|읽은\s+(?:다음|뒤|후)에?)$"), "읽어 줘"),
    (re.compile(r"(?:고치고|고친\s+(?:다음|뒤|후)에?)$"), "고쳐 줘"),
    (re.compile(r"(?:구하고|구한\s+(?:다음|뒤|후)에?)$"), "구해 줘"),
    (re.compile(r"(?:바꾸고|바꾼\s+(?:다음|뒤|후)에?)$"), "바꿔 줘"),
    (re.compile(r"(?:옮기고|옮긴\s+(?:다음|뒤|후)에?)$"), "옮겨 줘"),
    (re.compile(r"(?:알려\s?주고|알리고)$"), "알려 줘"),
    (re.compile(r"([해어아려켜꿔워여와춰써짜])서$"), r"\1 줘"),
)


def places(text: str) -> Iterator[tuple[int, int]]:
    """Where a text may be cut, in order: the end of what is before, the start of what follows."""
    whole = [match.span() for match in _WHOLE.finditer(text)]
    end = _handed(text, whole)
    for match in _JOIN.finditer(text, 0, end):
        kept = match.lastgroup
        if not any(a <= match.start() < b for a, b in whole):
            yield match.end(kept) if kept else match.start(), match.end()


def _handed(text: str, whole: list[tuple[int, int]]) -> int:
    """Where what is handed over begins; a quotation that more follows is part of the request."""
    last = len(text.rstrip()) - 2
    for match in _HANDED.finditer(text):
        if not any(start == match.end() and end < last for start, end in whole):
            return match.start()
    return len(text)


def asks(clause: str) -> bool:
    """Whether a clause has the form of a request or a question."""
    clause = clause.strip()
    after = _AFTER.search(clause)
    if after:
        letter = after.group(1)
        return letter not in _SPANS and (ord(letter) - ord("가")) % 28 == _FINAL_N
    if any(form.search(clause) for form in (_ASKS_KOREAN, _GOES_ON, _ASKS_ENGLISH)):
        return True
    handed = _HANDS_OVER.search(clause)
    return bool(handed and _ASKS_KOREAN.search(clause[: handed.start()]))


def as_request(clause: str) -> str:
    """A Korean clause that goes on as one that ends: "번역하고" as "번역해 줘"."""
    clause = clause.strip().rstrip(",")
    for pattern, meant in _ENDINGS:
        ended, count = pattern.subn(meant, clause)
        if count:
            return ended
    return clause


def leans_back(clause: str) -> bool:
    """Whether a clause speaks of what an earlier one gives."""
    return bool(_BACK.search(clause))


def builds_on(clause: str, before: str) -> bool:
    """Whether a clause works with what the one before it gives."""
    return (
        leans_back(clause)
        or bool(_THROUGH.search(before.strip()))
        or bool(_BARE.search(clause.strip()))
    )


def puts_away(clause: str) -> bool:
    """Whether a clause only puts what an earlier one gives somewhere else."""
    return bool(_BARE.search(clause.strip()) and _PLACE.search(clause))


def speaks_of_this(clause: str) -> bool:
    """Whether a clause speaks of a text that is handed over, and does not have it itself."""
    return bool(_THIS.search(clause)) and not _WITH_TEXT.match(clause)


def handed_over(clause: str) -> tuple[str, str]:
    """An order and the text that follows it; "" where none does."""
    found = _WITH_TEXT.match(clause.strip())
    return (found["order"].strip(), found["text"].strip()) if found else (clause, "")


def of_content(clause: str) -> bool:
    """Whether a clause asks what something says, rather than for a new text."""
    return bool(_OF_CONTENT.search(clause)) and not _WRITING.search(clause)


def of_wording(clause: str) -> bool:
    """Whether a clause asks for better wording of what an earlier one gives."""
    return bool(_OF_WORDING.search(clause)) and not _WRITING.search(clause)


def of_order(clause: str) -> bool:
    """Whether a clause asks only for the order of what an earlier one finds."""
    return bool(_OF_ORDER.search(clause))


def orders(clause: str) -> bool:
    """Whether a clause is an order in so many words."""
    return bool(_ORDERS.search(clause.strip()))


def leads_in(clause: str) -> bool:
    """Whether a clause asks for nothing itself, but only leads to what follows."""
    return bool(_LEADS_IN.search(clause))


def ends(clause: str) -> bool:
    """Whether a clause only ends the one before it."""
    return bool(_ENDS_IT.search(clause.strip()))


def speaks_of(clause: str, following: str) -> bool:
    """Whether what follows speaks of a clause as words, so that the clause asks for nothing."""
    return clause.endswith((".", "?", "!")) and bool(_SPOKEN_OF.search(following))
