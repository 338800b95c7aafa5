"""The catalogue holds what was published, and nothing that could leave its folder."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import msgspec
import pytest

from agents.base import Notice
from agents.engine import catalog
from agents.engine.catalog import Licence, ModelFile, is_plain
from agents.engine.port import Sampling

FILE = Path(__file__).resolve().parents[2] / "assets" / "catalog.toml"


@pytest.fixture(scope="module")
def known():
    return catalog.load(FILE)


def test_the_default_chat_model_is_exact(known):
    entry = known.get("lfm2.5-1.2b-instruct")
    assert entry.repository == "LiquidAI/LFM2.5-1.2B-Instruct-GGUF"
    assert entry.files == (
        ModelFile(
            name="LFM2.5-1.2B-Instruct-Q4_K_M.gguf",
            size=730_895_168,
            sha256="b1b3de114215d9507409a662a501a631095a479a419584e8a2ded6304b19b4f5",
        ),
    )
    assert entry.sampling == Sampling(temperature=0.1, top_k=50, top_p=0.1, repeat_penalty=1.05)
    assert entry.recommended
    assert "ko" in entry.languages


@pytest.mark.parametrize(
    ("model", "sampling"),
    [
        ("smollm2-135m", Sampling(temperature=0.2, top_p=0.9)),
        ("lfm2.5-8b-a1b", Sampling(temperature=0.2, top_k=80, repeat_penalty=1.05)),
        ("lfm2-koen-mt", Sampling(temperature=0.3, min_p=0.15, repeat_penalty=1.05)),
        ("falcon-h1-tiny-r-0.6b", Sampling(temperature=0.6, top_p=0.9)),
        ("nemotron-3-nano-30b-a3b", Sampling(temperature=1.0)),
    ],
)
def test_sampling_is_the_publishers(known, model, sampling):
    assert known.get(model).sampling == sampling


def test_every_entry_says_what_a_person_asks(known):
    for entry in known.entries:
        assert entry.licence.id, entry.id
        assert entry.licence.url.startswith("https://"), entry.id
        assert entry.languages, entry.id
        assert entry.context > 0, entry.id
        assert entry.memory > entry.size, entry.id  # weights are not all it takes
        assert bool(entry.repository) != bool(entry.package), entry.id


def test_every_role_of_the_first_run_has_a_recommendation(known):
    recommended = {entry.role for entry in known.entries if entry.recommended}
    assert {"chat", "translation", "entities"} <= recommended


def test_nothing_for_non_commercial_use_only_is_offered(known):
    assert not [entry.id for entry in known.entries if "NC" in entry.licence.id]


def test_licences_with_conditions_say_so(known):
    assert not known.get("smollm2-135m").licence.has_conditions
    assert known.get("smollm2-135m").licence.condition is None
    lfm = known.get("lfm2-koen-mt").licence
    assert lfm.has_conditions
    assert lfm.condition == Notice("model.licence_revenue", (("licence", lfm.title),))
    falcon = known.get("falcon-h1-tiny-r-0.6b").licence
    assert falcon.condition == Notice("model.licence_terms", (("licence", "Falcon-LLM License"),))
    assert Licence(id="Something-1.0", url="").has_conditions


def test_the_size_is_rounded_only_where_nothing_better_is_known(known):
    files = (
        ModelFile(name="a", size=10, about=99),
        ModelFile(name="b", about=5),
        ModelFile(name="c"),
    )
    assert replace(known.entries[0], files=files).size == 15


@pytest.mark.parametrize(
    "name",
    [
        "",
        ".",
        "..",
        "../x.gguf",
        "a/b",
        "a\\b",
        "/etc/passwd",
        "C:x",
        "C:\\x",
        "~x",
        ".hidden",
        "x.",
        "x ",
        "nul",
        "NUL.gguf",
        "com1.bin",
        "a\x00b",
        "a\nb",
        "한글.gguf",
        "x" * 300,
        "-rf",
    ],
)
def test_names_that_could_leave_the_folder(name):
    assert not is_plain(name)
    with pytest.raises(ValueError, match="not a plain"):
        ModelFile(name=name)


@pytest.mark.parametrize(
    "name", ["a", "LFM2.5-1.2B-Instruct.Q4_1.gguf", "tokenizer.json", "console.gguf"]
)
def test_names_that_are_fine(name):
    assert is_plain(name)


GOOD = """
[[model]]
id = "tiny"
name = "Tiny"
role = "chat"
repository = "owner/name"
files = [{ name = "tiny.gguf" }]
licence = { id = "MIT", url = "https://example.org" }
languages = ["en"]
architecture = "llama"
context = 512
memory = 1000
"""


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"tiny"', '"../tiny"'),
        ('"tiny"', '"Tiny"'),
        ('"owner/name"', '"owner/../name"'),
        ('"owner/name"', '"owner"'),
        ('"owner/name"', '"https://evil.example/x"'),
        ('{ name = "tiny.gguf" }', ""),
        ('{ name = "tiny.gguf" }', '{ name = "tiny.gguf", sha256 = "abc" }'),
        ('{ name = "tiny.gguf" }', '{ name = "tiny.gguf", size = -1 }'),
        ('{ name = "tiny.gguf" }', '{ name = "tiny.gguf", at = ["../x"] }'),
        ('{ name = "tiny.gguf" }', '{ name = "tiny.gguf", at = ["/x"] }'),
        ('"chat"', '"poetry"'),
        ("512", '"long"'),
        ("memory = 1000\n", ""),
        ("memory = 1000\n", "memory = 1000\n" + GOOD.replace("[[model]]", "[[model]]", 1)),
    ],
)
def test_a_wrong_catalogue_is_not_used(tmp_path, old, new):
    path = tmp_path / "catalog.toml"
    path.write_text(GOOD, "utf-8")
    assert catalog.load(path).get("tiny")
    path.write_text(GOOD.replace(old, new, 1), "utf-8")
    with pytest.raises(msgspec.ValidationError):
        catalog.load(path)
