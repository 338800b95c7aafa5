"""Themes come from the works."""

from __future__ import annotations

from agents.scholar import plan
from agents.scholar.relevance import Relevant
from agents.store.library import Work


def work(key, title, abstract, year="2020"):
    return Work(0, key, "article", title, ("Kim, A",), year, "", abstract)


STATE = [
    work(
        f"s{i}",
        f"State space models of kind {name}",
        f"State space models keep {name} memory.",
        f"20{20 - i}",
    )
    for i, name in enumerate(("linear", "selective", "diagonal"))
]
SPEECH = [
    work(
        f"a{i}", f"Speech recognition for {name}", f"Speech recognition of {name} improves.", "2019"
    )
    for i, name in enumerate(("children", "meetings", "telephones"))
]


def made(works, most=4):
    return plan.themes([Relevant(item, 1.0) for item in works], None, most)


def test_works_are_grouped_by_what_they_speak_of_and_named_by_it():
    themes = made([STATE[0], SPEECH[0], STATE[1], SPEECH[1], STATE[2], SPEECH[2]])
    groups = {theme.title.lower(): {item.key for item in theme.works} for theme in themes}
    assert groups == {
        "state space models": {"s0", "s1", "s2"},
        "speech recognition": {"a0", "a1", "a2"},
    }
    assert [item.year for item in themes[0].works] == sorted(item.year for item in themes[0].works)


def test_every_work_stands_in_one_theme_and_no_theme_is_beyond_the_room():
    works = [
        work(f"k{i}", f"Title {i % 5} word{i}", f"Abstract of group{i % 5} word{i}.")
        for i in range(40)
    ]
    themes = made(works, most=3)
    keys = [item.key for theme in themes for item in theme.works]
    assert len(themes) <= 3
    assert len(keys) == len(set(keys)) == 3 * plan.WORKS_PER_THEME
    assert set(keys) == {f"k{i}" for i in range(18)}  # the nearest ones
    assert len({theme.title for theme in themes}) == len(themes)


def test_a_few_works_make_one_theme():
    assert len(made(STATE[:1])) == len(made(STATE)) == 1
    assert made(STATE[:1])[0].title
    assert made([]) == ()


def test_korean_themes_have_korean_names():
    works = [
        work("k1", "형태소 분석기의 비교", "형태소 분석기 네 가지를 비교하였다."),
        work("k2", "형태소 분석기와 신조어", "신조어가 형태소 분석기에 미치는 영향."),
    ]
    (theme,) = made(works)
    assert "형태소" in theme.title


def test_a_phrase_is_held_only_where_its_words_stand_together():
    assert plan.holds_phrase("Linear state spaces are used.", "state space")
    assert not plan.holds_phrase("The state of the space.", "state space")
