"""A DOCX of our own: its paragraphs in body order, the symbol, and everything that is not as we write.

No page is drawn, so visibility rests on the letter being, but for its words, the very file that the
issuing side makes (threats.md, fact 5). One that another program saved anew cannot be judged.
"""

import io
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import Final

from lxml import etree  # type: ignore[import-untyped]

from credential.verdict import SubIndication
from verifier.evidence import Evidence, Flag, Form, Paragraph, Symbol
from verifier.extraction.docx_layout import odd_layout
from verifier.extraction.docx_letter import W, odd_places, symbol_width
from verifier.extraction.docx_package import BODY, Element, is_as_written, odd_parts
from verifier.extraction.docx_picture import look_at_picture
from verifier.extraction.refusal import over_limit, unsupported
from verifier.limits import Limits

_RELATIONS: Final = "word/_rels/document.xml.rels"
_REL: Final = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
_EMBED: Final = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}embed"
_BLIP: Final = "{http://schemas.openxmlformats.org/drawingml/2006/main}blip"
_COMPRESSIONS: Final = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_SHOWN: Final = 5
"""Findings of one kind: a letter that was saved anew has one for each paragraph."""


def read_docx(data: bytes, limits: Limits, stage: Callable[[float], None]) -> Evidence:
    """Raises Refused where the package is damaged, hostile or over a limit."""
    parts, odd = _parts(data, limits)
    stage(limits.text_seconds)
    body = _parse(parts[BODY], limits)
    paragraphs = list(body.iter(W + "p"))
    title = _paragraph(paragraphs[0], frozenset()).text if paragraphs else ""
    flags = (
        [_hidden("DOCX_LAYOUT", "DOCX 压缩包的结构与出证系统写出的不同，可能藏有其他内容")]
        if odd
        else []
    )
    flags += _first("DOCX_PART", odd_parts(parts, title, lambda part: _parse(part, limits)))
    flags += _first("DOCX_FORMAT", odd_places(body))
    if not is_as_written(body, parts[BODY]):
        message = (
            "DOCX 正文的 XML 写法与出证系统写出的不同（如 CDATA、字符引用），程序可能漏读或读错文字"
        )
        flags.append(_hidden("DOCX_FORMAT", message))
    stage(limits.picture_seconds)
    symbols, pictures, odd_pictures = _pictures(body, parts, limits)
    return Evidence(
        Form.DOCX,
        paragraphs=_read_paragraphs(paragraphs, pictures, limits),
        symbols=symbols,
        flags=(*flags, *odd_pictures)[: limits.flags],
    )


def _read_paragraphs(
    elements: Sequence[Element], pictures: frozenset[Element], limits: Limits
) -> tuple[Paragraph, ...]:
    if len(elements) > limits.segments:
        raise over_limit("PARAGRAPHS", f"DOCX 段落超过 {limits.segments} 个", Form.DOCX)
    read, left = [], limits.glyphs
    for element in elements:
        read.append(_paragraph(element, pictures))
        left -= len(read[-1].text)
        if left < 0:
            raise over_limit("GLYPHS", f"文字超过 {limits.glyphs} 个", Form.DOCX)
    return tuple(read)


def _first(code: str, messages: Iterator[str]) -> list[Flag]:
    return [_hidden(code, message) for message in islice(dict.fromkeys(messages), _SHOWN)]


def _parts(data: bytes, limits: Limits) -> tuple[dict[str, bytes], bool]:
    """The parts, and whether the file is anything besides them."""
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
                if entry.compress_type not in _COMPRESSIONS:
                    raise unsupported("ZIP_DAMAGED", "文件损坏，无法解压")
                with archive.open(entry) as part:
                    # what it says of its own size is not believed: read at most what is left
                    content = part.read(left + 1)
                left -= len(content)
                if left < 0:
                    raise over_limit(
                        "DOCX_INFLATED", f"DOCX 解压后超过 {limits.docx_inflated >> 20} MB"
                    )
                parts[entry.filename] = content
            odd = odd_layout(data, archive, parts)
    except (zipfile.BadZipFile, zlib.error, ValueError, NotImplementedError, EOFError) as error:
        raise unsupported("ZIP_DAMAGED", "文件损坏，无法解压") from error
    return parts, odd


def _parse(data: bytes, limits: Limits) -> Element:
    """An XML part without entities, network or a DTD, of bounded size."""
    options = {
        "resolve_entities": False,
        "no_network": True,
        "load_dtd": False,
        "huge_tree": False,
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
        blips = list(drawing.iter(_BLIP))
        name = targets.get(blips[0].get(_EMBED, ""), "") if len(blips) == 1 else ""
        seen = look_at_picture(parts.get(name, b""), limits)
        symbols.extend(Symbol(text, 1, None) for text in seen.texts)
        if seen.texts:
            drawings.add(drawing)
        if seen.width is None or seen.width != symbol_width(drawing):
            flags.append(_hidden("PICTURE", "DOCX 的图片与出证系统绘制的二维码不同，无法核对"))
        if len(symbols) > limits.symbols:
            raise over_limit("SYMBOLS", f"二维码超过 {limits.symbols} 个")
    return tuple(symbols), frozenset(drawings), flags[:1]


def _targets(parts: dict[str, bytes], limits: Limits) -> dict[str, str]:
    if _RELATIONS not in parts:
        return {}
    return {
        relation.get("Id", ""): f"word/{relation.get('Target', '')}"
        for relation in _parse(parts[_RELATIONS], limits).iter(_REL)
    }


def _hidden(code: str, message: str) -> Flag:
    return Flag(SubIndication.HIDDEN_CONTENT, code, message)
