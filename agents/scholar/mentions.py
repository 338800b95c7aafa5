"""The citations of a text, each with the works of the library that it means.

The one law: every citation is listed where it stands; those that lead to no work are told apart,
and none is called invented.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from agents.scholar import prose
from agents.scholar.linking import Linker

if TYPE_CHECKING:
    from collections.abc import Iterable

    from agents.scholar.citations import Form
    from agents.scholar.linking import Link
    from agents.store.library import Work


@dataclass(frozen=True, slots=True)
class Linked:
    """A citation: where it stands (offsets, end exclusive) and what each of its parts means."""

    start: int
    end: int
    line: int  # 1-based
    links: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class Mentions:
    """All citations of a text. `unknown` has what leads to no work, each once, as it is shown."""

    linked: tuple[Linked, ...]
    unknown: tuple[str, ...]


def of_text(text: str, works: Iterable[Work], form: Form | None = None, name: str = "") -> Mentions:
    r"""The citations of a text: `\cite{…}`, `[@…]`, "Kim et al. (2020)", "김철수 외(2021)", `[12]`.

    Args:
        text: the whole document; numbers are looked up in its own list of works.
        works: the library.
        form: how the text is marked up; told from `name` and the text itself by default.
        name: of its file.
    """
    form = form or prose.form_of(name, text)
    _body, found, listed = prose.mentioned(text, form)
    linker = Linker(works, listed)
    linked: list[Linked] = []
    for mention in found:
        links = [link for cited in mention.cited if (link := linker.link(cited)) is not None]
        if links:
            line = text.count("\n", 0, mention.start) + 1
            linked.append(Linked(mention.start, mention.end, line, tuple(links)))
    unknown = dict.fromkeys(link.shown for one in linked for link in one.links if not link.works)
    return Mentions(tuple(linked), tuple(unknown))
