"""Time grows with the size of a file, not with its square, whatever the file is made of."""

from __future__ import annotations

import pytest

from agents.translation.formats import open_document
from tests.growth import in_proportion
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
    path = tmp_path / name

    def there_and_back(count: int) -> None:
        path.write_text(MAKERS[name](count), "utf-8")
        pseudo(open_document(path, "ko")[0])

    assert in_proportion(there_and_back, 500)
