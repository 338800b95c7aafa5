"""Translates slowly, to be killed. Arguments: folder, seconds per word of an answer, the file's
name, its options as JSON."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from tests.translation.desk import Setup, last

if __name__ == "__main__":
    folder = Path(sys.argv[1])
    name, options = sys.argv[3:]
    asked = (folder / "asked.txt").open("a", encoding="utf-8")

    def say(request) -> str:
        asked.write(last(request) + "\n")
        asked.flush()
        kept = " house" if options != "[]" else ""
        return f"고양이{kept} {last(request).split()[-1]} 잔다."

    desk = Setup(folder, say, delay=float(sys.argv[2]))
    desk.document(folder / name, options=tuple(map(tuple, json.loads(options))))
