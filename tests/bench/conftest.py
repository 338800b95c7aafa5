"""Random models of next to no arithmetic, and a part of work to measure with them."""

from __future__ import annotations

import dataclasses

import pytest

from agents.engine.bench import random_model
from agents.engine.bench.figures import Part, Sizes
from agents.engine.bench.random_model import TINY
from tests.engine.tiny_models import smollm2

SMALL = Sizes(
    segments=3, segment=6, answer=6, glossary=40, sentences=12, in_flight=3, decode=12, prefill=60,
    history=300, chat=40, chat_answer=16, chats=4, document=40, document_answer=24, pause=0.1,
    cancels=4, cancel_within=0.5, long_prompt=1500, together=(1, 3), steps=8, gui_seconds=1.0,
)  # fmt: skip


@pytest.fixture(scope="session")
def bench_folder(tmp_path_factory):
    """A folder with the tiny models in both formats; seeds 0 and 1 of the first."""
    folder = tmp_path_factory.mktemp("bench")
    for quant, seed in (("q4_0", 0), ("q4_0", 1), ("q4_k_m", 0)):
        path = folder / random_model.file_name(TINY, quant, seed)
        for _done in random_model.make(path, smollm2(), TINY, quant, seed):
            pass
    return folder


@pytest.fixture
def part(bench_folder, tmp_path):
    """Make a part by its name."""

    def made(name: str, **more) -> Part:
        first, second = (
            bench_folder / random_model.file_name(TINY, "q4_0", seed) for seed in (0, 1)
        )
        base = Part(
            name=name, model=first, second=second, tiny=first, folder=tmp_path, threads=1,
            runs=2, sizes=SMALL,
        )  # fmt: skip
        return dataclasses.replace(base, **more)

    return made
