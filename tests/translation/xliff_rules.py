"""Whether an XLIFF file is what OASIS's schemas say; they stand in `xliff_schemas`."""

from __future__ import annotations

import functools
import re
from pathlib import Path

from lxml import etree

_FOLDER = Path(__file__).parent / "xliff_schemas"
# What both schemas import: the attributes of XML's own namespace.
_XML = """<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"
 targetNamespace="http://www.w3.org/XML/1998/namespace">
<xs:attribute name="lang" type="xs:string"/>
<xs:attribute name="space"><xs:simpleType><xs:restriction base="xs:NCName">
<xs:enumeration value="default"/><xs:enumeration value="preserve"/>
</xs:restriction></xs:simpleType></xs:attribute>
</xs:schema>"""


class _OwnXml(etree.Resolver):
    def resolve(self, system_url, public_id, context):
        del public_id
        return self.resolve_string(_XML, context) if system_url.endswith("/xml.xsd") else None


@functools.cache
def _schema(name: str) -> etree.XMLSchema:
    parser = etree.XMLParser(no_network=True)
    parser.resolvers.add(_OwnXml())
    return etree.XMLSchema(etree.parse(_FOLDER / name, parser))


def broken_rules(data: bytes) -> list[str]:
    """What the schema of the file's own version does not allow."""
    root = etree.fromstring(data)
    two = root.get("version", "").startswith("2.")
    schema = _schema("xliff-core-2.0.xsd" if two else "xliff-core-1.2-strict.xsd")
    schema.validate(root)
    return [re.sub(r"\{[^}]*\}", "", f"{one.line}: {one.message}") for one in schema.error_log]
