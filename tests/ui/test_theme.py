"""Colours, scale and icons; contrast as the tokens promise."""

from __future__ import annotations

import tomllib

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QFontInfo, QPalette
from PySide6.QtWidgets import QApplication

from app.paths import assets_dir
from app.ui.theme import Theme

TOKENS = tomllib.loads((assets_dir() / "tokens.toml").read_text("utf-8"))
ICONS = sorted(path.stem for path in (assets_dir() / "icons").glob("*.svg"))


def luminance(colour):
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, other):
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(
    ("front", "back"),
    [(front, back) for front in ("text", "muted") for back in ("ground", "surface", "sunken")]
    + [("accent", "surface"), ("accent", "accent_soft"), ("surface", "accent")]
    + [("text", "accent_soft"), ("text", "warn_soft"), ("warn", "warn_soft")]
    + [("warn", "sunken"), ("ok", "sunken"), ("bad", "surface"), ("ok", "surface")],
)
def test_every_text_can_be_read(scheme, front, back):
    assert contrast(TOKENS[scheme][front], TOKENS[scheme][back]) >= 4.5


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_scheme_reaches_palette_and_style_sheet(theme, scheme):
    app = QApplication.instance()
    with_ground = TOKENS[scheme]["ground"]
    theme.use(scheme, 100)
    assert theme.dark == (scheme == "dark")
    window = app.palette().color(QPalette.ColorRole.Window)
    assert window.name().upper() == with_ground.upper()
    assert with_ground in app.styleSheet()
    assert "$" not in app.styleSheet()


def test_the_system_decides_unless_told_otherwise(theme, qapp, monkeypatch):
    hints = qapp.styleHints()
    theme.use("system", 100)
    monkeypatch.setattr(
        type(hints), "colorScheme", lambda _hints: Qt.ColorScheme.Dark, raising=True
    )
    hints.colorSchemeChanged.emit(Qt.ColorScheme.Dark)
    assert theme.dark
    theme.use("light", 100)
    hints.colorSchemeChanged.emit(Qt.ColorScheme.Dark)
    assert not theme.dark


@pytest.mark.parametrize(
    ("wish", "scale"), [(80, 80), (150, 150), (200, 200), (20, 80), (999, 200)]
)
def test_text_scales_within_bounds(theme, wish, scale):
    theme.use("light", wish)
    assert theme.scale == scale
    body = TOKENS["type"]["body"]
    assert QApplication.font().pixelSize() == round(body * scale / 100)
    assert theme.space("l") == round(16 * scale / 100)


def test_a_change_is_told_once(theme, qtbot):
    told = []
    theme.changed.connect(lambda: told.append(theme.dark))
    theme.use("dark", 120)
    assert told == [True]


@pytest.mark.parametrize("name", [name for name in ICONS if name != "app"])
def test_an_icon_takes_the_colour(theme, name):
    picture = theme.pixmap(name, 24, "accent", 2.0)
    assert picture.devicePixelRatio() == 2.0
    image = picture.toImage()
    inked = [
        image.pixelColor(x, y).name()
        for x in range(image.width())
        for y in range(image.height())
        if image.pixelColor(x, y).alpha() == 255
    ]
    assert inked
    if not name.endswith(("-grey", "-white", "-dark")):  # drawn by the style sheet as they are
        assert set(inked) == {theme.hex("accent").lower()}


def test_icons_are_drawn_anew_after_a_change(theme):
    def ink():
        return theme.icon("chat", "text").pixmap(20, 20).toImage()

    light = ink()
    theme.use("dark", 100)
    assert ink() != light


def test_hangul_and_latin_come_from_installed_fonts(theme):
    font = theme.font()
    assert QFontInfo(font).pixelSize() == TOKENS["type"]["body"]
    assert font.families() == theme.families()
    assert theme.font(mono=True).families()[0] != font.families()[0]


def test_an_unknown_colour_is_our_mistake(theme):
    with pytest.raises(KeyError):
        theme.colour("pink")


def test_a_second_theme_reads_the_same_tokens(qapp, theme):
    other = Theme(qapp, assets_dir(), "dark", 100)
    assert other.hex("text") == TOKENS["dark"]["text"]
    other.deleteLater()
