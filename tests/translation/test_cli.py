"""`moadesk translate` as a user types it."""

from __future__ import annotations

import io
import json
import os
import signal
import sys
import threading
import time
from pathlib import Path

import pytest

from agents.pages.reading import read
from agents.translation.formats import OPTIONS
from app import i18n
from app.__main__ import main
from app.paths import assets_dir
from tests.pages.pdf_files import lines, pdf
from tests.translation.word_files import document, paragraph, part, run

SAMPLES = Path(__file__).resolve().parents[2] / "assets" / "samples"


@pytest.fixture
def translate(tmp_path, monkeypatch, capsys):
    """Run `moadesk translate` in this process; returns (exit code, stdout, stderr)."""
    monkeypatch.setenv("MOADESK_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("LC_ALL", "C")
    monkeypatch.chdir(tmp_path)

    def call(*arguments: object) -> tuple[int, str, str]:
        try:
            code = main(["translate", *map(str, arguments)])
        except SystemExit as leaving:
            code = int(leaving.code or 0)
        out, err = capsys.readouterr()
        return code, out, err

    yield call
    i18n.use("en", assets_dir())


def test_the_sample_through_its_memory(translate, tmp_path):
    code, out, err = translate(
        SAMPLES / "sample.docx", "--to", "ko", "--engine", "memory",
        "--memory", SAMPLES / "memory.jsonl", "--out", tmp_path / "out",
    )  # fmt: skip
    assert code == 0, err
    made = tmp_path / "out" / "sample.ko.docx"
    assert out.strip() == str(made)
    receipt = json.loads((tmp_path / "out" / "sample.ko.docx.receipt.json").read_text("utf-8"))
    assert receipt["segments"] == receipt["translated"]
    assert receipt["from_memory"] > 10
    assert receipt["problems"] == []
    assert "오프라인 작업에 관한 짧은 보고서" in part(made.read_bytes())
    assert part(made.read_bytes()).count("footnoteReference") == 1


@pytest.mark.parametrize("engine", ["pseudo", "identity"])
def test_engines_that_need_nothing_end_with_zero(translate, tmp_path, engine):
    (tmp_path / "a.docx").write_bytes(document(paragraph(run("The cat sleeps."))))
    (tmp_path / "b.md").write_bytes(b"# The *cat*\r\n\r\nIt `works`.  \r\n")
    (tmp_path / "c.txt").write_bytes("고양이가 잔다.\n".encode("cp949"))
    code, out, _err = translate("a.docx", "b.md", "c.txt", "--to", "ko", "--engine", engine)
    assert code == 0
    assert out.split() == ["a.ko.docx", "b.ko.md", "c.ko.txt"]  # beside the sources
    if engine == "identity":
        for name in ("b.{}md", "c.{}txt"):
            same = (tmp_path / name.format("ko.")).read_bytes()
            assert same == (tmp_path / name.format("")).read_bytes()


def test_what_the_memory_lacks_is_exit_code_three_and_named(translate, tmp_path):
    (tmp_path / "a.txt").write_text("Unknown words.\n", "utf-8")
    code, _out, err = translate(
        "a.txt", "--to", "ko", "--engine", "memory", "--memory", SAMPLES / "memory.jsonl"
    )
    assert code == 3
    assert "Unknown words." in err
    receipt = json.loads((tmp_path / "a.ko.txt.receipt.json").read_text("utf-8"))
    assert [problem["kind"] for problem in receipt["problems"]] == ["empty"]


def test_the_receipts_as_json(translate, tmp_path):
    (tmp_path / "a.txt").write_text("It works.\n", "utf-8")
    (tmp_path / "b.txt").write_text("It works.\n", "utf-8")
    code, out, _err = translate("a.txt", "b.txt", "--to", "ko", "--engine", "pseudo", "--json")
    assert code == 0
    assert [receipt["output"] for receipt in json.loads(out)] == ["a.ko.txt", "b.ko.txt"]


def test_a_text_goes_to_standard_output(translate, monkeypatch):
    code, out, _err = translate("--text", "It works.", "--to", "ko", "--engine", "identity")
    assert (code, out) == (0, "It works.\n")
    stream = io.TextIOWrapper(io.BytesIO("그것은 된다.\n".encode()), "utf-8")
    monkeypatch.setattr(sys, "stdin", stream)
    code, out, _err = translate("-", "--to", "en", "--engine", "identity")
    assert (code, out) == (0, "그것은 된다.\n")


@pytest.mark.parametrize(
    "wrong",
    [
        ("--to", "ko"),
        ("a.txt",),
        ("a.txt", "--to", "ja"),
        ("a.txt", "--to", "ko", "--engine", "magic"),
        ("a.txt", "--to", "ko", "--engine", "memory"),
        ("a.txt", "--to", "ko", "--text", "x"),
        ("a.txt", "-", "--to", "ko"),
    ],
)
def test_wrong_usage_is_two(translate, wrong):
    code, out, err = translate(*wrong)
    assert (code, out) == (2, "")
    assert "Traceback" not in err


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("a.docx", b"not a zip", "is another kind of file"),
        ("a.docx", b"", "is empty"),
        ("a.pdf", b"%PDF-1.7", "cannot be opened"),
        ("a.xyz", b"XYZ", "cannot be translated"),
        ("a.txt", None, "There is no file"),
    ],
)
def test_files_that_cannot_be_read_are_one_sentence(translate, tmp_path, name, data, said):
    if data is not None:
        (tmp_path / name).write_bytes(data)
    code, out, err = translate(name, "--to", "ko", "--engine", "pseudo")
    assert (code, out) == (1, "")
    assert said in err
    assert "Traceback" not in err
    assert not list(tmp_path.glob("*.ko.*"))


