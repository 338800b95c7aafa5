"""One at a time computes on all cores, in order; nobody waits for ever."""

from __future__ import annotations

import threading
import time

import pytest

from agents.base import CancelledError, CancelToken, Turns


def waiting(turns: Turns) -> int:
    return len(turns._waiting)


def until(condition) -> None:
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.001)


def start(work) -> threading.Thread:
    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    return thread


def test_turns_come_in_the_order_of_asking_and_one_at_a_time():
    turns, order, inside, most = Turns(patience=60), [], [], []

    def work(number: int) -> None:
        with turns.turn():
            inside.append(number)
            most.append(len(inside))
            order.append(number)
            time.sleep(0.002)
            inside.remove(number)

    with turns.turn():
        threads = []
        for number in range(8):
            threads.append(start(lambda number=number: work(number)))
            until(lambda number=number: waiting(turns) == number + 1)
    for thread in threads:
        thread.join(60)
    assert order == list(range(8))
    assert max(most) == 1


def test_who_cancels_stops_waiting_and_the_others_keep_their_places():
    turns, done, cancel = Turns(patience=60), [], CancelToken()

    def work(name: str, token: CancelToken | None) -> None:
        try:
            with turns.turn(token):
                done.append(name)
        except CancelledError:
            done.append(f"{name} cancelled")

    with turns.turn():
        first = start(lambda: work("first", cancel))
        until(lambda: waiting(turns) == 1)
        second = start(lambda: work("second", None))
        until(lambda: waiting(turns) == 2)
        cancel.cancel()
        first.join(60)
        assert done == ["first cancelled"]
    second.join(60)
    assert done == ["first cancelled", "second"]
    with pytest.raises(CancelledError), turns.turn(cancel):
        pass


def test_an_error_gives_the_turn_up():
    turns = Turns(patience=60)
    with pytest.raises(ValueError, match="wrong"), turns.turn():
        raise ValueError("wrong")
    with turns.turn():
        pass


def test_nobody_waits_longer_than_the_patience_and_only_once_for_the_same_call():
    turns, entered = Turns(patience=0.5), []
    with turns.turn():  # an encoder's call that takes seconds
        for _step in range(20):
            began = time.monotonic()
            with turns.turn():
                entered.append(time.monotonic() - began)
    assert entered[0] >= 0.5
    assert sorted(entered)[10] < 0.5  # the others go beside it at once
    inside = threading.Event()
    with turns.turn():  # the next call is waited for again
        thread = start(lambda: _enter(turns, inside))
        until(lambda: waiting(turns) == 1)
        assert not inside.is_set()
    thread.join(60)
    assert inside.is_set()


def _enter(turns: Turns, inside: threading.Event) -> None:
    with turns.turn():
        inside.set()


def test_many_threads_that_cancel_at_random_lose_no_turn():
    turns, made = Turns(patience=60), []

    def work(number: int) -> None:
        for step in range(30):
            cancel = CancelToken()
            if (number + step) % 3 == 0:
                threading.Timer(0.0005, cancel.cancel).start()
            try:
                with turns.turn(cancel):
                    made.append(number)
            except CancelledError:
                made.append(number)

    threads = [start(lambda number=number: work(number)) for number in range(6)]
    for thread in threads:
        thread.join(30)
    assert len(made) == 180
    with turns.turn():
        assert waiting(turns) == 0
