"""Files in the chat: read once, searched, shown to the model in numbered passages."""

from __future__ import annotations

import hashlib
import threading

import numpy as np
import pytest
from PIL import Image, ImageDraw

from agents.base import CancelledError, CancelToken, Notice, Progress, UserError
from agents.chat.agent import ChatAgent
from agents.chat.events import ChatDone, ChatRequest
from agents.chat.files import choosing, cutting, reader
from agents.chat.files.aiming import aimed
from agents.chat.files.cutting import Paragraph
from agents.chat.files.events import FileKnown, FileRead, FileRequest
from agents.chat.files.hand import DocumentHand
from agents.chat.files.reader import FileReader
from agents.chat.hands import Given
from agents.chat.routing.router import Routed, Task
from agents.chat.team import Team
from agents.pages import scans
from agents.store.conversations import Conversations
from agents.store.database import Database
from agents.store.files import FilePiece, Files
from app.texts import FormatTexts
from tests.engine.scripted import ScriptedEngine, ScriptedModels
from tests.pages import locked_files
from tests.pages.pdf_files import pdf, text


@pytest.fixture
def database(tmp_path):
    database = Database(tmp_path / "data.sqlite3")
    yield database
    database.close()


@pytest.fixture
def files(database):
    return Files(database)


class Embedder:
    """Two dimensions: how much of a text is about cats, and how much is not."""

    id = "cats"
    dimensions = 2

    def __init__(self):
        self.made = 0

    def embed(self, texts, _kind, cancel):
        cancel.check()
        self.made += len(texts)
        rows = [(1.0, 0.1) if "cat" in t or "고양이" in t else (0.1, 1.0) for t in texts]
        return np.array(rows, np.float32) / np.float32(1.01**0.5)


def read(files, path, embedder=None, cancel=None):
    made = FileReader(files, FormatTexts(), lambda: embedder)
    return list(made.run(FileRequest(path), cancel or CancelToken()))


def stored(files, path, embedder=None):
    return next(e for e in read(files, path, embedder) if isinstance(e, FileRead)).file


def long_text(count=120):
    return "\n\n".join(
        f"Section {number}. " + f"The value of part {number} is described here at length. " * 12
        for number in range(count)
    )


def test_the_same_file_is_read_once_whatever_it_is_called(files, tmp_path):
    (tmp_path / "a.md").write_text("# Title\n\nThe sun is hot.", "utf-8")
    (tmp_path / "b.md").write_text("# Title\n\nThe sun is hot.", "utf-8")
    first = read(files, tmp_path / "a.md")
    second = read(files, tmp_path / "b.md")
    assert [type(event) for event in first] == [FileKnown, FileRead]
    assert (first[-1].new, second[-1].new) == (True, False)
    assert second[-1].file.id == first[-1].file.id
    assert second[-1].file.name == "b.md"
    assert [p.text for p in files.passages([first[-1].file.id])] == ["# Title\nThe sun is hot."]


def test_two_who_want_the_same_file_do_not_read_it_twice(files, tmp_path, monkeypatch):
    path = tmp_path / "a.txt"
    path.write_text("Some text.", "utf-8")
    reading, go = threading.Event(), threading.Event()
    times = []
    real = reader.reading.read

    def slow(*args):
        times.append(1)
        reading.set()
        assert go.wait(20)
        return (yield from real(*args))

    monkeypatch.setattr(reader.reading, "read", slow)
    one = FileReader(files, FormatTexts(), lambda: None)
    ends = []

    def run():
        ends.append(list(one.run(FileRequest(path), CancelToken()))[-1].new)

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    assert reading.wait(20)
    go.set()
    for thread in threads:
        thread.join(20)
    assert sorted(ends) == [False, True]
    assert times == [1]


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("a.pdf", b"%PDF-1.4 nothing", "chat.file_damaged"),
        ("a.docx", b"PK\x03\x04 nothing", "chat.file_damaged"),
        ("a.docx", b"plain words", "chat.file_other"),
        ("a.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "chat.file_old"),
        ("a.txt", b"", "chat.file_empty"),
        ("a.txt", b" \n \n", "chat.file_no_text"),
        ("a.txt", bytes(range(256)) * 20, "chat.file_unknown"),
        ("a.exe", b"MZ", "chat.file_unknown"),
        ("noending", b"x", "chat.file_unknown"),
    ],
)
def test_what_cannot_be_read_is_a_sentence_and_leaves_nothing(files, tmp_path, name, data, code):
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(UserError) as caught:
        read(files, path)
    assert caught.value.code == code
    assert files.get([1]) == ()


