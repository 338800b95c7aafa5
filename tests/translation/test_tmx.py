# ruff: noqa: E501 - a case is a line
"""TMX out and in again, valid by its document type; the user's memory from files."""

from __future__ import annotations

import io
import subprocess
import sys
from pathlib import Path

import pytest
from lxml import etree

from agents.base import CancelledError, CancelToken, UserError
from agents.store.database import Database
from agents.store.memories import Memories
from agents.store.memory_rows import Maker
from agents.translation import importing, memory, tmx

# The elements and attributes of TMX 1.4 that a plain file uses.
DTD = etree.DTD(io.StringIO("""
<!ELEMENT tmx (header, body)>
<!ATTLIST tmx version CDATA #FIXED "1.4">
<!ELEMENT header (note|prop)*>
<!ATTLIST header creationtool CDATA #REQUIRED creationtoolversion CDATA #REQUIRED
  segtype (block|paragraph|sentence|phrase) #REQUIRED o-tmf CDATA #REQUIRED
  adminlang CDATA #REQUIRED srclang CDATA #REQUIRED datatype CDATA #REQUIRED>
<!ELEMENT body (tu*)>
<!ELEMENT tu ((note|prop)*, tuv+)>
<!ATTLIST tu creationdate CDATA #IMPLIED srclang CDATA #IMPLIED usagecount CDATA #IMPLIED
  lastusagedate CDATA #IMPLIED>
<!ELEMENT tuv ((note|prop)*, seg)>
<!ATTLIST tuv xml:lang CDATA #REQUIRED>
<!ELEMENT seg (#PCDATA)>
<!ELEMENT note (#PCDATA)>
<!ELEMENT prop (#PCDATA)>
<!ATTLIST prop type CDATA #REQUIRED>
"""))  # fmt: skip

PAIRS = [
    ("The cat sleeps.", "고양이가 잔다."),
    ('A < B & "C" > D]]>', "가 < 나 & '다' > 라 ]]>"),
    ("<b>not a tag</b> &amp; not an entity", "<tu>아님</tu> &#65;"),
    ("Emoji 😀 and ‘quotes’", "이모지 😀와 “따옴표”"),
    ("Tab\tand line\nbreak", "탭\t줄\n바꿈"),
]


@pytest.fixture
def memories(tmp_path):
    database = Database(tmp_path / "data.sqlite3")
    yield Memories(database)
    database.close()


def run(memories, path, cancel=None):
    return list(importing.load(memories, path, cancel or CancelToken()))[-1]


def test_what_is_written_is_valid_and_comes_back(memories, tmp_path):
    for en, ko in PAIRS:
        memories.add_human(en, ko, ("en", "ko"), name="proj & <ect>", note="a <note> & more")
    memories.add_human("개가 달린다.", "The dog runs.", ("ko", "en"))
    memories.add_machine([("Mach.", "기계")], "ko", Maker("m", "1", ""))
    memories.used(memories.exact("The cat sleeps.", "ko"))
    path = tmp_path / "out.tmx"
    path.write_bytes(b"".join(tmx.write(memories.entries(machine=True), '1.0 "beta"')))
    tree = etree.parse(str(path))
    assert DTD.validate(tree), DTD.error_log
    units = tree.findall(".//tu")
    assert len(units) == len(PAIRS) + 2
    assert units[0].get("usagecount") == "1"
    assert units[0].get("creationdate").endswith("Z")
    assert [prop.get("type") for prop in units[0].findall("prop")] == ["x-origin", "x-project"]
    assert [prop.text for prop in units[-1].findall("prop")] == ["machine", "m"]
    assert units[-2].get("srclang") == "ko"
    other = Database(tmp_path / "other.sqlite3")
    again = Memories(other)
    batch = run(again, path)
    assert (batch.added, batch.known, batch.skipped) == (len(PAIRS) + 2, 0, 0)
    for en, ko in PAIRS:
        assert again.exact(en, "ko")[0].target == " ".join(ko.split())
        assert again.exact(ko, "en")[0].target == " ".join(en.split())
    assert run(again, path).added == 0  # all known
    other.close()


def test_what_xml_forbids_is_left_out_of_it(memories):
    memories.add_human("bell\x07 \ufffe end", "종\x00 끝", ("en", "ko"))
    tree = etree.fromstring(b"".join(tmx.write(memories.entries(), "1")))
    assert [seg.text for seg in tree.iter("seg")] == ["bell end", "종 끝"] or [
        "".join(seg.text.split()) for seg in tree.iter("seg")
    ] == ["bellend", "종끝"]


