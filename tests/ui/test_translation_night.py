"""The queue waits for the night, works through it, and says in the morning what came of it."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QTime

from app.night import Hours
from app.ui.translation import queue_line
from app.ui.translation.night import NightShift
from app.ui.translation.pace import Pace
from app.ui.translation.page import TranslationPage
from app.ui.translation.queue import Document
from tests.engine.scripted import ScriptedEngine
from tests.ui.test_translation_queue import Gate

KOREAN = "위원회가 서울에서 모였다."
DAY, NIGHT = 12 * 60, 23 * 60


class Awake:
    """Counts how long the machine is kept awake."""

    def __init__(self):
        self.held, self.calls, self.able = False, [], True

    def hold(self):
        self._set(self.able)
        return self.able

    def let_go(self):
        self._set(False)

    def _set(self, held):
        if held != self.held:
            self.held = held
            self.calls.append(held)


class Wall:
    """A clock on the wall."""

    def __init__(self, minute):
        self.minute = minute

    def __call__(self):
        return self.minute


@pytest.fixture
def engine():
    return ScriptedEngine(KOREAN)


@pytest.fixture
def wall():
    return Wall(DAY)


@pytest.fixture
def awake():
    return Awake()


@pytest.fixture
def page(qtbot, desk, pool, theme, settled, wall, awake, monkeypatch):
    def shift(queue, desk_, pool_):
        return NightShift(queue, desk_, pool_, minute=wall, awake=awake)

    monkeypatch.setattr("app.ui.translation.documents.NightShift", shift)
    page = TranslationPage(desk, pool, theme)
    qtbot.addWidget(page)
    page.show()
    page.switch.choose("documents")
    settled()
    yield page
    page.documents.queue.pause()
    page.closing()
    settled()


def files(folder, *names):
    for name in names:
        (folder / name).write_text(f"The committee met in {name}.", "utf-8")
    return [folder / name for name in names]


def states(page):
    return [document.state for document in page.documents.queue.documents]


def said(page):
    return [bar.words for bar in page.documents.bars.shown]


def test_by_day_the_queue_waits_and_at_night_it_works(page, tmp_path, settled, wall, awake, desk):
    night, alone = page.documents.night, page.documents.unattended
    alone.nightly.click()
    assert alone.stands.whole == "Works from 22:00–07:00"
    page.open_files(files(tmp_path, "a.txt", "b.txt", "c.md"))
    settled()
    assert states(page) == ["waiting"] * 3
    assert page.documents.line.said.whole == "Begins at 22:00 · 3 waiting"
    assert page.documents.line.button.accessibleName() == "Begin now"
    wall.minute = NIGHT
    night.look()
    settled()
    assert states(page) == ["done"] * 3
    assert awake.calls == [True, False]  # once for all of them
    assert alone.stands.whole == "Works now, until 07:00"
    assert said(page) == []
    wall.minute = 7 * 60
    night.look()
    assert said(page) == ["Worked through while you were away: 3 done, 0 to look at, 0 failed."]
    settled()
    assert desk.kept.get("night")["tally"] == {}


def test_a_system_that_may_fall_asleep_is_told_of_once(page, tmp_path, settled, wall, awake):
    awake.able = False
    wall.minute = NIGHT
    page.documents.unattended.nightly.click()
    page.open_files(files(tmp_path, "a.txt", "b.txt"))
    settled()
    assert states(page) == ["done"] * 2
    assert said(page) == [
        "This system cannot be kept awake from here. Turn off its sleep for the night."
    ]
    assert awake.calls == []


def test_in_the_morning_it_pauses_with_everything_kept(
    page, tmp_path, settled, wall, qtbot, desk, awake
):
    gate = Gate()
    desk.models.engines["scripted"] = ScriptedEngine(gate)
    wall.minute = NIGHT
    page.documents.unattended.nightly.click()
    page.open_files(files(tmp_path, "a.txt", "b.txt"))
    qtbot.waitUntil(lambda: gate.asked > 0)
    assert awake.held
    qtbot.waitUntil(lambda: desk.cache._threads.hurried)
    wall.minute = 7 * 60
    page.documents.night.look()
    gate.open.set()
    settled()
    assert states(page) == ["waiting", "waiting"]
    assert not awake.held
    assert not desk.cache._threads.hurried
    assert not page.documents.queue.paused  # the night goes on by itself
    wall.minute = 22 * 60
    page.documents.night.look()
    settled()
    assert states(page) == ["done", "done"]


def test_now_means_now(page, tmp_path, settled, wall, desk):
    desk.models.engines["scripted"] = ScriptedEngine(
        lambda request: KOREAN if "a.txt" in request.messages[-1].content else ""
    )
    page.documents.unattended.nightly.click()
    page.open_files([*files(tmp_path, "a.txt", "b.txt"), tmp_path / "gone.txt"])
    settled()
    assert states(page) == ["waiting"] * 3
    page.documents.line.button.click()
    settled()
    assert states(page) == ["done", "done", "failed"]
    assert said(page) == ["Worked through while you were away: 1 done, 1 to look at, 1 failed."]
    page.open_files(files(tmp_path, "d.txt"))
    settled()
    assert states(page)[-1] == "waiting"  # that was for what was there
    page.documents.unattended.nightly.click()  # no night any more
    settled()
    assert states(page)[-1] == "done"


def test_the_hours_and_the_switch_are_remembered(
    page, qtbot, desk, pool, theme, settled, wall, tmp_path
):
    page.documents.unattended.nightly.click()
    page.documents.unattended.hours.click()
    qtbot.waitUntil(lambda: not page.documents.unattended.end.visibleRegion().isEmpty())
    page.documents.unattended.begin.setTime(QTime(1, 30))
    page.documents.unattended.end.setTime(QTime(5, 0))
    page.open_files(files(tmp_path, "a.txt"))
    settled()
    page.closing()
    desk.kept.put("night", desk.kept.get("night") | {"tally": {"x": "done", "y": "failed"}})
    second = TranslationPage(desk, pool, theme)
    qtbot.addWidget(second)
    second.begin()
    settled()
    night = second.documents.night
    assert (night.on, night.hours) == (True, Hours(90, 300))
    assert second.documents.unattended.nightly.isChecked()
    assert second.documents.unattended.stands.whole == "Works from 01:30–05:00"
    assert said(second) == ["Worked through while you were away: 1 done, 0 to look at, 1 failed."]
    assert states(second) == ["waiting"]
    assert not second.documents.queue.paused
    night.restored({"on": "yes", "begin": -3, "end": None, "tally": 4})  # damaged
    assert not night.on
    second.closing()
    settled()


# --- how fast, how long ---


def document(state, segments=0, done=0, expected=0, left=0.0):
    made = Document(1, None, state, segments=segments, done=done, expected=expected)
    made.seconds_left = left
    return made


def test_the_rate_is_that_of_the_time_in_which_the_queue_worked():
    now = [100.0]
    pace = Pace(lambda: now[0])
    assert pace.rate == 0
    pace.start()
    now[0] += 10
    pace.add(20)
    assert pace.rate == pytest.approx(2.0)
    pace.stop()
    now[0] += 1000
    assert pace.rate == pytest.approx(2.0)
    pace.start()
    now[0] += 10
    pace.add(40)
    assert pace.rate == pytest.approx(3.0)
    now[0] += 1200  # long work later the old rate is forgotten
    pace.add(120)
    now[0] += 600
    pace.add(60)
    assert pace.rate == pytest.approx(0.1, rel=0.05)


def test_the_time_left_is_that_of_the_whole_queue():
    now = [0.0]
    pace = Pace(lambda: now[0])
    running = document("running", segments=100, done=50, left=30.0)
    assert pace.seconds_left(running, []) == 30.0
    assert pace.seconds_left(running, [document("waiting")]) == 0.0  # not known yet
    pace.start()
    now[0] = 25.0
    pace.add(50)
    counted = document("waiting", expected=60)
    paused = document("waiting", segments=40, done=10)
    unknown = document("waiting")  # as many as the others have on average: 200 / 3
    left = pace.seconds_left(running, [counted, paused, unknown])
    assert left == pytest.approx(30 + (60 + 30 + 200 / 3) / 2)
    assert pace.seconds_left(None, []) == 0.0


def test_waiting_documents_are_counted_and_the_whole_queue_is_said(
    page, tmp_path, settled, qtbot, desk, monkeypatch
):
    gate = Gate()
    desk.models.engines["scripted"] = ScriptedEngine(gate)
    told = []
    page.told.connect(told.append)
    page.open_files(files(tmp_path, "a.txt", "b.txt"))
    qtbot.waitUntil(lambda: gate.asked > 0)
    qtbot.waitUntil(lambda: [one.size for one in page.documents.queue.documents] == [1, 1])
    pace = page.documents.queue.pace
    monkeypatch.setattr(Pace, "rate", 0.5)
    page.documents.line.count()
    assert page.documents.line.said.whole == "1 waiting · 4 s left · 30 a minute"
    assert told[-1] == "0 % · 4 s left"
    assert isinstance(page.documents.line, queue_line.QueueLine)
    assert pace.seconds_left(None, [page.documents.queue.documents[1]]) == pytest.approx(2)
    gate.open.set()
    settled()
    assert told[-1] == ""
    assert not page.documents.line.isVisible()


def test_the_queue_survives_a_kill(page, tmp_path, settled, qtbot, desk):
    """What is stored without any closing: the waiting documents with their choices."""
    page.documents.queue.pause()
    page.documents.wanted.sheet.lines["protect"].setPlainText("x+")
    page.open_files(files(tmp_path, "a.txt", "b.txt"))
    settled()
    qtbot.waitUntil(lambda: len(desk.kept.get("queue") or []) == 2)
    assert [one["options"] for one in desk.kept.get("queue")] == [[["protect", "x+"]]] * 2
    page.documents.queue.go_on()
    settled()
    qtbot.waitUntil(lambda: desk.kept.get("queue") == [])
