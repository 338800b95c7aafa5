"""The cancel token is shared by every thread of the application."""

from __future__ import annotations

import threading

import pytest

from agents.base import CancelledError, CancelToken, UserError


def test_a_fresh_token_lets_work_go_on():
    token = CancelToken()
    token.check()
    assert not token.cancelled


def test_cancel_is_seen_by_check_and_wait():
    token = CancelToken()
    token.cancel()
    token.cancel()
    assert token.cancelled
    assert token.wait(60)
    with pytest.raises(CancelledError):
        token.check()


def test_callbacks_run_once_and_at_once_when_already_cancelled():
    token = CancelToken()
    calls: list[str] = []
    token.on_cancel(lambda: calls.append("before"))
    token.cancel()
    token.cancel()
    token.on_cancel(lambda: calls.append("after"))
    assert calls == ["before", "after"]


def test_a_forgotten_callback_is_not_called():
    token = CancelToken()
    calls: list[int] = []
    forget = token.on_cancel(lambda: calls.append(1))
    forget()
    forget()
    token.cancel()
    assert calls == []


def test_waiting_ends_when_another_thread_cancels():
    token = CancelToken()
    threading.Timer(0.05, token.cancel).start()
    assert token.wait(30)


def test_a_callback_registered_during_cancel_is_never_lost():
    for _round in range(200):
        token = CancelToken()
        called = threading.Event()
        other = threading.Thread(target=token.cancel)
        other.start()
        token.on_cancel(called.set)
        other.join()
        assert called.is_set()


def test_a_user_error_carries_its_code_and_values():
    error = UserError("model.missing", model="lfm")
    assert (error.code, error.values) == ("model.missing", {"model": "lfm"})
    assert "lfm" in str(error)
