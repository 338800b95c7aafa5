"""Tools: which one is wanted, what it may do, and that it does no more."""

from __future__ import annotations

import datetime as dt
import io
import json
import threading
import zipfile
from pathlib import Path

import pytest

from agents.base import CancelledError, CancelToken, UserError
from agents.chat.hands import Given, Handed
from agents.chat.routing.router import Task
from agents.chat.tools import folders, making, outline
from agents.chat.tools.asked import ClipboardAsked, Decision, Desk, PermissionAsked
from agents.chat.tools.content import brought
from agents.chat.tools.dates import DatesHand
from agents.chat.tools.folders import UserFolders
from agents.chat.tools.hand import Guarded, ToolHand
from agents.chat.tools.inline import unfolded
from agents.chat.tools.lookup import Lookup, endings_of, words_of
from agents.chat.tools.making import Making
from agents.chat.tools.office import docx, pptx, xlsx
from agents.chat.tools.which import which
from agents.engine.port import Message
from agents.pages import office
from agents.store.conversations import Conversations
from agents.store.database import Database
from agents.store.permissions import Permissions
from app.texts import FormatTexts
from tests.engine.scripted import ScriptedEngine, ScriptedModels

NOW = dt.datetime(2026, 11, 28, 9, 5, tzinfo=dt.timezone(dt.timedelta(hours=9)))


@pytest.fixture
def database(tmp_path):
    database = Database(tmp_path / "data.sqlite3")
    yield database
    database.close()


@pytest.fixture
def permissions(database):
    return Permissions(database)


@pytest.fixture
def desk(permissions):
    return Desk(permissions)


@pytest.fixture
def home(tmp_path):
    """A user's own folder, with something in it and something beside it."""
    home = tmp_path / "home"
    for folder in ("Documents/contracts", "Desktop", "Downloads", ".secret"):
        (home / folder).mkdir(parents=True)
    (home / "Documents" / "Rent_2024.docx").write_text("rent")
    (home / "Documents" / "contracts" / "계약서_최종.pdf").write_text("contract")
    (home / ".secret" / "Rent_key.txt").write_text("hidden")
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "Rent_secret.docx").write_text("secret")
    return home


class Echo:
    def takes(self, task):
        return bool(task)

    def run(self, handed, cancel):
        yield from ()
        return Given("looked", "echo")


@pytest.fixture
def tools(desk, home):
    def made(engine=None, output=""):
        models = ScriptedModels({"m": engine} if engine else {})
        where = UserFolders(home)
        return ToolHand(
            desk,
            DatesHand(lambda: NOW),
            Lookup(desk, where, models),
            Making(desk, where, models, lambda: output),
            Guarded(Echo(), "memory", desk),
        )

    return made


def handed(text, language="en", conversation=0, before=(), so_far=(), model="m"):
    task = Task(text, "tool")
    return Handed(task, text, language, model, 0, so_far, before, conversation=conversation)


def ran(hand, what, desk, *answers, cancel=None):
    """What a hand gives, and what it asked, each question answered in turn."""
    asked, said = [], list(answers)
    work = hand.run(what, cancel or CancelToken())
    while True:
        try:
            event = next(work)
        except StopIteration as end:
            return end.value, asked
        if isinstance(event, PermissionAsked | ClipboardAsked):
            asked.append(event)
            desk.answer(event.number, said.pop(0))


ONCE, NO = Decision("once"), Decision("no")


@pytest.mark.parametrize(
    ("text", "tool"),
    [
        ("지금 몇 시야?", "clock"),
        ("what day is it today", "clock"),
        ("How many days until Christmas?", "clock"),
        ("how long until New Year's Eve", "clock"),
        ("open thesis_v3.11_final.pdf for me", "files"),
        ("다운로드 폴더에 뭐 있는지 보여줘", "files"),
        ("계산서.hwp 어디있더라 좀 찾아줘", "files"),
        ("Find all Python files in the project folder.", "files"),
        ("수학의 역사로 발표자료 ppt 파일 하나 만들어 주세요.", "make"),
        ("Put the following notes in a docx: budget approved", "make"),
        ("다음 표를 엑셀 파일로 만들어줘. 김철수 35 영업", "make"),
        ("클립보드에 뭐 복사돼 있어?", "clipboard_read"),
        ("paste what's in the clipboard here", "clipboard_read"),
        ("copy this to the clipboard: See you at the station.", "clipboard_write"),
        ("이 문장 클립보드에 복사해 줘: 감사합니다.", "clipboard_write"),
        ("Remind me in 20 minutes to submit the letter.", "unable"),
        ("3시에 회의 있다고 알려줘, 10분 전에", "unable"),
        ("delete the old report.docx file", "unable"),
        ("how did I translate 'informed consent' before?", "memory"),
        ("번역 메모리에서 '동의서' 찾아줘", "memory"),
        ("Tell me about the French Revolution.", ""),
        ("Which?", ""),
    ],
)
def test_the_tool_is_told_from_the_words(text, tool):
    assert which(text) == tool


