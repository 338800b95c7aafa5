"""chrF and BLEU through sacrebleu, with the signatures that make scores comparable.

The one law: nothing is computed here that sacrebleu computes, and no score goes without its
signature.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from agents.translation.events import Language

SAMPLES = 1000  # of the paired bootstrap


@dataclass(frozen=True, slots=True)
class Score:
    """One metric over all pairs."""

    metric: str  # "chrF2", "chrF2++", "BLEU"
    score: float
    signature: str


@dataclass(frozen=True, slots=True)
class Difference:
    """Two systems on one metric. `p_value`: how likely such a difference is by chance."""

    metric: str
    first: float
    second: float
    p_value: float


def korean_words() -> bool:
    """Whether BLEU can split Korean into morphemes here."""
    try:
        _bleu("ko-mecab")
    except (ImportError, RuntimeError):
        return False
    return True


def tokenizer(target: Language) -> str:
    """How BLEU splits: ko-mecab for Korean where it is installed, letters where it is not."""
    if target == "en":
        return "13a"
    return "ko-mecab" if korean_words() else "char"


def score(hypotheses: Sequence[str], references: Sequence[str], target: Language) -> list[Score]:
    """chrF2, chrF2++ and BLEU of one system."""
    found: list[Score] = []
    for name, metric in _metrics(target).items():
        result = metric.corpus_score(list(hypotheses), [list(references)])
        found.append(Score(name, float(result.score), str(metric.get_signature())))
    return found


def compare(
    first: Sequence[str], second: Sequence[str], references: Sequence[str], target: Language
) -> list[Difference]:
    """Two systems on the same pairs, with sacrebleu's paired bootstrap."""
    from sacrebleu.significance import PairedTest  # noqa: PLC0415 - loads numpy

    metrics = _metrics(target)
    test = cast("Any", PairedTest)(
        [("first", list(first)), ("second", list(second))],
        metrics,
        [list(references)],
        test_type="bs",
        n_samples=SAMPLES,
    )
    _signatures, results = test()
    return [
        Difference(
            name,
            float(results[name][0].score),
            float(results[name][1].score),
            float(results[name][1].p_value),
        )
        for name in metrics
    ]


def _metrics(target: Language) -> Mapping[str, Any]:
    from sacrebleu.metrics.chrf import CHRF  # noqa: PLC0415 - loads numpy

    return {
        "chrF2": CHRF(),
        "chrF2++": CHRF(word_order=2),
        "BLEU": _bleu(tokenizer(target)),
    }


def _bleu(tokenize: str) -> Any:  # noqa: ANN401 - sacrebleu's own type
    from sacrebleu.metrics.bleu import BLEU  # noqa: PLC0415 - loads numpy

    return BLEU(tokenize=tokenize)