def test_a_locked_pdf_a_folder_and_a_missing_file(files, tmp_path):
    path = tmp_path / "locked.pdf"
    path.write_bytes(locked_files.USER)
    for wanted, code in (
        (path, "chat.file_locked"),
        (tmp_path, "chat.file_folder"),
        (tmp_path / "gone.txt", "file.missing"),
    ):
        with pytest.raises(UserError) as caught:
            read(files, wanted)
        assert caught.value.code == code


def test_a_huge_file_is_refused_before_it_is_read(files, tmp_path, monkeypatch):
    monkeypatch.setattr(reader, "BIGGEST", 10)
    (tmp_path / "a.txt").write_text("more than ten bytes", "utf-8")
    with pytest.raises(UserError) as caught:
        read(files, tmp_path / "a.txt")
    assert caught.value.code == "chat.file_too_big"


def test_a_pdf_is_read_with_its_pages(files, tmp_path):
    path = tmp_path / "two.pdf"
    lines = ["The first page speaks of apples only.", "The second page speaks of pears only."]
    path.write_bytes(pdf(*(text(40, 400, line) for line in lines)))
    events = read(files, path)
    file = events[-1].file
    assert file.pages == 2
    assert any(isinstance(event, Progress) and event.unit == "page" for event in events)
    assert [(p.page, p.text) for p in files.passages([file.id])] == list(enumerate(lines, 1))


def picture(path, words):
    image = Image.new("L", (900, 160), 255)
    from PIL import ImageFont

    ImageDraw.Draw(image).text((30, 50), words, 0, ImageFont.load_default(48))
    image.save(path)


@pytest.mark.skipif(not scans.program(CancelToken()), reason="Tesseract is not installed")
def test_a_picture_with_text_is_recognised(files, tmp_path):
    picture(tmp_path / "sign.png", "No parking here")
    file = stored(files, tmp_path / "sign.png")
    assert "parking" in files.passages([file.id])[0].text


def test_without_tesseract_a_picture_is_a_sentence(files, tmp_path, monkeypatch):
    monkeypatch.setattr(scans, "program", lambda _cancel: "")
    picture(tmp_path / "sign.png", "No parking here")
    with pytest.raises(UserError) as caught:
        read(files, tmp_path / "sign.png")
    assert caught.value.code == "chat.file_no_ocr"


def test_embedding_goes_on_where_it_was_stopped(files, tmp_path):
    path = tmp_path / "long.txt"
    path.write_text(long_text(40), "utf-8")
    cancel, embedder = CancelToken(), Embedder()
    made = FileReader(files, FormatTexts(), lambda: embedder)
    file = None
    with pytest.raises(CancelledError):
        for event in made.run(FileRequest(path), cancel):
            if isinstance(event, FileRead):
                file = event.file
            if isinstance(event, Progress) and event.unit == "passage":
                cancel.cancel()
    assert embedder.made == reader.BATCH
    assert files.count_without_vector([file.id], "cats") == file.passages - reader.BATCH
    read(files, path, embedder)
    assert embedder.made == file.passages
    assert files.count_without_vector([file.id], "cats") == 0


class Gone(Embedder):
    def embed(self, texts, kind, cancel):
        raise UserError("model.missing", model="cats")


def test_without_its_embedder_a_file_is_found_by_its_words(files, tmp_path):
    (tmp_path / "long.txt").write_text(long_text() + "\n\nThe word is swordfish.", "utf-8")
    events = read(files, tmp_path / "long.txt", Gone())
    assert isinstance(events[-1], Notice)
    made = chosen(files, [events[-2].file.id], "swordfish", Gone())
    assert any("swordfish" in one.text for one in made.passages)


