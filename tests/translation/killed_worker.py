"""Translates slowly, to be killed. Arguments: folder, seconds per word of an answer."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.translation.desk import Setup, last

if __name__ == "__main__":
    folder = Path(sys.argv[1])
    asked = (folder / "asked.txt").open("a", encoding="utf-8")

    def say(request) -> str:
        asked.write(last(request) + "\n")
        asked.flush()
        return f"고양이 {last(request).split()[-1]} 잔다."

    desk = Setup(folder, say, delay=float(sys.argv[2]))
    desk.document(folder / "a.docx")