def test_rows_of_json_lines_come_in_too(memories, tmp_path):
    path = tmp_path / "m.jsonl"
    path.write_text('{"en": "A b.", "ko": "가 나"}\nnonsense\n{"en": "only"}\n', "utf-8")
    batch = run(memories, path)
    assert (batch.file, batch.added, batch.skipped) == ("m.jsonl", 1, 2)
    assert memories.exact("가 나", "en")[0].target == "A b."


LAUGHS = '<!DOCTYPE tmx [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><tmx><body><tu><tuv xml:lang="en"><seg>&b;</seg></tuv></tu></body></tmx>'
OUTSIDE = '<!DOCTYPE tmx [<!ENTITY a SYSTEM "file:///etc/passwd">]><tmx><body><tu><tuv xml:lang="en"><seg>&a;</seg></tuv></tu></body></tmx>'
CUT = '<tmx><body><tu><tuv xml:lang="en"><seg>A b.</seg></tuv><tuv xml:lang="ko"><seg>가</seg></tuv></tu>'


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (LAUGHS, "translation.memory_broken"),
        (OUTSIDE, "translation.memory_broken"),
        (CUT, "translation.memory_broken"),
        ("<tmx/>", "translation.memory_empty"),
        ("<tmx>" * 3000, "translation.memory_broken"),
    ],
)
def test_an_import_that_breaks_off_leaves_nothing(memories, tmp_path, data, code):
    path = tmp_path / "m.tmx"
    path.write_text(data, "utf-8")
    with pytest.raises(UserError) as caught:
        run(memories, path)
    assert caught.value.code == code
    assert memories.stats().imported == 0
    assert memories.imports.batches() == ()


IMPORTS = """
import sys
from pathlib import Path
from agents.base import CancelToken
from agents.store.database import Database
from agents.store.memories import Memories
from agents.translation import importing

memories = Memories(Database(Path(sys.argv[1]) / "data.sqlite3"))
for event in importing.load(memories, Path(sys.argv[2]), CancelToken()):
    print(event.done, flush=True)
    sys.stdin.read()  # until this process is killed
"""


def test_what_a_killed_import_left_is_gone_at_the_next(memories, tmp_path):
    path = tmp_path / "m.jsonl"
    lines = [f'{{"en": "Text {n}.", "ko": "글 {n}"}}\n' for n in range(6_000)]
    path.write_text("".join(lines), "utf-8")
    process = subprocess.Popen(  # noqa: S603 - our own script
        [sys.executable, "-c", IMPORTS, str(tmp_path), str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=Path(__file__).resolve().parents[2],
    )
    try:
        assert process.stdout.readline().strip() == b"5000"
    finally:
        process.kill()
        process.communicate()
    assert memories.stats().imported == 5000
    path.write_text("".join(lines[:10]), "utf-8")
    made = run(memories, path)
    assert (made.added, made.known) == (10, 0)
    assert memories.stats().imported == 10
    assert [batch.id for batch in memories.imports.batches()] == [made.id]


def test_a_cancelled_import_leaves_nothing(memories, tmp_path):
    path = tmp_path / "m.jsonl"
    path.write_text(
        "".join(f'{{"en": "Text {n}.", "ko": "글 {n}"}}\n' for n in range(12_000)), "utf-8"
    )
    cancel = CancelToken()
    events = importing.load(memories, path, cancel)
    assert next(events).done == 5000
    cancel.cancel()
    with pytest.raises(CancelledError):
        next(events)
    assert memories.stats().imported == 0
    assert memories.imports.batches() == ()


def test_a_memory_of_a_run_and_the_users_own(memories, tmp_path):
    path = tmp_path / "m.jsonl"
    path.write_text('{"en": "A b.", "ko": "파일"}\n', "utf-8")
    memories.add_human("A b.", "사람", ("en", "ko"))
    known = memory.Known(memory.load(path, "ko"), memories, "ko", Maker())
    assert [answer for answer, _entry in known.answers("A b.")] == ["파일", "사람"]
    assert known.hint("None") == ""
    assert known.corrected("A b.", "다름")
    assert not known.corrected("A b.", "사람")
    assert not known.corrected("C d.", "다름")
