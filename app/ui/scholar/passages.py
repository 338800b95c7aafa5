"""What is known of the PDFs of works: reading them in the background, and what was read of one.

The one law: reading never waits for the window and the window never for reading; whoever stops it
or closes the window loses at most the paper in hand.
"""

from __future__ import annotations

import html
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QUrl, QUrlQuery, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from agents.base import Progress
from agents.scholar.events import PapersRead, ReadRequest
from app import i18n
from app.i18n import _
from app.ui import figures
from app.ui.scholar import words
from app.ui.scholar.pdf_page import PdfPage
from app.ui.widgets.basic import ElidedLabel, button

if TYPE_CHECKING:
    from collections.abc import Iterable

    from agents.scholar.events import Hit, Work
    from agents.store.papers import Paper
    from agents.store.passages import Passage
    from app.build import Desk
    from app.jobs import Job, JobPool, Outcome
    from app.ui.theme import Theme

_HEADINGS = 30  # that are listed
_DEEPEST = 2  # level of a heading that is listed
_QUOTED = 400  # letters of a passage that are shown


class ReadingRow(QWidget):
    """Reads the PDFs of the library in the background and says how far it is."""

    ended = Signal()  # something was read

    def __init__(self, desk: Desk, pool: JobPool) -> None:
        """Nothing is read yet."""
        super().__init__()
        self._desk, self._pool = desk, pool
        self._job: Job | None = None
        self._stopped = False
        self._again = False  # the library changed meanwhile
        self._read = 0
        self.state = ElidedLabel("", "small", fills=False)
        self._stop = button(_("Stop"), self.stop, "plain")
        self._stop.setAccessibleName(_("Stop reading PDFs"))
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.state)
        layout.addWidget(self._stop)
        self.hide()

    @property
    def reading(self) -> bool:
        """Whether PDFs are being read."""
        return self._job is not None

    @Slot()
    def start(self) -> None:
        """Read what was not read yet, unless the user has stopped that."""
        if self._stopped:
            return
        if self._job is not None:
            self._again = True
            return
        self._again, self._read = False, 0
        self._job = self._pool.start(self._desk.reader, ReadRequest())
        self._job.event.connect(self._happened)
        self._job.finished.connect(self._finished)

    @Slot()
    def resume(self) -> None:
        """Read on, also where it was stopped."""
        self._stopped = False
        self.start()

    def stop(self) -> None:
        """Stop; what was read stays, and the next start of the desk goes on."""
        self._stopped = True
        if self._job is not None:
            self._job.cancel()

    @Slot(object)
    def _happened(self, event: object) -> None:
        if isinstance(event, Progress) and event.total > 1:
            self._read = event.done
            said = _("Reading PDFs: {done} of {total}", done=event.done, total=event.total)
            self.state.say(figures.joined(said, figures.left(event.seconds_left)))
            self.show()
        elif isinstance(event, PapersRead):
            self._read = sum(event.counts.values())

    @Slot(object)
    def _finished(self, outcome: Outcome) -> None:
        self._job = None
        self.hide()
        if outcome.error:
            self.state.say(i18n.explain(outcome.error))
            self._stop.hide()
            self.show()
        if self._read:
            self.ended.emit()
        if self._again:
            self.start()


@dataclass(frozen=True, slots=True)
class About:
    """What is known of a work beside its entry."""

    work: int
    path: str = ""
    paper: Paper | None = None
    cites: tuple[Work, ...] = ()
    cited_by: tuple[Work, ...] = ()


