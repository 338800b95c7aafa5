"""Colour, type and icons of the window, from `assets/tokens.toml`.

The one law: no other module names a colour or a font size; what looks changes in one place and
at once. A widget says what it *is* with the properties `kind`, `ground` and `edge`; the style
sheet `assets/styles/app.qss` says how that looks.
"""

from __future__ import annotations

import math
import string
import sys
import tomllib
from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import QByteArray, QObject, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QColor, QFont, QFontDatabase, QIcon, QPainter, QPalette, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QApplication

if TYPE_CHECKING:
    from pathlib import Path

    from PySide6.QtGui import QGuiApplication
    from PySide6.QtWidgets import QWidget

Scheme = Literal["system", "light", "dark"]
Size = Literal["title", "heading", "body", "small"]

_CELL = 3  # pixels that Qt leaves beside the words of a cell, and not beside those of its head
_ICONS = (15, 16, 18, 20)  # the sizes icons are drawn at; others are scaled from these
LEAST_SCALE, MOST_SCALE = 80, 200

# Hangul that sits well beside each system's Latin; the first that is installed is taken.
_HANGUL = (
    "Apple SD Gothic Neo",
    "Malgun Gothic",
    "Pretendard",
    "Noto Sans KR",
    "Noto Sans CJK KR",
    "Source Han Sans KR",
    "NanumGothic",
    "Nanum Gothic",
)
# Latin that looks wrong beside those: their own Latin is taken instead.
_PLAIN = ("DejaVu Sans", "Bitstream Vera Sans", "Sans Serif", "Sans", "FreeSans")
_MONO = ("SF Mono", "Menlo", "Cascadia Mono", "Consolas", "Noto Sans Mono", "DejaVu Sans Mono")


