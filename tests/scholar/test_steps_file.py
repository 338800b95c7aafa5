"""The plan of a draft as a file: out as JSON and in again."""

from __future__ import annotations

import dataclasses
import re

import pytest

from agents.base import UserError
from agents.scholar import steps_file
from agents.scholar.events import (
    DraftRequest,
)
from agents.store.outlines import EvidenceRef
from tests.scholar.conftest import TOPIC
from tests.scholar.test_draft import draft, echo
from tests.scholar.test_steps import planned, sentences, written


def test_a_plan_goes_out_as_json_and_comes_back(scholar, bib_file, tmp_path):
    agent = scholar(echo)
    done = planned(agent, TOPIC, bib_file)
    path = tmp_path / "plan.json"
    steps_file.write(TOPIC, done.outline, path)
    again = draft(agent, DraftRequest("", "m", bib_file, plan=path))[-1].draft
    first = written(agent, done.draft)
    assert [(s.text, s.passages) for s in sentences(again)] == [
        (s.text, s.passages) for s in sentences(first)
    ]
    assert again.topic == TOPIC


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda text: text[:-40], "scholar.plan_not_json"),
        (lambda text: text.replace('"topic"', '"tropic"'), "scholar.plan_form"),
        (lambda text: text.replace('"claim"', '"poem"', 1), "scholar.plan_form"),
        (lambda text: text.replace("mamba23", "fake2020"), "scholar.plan_unknown_paper"),
        (lambda t: t.replace('"papers": [', '"papers": ["x",', 1), "scholar.plan_unknown_paper"),
        (lambda t: re.sub(r'("quote": ")', r"\1Invented. ", t), "scholar.plan_not_quoted"),
        (lambda text: re.sub(r'"title": "[^"]*"', '"title": " "', text), "scholar.plan_no_title"),
        (lambda t: re.sub(r'(?s)"themes": \[.*\]', '"themes": []', t), "scholar.plan_empty"),
        (lambda t: re.sub(r'("evidence": \[)[^\]]*', r"\1", t), "scholar.plan_no_evidence"),
    ],
)  # fmt: skip
def test_a_plan_that_is_wrong_is_a_sentence(scholar, bib_file, tmp_path, change, code):
    agent = scholar(echo)
    done = planned(agent, TOPIC, bib_file)
    path = tmp_path / "plan.json"
    path.write_text(change(steps_file.text(TOPIC, done.outline)), "utf-8")
    with pytest.raises(UserError) as problem:
        draft(agent, DraftRequest("", "m", bib_file, plan=path))
    assert problem.value.code == code
    assert len(agent.drafts.list()) == 1


def test_a_plan_cites_only_papers_of_its_theme(scholar, bib_file, tmp_path):
    agent = scholar(echo)
    done = planned(agent, TOPIC, bib_file)
    theme = done.outline.themes[0]
    wrong = dataclasses.replace(
        theme.sentences[-1], evidence=(EvidenceRef("dna53", "Two helical chains"),)
    )
    outline = dataclasses.replace(
        done.outline, themes=(dataclasses.replace(theme, sentences=(wrong,)),)
    )
    path = tmp_path / "plan.json"
    steps_file.write(TOPIC, outline, path)
    with pytest.raises(UserError, match=r"scholar\.plan_not_of_theme"):
        draft(agent, DraftRequest("", "m", bib_file, plan=path))
