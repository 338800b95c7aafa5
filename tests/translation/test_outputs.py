"""What is written beside a translation: complete, escaped, valid, and never over another's file."""

from __future__ import annotations

import dataclasses
import io
import shutil
import subprocess
import zipfile
from html.parser import HTMLParser
from pathlib import Path

import docx
import pytest
from lxml import etree

from agents.base import UserError
from agents.store.segment_rows import StoredSegment
from agents.translation import outputs, receipt, tmx
from agents.translation.outputs.material import Material
from app import beside, i18n
from app.build import Desk
from app.paths import assets_dir, user_paths
from app.settings import Settings
from app.ui.translation.folders import documents_in
from tests.translation.xliff_rules import broken_rules

EVIL = "<script>alert(1)</script>\"'&amp; \x00\x0b\ud800\uffff\u202e ]]>"
SEGMENTS = (
    StoredSegment("document:0.0", 0, "The cat sleeps.", "고양이가 잔다.", "translated"),
    StoredSegment("document:1.0", 1, EVIL, EVIL, "untranslated", ("empty", "tag"), EVIL),
    StoredSegment('a "b"/<c>:2.0', 2, "Of 5 < 6 & 7.", "5 < 6 & 7 중.", "from_memory"),
)
V1 = "{urn:oasis:names:tc:xliff:document:1.2}"
V2 = "{urn:oasis:names:tc:xliff:document:2.0}"


@pytest.fixture(params=["en", "ko"])
def made(request, tmp_path, monkeypatch):
    monkeypatch.setenv("MOADESK_HOME", str(tmp_path / "home"))
    i18n.use(request.param, assets_dir())
    desk = Desk(user_paths(), Settings(language=request.param))
    words = beside.words(desk)
    yield material(dataclasses.replace(words, kinds={one: f"<{one}>" for one in words.kinds}))
    i18n.use("en", assets_dir())


def material(words, segments=SEGMENTS, engine="model"):
    made = receipt.make(
        segments,
        names=('a <b> & "c".docx', 'a <b> & "c".ko.docx'),
        languages=("en", "ko"),
        engine=engine,
        model="<m>",
        seconds=1.5,
    )
    return Material(made, segments, words)


class Nothing:
    """A store that knows of no translation."""

    def made(self, _path):
        return False


class Page(HTMLParser):
    """Tags with attributes, and the text between them."""

    def __init__(self, data: bytes) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(data.decode("utf-8"))

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.text += data


@pytest.mark.parametrize("key", ["receipt-html", "bilingual-html"])
def test_a_page_escapes_everything_and_loads_nothing(made, key):
    data = outputs.OUTPUTS[key].make(made)
    page = Page(data)
    names = {tag for tag, _attributes in page.tags}
    assert not names & {"script", "img", "link", "iframe", "object", "b", "c", "m"}
    assert not any(name in attributes for _tag, attributes in page.tags for name in ("src", "href"))
    assert b"url(" not in data
    assert b"@import" not in data
    assert "<script>alert(1)</script>" in page.text  # as words
    assert "\x00" not in page.text
    assert ("html", {"lang": made.words.language}) in page.tags
    assert page.text.count("<empty>") == 1
    assert page.text.count("<tag>") == 1


def test_the_receipt_says_that_not_all_is_translated(made):
    text = Page(outputs.OUTPUTS["receipt-html"].make(made)).text
    assert made.words.not_all_translated in text
    assert made.words.all_translated not in text
    whole = material(made.words, SEGMENTS[:1])
    text = Page(outputs.OUTPUTS["receipt-html"].make(whole)).text
    assert made.words.all_translated in text
    assert made.words.no_problems in text


@pytest.mark.parametrize("engine", ["pseudo", "identity"])
def test_a_trial_run_is_not_called_a_translation(made, engine):
    trial = material(made.words, SEGMENTS[:1], engine)
    text = Page(outputs.OUTPUTS["receipt-html"].make(trial)).text
    assert made.words.trial in text
    assert made.words.all_translated not in text


def test_the_bilingual_page_has_every_segment_in_its_language(made):
    page = Page(outputs.OUTPUTS["bilingual-html"].make(made))
    rows = [attributes for tag, attributes in page.tags if tag == "tr"]
    assert len(rows) == 1 + len(SEGMENTS)
    assert [row.get("class") for row in rows[1:]] == [None, "flag", None]
    sides = [a["lang"] for tag, a in page.tags if tag == "div" and "dir" in a]
    assert sides == ["ko", "en", "ko"]  # what was not translated is still English


