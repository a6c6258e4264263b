"""The body of a letter as we make it: every paragraph is one of a few forms, in a fixed order.

No page is drawn of a DOCX, so what shows is known only of what we write ourselves (threats.md,
fact 5). Word has hundreds of properties that hide or change text; none of them is listed here: a
paragraph is compared as a whole, but for its words, with the forms that the issuing side writes.
"""

import copy
import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any, Final

from lxml import etree  # type: ignore[import-untyped]

from credential.fields import FIELDS
from verifier.lines import LABELS

Element = Any
"""lxml has no types."""
W: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_NAMESPACES: Final = {
    "w": W[1:-1],
    "wp": "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing",
    "a": "http://schemas.openxmlformats.org/drawingml/2006/main",
    "pic": "http://schemas.openxmlformats.org/drawingml/2006/picture",
    "r": "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
}
_DECLARED: Final = " ".join(f'xmlns:{prefix}="{uri}"' for prefix, uri in _NAMESPACES.items())
_IGNORABLE: Final = {
    "{http://schemas.openxmlformats.org/markup-compatibility/2006}Ignorable": "w14 wp14"
}
_WORDS: Final = re.compile(r"\S+(?:[ \u3000]\S+)*")
"""Neither a run of blanks that parts a number nor one that pushes words to another page."""
_IGNORED: Final = {
    "w14": "http://schemas.microsoft.com/office/word/2010/wordml",
    "wp14": "http://schemas.microsoft.com/office/word/2010/wordprocessingDrawing",
}
"""What mc:Ignorable makes a program pass over (ECMA-376 part 3): never the words themselves."""
_SONG: Final = "宋体"
_HEI: Final = "黑体"


def canonical(element: Element) -> str:
    """The element as canonical XML without the words of its texts and the size of its picture."""
    if not isinstance(element.tag, str):
        return ""  # a comment or an instruction: lxml's canonical writer crashes on one by itself
    bare = copy.deepcopy(element)
    for text in bare.iter(W + "t"):
        text.text = None
    for extent in _extents(bare):
        for side in ("cx", "cy"):
            if side in extent.attrib:
                extent.set(side, "0")
    written = etree.tostring(
        bare, method="c14n", exclusive=True, with_comments=True, with_tail=False
    )
    return str(written.decode())


def symbol_width(body: Element) -> int | None:
    """English Metric Units (36,000 a millimetre), where all extents of the picture agree."""
    sides = {extent.get(side) for extent in _extents(body) for side in ("cx", "cy")}
    side = str(sides.pop()) if len(sides) == 1 else ""
    return int(side) if re.fullmatch("[1-9][0-9]{0,7}", side) else None


def _extents(element: Element) -> list[Element]:
    wp, a = _NAMESPACES["wp"], _NAMESPACES["a"]
    return list(element.iter(f"{{{wp}}}extent", f"{{{a}}}ext"))


def _form(xml: str) -> str:
    return canonical(etree.fromstring(f"<x {_DECLARED}>{xml}</x>")[0])


def _run(font: str, half_points: int, content: str = "<w:t/>", more: str = "") -> str:
    return (
        '<w:r><w:rPr><w:rFonts w:ascii="Times New Roman" w:hAnsi="Times New Roman"'
        f' w:eastAsia="{font}" w:hint="eastAsia"/>{more}<w:sz w:val="{half_points}"/></w:rPr>'
        f"{content}</w:r>"
    )


def _paragraph(properties: str, *runs: str) -> str:
    before = f"<w:pPr>{properties}</w:pPr>" if properties else ""
    return _form(f"<w:p>{before}{''.join(runs)}</w:p>")


_HEADING: Final = '<w:keepNext/><w:pageBreakBefore{}/><w:spacing w:before="200"/>'
_SHORT: Final = '<w:pageBreakBefore w:val="0"/><w:spacing w:before="120"/>'
_FINE: Final = (
    '<w:pageBreakBefore w:val="0"/><w:spacing w:before="120" w:line="280" w:lineRule="exact"/>'
)
_INDENTED: Final = '{}<w:ind w:firstLine="480"/><w:jc w:val="both"/>'
_CELL: Final = '<w:spacing w:before="40" w:after="40"/>'