def test_nothing_is_claimed_that_no_tool_can_do(tools, desk):
    given, asked = ran(tools(), handed("20분 뒤에 알람 맞춰줘", "ko"), desk)
    assert "할 수 없습니다" in given.text
    assert asked == []


# --- permission ---


def test_what_is_not_allowed_is_not_done(tools, desk, home):
    given, asked = ran(tools(), handed("find rent in my Documents folder"), desk, NO)
    assert "not allowed" in given.text
    assert given.paths == ()
    assert (asked[0].tool, asked[0].folder) == ("files", str(home / "Documents"))
    assert asked[0].detail == "rent"


def test_once_is_asked_again_and_always_is_not(tools, desk, permissions):
    wish = handed("find rent in my Documents folder")
    assert len(ran(tools(), wish, desk, ONCE)[1]) == 1
    assert permissions.list() == ()
    assert len(ran(tools(), wish, desk, Decision("always"))[1]) == 1
    assert len(ran(tools(), wish, desk)[1]) == 0
    permissions.take_back(permissions.list()[0].id)
    assert len(ran(tools(), wish, desk, ONCE)[1]) == 1


def test_what_is_allowed_in_a_conversation_goes_with_it(tools, desk, permissions, database):
    kept = Conversations(database)
    one, two = kept.start("one", "m"), kept.start("two", "m")
    text = "find rent in my Documents folder"
    ran(tools(), handed(text, conversation=one), desk, Decision("conversation"))
    assert len(ran(tools(), handed(text, conversation=one), desk)[1]) == 0
    assert len(ran(tools(), handed(text, conversation=two), desk, ONCE)[1]) == 1
    assert [(p.conversation, p.title) for p in permissions.list()] == [(one, "one")]
    kept.delete(one)
    assert permissions.list() == ()


def test_a_folder_allows_what_is_below_it_and_nothing_beside_it(tools, desk, home):
    desk._permissions.allow("files", str(home / "Documents"))
    inner = handed(f"find rent in {home}/Documents/contracts")
    assert ran(tools(), inner, desk)[1] == []
    beside = handed("find rent in my Downloads folder")
    assert len(ran(tools(), beside, desk, NO)[1]) == 1
    around = handed(f"find rent in {home}/Documents/../Downloads")
    assert ran(tools(), around, desk, NO)[1][0].folder == str(home / "Downloads")


def test_another_folder_may_be_allowed_than_was_asked_about(tools, desk, home):
    decision = Decision("once", str(home / "Documents"))
    given, _asked = ran(tools(), handed("find the rent file"), desk, decision)
    assert [Path(path).name for path in given.paths] == ["Rent_2024.docx"]


def test_cancelling_ends_the_waiting_at_once(tools, desk):
    cancel, waiting = CancelToken(), threading.Event()
    ended = []

    def work():
        run = tools().run(handed("find rent in my Documents folder"), cancel)
        next(run)
        waiting.set()
        with pytest.raises(CancelledError):
            next(run)
        ended.append(True)

    thread = threading.Thread(target=work)
    thread.start()
    assert waiting.wait(20)
    cancel.cancel()
    thread.join(20)
    assert ended == [True]


# --- files ---


def test_a_link_out_of_an_allowed_folder_is_not_there(home, tmp_path):
    documents = home / "Documents"
    (documents / "Rent_link.docx").symlink_to(tmp_path / "outside" / "Rent_secret.docx")
    (documents / "away").symlink_to(tmp_path / "outside", target_is_directory=True)
    names = [one.path.name for one in folders.find(documents, ["rent"], (), CancelToken())]
    assert names == ["Rent_2024.docx"]
    assert folders.safe(documents / "Rent_link.docx", documents) is None
    assert folders.safe(documents / ".." / ".." / "outside" / "Rent_secret.docx", documents) is None
    assert folders.safe(documents / "away" / "Rent_secret.docx", documents) is None
    assert folders.safe(documents / "Rent_2024.docx", documents) == documents / "Rent_2024.docx"