class Theme(QObject):
    """How everything looks now; `changed` when that changed."""

    changed = Signal()

    def __init__(
        self, app: QGuiApplication, assets: Path, scheme: Scheme = "system", scale: int = 100
    ) -> None:
        """Read the tokens and put them on the application.

        Args:
            app: whose palette, font and style sheet this sets.
            assets: the folder of tokens.toml, styles/ and icons/.
            scheme: light, dark, or what the system says, followed live.
            scale: text size in per cent, 80 to 200.
        """
        super().__init__(app)
        self._app = app
        self._assets = assets
        self._tokens = tomllib.loads((assets / "tokens.toml").read_text("utf-8"))
        self._template = string.Template((assets / "styles" / "app.qss").read_text("utf-8"))
        self._svg: dict[str, str] = {}
        self._icons: dict[tuple[str, str], QIcon] = {}
        self._families = _families()
        self._scheme: Scheme = scheme
        self._scale = scale
        self.dark = False
        self._ratios = _ratios(app)
        app.styleHints().colorSchemeChanged.connect(self._system_changed)
        app.screenAdded.connect(self._screens_changed)
        app.primaryScreenChanged.connect(self._screens_changed)
        self.use(scheme, scale)

    @property
    def scale(self) -> int:
        """Text size in per cent."""
        return self._scale

    def use(self, scheme: Scheme, scale: int) -> None:
        """Look like this from now on."""
        self._scheme = scheme
        self._scale = max(LEAST_SCALE, min(MOST_SCALE, scale))
        wish = {"light": Qt.ColorScheme.Light, "dark": Qt.ColorScheme.Dark}
        # Native title bars and dialogs follow this; "unknown" hands back to the system.
        self._app.styleHints().setColorScheme(wish.get(scheme, Qt.ColorScheme.Unknown))
        self._apply()

    def colour(self, name: str) -> QColor:
        """A colour by its token: text, muted, accent, ok, warn, bad, surface, ..."""
        return QColor(self.hex(name))

    def hex(self, name: str) -> str:
        """The same as `#rrggbb`, for rich text."""
        value: str = self._tokens["dark" if self.dark else "light"][name]
        return value

    def px(self, length: float) -> int:
        """A length at 100 % text size, at the size of now."""
        return round(length * self._scale / 100)

    def space(self, name: Literal["xs", "s", "m", "l", "xl"]) -> int:
        """A step of the 4 px grid."""
        return self.px(self._tokens["space"][name])

    def font(self, size: Size = "body", *, bold: bool = False, mono: bool = False) -> QFont:
        """A font of one of the four sizes."""
        font = QFont()
        font.setFamilies(list(_mono_families() if mono else ()) + self._families)
        font.setPixelSize(self.px(self._tokens["type"][size]))
        if bold:
            font.setWeight(QFont.Weight.DemiBold)
        return font

    def families(self, *, mono: bool = False) -> list[str]:
        """The font families, best first."""
        return [*(_mono_families() if mono else ()), *self._families]

    def icon(self, name: str, colour: str = "muted") -> QIcon:
        """An icon of `assets/icons` in a colour of now; ask again when `changed`."""
        key = (name, colour)
        if key not in self._icons:
            icon = QIcon()
            sides = sorted({self.px(size) * more for size in _ICONS for more in self._ratios})
            usual, faint = self._drawing(name, colour), self._drawing(name, "line")
            for side in sides:
                icon.addPixmap(_picture(usual, side))
                icon.addPixmap(_picture(faint, side), QIcon.Mode.Disabled)
            self._icons[key] = icon
        return self._icons[key]

    def pixmap(self, name: str, size: int, colour: str = "muted", ratio: float = 1.0) -> QPixmap:
        """An icon as a picture, `size` pixels wide at `ratio` device pixels each."""
        picture = _picture(self._drawing(name, colour), round(size * ratio))
        picture.setDevicePixelRatio(ratio)
        return picture

    def _drawing(self, name: str, colour: str) -> QSvgRenderer:
        if name not in self._svg:
            self._svg[name] = (self._assets / "icons" / f"{name}.svg").read_text("utf-8")
        tinted = self._svg[name].replace("currentColor", self.hex(colour))
        return QSvgRenderer(QByteArray(tinted.encode()))

    @Slot()
    def _screens_changed(self) -> None:
        """Icons are drawn for the screens there are: another may want them finer."""
        ratios = _ratios(self._app)
        if ratios != self._ratios:
            self._ratios = ratios
            self._icons.clear()
            self.changed.emit()

    @Slot()
    def _system_changed(self) -> None:
        if self._scheme == "system" and self.dark != self._wants_dark():
            self._apply()

    def _wants_dark(self) -> bool:
        if self._scheme == "system":
            return self._app.styleHints().colorScheme() == Qt.ColorScheme.Dark
        return self._scheme == "dark"

    def _apply(self) -> None:
        self.dark = self._wants_dark()
        self._icons.clear()
        self._app.setPalette(self._palette())
        self._app.setFont(self.font())
        if isinstance(self._app, QApplication):
            self._app.setStyleSheet(self._sheet())
        self.changed.emit()

    def _sheet(self) -> str:
        values = dict(self._tokens["dark" if self.dark else "light"])
        values |= {name: f"{self.px(size)}px" for name, size in self._tokens["type"].items()}
        values |= {name: f"{self.px(size)}px" for name, size in self._tokens["space"].items()}
        values |= {name: f"{size}px" for name, size in self._tokens["radius"].items()}
        values |= {
            f"px{size}": f"{self.px(size)}px" for size in (2, 5, 6, 7, 8, 9, 10, 14, 18, 20, 22)
        }
        values["cell"] = f"{self.px(self._tokens['space']['s']) - _CELL}px"
        values["check"] = "check-dark" if self.dark else "check-white"
        values["icons"] = (self._assets / "icons").as_posix()
        return self._template.substitute(values)

    def _palette(self) -> QPalette:
        role = QPalette.ColorRole
        palette = QPalette()
        for name, roles in {
            "ground": (role.Window,),
            "surface": (role.Base, role.ToolTipBase, role.HighlightedText),
            "sunken": (role.AlternateBase, role.Button, role.Midlight),
            "line": (role.Mid, role.Light, role.Dark, role.Shadow),
            "text": (role.Text, role.WindowText, role.ButtonText, role.ToolTipText),
            "muted": (role.PlaceholderText,),
            "accent": (role.Highlight, role.Accent, role.Link, role.LinkVisited),
            "bad": (role.BrightText,),
        }.items():
            for each in roles:
                palette.setColor(each, self.colour(name))
        faint = self.colour("muted")
        faint.setAlpha(150)
        for each in (role.Text, role.WindowText, role.ButtonText):
            palette.setColor(QPalette.ColorGroup.Disabled, each, faint)
        return palette


def mark(widget: QWidget, **properties: str) -> None:
    """Say what a widget is (`kind`, `ground`, `edge`) and let the style sheet see it."""
    for name, value in properties.items():
        widget.setProperty(name, value)
    style = widget.style()
    style.unpolish(widget)
    style.polish(widget)


def _picture(drawing: QSvgRenderer, side: int) -> QPixmap:
    picture = QPixmap(QSize(side, side))
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    drawing.render(painter, QRectF(0, 0, side, side))
    painter.end()
    return picture


def _ratios(app: QGuiApplication) -> tuple[int, ...]:
    """How many device pixels a pixel may have on the screens there are, rounded up."""
    return tuple(sorted({1, *(math.ceil(each.devicePixelRatio()) for each in app.screens())}))


def _families() -> list[str]:
    system = QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont).families()
    installed = set(QFontDatabase.families())
    hangul = [name for name in _HANGUL if name in installed]
    latin = [name for name in system if name not in _PLAIN or not hangul]
    if sys.platform == "win32":
        latin = ["Segoe UI"]  # the system font of a Korean Windows has poor Latin
    return [*latin, *hangul]


def _mono_families() -> list[str]:
    installed = set(QFontDatabase.families())
    return [name for name in _MONO if name in installed] or ["monospace"]
