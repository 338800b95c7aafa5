from __future__ import annotations

import os
import sys
import threading
import time

import pytest

from agents.base import CancelledError, CancelToken, Progress
from agents.pages import scans
from agents.pages.reading import read, steps
from tests.pages.pdf_files import image, lines, pdf

TABLE = """\
level\tpage_num\tblock_num\tpar_num\tline_num\tword_num\tleft\ttop\twidth\theight\tconf\ttext
4\t1\t1\t1\t1\t0\t100\t100\t500\t40\t-1\t
5\t1\t1\t1\t1\t1\t100\t100\t120\t40\t96.1\tScanned
5\t1\t1\t1\t1\t2\t240\t104\t120\t36\t91\twords
5\t1\t1\t1\t1\t3\t380\t104\t120\t36\t12\tdirt
4\t1\t1\t1\t2\t0\t100\t150\t500\t40\t-1\t
5\t1\t1\t1\t2\t1\t100\t150\t120\t40\t88\t스캔한
5\t1\t1\t1\t2\t2\tx\t150\t120\t40\t88\tbroken
not a row
"""
SCANNED = pdf(image(0, 0, 400, 500))


def test_letters_of_a_table():
    letters = list(scans.letters_of(TABLE, 2000, 4.0))
    assert "".join((" " if one.spaced else "") + one.text for one in letters) == (
        " Scanned words 스캔한"
    )
    assert letters[0].baseline == letters[7].baseline == (2000 - 140) / 4
    assert letters[0].size == letters[7].size == 10


@pytest.fixture
def installed(tmp_path, monkeypatch):
    """Put a program called tesseract on the path, which says what the test wants."""
    if sys.platform == "win32":
        pytest.skip("a script with a first line of `#!` is a program elsewhere only")

    def install(body: str) -> None:
        path = tmp_path / "tesseract"
        path.write_text(f"#!{sys.executable}\nimport sys, time\n{body}\n", "utf-8")
        path.chmod(0o755)
        monkeypatch.setenv("PATH", str(tmp_path))

    return install


def test_a_scanned_page_is_read(installed):
    installed(
        "if '--list-langs' in sys.argv: print('List:\\neng\\nkor')\n"
        "else:\n"
        "    assert sys.stdin.buffer.read(2) == b'P5'\n"
        f"    sys.stdout.buffer.write({TABLE.encode()!r})"
    )
    book = read(SCANNED)
    assert " ".join(passage.text for passage in book.passages) == "Scanned words 스캔한"
    assert book.sheets[0].scanned


@pytest.mark.parametrize(
    "body",
    [
        "print('eng')",  # Korean is missing
        "if '--list-langs' in sys.argv: print('eng kor')\nelse: sys.exit(3)",
        "if '--list-langs' in sys.argv: print('eng kor')\nelse: time.sleep(60)",
    ],
)
def test_a_program_that_fails_leaves_the_page_as_it_is(installed, monkeypatch, body):
    monkeypatch.setattr(scans, "TOTAL", 0.5)
    installed(body)
    assert read(SCANNED).passages == ()


def test_pages_with_text_are_not_looked_at(installed):
    installed("raise SystemExit(print(sys.argv) or 1)")
    assert read(pdf(lines(50, 400, ["Real text stands here."]))).passages


FAKE = (
    "if '--list-langs' in sys.argv: print('List:\\neng\\nkor'); sys.exit()\n"
    "sys.stdin.buffer.read()\n"
)


def test_a_page_is_recognised_once_however_often_it_is_read(installed, tmp_path):
    count = tmp_path / "count"
    installed(
        f"{FAKE}open({str(count)!r}, 'a').write('x')\nsys.stdout.buffer.write({TABLE.encode()!r})"
    )
    first, again = read(SCANNED), read(SCANNED)
    assert first.passages
    assert [one.text for one in again.passages] == [one.text for one in first.passages]
    assert count.read_text() == "x"


def test_cancelling_kills_the_program(installed, tmp_path):
    running = tmp_path / "running"
    installed(
        f"{FAKE}import os\nopen({str(running)!r}, 'w').write(str(os.getpid()))\ntime.sleep(60)"
    )
    token = CancelToken()

    def cancel() -> None:
        until = time.monotonic() + 30
        while not (running.exists() and running.read_text()) and time.monotonic() < until:
            time.sleep(0.01)
        token.cancel()

    watching = threading.Thread(target=cancel)
    watching.start()
    began = time.monotonic()
    with pytest.raises(CancelledError):
        read(SCANNED, token)
    watching.join()
    assert time.monotonic() - began < 40
    with pytest.raises(ProcessLookupError):
        os.kill(int(running.read_text()), 0)


def test_recognising_tells_how_far_it_is(installed):
    installed(f"{FAKE}sys.stdout.buffer.write({TABLE.encode()!r})")
    told = list(steps(pdf(image(0, 0, 400, 500), image(0, 0, 400, 499)), CancelToken()))
    assert told[-2:] == [Progress(0, 2, "page"), Progress(1, 2, "page")]