def test_hidden_files_are_not_found(home):
    found = folders.find(home, ["rent"], (), CancelToken())
    assert [one.path.name for one in found] == ["Rent_2024.docx"]


def test_a_folder_is_listed(tools, desk):
    given, _asked = ran(tools(), handed("문서 폴더에 뭐 있어?", "ko"), desk, ONCE)
    assert "폴더 1개와 파일 1개" in given.text
    assert "`contracts/`" in given.text


def test_a_folder_below_the_allowed_one_is_listed(tools, desk):
    given, _asked = ran(tools(), handed("show the contracts folder"), desk, ONCE)
    assert "계약서_최종.pdf" in given.text


def test_folders_are_found_as_the_desktop_calls_them(home):
    (home / ".config").mkdir()
    (home / "Papiere").mkdir()
    (home / ".config" / "user-dirs.dirs").write_text('XDG_DOCUMENTS_DIR="$HOME/Papiere"\n')
    assert UserFolders(home).named("what is in my documents folder?") == home / "Papiere"


@pytest.mark.parametrize(
    ("text", "words", "endings"),
    [
        ("계산서.hwp 어디있더라 좀 찾아줘", ["계산서.hwp"], ()),
        ("문서 폴더에서 '회의록'이 들어간 파일을 찾아 주세요.", ["회의록"], ()),
        ("Search my folders for the lease agreement", ["lease", "agreement"], ()),
        ("문서 폴더에서 계약서 찾아 줘", ["계약서"], ()),
        ("재무제표 pdf 어디 있지", ["재무제표"], (".pdf",)),
        ("what's in Downloads", [], ()),
    ],
)
def test_what_is_looked_for_are_the_words_of_the_request(text, words, endings):
    assert (words_of(text), endings_of(text)) == (words, endings)


def test_where_the_words_find_nothing_a_model_picks_among_them(tools, desk):
    engine = ScriptedEngine(json.dumps({"words": ["rent", "passwords"]}))
    what = handed("open the paper on our rent from spring")
    given, _asked = ran(tools(engine), what, desk, ONCE)
    assert [Path(path).name for path in given.paths] == ["Rent_2024.docx"]
    assert engine.requests[0].json_schema


# --- clipboard ---


def test_the_clipboard_is_read_only_when_it_is_allowed(tools, desk):
    given, asked = ran(tools(), handed("what's on my clipboard?"), desk, NO)
    assert [type(one) for one in asked] == [PermissionAsked]
    given, asked = ran(tools(), handed("what's on my clipboard?"), desk, ONCE, "a ``` b")
    assert [type(one) for one in asked] == [PermissionAsked, ClipboardAsked]
    assert given.text == "On the clipboard:\n\n````\na ``` b\n````"


def test_a_text_is_copied_as_it_stands(tools, desk):
    what = handed("이 문장 클립보드에 복사해 줘: 감사합니다.", "ko")
    _given, asked = ran(tools(), what, desk, ONCE, "")
    assert asked[0].detail == "감사합니다."
    assert asked[1].text == "감사합니다."


@pytest.mark.parametrize(
    ("text", "content"),
    [
        ("copy this to the clipboard: See you at 9.", "See you at 9."),
        ("put 'Kind regards, Minsu' on my clipboard", "Kind regards, Minsu"),
        (
            "Dear all,\nThe talk is at 3.\n\nPut this on the clipboard",
            "Dear all,\nThe talk is at 3.",
        ),
        ("방금 답변 복사해 줘", "The answer is 42."),
        ("copy the code above", "print(1)"),
        ("엑셀 파일 만들어 줘", ""),
    ],
)
def test_what_a_request_brings_along(text, content):
    said = "Here:\n```python\nprint(1)\n```" if "code" in text else "The answer is 42. [1]"
    before = (Message("user", "q"), Message("assistant", said))
    assert brought(handed(text, before=before)) == content


# --- documents ---

