"""The words of every error and notice an agent can raise, by code.

English stands here, Korean in the catalogues. A test holds each code used in `agents` and
`app` against this table. Each sentence says what is wrong and what to do next.
"""

from __future__ import annotations

from app.messages import (
    bench,
    chat,
    drafting,
    entities,
    files,
    kit,
    models,
    remote,
    scholar,
    system,
    translation,
)

TEXTS: dict[str, str] = {
    **system.TEXTS,
    **models.TEXTS,
    **kit.TEXTS,
    **remote.TEXTS,
    **chat.TEXTS,
    **files.TEXTS,
    **translation.TEXTS,
    **scholar.TEXTS,
    **drafting.TEXTS,
    **entities.TEXTS,
    **bench.TEXTS,
}
