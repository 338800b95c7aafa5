"""Exit codes, languages and the one place where a problem becomes a sentence."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from app import i18n
from app.paths import assets_dir

ROOT = Path(__file__).resolve().parents[2]
COMMANDS = ("chat", "translate", "draft", "library", "entities", "models", "selftest", "demo")


def test_help_names_every_command(moadesk):
    code, out, _err = moadesk("--help")
    assert code == 0
    for command in COMMANDS:
        assert command in out


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself_in_both_languages(moadesk, monkeypatch, command):
    code, english, _err = moadesk(command, "--help")
    assert code == 0
    monkeypatch.setenv("LC_ALL", "ko_KR.UTF-8")
    code, korean, _err = moadesk(command, "--help")
    assert code == 0
    assert english.startswith("usage: ")
    assert korean.startswith("사용법: ")


@pytest.mark.parametrize("wrong", [("nonsense",), ("chat",), ("translate", "--to", "fr", "x")])
def test_wrong_usage_is_exit_code_two(moadesk, wrong):
    code, _out, err = moadesk(*wrong)
    assert code == 2
    assert "usage" in err.lower()
    assert "Traceback" not in err


def test_a_problem_is_one_sentence_in_the_users_language(moadesk, monkeypatch):
    code, out, err = moadesk("chat", "   ")
    assert (code, out) == (1, "")
    assert err.strip() == "There is no question. Write one first."
    monkeypatch.setenv("LC_ALL", "ko_KR.UTF-8")
    assert moadesk("chat", "   ")[2].strip() == "질문이 없습니다. 먼저 질문을 적어 주세요."


def test_an_unknown_model_is_a_sentence(moadesk):
    code, _out, err = moadesk("chat", "Hello", "--model", "no-such-model")
    assert code == 1
    assert "no-such-model" in err
    assert "Traceback" not in err


def test_a_broken_settings_file_is_explained_and_work_goes_on(moadesk, tmp_path):
    config = tmp_path / "home" / "config"
    config.mkdir(parents=True)
    (config / "settings.toml").write_text("theme = 'pink'", "utf-8")
    code, _out, err = moadesk("models", "list")
    assert code == 0
    assert "settings.toml" in err
    assert list(config.glob("settings.broken-*"))


def test_the_starter_model_answers_and_the_answer_is_kept(moadesk):
    question = "What is the capital of France?"
    code, out, _err = moadesk("chat", question, "--json", "--max-tokens", "60")
    said = json.loads(out)
    assert code in (0, 3)
    assert "Paris" in said["text"]
    again = json.loads(moadesk("chat", question, "--json", "--max-tokens", "60")[1])
    assert again["text"] == said["text"]
    assert again["conversation"] == said["conversation"] + 1


def test_a_question_from_standard_input(moadesk, monkeypatch):
    import io

    monkeypatch.setattr("sys.stdin", io.StringIO("Say hello."))
    code, out, _err = moadesk("chat", "-", "--max-tokens", "20")
    assert code in (0, 3)
    assert out.strip()


@pytest.mark.skipif(os.name != "posix", reason="sends a POSIX signal")
def test_interrupting_ends_with_130_and_keeps_the_answer(tmp_path):
    environment = os.environ | {"MOADESK_HOME": str(tmp_path), "LC_ALL": "C"}
    process = subprocess.Popen(
        [sys.executable, "-u", "-m", "app", "chat", "Write a very long story.", "--seed", "2"],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout is not None
    process.stdout.read(10)  # it has begun to answer
    time.sleep(0.2)
    process.send_signal(signal.SIGINT)
    _out, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "Cancelled" in err.decode()
    assert "Traceback" not in err.decode()


def test_the_demo_makes_real_files(moadesk, tmp_path):
    out = tmp_path / "시험 output"
    code, said, err = moadesk("demo", "--out", str(out))
    assert code == 0, err
    made = {file.name for file in out.iterdir()}
    assert {"answer.md", "sample.ko.docx", "sample.ko.docx.receipt.json"} <= made
    assert {"related-work.tex", "related-work.bib", "related-work.report.json"} <= made
    assert str(out) in said
    receipt = json.loads((out / "sample.ko.docx.receipt.json").read_text("utf-8"))
    assert receipt["segments"] == receipt["translated"] + receipt["untranslated"]
    report = json.loads((out / "related-work.report.json").read_text("utf-8"))
    assert report["unknown_keys"] == 0
    assert report["citations"] > 0
    assert "does not know Korean" in err + said
    keys = (out / "related-work.bib").read_text("utf-8")
    for off_topic in ("watson1953structure", "ostrom1990common", "ronneberger2015unet"):
        assert off_topic not in keys


def test_the_selftest_passes(moadesk, monkeypatch):
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    code, out, _err = moadesk("selftest")
    assert code == 0, out
    assert "FAIL" not in out
    i18n.use("en", assets_dir())