_TITLE: Final = _paragraph(
    '<w:spacing w:after="320" w:line="720" w:lineRule="exact"/><w:jc w:val="center"/>',
    _run(_SONG, 52, more='<w:b/><w:spacing w:val="120"/>'),
)
_KINDS: Final = {
    _paragraph(_HEADING.format(' w:val="0"'), _run(_HEI, 24)): "heading",
    _paragraph(_HEADING.format(""), _run(_HEI, 24)): "heading of a page",
    _paragraph(_INDENTED.format(""), _run(_SONG, 24)): "paragraph",
    _paragraph(_INDENTED.format('<w:spacing w:after="160"/>'), _run(_SONG, 24)): "last paragraph",
    _paragraph(_SHORT, _run(_HEI, 24), _run(_SONG, 24)): "field",
    _paragraph("", _run(_SONG, 24)): "line",
    _paragraph(_FINE, _run(_HEI, 18), _run(_SONG, 18)): "fine print",
    _paragraph(
        '<w:pageBreakBefore w:val="0"/>'
        '<w:tabs><w:tab w:val="left" w:leader="underscore" w:pos="5102"/></w:tabs>'
        '<w:spacing w:before="600" w:after="280"/>',
        _run(_HEI, 24),
        _run(_SONG, 24, "<w:tab/>"),
    ): "room",
}
_HEADINGS: Final = {"heading", "heading of a page"}
_OPEN: Final = {*_HEADINGS, "paragraph"}
"""A long text is not at its end there."""
_AFTER: Final = {"paragraph": _OPEN, "last paragraph": _OPEN, "line": {"field", "line"}}
"""What goes on with a field, and what it may stand after; all else begins a field with its label."""
_LONG_TEXTS: Final = frozenset({"promise", "notice", "pledge", "liability"})
_FIELDS_OF: Final = {
    "heading": _LONG_TEXTS,
    "heading of a page": frozenset({"pledge"}),
    "field": frozenset({"acknowledged", "pledged_on", "expires_on"}),
    "room": frozenset({"signature"}),
    "fine print": frozenset({"check_code", "platform"}),
}
"""The form of each field, as certgen.letter_docx writes it: a term of the pledge is no fine print."""
_BLOCK: Final = frozenset({"title", "caption", "number"})
_OF_ROWS: Final = FIELDS.keys() - _BLOCK - frozenset().union(*_FIELDS_OF.values())
_LINES_IN_ROWS: Final = frozenset({"axes", "findings", "annex"})
_PLACES: Final = {name: place for place, name in enumerate(FIELDS)}
"""What a wet signature stands under is part of what was signed: fields have one order."""
_SYMBOL: Final = _paragraph(
    '<w:keepNext/><w:spacing w:before="280" w:line="240" w:lineRule="auto"/><w:ind w:left="-113"/>',
    '<w:r><w:drawing><wp:inline distT="0" distB="0" distL="0" distR="0">'
    '<wp:extent cx="0" cy="0"/><wp:docPr id="1" name="Picture 1"/>'
    '<wp:cNvGraphicFramePr><a:graphicFrameLocks noChangeAspect="1"/></wp:cNvGraphicFramePr>'
    f'<a:graphic><a:graphicData uri="{_NAMESPACES["pic"]}"><pic:pic>'
    '<pic:nvPicPr><pic:cNvPr id="0" name="image.png"/><pic:cNvPicPr/></pic:nvPicPr>'
    '<pic:blipFill><a:blip r:embed="rId9"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill>'
    '<pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="0" cy="0"/></a:xfrm>'
    '<a:prstGeom prst="rect"/></pic:spPr>'
    "</pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing></w:r>",
)
_END: Final = (
    _SYMBOL,
    _paragraph("<w:keepNext/>", _run(_HEI, 28)),
    _paragraph("", _run(_HEI, 21), _run(_SONG, 21)),
    _form(
        '<w:sectPr w:rsidR="00FC693F" w:rsidRPr="0006063C" w:rsidSect="00034616">'
        '<w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="1361" w:right="1417" w:bottom="1134"'
        ' w:left="1417" w:header="720" w:footer="720" w:gutter="0"/><w:cols w:space="720"/>'
        '<w:docGrid w:linePitch="360"/></w:sectPr>'
    ),
)
"""The symbol, the words, the number and the page."""
_TABLE: Final = (
    _form(
        '<w:tblPr><w:tblW w:type="auto" w:w="0"/><w:tblBorders>'
        '<w:top w:val="single" w:sz="4"/><w:bottom w:val="single" w:sz="4"/>'
        '<w:insideH w:val="single" w:sz="4"/></w:tblBorders><w:tblLayout w:type="fixed"/>'
        '<w:tblCellMar><w:left w:w="0" w:type="dxa"/><w:right w:w="0" w:type="dxa"/>'
        '</w:tblCellMar><w:tblLook w:firstColumn="1" w:firstRow="1" w:lastColumn="0"'
        ' w:lastRow="0" w:noHBand="0" w:noVBand="1" w:val="04A0"/></w:tblPr>'
    ),
    _form('<w:tblGrid><w:gridCol w:w="2381"/><w:gridCol w:w="6690"/></w:tblGrid>'),
)
_WIDTHS: Final = tuple(
    _form(f'<w:tcPr><w:tcW w:type="dxa" w:w="{width}"/></w:tcPr>') for width in (2381, 6690)
)
_LABEL: Final = _paragraph(_CELL, _run(_HEI, 24))
_VALUE: Final = _paragraph(_CELL, _run(_SONG, 24))


