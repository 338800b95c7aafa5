"""Citations as people write them, and what they are linked to."""

from __future__ import annotations

import pytest

from agents.scholar import citations, prose
from agents.scholar.linking import Linker
from agents.store.library import Work


def _named(text, form="plain"):
    return [
        [
            (c.key or c.number or c.people, c.more, c.year + c.letter) if not c.key else c.key
            for c in mention.cited
        ]
        for mention in citations.find(text, form)
    ]


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        (r"\cite{a,b}", [["a", "b"]]),
        (r"\citep[see][p. 3]{odd:key+1}", [["odd:key+1"]]),
        (r"\citep[{[sic]}][]{a}", [["a"]]),
        (r"\parencite*{a} \Textcite{b} \footcite[3]{c}", [["a"], ["b"], ["c"]]),
        (r"\textcites[3]{x}[4]{y}", [["x", "y"]]),
        ("\\cite{ a ,\n  b }", [["a", "b"]]),
        (r"\nocite{*} \bibcite{a}{1}", []),
        (r"\cite{never closed", [["never closed"]]),
    ],
)
def test_latex_commands(text, keys):
    assert _named(text, "latex") == keys


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("as [@a; @b, p. 3] and [see -@c]", [["a", "b"], ["c"]]),
        ("@doe99 [p. 4] says, and @{odd key}.", [["doe99"], ["odd key"]]),
        ("mail me@example.org", []),
        ("[a link](https://x.org/@user)", []),
    ],
)
def test_pandoc(text, keys):
    assert [[c.key for c in m.cited if c.key] for m in citations.find(text, "markdown")] == keys


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("(Vaswani et al., 2017)", [[(("Vaswani",), True, "2017")]]),
        ("Kim and Lee (2020) say", [[(("Kim", "Lee"), False, "2020")]]),
        ("However, Smith (2020) says", [[(("Smith",), False, "2020")]]),
        ("van der Berg, Cho, and Bench-Capon (1999)",
         [[(("van der Berg", "Cho", "Bench-Capon"), False, "1999")]]),
        ("(see Cho, 2014a, b; Le & Ho 2019, p. 3)",
         [[(("Cho",), False, "2014a"), (("Cho",), False, "2014b"), (("Le", "Ho"), False, "2019")]]),
        ("Vaswani et al.’s (2017) model", [[(("Vaswani",), True, "2017")]]),
        ("김철수 외(2021)는", [[(("김철수",), True, "2021")]]),
        ("(김철수·이영희, 2020)", [[(("김철수", "이영희"), False, "2020")]]),
        ("김철수와 이영희(2020)는", [[(("김철수", "이영희"), False, "2020")]]),
        ("Kim 등(2020)은", [[(("Kim",), True, "2020")]]),
        ("[12] and [3–5, 7]", [[(12, False, "")], [(n, False, "") for n in (3, 4, 5, 7)]]),
        ("In Table (2020) and in [2020]", []),
    ],
)  # fmt: skip
def test_people_years_and_numbers(text, found):
    assert _named(text) == found


def test_people_before_a_key_are_kept_with_it():
    (mention,) = citations.find(r"As Kim et al.~\cite{lee20} say", "latex")
    assert (mention.cited[0].key, mention.cited[0].people) == ("lee20", ("Kim",))
    (mention,) = citations.find("Kim and Lee (2020) [4] say", "plain")
    assert (mention.cited[0].number, mention.cited[0].year) == (4, "2020")


TEX = r"""\documentclass{article}
\newcommand{\x}{\cite{preamble}}
\begin{document}
% \cite{commented}
Transformers need \emph{quadratic} time~\cite{a,b}. Linear attention avoids it.\cite{lin20} Mamba
\citep[see][p.~3]{m} drops attention, while FlashAttention~\cite{flash} stays exact.
\begin{equation} \cite{formula} \end{equation}
\begin{itemize}\item One is \citet{one}.\footnote{See \cite{foot} for it.} Two is here.\end{itemize}
\end{document}
\cite{behind}
"""


