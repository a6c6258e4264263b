"""The package of a letter as we make it: its parts, to the byte or to the canonical form.

Word, LibreOffice and WPS follow relations, content types, styles and themes to text that is not in
the body. None of that is judged here: what is not as the issuing side writes it is a flag.
"""

import hashlib
import re
from collections.abc import Callable, Iterator
from typing import Any, Final

from lxml import etree  # type: ignore[import-untyped]

Element = Any
"""lxml has no types."""
BODY: Final = "word/document.xml"
PICTURE: Final = "word/media/image1.png"
_PROPERTIES: Final = "docProps/core.xml"
_PROGRAM: Final = "docProps/app.xml"
"""Every program that saves a letter anew writes its own name there."""
_ADVICE: Final = "，可能由 Word、WPS 等另存过，请上传出证系统生成的原文件"
_DATED: Final = frozenset({"created", "modified"})
_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z")

FIXED: Final = {
    "[Content_Types].xml": {"595450d516db3077dac10a407798ce284edfaf82c7f578ef592b9a7c81ffb44a"},
    "_rels/.rels": {"4bf93bf88b3298e11168dcb263011dc98dec1f070249d8a4831221f658b60e1b"},
    _PROGRAM: {"354963f871a62036002da5cce819cb615291e6803926031f67cf0b6dc6608ae5"},
    _PROPERTIES: {"f6a3f20e23ca19592e4b0db5eb0ea7a02646409fdc2e82ff01f84919c588f32a"},
    "word/_rels/document.xml.rels": {
        "11a0d40f1e5fc3aa758bbc0d721d412bf71815f8f78783bb6ee9971ff623b7e9"
    },
    "word/fontTable.xml": {"ada4b4c453c903f5e93436aad8a5b6ac41c1f495386650164ad7af0a63c5f581"},
    "word/numbering.xml": {"32000b3f86ee8be54e8519f55001ac77a2bd8334be8ff76673e980cbdaaab8e5"},
    "word/settings.xml": {"f2d22c7af72e38b8aabd46fbdae3bf8fbe178b0d65afda93d51d91d830b1d8e5"},
    "word/styles.xml": {"47f71f20a509ef8a0da24c70037e63813967ad776ef92998e7ee5f2dab37d0a6"},
    "word/theme/theme1.xml": {"0addd180f61ee032bc9dcea1cbeabc10a8a3abaa9fe63f3284fe8b588cf19c4b"},
    "word/webSettings.xml": {"25f133eff1e20d6e024db7bcd6ed68718140bca8f60f0d28c9a3e602905f1a85"},
}
"""Part -> SHA-256 of its canonical form (see :func:`digest`), one for each release of the letter's
maker: letters stay in drawers for years, so a new one is added and none is taken out."""


def odd_parts(
    parts: dict[str, bytes], title: str, parse: Callable[[bytes], Element]
) -> Iterator[str]:
    """What is wrong with the parts besides the body and the picture, in words for a clerk.

    ``title``: the body's own; the properties may name no other.
    """
    for name in sorted({*parts, *FIXED, BODY, PICTURE}):
        shown = name[:80]
        if name not in parts:
            yield f"DOCX 缺少 {shown}"
        elif name in FIXED:
            root = parse(parts[name])
            if digest(name, root, title) not in FIXED[name]:
                yield f"DOCX 的 {shown} 与出证系统生成的不同{_ADVICE if name == _PROGRAM else ''}"
        elif name not in (BODY, PICTURE):
            words = "宏" if "vba" in name.lower() else "正文以外的内容"
            yield f"DOCX 含有{words}（{shown}）"


def digest(name: str, root: Element, title: str) -> str:
    """SHA-256 of the canonical XML (W3C C14N 1.0), comments and instructions included."""
    if name == _PROPERTIES:
        _blank_properties(root, title)
    tree = root.getroottree()
    if not is_utf8(tree):
        return ""
    canonical = etree.tostring(tree, method="c14n", with_comments=True)
    return hashlib.sha256(canonical).hexdigest()


def is_utf8(tree: Element) -> bool:
    """Other encodings are not read alike by all programs; without a declaration it is UTF-8."""
    return (tree.docinfo.encoding or "UTF-8").upper() == "UTF-8"


def _blank_properties(root: Element, title: str) -> None:
    """The title and the dates are each letter's own."""
    for element in root.iterchildren(etree.Element):
        name, text = etree.QName(element).localname, element.text or ""
        if (name == "title" and text == title) or (name in _DATED and _DATE.fullmatch(text)):
            element.text = None
