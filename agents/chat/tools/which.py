"""Which tool a request wants, told from its words alone.

The one law: the choice is code's, never a model's; what no tool can do (alarms, deleting, sending)
is told apart, so that nobody claims to have done it.
"""

from __future__ import annotations

import re
from typing import Literal

from agents.chat.routing.features import request_of

Wanted = Literal[
    "clock", "files", "make", "clipboard_read", "clipboard_write", "memory", "unable", ""
]
Kind = Literal["docx", "xlsx", "pptx", "txt", "pdf", "hwp"]

_I = re.IGNORECASE
_MEMORY = re.compile(
    r"번역\s?메모리|\btranslation\s+memor|\bTM\b(?=.*(?:번역|look|search|찾|검색|translat))"
    r"|(?:전에|예전에|지난번에|저번에).{0,40}(?:어떻게|뭐라고)\s*번역|\bhow\s+(?:did|have)\s+(?:i|we)\s+(?:ever\s+)?translated?\b",
    _I,
)
_BOARD = re.compile(r"클립\s?보드|클립\s?복사|\bclipboard\b", _I)
_BOARD_READ = re.compile(
    r"(?:내가\s*)?(?:마지막으로|방금|아까|최근에?)\s*복사(?:한|해\s?둔|했)|복사(?:해\s?둔|한)\s*(?:게|것|거|글|내용|글자|텍스트|문장|주소|링크)"
    r"|복사(?:돼|되어)\s?있|ctrl\s?\+\s?c\s*한|\bwhat\s+(?:did|have)\s+i\s+(?:just\s+|last\s+)?cop(?:y|ied)\b|\b(?:i|i've)\s+(?:just\s+|last\s+)?copied\b",
    _I,
)
_BOARD_WRITE = re.compile(
    r"(?:클립\s?보드)(?:에|로|에다)\s*(?:\S+\s+){0,3}?(?:복사|넣|저장|담|올려|붙|보내|옮겨)|클립\s?복사|클립\s?보드\s*복사|클립\s?보드(?:에|로)\s*[.!~]*\s*$"
    r"|\b(?:copy|put|save|send|add|stick|place|get)\b.{0,120}\b(?:to|on|onto|in|into)\s+(?:the\s+|my\s+)?clipboard\b"
    r"|\bclipboard\s+(?:this|it|that)\b|\bclipboard\s*[::]",
    _I | re.DOTALL,
)
_LOOKS = re.compile(
    r"뭐|무엇|뭔|확인|보여|읽어|내용\s*(?:좀|지금|은|이)?\s*(?:알려|뭐|읽)"
    r"|\bwhat\b|\bshow\b|\bread\b",
    _I,
)
_COPY = re.compile(
    r"^\s*(?:please\s+|can\s+you\s+|could\s+you\s+)*copy\s+(?!.*\b(?:file|folder|drive|usb|from|to\s+(?!the\s+clipboard))).+"
    r"|복사\s?(?:만\s*|좀\s*)?(?:(?:해|하|되|부탁|바람|줘|요)\S*\s*(?:줘|둬|놔|해\s?줘|주세요)?)?\s*[.!~]*\s*$|복붙\S*"
    r"|복사(?:만\s*)?해\s?\S{0,4}\s*[::\d]|copy\s*:",
    _I | re.DOTALL,
)
_UNABLE = re.compile(
    r"\bremind(?:er|ers|ing)?\b|\balarms?\b|\btimers?\b|\bpomodoro\b|\bwake\s+me\b|\bstopwatch\b|\bcountdown\b|\bsnooze\b"
    r"|\b(?:nudge|ping|poke|beep|buzz|ring|remember|warn)\s+(?:me|in|at)\b|\bcount\s+down\b|\bgive\s+me\s+a\s+shout\b|\bminutes\s+are\s+up\b"
    r"|울려|(?:분|초|시간)\s*(?:만\s*)?(?:좀\s*)?재\s?[줘주]|새\s*폴더\s*\S*\s*(?:만들|생성)|\b(?:new|make\s+a)\s+folder\b|\bclear\s+the\s+clipboard\b"
    r"|말해\s?줘\s*\d+시"
    r"|알람|타이머|리마인드|리마인더|깨워|알림|스톱\s?워치|뽀모도로"
    r"|(?:(?<!\d월\s)\d+\s*(?:분|시간|초)|\d+\s*시(?:\s*\d+분|\s*반)?|내일|모레|오전|오후|저녁|아침|점심)\s*(?:뒤|후|전|있다가)?에?\s*.{0,40}"
    r"(?:알려\s?(?:줘|주)|말해\s?(?:줘|주)|일러|하라고|쉬라고|먹으라고|해라고|라고\s*해)"
    r"|\b(?:add|put|schedule|book)\b.{0,60}\bcalendar\b|캘린더|일정\s?(?:에|을|좀)?\s*(?:추가|등록|잡|넣)"
    r"|\b(?:delete|remove|erase|trash|rename|move|zip|unzip|compress|print|e-?mail|send|upload|install|uninstall|shut\s?down"
    r"|restart|back\s?up)\b.{0,80}\b(?:files?|folders?|\S+\.\w{2,4}|pictures?|photos?|documents?|desktop|downloads|computer|usb|recycle"
    r"|them|it|pdfs?)\b"
    r"|(?:파일|폴더|문서|사진|\.\w{2,5})\S*\s*(?:\S+\s+){0,4}?(?:지워|삭제|옮겨|이동|압축|인쇄|출력해|이름\S*\s*바꿔|메일|보내|백업|정리해)",
    _I,
)
_NEW = re.compile(r"\bnew\b|\bblank\b|\bempty\b|새로|빈\s", _I)
_MAKES = re.compile(
    r"\b(?:make|create|generate|build|prepare|save|export|produce|write|put|turn|draft|dump|compile|assemble|set\s+up|knock\s+up|design"
    r"|convert|pack|format|lay\s+out|fill|start|give\s+me|i\s+(?:need|want)|need|want|do)\b"
    r"|만들|저장|생성|작성|내보|뽑아|출력|써\s?[줘주]|적어\s?[줘주]|정리|빼\s?[줘주]|짜\s?[줘주서]|잡아|꾸며|변환|바꿔|으로\s*(?:부탁|줘|주|해)"
    r"|로\s*(?:부탁|줘라?|주세요|해\s?줘)|(?:으로|로)\s*[.!~]*$|하나|넣어",
    _I,
)
_FINDS = re.compile(
    r"\b(?:find|open|locate|where|show|list|search|look\s+(?:for|in|through)|which|launch|pull\s+up|bring\s+up|browse|dig\s+out|do\s+(?:i|we)\s+have"
    r"|is\s+there|are\s+there|how\s+many|what(?:'s|’s|\s+is|\s+are)?\s+in|what(?:'s|’s)?\s+the\s+(?:newest|largest|biggest|latest|oldest|last)"
    r"|newest|largest|biggest|latest|view|read|still\s+(?:in|on)|have\s+i\s+got|gone)\b"
    r"|찾|열어|여는|열기|열고|경로|위치|있는\s|어딨|잇|들었|봐\s?[줘주]|어디|띄워|실행|검색|보여|목록|몇\s*개|뭐\s*(?:가|있)|무슨\s*파일|있나|있어|있니|있는지|있지|읽어|확인해|켜",
    _I,
)
_KINDS: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    (
        "pptx",
        re.compile(
            r"(?<![a-z])pptx?(?![a-z0-9])|power\s?point|\bslides?\b|\bslide\s?(?:show|deck)\b|프레젠테이션|\bdeck\b|\bpresentation\b|\bposter\b|파워\s?포인트|피피티|슬라이드"
            r"|발표\s?자료",
            _I,
        ),
    ),
    (
        "xlsx",
        re.compile(
            r"(?<![a-z])xlsx?(?![a-z0-9])|\bexcel\b|\bspread\s?sheets?\b|\bworkbook\b|\bcsv\b|엑셀|스프레드\s?시트|시트(?:로|를|\s*만들)|표\s*파일",
            _I,
        ),
    ),
    ("hwp", re.compile(r"(?<![a-z])hwpx?(?![a-z0-9])|한글\s?(?:파일|문서)|한컴", _I)),
    ("pdf", re.compile(r"(?<![a-z])pdfs?(?![a-z0-9])", _I)),
    ("txt", re.compile(r"(?<![a-z])(?:txt|md)(?![a-z0-9])|\btext\s+file\b|텍스트\s?파일|메모장"
    r"|\bplain\s+text\b", _I)),
    (
        "docx",
        re.compile(
            r"(?<![a-z])docx?(?![a-z0-9])|\bword\s?(?:file|document|doc)\b|\bas\s+(?:a\s+)?word\b|\bword\b|\bdocument\b|\bfile\b|워드|문서|파일",
            _I,
        ),
    ),
)  # fmt: skip
_NAMED = re.compile(r"[\w)\]가-힣]\.\w{2,5}(?![\w.])")
_FOLDER = re.compile(
    r"폴더|디렉터?토?리|바탕\s?화면|다운로드|내\s?(?:문서|컴퓨터)|파일|스캔본?|\bfolders?\b|\bdirector(?:y|ies)\b|\bdesktop\b|\bdownloads?\b"
    r"|\bfiles?\b|\bdocs?\b|\bpdfs?\b|\bphoto(?:graph)?s?\b|\bpictures?\b|\bvideos?\b|\bscans?\b|\bdrive\b|[A-Z]:\\|~/|(?:^|\s)/\w|사진|동영상",
    _I,
)
_CLOCK = re.compile(
    r"\btimes?\b|\bdates?\b|\bday\b|\bweekday\b|\bweek\b|\bmonth\b|\byear\b|\btoday\b|\btomorrow\b|\byesterday\b|\bo'?clock\b|\bmidnight\b"
    r"|\bnoon\b|\bhour\b|\bclock\b|\bnow\b|\bfortnight\b"
    r"|\bhow\s+(?:many\s+(?:more\s+)?(?:days|weeks|months|hours)|long)\b[^?.!]*\b(?:until|till)\b"
    r"|\bdays\s+(?:left\s+)?(?:until|till)\b"
    r"|\bis\s+it\s+(?:still\s+|later\s+than|past|morning|afternoon|\w+day)|\bhow\s+late\s+is\s+it\b|\bpast\s+\d+\s*pm\b|정오|오후야|오전이"
    r"|몇\s*시|시각|시간|며칠|몇\s*일|날짜|요일|몇\s*월|몇\s*년|올해|오늘|내일|어제|모레|그저께|이번\s*주|지금",
    _I,
)