class PaperBlock(QWidget):
    """Of the shown work: the passage that answers a search, its PDF, citations both ways."""

    open_work = Signal(int)

    def __init__(self, desk: Desk, pool: JobPool, theme: Theme) -> None:
        """Start empty."""
        super().__init__()
        self._desk, self._pool, self._theme = desk, pool, theme
        self._work = 0
        self._hits: dict[int, Passage] = {}
        self._about = About(0)
        self._window: PdfWindow | None = None
        self._label = self._linked(_("What its PDF says"))
        self.passage = self._linked(_("Best passage"))  # for whoever arranges the sheet
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._label)
        theme.changed.connect(self._draw)

    @property
    def said(self) -> str:
        """What is shown, as rich text."""
        return self.passage.text() + self._label.text()

    @property
    def pdf(self) -> PdfWindow | None:
        """The window that shows a page, once one was asked for."""
        return self._window

    def show_hits(self, hits: Iterable[Hit]) -> None:
        """Remember which passages answer the search."""
        self._hits = {hit.work.id: hit.passage for hit in hits if hit.passage is not None}
        self._draw()

    def show_work(self, work: Work | None) -> None:
        """Show another work, or none."""
        self._work = work.id if work is not None else 0
        self._about = About(self._work)
        self._draw()
        if self._work:
            self._pool.call(_about, self._desk, self._work).finished.connect(self._known)

    def look_again(self) -> None:
        """PDFs were read meanwhile."""
        if self._work:
            self._pool.call(_about, self._desk, self._work).finished.connect(self._known)

    def closing(self) -> None:
        """Close the window of the page."""
        if self._window is not None:
            self._window.close()

    @Slot(object)
    def _known(self, outcome: Outcome) -> None:
        if outcome.state == "done" and outcome.value.work == self._work:
            self._about = outcome.value
            self._draw()

    @Slot()
    def _draw(self) -> None:
        answer = "".join(self._passage())
        self.passage.setText(answer)
        self.passage.setVisible(bool(answer))
        parts = [*self._file(), *self._citations()]
        self._label.setText("".join(f"<p>{part}</p>" for part in parts))
        self.setVisible(bool(parts))

    def _linked(self, name: str) -> QLabel:
        made = QLabel()
        made.setTextFormat(Qt.TextFormat.RichText)
        made.setWordWrap(True)
        made.setTextInteractionFlags(Qt.TextInteractionFlag.TextBrowserInteraction)
        made.setAccessibleName(name)
        made.linkActivated.connect(self._followed)
        return made

    def _passage(self) -> Iterable[str]:
        hit = self._hits.get(self._work)
        if hit is None or hit.source != "text":
            return
        cut = hit.text[:_QUOTED] + ("…" if len(hit.text) > _QUOTED else "")
        link = self._link(_("Page {page}", page=hit.page), page=str(hit.page), quote=hit.text)
        yield f"<b>{html.escape(_('Best passage'))}</b><br>“{html.escape(cut)}” {link}"

    def _file(self) -> Iterable[str]:
        paper = self._about.paper
        if paper is None:
            return
        if paper.state != "read":
            yield html.escape(
                {
                    "scanned": _("The PDF is a scan without text: it can be looked at."),
                    "locked": _("The PDF needs a password, so it was not read."),
                    "damaged": _("The PDF is damaged, so it was not read."),
                    "gone": _("The PDF is not there any more."),
                }[paper.state]
            )
            if paper.state == "scanned":
                yield self._link(_("Open the PDF"), page="1")
            return
        counted = figures.joined(
            _("pages {count}", count=paper.pages),
            _("references {count}", count=len(paper.references)) if paper.references else "",
        )
        yield f"{self._link(_('Open the PDF'), page='1')} · {html.escape(counted)}"
        listed = [one for one in paper.headings if one.level <= _DEEPEST][:_HEADINGS]
        if listed:
            yield "<br>".join(
                "&nbsp;" * 4 * (one.level - 1)
                + self._link(one.title, page=str(one.page), quote=one.title)
                for one in listed
            )

    def _citations(self) -> Iterable[str]:
        for name, works in (
            (_("Cites from your library"), self._about.cites),
            (_("Cited in your library by"), self._about.cited_by),
        ):
            if works:
                named = ", ".join(
                    self._link(words.author_year(work), work=str(work.id)) for work in works
                )
                yield f"<b>{html.escape(name)}</b><br>{named}"

    def _link(self, said: str, **values: str) -> str:
        query = QUrlQuery()
        for key, value in values.items():
            query.addQueryItem(key, bytes(QUrl.toPercentEncoding(value).data()).decode())
        target = html.escape(query.toString(QUrl.ComponentFormattingOption.FullyEncoded))
        style = f'style="color:{self._theme.hex("accent")}; text-decoration:none"'
        return f'<a {style} href="?{target}">{html.escape(said)}</a>'

    @Slot(str)
    def _followed(self, link: str) -> None:
        query = QUrlQuery(link.removeprefix("?"))
        whole = QUrl.ComponentFormattingOption.FullyDecoded
        if work := query.queryItemValue("work", whole):
            self.open_work.emit(int(work))
        elif self._about.path:
            page = int(query.queryItemValue("page", whole) or "1")
            self.show_page(page, query.queryItemValue("quote", whole))

    def show_page(self, page: int, quote: str = "") -> None:
        """Show a page of the work's PDF in a window of its own."""
        if not self._about.path:
            return
        if self._window is None:
            self._window = PdfWindow(self._pool, self._theme, self)
        self._window.show_page(Path(self._about.path), page, quote)


class PdfWindow(QWidget):
    """A window beside the library that shows a page."""

    def __init__(self, pool: JobPool, theme: Theme, parent: QWidget) -> None:
        """Make it; it is not shown yet."""
        super().__init__(parent, Qt.WindowType.Window)
        self.page = PdfPage(pool, theme)
        layout = QVBoxLayout(self)
        edge = theme.px(8)
        layout.setContentsMargins(edge, edge, edge, edge)
        layout.addWidget(self.page)
        self.resize(theme.px(720), theme.px(860))

    def show_page(self, path: Path, page: int, quote: str) -> None:
        """Show a page of a file."""
        self.setWindowTitle(path.name)
        self.show()
        self.raise_()
        self.page.show_page(path, page, quote)


def _about(desk: Desk, work: int) -> About:
    paper = desk.papers.get(work)
    path = paper.path if paper is not None else ""
    return About(
        work,
        path,
        paper,
        desk.library.works(desk.papers.cites(work)),
        desk.library.works(desk.papers.cited_by(work)),
    )