def odd_places(root: Element) -> Iterator[str]:
    """What is not as we write it, in words for a clerk. ``root``: the w:document."""
    around = root.getprevious() is not None or root.getnext() is not None
    ignored = {prefix: root.nsmap.get(prefix) for prefix in _IGNORED}
    framed = root.tag == W + "document" and dict(root.attrib) == _IGNORABLE and not root.text
    body = root[0] if len(root) == 1 and framed and not around and ignored == _IGNORED else None
    if body is None or not _is_plain(body, "body") or body.tail:
        yield "DOCX 的正文结构与出证系统生成的不同"
        return
    blocks = list(body)
    front, end = blocks[1 : -len(_END)], blocks[-len(_END) :]
    if [canonical(block) for block in (*blocks[:1], *end)] != [_TITLE, *_END]:
        yield "DOCX 的标题、二维码及其后的文字、页面设置与出证系统生成的不同"
    elif not _is_block(blocks[0], end):
        yield "DOCX 的标题或二维码后的文字是别的栏目，可能被读成别的内容"
    yield from _odd_blocks(front)
    for text in body.iter(W + "t"):
        if not _WORDS.fullmatch(text.text or ""):
            yield f"DOCX 中“{_words(text)}”含有多余的空白"


def _is_block(title: Element, end: Sequence[Element]) -> bool:
    """The words around the fields begin no field but the number."""
    words, number = end[1:3]
    return not _label(title) and not _label(words) and _label(number) == "number"


def _odd_blocks(front: Sequence[Element]) -> Iterator[str]:
    before, last, noticed = "", "title", False
    for block in front:
        kind = "table" if block.tag == W + "tbl" else _KINDS.get(canonical(block))
        names = _names(block)
        if kind is None or (kind == "table" and not _is_table(block)):
            yield f"DOCX 中“{_words(block)}”的格式与出证系统生成的不同，文字可能被隐藏或改变"
        elif not (
            _goes_on(kind, before, last, names)
            if kind in _AFTER
            else _begins(block, kind, before, last, names, noticed=noticed)
        ):
            yield f"DOCX 中“{_words(block)}”的前后次序与出证系统生成的不同，可能被读成别的内容"
        before, last = kind or "", [last, *names][-1]
        noticed = noticed or "notice" in names
    if before in _OPEN:
        yield f"DOCX 中“{_words(front[-1])}”之后缺少文字"


def _goes_on(kind: str, before: str, last: str, names: Sequence[str]) -> bool:
    return before in _AFTER[kind] and not names and (kind != "line" or last == "acknowledged")


def _begins(
    block: Element, kind: str, before: str, last: str, names: Sequence[str], *, noticed: bool
) -> bool:
    """``last``: the field before; ``names``: those that begin in the block."""
    places = [_PLACES[name] for name in (last, *names)]
    if before in _OPEN or not all(one < other for one, other in pairwise(places)):
        return False
    if kind == "table":
        return before != "table"
    # 告知 on one page, 承诺 on the next
    new_page = noticed and list(names) == ["pledge"]
    own = len(names) == 1 and names[0] in _FIELDS_OF[kind] and _begins_with_label(block)
    return own and new_page == (kind == "heading of a page")


def _names(block: Element) -> list[str]:
    """Of the fields that begin in it."""
    paragraphs = [block] if block.tag == W + "p" else block.iter(W + "p")
    return [name for name in map(_label, paragraphs) if name]


def _label(paragraph: Element) -> str:
    """Name of the field that a reader takes the paragraph to begin, or nothing."""
    words = "".join(text.text or "" for text in paragraph.iter(W + "t")).strip()
    return next((LABELS[label] for label in LABELS if words.startswith(label)), "")


def _begins_with_label(element: Element) -> bool:
    """In a run of its own."""
    return next((text.text for text in element.iter(W + "t")), None) in LABELS


def _is_plain(element: Element, name: str) -> bool:
    """Only a frame for its children: nothing of its own is in it."""
    bare = element.tag == W + name and not element.attrib and not element.text
    return bare and not any(child.tail for child in element)


def _is_table(table: Element) -> bool:
    head, rows = [canonical(child) for child in table[:2]], list(table[2:])
    return (
        _is_plain(table, "tbl") and tuple(head) == _TABLE and bool(rows) and all(map(_is_row, rows))
    )


def _is_row(row: Element) -> bool:
    cells = list(row)
    if not _is_plain(row, "tr") or not all(_is_plain(cell, "tc") for cell in cells):
        return False
    if tuple(canonical(cell[0]) for cell in cells if len(cell)) != _WIDTHS:
        return False
    label, value = (list(cell[1:]) for cell in cells)
    if [canonical(child) for child in label] != [_LABEL] or not _begins_with_label(label[0]):
        return False
    name = _label(label[0])
    lines = len(value) == 1 or name in _LINES_IN_ROWS
    plain = {canonical(child) for child in value} == {_VALUE} and not any(map(_label, value))
    return name in _OF_ROWS and lines and plain


def _words(block: Element) -> str:
    return "".join(text.text or "" for text in block.iter(W + "t")).strip()[:20]
