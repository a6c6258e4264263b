"""A DOCX of our own: its paragraphs in body order, the symbol, and everything that is not plain.

No page is drawn, so visibility rests on an allow-list: only elements and properties that show text
as it is written, dark on white, may be there; any other is a flag (threats.md, fact 5).
"""

import io
import zipfile
from collections.abc import Callable, Iterator
from pathlib import PurePosixPath
from typing import Final

import numpy as np
from lxml import etree  # type: ignore[import-untyped]

from credential.verdict import SubIndication
from verifier.evidence import Evidence, Flag, Form, Paragraph, Symbol
from verifier.extraction.docx_style import Element, W, look_at_styles, look_at_theme, odd_properties
from verifier.extraction.picture import decode_picture
from verifier.extraction.refusal import Refused, over_limit, unsupported
from verifier.extraction.symbols import read_symbols, read_symbols_harder
from verifier.limits import Limits

_BODY: Final = "word/document.xml"
_RELATIONS: Final = "word/_rels/document.xml.rels"
_REL: Final = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
_EMBED: Final = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}embed"
_A: Final = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_WP: Final = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
_PIC: Final = "{http://schemas.openxmlformats.org/drawingml/2006/picture}"

_QUIET_PARTS: Final = (
    "[Content_Types].xml",
    "_rels/.rels",
    _BODY,
    _RELATIONS,
    "word/styles.xml",
    "word/stylesWithEffects.xml",
    "word/settings.xml",
    "word/webSettings.xml",
    "word/fontTable.xml",
    "word/numbering.xml",
)
_QUIET_FOLDERS: Final = ("docProps/", "customXml/", "word/theme/", "word/media/")
_TEXT_ELEMENTS: Final = frozenset(
    W + name
    for names in (
        "document body p pPr r rPr t br tab tbl tblPr tblGrid gridCol tr trPr tc tcPr sectPr",
        "bookmarkStart bookmarkEnd proofErr lastRenderedPageBreak drawing tblPrEx",
    )
    for name in names.split()
)
_DRAWING_ELEMENTS: Final = frozenset(
    {_WP + name for name in ("inline", "extent", "effectExtent", "docPr", "cNvGraphicFramePr")}
    | {_A + "graphicFrameLocks", _A + "graphic", _A + "graphicData", _A + "picLocks"}
    | {_PIC + name for name in ("pic", "nvPicPr", "cNvPr", "cNvPicPr", "blipFill", "spPr")}
    | {_A + name for name in ("blip", "stretch", "fillRect", "xfrm", "off", "ext", "prstGeom")}
    | {_A + "avLst"}
)
_PROPERTIES: Final = frozenset(W + name for name in ("pPr", "rPr", "tblPr", "trPr", "tcPr"))
_CONTAINERS: Final = _PROPERTIES | {W + "sectPr", W + "tblGrid", W + "tblPrEx"}
_REVISIONS: Final = frozenset(W + name for name in ("ins", "del", "moveFrom", "moveTo"))


def read_docx(data: bytes, limits: Limits, stage: Callable[[float], None]) -> Evidence:
    """Raises Refused where the package is damaged, hostile or over a limit."""
    parts = _parts(data, limits)
    stage(limits.text_seconds)
    body = _parse(parts[_BODY], limits)
    flags = [*_odd_parts(parts), *_odd_relations(parts, limits), *_odd_elements(body)]
    if "word/styles.xml" in parts:
        flags.extend(look_at_styles(_parse(parts["word/styles.xml"], limits), body))
    for name, content in parts.items():
        if name.startswith("word/theme/"):
            flags.extend(look_at_theme(_parse(content, limits)))
    stage(limits.picture_seconds)
    symbols, pictures, odd = _pictures(body, parts, limits)
    paragraphs = tuple(_paragraph(element, pictures) for element in body.iter(W + "p"))
    unique = tuple(dict.fromkeys([*flags, *odd]))
    return Evidence(Form.DOCX, paragraphs=paragraphs, symbols=symbols, flags=unique[: limits.flags])


def _parts(data: bytes, limits: Limits) -> dict[str, bytes]:
    parts: dict[str, bytes] = {}
    left = limits.docx_inflated
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
            if len(entries) > limits.docx_parts:
                raise over_limit("DOCX_PARTS", f"DOCX 内部文件超过 {limits.docx_parts} 个")
            names = [entry.filename.casefold() for entry in entries]
            if len(set(names)) != len(names):
                raise unsupported("DUPLICATE_PART", "DOCX 内有同名文件，无法确定以哪一个为准")
            for entry in entries:
                if entry.flag_bits & 1:
                    raise unsupported("ENCRYPTED", "文件已加密，请上传未加密的文件")
                with archive.open(entry) as part:
                    # what it says of its own size is not believed: read at most what is left
                    content = part.read(left + 1)
                left -= len(content)
                if left < 0:
                    raise over_limit(
                        "DOCX_INFLATED", f"DOCX 解压后超过 {limits.docx_inflated >> 20} MB"
                    )
                parts[entry.filename] = content
    except (zipfile.BadZipFile, ValueError, NotImplementedError, EOFError) as error:
        raise unsupported("ZIP_DAMAGED", "文件损坏，无法解压") from error
    return parts


