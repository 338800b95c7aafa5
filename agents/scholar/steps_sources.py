"""What a draft is planned and written from: its works as stored with it, and what their PDFs say.

The one law: a draft stands on its own. Its works are those stored with it; the library adds the
text of PDFs, leads from the key of a merged entry to the work it is now, and may be gone.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from agents.scholar import bib, relevance, terms
from agents.scholar.sentence_plan import Sources
from agents.store.outlines import EvidenceRef

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from agents.base import CancelToken
    from agents.engine.port import Embedder
    from agents.scholar.retrieval import Index
    from agents.store.library import Entry, Library, Work
    from agents.store.outlines import Outline, PlannedTheme
    from agents.store.passages import Passage, Passages

_PASSAGES = 8  # of a work and a theme
_DEPTH = 120  # passages of all works of a theme that are looked at


class Shelves:
    """Finds works and passages for drafts: in the user's library, or in one `.bib` file."""

    def __init__(
        self,
        library: Library,
        passages: Passages | None,
        index: Index | None,
        embedder: Embedder | None,
    ) -> None:
        """Keep where everything lives, and who embeds."""
        self._library = library
        self._passages = passages
        self._index = index
        self._embedder = embedder

    def known(self, source: Path | None) -> list[Entry]:
        """Everything that may be cited from a `.bib` file."""
        return list(bib.read_file(source).entries) if source else []

    def by_keys(self, keys: Iterable[str], file: Sequence[Entry]) -> dict[str, Entry]:
        """Entries by the keys asked for, which may be those of entries merged since."""
        wanted = list(dict.fromkeys(keys))
        if file:
            own = {entry.work.key: entry for entry in file}
            return {key: own[key] for key in wanted if key in own}
        ids = self._library.ids_of(wanted)
        entries = {entry.work.id: entry for entry in self._library.entries(list(ids.values()))}
        return {key: entries[id_] for key, id_ in ids.items() if id_ in entries}

    def citable(self, works: Sequence[Work]) -> list[Work]:
        """The works, and each again under the keys of entries that were merged into it."""
        by_id = {work.id: work for work in works if work.id}
        merged = [
            dataclasses.replace(by_id[id_], key=key)
            for key, id_ in self._library.aliases().items()
            if id_ in by_id
        ]
        return [*works, *merged]

    def sources(
        self,
        entries: Iterable[Entry],
        outline: Outline,
        topic: str,
        cancel: CancelToken,
        *,
        whole: bool = False,
    ) -> Sources:
        """The works with the passages of their PDFs that fit the themes they are in.

        With `whole`, all their passages: for looking up words whose place is not known.
        """
        works = {entry.work.key: entry.work for entry in entries}
        texts: dict[str, list[Passage]] = {}
        if whole and self._passages is not None:
            for work in works.values():
                cancel.check()
                texts[work.key] = list(self._passages.of_work(work.id, "text"))
            return Sources(works, texts)
        for theme in outline.themes:
            cancel.check()
            asked = " ".join(filter(None, (theme.title, theme.question))) or topic
            mine = {works[key].id: key for key in theme.keys if key in works and works[key].id}
            for passage in self._found(asked, mine, cancel):
                kept = texts.setdefault(mine[passage.work], [])
                if len(kept) < _PASSAGES and passage not in kept:
                    kept.append(passage)
        self._with_planned(outline, works, texts)
        return Sources(works, texts)

    def papers(
        self, query: str, file: Sequence[Entry], limit: int, cancel: CancelToken
    ) -> list[tuple[Work, EvidenceRef]]:
        """Works for a query, best first, with the words of each that answer best."""
        if file:
            works = [entry.work for entry in file]
            found = relevance.decide(relevance.Topic(query), works, None)
            return [(one.work, _best(query, one.work, ())) for one in found[:limit]]
        words = list(self._library.find(query, limit))
        passages = self._search(query, None, cancel)
        ids = list(dict.fromkeys([*(one.work for one in passages), *words]))[:limit]
        by_work: dict[int, list[Passage]] = {}
        for passage in passages:
            if passage.source == "text":
                by_work.setdefault(passage.work, []).append(passage)
        return [
            (work, _best(query, work, by_work.get(work.id, ())))
            for work in self._library.works(ids)
        ]

    def _found(self, query: str, works: Mapping[int, str], cancel: CancelToken) -> list[Passage]:
        """Passages of PDFs only."""
        if not works:
            return []
        return [one for one in self._search(query, set(works), cancel) if one.source == "text"]

    def _search(self, query: str, works: set[int] | None, cancel: CancelToken) -> list[Passage]:
        if self._index is None or self._passages is None:
            return []
        vector = self._embedder.embed([query], "query", cancel)[0] if self._embedder else None
        name = self._embedder.id if self._embedder else ""
        ids = self._index.search(query, vector, name, _DEPTH, works=works)
        return list(self._passages.get(ids))

    def _with_planned(
        self, outline: Outline, works: Mapping[str, Work], texts: dict[str, list[Passage]]
    ) -> None:
        """The passages that planned sentences rest on are there, whatever was found."""
        if self._passages is None:
            return
        refs = [ref for theme in outline.themes for s in theme.sentences for ref in s.evidence]
        wanted = {ref.passage: ref.key for ref in refs if ref.passage and ref.key in works}
        for passage in self._passages.get(list(wanted)):
            key = wanted[passage.id]
            if passage.work == works[key].id and passage not in texts.setdefault(key, []):
                texts[key].append(passage)


def current(outline: Outline, names: Mapping[str, str]) -> Outline:
    """The outline with other keys; a work that is there twice then stands once.

    Args:
        outline: it.
        names: old keys and what they are now.
    """
    if not names:
        return outline

    def key(old: str) -> str:
        return names.get(old, old)

    def theme(old: PlannedTheme) -> PlannedTheme:
        return dataclasses.replace(
            old,
            keys=tuple(dict.fromkeys(map(key, old.keys))),
            pinned=tuple(dict.fromkeys(map(key, old.pinned))),
            sentences=tuple(
                dataclasses.replace(
                    one,
                    evidence=tuple(
                        dataclasses.replace(ref, key=key(ref.key)) for ref in one.evidence
                    ),
                )
                for one in old.sentences
            ),
        )

    return dataclasses.replace(outline, themes=tuple(map(theme, outline.themes)))


def _best(query: str, work: Work, passages: Sequence[Passage]) -> EvidenceRef:
    """The sentence of a work that has most of a query's words."""
    asked = terms.content(query, generic=True)
    found = [EvidenceRef(work.key, one) for one in terms.sentences(work.abstract)[:50]]
    for passage in passages[:3]:
        found += [
            EvidenceRef(work.key, one, passage.page, passage.id)
            for one in terms.sentences(passage.text)
        ]
    bags = {ref: terms.bag(ref.text) for ref in found}
    return max(
        found,
        key=lambda ref: sum(bags[ref].holds(term) for term in asked),
        default=EvidenceRef(work.key, ""),
    )
