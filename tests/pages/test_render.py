from __future__ import annotations

import io
import threading
import time

import pytest
from PIL import Image as Picture

from agents.base import CancelledError, CancelToken
from agents.pages import library
from agents.pages.reading import read
from agents.pages.render import WIDEST, on_picture, render_page
from tests.pages.pdf_files import pdf, text

RED = pdf("1 0 0 rg 0 0 200 250 re f", text(50, 400, "Black words", size=20))


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "한글 이름.pdf"
    path.write_bytes(RED)
    return path


def test_a_page_is_drawn_in_colour_at_the_wanted_width(path):
    made = render_page(path, 0, width_px=101)
    assert (made.width, made.height, made.stride) == (101, 126, 304)
    assert len(made.rgb) == made.stride * made.height
    low = made.stride * (made.height - 10) + 3 * 10
    assert made.rgb[low : low + 3] == b"\xff\0\0"
    assert made.rgb[3 * 90 : 3 * 90 + 3] == b"\xff\xff\xff"


def test_a_picture_is_a_png(path):
    made = render_page(path, 0, width_px=101)
    shown = Picture.open(io.BytesIO(made.png()))
    shown.load()
    assert shown.size == (101, 126)
    assert shown.getpixel((10, 116)) == (255, 0, 0)
    assert shown.getpixel((90, 5)) == (255, 255, 255)


def test_a_box_of_the_reader_is_found_on_the_picture(path):
    sheet = read(RED).sheets[1]
    made = render_page(path, 1, width_px=800)
    shown = Picture.open(io.BytesIO(made.png())).convert("L")
    first, last = sheet.letters[0].box, sheet.letters[-1].box
    left, top, *_ = on_picture(first, sheet.box, made)
    *_, right, bottom = on_picture(last, sheet.box, made)
    ink = shown.point(lambda grey: 255 if grey < 128 else 0).getbbox()
    assert ink is not None
    assert left - 1 <= ink[0]
    assert ink[2] <= right + 1
    assert top - 1 <= ink[1]
    assert ink[3] <= bottom + 1


def test_a_page_of_a_strange_shape_stays_within_bounds(tmp_path):
    path = tmp_path / "a.pdf"
    path.write_bytes(pdf(text(1, 1, "x"), size=(10, 14000)))
    made = render_page(path, 0, width_px=5000)
    assert made.height <= WIDEST
    assert made.width < 10


def test_what_cannot_be_drawn_is_said(path, tmp_path):
    with pytest.raises(IndexError):
        render_page(path, 2, width_px=100)
    with pytest.raises(FileNotFoundError):
        render_page(tmp_path / "none.pdf", 0, width_px=100)
    broken = tmp_path / "broken.pdf"
    broken.write_bytes(b"%PDF-1.7\nnothing")
    with pytest.raises(library.BrokenPdfError):
        render_page(broken, 0, width_px=100)


def test_drawing_stops_when_nobody_waits_any_more(tmp_path):
    path = tmp_path / "a.pdf"
    line = "0 0 m 400 500 l 0 500 l 400 0 l S "
    path.write_bytes(pdf(line * 30_000))
    token = CancelToken()
    threading.Timer(0.2, token.cancel).start()
    began = time.monotonic()
    with pytest.raises(CancelledError):
        render_page(path, 0, width_px=4000, cancel=token)
    assert time.monotonic() - began < 5


def test_who_waits_for_the_door_can_give_up(path):
    token = CancelToken()
    outcome = []

    def wait() -> None:
        try:
            render_page(path, 0, width_px=100, cancel=token)
        except CancelledError:
            outcome.append("cancelled")

    with library.opened(RED):
        waiting = threading.Thread(target=wait)
        waiting.start()
        time.sleep(0.05)
        token.cancel()
        waiting.join(60)
    assert outcome == ["cancelled"]
    assert render_page(path, 0, width_px=100).width == 100  # the door is not left locked


def test_who_reads_much_lets_a_picture_go_first(path):
    order = []
    with library.opened(RED):
        waiting = threading.Thread(
            target=lambda: order.append(render_page(path, 0, width_px=100).width)
        )
        waiting.start()
        until = time.monotonic() + 60
        while not order and time.monotonic() < until:
            library.aside()
        order.append(0)
    waiting.join(60)
    assert order == [100, 0]
