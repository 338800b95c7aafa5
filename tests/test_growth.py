from __future__ import annotations

from tests.growth import in_proportion


def test_what_grows_with_the_size_is_told_from_what_grows_with_its_square():
    def line(size):
        return sum(n * n for n in range(size))

    def square(size):
        return sum(line(size // 50) for _row in range(size // 50))

    assert in_proportion(line, 40_000)
    assert not in_proportion(square, 6_000)
