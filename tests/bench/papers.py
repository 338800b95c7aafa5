"""How well papers made by others are understood: `python -m tests.bench.papers [FOLDER]`.

Real papers from Debian packages (vignettes of R packages, samples of publishers), fetched with
`apt-get download` into FOLDER (a temporary one by default) and never committed. The figures are
title, people (all of them, in order, by family name), begin and end of the abstract, numbered
headings, references found, and how many of these have people, year and title filled in.

What they say was written down here partly from the printed pages and partly from what we read,
looked over by hand; numbers of references were counted with pdftotext. The rules were made on
these same papers, so the figures say what is understood, not how well unseen papers fare.
"""

from __future__ import annotations

import contextlib
import re
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from agents.pages import front, reading
from agents.pages.passages import quotable
from agents.pages.references import references
from agents.pages.sections import sections
from agents.scholar.bylines import people
from agents.scholar.references import parse
from agents.store import words

R = "usr/lib/R/site-library"
PUBLISHERS = "usr/share/doc/texlive-doc/latex"


@dataclass(frozen=True)
class Truth:
    """What a paper says, read by a person."""

    package: str
    path: str
    title: str
    families: str  # separated by commas
    begins: str  # of the abstract; "" where there is none
    ends: str
    headings: str  # the numbers, separated by spaces
    references: int


TRUTHS = (
    Truth("r-cran-colorspace", f"{R}/colorspace/doc/hcl-colors.pdf",
          "HCL-Based Color Palettes in R", "Zeileis, Hornik, Murrell",
          "This introduction to HCL-based color palettes", "plugged into R graphics functions.",
          "1 2 2.1 2.2 2.3 3 3.1 3.2 3.3", 2),
    Truth("r-cran-party", f"{R}/party/doc/MOB.pdf",
          "party with the mob: Model-Based Recursive Partitioning in R",
          "Zeileis, Hothorn, Hornik", "The party package (Hothorn, Hornik, and Zeileis 2006)",
          "effectively visualized and summarized.", "1 2 2.1 2.2 2.3 3 3.1 3.2", 7),
    Truth("r-cran-coin", f"{R}/coin/doc/LegoCondInf.pdf",
          "A Lego System for Conditional Inference", "Hothorn, Hornik, van de Wiel, Zeileis",
          "Conditioning on the observed data is an important", "‘classical’ test procedures.",
          "1 2 3 4", 22),
    Truth("r-cran-sandwich", f"{R}/sandwich/doc/sandwich-CL.pdf",
          "Various Versatile Variances: An Object-Oriented Implementation of Clustered Covariances"
          " in R", "Zeileis, Köll, Graham", "This introduction to the object-oriented",
          "performance in a simulation study.",
          "1 2 2.1 2.2 2.3 2.4 2.5 3 3.1 3.2 3.3 3.4 4 4.1 4.2 4.3 4.4 5 5.1 5.2 5.3 5.4 6 6.1 6.2"
          " 7", 79),
    Truth("r-cran-zoo", f"{R}/zoo/doc/zoo.pdf",
          "zoo: An S3 Class and Methods for Indexed Totally Ordered Observations",
          "Zeileis, Grothendieck", "A previous version to this introduction",
          "irregular time series classes in R.",
          "1 2 2.1 2.2 2.3 2.4 2.5 2.6 2.7 2.8 2.9 3 3.1 3.2 3.3 3.4 4", 12),
    Truth("r-cran-flexmix", f"{R}/flexmix/doc/bootstrapping.pdf",
          "Finite Mixture Model Diagnostics Using Resampling Methods", "Grün, Leisch",
          "This paper illustrates the implementation", "example and the seizure data set.",
          "1 2 3", 5),
    Truth("r-cran-surveillance", f"{R}/surveillance/doc/twinSIR.pdf",
          "twinSIR: Individual-level epidemic modeling for a fixed population with known distances",
          "Meyer, Held, Höhle", "The availability of geocoded health data",
          "German village Hagelloch in 1861.", "1 2 3 3.1 3.2 4", 9),
    Truth("r-cran-vcd", f"{R}/vcd/doc/strucplot.pdf",
          "The Strucplot Framework: Visualizing Multi-way Contingency Tables with vcd",
          "Meyer, Zeileis, Hornik", "This paper has been published in the Journal",
          "provided by the R package vcd.",
          "1 2 2.1 2.2 2.3 2.4 3 3.1 3.2 3.3 4 4.1 4.2 4.3 5 6 7", 28),
    Truth("r-cran-spacetime", f"{R}/spacetime/doc/jss816.pdf",
          "spacetime: Spatio-Temporal Data in R", "Pebesma",
          "This document describes classes and methods", "is kept up-to-date with the software.",
          "1 2 2.1 2.2 2.3 3 3.1 3.2 3.3 3.4 4 4.1 4.2 4.3 4.4 4.5 4.6 5 5.1 5.2 5.3 5.4 6 6.1 6.2"
          " 7 7.1 7.2 7.3 7.4 7.5 7.6 8 9", 32),
    Truth("r-cran-strucchange", f"{R}/strucchange/doc/strucchange-intro.pdf",
          "strucchange: An R Package for Testing for Structural Change in Linear Regression Models",
          "Zeileis, Leisch, Hornik, Kleiber", "This introduction to the R package strucchange",
          "how incoming data can be monitored.", "1 2 3 4 4.1 4.2 4.3 5 5.1 5.2 5.3 6 7", 24),
    Truth("texlive-publishers-doc", f"{PUBLISHERS}/acmart/samples/sample-sigconf.pdf",
          "The Name of the Title Is Hope",
          "Trovato, Tobin, Thørväld, Béranger, Patel, Chan, Palmer, Smith, Kumquat",
          "A clear and well-documented", "the documentation of their work.",
          "1 2 2.1 2.2 3 4 5 6 7 8 9 10 11 11.1 11.2 12 12.1 13 14 15 16 17", 38),
    Truth("texlive-publishers-doc", f"{PUBLISHERS}/revtex4-1/sample/aip/aipsamp.pdf",
          "Sample Title: with Forced Linebreak", "Author, Author, Author",
          "An article usually includes an abstract", "", "", 31),
)  # fmt: skip


