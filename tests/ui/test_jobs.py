"""The pool: order, cancellation, failure, deletion and shutdown, with real threads."""

from __future__ import annotations

import errno
import threading
from dataclasses import dataclass

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QObject, QThread, Slot

from agents.base import CancelledError, UserError
from app.jobs import JobPool, Latest, Outcome


@dataclass(frozen=True)
class Count:
    upto: int


class Counter:
    def run(self, request, cancel):
        for number in range(request.upto):
            cancel.check()
            yield number


class Waiter:
    """Says it has begun, then waits for its token."""

    def __init__(self):
        self.begun = threading.Semaphore(0)
        self.ended = threading.Semaphore(0)

    def run(self, request, cancel):
        yield "begun"
        self.begun.release()
        try:
            if cancel.wait(30):
                raise CancelledError
        finally:
            self.ended.release()
        yield "never"


class Page(QObject):
    def __init__(self, parent=None):
        super().__init__(parent)
        self.events = []
        self.outcomes = []
        self.threads = set()

    @Slot(object)
    def on_event(self, event):
        self.threads.add(QThread.currentThread())
        self.events.append(event)

    @Slot(object)
    def on_finished(self, outcome):
        self.threads.add(QThread.currentThread())
        self.outcomes.append(outcome)

    def follow(self, job):
        job.event.connect(self.on_event)
        job.finished.connect(self.on_finished)
        return job


@pytest.fixture
def pool(qapp):
    pool = JobPool()
    yield pool
    assert pool.shutdown()
    pool.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def test_events_come_in_order_on_the_gui_thread(qtbot, pool):
    page = Page()
    page.follow(pool.start(Counter(), Count(3000)))
    qtbot.waitUntil(lambda: page.outcomes != [])
    assert page.events == list(range(3000))
    assert page.outcomes == [Outcome("done", 2999)]
    assert page.threads == {QThread.currentThread()}


def test_many_jobs_each_keep_their_order(qtbot, pool):
    pages = [Page() for _ in range(200)]
    for number, page in enumerate(pages):
        page.follow(pool.start(Counter(), Count(20), interactive=bool(number % 2)))
    qtbot.waitUntil(lambda: all(page.outcomes for page in pages), timeout=20000)
    assert all(page.events == list(range(20)) for page in pages)
    assert pool.running() == []


def test_a_function_returns_its_value(qtbot, pool):
    page = Page()
    page.follow(pool.call(lambda a, b: (a + b, threading.current_thread().name), 2, 3))
    qtbot.waitUntil(lambda: page.outcomes != [])
    value, thread = page.outcomes[0].value
    assert value == 5
    assert thread != threading.main_thread().name


def test_a_running_job_is_cancelled(qtbot, pool):
    page, waiter = Page(), Waiter()
    job = page.follow(pool.start(waiter, None))
    qtbot.waitUntil(lambda: page.events == ["begun"])
    job.cancel()
    qtbot.waitUntil(lambda: page.outcomes != [])
    assert page.outcomes == [Outcome("cancelled")]
    job.cancel()  # harmless afterwards
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    job.cancel()


def test_a_queued_job_is_cancelled_without_a_worker(qtbot, pool):
    waiter, page, behind = Waiter(), Page(), Page()
    blocking = [page.follow(pool.start(waiter, None)) for _ in range(3)]
    for _ in blocking:
        assert waiter.begun.acquire(timeout=60)
    behind.follow(pool.start(Counter(), Count(5))).cancel()
    assert behind.outcomes == []  # never told before `cancel` has returned
    qtbot.waitUntil(lambda: behind.outcomes != [])
    assert behind.outcomes == [Outcome("cancelled")]
    assert behind.events == []
    for job in blocking:
        job.cancel()
    qtbot.waitUntil(lambda: len(page.outcomes) == 3)


def test_background_work_never_takes_the_last_worker(qtbot, pool):
    waiter, slow, quick = Waiter(), Page(), Page()
    jobs = [slow.follow(pool.start(waiter, None)) for _ in range(20)]
    for _ in range(3):
        assert waiter.begun.acquire(timeout=60)
    quick.follow(pool.start(Counter(), Count(3), interactive=True))
    quick.follow(pool.call(lambda: "listed"))
    qtbot.waitUntil(lambda: len(quick.outcomes) == 2)
    assert slow.outcomes == []
    for job in jobs:
        job.cancel()
    qtbot.waitUntil(lambda: len(slow.outcomes) == 20)


