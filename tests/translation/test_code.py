from __future__ import annotations

import ast
import textwrap

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agents.base import UserError
from agents.translation import work
from agents.translation.formats.code import CodeDocument
from agents.translation.inline import Rich
from agents.translation.korean import Korean
from agents.translation.pseudo import pseudo

KOREAN = Korean()

PYTHON = '''\
#!/usr/bin/env python3
# -*- coding: utf-8 -*-
# Copyright (c) 2020 Somebody. All rights reserved.
"""Reads the files of a folder."""

import os  # noqa: F401 - an import for its effect

# The first line of a comment that was broken
# to a width, and its second line.
# TODO(kim): Sort the results.
# x = compute(y)
TEXT = """This is no docstring."""


def read(path: str) -> str:
    r"""Read a file and close it.

    Args:
        path: Where the file is.

    Example::

        The code here stays.

    >>> read("a")
    'some text here'

    Returns:
        The text of it.
    """
    print("# no comment either")
    return path  # The result itself
'''


def opened(text: str, name="x.py") -> CodeDocument:
    return CodeDocument(text.encode(), name)


def texts(text: str, name="x.py") -> list[str]:
    return [p.rich.text for p in opened(text, name).paragraphs]


def run(text: str, change, name="x.py") -> str:
    document = opened(text, name)
    pieces, _ = work.read(document, KOREAN)
    made = {
        n: [(p, change(p.rich) if p.segment >= 0 else None) for p in parts]
        for n, parts in pieces.items()
    }
    return document.write(made).decode()


def test_comments_and_docstrings_are_text_and_strings_are_not():
    assert texts(PYTHON) == [
        "Reads the files of a folder.",
        "The first line of a comment that was broken to a width, and its second line.",
        "Sort the results.",
        "Read a file and close it.",
        "Where the file is.",
        "The text of it.",
        "The result itself",
    ]


def test_the_program_stays_the_same():
    assert run(PYTHON, lambda rich: None) == PYTHON
    made = run(PYTHON, pseudo)
    assert made != PYTHON
    assert "# x = compute(y)\n" in made
    assert "# TODO(kim): [" in made
    assert "        path: [" in made
    assert ast.dump(ast.parse(made)).count("This is no docstring.") == 1


def test_comments_are_broken_anew_with_their_leader():
    long = "아주 길어서 한 줄에 다 들어가지 않는 번역문이 여기에 있습니다. " * 3
    made = run("def f():\n    # The cat sleeps.\n    pass\n", lambda rich: Rich(long.strip()))
    lines = made.splitlines()
    assert len(lines) > 3
    assert all(line.startswith("    # ") for line in lines[1:-1])
    made = run("/**\n * The cat sleeps and\n * the dog runs.\n */\n", lambda _r: Rich(long), "x.js")
    assert made.startswith("/**\n * 아주")
    assert made.endswith("\n */\n")
    assert all(line.startswith(" * ") for line in made.splitlines()[1:-1])


@pytest.mark.parametrize(
    ("name", "text", "found"),
    [
        ("x.js", "// The cat.\nvar a = '// not this one';\n", ["The cat."]),
        ("x.js", "/**\n * Adds one.\n * @param {number} x The number.\n */\n",
         ["Adds one.", "The number."]),
        ("x.js", "/* eslint-disable no-alert */\n// eslint-disable-next-line\n", []),
        ("x.ts", '/// <reference types="node" />\n// The cat.\n', ["The cat."]),
        ("x.c", "/* The cat\n   sleeps. */\nint x; // The dog.\n#define Y 1\n",
         ["The cat sleeps.", "The dog."]),
        ("x.c", "#if 0\nSome text here.\n#endif\n", []),
        ("x.c", "// The cat \\\n   sleeps here\nint x;\n", []),
        ("x.cpp", "/** \\param x The number. */\n", ["The number."]),
        ("x.java", "/** The cat.\n *\n * @return the dog\n */\n", ["The cat.", "the dog"]),
        ("x.cs", "/// The cat.\nclass X {}\n", ["The cat."]),
        ("x.go", "//go:build linux\n\n// The cat.\npackage x\n", ["The cat."]),
        ("x.rs", "/// The cat.\n//! The dog.\nfn x() {}\n", ["The cat.", "The dog."]),
        ("x.rb", "# frozen_string_literal: true\n\n# The cat.\n=begin\nThe dog.\n=end\n",
         ["The cat.", "The dog."]),
        ("x.php", "<?php\n// The cat.\necho 1;\n?>\n// no comment here\n", ["The cat."]),
        ("x.sh", "#!/bin/sh\n# shellcheck disable=SC1\n# The cat.\necho '# no comment'\n",
         ["The cat."]),
        ("x.sql", "-- The cat.\nSELECT '-- no comment';\n", ["The cat."]),
        ("x.r", "# The cat.\nx <- '# no comment'\n", ["The cat."]),
        ("x.m", "% The cat.\n%{\nThe dog.\n%}\nx = 1;\n", ["The cat.", "The dog."]),
        ("x.c", "/*\n * SPDX-License-Identifier: MIT\n * The cat.\n */\n", []),
        ("x.c", "// foo(bar);\n// if (x) {\n// return 1\n// -----------\n", []),
        ("x.py", "def f(: # The cat.\n    '''The dog.'''\n", ["The cat."]),
    ],
)  # fmt: skip
def test_languages(name, text, found):
    assert texts(text, name) == found
    assert run(text, lambda rich: None, name) == text
    run(text, pseudo, name)


