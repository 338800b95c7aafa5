"""Reads the PDFs of works in the background: passages to search and quote, headings, references.

The one law: a paper is stored when it was read to its end, passages first, so that whoever is
stopped goes on with the paper in hand; hidden words are no evidence, and what a PDF says is data,
whomever it addresses.
"""

from __future__ import annotations

import re
import time
from pathlib import Path
from typing import TYPE_CHECKING

from agents.base import Progress
from agents.pages import reading
from agents.pages.library import BrokenPdfError, LockedPdfError
from agents.pages.passages import quotable
from agents.pages.references import references
from agents.pages.sections import sections
from agents.pages.seen import seen
from agents.scholar import references as printed
from agents.scholar.citing import Citing
from agents.scholar.events import PaperRead, PapersRead
from agents.store.papers import Heading, Paper, PaperReference
from agents.store.passages import Piece

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Sequence

    from agents.base import CancelToken
    from agents.pages.passages import Quotable
    from agents.scholar.events import ReadRequest
    from agents.store.library import Library
    from agents.store.papers import Papers, PaperState
    from agents.store.passages import Passages

_AT_ONCE = 50  # papers whose references are linked in one transaction
_SHORTEST = 40  # letters of a passage: less is a heading, a cell or a label
_LONGEST = 1_500  # what is longer is cut at the end of a sentence
_SENTENCE = re.compile(r"(?<=[.!?。])[\"”’)\]]?\s+(?=[\"“‘(\[]?[A-Z0-9가-힣])")


class PaperReader:
    """An agent that reads the files of works; see `agents.base.Agent`."""

    def __init__(self, library: Library, passages: Passages, papers: Papers) -> None:
        """Keep where everything lives."""
        self._library = library
        self._passages = passages
        self._papers = papers

    def run(
        self, request: ReadRequest, cancel: CancelToken
    ) -> Generator[Progress | PaperRead | PapersRead, None, None]:
        """Read what was not read yet, tell how far it is, and link all references.

        Raises:
            CancelledError: the papers read so far are stored.
        """
        self._papers.forget(self._papers.lone())
        waiting = self._waiting(request.again)
        counts: dict[PaperState, int] = {}
        began = time.monotonic()
        for done, (work, paths) in enumerate(waiting.items()):
            said = _progress(done, len(waiting), began)
            yield said
            paper = yield from self._read(work, paths, said, cancel)
            counts[paper.state] = counts.get(paper.state, 0) + 1
            yield PaperRead(work, paper.path, paper.state, paper.pages)
        if waiting:
            yield Progress(len(waiting), len(waiting), "paper")
        links = yield from self._link(cancel)
        yield PapersRead(counts, links)

    def _waiting(self, again: bool) -> dict[int, tuple[str, ...]]:  # noqa: FBT001 - of the request
        """Works with a PDF that was not read, or is another by now."""
        known = {} if again else self._papers.stamps()
        found: dict[int, tuple[str, ...]] = {}
        for work, paths in self._papers.files().items():
            if work in known:
                path, stamp = known[work]
                first = _first(paths)
                if (first or paths[0]) == path and _stamp(path) == stamp:
                    continue
            found[work] = paths
        return found

    def _read(
        self, work: int, paths: Sequence[str], said: Progress, cancel: CancelToken
    ) -> Generator[Progress, None, Paper]:
        """Read the first file that is there, and store it."""
        path = _first(paths)
        if not path:
            paper = Paper(work, paths[0], "", "gone")
            self._passages.put(work, "text", ())
            self._papers.put(paper)
            return paper
        stamp = _stamp(path)
        state: PaperState = "read"
        paper = Paper(work, path, stamp)
        pieces: list[Piece] = []
        try:
            data = Path(path).read_bytes()
            book = yield from _told(reading.steps(data, cancel), said)
            book = seen(book, data, cancel)
        except LockedPdfError:
            state = "locked"
        except BrokenPdfError:
            state = "damaged"
        except OSError:
            state = "gone"
        else:
            pages = len(book.sheets)
            paragraphs = quotable(book)
            heads = sections(paragraphs, book.size)
            listed, (begin, end) = references(paragraphs, heads)
            pieces = list(cut([*paragraphs[:begin], *paragraphs[end:]] if end else paragraphs))
            blank = all(not sheet.letters for sheet in book.sheets)
            state = "scanned" if blank and any(sheet.scanned for sheet in book.sheets) else "read"
            paper = Paper(
                work,
                path,
                stamp,
                state,
                pages,
                tuple(Heading(one.title, one.level, one.page + 1, one.start) for one in heads),
                tuple(_understood(one.text, one.page + 1, one.mark) for one in listed),
            )
        if state != paper.state:
            paper = Paper(work, path, stamp, state)
        cancel.check()
        self._passages.put(work, "text", pieces)
        self._papers.put(paper)
        return paper

    def _link(self, cancel: CancelToken) -> Generator[Progress, None, int]:
        """Look all references up among the works; returns how many are there."""
        if self._papers.linked():
            return 0
        identities = self._library.identities()
        citing = Citing(identities)
        last, total = 0, 0
        while found := self._papers.references(last, _AT_ONCE):
            cancel.check()
            links: dict[tuple[int, int], int] = {}
            for work, references_ in found.items():
                for at, one in references_:
                    cited = citing.work(one)
                    cited = 0 if cited == work else cited
                    total += bool(cited)
                    if cited != one.cited:
                        links[work, at] = cited
                last = work
            self._papers.link(links)
        self._papers.keep_linked([one.id for one in identities])
        yield Progress(1, 1, "paper")
        return total