MARKDOWN = """# History of maths

## Antiquity

- Babylon: base 60
- Greece <Euclid> & "proof"

Newton and Leibniz came later.

| Name | Year |
|---|---|
| Newton | 1687 |
| 오일러 | 1,748 |
"""


def test_an_outline_is_taken_over_word_by_word():
    made = outline.of_text(MARKDOWN)
    assert made.title == "History of maths"
    assert [block.kind for block in made.blocks] == ["heading", "item", "item", "text", "table"]
    assert made.blocks[1].text == "Babylon: base 60"
    assert made.blocks[-1].rows[1] == ("Newton", "1687")


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("품목,수량\n볼펜,30\n노트,12", (("품목", "수량"), ("볼펜", "30"), ("노트", "12"))),
        ("a\tb\nc\td", (("a", "b"), ("c", "d"))),
        ("Well, that is all.\nYes, it is.", ()),
    ],
)
def test_lines_are_a_table_only_where_they_are_one(text, rows):
    tables = [block.rows for block in outline.of_text(text).blocks if block.kind == "table"]
    assert tables == ([rows] if rows else [])


def said(data, name):
    return "\n".join(one.text for one in FormatTexts().read(data, name, CancelToken()))


@pytest.mark.parametrize(("write", "name"), [(docx, "a.docx"), (pptx, "a.pptx")])
def test_documents_are_read_back(write, name):
    made = write.write(outline.of_text(MARKDOWN))
    assert made == write.write(outline.of_text(MARKDOWN))
    text = said(made, name)
    for part in ("History of maths", "Antiquity", 'Greece <Euclid> & "proof"', "오일러"):
        assert part in text


def test_a_workbook_holds_numbers_as_numbers_and_no_formula():
    made = xlsx.write(outline.of_text('이름,전화,값\n가,010-1234,"1,200"\n나,007,=1+1'))
    sheet = zipfile.ZipFile(io.BytesIO(made)).read("xl/worksheets/sheet1.xml").decode()
    assert "<v>1200</v>" in sheet
    assert "<f>" not in sheet
    assert "<v>7</v>" not in sheet
    assert "이름: 나 | 전화: 007 | 값: =1+1" in said(made, "a.xlsx")


@pytest.mark.skipif(not office.program(), reason="LibreOffice is not installed")
@pytest.mark.parametrize(("write", "ending"), [(docx, ".docx"), (pptx, ".pptx"), (xlsx, ".xlsx")])
def test_libreoffice_opens_what_is_made(write, ending):
    made = office.as_pdf(write.write(outline.of_text(MARKDOWN)), ending, CancelToken())
    assert made.startswith(b"%PDF")


def test_a_document_is_made_of_what_the_request_brings(tools, desk, home):
    notes = "# 회의록\n일시: 4월 12일\n- 예산 승인\n- 두 명 채용"
    text = f"아래 내용 워드 문서로 만들어 주세요.\n\n{notes}"
    given, asked = ran(tools(), handed(text, "ko"), desk, ONCE)
    path = home / "Documents" / "회의록.docx"
    assert given.paths == (str(path),)
    assert (asked[0].tool, asked[0].folder, asked[0].detail) == (
        "make",
        str(home / "Documents"),
        "회의록.docx",
    )
    assert "두 명 채용" in said(path.read_bytes(), "a.docx")


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        (
            "목차: 1. 배경 2. 방법 - 자료 수집 - 분석 3. 결과",
            ["목차:", "1. 배경", "2. 방법", "- 자료 수집", "- 분석", "3. 결과"],
        ),
        ("1) Aim, 2) Method, 3) Results", ["1) Aim", "2) Method", "3) Results"]),
        ("이름, 수량 / 사과, 3 / 배, 2", ["이름, 수량", "사과, 3", "배, 2"]),
        ("a, b; 1, 2", ["a, b", "1, 2"]),
        ("Version 2. It is better than 3. 5 people came.", None),
        ("We came, saw / and, well, won.", None),
        ("and/or", None),
        ("first line\n1. a 2. b", None),
    ],
)
def test_a_list_in_one_line_is_told_from_a_sentence(text, lines):
    assert unfolded(text) == ("\n".join(lines) if lines else text)


