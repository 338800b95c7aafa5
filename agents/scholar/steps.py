"""What a person can do to the outline of a draft: pure functions, an outline in, an outline out.

The one law: a theme cites only its own works. Whatever is taken away takes the sentences with it
that rest on it; a theme whose works have changed is planned anew, and nothing else is.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from agents.scholar import sentence_plan
from agents.store.outlines import Outline, PlannedSentence, PlannedTheme

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from agents.store.outlines import EvidenceRef

T = TypeVar("T")


def rename(outline: Outline, theme: int, title: str) -> Outline:
    """Call a theme something else; an empty name changes nothing."""
    title = " ".join(title.split())
    return _changed(outline, theme, lambda old: replace(old, title=title or old.title))


def ask(outline: Outline, theme: int, question: str) -> Outline:
    """Put another question to the works of a theme."""
    question = " ".join(question.split())
    return _changed(outline, theme, lambda old: replace(old, question=question))


def add_theme(outline: Outline, title: str, at: int | None = None) -> Outline:
    """Add a theme without works: before `at`, or last (before the closing paragraph)."""
    title = " ".join(title.split())
    if not title:
        return outline
    new = PlannedTheme(outline.free_theme, title)
    last = sum(not theme.closing for theme in outline.themes)
    at = last if at is None else max(0, min(at, last))
    return replace(outline, themes=(*outline.themes[:at], new, *outline.themes[at:]))


def delete_theme(outline: Outline, theme: int) -> Outline:
    """Take a theme away with its sentences."""
    return replace(outline, themes=tuple(one for one in outline.themes if one.id != theme))


def move_theme(outline: Outline, theme: int, to: int) -> Outline:
    """Let a theme stand at place `to`, from 0. The closing paragraph stays last."""
    found = outline.theme(theme)
    if found is None or found.closing:
        return outline
    return replace(outline, themes=_last_closing(_moved(outline.themes, found, to)))


def add_work(outline: Outline, theme: int, key: str, at: int | None = None) -> Outline:
    """Let a theme cite a work, too, from slot `at` (0-based) on."""

    def change(old: PlannedTheme) -> PlannedTheme:
        if key in old.keys or old.closing:
            return old
        place = len(old.keys) if at is None else max(0, min(at, len(old.keys)))
        keys = (*old.keys[:place], key, *old.keys[place:])
        return replace(old, keys=keys, planned=False)

    return _changed(outline, theme, change)


def drop_work(outline: Outline, theme: int, key: str) -> Outline:
    """Let a theme not cite a work: what rests on it alone goes, the rest is planned anew."""

    def change(old: PlannedTheme) -> PlannedTheme:
        if key not in old.keys:
            return old
        return replace(
            old,
            keys=tuple(one for one in old.keys if one != key),
            pinned=tuple(one for one in old.pinned if one != key),
            sentences=tuple(filter(None, (sentence_plan.without(s, key) for s in old.sentences))),
            planned=False,
        )

    return _changed(outline, theme, change)


def move_work(
    outline: Outline, key: str, source: int, target: int, at: int | None = None
) -> Outline:
    """Take a work from one theme to another, or to another slot of the same one."""
    old, new = outline.theme(source), outline.theme(target)
    if old is None or new is None or key not in old.keys or new.closing:
        return outline
    if source == target:
        place = len(old.keys) if at is None else at
        keys = _moved(old.keys, key, place)
        return _changed(outline, source, lambda theme: replace(theme, keys=keys))
    if key in new.keys:
        return drop_work(outline, source, key)
    pinned = key in old.pinned
    moved = add_work(drop_work(outline, source, key), target, key, at)
    return pin(moved, target, key, on=True) if pinned else moved


def pin(outline: Outline, theme: int, key: str, *, on: bool) -> Outline:
    """Let a work stay in a theme when works are chosen anew."""

    def change(old: PlannedTheme) -> PlannedTheme:
        if key not in old.keys:
            return old
        others = tuple(one for one in old.pinned if one != key)
        return replace(old, pinned=(*others, key) if on else others)

    return _changed(outline, theme, change)


def move_sentence(outline: Outline, sentence: int, to: int) -> Outline:
    """Let a sentence stand at place `to` of its paragraph, from 0."""

    def change(old: PlannedTheme) -> PlannedTheme:
        found = next((one for one in old.sentences if one.id == sentence), None)
        return replace(old, sentences=_moved(old.sentences, found, to)) if found else old

    return _every(outline, change)


def delete_sentence(outline: Outline, sentence: int) -> Outline:
    """Do not say this."""
    return _every(
        outline,
        lambda old: replace(
            old, sentences=tuple(one for one in old.sentences if one.id != sentence)
        ),
    )


def add_sentence(outline: Outline, theme: int, evidence: Sequence[EvidenceRef]) -> Outline:
    """Say what this evidence says, last in a paragraph: a comparison where works are several."""
    kind = "comparison" if len({ref.key for ref in evidence}) > 1 else "claim"
    new = PlannedSentence(outline.free_sentence, kind, tuple(evidence), locked=True)
    return _changed(
        outline,
        theme,
        lambda old: (
            replace(old, sentences=(*old.sentences, new)) if set(new.keys) <= set(old.keys) else old
        ),
    )


def change_evidence(outline: Outline, sentence: int, ref: EvidenceRef) -> Outline:
    """Let a sentence rest on other words of a work it cites."""
    return _sentence(
        outline,
        sentence,
        lambda old: replace(
            old, evidence=tuple(ref if one.key == ref.key else one for one in old.evidence)
        ),
    )


def say(outline: Outline, sentence: int, words: str) -> Outline:
    """Let a sentence say this; nothing for what its evidence says."""
    words = " ".join(words.split())
    return _sentence(outline, sentence, lambda old: replace(old, says=words))


def lock(outline: Outline, sentence: int, *, on: bool) -> Outline:
    """Let a sentence stay as it is when the plan is proposed anew."""
    return _sentence(outline, sentence, lambda old: replace(old, locked=on))


def _sentence(
    outline: Outline, id_: int, change: Callable[[PlannedSentence], PlannedSentence]
) -> Outline:
    return _every(
        outline,
        lambda old: replace(
            old, sentences=tuple(change(one) if one.id == id_ else one for one in old.sentences)
        ),
    )


def _changed(outline: Outline, id_: int, change: Callable[[PlannedTheme], PlannedTheme]) -> Outline:
    return _every(outline, lambda old: change(old) if old.id == id_ else old)


def _every(outline: Outline, change: Callable[[PlannedTheme], PlannedTheme]) -> Outline:
    return replace(outline, themes=tuple(map(change, outline.themes)))


def _moved(items: tuple[T, ...], item: T, to: int) -> tuple[T, ...]:
    others = [one for one in items if one != item]
    place = max(0, min(to, len(others)))
    return (*others[:place], item, *others[place:])


def _last_closing(themes: tuple[PlannedTheme, ...]) -> tuple[PlannedTheme, ...]:
    return tuple(sorted(themes, key=lambda theme: theme.closing))
