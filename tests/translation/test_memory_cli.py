"""`moadesk memory` and `moadesk glossary` as a user types them."""

from __future__ import annotations

import json
import shutil

import pytest

from agents.translation.propose import LABELS
from app import i18n
from app.__main__ import main
from app.paths import assets_dir
from tests.entities.test_cli import TINY


@pytest.fixture
def moadesk(tmp_path, monkeypatch, capsys):
    """Run a command in this process; returns (exit code, stdout, stderr)."""
    monkeypatch.setenv("MOADESK_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("LC_ALL", "C")
    monkeypatch.chdir(tmp_path)

    def call(*arguments: object) -> tuple[int, str, str]:
        try:
            code = main([*map(str, arguments)])
        except SystemExit as leaving:
            code = int(leaving.code or 0)
        out, err = capsys.readouterr()
        return code, out, err

    yield call
    i18n.use("en", assets_dir())


@pytest.fixture
def pairs(tmp_path):
    path = tmp_path / "pairs.jsonl"
    path.write_text(
        '{"en": "The cat sleeps.", "ko": "고양이가 잔다."}\n'
        '{"en": "It works.", "ko": "작동한다."}\n{"en": "alone"}\n',
        "utf-8",
    )
    return path


def test_a_memory_in_and_out_and_back(moadesk, pairs, tmp_path):
    code, out, _err = moadesk("memory", "import", pairs)
    assert (code, out) == (3, "pairs.jsonl: 2 added, 0 already there, 1 left out\n")
    code, out, _err = moadesk("memory", "search", "The cat slept.", "--to", "ko")
    assert code == 0
    assert out.split("\t")[1:] == ["imported", "The cat sleeps.", "고양이가 잔다.\n"]
    assert moadesk("memory", "search", "Whatever else", "--to", "ko")[0] == 1
    assert moadesk("memory", "export", tmp_path / "out.tmx")[0] == 0
    assert json.loads(moadesk("memory", "stats", "--json")[1])["imported"] == 2
    assert moadesk("memory", "undo")[1] == "pairs.jsonl: 2 pairs taken back\n"
    assert moadesk("memory", "undo")[0] == 1
    assert moadesk("memory", "export", tmp_path / "none.tmx")[0] == 1
    assert not (tmp_path / "none.tmx").exists()
    code, out, _err = moadesk("memory", "import", tmp_path / "out.tmx", "--json")
    assert (code, json.loads(out)[0]["added"]) == (0, 2)


def test_nothing_is_forgotten_without_a_yes(moadesk, pairs):
    moadesk("memory", "import", pairs)
    assert moadesk("memory", "clear")[0] == 1
    assert "imported: 2" in moadesk("memory", "stats")[1]
    assert moadesk("memory", "clear", "--yes", "--origin", "human")[1] == "0 pairs forgotten\n"
    assert moadesk("memory", "clear", "--yes")[1] == "2 pairs forgotten\n"


def test_a_hostile_file_is_a_sentence(moadesk, tmp_path):
    path = tmp_path / "m.tmx"
    path.write_text('<!DOCTYPE tmx [<!ENTITY a SYSTEM "file:///etc/passwd">]><tmx>&a;</tmx>')
    code, out, err = moadesk("memory", "import", path)
    assert (code, out) == (1, "")
    assert "m.tmx cannot be read" in err
    assert "imported: 0, in 0 imports" in moadesk("memory", "stats")[1]


def test_the_measurement_measures(moadesk):
    code, out, _err = moadesk(
        "memory", "bench", "--entries", 300, "--look-ups", 20, "--json"
    )  # fmt: skip
    assert code in (0, 3)  # a busy machine may be slow
    made = json.loads(out)
    assert made["entries"] == 300
    found = {one["name"]: one for one in made["spreads"]}
    for side in ("en", "ko"):
        assert found[f"exact_hit_{side}"]["found"] == 1
        assert found[f"exact_miss_{side}"]["found"] < 0.2  # but for a heading of one word
        assert found[f"fuzzy_hit_{side}"]["found"] == 1
        assert found[f"fuzzy_near_{side}"]["found"] > 0.6
        assert found[f"fuzzy_near_{side}"]["count"] == 20
        assert found[f"exact_and_fuzzy_{side}"]["count"] == 60
        assert {f"fuzzy_short_{side}", f"fuzzy_long_{side}"} <= set(found)
    assert all(one["p50"] <= one["p95"] <= one["longest"] for one in found.values())
    code, out, _err = moadesk("memory", "bench", "--entries", 50, "--look-ups", 5)
    assert "50 pairs" in out
    assert moadesk("memory", "bench", "--entries", 0)[0] == 1


def test_a_glossary_from_nothing_to_a_file(moadesk, tmp_path):
    assert moadesk("glossary", "list")[0] == 1
    code, out, _err = moadesk("glossary", "add", "논문", "model", "모델", "--avoid", "모형")
    assert (code, out) == (0, "논문: 1 term added, 0 changed, 0 left out\n")
    assert moadesk("glossary", "list")[1] == "논문\t1\n"
    assert moadesk("glossary", "list", "논문")[1] == "model\t모델\t모형\n"
    assert moadesk("glossary", "add", "논문", " ", "모델")[0] == 2
    for name in ("g.csv", "g.tbx"):
        assert moadesk("glossary", "export", "논문", tmp_path / name)[0] == 0
        assert moadesk("glossary", "import", name, tmp_path / name)[0] == 0
        assert json.loads(moadesk("glossary", "list", name, "--json")[1]) == [
            {"en": "model", "ko": "모델", "avoid": ["모형"], "note": ""}
        ]
    assert moadesk("glossary", "remove", "논문")[0] == 2
    assert moadesk("glossary", "remove", "논문", "model")[0] == 0
    assert moadesk("glossary", "export", "논문", tmp_path / "no.csv")[0] == 1
    assert moadesk("glossary", "remove", "g.csv", "--all")[0] == 0
    assert list(json.loads(moadesk("glossary", "list", "--json")[1])) == ["g.tbx"]


def test_proposals_are_rows_that_can_be_imported(moadesk, tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("A language model. The language model of BERT. BERT is here.\n")
    code, out, _err = moadesk("glossary", "propose", path, "--to", "ko")
    assert code == 0
    assert "language model\t\t\tterm, 2×\n" in out
    assert "BERT\t\t\tacronym, 2×\n" in out
    code, out, _err = moadesk("glossary", "propose", path, "--to", "ko", "--json")
    assert {one["term"] for one in json.loads(out)} == {"language model", "BERT"}


def test_an_entity_model_that_is_here_names_what_it_finds(moadesk, tmp_path):
    folder = shutil.copytree(TINY, tmp_path / "tiny-model")
    assert moadesk("models", "import", folder)[0] == 0
    path = tmp_path / "a.txt"
    path.write_text("A language model reads. The language model of Jane Doe is here.\n")
    propose = ("glossary", "propose", path, "--to", "ko", "--least", "1")
    code, out, err = moadesk(*propose, "--json")
    assert code == 0, err
    found = {one["term"]: one for one in json.loads(out)}
    assert any(one["label"] in LABELS for one in found.values())
    assert all(term.lower() in path.read_text().lower() for term in found)
    lines = moadesk(*propose)[1].splitlines()
    assert len(lines) == len(found)
    assert all(len(line.split("\t")) == 4 for line in lines)
    code, out, err = moadesk(*propose, "--model", "no-such-model")
    assert (code, out) == (1, "")
    assert "no-such-model" in err
    assert "Traceback" not in err


def test_a_translation_with_a_glossary_that_is_not_there(moadesk, tmp_path, pairs):
    path = tmp_path / "a.txt"
    path.write_text("It works.\n")
    wanted = ("translate", path, "--to", "ko", "--engine", "memory", "--memory", pairs)
    code, _out, err = moadesk(*wanted, "--glossary", "none")
    assert code == 1
    assert "no file called none" in err
    assert moadesk(*wanted, "--without-memory")[0] == 0


def test_it_speaks_korean(moadesk, monkeypatch, pairs):
    monkeypatch.setenv("LC_ALL", "ko_KR.UTF-8")
    assert moadesk("memory", "import", pairs)[1] == (
        "pairs.jsonl: 2개 추가, 0개는 이미 있음, 1개 건너뜀\n"
    )
    assert moadesk("glossary", "list")[2] == "아직 용어집이 없습니다.\n"
