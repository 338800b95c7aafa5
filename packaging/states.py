"""Pictures of each page in each state: `python packaging/states.py FOLDER [--only WORDS]`.

Empty, busy, wrong; light and dark, English and Korean, at 200 % text and in the smallest window.
They are made to be looked at, not to be kept: the README's own are those of `screenshots.py`.

The one law: nothing is painted over. What is shown is the real window over a desk of its own.
"""

from __future__ import annotations

import argparse
import dataclasses
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

sys.path.insert(0, str(Path(__file__).resolve().parent))

import screenshots as shots
from PySide6.QtWidgets import QScrollArea

from agents.engine.hub import Hub
from agents.store import repair
from app import i18n
from app.build import Desk
from app.jobs import JobPool
from app.paths import Paths, assets_dir
from app.settings import Settings
from app.ui import build
from app.ui.main_window import MainWindow
from app.ui.recovery import RecoveryWindow
from app.ui.scholar.drafts import DraftsPanel
from app.ui.settings.change import change
from app.ui.settings.licences import LicencesWindow
from app.ui.status_bar import StatusBar
from app.ui.theme import Theme

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from PySide6.QtWidgets import QApplication, QWidget

    from app.ui.theme import Scheme

NOWHERE = "http://127.0.0.1:9"  # where nobody listens
_BUSY_SECONDS = 20.0
_SHOWN_SECONDS = 1.0  # in which an answer under way gets some lines


@dataclass(frozen=True, slots=True)
class Look:
    """How the window looks."""

    name: str
    language: i18n.Language
    scheme: Scheme
    scale: int = 100
    size: tuple[int, int] = shots.SIZE


LOOKS = (
    Look("light-en", "en", "light"),
    Look("dark-ko", "ko", "dark"),
    Look("large-ko", "ko", "light", 200, (1366, 768)),
    Look("narrow-ko", "ko", "light", 100, (760, 560)),
)


@dataclass(slots=True)
class Scene:
    """What a state is made with."""

    app: QApplication
    desk: Desk
    pool: JobPool
    window: MainWindow
    theme: Theme
    home: Path
    shown: QWidget | None = None  # what the picture is of, if not of the window

    def go(self, name: str) -> QWidget:
        """Show a page and let it read."""
        page = self.window.go(name)
        self.settle()
        return page

    def settle(self) -> None:
        """Wait until nothing runs."""
        shots.settle(self.app, self.pool)

    def until(self, there: Callable[[], bool]) -> None:
        """Wait until something is so, while something runs."""
        end = time.monotonic() + _BUSY_SECONDS
        while not there() and time.monotonic() < end:
            self.app.processEvents()
            time.sleep(0.01)


Desks = Literal["empty", "worked"]
State = tuple[str, Desks, "Callable[[Scene], None]"]


def _page(name: str) -> Callable[[Scene], None]:
    return lambda scene: scene.go(name) and None


def _panel(page: str, panel: str) -> Callable[[Scene], None]:
    def show(scene: Scene) -> None:
        scene.go(page).switch.choose(panel)
        scene.settle()

    return show


def _welcome(step: int) -> Callable[[Scene], None]:
    def show(scene: Scene) -> None:
        page = scene.go("welcome")
        for _step in range(step):
            page.next.click()
            scene.settle()

    return show


def _chat_filled(scene: Scene) -> None:
    scene.go("chat").open_conversation(scene.desk.conversations.list()[0].id)
    scene.settle()


def _chat_busy(scene: Scene) -> None:
    page = scene.go("chat")
    page.ask(shots.QUESTIONS[2])
    scene.until(lambda: any(one.tokens_per_second for one in scene.desk.models.resident()))
    end = time.monotonic() + _SHOWN_SECONDS
    scene.until(lambda: time.monotonic() > end)


def _chat_wrong(scene: Scene) -> None:
    change(
        scene.desk,
        remote_enabled=True,
        remote_url=f"{NOWHERE}/v1",
        remote_model="qwen3",
        chat_model="remote:qwen3",
    )
    scene.go("settings").settings_changed.emit(scene.desk.settings)
    page = scene.go("chat")
    page.ask(shots.QUESTIONS[0])
    scene.settle()