def test_the_word_document_holds_every_segment(made):
    data = outputs.OUTPUTS["bilingual-docx"].make(made)
    assert data == outputs.OUTPUTS["bilingual-docx"].make(made)
    table = docx.Document(io.BytesIO(data)).tables[0]
    assert [cell.text for cell in table.rows[1].cells] == [
        "1",
        SEGMENTS[0].source,
        "고양이가 잔다.",
    ]
    assert table.rows[2].cells[2].text.endswith("<empty>\n<tag>")
    assert table.rows[3].cells[1].text == "Of 5 < 6 & 7."
    assert len(table.rows) == 1 + len(SEGMENTS)
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        for name in package.namelist():
            etree.fromstring(package.read(name))


@pytest.mark.skipif(shutil.which("soffice") is None, reason="needs LibreOffice")
def test_another_program_opens_the_word_document(made, tmp_path):
    (tmp_path / "a.docx").write_bytes(outputs.OUTPUTS["bilingual-docx"].make(made))
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    command = ["soffice", profile, "--headless", "--convert-to", "txt:Text (encoded):UTF8"]
    subprocess.run(  # noqa: S603 - our own arguments
        [*command, "--outdir", str(tmp_path), str(tmp_path / "a.docx")],
        check=True, capture_output=True, timeout=180,
    )  # fmt: skip
    text = (tmp_path / "a.txt").read_text("utf-8-sig")
    assert "The cat sleeps." in text
    assert "고양이가 잔다." in text


def test_xliff_1_2(made):
    root = etree.fromstring(outputs.OUTPUTS["xliff"].make(made))
    (file,) = root
    assert (root.tag, root.get("version"), file.tag) == (f"{V1}xliff", "1.2", f"{V1}file")
    assert [child.tag for child in file] == [f"{V1}header", f"{V1}body"]
    wanted = {"original", "source-language", "target-language", "datatype"}
    assert set(file.attrib) == wanted
    assert not broken_rules(etree.tostring(root))
    units = list(file[1])
    assert [unit.get("id") for unit in units] == [one.segment for one in SEGMENTS]
    order = [[child.tag.removeprefix(V1) for child in unit] for unit in units]
    assert order == [
        ["source", "target"],
        ["source", "target", "note", "note"],
        ["source", "target"],
    ]
    assert [unit[1].get("state") for unit in units] == [
        "translated", "needs-translation", "translated",
    ]  # fmt: skip
    assert units[1][1].text is None
    assert units[2][1].get("state-qualifier") == "exact-match"
    assert units[2][1].text == "5 < 6 & 7 중."


def test_xliff_2_1(made):
    root = etree.fromstring(outputs.OUTPUTS["xliff2"].make(made))
    assert (root.tag, root.get("version")) == (f"{V2}xliff", "2.1")
    assert (root.get("srcLang"), root.get("trgLang")) == ("en", "ko")
    (file,) = root
    notes, *units = file
    assert notes.tag == f"{V2}notes"
    assert [unit.get("id") for unit in units] == ["u1", "u2", "u3"]
    assert [unit.get("name") for unit in units] == [one.segment for one in SEGMENTS]
    assert not broken_rules(etree.tostring(root))
    segments = [unit[-1] for unit in units]
    assert [one.get("state") for one in segments] == ["translated", "initial", "translated"]
    assert [len(one) for one in segments] == [2, 1, 2]
    assert [child.tag.removeprefix(V2) for child in units[1]] == ["notes", "segment"]


def test_a_file_without_segments_is_valid_in_all_kinds(made):
    empty = material(made.words, ())
    for output in outputs.OUTPUTS.values():
        assert output.make(empty)
    for key in ("xliff", "xliff2"):
        assert not broken_rules(outputs.OUTPUTS[key].make(empty))
    file = etree.fromstring(outputs.OUTPUTS["xliff2"].make(empty))[0]
    assert [child.tag.removeprefix(V2) for child in file] == ["notes", "group"]


