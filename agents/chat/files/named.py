"""Names of files in a request."""

from __future__ import annotations

import re

_NAME = re.compile(
    r"(?:[“\"'「『](?P<quoted>[^”\"'」』\n]{1,120}\.\w{2,5})[”\"'」』]|(?P<bare>[\w().-]*[\w)]\.(?:pdf|docx?|hwpx?"
    r"|xlsx?|pptx?|txt|md|csv|tsv|odt|ods|odp|epub|html?|png|jpe?g|tiff?|tex|json|py|js|ts|java|c|cpp|sql|srt|log)))"
    r"(?![A-Za-z0-9])",
    re.IGNORECASE,
)


def named(text: str) -> tuple[str, ...]:
    """The names of files that stand in a text, in order, none twice."""
    return tuple(
        dict.fromkeys((match["quoted"] or match["bare"]).strip() for match in _NAME.finditer(text))
    )