def _sending(scene: Scene) -> None:
    """Text leaves the machine: the bar at the foot says so."""
    change(
        scene.desk, remote_enabled=True, remote_url="http://gpu.lan:8080/v1", remote_model="qwen3"
    )
    scene.go("settings").settings_changed.emit(scene.desk.settings)
    scene.go("chat")
    scene.desk.wire.begin("http://gpu.lan:8080/v1", "server_answer", "qwen3")
    scene.window.findChild(StatusBar).settings_changed()
    scene.settle()


def _document_wrong(scene: Scene) -> None:
    broken = scene.home / "broken.docx"
    broken.write_bytes(b"PK\x03\x04 no more than the beginning of a document")
    scene.go("translate").open_files([broken])
    scene.settle()


def _draft(scene: Scene) -> None:
    _panel("scholar", "drafts")(scene)
    scene.window.findChild(DraftsPanel).show_draft(scene.desk.drafts.list()[0].id)
    scene.settle()


def _models_wrong(scene: Scene) -> None:
    vars(scene.desk)["hub"] = Hub(scene.desk.shelf, token=str, base_url=NOWHERE, pause=0.01)
    page = scene.go("models")
    cards = [card for card in page._cards.values() if card.download.isVisibleTo(page)]  # noqa: SLF001 - it presses buttons
    for card in cards[:3]:
        scene.desk.shelf.accept(card._shown.entry.licence)  # noqa: SLF001 - as above
    page.refresh()
    scene.settle()
    for card in cards[:3]:
        card.download.click()
    scene.settle()


def _models_busy(scene: Scene) -> None:
    page = scene.go("models")
    card = next(card for card in page._cards.values() if card.clock.isVisibleTo(page))  # noqa: SLF001 - as above
    card.clock.click()
    scene.until(lambda: bool(scene.desk.models.resident()))


def _models_kit(scene: Scene) -> None:
    scene.go("models").kit.toggle()
    scene.settle()


def _network(scene: Scene) -> None:
    log = scene.desk.network_log
    for number in range(6):
        file = log.begin(f"https://huggingface.co/owner/model/{number}", "hub_file", "model.gguf")
        log.end(file, 410, 730_895_168 - number * 10_000_000, "ok")
    answer = log.begin("http://gpu.lan:8080/v1/chat/completions", "server_answer", "qwen3")
    log.end(answer, 2_318, 8_411, "ok")
    log.begin("http://gpu.lan:8080/v1/chat/completions", "server_answer", "qwen3")
    scene.go("network")


def _settings_end(scene: Scene) -> None:
    for _time in range(2):
        scene.desk.backups.make()
    page = scene.go("settings")
    scene.settle()
    bar = page.findChild(QScrollArea).verticalScrollBar()
    bar.setValue(bar.maximum())
    scene.settle()


def _settings_network(scene: Scene) -> None:
    page = scene.go("settings")
    page.findChild(QScrollArea).ensureWidgetVisible(page._remote)  # noqa: SLF001 - as above
    scene.settle()


def _licences(scene: Scene) -> None:
    scene.shown = LicencesWindow(scene.pool, scene.theme, scene.window)
    scene.shown.show()
    scene.settle()


def _settings_wrong(scene: Scene) -> None:
    page = scene.go("settings")
    page._hub._address.setText("ftp://nowhere")  # noqa: SLF001 - as above
    page._hub._address.editingFinished.emit()  # noqa: SLF001 - as above
    page._threads.setValue(2)  # noqa: SLF001 - as above
    scene.settle()