def fetched(folder: Path, truth: Truth) -> Path:
    """The paper, from its package."""
    place = folder / truth.package
    if not (place / truth.path).exists():
        subprocess.run(["apt-get", "download", "-q", truth.package], cwd=folder, check=True)  # noqa: S603, S607
        package = next(folder.glob(f"{truth.package}_*.deb"))
        subprocess.run(["dpkg-deb", "-x", str(package), str(place)], check=True)  # noqa: S603, S607
    return place / truth.path


def main(arguments: list[str]) -> int:
    """Measure and print."""
    sums: dict[str, list[float]] = {}
    with contextlib.ExitStack() as stack:
        folder = Path(arguments[0] if arguments else stack.enter_context(_temporary()))
        folder.mkdir(parents=True, exist_ok=True)
        for truth in TRUTHS:
            found = measured(fetched(folder, truth), truth)
            shown = ", ".join(f"{name} {value:g}" for name, value in found.items())
            sys.stdout.write(f"{Path(truth.path).name}: {shown}\n")
            sys.stdout.flush()
            for name, value in found.items():
                sums.setdefault(name, []).append(value)
    for name, values in sums.items():
        if not name.endswith("of"):
            of = sum(sums.get(f"{name} of", [1] * len(values)))
            sys.stdout.write(f"{name}: {sum(values):g} of {of:g}\n")
    return 0


def _temporary() -> tempfile.TemporaryDirectory[str]:
    return tempfile.TemporaryDirectory(prefix="moadesk-papers-")


def measured(path: Path, truth: Truth) -> dict[str, float]:
    """What of a paper was found right."""
    data = path.read_bytes()
    began = time.process_time()
    page = front.read(data)
    book = reading.read(data)
    paragraphs = quotable(book)
    heads = sections(paragraphs, book.size)
    listed, _range = references(paragraphs, heads)
    seconds = time.process_time() - began
    who = people(page.byline, page.info.get("Author", ""), page.text)
    families = [name.partition(",")[0] for name in who]
    wanted = truth.headings.split()
    numbers = [m[1] for one in heads if (m := re.match(r"(\d{1,2}(?:\.\d)*)\.?\s", one.title))]
    parsed = [parse(one.text) for one in listed]
    return {
        "title": _folded(page.title) == _folded(truth.title),
        "people": families == truth.families.split(", "),
        "abstract": page.abstract.startswith(truth.begins)
        and page.abstract.endswith(truth.ends)
        and bool(page.abstract),
        "headings": len(set(wanted) & set(numbers)),
        "headings of": len(wanted),
        "headings too many": len(set(numbers) - set(wanted)),
        "references": min(len(listed), truth.references),
        "references of": truth.references,
        "references too many": max(0, len(listed) - truth.references),
        "understood": sum(bool(one.authors and one.year and one.title) for one in parsed),
        "understood of": len(parsed),
        "pages": len(book.sheets),
        "seconds": round(seconds, 1),
    }


def _folded(text: str) -> str:
    return "".join(words.tokens(text))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
