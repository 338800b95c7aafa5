"""Fenced blocks of an answer: where they are, what they hold, how an open one is closed."""

from __future__ import annotations

import pytest

from agents.chat import program
from agents.chat.hands import Given
from agents.chat.team import answer
from agents.chat.trace import Step

IN_A_LIST = """1. Write it:
   ```python
   def double(x):
       return 2 * x
   ```
2. Run it:
    - like this

        ```python
        print(double(2))
        ```
"""


def test_a_program_in_a_list_is_no_further_in_than_its_item():
    first, second = program.blocks(IN_A_LIST)
    assert first.code == "def double(x):\n    return 2 * x\n"
    assert second.code == "print(double(2))\n"
    assert program.problems(IN_A_LIST) == []
    assert program.is_python(first)
    ends = [IN_A_LIST[:end].splitlines()[-1].strip() for _block, end in program.places(IN_A_LIST)]
    assert ends == ["```", "```"]


def test_a_fence_that_stands_further_in_belongs_to_the_program():
    text = '```python\ndef f():\n    """Use:\n\n    ```\n    f()\n    ```\n    """\n```\nAfter.'
    (block,) = program.blocks(text)
    assert block.closed
    assert program.is_python(block)


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        ("No code.", "No code."),
        ("```python\nx = 1\n```", "```python\nx = 1\n```"),
        ("```python\nx = 1\n", "```python\nx = 1\n```"),
        ("1. a\n   ~~~~\n   x", "1. a\n   ~~~~\n   x\n   ~~~~"),
        ("````md\n```\nx\n```", "````md\n```\nx\n```\n````"),
    ],
)
def test_a_block_that_breaks_off_is_closed(text, whole):
    assert program.whole(text) == whole


def test_what_is_said_of_a_program_that_breaks_off_does_not_stand_in_it():
    given = Given("```python\ndef f(", "Coder", 3, notes=("cut",), wrong=("python: it breaks off",))
    said = answer((Step(0, "code", "Write f", given, 0.0, 1.0),), "en")
    (block,) = program.blocks(said)
    assert block.code == "def f(\n"
    assert "It breaks off here" in said
    assert "Does not hold" in said