def _parse(data: bytes, limits: Limits) -> Element:
    """An XML part without entities, network or a DTD, of bounded size."""
    options = {
        "resolve_entities": False,
        "no_network": True,
        "load_dtd": False,
        "huge_tree": False,
        "remove_comments": True,
        "remove_pis": True,
    }
    try:
        events = etree.iterparse(io.BytesIO(data), events=("start",), **options)
        for count, (_, element) in enumerate(events):
            if not count and element.getroottree().docinfo.doctype:
                raise unsupported("DTD", "DOCX 内的 XML 带有 DTD，拒绝读取")
            if count >= limits.docx_elements:
                raise over_limit("DOCX_ELEMENTS", f"DOCX 元素超过 {limits.docx_elements} 个")
        return etree.fromstring(data, etree.XMLParser(**options))
    except etree.XMLSyntaxError as error:
        raise unsupported("XML_DAMAGED", "DOCX 内的 XML 损坏") from error


def _odd_parts(parts: dict[str, bytes]) -> Iterator[Flag]:
    for name in parts:
        if name in _QUIET_PARTS or name.startswith(_QUIET_FOLDERS) or name.endswith("/"):
            continue
        words = "宏" if "vba" in name.lower() else "正文以外的内容"
        yield _hidden("DOCX_PART", f"DOCX 含有{words}（{name[:80]}）")


def _odd_relations(parts: dict[str, bytes], limits: Limits) -> Iterator[Flag]:
    for name, content in parts.items():
        if not name.endswith(".rels"):
            continue
        for relation in _parse(content, limits).iter(_REL):
            kind = PurePosixPath(relation.get("Type", "")).name
            if relation.get("TargetMode") == "External":
                yield _hidden("EXTERNAL", f"DOCX 引用外部内容（{kind}）")
            if kind == "aFChunk":
                yield _hidden("ALT_CHUNK", "DOCX 嵌入了另一份文档")


def _odd_elements(body: Element) -> Iterator[Flag]:
    for element in body.iter(etree.Element):
        tag = str(element.tag)
        parent = element.getparent()
        if parent is not None and _inside_properties(parent):
            continue
        if tag in _PROPERTIES or tag == W + "sectPr":
            yield from (_hidden(code, message) for code, message in odd_properties(element))
        elif tag in _REVISIONS:
            yield _hidden("REVISION", "DOCX 含有修订痕迹，请接受或拒绝全部修订后再验")
        elif tag not in _TEXT_ELEMENTS and tag not in _DRAWING_ELEMENTS and tag not in _CONTAINERS:
            yield _hidden(
                "DOCX_ELEMENT", f"DOCX 含有无法核对的内容（{etree.QName(tag).localname}）"
            )


def _inside_properties(element: Element) -> bool:
    node: Element | None = element
    while node is not None:
        if node.tag in _CONTAINERS:
            return True
        node = node.getparent()
    return False


def _paragraph(element: Element, pictures: frozenset[Element]) -> Paragraph:
    """Every w:t, also in places that are flagged: nothing that has text is left out silently."""
    pieces = []
    symbol = False
    for node in element.iter(W + "t", W + "br", W + "tab", W + "drawing"):
        if node.tag == W + "t":
            pieces.append(node.text or "")
        elif node.tag == W + "drawing":
            symbol = symbol or node in pictures
        else:
            pieces.append(" ")
    return Paragraph("".join(pieces), symbol)


def _pictures(
    body: Element, parts: dict[str, bytes], limits: Limits
) -> tuple[tuple[Symbol, ...], frozenset[Element], list[Flag]]:
    """The symbols, the drawings that hold them, and flags for pictures that hold anything else."""
    symbols: list[Symbol] = []
    drawings: set[Element] = set()
    flags: list[Flag] = []
    targets = _targets(parts, limits)
    for drawing in body.iter(W + "drawing"):
        blips = list(drawing.iter(_A + "blip"))
        name = targets.get(blips[0].get(_EMBED, ""), "") if len(blips) == 1 else ""
        found, clean = _read_symbol(parts.get(name, b""), limits)
        symbols.extend(Symbol(text, 1, None) for text in found)
        if found:
            drawings.add(drawing)
        if not clean:
            flags.append(_hidden("PICTURE", "DOCX 含有二维码以外的图片，图片中的文字无法核对"))
        if len(symbols) > limits.symbols:
            raise over_limit("SYMBOLS", f"二维码超过 {limits.symbols} 个")
    return tuple(symbols), frozenset(drawings), flags


def _targets(parts: dict[str, bytes], limits: Limits) -> dict[str, str]:
    if _RELATIONS not in parts:
        return {}
    return {
        relation.get("Id", ""): f"word/{relation.get('Target', '')}"
        for relation in _parse(parts[_RELATIONS], limits).iter(_REL)
    }


def _read_symbol(data: bytes, limits: Limits) -> tuple[list[str], bool]:
    """The symbols' texts, and whether the picture is one symbol and nothing else."""
    try:
        picture = decode_picture(data, limits)
    except Refused as refused:
        if refused.sub is SubIndication.PROCESSING_LIMIT:
            raise
        return [], False
    found = read_symbols(picture) or read_symbols_harder(picture)
    if len(found) != 1:
        return [item.text for item in found], False
    x0, y0, x1, y1 = found[0].box
    margin = max(2, (x1 - x0) // 40)
    rest = picture < 160
    rest[max(y0 - margin, 0) : y1 + margin, max(x0 - margin, 0) : x1 + margin] = False
    return [found[0].text], not np.any(rest)


def _hidden(code: str, message: str) -> Flag:
    return Flag(SubIndication.HIDDEN_CONTENT, code, message)
