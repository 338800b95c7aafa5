"""What a check of a text found, as JSON, CSV or a page for a browser.

The one law: nothing is left out: every sentence that cites is listed with every work it cites; and
whatever a text or a PDF says is data, never markup and never a formula.
"""

from __future__ import annotations

import csv
import html
import io
import json
from dataclasses import asdict
from typing import TYPE_CHECKING

from agents.base import UserError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from agents.scholar.events import SentenceChecked

SUFFIXES = (".json", ".csv", ".html")
_COLUMNS = (
    "line",
    "verdict",
    "sentence",
    "key",
    "title",
    "work_verdict",
    "page",
    "evidence",
    "why",
)
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_STYLE = (
    "body{font:15px/1.5 system-ui,sans-serif;max-width:52rem;margin:2rem auto;padding:0 1rem}"
    "section{border-top:1px solid #ccc;padding:.8rem 0}blockquote{margin:.3rem 0 .3rem 1rem;"
    "padding-left:.8rem;border-left:3px solid #999;color:#444}.v{font-weight:600}.k{color:#555}"
)


def write(
    path: Path,
    sentences: Sequence[SentenceChecked],
    name: str,
    said: Callable[[str], str],
    why: Callable[[str], str],
) -> None:
    """Write a report; the name of the file says which kind.

    Args:
        path: ends with one of `SUFFIXES`.
        sentences: what was found.
        name: of the text.
        said: a verdict in the user's language.
        why: a reason (a code) in the user's language.

    Raises:
        UserError: scholar.report_suffix, file.unwritable.
    """
    suffix = path.suffix.lower()
    if suffix == ".json":
        text = as_json(sentences)
    elif suffix == ".csv":
        text = "\ufeff" + as_csv(sentences, said, why)  # the mark makes spreadsheets read Hangul
    elif suffix == ".html":
        text = as_html(sentences, name, said, why)
    else:
        raise UserError("scholar.report_suffix", path=str(path))
    part = path.with_name(f"{path.name}.part")
    try:
        part.write_text(text, "utf-8", newline="")
        part.replace(path)
    except OSError as error:
        part.unlink(missing_ok=True)
        reason = error.strerror or str(error)
        raise UserError("file.unwritable", path=str(path), reason=reason) from error


def as_json(sentences: Sequence[SentenceChecked]) -> str:
    """A list as `moadesk verify --json` prints it."""
    return json.dumps([asdict(one) for one in sentences], ensure_ascii=False, indent=2) + "\n"


def as_csv(
    sentences: Sequence[SentenceChecked], said: Callable[[str], str], why: Callable[[str], str]
) -> str:
    """A line for each citation."""
    out = io.StringIO()
    rows = csv.writer(out)
    rows.writerow(_COLUMNS)
    for one in sentences:
        for work in one.works:
            cells = (
                *(str(one.line), said(one.verdict), one.sentence, work.key, work.title),
                *(said(work.verdict), str(work.page or ""), work.evidence, why(work.reason)),
            )
            rows.writerow([f"'{cell}" if cell.startswith(_FORMULA) else cell for cell in cells])
    return out.getvalue()


def as_html(
    sentences: Sequence[SentenceChecked],
    name: str,
    said: Callable[[str], str],
    why: Callable[[str], str],
) -> str:
    """A page without scripts."""
    parts = [
        '<!doctype html><html><head><meta charset="utf-8">',
        f"<title>{html.escape(name)}</title><style>{_STYLE}</style></head><body>",
        f"<h1>{html.escape(name)}</h1>",
    ]
    for one in sentences:
        parts.append(
            f'<section><p><span class="v">{html.escape(said(one.verdict))}</span> '
            f'<span class="k">({one.line})</span> {html.escape(one.sentence)}</p>'
        )
        for work in one.works:
            page = f", {work.page}" if work.page else ""
            parts.append(
                f'<p class="k">{html.escape(work.key)}{page}: {html.escape(said(work.verdict))}'
                f" {html.escape(work.title)} {html.escape(why(work.reason))}</p>"
            )
            if work.evidence:
                parts.append(f"<blockquote>{html.escape(work.evidence)}</blockquote>")
        parts.append("</section>")
    parts.append("</body></html>")
    return "\n".join(parts) + "\n"
