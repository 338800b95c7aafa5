"""What Zotero's Word plug-in keeps inside a document: citations, bibliography, preferences.

The one law: a field holds everything that is needed to format it again (the CSL items themselves),
so that it works on a machine whose Zotero has never seen these works. Format: the schema
`csl-citation.json` of CSL, and the fields that Zotero 5 to 7 writes (data version 3 of its
document preferences).
"""

from __future__ import annotations

import hashlib
import html
import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from agents.scholar.csl_items import Item
    from agents.scholar.styles import Style

BIBLIOGRAPHY = 'ADDIN ZOTERO_BIBL {"uncited":[],"omitted":[],"custom":[]} CSL_BIBLIOGRAPHY'
_SCHEMA = "https://github.com/citation-style-language/schema/raw/master/csl-citation.json"
_LONGEST = 255  # letters of a document property


def citation(items: Sequence[Item], text: str, number: int) -> str:
    """The code of a citation's field.

    Args:
        items: the cited works, with their whole data.
        text: the citation as it is shown.
        number: of the citation in the document, from 1: makes its name.
    """
    name = hashlib.sha256(f"{number}:{[item['id'] for item in items]}".encode()).hexdigest()[:10]
    made = {
        "citationID": name,
        "properties": {"formattedCitation": text, "plainCitation": text, "noteIndex": 0},
        "citationItems": [
            {"id": item["id"], "uris": [_uri(str(item["id"]))], "itemData": item} for item in items
        ],
        "schema": _SCHEMA,
    }
    return f"ADDIN ZOTERO_ITEM CSL_CITATION {json.dumps(made, ensure_ascii=False)}"


def preferences(style: Style, *, bibliography: bool) -> tuple[str, ...]:
    """The document preferences in pieces, each short enough for a document property."""
    session = hashlib.sha256(style.id.encode()).hexdigest()[:8]
    made = (
        f'<data data-version="3" zotero-version="7.0"><session id="{session}"/>'
        f'<style id="{html.escape(style.id)}" locale="{html.escape(style.locale)}"'
        f' hasBibliography="{int(bibliography)}" bibliographyStyleHasBeenSet="1"/>'
        '<prefs><pref name="fieldType" value="Field"/></prefs></data>'
    )
    return tuple(made[at : at + _LONGEST] for at in range(0, len(made), _LONGEST))


def _uri(key: str) -> str:
    """A name for a work that no Zotero library has: the item data of the field is used."""
    letters = hashlib.sha256(key.encode()).hexdigest().upper()
    return f"http://zotero.org/users/local/moadesk/items/{letters[:8]}"
