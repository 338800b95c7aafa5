"""What is written is complete, compiles, and counts what is really there."""

from __future__ import annotations

import json
import re
import shutil
import subprocess

import pytest

from agents.base import CancelToken, UserError
from agents.scholar import bib, export
from agents.scholar.events import DraftRequest
from agents.store.drafts import Draft, Paragraph, Sentence, report
from agents.store.library import Entry, Work
from tests.scholar.conftest import ON_TOPIC, TOPIC

EVIL = (
    "Costs 50% & $5 for a_b ~ {x} #1 ^2 \\cite{fake} [@fake] @fake <b> `c` *d* “한국어” — 𝒪(n²) “"
)


def entry(key, raw="", **more):
    work = Work(0, key, "misc", "A title", ("Kim, A",), "2000", "", "Text.")
    return Entry(work, raw or f"@misc{{{key}, title={{A title}}}}", **more)


def draft_of(*sentences, entries=None):
    keys = dict.fromkeys(key for sentence in sentences for key in sentence.keys)
    entries = entries or tuple(entry(key) for key in keys)
    paragraphs = (Paragraph(0, "A theme & more", sentences),)
    known = {item.work.key for item in entries}
    return Draft(
        1, "topic", paragraphs, tuple(e.work for e in entries), report(paragraphs, known), entries
    )


@pytest.fixture
def real(scholar, bib_file):
    agent = scholar("no")
    return list(agent.run(DraftRequest(TOPIC, "m", bib_file), CancelToken()))[-1].draft


@pytest.mark.parametrize("suffix", [".tex", ".md"])
def test_files_that_agree(real, tmp_path, suffix):
    files = export.write(real, tmp_path / "out" / f"draft{suffix}", say=lambda code: f"<{code}>")
    text_path, bib_path, report_path, readable = files
    text = text_path.read_text("utf-8")
    found = bib.read_file(bib_path)
    assert not found.broken
    assert {item.work.key for item in found.entries} == ON_TOPIC
    if suffix == ".tex":
        cited = [key for keys in re.findall(r"\\cite\{([^}]*)\}", text) for key in keys.split(",")]
    else:
        cited = re.findall(r"@([\w:-]+)", text)
    assert set(cited) == ON_TOPIC
    counts = json.loads(report_path.read_text("utf-8"))
    for name in ("citations", "unknown_keys", "sentences", "supported", "flagged"):
        assert type(counts[name]) is int
        assert counts[name] == getattr(real.report, name)
    assert counts["citations"] == len(cited)
    assert counts["unknown_keys"] == 0
    assert len(counts["details"]) == counts["sentences"]
    said = readable.read_text("utf-8")
    assert said.startswith("# <scholar.report_title>")
    assert len(re.findall(r"^\d+\. ", said, re.MULTILINE)) == counts["sentences"]
    assert sorted(text_path.parent.iterdir()) == sorted(files)


@pytest.mark.parametrize("suffix", [".docx", ".html"])
def test_formatted_files_have_the_report_and_no_bib(real, tmp_path, suffix):
    files = export.write(real, tmp_path / f"draft{suffix}", export.Form("apa"))
    assert [path.name for path in files] == [
        f"draft{suffix}",
        "draft.report.json",
        "draft.report.md",
    ]
    assert sorted(tmp_path.glob("draft*")) == sorted(files)
    counts = json.loads(files[1].read_text("utf-8"))
    assert len(counts["details"]) == counts["sentences"] == real.report.sentences


def test_html_is_a_page_of_its_own_with_every_work(real, tmp_path):
    (path, *_rest) = export.write(real, tmp_path / "draft.html", export.Form("apa"))
    page = path.read_text("utf-8")
    assert "(Gu &amp; Dao, 2023)" in page
    assert page.count('<p id="ref-') == len(ON_TOPIC)
    assert "<script" not in page
    assert "src=" not in page
    assert "Katharopoulos, A., Fleuret, F., &amp; Vyas, A. (2020)" in page


def test_hostile_text_stays_text_in_html(tmp_path):
    draft = draft_of(Sentence(EVIL, ("a",), "supported"), Sentence("Plain.", ("a",), "supported"))
    (path, *_rest) = export.write(draft, tmp_path / "d.html")
    page = path.read_text("utf-8")
    assert "&lt;b&gt;" in page
    assert "<b>" not in page
    assert "한국어" in page


