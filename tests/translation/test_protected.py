from __future__ import annotations

import time

import pytest

from agents.translation.formats.base import protected
from agents.translation.inline import Mark, Rich


def spans(text: str) -> list[str]:
    marks = sorted(protected(Rich(text)).marks, key=lambda mark: mark.start)
    return [text[mark.start : mark.end] for mark in marks]


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("See https://a.b/c?d=1 or mail kim@lab.ac.kr now.",
         ["https://a.b/c?d=1", "kim@lab.ac.kr"]),
        ("Set {name} to %s, %(count)d, ${x}, {{y}} and <0>it</0>.",
         ["{name}", "%s", "%(count)d", "${x}", "{{y}}", "<0>", "</0>"]),
        ("%1$s of %2$d: %-10s %.2f %ld %5.1f", ["%1$s", "%2$d", "%-10s", "%.2f", "%ld", "%5.1f"]),
        ("It grew by 5% during a 10% rise in 3 % of cases.", []),
        ("As shown [12], [3, 5-7] and [1–4].", ["[12]", "[3, 5-7]", "[1–4]"]),
        ("It works (Kim et al., 2020) well (Kim & Lee, 2019a; Park, 2021).",
         ["(Kim et al., 2020)", "(Kim & Lee, 2019a; Park, 2021)"]),
        ("그렇다(김철수, 2020). 또(이영희 외, 2021, p. 3) 있다.",
         ["(김철수, 2020)", "(이영희 외, 2021, p. 3)"]),
        ("It was (published in May 2020) there (in 2019).", []),
        ("We follow \\cite{kim2020} and \\citep[p.~3]{lee} in \\ref{fig:a}.",
         ["\\cite{kim2020}", "\\citep[p.~3]{lee}", "\\ref{fig:a}"]),
        ("We follow [@kim2020] and [@lee; @park, p. 3].", ["[@kim2020]", "[@lee; @park, p. 3]"]),
        ("Let $x^2 + y$ be \\(a+b\\) here.", ["$x^2 + y$", "\\(a+b\\)"]),
        ("It costs $5 and $10, or US$3m to US$9m.", []),
        ("Run `make all` in /usr/local/bin or C:\\Users\\me\\a.txt now.",
         ["`make all`", "/usr/local/bin", "C:\\Users\\me\\a.txt"]),
        ("Use and/or, he/she, 1/2 and TCP/IP.", []),
        ("Over 1,204 cats and 3.5억 dogs.", []),
        ("Fish &amp; chips <b>now</b>.", ["&amp;", "<b>", "</b>"]),
    ],
)  # fmt: skip
def test_what_stays_as_it_is(text, kept):
    assert spans(text) == kept


def test_no_mark_is_cut_or_lost():
    link = Mark(0, "wrap", 4, 9)
    inside = protected(Rich("See `a b` or (Kim, 2020).", (link,)))
    assert inside.marks[0] == link
    cut = protected(Rich("See `a b` or `c d`.", (Mark(0, "wrap", 0, 6),)))
    assert [(mark.start, mark.end) for mark in cut.marks] == [(0, 6), (13, 18)]


@pytest.mark.parametrize(
    "piece",
    ["$", "$a", "`", "[1,", "(Kim ", "(Kim, ", "\\cite{", "[@a;", "{", "%", "/a", "C:\\a ", "<a",
     "\\(", "[1", "((", "Kim & ", "a@", "{a} ", "[1] "],
)  # fmt: skip
def test_time_is_linear(piece):
    began = time.monotonic()
    protected(Rich(piece * (120_000 // len(piece))))
    assert time.monotonic() - began < 20