@pytest.mark.parametrize(
    ("request_", "name", "parts"),
    [
        (
            "Make a Word document with an outline: 1. Introduction 2. Methods 3. Results",
            "Outline.docx",
            ["Outline", "Introduction", "Methods", "Results"],
        ),
        (
            "Make slides about solar power: 1. Cost 2. Use - homes - farms",
            "solar power.pptx",
            ["solar power", "Cost", "Use", "homes", "farms"],
        ),
        (
            "엑셀 표 만들어줘: 이름, 수량 / 사과, 3 / 배, 2",
            "표.xlsx",
            ["이름", "수량", "사과", "3", "배", "2"],
        ),
    ],
)
def test_an_outline_of_one_line_is_taken_over_without_a_model(
    tools, desk, home, request_, name, parts
):
    spoken = "ko" if "엑셀" in request_ else "en"
    given, _asked = ran(tools(), handed(request_, spoken), desk, ONCE)
    (path,) = map(Path, given.paths)
    assert path.name == name
    words = said(path.read_bytes(), path.name)
    assert [words.find(part) for part in parts] == sorted(words.find(part) for part in parts)
    assert all(part in words for part in parts)
    assert given.by == "files"


def test_what_the_task_before_gave_goes_into_the_file_however_short(tools, desk):
    what = handed("워드 파일로 저장해 줘", "ko", so_far=("125×48 = **6,000**",))
    given, _asked = ran(tools(), what, desk, ONCE)  # no model is there to write anything
    (path,) = map(Path, given.paths)
    assert "125×48 = 6,000" in said(path.read_bytes(), path.name)
    assert given.by == "files"


def test_a_file_that_is_there_is_never_written_over(tools, desk, home):
    (home / "Documents" / "notes.txt").write_text("mine")
    text = "save this as notes.txt: buy milk"
    given, _asked = ran(tools(), handed(text), desk, ONCE)
    assert (home / "Documents" / "notes.txt").read_text() == "mine"
    assert given.paths == (str(home / "Documents" / "notes (2).txt"),)


def test_a_link_in_the_way_is_not_followed(home, tmp_path):
    aim = tmp_path / "outside" / "aim.txt"
    (home / "Documents" / "a.txt").symlink_to(aim)
    path = making.kept(home / "Documents", "a", ".txt", b"x")
    assert path.name == "a (2).txt"
    assert not aim.exists()


def test_a_topic_is_filled_by_the_model_under_a_schema(tools, desk, home):
    told = {
        "title": "수학의 역사",
        "sections": [{"heading": "고대", "points": ["바빌로니아", "그리스"]}],
    }
    engine = ScriptedEngine(json.dumps(told))
    what = handed("수학의 역사로 발표자료 ppt 파일 하나 만들어 주세요.", "ko")
    given, _asked = ran(tools(engine), what, desk, ONCE)
    assert "모델이 썼습니다" in given.text
    assert given.by == "Scripted"
    assert json.loads(engine.requests[0].json_schema)["required"] == ["title", "sections"]
    (path,) = given.paths
    assert "바빌로니아" in said(Path(path).read_bytes(), "a.pptx")


def test_an_outline_that_breaks_off_makes_no_file(tools, desk, home):
    engine = ScriptedEngine('{"title": "x", "sect')
    with pytest.raises(UserError) as caught:
        ran(tools(engine), handed("make a deck about bees"), desk, ONCE)
    assert caught.value.code == "chat.no_outline"
    assert [one.name for one in (home / "Documents").iterdir() if one.suffix == ".pptx"] == []


def test_a_folder_that_cannot_be_written_is_a_sentence(tmp_path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(UserError) as caught:
        making.kept(tmp_path / "file" / "below", "a", ".txt", b"x")
    assert caught.value.code == "file.unwritable"


def test_a_hangul_file_is_a_word_file_and_says_so(tools, desk):
    text = "아래 글 hwp로 저장해줘\n\n# 알림\n승강기 점검으로 14시부터 운행을 멈춥니다.\n관리사무소"
    given, _asked = ran(tools(), handed(text, "ko"), desk, ONCE)
    assert given.paths[0].endswith("알림.docx")
    assert "Word 문서로 만들었습니다" in given.text


def test_library_and_memory_are_asked_for(tools, desk):
    what = handed("how did I translate 'consent' before?")
    given, asked = ran(tools(), what, desk, NO)
    assert "not allowed" in given.text
    assert asked[0].tool == "memory"
    given, _asked = ran(tools(), what, desk, ONCE)
    assert given.text == "looked"