def test_citations_stand_where_a_person_put_them():
    draft = draft_of(
        Sentence(
            " shows this, but others differ.", ("a", "b", "c"), "supported", places=(0, 11, 11)
        ),
        Sentence("Nothing is cited.", (), "flagged"),
        Sentence("A new paragraph.", ("b",), "supported", opens=True),
    )
    tex = export.to_tex(draft, "d", "citep")
    assert (
        "\\citet{a} shows this~\\citep{b,c}, but others differ. Nothing is cited.\n\nA new" in tex
    )
    assert "\\usepackage{natbib}" in tex
    markdown = export.to_markdown(draft)
    assert "@a shows this [@b; @c], but others differ. Nothing is cited.\n\nA new" in markdown
    assert "\\textcite{a} shows this~\\autocite{b,c}" in export.to_tex(draft, "d", "autocite")


def test_entries_are_verbatim_with_what_they_lean_on(real, tmp_path, bib_file):
    _text, bib_path, *_report = export.write(real, tmp_path / "d.tex")
    written, source = bib_path.read_text("utf-8"), bib_file.read_text("utf-8")
    for item in real.entries:
        assert item.raw in source
        assert item.raw in written
    assert '@string{icml = "International Conference on Machine Learning"}' in written


def test_macros_of_two_meanings_parents_and_preambles():
    parent = "@book{p, title={P}}"
    made = export.bibliography(
        [
            entry(
                "a",
                macros=(("j", '@string{j="One"}'),),
                parents=(parent,),
                preambles=("@preamble{x}",),
            ),
            entry("p", parent),
            entry("b", macros=(("j", '@string{j="Two"}'),)),
            entry("c", macros=(("j", '@string{j="Two"}'),), parents=(parent,)),
        ]
    )
    order = [
        made.index(part) for part in ("@preamble", '"One"', "{a,", '"Two"', "{b,", "{c,", "{p,")
    ]
    assert order == sorted(order)
    assert made.count('"Two"') == made.count(parent) == 1
    assert len(bib.parse(made).entries) == 4


def test_hostile_text_stays_text():
    draft = draft_of(
        Sentence(EVIL, ("a",), "supported"), Sentence("Plain.", ("a", "b:2"), "supported")
    )
    tex, markdown = export.to_tex(draft, "d"), export.to_markdown(draft)
    assert re.findall(r"\\cite\{([^}]*)\}", tex) == ["a", "a,b:2"]
    assert re.findall(r"@([\w:]+)", markdown) == ["a", "a", "b:2"]
    assert "Plain~\\cite{a,b:2}." in tex
    assert "Plain [@a; @b:2]." in markdown
    assert "한국어" in tex
    assert "한국어" in markdown
    assert "A theme \\& more" in tex


def test_marks_stand_before_the_full_stop_and_after_the_quotation():
    draft = draft_of(Sentence("According to Kim, “It is so.”", ("a",), "supported"))
    assert "``It is so''~\\cite{a}." in export.to_tex(draft, "d")
    assert "“It is so” [@a]." in export.to_markdown(draft)


def test_strange_keys_are_written_as_pandoc_reads_them():
    assert "[@{a/b/}; @DBLP:x/y-z]" in export.to_markdown(
        draft_of(Sentence("X.", ("a/b/", "DBLP:x/y-z"), "supported"))
    )


def test_unknown_keys_are_counted_from_what_is_written(tmp_path):
    draft = draft_of(Sentence("X.", ("a", "gone"), "supported"), entries=(entry("a"),))
    _text, _bib, path, _readable = export.write(draft, tmp_path / "d.md")
    assert json.loads(path.read_text("utf-8"))["unknown_keys"] == 1


def test_the_users_own_bib_is_never_written_over(real, tmp_path):
    own = tmp_path / "draft.bib"
    own.write_text("@misc{mine, title={Mine}}", "utf-8")
    with pytest.raises(UserError, match=r"scholar\.export_over_library"):
        export.write(real, tmp_path / "draft.tex")
    assert own.read_text("utf-8") == "@misc{mine, title={Mine}}"
    own.unlink()
    export.write(real, tmp_path / "draft.tex")
    export.write(real, tmp_path / "draft.tex")  # our own may be