_LEAST = 12  # letters of a search that names neither a file nor a folder
_FOLDERS = re.compile(r"폴더|\bfolders?\b|\bdirector(?:y|ies)\b|\bfiles\b", _I)
_ORDERS = re.compile(  # a file to be made, whatever else stands there
    r"(?:만들|생성|작성|저장|내보|뽑|써)\S*\s*(?:줘|주|달|하|해|부탁|바람|봐|라)?\S*\s*[.!~]*\s*$"
    r"|^\s*(?:please\s+|can\s+you\s+|could\s+you\s+)*"
    r"(?:make|create|generate|build|prepare|save|export|produce|write|put|turn|draft)\b",
    _I,
)


def which(text: str) -> Wanted:
    """The tool that a request wants; "" where none can be told."""
    asked = request_of(text)
    if _MEMORY.search(asked):
        return "memory"
    return _board(text, asked) or _file(asked)


def _file(asked: str) -> Wanted:
    """What is wanted besides the clipboard; the plainest sign decides."""
    makes = kind(asked) is not None and bool(_MAKES.search(asked))
    finds, names = bool(_FINDS.search(asked)), bool(_NAMED.search(asked))
    signs: tuple[tuple[Wanted, bool], ...] = (
        ("unable", bool(_UNABLE.search(asked)) and not makes),
        ("make", makes and (not finds or bool(_ORDERS.search(asked)))),
        ("files", finds and (bool(_FOLDER.search(asked)) or names)),
        ("make", kind(asked) is not None and (not names or bool(_NEW.search(asked)))),
        ("files", names),
        ("clock", bool(_CLOCK.search(asked))),
        ("files", (finds and len(asked) > _LEAST) or bool(_FOLDERS.search(asked))),
    )
    for wanted, there in signs:
        if there:
            return wanted
    return ""


def kind(text: str) -> Kind | None:
    """The kind of file that is to be made; None where none is named."""
    return next((name for name, pattern in _KINDS if pattern.search(text)), None)


def _board(text: str, asked: str) -> Wanted:
    if _BOARD.search(asked) and _LOOKS.search(asked):
        return "clipboard_read"
    if _BOARD_WRITE.search(text):
        return "clipboard_write"
    if _BOARD.search(asked) or _BOARD_READ.search(asked):
        return "clipboard_read"
    if _COPY.search(text) and not _FOLDER.search(asked):
        return "clipboard_write"
    return ""
