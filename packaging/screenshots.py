"""Make the screenshots of the README: `python packaging/screenshots.py [FOLDER]`.

The real window, without a screen, over a desk of its own: the sample document is translated from
its memory, the sample library is imported and drafted from, and the starter model is asked. What
is shown is what came out: nothing of the user's is read, and nothing is painted over.
`states.py` beside this makes pictures of every page in every state, to be looked at.
"""

from __future__ import annotations

import argparse
import dataclasses
import io
import os
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ["QT_QPA_PLATFORM"] = "offscreen"

from PIL import Image  # noqa: E402 - after the path
from PySide6.QtCore import QBuffer  # noqa: E402 - after the path

from agents.base import CancelToken  # noqa: E402 - after the path
from agents.chat.events import ChatRequest  # noqa: E402 - after the path
from agents.scholar.events import DraftRequest, ImportRequest  # noqa: E402 - after the path
from agents.translation.events import DocumentRequest  # noqa: E402 - after the path
from app import i18n  # noqa: E402 - after the path
from app.build import Desk  # noqa: E402 - after the path
from app.cli.demo import TOPIC  # noqa: E402 - after the path
from app.jobs import JobPool  # noqa: E402 - after the path
from app.paths import Paths, assets_dir  # noqa: E402 - after the path
from app.settings import Settings  # noqa: E402 - after the path
from app.ui import build  # noqa: E402 - after the path
from app.ui.main_window import MainWindow  # noqa: E402 - after the path
from app.ui.page import PAGES  # noqa: E402 - after the path
from app.ui.scholar.drafts import DraftsPanel  # noqa: E402 - after the path
from app.ui.theme import Theme  # noqa: E402 - after the path

if TYPE_CHECKING:
    from PySide6.QtGui import QPixmap
    from PySide6.QtWidgets import QApplication

SIZE = (1280, 800)
LARGEST = 120_000  # bytes of one picture
SECONDS = 20.0  # how long a page may take to show what it has
# The starter model knows English only, and says so: it is asked in English under a Korean window.
QUESTIONS = (
    "What is the capital of France?",
    "Name three parts of a research paper as a numbered Markdown list, one line each.",
    "Why do researchers cite earlier work? Give three reasons as a numbered list.",
)
LANGUAGES: tuple[i18n.Language, ...] = ("en", "ko")


def main() -> int:
    """Make all pictures; 1 if one is too large."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=ROOT / "assets" / "screenshots")
    folder: Path = parser.parse_args().folder
    folder.mkdir(parents=True, exist_ok=True)
    largest = 0
    with tempfile.TemporaryDirectory(prefix="moadesk-") as home:
        for language in LANGUAGES:
            desk = desk_with_work(Path(home) / language, language)
            for name, picture in _pictures(desk, language):
                path = folder / f"{name}.png"
                path.write_bytes(_small(picture))
                largest = max(largest, path.stat().st_size)
                print(f"{path} {path.stat().st_size:,} bytes", flush=True)
            desk.close()
    return int(largest > LARGEST)


def desk_with_work(home: Path, language: i18n.Language) -> Desk:
    """A desk on which some work has been done, by the agents themselves."""
    i18n.use(language, assets_dir())
    paths = Paths(home / "data", home / "config", home / "cache", assets_dir())
    desk = Desk(paths, Settings(language=language, welcomed=True))
    samples, cancel = paths.assets / "samples", CancelToken()
    memory = samples / "memory.jsonl"
    document = DocumentRequest(
        samples / "sample.docx", "ko", home / "out", engine="memory", memory=memory
    )
    for _event in desk.translation.run(document, cancel):
        pass
    for _event in desk.scholar.run(ImportRequest(samples / "sample.bib"), cancel):
        pass
    draft = DraftRequest(TOPIC, desk.shelf.best("scholar"), max_themes=3)
    for _event in desk.scholar.run(draft, cancel):
        pass
    for question in QUESTIONS:  # kept, whatever the answer is
        asks = ChatRequest(question, draft.model, seed=2, route="answer")  # no tool that asks first
        for _event in desk.chat.run(asks, cancel):
            pass
    desk.models.free()
    return desk


def _pictures(desk: Desk, language: str) -> list[tuple[str, QPixmap]]:
    app = build.application(desk.paths)
    made: list[tuple[str, QPixmap]] = []
    theme = Theme(app, desk.paths.assets, "light")
    latest = desk.conversations.list()[0].id
    pages = {
        "chat": {"conversation": latest},
        "translate": {"panel": "documents"},
        "scholar": {"panel": "drafts"},
    }
    for scheme in ("light", "dark"):
        desk.settings = dataclasses.replace(desk.settings, theme=scheme)
        theme.use(scheme, 100)
        pool = JobPool()
        makers = build.makers(desk, pool, theme)
        window = MainWindow(desk, pool, theme, makers, {"pages": pages})
        window.resize(*SIZE)
        window.show()
        for page in PAGES:
            window.go(page)
            settle(app, pool)
            if page == "scholar":
                shown = window.findChild(DraftsPanel)
                shown.show_draft(desk.drafts.list()[0].id)
                settle(app, pool)
            made.append((f"{page}-{scheme}-{language}", window.grab()))
        window.leave()
        window.deleteLater()
        pool.shutdown()
    return made


def settle(app: QApplication, pool: JobPool) -> None:
    """Wait until the page has read what it shows and drawn it."""
    end, quiet = time.monotonic() + SECONDS, 0
    while quiet < 30 and time.monotonic() < end:
        app.processEvents()
        quiet = 0 if pool.busy else quiet + 1
        time.sleep(0.01)


def _small(picture: QPixmap) -> bytes:
    """A PNG with a palette of the colours it needs."""
    buffer = QBuffer()
    buffer.open(QBuffer.OpenModeFlag.WriteOnly)
    picture.save(buffer, "PNG")
    image = Image.open(io.BytesIO(buffer.data().data())).convert("RGB")
    out = io.BytesIO()
    image.quantize(256, kmeans=3, dither=Image.Dither.NONE).save(out, "PNG", optimize=True)
    return out.getvalue()


if __name__ == "__main__":
    sys.exit(main())
