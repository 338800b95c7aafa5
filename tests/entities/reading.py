"""What the tests of GLiNER share."""

from __future__ import annotations

from agents.base import CancelToken


def read(model, texts, labels, threshold):
    """The spans of each text; holds every step to what it promises."""
    spans, done = {}, -1
    for step in model.read(texts, labels, threshold, CancelToken()):
        assert done < step.done <= step.total
        done = step.done
        for number, found in step.found:
            assert number == len(spans), "in the order of the texts"
            spans[number] = list(found)
    return [spans[number] for number in range(len(texts))]
