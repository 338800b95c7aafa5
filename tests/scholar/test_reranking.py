from __future__ import annotations

import math

import pytest

from agents.base import CancelledError, CancelToken, Progress
from agents.engine.port import TokenLogprob
from agents.scholar.events import Hit
from agents.scholar.reranking import DEPTH, reranked
from agents.store.library import Work


def hit(number):
    title = f"Work {number}"
    return Hit(Work(number, f"k{number}", "article", title, (), "2020", "", ""), 1.0, ("words",))


class Judge:
    """Says how surely it would say yes, by the work in the passage."""

    def __init__(self, sure, *, tells=True):
        self.sure, self.tells, self.asked = sure, tells, []

    def submit(self, request, cancel):
        cancel.check()
        (message,) = request.messages
        self.asked.append(message.content)
        yes = next(p for name, p in self.sure.items() if f"Passage: {name}" in message.content)
        token = TokenLogprob("Yes", math.log(yes), ((" No", math.log(1 - yes)),))
        return self._Answer((token,) if self.tells else ())

    class _Answer:
        def __init__(self, logprobs):
            self.logprobs = logprobs

        def result(self):
            return self


def drained(work):
    told = []
    while True:
        try:
            told.append(next(work))
        except StopIteration as stop:
            return told, [one.work.id for one in stop.value]


def test_what_the_model_prefers_comes_first():
    judge = Judge({"Work 1": 0.2, "Work 2": 0.3, "Work 3": 0.9})
    hits = [hit(1), hit(2), hit(3)]
    told, order = drained(reranked("Who?", hits, judge, CancelToken()))
    assert order == [1, 3, 2]  # as sure by one ranking as by the other: what was first stays
    assert [one.done for one in told if isinstance(one, Progress)] == [1, 2, 3]
    assert all("Question: Who?" in one for one in judge.asked)


def test_a_model_that_says_the_same_to_everything_changes_nothing():
    judge = Judge({f"Work {n}": 0.5 for n in range(1, 30)})
    hits = [hit(n) for n in range(1, DEPTH + 4)]
    _told, order = drained(reranked("Who?", hits, judge, CancelToken()))
    assert order == list(range(1, DEPTH + 4))
    assert len(judge.asked) == DEPTH


def test_a_server_without_probabilities_changes_nothing():
    judge = Judge({"Work 1": 0.1, "Work 2": 0.9}, tells=False)
    _told, order = drained(reranked("Who?", [hit(1), hit(2)], judge, CancelToken()))
    assert order == [1, 2]


def test_it_can_be_cancelled():
    cancel = CancelToken()
    judge = Judge({"Work 1": 0.1, "Work 2": 0.9})
    work = reranked("Who?", [hit(1), hit(2)], judge, cancel)
    next(work)
    cancel.cancel()
    with pytest.raises(CancelledError):
        list(work)
