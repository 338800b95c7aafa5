"""Make the screenshots of the README: `python packaging/screenshots.py [FOLDER]`.

The real window, without a screen, over a desk of its own: the sample document is translated from
its memory, the sample library is imported and drafted from by the starter model, and one
conversation is stored beforehand. Nothing of the user's is read, and nothing is painted over.
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

from PIL import Image
from PySide6.QtCore import QBuffer

from agents.base import CancelToken
from agents.scholar.events import DraftRequest, ImportRequest
from agents.translation.events import DocumentRequest
from app import i18n
from app.build import Desk
from app.jobs import JobPool
from app.paths import Paths, assets_dir
from app.settings import Settings
from app.ui import build
from app.ui.main_window import MainWindow
from app.ui.theme import Theme

if TYPE_CHECKING:
    from PySide6.QtGui import QPixmap
    from PySide6.QtWidgets import QApplication

SIZE = (1280, 800)
LARGEST = 120_000  # bytes of one picture
SECONDS = 20.0  # how long a page may take to show what it has
TOPIC = "Efficient language models that run on an ordinary laptop without a network"
LANGUAGES: tuple[i18n.Language, ...] = ("en", "ko")

TALK = {
    "en": (
        "Related work in three steps",
        "How do I write a related-work section without getting lost?",
        "Write it **from themes, not from papers**:\n\n"
        "1. Group what you have read into three or four questions.\n"
        "2. For each question say what is settled, and what is not.\n"
        "3. End with the gap that *your* work fills.\n\n"
        "| Theme | Settled | Open |\n|---|---|---|\n"
        "| State-space models | linear cost | recall |\n| Small models | size | languages |\n\n"
        "Keep one sentence for each claim, so that each can carry its own citation:\n\n"
        "```latex\nSelective models scale linearly in length \\cite{gu2023mamba}.\n```\n",
    ),
    "ko": (
        "관련 연구를 세 단계로",
        "관련 연구를 길을 잃지 않고 쓰려면 어떻게 해야 하나요?",
        "**논문이 아니라 주제**에서 시작하세요.\n\n"
        "1. 읽은 글을 서너 가지 물음으로 묶습니다.\n"
        "2. 물음마다 밝혀진 것과 남은 것을 적습니다.\n"
        "3. *이 연구*가 메우는 빈틈으로 끝맺습니다.\n\n"
        "| 주제 | 밝혀진 것 | 남은 것 |\n|---|---|---|\n"
        "| 상태공간 모형 | 선형 비용 | 회상 |\n| 작은 모형 | 크기 | 언어 |\n\n"
        "주장 하나에 문장 하나를 쓰면 문장마다 인용을 달 수 있습니다.\n\n"
        "```latex\nSelective models scale linearly in length \\cite{gu2023mamba}.\n```\n",
    ),
}
OTHERS = {
    "en": ("Minutes of Monday's meeting", "Termination clause", "Polishing an abstract"),
    "ko": ("월요일 회의록 요약", "계약서 해지 조항", "초록 다듬기"),
}


def main() -> int:
    """Make all pictures; 1 if one is too large."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=ROOT / "assets" / "screenshots")
    folder: Path = parser.parse_args().folder
    folder.mkdir(parents=True, exist_ok=True)
    largest = 0
    with tempfile.TemporaryDirectory(prefix="moadesk-") as home:
        for language in LANGUAGES:
            desk = _desk(Path(home) / language, language)
            for name, picture in _pictures(desk, language):
                path = folder / f"{name}.png"
                path.write_bytes(_small(picture))
                largest = max(largest, path.stat().st_size)
                print(f"{path} {path.stat().st_size:,} bytes", flush=True)
            desk.close()
    return int(largest > LARGEST)


def _desk(home: Path, language: i18n.Language) -> Desk:
    """A desk on which some work has been done, by the agents themselves."""
    i18n.use(language, assets_dir())
    paths = Paths(home / "data", home / "config", home / "cache", assets_dir())
    desk = Desk(paths, Settings(language=language))
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
    for title in reversed(OTHERS[language]):
        _keep(desk, title, title, "…")
    _keep(desk, *TALK[language])
    desk.models.free()
    return desk


def _keep(desk: Desk, title: str, question: str, answer: str) -> None:
    kept, model = desk.conversations, "LFM2.5 1.2B Instruct"
    conversation = kept.start(title, model)
    kept.add(conversation, "user", question, "done")
    turn = kept.add(conversation, "assistant", "", "writing", model)
    kept.finish(turn, answer, "done", tokens=172, seconds=4.6)


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
        for page in makers:
            window.go(page)
            _settle(app, pool)
            made.append((f"{page}-{scheme}-{language}", window.grab()))
        window.leave()
        window.deleteLater()
        pool.shutdown()
    return made


def _settle(app: QApplication, pool: JobPool) -> None:
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
    image.quantize(128, dither=Image.Dither.NONE).save(out, "PNG", optimize=True)
    return out.getvalue()


if __name__ == "__main__":
    sys.exit(main())
