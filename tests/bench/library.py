"""How fast a large library comes in, is searched, merged, checked and scrolled.

    python -m tests.bench.library [10000 50000 …]

Prints a line for each figure: seconds on the wall, seconds of processor, and what is asked for.
The machine is often busy with something else: the processor's seconds tell what our code costs.
"""

from __future__ import annotations

import os
import random
import sys
import tempfile
import time
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from agents.base import CancelToken
from agents.scholar import doctor, duplicates, exporting
from agents.scholar.doctor import Doctor
from agents.scholar.events import ImportRequest
from agents.scholar.importing import run
from agents.store.database import Database
from agents.store.library import Library
from agents.store.retractions import Retractions

_WORDS = """
attention linear sequence model language neural network training data deep learning translation
speech recognition vision graph transformer convolution memory efficient parallel scaling sparse
retrieval generation evaluation robust semantic parsing corpus Korean Bayesian kernel gradient
optimal inference sampling clinical protein climate
"""
WORDS = _WORDS.split()
_FAMILIES = "Kim Lee Park Müller García Smith Nguyen Wang Tanaka Gödel Šimić O'Neil Cohen"
FAMILIES = _FAMILIES.split()
LATEX = {"ü": '{\\"u}', "í": "{\\'i}", "ö": '{\\"o}', "Š": "{\\v{S}}", "ć": "{\\'c}"}
SIZES = (10_000, 50_000)


def say(line: str) -> None:
    """Print a line at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def latex(name: str) -> str:
    """A name with its accents in LaTeX."""
    return "".join(LATEX.get(letter, letter) for letter in name)


def bibliography(count: int, seed: int = 1) -> str:
    """Entries as people have them: accents in LaTeX, abstracts, a twin now and then."""
    chance = random.Random(seed)
    made = ['@string{tacl = "Transactions of the Association for Computational Linguistics"}']
    last = ""
    for number in range(count):
        title = " ".join(chance.choices(WORDS, k=8)).capitalize()
        twin = number % 100 == 99
        title = last if twin else title
        at = number - twin
        last = title
        if twin:
            chance.seed(seed + number - 1)  # the people of the one before
        else:
            chance.seed(seed + number)
        people = " and ".join(
            f"{latex(chance.choice(FAMILIES))}, {chance.choice('ABCDE')}na"
            for _ in range(chance.randint(1, 5))
        )
        abstract = " ".join(chance.choices(WORDS, k=90)).capitalize() if number % 3 else ""
        made.append(
            f"@article{{key{number},\n  author = {{{people}}},\n"
            f"  title = {{{{{title}}} No. {number // 100}}},\n"
            f"  journal = tacl,\n  year = {1990 + at % 35},\n  volume = {{{at % 40}}},\n"
            f"  pages = {{{at % 900}--{at % 900 + 12}}},\n"
            f"  {'x' if twin else ''}doi = {{10.1000/bench.{number}}},\n"
            f"  abstract = {{{abstract}}},\n"
            f"  keywords = {{one, two}},\n  mine = {{A field of my own}},\n}}\n"
        )
    return "\n".join(made)


def timed(name: str, work, most: float = 0.0):
    """Run `work`, print how long it took, and return what it returned."""
    wall, cpu = time.perf_counter(), time.process_time()
    value = work()
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    asked = f"  (at most {most:g} s)" if most else ""
    say(f"{name:<44} {wall:8.2f} s wall {cpu:8.2f} s cpu{asked}")
    return value


def scrolled(library: Library) -> None:
    """Page through the real table; prints what a page costs."""
    from PySide6.QtWidgets import QApplication

    from app.paths import assets_dir
    from app.ui.scholar.works import WorkTable
    from app.ui.theme import Theme

    app = QApplication.instance() or QApplication([])
    table = WorkTable(Theme(app, assets_dir(), "light"))
    table.resize(900, 700)
    works = timed("  read all works for the table", library.list)
    timed("  show them", lambda: table.show_works(works))
    table.show()
    app.processEvents()
    bar = table.verticalScrollBar()
    costs = []
    cpu = time.process_time()
    for step in range(300):
        bar.setValue(bar.maximum() * step // 300)
        began = time.perf_counter()
        table.viewport().repaint()
        app.processEvents()
        costs.append((time.perf_counter() - began) * 1000)
    cpu = (time.process_time() - cpu) / len(costs) * 1000
    costs.sort()
    say(
        f"  a page of the table while scrolling: {cpu:.1f} ms cpu, median {costs[150]:.1f} ms wall,"
        f" 99th percentile {costs[297]:.1f} ms wall  (a frame is 16.7 ms)"
    )


def bench(count: int, folder: Path) -> None:
    """All figures for one size."""
    say(f"{count} entries")
    source = folder / f"{count}.bib"
    source.write_text(bibliography(count), "utf-8")
    database = Database(folder / f"{count}.sqlite3")
    library = Library(database)

    def brought():
        return list(run(ImportRequest(source), library, CancelToken()))[-1]

    done = timed("  import", brought, 10.0 if count == 10_000 else 0.0)
    assert done.added == count, done
    again = timed("  the same file again", brought)
    assert again.duplicates == count, again
    timed(
        "  50 searches",
        lambda: [library.find(f"{a} {b}") for a, b in zip(WORDS, WORDS[5:], strict=False)],
    )
    groups = timed("  find duplicates", lambda: duplicates.groups(library.identities()))
    say(f"    {len(groups)} groups")
    check = Doctor(library, Retractions(database))
    found = timed("  check", lambda: list(check.run(doctor.CheckRequest(), CancelToken()))[-1])
    say(f"    {len(found.findings)} findings")
    target = folder / f"{count}.out.bib"
    timed("  export", lambda: exporting.write(library.entries(library.ids()), target))
    scrolled(library)
    database.close()


def main() -> None:
    """Run for the sizes of the command line."""
    sizes = [int(size) for size in sys.argv[1:]] or list(SIZES)
    with tempfile.TemporaryDirectory() as folder:
        for size in sizes:
            bench(size, Path(folder))


if __name__ == "__main__":
    main()
