"""Conversations as files: JSON comes back without a loss, the others can be read by others."""

from __future__ import annotations

import json

import docx
import pytest

from agents.base import UserError
from agents.chat.exchange.files import Exchange
from agents.chat.exchange.reading import Words
from agents.store.conversations import Conversations
from agents.store.database import Database
from agents.store.folders import Folders
from agents.store.whole import Whole

WORDS = Words("ko", "나", "답", "중단됨", "대화")
ANSWER = """# 요약

**부산**까지 *약* 325 km, `KTX`로 2시간 30분.

- 서울 <script>alert(1)</script>
  1. 대전
  2. 대구

| 역 | km |
|---|---|
| 서울 | 0 |

```python
# not a heading
print("안녕 & <b>")
```

![picture](https://example.org/a.png) [link](javascript:alert(1)) [good](https://example.org)
"""


@pytest.fixture
def desk(tmp_path):
    made = []

    def new(name):
        database = Database(tmp_path / name / "data.sqlite3")
        made.append(database)
        return database

    yield new
    for database in made:
        database.close()


def filled(database):
    """Two conversations, one with branches, in every state."""
    kept, folders = Conversations(database), Folders(database)
    kept.delete(kept.start("gone: so that numbers differ", "m"))
    talk = kept.start("부산까지 얼마나 걸려?", "lfm")
    question = kept.add(talk, "user", "부산까지\n얼마나 걸려?", "done")
    answer = kept.add(talk, "assistant", "", "writing", "LFM2")
    kept.finish(answer, ANSWER, "done", tokens=120, seconds=3.25)
    kept.trace(answer, '[{"a": 1}]')
    again = kept.add(talk, "assistant", "half", "stopped", "Falcon", parent=question)
    kept.add(talk, "user", "more", "done", parent=again)
    kept.switch(talk, answer)
    kept.rename(talk, "부산 여행", by="model")
    kept.pin(talk, pinned=True)
    folders.put((talk,), folders.make("여행"))
    other = kept.start("other", "m")
    kept.add(other, "user", "hello", "done")
    return talk, other


def test_json_comes_back_without_a_loss(desk, tmp_path):
    first, second = desk("first"), desk("second")
    filled(first)
    Conversations(second).start("already here", "m")
    file = tmp_path / "all.json"
    assert Exchange(Whole(first), "test").write(file, (), WORDS) == 2
    made = Exchange(Whole(second), "test").read(file)
    assert (len(made.added), made.known) == (2, 0)
    out, back = Whole(first).read(), Whole(second).read(made.added)
    from agents.store import whole

    for one, other in zip(out, back, strict=True):
        assert whole._numbered(one) == whole._numbered(other)
        for name in ("uid", "title", "titled", "model", "created", "updated", "pinned", "folder"):
            assert getattr(one, name) == getattr(other, name)
    kept, theirs = Conversations(first), Conversations(second)
    copies = {copy.title: copy for copy in theirs.list()}
    for talk in kept.list():
        copy = copies[talk.title]
        shown, same = kept.turns(talk.id), theirs.turns(copy.id)
        assert [turn.content for turn in shown] == [turn.content for turn in same]


def test_what_is_there_already_is_not_doubled(desk, tmp_path):
    database = desk("first")
    talk, other = filled(database)
    exchange = Exchange(Whole(database), "test")
    exchange.write(tmp_path / "all.json", (), WORDS)
    made = exchange.read(tmp_path / "all.json")
    assert (made.added, made.known) == ((), 2)
    Conversations(database).add(other, "assistant", "said since", "done")
    made = exchange.read(tmp_path / "all.json")  # the two have parted: both are kept
    assert (len(made.added), made.known) == (1, 1)
    assert len(Conversations(database).list()) == 3
    Conversations(database).delete(talk)
    assert len(exchange.read(tmp_path / "all.json").added) >= 1


