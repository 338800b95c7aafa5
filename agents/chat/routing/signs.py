"""Signs of a request that words alone do not give: sums, programs, named files, turns of phrase.

The one law: a sign is precise before it is complete. A hyphen, a year or a telephone number is no
sum; what is missed here, the words still tell.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from agents.chat.routing.terms import of_programs as terms_of_programs

if TYPE_CHECKING:
    from collections.abc import Iterator

_NUMBER = r"(?:\d[\d,]*(?:\.\d+)?[천만억조]*|\.\d+)"
_APART = re.compile(
    r"https?://\S+|\S+@\S+"  # addresses
    r"|(?<!\d)\d{4}\s*[-–~]\s*(?:\d{4}|\d{2})(?!\d)"  # years
    r"|(?<!\d)\d{4}[-./]\d{1,2}(?:[-./]\d{1,2})?(?!\d)|(?<!\d)\d{1,2}/\d{1,2}(?:/\d{2,4})?(?!\d)"
    r"|(?<!\d)0\d{1,2}-\d{3,4}-\d{4}(?!\d)|(?<!\d)\d{3}-\d{2,4}-\d{4,5}(?!\d)"  # numbers to dial
    r"|[A-Za-z]+[-–]\d+[A-Za-z]*|\d+[-–]\d+\s*(?:장|쪽|절|호|번|조|명|년|월|일|시|회|차|학년|페이지|pages?|pp)"
)
_SUM = re.compile(
    rf"{_NUMBER}\s*(?:[+*×÷^]|\*\*|\s[-−–/]\s|[−])\s*\(?\s*{_NUMBER}"
    rf"|{_NUMBER}\s*(?:더하기|빼기|곱하기|나누기|plus|minus|times|divided\s+by|over)\s*{_NUMBER}"
    rf"|{_NUMBER}\s*/\s*{_NUMBER}\s*[+*=?-]|{_NUMBER}\s*[-/x]\s*{_NUMBER}\s*(?:=|은\?|는\?|\?|$)"
    rf"|{_NUMBER}\s*[!]\s*(?:[=?/]|$)|√\s*\d|\d\s*[²³]"
)
_FORMULA = re.compile(
    r"\b\d*[xyzn]\s*(?:\^|\*\*|²|³)\s*\d*|[∫∑∏√∂≤≥≠±∀∃]|\\(?:frac|int|sum|sqrt|lim|prod|partial)\b"
    r"|\b\d*[xyz]\s*[+\-*/]\s*\d+\s*=|\b[xyz]\s*=\s*\d|\b(?:sin|cos|tan|log|ln|lim)\s*\(?\s*[\dxθ]"
    r"|\bf\(x\)|\d+C\d+|\d+P\d+|\bn\(n\s*\+\s*1\)"
)
_MEASURE = re.compile(
    rf"{_NUMBER}\s*(?:억|만|천)?\s*"
    r"(?:%|퍼센트|프로(?!그|젝|세)|percent|km/h|kg|km|cm|mm|㎞|㎏|㎡|m2|lbs?|pounds?|ounces?|oz|miles?|"
    r"inch(?:es)?"
    r"|feet|ft|yards?|gallons?|lit(?:er|re)s?|℃|℉|°\s?[CF]|celsius|fahrenheit|평|제곱미터|마일|인치|파운드"
    r"|리터|달러|원|만원|유로|엔|dollars?|usd|krw|eur|won|€|시간|분|초|hours?|minutes?|days?|weeks?|명|개"
    r"|mph|gb|mb|kwh|jo?ules?)(?![A-Za-z])",
    re.IGNORECASE,
)
_HOW_MANY = re.compile(
    r"\bhow\s+(?:many|much|far|long|old|fast)\b|몇\s*(?:개|명|원|퍼센트|%|번|배|일|시간|분|km|㎞|미터|kg|평|"
    r"도|살|대|장|권|가지|점|칸|주|년|달|개월)|얼마|총\s*(?:합|얼마|몇)"
)
_FILE = re.compile(
    r"[\w)\]]\.(?:pdf|docx?|hwpx?|xlsx?|pptx?|txt|md|csv"
    r"|tsv|odt|ods|odp|epub|rtf|html?|png|jpe?g|gif|tiff?|tex|bib|srt|vtt|xml|json|ya?ml|log|zip|eml|key|pages)"
    r"(?![\w.])",
    re.IGNORECASE,
)
_SOURCE_FILE = re.compile(
    r"[\w-]+\.(?:py|js|ts|tsx|jsx|java|c|cc|cpp|h|hpp|rs|go|rb|php|sh|sql|ipynb|kt|swift|cs|r|jl|lua|toml)\b"
)
_PROGRAM = re.compile(
    r"Traceback \(most recent|\b\w*(?:Error|Exception)\b\s*[::(]|"
    r"\b(?:Segmentation fault|NullPointer|"
    r"undefined is not|stack ?overflow|core dumped|exit code \d)"
    r"|^\s*(?:def|class|import|from|for|while|if|return|print|public|private|const|let|var|function|func|fn|"
    r"struct|#include|using|package|SELECT|INSERT|UPDATE|DELETE|CREATE)\b[^가-힣?]*[({;:=<*]"
    r"|\b\w+\([^()가-힣]*\)\s*[;{]|=>|\w+\s*(?:==|!=|\+=|-=|&&|\|\|)\s*\w+|</?\w+>|\b\w+\.\w+\([^)]*\)"
    r"|\bfor\s*\(|\bwhile\s*\(|\$\s?\w+|\bprint\(|\bconsole\.log|\bSELECT\s.+\sFROM\b",
    re.MULTILINE,
)
_LANGUAGE = re.compile(
    r"\b(?:python|javascript|typescript|java|c\+\+|c#|rust|golang|kotlin|swift|ruby|php|perl|sql|mysql|"
    r"postgres\w*|sqlite|html|css|react|vue|django|flask|fastapi|node(?:\.?js)?|pandas|numpy|pytorch|matplotlib|"
    r"bash|shell|powershell|regex|regexp|docker\w*|git|github|vba|excel\s+macro|latex|json|yaml|api|matlab|stata)"
    r"(?![\w])|파이썬|자바\s?스크립트|자바(?=로|\s|에서|의)|정규\s?(?:표현)?식|셸|쉘|도커|판다스|넘파이|리액트|"
    r"매크로|쿼리|스크립트|(?<![\w가-힣])[cC]언어|깃허브",
    re.IGNORECASE,
)
_ATTACHED = re.compile(
    r"첨부|붙여\s?준|올린\s*(?:파일|문서|논문|보고서|자료|pdf|계약서|엑셀)|업로드|드래그|방금\s*(?:올|연|준|끌)|보낸\s*파일"
    r"|(?:이|저|해당|위|그|본)\s*(?:문서|파일|논문|보고서|계약서|자료|pdf|엑셀|시트|슬라이드|회의록|제안서|공문|안내문|"
    r"표|첨부|한글\s?파일|스캔|매뉴얼)"
    r"|\b(?:attach\w*|upload\w*|enclosed|dropped|(?:this|the|that|my|our)\s+(?:\w+\s+)?"
    r"(?:document|file|pdf|report|contract|manuscript|spreadsheet|slides?|deck|attachment|paper|scan|transcript|"
    r"minutes|handout|manual|thesis|appendix|chapter|section|article|agreement|proposal|memo|docx?))\b",
    re.IGNORECASE,
)
_TRANSLATE = re.compile(
    r"\btranslat(?:e|es|ing|ed|ion)\b|번역|영작|국역|영역|통역|직역|의역|(?:영어|영문|한국어|한글|국문|우리말|한국말|영국\s?영어|"
    r"미국\s?영어)(?:로|으로)|\b(?:in|into|to)\s+(?:korean|english|hangul|hangeul)\b"
    r"|(?:korean|english)\s+(?:for|version|equivalent|word)|영어\s?(?:표현|버전)|한국어\s?버전|"
    r"(?:영어|한국어|영문|국문)\s*[→\->]+|\b(?:ko|kr|kor|en|eng)\s*(?:→|->|to|2)\s*(?:ko|kr|kor|en|eng)\b|한영|영한",
    re.IGNORECASE,
)
_SCHOLAR = re.compile(
    r"관련\s?연구|선행\s?연구|참고\s?문헌|인용|문헌\s?(?:고찰|검토|조사|목록)|서지|(?:내|제|우리|나의)\s*(?:서재|라이브러리|문헌|논문)|"
    r"라이브러리|논문(?:을|들|들을|만|이|은|도|좀)?\s*(?:좀\s*)?(?:\w+\s)?(?:찾|검색|추천|골라|보여|목록|있)|bibtex|doi|zotero|조테로"
    r"|\b(?:related[\s-]work|literature\s+(?:review|search|survey)|citations?|cit(?:e|es|ed|ing)|bibliograph\w*|"
    r"references?|my\s+(?:\w+\s+)?(?:library|papers|collection)|papers?\s+(?:on|about|that|by|from|using|which|with|in)|"
    r"prior\s+work|state\s+of\s+the\s+art)\b",
    re.IGNORECASE,
)
_CLOCK = re.compile(
    r"\bwhat(?:'s|’s|\s+is)?\s+(?:the\s+)?(?:time|date|day|current)\b"
    r"(?!\s+(?:period|complexit|series|zone|frame|signature|travel|limit|manage|value|job|care))|\btoday'?s?\s+date\b|\btime\s+is\s+it\b|"
    r"\b(?:date|day)\s+today\b|지금\s*(?:몇|시간|시각)|몇\s*시(?!간)|오늘\s*(?:며칠|날짜|무슨|몇)|무슨\s*요일|며칠|현재\s*시"
    r"|\bwhich\s+(?:day|week)\b|몇\s*월\s*며칠|올해가?\s*몇",
    re.IGNORECASE,
)
_FILES = re.compile(
    r"클립\s?보드|폴더|디렉터?토?리|바탕\s?화면|다운로드|내\s?(?:문서|컴퓨터|피시|pc)|(?:파일|문서)(?:들|을|들을|이|좀|은)?\s*"
    r"(?:\w+\s)?(?:찾|열|검색|목록|어디|보여|정리|있)|\bclipboard\b|\bfolders?\b|\bdirector(?:y|ies)\b|\bdesktop\b|"
    r"\bdownloads\b|\b(?:find|open|list|locate|search|show|which)\b.{0,40}\bfiles?\b|\bhard\s?(?:drive|disk)\b|\busb\b",
    re.IGNORECASE,
)
_MAKE = re.compile(
    r"(?:워드|엑셀|파워\s?포인트|피피티|ppt|pptx|docx|xlsx|한글|hwp|hwpx|슬라이드|발표\s?자료|스프레드\s?시트|문서|파일|표|보고서)"
    r"(?:로|으로|를|을|에|\s*파일로|\s*파일을|\s*문서로|\s*문서를)?\s*(?:\w+\s+){0,3}?(?:만들|저장|생성|작성|내보|뽑아|출력)"
    r"|\b(?:make|create|generate|build|prepare|save|export|produce|write|put|turn)\b.{0,60}\b(?:docx?|xlsx?|pptx?|word|"
    r"excel|powerpoint|spreadsheet|slides?|slide\s?deck|presentation|workbook|(?:word|text)\s+(?:file|document)|"
    r"document|file)\b",
    re.IGNORECASE,
)
_PROVE = re.compile(
    r"증명|적분|미분|방정식|부등식|확률|평균|표준\s?편차|분산|중앙값|행렬|벡터|수열|극한|인수분해|소인수|최대공약|최소공배|"
    r"제곱근|루트|로그|삼각|넓이|부피|둘레|이자|복리|할인|부가세|환산|계산|풀어|합계|총합|나머지|경우의\s?수|기댓값|"
    r"\b(?:prove|proof|integra(?:l|te)|derivative|differentiate|equations?|solve|probability|mean|median|variance|"
    r"standard\s+deviation|matrix|eigen\w+|determinant|factor(?:i[sz]e|ial)?|gcd|lcm|prime|square\s+root|cube|sum|"
    r"product|percent(?:age)?|calculate|compute|convert|interest|discount|tax|average|ratio|remainder|expected\s+value|"
    r"area|volume|perimeter|hypotenuse|simplify|expand|limit)\b",
    re.IGNORECASE,
)
_QUESTION = re.compile(
    r"[??]\s*$|^(?:what|who|whom|when|where|why|how|which|is|are|do|does|did|can|could|should|would|will)\b",
    re.IGNORECASE,
)
_CITED = re.compile(
    r"\\cite\w*\{|\[@[\w:-]+|\b[A-Z][a-z]+\s+et\s+al\b|[가-힣]{2,4}\s?(?:외|등)\s?\(?\d{4}|10\.\d{4,}/\S+|"
    r"\barxiv\b|\([A-Z][a-z]+(?:\s+(?:and|&)\s+[A-Z][a-z]+)?,?\s+(?:19|20)\d\d\)",
)
_PROGRAM_WANTED = re.compile(
    r"(?:프로그램|스크립트|코드|함수|쿼리|정규\s?식|매크로|클래스|알고리즘|테스트|봇|크롤러)[^.!?\n]{0,25}(?:짜|작성|만들|구현|고쳐|개선|리팩|디버)"
    r"|\b(?:write|create|implement|build|make|code|fix|debug|refactor|optimi[sz]e)\b[^.!?\n]{0,30}"
    r"\b(?:program|script|function|query|regex|macro|class|method|algorithm|code|loop|bot|crawler|parser|unit\s+tests?)\b",
    re.IGNORECASE,
)
_PAPERS_WANTED = re.compile(
    r"\b(?:find|search|show|list|get|recommend|suggest|look|pull|any|which|what|have)\b[^.!?\n]{0,40}"
    r"\b(?:papers?|studies|articles|literature|publications?|preprints?|works)\b"
    r"|(?:논문|연구|문헌|저널|학술지|선행연구)[^.!?\n]{0,20}(?:찾|검색|추천|골라|보여|목록|뽑|추려|모아|있[어나을])",
    re.IGNORECASE,
)
_OPENED = re.compile(
    r"\b(?:open|launch|where(?:'s|’s|\s+is|\s+did)|find|locate|delete|move|rename|copy)\b[^.!?\n]{0,40}"
    r"(?:\.\w{2,5}\b|\bfiles?\b|\bfolder\b)"
    r"|(?:\.\w{2,5}|파일|폴더|문서)[^.!?\n]{0,15}(?:열어|어디|찾아|옮겨|지워|이름)",
    re.IGNORECASE,
)
_PART = re.compile(
    r"\b(?:page|figure|fig|table|section|chapter|slide|appendix|footnote|clause|paragraph|equation|sheet|column)s?\.?"
    r"\s*(?:\d|[a-d]\b)|\b(?:first|second|third|fourth|last|next)\s+(?:page|section|chapter|paragraph|slide|sheet|"
    r"table|figure|column|row)\b|\d+\s*(?:쪽|페이지|장|절|조|항|번\s*슬라이드)(?![가-힣]*\s*(?:읽|쓰|번역료))|(?:그림|표|부록|"
    r"각주|시트|수식)\s*\(?\d|(?:첫|두|세|네|마지막)\s*(?:번째)?\s*(?:문단|단락|문장|시트|슬라이드|표|그림|섹션)",
    re.IGNORECASE,
)
_NAMED = re.compile(r"\b[A-Za-z]{1,9}-?\d{1,4}[A-Za-z]{0,2}\b")
_BARE_SUM = re.compile(
    r"^\W*(?:(?:please|pls)\s+)?(?:what(?:['’]?s|\s+is)|how\s+much\s+is|calculate|compute|evaluate|work\s+out|계산:?)?"
    r"[\s\d.,+*/×÷^()√²³%!=−-]*\d[\s\d.,+*/×÷^()√²³%!=−-]*"
    r"(?:[은는이가]?\s*(?:얼마|몇|계산|뭐|답)\S*(?:\s\S{1,4})?|[은는])?\s*[?.!=~]*$",
    re.IGNORECASE,
)
_MANY_NUMBERS = 2
_HANGUL = re.compile("[가-힣]")


def names_translation(text: str) -> bool:
    """Whether a text speaks of putting something into another language."""
    return bool(_TRANSLATE.search(text))


def bare_sum(asked: str) -> bool:
    """Whether what is asked is a sum and nothing else."""
    kept = _APART.sub(" ", asked)
    return bool(_SUM.search(kept) and _BARE_SUM.match(kept))


def names_file(text: str) -> bool:
    """Whether a text names a file or speaks of one that came with it."""
    return bool(_FILE.search(text) or _ATTACHED.search(text))


def no_sum(text: str) -> bool:
    """Whether a text is nothing but a date, a span of years or pages, or a number to dial."""
    return not _APART.sub("", text).strip(" ,")


def signs(text: str, asked: str) -> Iterator[str]:
    """The names of the signs.

    Args:
        text: the whole request.
        asked: the part of it that asks, in small letters, see `features.request_of`.
    """
    bare = _APART.sub(" ", text)
    kept = _APART.sub(" ", asked)
    for name, pattern, where in (
        ("sum", _SUM, kept),
        ("formula", _FORMULA, kept),
        ("measure", _MEASURE, kept),
        ("how many", _HOW_MANY, asked),
        ("file", _FILE, asked),
        ("source file", _SOURCE_FILE, asked),
        ("language", _LANGUAGE, asked),
        ("attached", _ATTACHED, asked),
        ("translate", _TRANSLATE, asked),
        ("scholar", _SCHOLAR, asked),
        ("clock", _CLOCK, asked),
        ("files", _FILES, asked),
        ("make", _MAKE, asked),
        ("prove", _PROVE, asked),
        ("program wanted", _PROGRAM_WANTED, asked),
        ("papers wanted", _PAPERS_WANTED, asked),
        ("opened", _OPENED, asked),
        ("question", _QUESTION, asked),
        ("part", _PART, asked),
        ("name with a number", _NAMED, asked),
        ("no sum", _APART, asked),
        ("program inside", _PROGRAM, text),
        ("sum inside", _SUM, bare),
        ("cited", _CITED, text),
    ):
        if pattern.search(where):
            yield name
    numbers = len(re.findall(_NUMBER, kept))
    if numbers >= _MANY_NUMBERS:
        yield "numbers"
        if _HOW_MANY.search(asked) or "percent" in asked or "%" in asked or "퍼센트" in asked:
            yield "numbers asked for another"
    terms = terms_of_programs(asked)
    if terms:
        yield "term"
    if terms > 1:
        yield "terms"
    yield "hangul" if _HANGUL.search(asked) else "latin"
    for mark in ("code", "tick", "quote", "handed", "more", "not"):
        if f"⟦{mark}⟧" in asked:
            yield mark
    if len(asked) < 12:
        yield "short"
