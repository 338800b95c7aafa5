"""Text written as LaTeX has no command left in it and reads back as it was."""

from __future__ import annotations

import re

from hypothesis import given, settings
from hypothesis import strategies as st

from agents.scholar import latex

_SAFE = re.compile(
    r"\\(?:textbackslash|textasciicircum|textasciitilde|textless|textgreater|textbar)\{\}"
    r"|\\symbol\{34\}|\\`\{\}|\\[{}$&#%_,]|\\ldots\{\}|\\ensuremath\{(?:\\[a-zA-Z]+(?:\{O\})?|-|\^2|\^3|\^\\circ)\}"
)


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=60))
def test_no_command_of_the_text_survives(text):
    rest = _SAFE.sub("", latex.write(text)).replace("-{}", "-").replace("'{}", "'")
    assert not re.search(r"[\\{}$&#%_^]", rest)


def test_dashes_quotes_and_commands():
    assert latex.write(r"\cite{fake} & 50%") == r"\textbackslash{}cite\{fake\} \& 50\%"
    assert latex.write("a--b don't ''x") == "a-{}-b don't '{}'x"
    assert latex.write("“한국어”") == "``한국어''"


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=80))
def test_reading_never_fails(text):
    assert "\n" not in latex.read(text)