def test_tmx_has_the_pairs_that_are_translations(made):
    extra = (
        *SEGMENTS,
        StoredSegment("d:3", 3, "It has 3 legs.", "다리가 넷이다.", "translated", ("number",)),
        StoredSegment("d:4", 4, "1.5", "1.5", "translated"),
        StoredSegment(
            "d:5", 5, "A chair.", "의자 하나.", "translated", ("length",), confirmed=True
        ),
        StoredSegment("d:6", 6, "A table.", "탁자.", "translated", made_by="model:other"),
    )
    data = outputs.OUTPUTS["tmx"].make(dataclasses.replace(made, segments=extra))
    assert list(tmx.read(data, "a.tmx")) == [
        {"en": "The cat sleeps.", "ko": "고양이가 잔다."},
        {"en": "Of 5 < 6 & 7.", "ko": "5 < 6 & 7 중."},
        {"en": "A chair.", "ko": "의자 하나."},
        {"en": "A table.", "ko": "탁자."},
    ]
    props = etree.fromstring(data).findall("body/tu/prop[@type='x-origin']")
    assert [one.text for one in props] == ["machine", "machine", "human", "machine"]
    models = etree.fromstring(data).findall("body/tu/prop[@type='x-model']")
    assert [one.text for one in models] == ["<m>", "<m>", "other"]
    trial = material(made.words, engine="pseudo")
    assert list(tmx.read(outputs.OUTPUTS["tmx"].make(trial), "a.tmx")) == []


@pytest.mark.parametrize("key", sorted(outputs.OUTPUTS))
def test_only_its_own_earlier_output_is_replaced(made, tmp_path, key):
    translated = tmp_path / made.receipt.output.replace("<", "").replace(">", "")
    (path,) = outputs.write(translated, [key], made)
    assert path.name == translated.stem + outputs.OUTPUTS[key].suffix
    assert outputs.write(translated, [key], made) == [path]
    path.write_bytes(b"somebody else's")
    with pytest.raises(UserError, match="output_exists"):
        outputs.write(translated, [key], made)
    assert path.read_bytes() == b"somebody else's"


def test_the_command_writes_what_is_asked_for(moadesk, tmp_path):
    (tmp_path / "a.md").write_text("The cat sleeps.\n\nThe dog runs.\n", "utf-8")
    (tmp_path / "a.txt").write_text("The cat sleeps.\n", "utf-8")
    keys = ",".join(outputs.OUTPUTS)
    arguments = ("translate", "--to", "ko", "--engine", "pseudo", "--also", keys)
    code, out, err = moadesk(*arguments, tmp_path / "a.md")
    assert code == 0, err
    names = ["a.ko.md", *(f"a.ko{one.suffix}" for one in outputs.OUTPUTS.values())]
    assert [Path(line).name for line in out.split()] == names
    assert all((tmp_path / name).is_file() for name in names)
    # Another document of the same name does not take the place of the first one's outputs.
    before = (tmp_path / "a.ko.xliff").read_bytes()
    for _time in range(2):  # and has its own, however often
        code, out, err = moadesk(*arguments, tmp_path / "a.txt")
        assert code == 0, err
        names = ["a.ko.txt", *(f"a.ko.txt{one.suffix}" for one in outputs.OUTPUTS.values())]
        assert [Path(line).name for line in out.split()] == names
    assert (tmp_path / "a.ko.xliff").read_bytes() == before
    found, _more = documents_in([tmp_path], Nothing())
    assert {one.path.name for one in found} == {"a.md", "a.txt"}
    (tmp_path / "a.ko.txt.xliff").write_bytes(b"somebody else's")
    code, _out, err = moadesk(*arguments, tmp_path / "a.txt")
    assert code == 3
    assert "a.ko.txt.xliff" in err
    assert (tmp_path / "a.ko.txt.xliff").read_bytes() == b"somebody else's"
    assert moadesk(*arguments[:-1], "pdf", tmp_path / "a.md")[0] == 2
    assert moadesk(*arguments, "--text", "Hello.")[0] == 2


def test_equal_segments_are_asked_once_and_stand_in_every_place(setup):
    desk = setup()
    text = "The cat sleeps.\n\nThe dog runs fast.\n\nThe cat sleeps. It works.\n"
    done = desk.document(desk.file("a.txt", text))
    assert sorted(desk.asked) == ["It works.", "The cat sleeps.", "The dog runs fast."]
    stored = desk.store.segments(done.job)
    assert [one.target for one in stored] == [
        "고양이가 잔다.", "개가 빨리 달린다.", "고양이가 잔다.", "작동한다.",
    ]  # fmt: skip
    assert len({one.segment for one in stored}) == 4
    assert done.output.read_text("utf-8").count("고양이가 잔다.") == 2
