"""The package of a letter as we make it: its parts, to the byte.

Word, LibreOffice and WPS follow relations, content types, styles and themes to text that is not in
the body, and one text has many spellings in XML, of which not every program knows all: mammoth
leaves out what stands in CDATA. None of that is judged here: what is not as the issuing side writes
it is a flag.
"""

import hashlib
import re
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any, Final
from xml.sax.saxutils import escape

from lxml import etree  # type: ignore[import-untyped]

Element = Any
"""lxml has no types."""
BODY: Final = "word/document.xml"
PICTURE: Final = "word/media/image1.png"
_PROPERTIES: Final = "docProps/core.xml"
_PROGRAM: Final = "docProps/app.xml"
"""Every program that saves a letter anew writes its own name there."""
_ADVICE: Final = "，可能由 Word、WPS 等另存过，请上传出证系统生成的原文件"
_DECLARATION: Final = b"<?xml version='1.0' encoding='UTF-8' standalone='yes'?>\n"
_DATED: Final = re.compile(
    rb'(<dcterms:(?:created|modified) xsi:type="dcterms:W3CDTF">)'
    rb"([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2})Z(</)"
)

FIXED: Final = {
    "[Content_Types].xml": {"d94ac8e872717f84b0e00c309e5d06436394ce6dcba1ba8b0b1484a9371c673b"},
    "_rels/.rels": {"1aa88a511268d274d555cfe6dd73009814426c28b90c08999e06f100b469d436"},
    _PROGRAM: {"be664981c3141cddfc59362beb287ebf20d0773660e2dd6faac5968a5930a081"},
    _PROPERTIES: {
        "ed035610479ddf31e490497fbcaa42980e2528e3531be6097d9a02da2f6c1a62",
        # saved anew by the same library: an empty element in one tag
        "6258eff79e1450bafb658580b0c26cd052e3d057a88428258573c44f11e25c2c",
    },
    "word/_rels/document.xml.rels": {
        "4fd791220616821b66f840b9f99a1d1d205c4bf79adc51d7fcf7b1fe0d2edd99"
    },
    "word/fontTable.xml": {"79385fb7f60247507ecaffc292e9ebd52ea0657b8634f629ba6fccc54011d6bb"},
    "word/numbering.xml": {"70976f19cbcd896e51890859fe6ecb3467a5a7ad0c040160fedc5a1993cb09ce"},
    "word/settings.xml": {"51a0d348fe85965c66e4748a03c3c0d055d78455514f03cb121c334af7d73689"},
    "word/styles.xml": {"3c04807a0ed26fb35d00325b61bea5372264d0e99c236f71aeaaff216d02505e"},
    "word/theme/theme1.xml": {"e3a8ab7db9ca7afca56f5f2820a56e8b660016c647773555b060b0a02ac76941"},
    "word/webSettings.xml": {"349d36de7434d09f86987ff671d8814964a0588c1e630c06e562cda7e75e9f95"},
}
"""Part -> SHA-256 (see :func:`digest`), one for each release of the letter's
maker: letters stay in drawers for years, so a new one is added and none is taken out."""


def odd_parts(
    parts: dict[str, bytes], title: str, parse: Callable[[bytes], Element]
) -> Iterator[str]:
    """What is wrong with the parts besides the body and the picture, in words for a clerk.

    ``title``: the body's own; the properties may name no other. ``parse``: refuses a DTD.
    """
    for name in sorted({*parts, *FIXED, BODY, PICTURE}):
        shown = name[:80]
        if name not in parts:
            yield f"DOCX 缺少 {shown}"
        elif name in FIXED:
            parse(parts[name])
            if digest(name, parts[name], title) not in FIXED[name]:
                yield f"DOCX 的 {shown} 与出证系统生成的不同{_ADVICE if name == _PROGRAM else ''}"
        elif name not in (BODY, PICTURE):
            words = "宏" if "vba" in name.lower() else "正文以外的内容"
            yield f"DOCX 含有{words}（{shown}）"


def digest(name: str, content: bytes, title: str) -> str:
    """SHA-256 of the part but for the title and the dates, which are each letter's own."""
    if name == _PROPERTIES:
        content = _DATED.sub(_undated, content)
        said = f"<dc:title>{escape(title)}</dc:title>".encode()
        content = content.replace(said, b"<dc:title/>", 1)
    return hashlib.sha256(content).hexdigest()


def _undated(element: re.Match[bytes]) -> bytes:
    """Left as it is where no calendar has the date: programs differ in what they make of it."""
    before, date, after = element.groups()
    try:
        datetime.fromisoformat(date.decode())
    except ValueError:
        return element[0]
    return bytes(before + after)


def is_as_written(root: Element, content: bytes) -> bool:
    """Whether the part is what the issuing side's library writes of its elements: no CDATA, no
    reference to a character, no other encoding, nothing before or behind."""
    written = etree.tostring(root, encoding="UTF-8", xml_declaration=False)
    return bool(content == _DECLARATION + written)