def test_latex_is_taken_apart_into_sentences():
    found = prose.read(TEX, "latex").sentences
    assert [[c.key for p in s.parts for c in p.mention.cited] for s in found] == [
        ["a", "b"], ["lin20"], ["m", "flash"], ["one"], ["foot"],
    ]  # fmt: skip
    assert found[0].text == r"Transformers need quadratic time \cite{a,b}."
    assert found[1].claim == "Linear attention avoids it."
    assert [part.claim for part in found[2].parts] == [
        "Mamba drops attention",
        "drops attention, while FlashAttention stays exact.",
    ]
    assert [sentence.line for sentence in found[:3]] == [5, 5, 6]


def test_markdown_and_its_list_of_works():
    text = """---
title: "[@front]"
---
Attention **is** good [@a; @b]. See `@code`.

```
[@fenced]
```

- It works [2].

## References

[1] A. Vaswani et al. Attention is all you need. 2017.
[2] J. Doe. Something
    continued. 2019.
"""
    reading = prose.read(text, "markdown")
    assert [sentence.text for sentence in reading.sentences] == [
        "Attention is good [@a; @b].",
        "It works [2].",
    ]
    assert reading.listed["2"] == "J. Doe. Something continued. 2019."


def test_korean_sentences():
    text = "김철수 외(2021)는 번역을 보였다. 이는 값이 싸다(이영희, 2020). 다음 문장이다."
    found = prose.read(text, "plain").sentences
    assert [sentence.text for sentence in found] == [
        "김철수 외(2021)는 번역을 보였다.",
        "이는 값이 싸다(이영희, 2020).",
    ]


def _work(key, title, authors, year):
    return Work(0, key, "article", title, tuple(authors), year, "", "")


WORKS = (
    _work("vas17", "Attention Is All You Need", ["Vaswani, Ashish", "Shazeer, Noam"], "2017"),
    _work("kim20a", "Alpha of Things", ["Kim, A.", "Lee, B."], "2020"),
    _work("kim20b", "Beta of Things", ["Kim, A.", "Lee, B."], "2020"),
    _work("nunez18", "Über alles", ["Núñez, José"], "2018"),
    _work("kim21", "번역의 품질", ["김철수", "이영희"], "2021"),
)


def _link(text, form="plain", listed=None):
    linker = Linker(WORKS, listed)
    links = [linker.link(c) for m in citations.find(text, form) for c in m.cited]
    return [(tuple(w.key for w in link.works), link.mismatch) for link in links if link]


@pytest.mark.parametrize(
    ("text", "linked"),
    [
        ("(Vaswani et al., 2017)", [(("vas17",), "")]),
        ("Vaswani and Shazeer (2018)", [(("vas17",), "scholar.year_differs")]),
        ("Vaswani and Doe (2017)", [(("vas17",), "scholar.authors_differ")]),
        ("Kim and Lee (2020)", [(("kim20a", "kim20b"), "")]),
        ("Kim and Lee (2020b)", [(("kim20b",), "")]),
        ("Nunez (2018)", [(("nunez18",), "")]),
        ("Nobody (2018)", [((), "")]),
        ("Vaswani (1999)", [((), "")]),
        ("김철수 외(2021)", [(("kim21",), "")]),
        ("통계청(2021)", []),  # nobody's name and no work: no citation
        ("@vas17 and @VAS17 and @gone", [(("vas17",), ""), (("vas17",), ""), ((), "")]),
    ],
)
def test_mentions_are_linked(text, linked):
    assert _link(text) == linked


def test_numbers_are_linked_through_the_text_s_own_list():
    listed = {"1": "A. Vaswani et al. Attention is all you need. In NIPS, 2017.",
              "2": "A. Vaswani et al. Attention is all you need. In NIPS, 2016.",
              "3": "B. Nobody. Of nothing. 2001."}  # fmt: skip
    assert _link("[1] [2] [3] [4]", listed=listed) == [
        (("vas17",), ""), (("vas17",), "scholar.year_differs"), ((), ""), ((), ""),
    ]  # fmt: skip


def test_a_key_with_other_people_before_it_is_a_mismatch():
    assert _link(r"Kim et al.~\cite{vas17}", "latex") == [(("vas17",), "scholar.authors_differ")]
