"""A library with a few works on one topic among others, and what tests ask of it."""

from __future__ import annotations

import hashlib

import numpy as np
import pytest

from agents.scholar.agent import ScholarAgent
from agents.store.database import Database
from agents.store.drafts import Drafts
from agents.store.library import Library
from agents.store.passages import Passages
from agents.store.words import tokens
from tests.engine.scripted import ScriptedEngine, ScriptedModels

ATTENTION = r"""
@string{icml = "International Conference on Machine Learning"}
@inproceedings{linear20, author = {Katharopoulos, Angelos and Fleuret, Fran{\c{c}}ois and Vyas, A.},
  title = {Transformers are {RNNs}: Autoregressive Transformers with Linear Attention}, year = 2020,
  booktitle = icml,
  abstract = {Linear attention writes self-attention as a product of kernel feature maps. This
  reduces the complexity of self-attention from quadratic to linear in the sequence length.}}
@article{mamba23, author = {Gu, Albert and Dao, Tri}, year = {2023}, journal = {arXiv},
  title = {Mamba: Linear-Time Sequence Modeling with Selective State Spaces},
  abstract = {Mamba makes the parameters of a state space model depend on the input. It uses no
  attention and scales linearly in the sequence length. Generation reaches five times the
  throughput of Transformers.}}
@article{flash22, author = {Dao, Tri and others}, year = 2022, journal = {arXiv},
  title = {FlashAttention: Exact Self-Attention with {IO}-Awareness},
  abstract = {FlashAttention computes exact self-attention while reading and writing less memory.
  The arithmetic stays quadratic in the sequence length.}}
"""
OTHERS = r"""
@article{dna53, author = {Watson, James D. and Crick, Francis}, year = 1953, journal = {Nature},
  title = {Molecular Structure of Nucleic Acids},
  abstract = {A structure for the salt of deoxyribose nucleic acid is suggested. It has two helical
  chains coiled round the same axis.}}
@book{commons90, author = {Ostrom, Elinor}, year = 1990, publisher = {Cambridge University Press},
  title = {Governing the Commons},
  abstract = {Communities that share fisheries, forests or irrigation can govern them by rules of
  their own.}}
@article{wage94, author = {Card, David and Krueger, Alan B.}, year = 1994,
  title = {Minimum Wages and Employment}, journal = {American Economic Review},
  abstract = {Employment did not fall after the rise of the minimum wage in New Jersey.}}
@article{nurse20, author = {김영희}, year = 2020, journal = {간호학회지},
  title = {간호사의 직무 스트레스가 이직 의도에 미치는 영향},
  abstract = {종합병원 간호사 230명을 대상으로 설문 조사를 실시하였다. 직무 스트레스가 높을수록
  이직 의도가 높았다.}}
"""
TOPIC = "Sequence models that avoid the quadratic cost of self-attention"
ON_TOPIC = {"linear20", "mamba23", "flash22"}


class WordEmbedder:
    """Unit vectors from the words of a text: alike where words are shared, the same each time."""

    id = "words-1"
    dimensions = 256

    def __init__(self) -> None:
        self.asked: list[tuple[str, ...]] = []

    def embed(self, texts, kind, cancel):
        cancel.check()
        self.asked.append(tuple(texts))
        made = np.full((len(texts), self.dimensions), 0.02, dtype=np.float32)
        for row, text in enumerate(texts):
            for word in tokens(text):
                digest = hashlib.sha256(word.encode()).digest()
                made[row, digest[0]] += 1.0
        return made / np.linalg.norm(made, axis=1, keepdims=True)


@pytest.fixture
def database(tmp_path):
    database = Database(tmp_path / "data.sqlite3")
    yield database
    database.close()


@pytest.fixture
def bib_file(tmp_path):
    path = tmp_path / "refs.bib"
    path.write_text(ATTENTION + OTHERS, "utf-8")
    return path


@pytest.fixture
def scholar(database):
    """A function: answers (and an embedder) in, the agent with its parts out."""

    def make(answers="Nothing.", embedder=None, info=None, delay=0.0):
        more = {"info": info} if info else {}
        engine = ScriptedEngine(answers, delay=delay, **more)
        library, drafts = Library(database), Drafts(database)
        passages = Passages(database)
        agent = ScholarAgent(
            ScriptedModels({"m": engine}), library, drafts, lambda: embedder, passages
        )
        agent.engine, agent.library, agent.drafts = engine, library, drafts
        agent.passages = passages
        return agent

    return make