BROKEN = {
    "chat.import_not_json": [b"", b"not json", b'{"format": ', b"\xff\xfe"],
    "chat.import_foreign": [
        b"[]",
        b"[" * 5000,
        b"3",
        b"{}",
        b'{"format": "chatgpt"}',
        b'{"format": 3}',
    ],
    "chat.import_newer": [b'{"format": "moadesk-conversations", "version": 99}'],
}


@pytest.mark.parametrize(
    ("code", "data"), [(code, data) for code, files in BROKEN.items() for data in files]
)
def test_foreign_files_are_sentences(desk, tmp_path, code, data):
    database = desk("first")
    (tmp_path / "a.json").write_bytes(data)
    with pytest.raises(UserError) as caught:
        Exchange(Whole(database), "test").read(tmp_path / "a.json")
    assert caught.value.code == code
    assert Conversations(database).list() == ()


@pytest.mark.parametrize(
    "harm",
    [
        lambda talk: talk.pop("messages"),
        lambda talk: talk["messages"][1].update(role="tool"),
        lambda talk: talk["messages"][1].update(state="writing"),
        lambda talk: talk["messages"][0].update(parent=talk["messages"][1]["id"]),
        lambda talk: talk["messages"][1].update(parent=9999),
        lambda talk: talk["messages"][1].update(id=talk["messages"][0]["id"]),
        lambda talk: talk["messages"][1].update(content=None),
        lambda talk: talk["messages"][1].update(created="yesterday"),
        lambda talk: talk.update(shown=9999),
        lambda talk: talk.update(updated=""),
    ],
)
def test_a_broken_file_takes_nothing_in(desk, tmp_path, harm):
    first, second = desk("first"), desk("second")
    filled(first)
    file = tmp_path / "all.json"
    Exchange(Whole(first), "test").write(file, (), WORDS)
    data = json.loads(file.read_text("utf-8"))
    data["conversations"].reverse()
    harm(data["conversations"][-1])  # the first ones are whole
    file.write_text(json.dumps(data), "utf-8")
    with pytest.raises(UserError) as caught:
        Exchange(Whole(second), "test").read(file)
    assert caught.value.code == "chat.import_broken"
    assert Conversations(second).list() == ()
    assert Folders(second).list() == ()


def test_an_interruption_takes_nothing_in(desk, tmp_path, monkeypatch):
    first, second = desk("first"), desk("second")
    filled(first)
    Exchange(Whole(first), "test").write(tmp_path / "all.json", (), WORDS)
    from agents.store import whole

    add, calls = whole._add, []

    def broken(db, talk):
        if calls:
            raise OSError("disk full")
        calls.append(talk)
        return add(db, talk)

    monkeypatch.setattr(whole, "_add", broken)
    with pytest.raises(OSError, match="disk full"):
        Exchange(Whole(second), "test").read(tmp_path / "all.json")
    assert Conversations(second).list() == ()


def test_markdown_keeps_what_was_said_below_its_own_headings(desk, tmp_path):
    database = desk("first")
    talk, _other = filled(database)
    Exchange(Whole(database), "test").write(tmp_path / "a.md", (talk,), WORDS)
    text = (tmp_path / "a.md").read_text("utf-8")
    assert text.startswith("# 부산 여행\n")
    assert "## 나\n\n부산까지\n얼마나 걸려?" in text
    assert "## LFM2\n\n### 요약" in text
    assert "\n# not a heading" in text
    assert "half" not in text  # of another branch


def test_html_runs_and_fetches_nothing(desk, tmp_path):
    database = desk("first")
    filled(database)
    Exchange(Whole(database), "test").write(tmp_path / "a.html", (), WORDS)
    text = (tmp_path / "a.html").read_text("utf-8")
    assert text.count("<article>") == 2
    assert "<strong>부산</strong>" in text
    assert "<td>서울</td>" in text
    assert "<script" not in text
    assert "<img" not in text
    assert 'href="javascript' not in text
    assert 'href="https://example.org"' in text


