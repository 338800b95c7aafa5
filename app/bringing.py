"""The text of a file that a person brings to a draft: a paper, an abstract, notes.

The one law: what cannot be read is a sentence; nothing of the file is carried out or kept.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from agents.base import UserError, drained
from agents.scholar import texts
from agents.translation import formats

if TYPE_CHECKING:
    from pathlib import Path

    from agents.base import CancelToken

SUFFIXES = (".tex", ".md", ".txt", ".docx", ".odt", ".hwpx", ".pdf")
_DOCUMENTS = (".odt", ".hwpx")


def read(path: Path, cancel: CancelToken) -> str:
    """The text of a file, a blank line between its paragraphs.

    Raises:
        CancelledError: `cancel` was set.
        UserError: scholar.no_topic (there is no text in it), and what
            `agents.scholar.texts.read` and the readers of formats raise.
    """
    if path.suffix.lower() not in _DOCUMENTS:
        text = texts.read(path, cancel)
    else:
        document, _data = drained(formats.opening(path, "en", cancel))
        text = "\n\n".join(one.rich.text for one in document.paragraphs if one.rich.text.strip())
    if not text.strip():
        raise UserError("scholar.no_topic")
    return text