def test_what_cannot_be_written_is_said(real, tmp_path):
    with pytest.raises(UserError, match=r"scholar\.export_suffix"):
        export.write(real, tmp_path / "draft.pdf")
    with pytest.raises(UserError, match=r"scholar\.style_unknown"):
        export.write(real, tmp_path / "draft.docx", export.Form("no such style"))
    (tmp_path / "file").write_text("x")
    with pytest.raises(UserError, match=r"file\.unwritable"):
        export.write(real, tmp_path / "file" / "draft.tex")


@pytest.mark.parametrize("blocked", ["draft.report.md.part", "draft.html.part"])
def test_where_one_file_cannot_be_written_none_has_changed(real, tmp_path, blocked):
    export.write(real, tmp_path / "draft.html")
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir() if path.is_file()}
    (tmp_path / blocked).mkdir()
    with pytest.raises(UserError, match=r"file\.unwritable"):
        export.write(real, tmp_path / "draft.html", export.Form("ieee"))
    (tmp_path / blocked).rmdir()
    assert {p.name: p.read_bytes() for p in tmp_path.iterdir() if p.is_file()} == before


def _hostile_files(tmp_path, cite="cite"):
    draft = draft_of(
        Sentence(EVIL, ("a",), "supported"), Sentence("Second one.", ("a", "b"), "flagged")
    )
    export.write(draft, tmp_path / "d.tex", export.Form(cite=cite))
    export.write(draft, tmp_path / "d.md")


@pytest.mark.skipif(not shutil.which("pandoc"), reason="pandoc is not installed")
def test_pandoc_reads_it(tmp_path):
    _hostile_files(tmp_path)
    made = subprocess.run(  # noqa: S603 - the program that was found
        [shutil.which("pandoc"), "--citeproc", "--bibliography=d.bib", "-t", "json", "d.md"],
        cwd=tmp_path, capture_output=True, check=True,
    )  # fmt: skip
    cited = re.findall(r'"citationId":"([^"]*)"', made.stdout.decode())
    assert cited == ["a", "a", "b"]
    assert b"not found" not in made.stderr


ENGINES = {"pdflatex": "", "xelatex": "\\usepackage{kotex}"}


@pytest.mark.parametrize("cite", ["cite", "citep"])
@pytest.mark.parametrize("engine", ENGINES)
def test_latex_compiles_it(tmp_path, engine, cite):
    program = shutil.which(engine)
    if not program:
        pytest.skip(f"{engine} is not installed")
    _hostile_files(tmp_path, cite)
    packages = ENGINES[engine] if engine == "pdflatex" or _knows("kotex.sty") else ""
    if cite == "citep":
        if not _knows("natbib.sty"):
            pytest.skip("natbib is not installed")
        packages += "\\usepackage{natbib}"
    if engine == "pdflatex":  # a fragment with Korean text says that it needs another engine
        text = (tmp_path / "d.tex").read_text("utf-8")
        (tmp_path / "d.tex").write_text(re.sub(r"[가-힣𝒪]+", "x", text), "utf-8")
    (tmp_path / "main.tex").write_text(
        f"\\documentclass{{article}}{packages}\\begin{{document}}\\input{{d}}"
        f"\\bibliographystyle{{plain{'nat' if cite == 'citep' else ''}}}\\bibliography{{d}}"
        "\\end{document}",
        "utf-8",
    )
    made = subprocess.run(  # noqa: S603 - the program that was found
        [program, "-interaction=nonstopmode", "-halt-on-error", "main.tex"],
        cwd=tmp_path, capture_output=True, check=False,
    )  # fmt: skip
    assert made.returncode == 0, made.stdout[-2000:]
    bibtex = shutil.which("bibtex")
    if bibtex:
        made = subprocess.run(  # noqa: S603 - likewise
            [bibtex, "main"], cwd=tmp_path, capture_output=True, check=False
        )
        assert b"I didn't find a database entry" not in made.stdout
        assert made.returncode == 0, made.stdout


def _knows(name):
    kpsewhich = shutil.which("kpsewhich")
    if not kpsewhich:
        return False
    made = subprocess.run([kpsewhich, name], capture_output=True, check=False)  # noqa: S603
    return bool(made.stdout.strip())