def test_another_program_reads_the_word_document(desk, tmp_path):
    database = desk("first")
    talk, _other = filled(database)
    kept = Conversations(database)
    kept.add(talk, "user", "control \x00 \x0b \ud800 letters".replace("\ud800", ""), "done")
    Exchange(Whole(database), "test").write(tmp_path / "a.docx", (), WORDS)
    read = docx.Document(str(tmp_path / "a.docx"))
    said = [(one.style.name, one.text) for one in read.paragraphs]
    assert ("Title", "부산 여행") in said
    assert ("Speaker", "LFM2") in said
    assert ("Heading 1", "요약") in said or ("heading 1", "요약") in said
    assert ("Code", 'print("안녕 & <b>")') in said
    assert ("Normal", "• 서울 <script>alert(1)</script>") in said
    assert ("Normal", "2. 대구") in said
    (table,) = read.tables
    assert [[cell.text for cell in row.cells] for row in table.rows] == [
        ["역", "km"],
        ["서울", "0"],
    ]
    bold = [run.text for one in read.paragraphs for run in one.runs if run.bold]
    assert "부산" in bold


def test_bad_targets_are_sentences_and_leave_nothing(desk, tmp_path):
    database = desk("first")
    exchange = Exchange(Whole(database), "test")
    for path, code in (("a.pdf", "chat.export_suffix"), ("a.md", "chat.export_nothing")):
        with pytest.raises(UserError) as caught:
            exchange.write(tmp_path / path, (), WORDS)
        assert caught.value.code == code
    filled(database)
    with pytest.raises(UserError) as caught:
        exchange.write(tmp_path / "no folder" / "a.md", (), WORDS)
    assert caught.value.code == "file.unwritable"
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == []
    with pytest.raises(UserError) as caught:
        exchange.read(tmp_path / "missing.json")
    assert caught.value.code == "file.missing"


def test_an_unfinished_answer_is_exported_as_interrupted(desk, tmp_path):
    database = desk("first")
    kept = Conversations(database)
    talk = kept.start("t", "m")
    kept.add(talk, "assistant", "half", "writing")
    Exchange(Whole(database), "test").write(tmp_path / "a.json", (), WORDS)
    second = desk("second")
    (copy,) = Exchange(Whole(second), "test").read(tmp_path / "a.json").added
    assert [turn.state for turn in Conversations(second).turns(copy)] == ["interrupted"]


def test_the_command_line(moadesk, tmp_path):
    code, _out, err = moadesk("chats", "export", tmp_path / "a.json")
    assert (code, "no conversation" in err) == (1, True)
    assert moadesk("chats", "list")[0] == 1
    source = Database(tmp_path / "elsewhere.sqlite3")
    filled(source)
    Exchange(Whole(source), "test").write(tmp_path / "a.json", (), WORDS)
    source.close()
    code, out, _err = moadesk("chats", "import", tmp_path / "a.json")
    assert (code, out.startswith("2 conversations added, 0")) == (0, True)
    assert moadesk("chats", "import", tmp_path / "a.json")[0] == 1
    code, out, _err = moadesk("chats", "list")
    assert [line.split("\t")[2] for line in out.splitlines()] == ["부산 여행", "other"]
    code, out, _err = moadesk("chats", "search", "KTX 서울")
    assert (code, "KTX" in out) == (0, True)
    assert moadesk("chats", "search", "없는 말")[0] == 1
    number = moadesk("chats", "list")[1].split("\t")[0]
    code, out, _err = moadesk("chats", "export", tmp_path / "one.md", "--id", number)
    assert (code, (tmp_path / "one.md").read_text("utf-8").count("\n# ")) == (0, 0 + 1)
    (tmp_path / "bad.json").write_text("{}")
    code, _out, err = moadesk("chats", "import", tmp_path / "bad.json")
    assert (code, "Nothing was taken in" in err) == (1, True)