STATES: tuple[State, ...] = (
    ("welcome-1", "empty", _welcome(0)),
    ("welcome-2", "empty", _welcome(1)),
    ("welcome-3", "empty", _welcome(2)),
    ("chat-empty", "empty", _page("chat")),
    ("chat-filled", "worked", _chat_filled),
    ("chat-busy", "worked", _chat_busy),
    ("chat-wrong", "empty", _chat_wrong),
    ("translate-text", "empty", _panel("translate", "text")),
    ("translate-documents-empty", "empty", _panel("translate", "documents")),
    ("translate-documents", "worked", _panel("translate", "documents")),
    ("translate-glossaries", "empty", _panel("translate", "glossaries")),
    ("translate-memory", "worked", _panel("translate", "memory")),
    ("translate-wrong", "empty", _document_wrong),
    ("scholar-empty", "empty", _page("scholar")),
    ("scholar-library", "worked", _panel("scholar", "library")),
    ("scholar-check", "worked", _panel("scholar", "checking")),
    ("scholar-drafts-empty", "empty", _panel("scholar", "drafts")),
    ("scholar-draft", "worked", _draft),
    ("models", "empty", _page("models")),
    ("models-busy", "empty", _models_busy),
    ("models-wrong", "empty", _models_wrong),
    ("models-kit", "empty", _models_kit),
    ("settings", "empty", _page("settings")),
    ("settings-wrong", "empty", _settings_wrong),
    ("settings-network", "empty", _settings_network),
    ("settings-end", "empty", _settings_end),
    ("licences", "empty", _licences),
    ("sending", "empty", _sending),
    ("network-empty", "empty", _page("network")),
    ("network", "empty", _network),
)


def main() -> int:
    """Make all pictures, or those whose names hold one of the words."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--only", nargs="*", default=[], help="words in the names of states")
    parser.add_argument("--looks", nargs="*", default=[look.name for look in LOOKS])
    args = parser.parse_args()
    args.folder.mkdir(parents=True, exist_ok=True)
    wanted = [one for one in STATES if not args.only or any(w in one[0] for w in args.only)]
    looks = [look for look in LOOKS if look.name in args.looks]
    with tempfile.TemporaryDirectory(prefix="moadesk-states-") as folder:
        for look in looks:
            for name in _made(Path(folder) / look.name, look, wanted, args.folder):
                print(name, flush=True)
    return 0


def _made(home: Path, look: Look, wanted: list[State], folder: Path) -> Iterator[str]:
    worked: Desk | None = None
    for name, kind, make in wanted:
        i18n.use(look.language, assets_dir())
        if kind == "worked":
            worked = worked or shots.desk_with_work(home / "worked", look.language)
            desk = worked
        else:
            own = home / name
            paths = Paths(own / "data", own / "config", own / "cache", assets_dir())
            desk = Desk(paths, Settings(language=look.language, welcomed=True))
        desk.settings = dataclasses.replace(desk.settings, theme=look.scheme, text_scale=look.scale)
        app = build.application(desk.paths)
        theme = Theme(app, desk.paths.assets, look.scheme, look.scale)
        pool = JobPool()
        window = MainWindow(desk, pool, theme, build.makers(desk, pool, theme), {})
        window.resize(*look.size)
        window.show()
        scene = Scene(app, desk, pool, window, theme, desk.paths.data)
        scene.settle()
        make(scene)
        file = folder / f"{name}-{look.name}.png"
        (scene.shown or window).grab().save(str(file))
        yield file.name
        window.leave()
        window.deleteLater()
        pool.shutdown(10)
        app.processEvents()
        if kind == "empty":
            desk.close()
    if worked is not None:
        worked.close()
    yield _recovery(home, look, folder)


def _recovery(home: Path, look: Look, folder: Path) -> str:
    """The window that stands before the others where the database is damaged."""
    paths = Paths(home / "data", home / "config", home / "cache", assets_dir())
    desk = Desk(paths, Settings())
    desk.backups.make()
    desk.close()
    paths.database.write_bytes(b"no database" * 1000)
    problem = repair.check(paths.database)[0]
    app = build.application(paths)
    theme = Theme(app, paths.assets, look.scheme, look.scale)
    pool = JobPool()
    window = RecoveryWindow(paths, pool, theme, problem)
    window.show()
    shots.settle(app, pool)
    file = folder / f"recovery-{look.name}.png"
    window.grab().save(str(file))
    window.reject()
    pool.shutdown()
    return file.name


if __name__ == "__main__":
    sys.exit(main())
