"""What pages say, and office files laid out by LibreOffice where it is installed."""

from __future__ import annotations

import http.server
import io
import threading
import time

import docx
import psutil
import pytest

from agents.base import CancelledError, CancelToken
from agents.pages import office, said
from agents.pages.library import BrokenPdfError
from tests.pages.pdf_files import lines, pdf, text

laid_out = pytest.mark.skipif(not office.program(), reason="LibreOffice is not installed")


def word(*paragraphs):
    document = docx.Document()
    for one in paragraphs:
        document.add_paragraph(one)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def test_what_is_no_pdf_is_said():
    with pytest.raises(BrokenPdfError):
        said.texts(b"no", CancelToken())


def test_pages_say_what_is_on_them_without_white_space():
    data = pdf(lines(40, 400, ["The cat sleeps", "all day."]), text(40, 400, "Page two"), "")
    assert said.texts(data, CancelToken()) == ("Thecatsleepsallday.", "Pagetwo", "")
    cancel = CancelToken()
    cancel.cancel()
    with pytest.raises(CancelledError):
        said.texts(data, cancel)


def test_without_libreoffice_that_is_said(monkeypatch):
    monkeypatch.setattr(office.shutil, "which", lambda _name: None)
    monkeypatch.setattr(office, "_PLACES", {})
    assert office.program() == ""
    with pytest.raises(office.NoOfficeError):
        office.as_pdf(b"", ".docx", CancelToken())


@laid_out
def test_a_word_file_becomes_pages():
    data = office.as_pdf(word("고양이가 잔다.", "The dog runs."), ".docx", CancelToken())
    assert said.texts(data, CancelToken()) == ("고양이가잔다.Thedogruns.",)


class _Counting(http.server.BaseHTTPRequestHandler):
    asked: list[str]

    def do_GET(self):
        self.asked.append(self.path)
        self.send_error(404)

    do_HEAD = do_OPTIONS = do_GET  # noqa: N815 - the server looks for these names

    def log_message(self, *_args):
        pass


@pytest.fixture
def server():
    _Counting.asked = []
    made = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Counting)
    thread = threading.Thread(target=made.serve_forever)
    thread.start()
    yield made.server_address[1]
    made.shutdown()
    thread.join()
    made.server_close()


@laid_out
def test_a_file_dials_nobody(server):
    page = (
        "<html><head><meta charset='utf-8'>"
        f"<link rel='stylesheet' href='http://127.0.0.1:{server}/a.css'></head><body>"
        f"<p>안녕</p><img src='http://127.0.0.1:{server}/a.png'>"
        f"<script src='http://127.0.0.1:{server}/a.js'></script></body></html>"
    )
    data = office.as_pdf(page.encode("utf-8"), ".html", CancelToken())
    assert "안녕" in said.texts(data, CancelToken())[0]
    assert _Counting.asked == []


def family():
    return [
        one.pid
        for one in psutil.Process().children(recursive=True)
        if one.status() != psutil.STATUS_ZOMBIE
    ]


@laid_out
def test_whoever_leaves_ends_it_with_all_its_children():
    data, before, cancel = word("A sentence."), family(), CancelToken()
    until = time.monotonic() + 60

    def leave():
        while set(family()) <= set(before) and time.monotonic() < until:
            time.sleep(0.01)
        cancel.cancel()

    thread = threading.Thread(target=leave)
    thread.start()
    with pytest.raises(CancelledError):
        office.as_pdf(data, ".docx", cancel)
    thread.join()
    assert set(family()) <= set(before)


@laid_out
def test_it_is_waited_for_a_bounded_time():
    before = family()
    with pytest.raises(office.OfficeError, match="too slow"):
        office.as_pdf(word("A sentence."), ".docx", CancelToken(), 0.2)
    assert set(family()) <= set(before)
