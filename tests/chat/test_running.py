"""Steps that have no room beside each other take turns."""

from __future__ import annotations

import threading

import pytest

from agents.base import CancelledError
from agents.chat.running import Running


def steps(running, *works):
    for number, work in enumerate(works):
        running.start(lambda *_args, work=work: work(), number, None, None)


def test_one_alone_has_nobody_to_wait_for():
    running, said = Running(), []
    steps(running, lambda: said.append(running.wait_for_others(running.given_way)))
    running.end()
    assert said == [False]


def test_who_waits_goes_on_when_the_other_has_ended_even_before_it_waited():
    running, said = Running(), []
    gone, began = threading.Event(), threading.Event()

    def late():
        before = running.given_way
        began.set()
        assert gone.wait(20)
        while running._busy > 1:  # until the other is no longer counted
            pass
        said.append(running.wait_for_others(before))
        said.append(running.wait_for_others(running.given_way))

    def early():
        assert began.wait(20)
        gone.set()

    steps(running, late, early)
    running.end()
    assert said == [True, False]


def test_three_that_wait_go_on_one_after_the_other():
    running, most, busy = Running(), [], []
    ready = threading.Barrier(4, timeout=20)
    let_go = threading.Event()

    def holder():
        ready.wait()
        assert let_go.wait(20)

    def waiter():
        before = running.given_way
        ready.wait()
        running.wait_for_others(before)
        busy.append(1)
        most.append(len(busy))
        busy.pop()

    steps(running, holder, waiter, waiter, waiter)
    let_go.set()
    for thread in running._threads:
        thread.join()
    assert most == [1, 1, 1]


def test_a_stop_ends_the_wait():
    running, said = Running(), []
    release = threading.Event()
    waits = threading.Event()

    def holder():
        assert release.wait(20)

    def waiter():
        waits.set()
        try:
            running.wait_for_others(running.given_way)
        except CancelledError:
            said.append("stopped")
        release.set()

    steps(running, holder, waiter)
    assert waits.wait(20)
    running.cancel()
    running.end()
    assert said == ["stopped"]


def test_a_bug_is_raised_where_events_are_read():
    running = Running()
    running.tell(ZeroDivisionError())
    with pytest.raises(ZeroDivisionError):
        running.next()
