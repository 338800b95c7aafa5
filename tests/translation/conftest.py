from __future__ import annotations

import pytest

from agents.translation.korean import Korean
from tests.translation.desk import Setup


@pytest.fixture
def setup(tmp_path, korean):
    """Make a `Setup` with answers of the test's choice."""
    made: list[Setup] = []

    def make(answers=None, **engine):
        made.append(Setup(tmp_path, answers, korean, **engine))
        return made[-1]

    yield make
    for one in made:
        one.database.close()


@pytest.fixture(scope="session")
def korean():
    return Korean()