def test_beside_a_translated_pdf(translate, tmp_path):
    words = lines(50, 400, ["The cat sleeps on the sofa."])
    (tmp_path / "a.pdf").write_bytes(pdf(words))
    order = ("a.pdf", "--to", "ko", "--engine", "pseudo", "--also", "bilingual-pdf,html,docx")
    names = ["a.ko.pdf", "a.ko.bilingual.pdf", "a.ko.html", "a.ko.docx"]
    for _ in range(2):  # what is ours is made anew
        code, out, err = translate(*order)
        assert code == 0, err
        assert [Path(line).name for line in out.split()] == names
    assert len(read((tmp_path / "a.ko.bilingual.pdf").read_bytes()).sheets) == 2
    assert "šļééþš" in (tmp_path / "a.ko.html").read_text("utf-8")
    (tmp_path / "a.ko.html").write_text("mine")
    code, _, err = translate(*order)
    assert code != 0
    assert "a.ko.html" in err
    assert (tmp_path / "a.ko.html").read_text() == "mine"


def test_one_bad_file_does_not_stop_the_others(translate, tmp_path):
    (tmp_path / "bad.docx").write_bytes(b"x")
    (tmp_path / "good.txt").write_text("It works.\n", "utf-8")
    code, out, err = translate("bad.docx", "good.txt", "--to", "ko", "--engine", "pseudo")
    assert (code, out.strip()) == (3, "good.ko.txt")
    assert "bad.docx" in err


def test_no_file_is_written_over_by_another(translate, tmp_path):
    for folder in ("x", "y"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "a.txt").write_text(f"It works in {folder}.\n", "utf-8")
    code, _out, err = translate(
        "x/a.txt", "y/a.txt", "--to", "ko", "--engine", "identity", "--out", "o"
    )
    assert code == 3
    assert "would be written twice" in err
    assert (tmp_path / "o" / "a.ko.txt").read_text("utf-8") == "It works in x.\n"


def test_a_source_is_never_written_over(translate, tmp_path):
    (tmp_path / "a.txt").write_text("It works.\n", "utf-8")
    (tmp_path / "a.ko.txt").write_text("My own words.\n", "utf-8")
    code, _out, _err = translate("a.txt", "a.ko.txt", "--to", "ko", "--engine", "pseudo")
    assert code == 3
    assert (tmp_path / "a.ko.txt").read_text("utf-8") == "My own words.\n"