def test_a_file_that_was_stopped_while_it_was_read_waits_and_is_read_later(files, tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("The key is under the mat.", "utf-8")
    cancel = CancelToken()
    made = FileReader(files, FormatTexts(), lambda: None)
    work = made.run(FileRequest(path), cancel)
    known = next(work).file
    cancel.cancel()
    with pytest.raises(CancelledError):
        list(work)
    assert not files.get([known.id])[0].read
    work = made.ready([known.id], CancelToken())
    assert isinstance(next(work), Notice)
    with pytest.raises(StopIteration) as end:
        next(work)
    assert [one.read for one in end.value.value] == [True]
    assert len(files.passages([known.id])) == 1


def test_passages_lose_and_double_nothing():
    paragraphs = [Paragraph("a" * 30, 1), Paragraph("b " * 2000, 1), Paragraph("c" * 3000, 2)]
    pieces = list(cutting.cut(paragraphs))
    joined = "".join(piece.text for piece in pieces).replace(" ", "").replace("\n", "")
    assert joined == "".join(one.text for one in paragraphs).replace(" ", "")
    assert all(len(piece.text) <= cutting.LONGEST for piece in pieces)
    assert {piece.page for piece in pieces} == {1, 2}


def chosen(files, ids, question, embedder=None, room=4000):
    return choosing.choose(
        files, ids, question, lambda t: len(t.split()), room, embedder, CancelToken()
    )


def test_a_short_file_goes_in_whole(files, tmp_path):
    (tmp_path / "a.txt").write_text("One.\n\nTwo.", "utf-8")
    file = stored(files, tmp_path / "a.txt")
    made = chosen(files, [file.id], "What is the third?")
    assert made.passages == files.passages([file.id])


def test_of_a_long_file_go_in_the_passages_that_fit_the_question(files, tmp_path):
    text = long_text() + "\n\nThe secret password of the archive is swordfish, says the porter."
    (tmp_path / "long.txt").write_text(text, "utf-8")
    file = stored(files, tmp_path / "long.txt")
    made = chosen(files, [file.id], "What is the password of the archive?")
    assert any("swordfish" in one.text for one in made.passages)
    assert len(made.passages) < file.passages
    assert sum(len(one.text.split()) for one in made.passages) <= choosing.SHOWN
    positions = [one.position for one in made.passages]
    assert positions == sorted(positions)


def test_meaning_finds_what_words_do_not(files, tmp_path):
    text = long_text() + "\n\nThe cat sleeps all day on the warm windowsill of the old library."
    (tmp_path / "long.txt").write_text(text, "utf-8")
    embedder = Embedder()
    file = stored(files, tmp_path / "long.txt", embedder)
    assert not chosen(files, [file.id], "고양이는?").found
    made = chosen(files, [file.id], "고양이는?", embedder)
    assert made.found
    assert any("cat" in one.text for one in made.passages)


def test_a_summary_sees_a_share_of_every_part(files, tmp_path):
    (tmp_path / "long.txt").write_text(long_text(), "utf-8")
    file = stored(files, tmp_path / "long.txt")
    positions = [p.position for p in chosen(files, [file.id], "이 파일 요약해 줘").passages]
    quarter = file.passages // 4
    assert {at // quarter for at in positions} >= {0, 1, 2, 3}


def test_no_more_goes_in_than_there_is_room_for(files, tmp_path):
    (tmp_path / "a.txt").write_text(long_text(4), "utf-8")
    file = stored(files, tmp_path / "a.txt")
    made = chosen(files, [file.id], "part", room=150)
    assert 0 < sum(len(one.text.split()) for one in made.passages) <= 150


def routed(route, share=0.5, by="words"):
    return Routed(route, (route,), (Task("x", route),), share, by)


def test_what_comes_with_a_file_is_about_it():
    document, talk = routed("document", 0.9), routed("answer", 0.9)
    assert aimed(talk, document, fresh=True).route == "document"
    assert aimed(talk, routed("answer"), fresh=True).tasks[0].route == "document"
    assert aimed(routed("answer", 0.5), document, fresh=False).route == "document"
    assert aimed(talk, document, fresh=False).route == "answer"
    assert aimed(routed("tool", 0.99), document, fresh=True).route == "tool"
    assert aimed(routed("tool", 0.5), document, fresh=True).route == "document"
    assert aimed(routed("answer", 1.0, "command"), document, fresh=True).route == "answer"


class Fixed:
    def __init__(self, route):
        self.to = route

    def route(self, text, _cancel=None, _commander=None, *, attached=False):
        return Routed(self.to, (self.to,), (Task(text, self.to),), 0.5, "words")


class Nowhere:
    """Finds no file that is named."""

    def __init__(self, path=None):
        self.path = path

    def named(self, _name, _handed, _cancel):
        yield from ()
        return self.path


class Talk:
    def takes(self, task):
        return bool(task)

    def run(self, handed, cancel):
        yield from ()
        return Given("talk", "talk")


@pytest.fixture
def chat(database, files):
    def made(engine, route="document", path=None):
        models = ScriptedModels({"m": engine})
        reads = FileReader(files, FormatTexts(), lambda: None)
        hand = DocumentHand(models, files, reads, Nowhere(path), lambda: None)
        team = Team({"answer": Talk(), "document": hand}, models)
        return ChatAgent(models, Conversations(database), "", Fixed(route), team, files)

    return made


def asked(agent, question, **more):
    events = list(agent.run(ChatRequest(question, "m", **more), CancelToken()))
    assert isinstance(events[-1], ChatDone)
    return events[-1]


def test_an_answer_cites_the_passages_it_was_shown(chat, files, tmp_path):
    (tmp_path / "rent.txt").write_text("The rent is 500 euros a month.", "utf-8")
    file = stored(files, tmp_path / "rent.txt")
    engine = ScriptedEngine("The rent is 500 euros a month. [1] Pets cost extra. [7]")
    done = asked(chat(engine), "How much is the rent?", files=(file.id,))
    assert done.text == "The rent is 500 euros a month. [1] Pets cost extra."
    (step,) = done.trace.steps
    (source,) = step.given.sources
    assert (source.number, source.name, source.text) == (
        1,
        "rent.txt",
        "The rent is 500 euros a month.",
    )
    (went,) = step.given.went_in
    assert (went.whole, went.passages, went.of) == (True, 1, 1)
    shown = engine.requests[0].messages[-1].content
    assert "[1] The rent is 500 euros a month." in shown
    assert "## rent.txt" in shown


def test_the_conversation_knows_its_files_and_takes_them_with_it(chat, files, database, tmp_path):
    (tmp_path / "rent.txt").write_text("The rent is 500 euros a month.", "utf-8")
    file = stored(files, tmp_path / "rent.txt")
    agent = chat(ScriptedEngine("500 euros. [1]"))
    first = asked(agent, "How much is the rent?", files=(file.id,))
    second = asked(agent, "And is it much?", conversation=first.conversation)
    assert second.trace.steps[0].given.went_in[0].name == "rent.txt"
    agent.delete(first.conversation)
    assert files.get([file.id]) == ()
    assert database.read().execute("select count(*) from file_passage").fetchone()[0] == 0


def test_files_that_came_with_no_message_are_forgotten(files, tmp_path, database):
    for name in ("a", "b"):
        (tmp_path / f"{name}.txt").write_text(f"Text {name}.", "utf-8")
    one, two = (stored(files, tmp_path / f"{name}.txt") for name in ("a", "b"))
    kept = Conversations(database)
    conversation = kept.start("x", "m")
    files.attach(conversation, kept.add(conversation, "user", "q", "done"), [one.id])
    files.drop_loose()
    assert [file.id for file in files.get([one.id, two.id])] == [one.id]


def test_without_a_file_it_says_what_to_do_and_no_model_is_asked(chat):
    engine = ScriptedEngine("never")
    done = asked(chat(engine), "이 문서의 핵심 주장이 무엇인가요?")
    assert "파일이 없습니다" in done.text
    assert engine.requests == []


def test_a_named_file_is_looked_for_and_stays_with_the_conversation(chat, files, tmp_path):
    path = tmp_path / "rules.txt"
    path.write_text("Leave is 90 days.", "utf-8")
    agent = chat(ScriptedEngine("90 days. [1]"), path=path)
    done = asked(agent, "What does rules.txt say on leave?")
    assert done.trace.steps[0].given.sources[0].name == "rules.txt"
    assert len(files.of_conversation(done.conversation)) == 1


def test_of_several_files_the_named_one_is_meant(chat, files, tmp_path):
    ids = []
    for name in ("a", "b"):
        (tmp_path / f"{name}.txt").write_text(f"The colour of {name} is {name}.", "utf-8")
        ids.append(stored(files, tmp_path / f"{name}.txt").id)
    engine = ScriptedEngine("It is b.")
    done = asked(chat(engine), "Which colour is in b.txt?", files=tuple(ids))
    assert [went.name for went in done.trace.steps[0].given.went_in] == ["b.txt"]


def test_a_pasted_text_is_no_file(chat):
    done = asked(chat(ScriptedEngine("Words.")), "Summarise this document:\n" + "Words. " * 100)
    assert (done.text, done.trace) == ("Words.", None)  # the commander alone


def test_hashes_are_of_the_bytes(files, tmp_path, database):
    path = tmp_path / "a.txt"
    path.write_bytes(b"abc")
    read(files, path)
    (hash_,) = database.read().execute("select hash from file").fetchone()
    assert hash_ == hashlib.sha256(b"abc").hexdigest()


def test_a_file_of_many_passages_is_ranked_quickly_enough_to_ask(files):
    file = files.add("h", "big.txt", "/big.txt", 1)
    files.put(file.id, [FilePiece(f"word{number} common text here") for number in range(2000)], 0)
    (best, *_rest) = files.find([file.id], "where is word1234", 3)
    assert files.passages([file.id])[1234].id == best