def test_a_user_error_and_a_bug_are_told_apart(qtbot, pool):
    def missing():
        raise UserError("file.missing", path="a")

    class Broken:
        def run(self, request, cancel):
            yield 1
            raise ZeroDivisionError("ours")

    page, told = Page(), []
    pool.broken.connect(told.append)
    page.follow(pool.call(missing))
    qtbot.waitUntil(lambda: len(page.outcomes) == 1)
    assert page.outcomes[0].error.code == "file.missing"
    assert told == []
    page.follow(pool.start(Broken(), None))
    qtbot.waitUntil(lambda: len(page.outcomes) == 2)
    assert page.events == [1]
    assert "ZeroDivisionError: ours" in page.outcomes[1].bug
    assert told == [page.outcomes[1].bug]


def test_a_disk_that_is_full_is_no_bug(qtbot, pool):
    def write():
        raise OSError(errno.ENOSPC, "No space left on device")

    page, told = Page(), []
    pool.broken.connect(told.append)
    page.follow(pool.call(write))
    qtbot.waitUntil(lambda: len(page.outcomes) == 1)
    assert page.outcomes[0].error.code == "store.disk"
    assert told == []


def test_a_cancelled_call_gives_no_value(qtbot, pool):
    begun, go = threading.Event(), threading.Event()

    def slow():
        begun.set()
        assert go.wait(60)
        return "late"

    page = Page()
    job = page.follow(pool.call(slow))
    assert begun.wait(60)
    job.cancel()
    go.set()
    qtbot.waitUntil(lambda: page.outcomes != [])
    assert page.outcomes == [Outcome("cancelled")]


def test_a_page_may_be_deleted_while_its_job_runs(qtbot, pool):
    page = Page()
    job = page.follow(pool.start(Counter(), Count(2000)))
    page.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    del page
    with qtbot.waitSignal(job.finished):
        pass
    assert pool.running() == []


def test_the_status_bar_can_ask_what_dials_out(qtbot, pool):
    waiter = Waiter()
    assert pool.running(network=True) == []
    with qtbot.waitSignal(pool.changed):
        job = pool.start(waiter, None, network=True)
    pool.start(Counter(), Count(1))
    assert pool.running(network=True) == [job]
    job.cancel()
    qtbot.waitUntil(lambda: pool.running() == [])


def test_shutdown_ends_running_and_queued_work(qtbot):
    pool, waiter, page = JobPool(), Waiter(), Page()
    for _ in range(10):
        page.follow(pool.start(waiter, None))
    for _ in range(3):
        assert waiter.begun.acquire(timeout=60)
    assert pool.shutdown()
    for _ in range(3):
        assert waiter.ended.acquire(blocking=False)
    qtbot.waitUntil(lambda: len(page.outcomes) == 10)
    assert {outcome.state for outcome in page.outcomes} == {"cancelled"}
    after = Page()
    after.follow(pool.start(Counter(), Count(1)))
    qtbot.waitUntil(lambda: after.outcomes == [Outcome("cancelled")])


def test_shutdown_says_when_a_worker_does_not_listen(qtbot):
    pool, go, begun = JobPool(), threading.Event(), threading.Event()

    def deaf():
        begun.set()
        go.wait(30)

    pool.call(deaf)
    assert begun.wait(60)
    assert not pool.shutdown(0.05)
    go.set()
    assert pool.shutdown()


def test_only_the_last_asking_is_answered(qtbot, pool):
    page, first = Page(), threading.Event()
    latest = Latest(pool, page.on_finished, page)

    def slow():
        assert first.wait(60)
        return "old"

    latest.ask(slow)
    latest.ask(lambda: "new")
    qtbot.waitUntil(lambda: page.outcomes != [])
    assert not latest.waiting
    first.set()
    qtbot.waitUntil(lambda: not pool.busy)
    assert [outcome.value for outcome in page.outcomes] == ["new"]
    latest.ask(lambda: "again")
    assert latest.waiting
    latest.drop()
    latest.drop()
    qtbot.waitUntil(lambda: not pool.busy)
    QCoreApplication.processEvents()
    assert len(page.outcomes) == 1
    assert page.threads == {QThread.currentThread()}


def test_nobody_is_told_once_who_asked_is_gone(qtbot, pool):
    page, first = Page(), threading.Event()
    latest = Latest(pool, page.on_finished, page)
    latest.ask(first.wait, 10)
    page.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    first.set()
    qtbot.waitUntil(lambda: not pool.busy)
    assert page.outcomes == []