def test_no_model_and_an_unknown_model_are_sentences(translate, tmp_path):
    (tmp_path / "a.txt").write_text("It works.\n", "utf-8")
    code, _out, err = translate("a.txt", "--to", "ko", "--model", "no-such-model")
    assert code == 1
    assert "no-such-model" in err
    assert "Traceback" not in err


def test_every_word_is_korean_for_a_korean(translate, tmp_path, monkeypatch):
    monkeypatch.setenv("LC_ALL", "ko_KR.UTF-8")
    (tmp_path / "a.docx").write_bytes(b"x")
    code, _out, err = translate("a.docx", "--to", "ko", "--engine", "pseudo")
    assert code == 1
    assert "실제 형식이 다릅니다" in err


@pytest.mark.skipif(os.name != "posix", reason="signals of this kind")
def test_ctrl_c_keeps_the_segments_and_says_so(translate, tmp_path):
    body = "".join(paragraph(run(f"The cat sleeps in house h{n}.")) for n in range(4000))
    (tmp_path / "a.docx").write_bytes(document(body))

    def interrupt() -> None:
        database = tmp_path / "home" / "data" / "moadesk.sqlite3"
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline and not database.exists():
            time.sleep(0.005)
        time.sleep(0.05)
        os.kill(os.getpid(), signal.SIGINT)

    killer = threading.Thread(target=interrupt)
    killer.start()
    code, _out, err = translate("a.docx", "--to", "ko", "--engine", "pseudo")
    killer.join()
    assert code == 130
    assert "Run the same command again" in err
    assert not (tmp_path / "a.ko.docx").exists()
    code, _out, err = translate("a.docx", "--to", "ko", "--engine", "pseudo")
    assert code == 0


def test_options_choose_values_and_protect_names(translate, tmp_path):
    file = tmp_path / "x.json"
    file.write_text('{"title": "The cat sleeps.", "note": "The KX-12 is late."}', encoding="utf-8")
    call = (file, "--to", "ko", "--engine", "pseudo", "--out", tmp_path / "out")
    code, _out, err = translate(*call)
    assert code == 0, err
    both = json.loads((tmp_path / "out" / "x.ko.json").read_text(encoding="utf-8"))
    options = ("--option", "json.exclude=$.title", "--option", r"protect=[A-Z]+-\d+ is")
    code, _out, err = translate(*call, *options)
    assert code == 0, err
    made = json.loads((tmp_path / "out" / "x.ko.json").read_text(encoding="utf-8"))
    assert both["title"] != "The cat sleeps." == made["title"]
    assert "KX-12 is" not in both["note"]
    assert "KX-12 is" in made["note"]


@pytest.mark.parametrize(
    ("option", "code", "said"),
    [
        ("protect", 2, "NAME=VALUE"),
        ("protect=(a+)+", 1, "repetitions of repetitions"),
        ("json.include=$.a[", 1, "$.items[*].title"),
        ("nothing=1", 1, "json.exclude"),
    ],
)
def test_a_wrong_option_is_one_sentence(translate, tmp_path, option, code, said):
    file = tmp_path / "x.json"
    file.write_text('{"title": "The cat sleeps."}', encoding="utf-8")
    found, _out, err = translate(file, "--to", "ko", "--engine", "pseudo", "--option", option)
    assert found == code
    assert said in err
    assert not list(tmp_path.glob("x.ko*"))


@pytest.mark.parametrize("arguments", [("--text", "The cat sleeps."), ("-",)])
def test_options_of_files_are_not_taken_for_a_text(translate, arguments):
    code, out, err = translate(
        *arguments, "--to", "ko", "--engine", "pseudo", "--option", "protect=cat"
    )
    assert (code, out) == (2, "")
    assert "--option needs files" in err


def test_help_names_every_option_of_formats(translate):
    code, out, _err = translate("--help")
    assert code == 0
    assert all(f"{name}=" in out for name in OPTIONS)
