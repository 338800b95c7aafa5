"""`moadesk settings`: what is refused is refused in a sentence, and nothing changes then."""

from __future__ import annotations

import json
import tomllib

import pytest

from app import setting_rules, settings
from app.settings import Settings


@pytest.fixture
def file(tmp_path):
    return tmp_path / "home" / "config" / "settings.toml"


def test_what_is_shown_is_the_file(moadesk, file):
    assert moadesk("settings", "set", "text_scale", "120")[0] == 0
    code, out, _err = moadesk("settings", "show")
    assert code == 0
    assert out == file.read_text("utf-8")
    assert tomllib.loads(out)["text_scale"] == 120
    assert json.loads(moadesk("settings", "show", "--json")[1])["text_scale"] == 120


def test_a_value_is_set_said_and_read_again(moadesk, file):
    code, out, err = moadesk("settings", "set", "theme", "dark")
    assert (code, out.strip(), err) == (0, 'theme is "dark"; it was "system".', "")
    assert moadesk("settings", "get", "theme")[1] == "dark\n"
    assert settings.load(file)[0] == Settings(theme="dark")
    done = json.loads(moadesk("settings", "set", "theme", "light", "--json")[1])
    assert done == {"name": "theme", "value": "light", "before": "dark"}


def test_a_name_of_another_version_stays_is_shown_and_is_still_called_unknown(moadesk, file):
    file.parent.mkdir(parents=True)
    file.write_text("something_new = 3\n", "utf-8")
    assert moadesk("settings", "set", "theme", "dark")[0] == 0
    assert tomllib.loads(file.read_text("utf-8"))["something_new"] == 3
    assert moadesk("settings", "show")[1] == file.read_text("utf-8")
    code, out, _err = moadesk("settings", "check")
    assert code == 3
    assert "something_new is no setting of this version" in out


@pytest.mark.parametrize(
    ("name", "value", "stored"),
    [
        ("threads", " 2 ", 2),
        ("welcomed", "yes", True),
        ("hub_address", "hub.example.org/", "https://hub.example.org"),
        ("hub_proxy", "proxy:8080", "http://proxy:8080"),
        ("remote_url", "localhost:8080", "http://localhost:8080/v1"),
        ("remote_model", " qwen3 ", "qwen3"),
        ("hub_proxy", "", ""),
    ],
)
def test_what_a_person_types_is_stored_as_the_window_stores_it(moadesk, file, name, value, stored):
    assert moadesk("settings", "set", name, value)[0] == 0
    assert getattr(settings.load(file)[0], name) == stored


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("text_scale", "500", "It may be: a whole number from 80 to 200."),
        ("text_scale", "big", "It may be: a whole number from 80 to 200."),
        ("memory_budget_mb", "-1", "It may be: a whole number from 0."),
        ("theme", "pink", 'It may be: "system", "light", "dark".'),
        ("remote_enabled", "perhaps", "It may be: true, false."),
        ("remote_enabled", "true", "Set the address of the server first."),
        ("hub_address", "ftp://x", "Write an address like https://hub.example.org, or nothing."),
        ("hub_proxy", "socks5://a:1", "Write an address like http://proxy:8080, or nothing."),
        ("hub_proxy", "http://a b", "Write an address like http://proxy:8080, or nothing."),
        ("hub_proxy", "http://a:b", "Write an address like http://proxy:8080, or nothing."),
        ("remote_url", "ftp://x", "Write an address like http://localhost:8080/v1, or nothing."),
        ("chat_model", "nobody", "there is no such model here."),
        ("output_dir", "/no/such/folder", "there is no such folder."),
        ("colour", "red", "There is no setting called colour. There are: language, theme,"),
    ],
)
def test_what_cannot_be_is_refused_with_what_can(moadesk, file, name, value, said):
    code, out, err = moadesk("settings", "set", name, value)
    assert (code, out) == (1, "")
    assert said in err
    assert not file.exists()


def test_an_unknown_name_is_no_value(moadesk):
    code, out, err = moadesk("settings", "get", "colour")
    assert (code, out) == (1, "")
    assert "There is no setting called colour." in err


def test_a_problem_that_was_there_before_does_not_stop_another_change(moadesk, file):
    settings.save(Settings(chat_model="gone"), file)
    assert moadesk("settings", "set", "theme", "dark")[0] == 0
    assert moadesk("settings", "set", "chat_model", "gone")[0] == 1
    assert moadesk("settings", "set", "chat_model", "")[0] == 0


def test_the_path_is_said_before_there_is_a_file(moadesk, file):
    assert moadesk("settings", "path")[1].strip() == str(file)
    said = json.loads(moadesk("settings", "path", "--json")[1])
    assert said == {"path": str(file), "exists": False}


def test_a_check_names_all_that_is_wrong_and_changes_nothing(moadesk, file):
    file.parent.mkdir(parents=True)
    text = "theme = 'pink'\ntext_scal = 120\nlanguage = 'ko'\nchat_model = 'nobody'\n"
    file.write_text(text, "utf-8")
    code, out, _err = moadesk("settings", "check", "--json")
    assert code == 3
    codes = [one["code"] for one in json.loads(out)["problems"]]
    assert codes == ["settings.value", "settings.unknown_here", "settings.no_model"]
    assert file.read_text("utf-8") == text
    assert [one.name for one in file.parent.iterdir()] == [file.name]
    code, out, err = moadesk("settings", "check")
    assert (code, err) == (3, "")
    assert out.splitlines()[0].startswith("theme은(는) pink일 수 없습니다.")  # language = 'ko'


def test_a_check_of_what_is_no_toml_says_where(moadesk, tmp_path):
    file = tmp_path / "mine.toml"
    file.write_text("theme = \n", "utf-8")
    code, out, _err = moadesk("settings", "check", str(file))
    assert code == 3
    assert "line 1" in out


def test_a_check_of_nothing_finds_nothing(moadesk, tmp_path):
    code, out, err = moadesk("settings", "check")
    assert (code, out, err.strip()) == (0, "", "The settings are in order.")
    code, out, err = moadesk("settings", "check", str(tmp_path / "none.toml"))
    assert (code, out) == (1, "")
    assert "There is no file" in err


@pytest.mark.parametrize("name", setting_rules.NAMES)
def test_every_setting_has_a_rule_that_its_standard_keeps(name):
    standard = getattr(Settings(), name)
    assert setting_rules.rule(name)
    assert setting_rules.typed(name, str(standard)) == standard
