"""The document pipeline without a model, against python-docx opening and saving the same file.

The one law: each measurement is made in a process of its own, so that its memory is its own, and
seconds are those the process computed, so that what else the machine does is not counted.

    python -m tests.bench.documents [PAGES …]
"""

# ruff: noqa: T201 - it is a command
from __future__ import annotations

import io
import json
import random
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

PAGES = (100, 300, 1000)
SIDES = ("python-docx", "identity", "pseudo")
_TEXT = (
    "the model a sentence of each result we measure and compare with text that was written by"
    " people in an office where nobody had time for long words but many numbers such as 3.5 or"
    " tables figures methods samples values errors pages documents translations"
)


def make(pages: int) -> bytes:
    """A document of so many pages: a heading, paragraphs with bold words, a page break."""
    import docx

    dice = random.Random(pages)
    document = docx.Document()
    vocabulary = _TEXT.split()
    for page in range(pages):
        document.add_heading(f"Section {page + 1}", level=2)
        for _paragraph in range(6):
            paragraph = document.add_paragraph()
            for _sentence in range(5):
                words = dice.choices(vocabulary, k=14)
                paragraph.add_run(" ".join(words[:9]).capitalize() + " ")
                paragraph.add_run(words[9]).bold = True
                paragraph.add_run(" " + " ".join(words[10:]) + ". ")
        document.add_page_break()
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def measure(side: str, path: Path) -> dict[str, float]:
    """Seconds of computing, peak memory in MB and segments of one side, in this process."""
    began = time.process_time()
    segments = _python_docx(path) if side == "python-docx" else _ours(path, side)
    seconds = time.process_time() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"seconds": seconds, "memory": peak, "segments": segments}


def _python_docx(path: Path) -> int:
    import docx

    docx.Document(str(path)).save(str(path.with_suffix(".out.docx")))
    return 0


def _ours(path: Path, side: str) -> int:
    from agents.translation import receipt, work
    from agents.translation.formats import open_document
    from agents.translation.korean import Korean

    document, _data = open_document(path, "ko")
    korean = Korean()
    pieces, units = work.read(document, korean)
    judge = work.Judge(document, "ko", korean)
    made = {
        (unit.paragraph.id, unit.piece.segment): work.pseudo_rich(unit, judge)
        for unit in units
        if side == "pseudo"
    }
    targets = {
        name: [(piece, made.get((name, piece.segment))) for piece in parts]
        for name, parts in pieces.items()
    }
    receipt.write_whole(path.with_suffix(".out.docx"), document.write(targets))
    return len(units)


def main(arguments: list[str]) -> None:
    """Measure all sides of all sizes and print a table."""
    if arguments[:1] == ["--one"]:
        print(json.dumps(measure(arguments[1], Path(arguments[2]))))
        return
    if arguments[:1] == ["--make"]:
        Path(arguments[2]).write_bytes(make(int(arguments[1])))
        return
    print("| pages | segments | side | seconds | ratio | ms/page | peak MB |")
    print("|---|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        for pages in [int(number) for number in arguments] or PAGES:
            path = Path(folder) / f"{pages}.docx"
            # Elsewhere: on Linux a child's peak begins at what its parent has used.
            _child("--make", str(pages), str(path))
            _table(pages, path)


def _child(*arguments: str) -> bytes:
    command = [sys.executable, "-m", "tests.bench.documents", *arguments]
    return subprocess.check_output(command)  # noqa: S603 - our own command


def _table(pages: int, path: Path, runs: int = 3) -> None:
    best: dict[str, dict[str, float]] = {}
    for _run in range(runs):  # the sides take turns
        for side in SIDES:
            made = json.loads(_child("--one", side, str(path)))
            if side not in best or made["seconds"] < best[side]["seconds"]:
                best[side] = made
    for side in SIDES:
        one = best[side]
        print(
            f"| {pages} | {best['identity']['segments']:.0f} | {side} | {one['seconds']:.2f}"
            f" | {one['seconds'] / best['python-docx']['seconds']:.2f}"
            f" | {1000 * one['seconds'] / pages:.2f} | {one['memory']:.0f} |",
            flush=True,
        )


if __name__ == "__main__":
    main(sys.argv[1:])