@pytest.mark.parametrize(
    ("name", "text", "target"),
    [
        ("x.js", "/* The cat. */", "고양이 */ alert(1) /*"),
        ("x.js", "// The cat.", "고양이\u2028alert(1)"),
        ("x.c", "// The cat.", "고양이 \\"),
        ("x.c", "// The cat.", "고양이 ??/"),
        ("x.py", '"""The cat."""', '고양이 """ + x'),
        ("x.py", '"""The cat."""', '"고양이"'),
        ("x.py", '"""The cat."""', "고양이 \\x"),
        ("x.py", "# The cat.", "type: ignore"),
        ("x.rs", "//The cat.", "/ 고양이"),
        ("x.php", "<?php // The cat.", "고양이 ?> x"),
    ],
)
def test_no_translation_leaves_its_comment(name, text, target):
    document = opened(text + "\n", name)
    pieces, _ = work.read(document, KOREAN)
    piece = next(p for p in pieces["c0"] if p.segment >= 0)
    assert not document.fits("c0", piece, Rich(target))
    assert document.fits("c0", piece, Rich("고양이."))


def test_a_program_that_would_change_is_not_written():
    document = opened("x = 1\n'The cat.'\n# The dog.\ny = 2\n")
    (paragraph,) = document.paragraphs
    pieces, _ = work.read(document, KOREAN)
    bad = [(p, Rich("개\nz = 3") if p.segment >= 0 else None) for p in pieces[paragraph.id]]
    with pytest.raises(UserError) as caught:
        document.write({paragraph.id: bad})
    assert caught.value.code == "translation.code_changed"


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_line_ends_and_encodings_stay(end):
    text = "# 고양이가 잔다. 그리고\n# 개가 달린다.\nx = 1\n".replace("\n", end)
    for encoding in ("utf-8", "utf-8-sig", "cp949"):
        data = text.encode(encoding)
        document = CodeDocument(data, "x.py")
        assert document.write({}) == data
        pieces, _ = work.read(document, KOREAN)
        made = document.write(
            {n: [(p, pseudo(p.rich)) for p in parts] for n, parts in pieces.items()}
        )
        assert made.decode(encoding).replace(end, "").count("\n") == 0
        assert made.decode(encoding).endswith(f"x = 1{end}")


@pytest.mark.parametrize(
    "data", ["(" * 100_000, "# " + "a b " * 100_000, "/*" * 50_000, '"""' * 30_001, "#\n" * 50_000]
)
def test_strange_files_end(data):
    for name in ("x.py", "x.js"):
        assert run(data, lambda rich: None, name) == data


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.lists(
        st.sampled_from(
            ["# The cat sleeps.", "    # A dog", "x = 1",
             '"""Doc text here."""', "", "'''", '"""',
             "/* The cat", " * runs. */", "// It's here", "def f():",
             "    pass", "\\", "# noqa", "*/"]
        ),
        max_size=12,
    ),
    st.sampled_from(["x.py", "x.js", "x.c", "x.rb", "x.sql"]),
)  # fmt: skip
def test_any_lines_keep_their_program(lines, name):
    text = textwrap.dedent("\n".join(lines))
    if not text.strip():
        return
    assert run(text, lambda rich: None, name) == text
    document = opened(text, name)
    pieces, units = work.read(document, KOREAN)
    judge = work.Judge(document, "ko", KOREAN)
    made = {
        name: [
            (p, next((work.pseudo_rich(u, judge) for u in units if u.piece is p), None))
            for p in parts
        ]
        for name, parts in pieces.items()
    }
    document.write(made)
