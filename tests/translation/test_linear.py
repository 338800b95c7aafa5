"""Time grows with the size of a file, not with its square, whatever the file is made of."""

from __future__ import annotations

import time

import pytest

from agents.translation.formats import open_document
from tests.translation.office_files import pseudo

SENTENCE = "The cat sleeps at http://a.b/{0} for {0} hours. "


def _po(count: int) -> str:
    """Many messages, without a carriage return to be found."""
    messages = "".join(f'msgid "{SENTENCE.format(n)}"\nmsgstr ""\n\n' for n in range(count))
    return 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\n' + messages


MAKERS = {
    "a.txt": lambda count: "".join(SENTENCE.format(n) for n in range(count)),
    "a.csv": lambda count: "a b,c d\n" + "".join(SENTENCE.format(n) for n in range(count)) + ",x",
    "a.po": _po,
    "a.py": lambda count: "".join(f"# {SENTENCE.format(n)}\nx = {n}\n" for n in range(count)),
}


@pytest.mark.parametrize("name", MAKERS)
def test_eight_times_the_text_takes_about_eight_times_as_long(tmp_path, name):
    seconds: list[float] = []
    for count in (500, 500, 4000):  # the first warms up what is loaded once
        path = tmp_path / name
        path.write_text(MAKERS[name](count), "utf-8")
        began = time.process_time()
        pseudo(open_document(path, "ko")[0])
        seconds.append(time.process_time() - began)
    assert seconds[2] < 25 * seconds[1]  # 64 times, if it grew with the square