def _progress(done: int, total: int, began: float) -> Progress:
    rate = done / max(time.monotonic() - began, 1e-9)
    return Progress(done, total, "paper", rate, (total - done) / rate if done else 0.0)


def _told(
    work: Generator[Progress, None, reading.Book], said: Progress
) -> Generator[Progress, None, reading.Book]:
    """The same work, which says how many papers are read rather than how many of its pages."""
    while True:
        try:
            next(work)
        except StopIteration as stop:
            return stop.value
        yield said


def _first(paths: Sequence[str]) -> str:
    """The first file that is there; empty where none is."""
    return next((path for path in paths if _stamp(path)), "")


def _stamp(path: str) -> str:
    """What tells a file from another version of itself; empty where it is not there."""
    try:
        state = Path(path).stat()
    except (OSError, ValueError):
        return ""
    return f"{state.st_size}:{state.st_mtime_ns}"


def _understood(text: str, page: int, mark: str) -> PaperReference:
    said = printed.parse(text)
    return PaperReference(
        text, page, mark, said.authors, said.year, said.title, said.doi, said.arxiv
    )


def cut(paragraphs: Sequence[Quotable]) -> Iterator[Piece]:
    """Paragraphs as passages; long ones in pieces of whole sentences.

    `start` is the offset in the text of the whole document, `page` that of the first letter.
    """
    for one in paragraphs:
        if len(one.text.strip()) < _SHORTEST:
            continue
        begin = 0
        while begin < len(one.text):
            end = _cut_at(one.text, begin)
            text = one.text[begin:end].rstrip()
            if text:
                yield Piece(text, _page(one, begin), one.start + begin)
            begin = end


def _cut_at(text: str, begin: int) -> int:
    if len(text) - begin <= _LONGEST:
        return len(text)
    ends = [match.end() for match in _SENTENCE.finditer(text, begin, begin + _LONGEST)]
    if ends:
        return ends[-1]
    space = text.rfind(" ", begin + 1, begin + _LONGEST)
    return space + 1 if space > begin else begin + _LONGEST


def _page(one: Quotable, at: int) -> int:
    """The page, from 1, on which a character of a paragraph stands."""
    page = one.page
    for block, place in zip(one.passage.blocks, one.passage.places, strict=True):
        if place <= at:
            page = block.page
    return page + 1
