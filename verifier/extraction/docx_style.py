"""Which properties of a DOCX show text as it is written. Everything that is not known is odd."""

from collections.abc import Callable, Iterator
from typing import Any, Final

from lxml import etree  # type: ignore[import-untyped]

from credential.verdict import SubIndication
from verifier.evidence import Flag

W: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
A: Final = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
Odd = tuple[str, str]
Element = Any
"""lxml has no types."""

_HARMLESS: Final = frozenset(
    name
    for names in (
        # runs
        "rStyle b bCs i iCs lang kern szCs u noProof snapToGrid bdr cs",
        # paragraphs
        "pStyle jc keepNext keepLines pageBreakBefore widowControl tabs outlineLvl wordWrap",
        "contextualSpacing suppressAutoHyphens adjustRightInd autoSpaceDE autoSpaceDN kinsoku",
        "overflowPunct topLinePunct textAlignment pBdr rPr suppressLineNumbers mirrorIndents",
        # tables
        "tblStyle tblW tblLayout tblLook tblBorders tblCellMar tblInd jc tblCaption tblOverlap",
        "tcW gridSpan vMerge vAlign tcBorders tcMar noWrap cantSplit tblHeader cnfStyle",
        "tblStyleRowBandSize tblStyleColBandSize tblCellSpacing",
        # sections
        "cols docGrid type titlePg pgBorders sectPr",
    )
    for name in names.split()
)
_FONTS: Final = frozenset(
    {
        "宋体",
        "新宋体",
        "黑体",
        "仿宋",
        "仿宋_GB2312",
        "楷体",
        "楷体_GB2312",
        "微软雅黑",
        "等线",
        "方正小标宋简体",
        "方正仿宋简体",
        "华文中宋",
        "SimSun",
        "NSimSun",
        "SimHei",
        "FangSong",
        "KaiTi",
        "Microsoft YaHei",
        "DengXian",
        "Noto Serif SC",
        "Noto Sans SC",
        "Noto Serif CJK SC",
        "Noto Sans CJK SC",
        "Source Han Serif SC",
        "Source Han Sans SC",
        "Times New Roman",
        "Arial",
        "Calibri",
        "Cambria",
        "Courier New",
    }
)
"""A font of symbols would show other signs than the text says."""
_DARKEST_READABLE: Final = 110
_LIGHTEST_PAPER: Final = 215
_SMALLEST_HALF_POINTS: Final = 8
_SMALLEST_LINE: Final = 120
"""Twentieths of a point; a line of fixed height below 6 pt cuts its letters."""
_FURTHEST_INDENT: Final = 7200
"""Twentieths of a point (127 mm): further out is off the page."""
_INTO_MARGIN: Final = 227
"""Twentieths of a point (4 mm): every margin has so much, and an indent may reach into it."""
_SMALLEST_PAGE: Final = 2268
"""Twentieths of a point (40 mm)."""


def odd_properties(element: Element) -> Iterator[Odd]:
    """What in a w:rPr, w:pPr, w:tblPr, w:trPr, w:tcPr or w:sectPr may hide or change text."""
    for child in element.iterchildren(etree.Element):
        name = etree.QName(child).localname
        if child.tag == W + "rPr":
            yield from odd_properties(child)
        elif child.tag in _CHECKS:
            odd = _CHECKS[str(child.tag)](child)
            if odd is not None:
                yield odd
        elif name not in _HARMLESS or not str(child.tag).startswith(W):
            yield ("DOCX_PROPERTY", f"DOCX 使用了可能隐藏或改变文字的格式（{name}）")


def look_at_styles(styles: Element, body: Element) -> Iterator[Flag]:
    """The same of the styles that the body uses, of those they rest on, and of the defaults."""
    by_id = {style.get(W + "styleId", ""): style for style in styles.iter(W + "style")}
    wanted = [
        node.get(W + "val", "") for node in body.iter(W + "pStyle", W + "rStyle", W + "tblStyle")
    ]
    wanted += [name for name, style in by_id.items() if style.get(W + "default") in ("1", "true")]
    seen: set[str] = set()
    while wanted:
        name = wanted.pop()
        if name in seen or name not in by_id:
            continue
        seen.add(name)
        for based in by_id[name].iter(W + "basedOn", W + "link"):
            wanted.append(based.get(W + "val", ""))
    elements = [by_id[name] for name in sorted(seen)] + list(styles.iter(W + "docDefaults"))
    for element in elements:
        for properties in element.iter(W + "rPr", W + "pPr", W + "tblPr", W + "trPr", W + "tcPr"):
            for code, message in odd_properties(properties):
                yield Flag(SubIndication.HIDDEN_CONTENT, code, f"样式中，{message}")


def look_at_theme(theme: Element) -> Iterator[Flag]:
    """A run may take its font from the theme."""
    for scheme in theme.iter(A + "majorFont", A + "minorFont"):
        for font in scheme.iterchildren(A + "latin", A + "ea"):
            name = str(font.get("typeface", ""))
            if name and name not in _FONTS:
                message = f"DOCX 的主题使用了无法核对的字体（{name[:40]}）"
                yield Flag(SubIndication.HIDDEN_CONTENT, "FONT", message)


def _val(element: Element, name: str = "val") -> str:
    return str(element.get(W + name, ""))


def _off(element: Element) -> bool:
    return _val(element) in {"0", "false", "off", "none"}


def _number(text: str) -> int | None:
    return int(text) if text.lstrip("-").isascii() and text.lstrip("-").isdigit() else None


def _luma(colour: str) -> float | None:
    if len(colour) != 6 or any(c not in "0123456789abcdefABCDEF" for c in colour):
        return None
    red, green, blue = (int(colour[i : i + 2], 16) for i in (0, 2, 4))
    return 0.299 * red + 0.587 * green + 0.114 * blue


def _colour(element: Element) -> Odd | None:
    value = _val(element)
    luma = 0.0 if value == "auto" else _luma(value)
    if luma is None or luma > _DARKEST_READABLE:
        return ("COLOUR", f"DOCX 有颜色过浅的文字（{value[:20]}）")
    return None


def _shading(element: Element) -> Odd | None:
    fill = _val(element, "fill")
    luma = 255.0 if fill in ("", "auto") else _luma(fill)
    if _val(element) not in ("clear", "nil", "") or luma is None or luma < _LIGHTEST_PAPER:
        return ("SHADING", "DOCX 有深色底纹，文字可能看不清")
    return None


def _size(element: Element) -> Odd | None:
    value = _number(_val(element))
    if value is None or value < _SMALLEST_HALF_POINTS:
        return ("TINY", "DOCX 有小于 4 磅的文字")
    return None


def _fonts(element: Element) -> Odd | None:
    for attribute, value in element.attrib.items():
        if etree.QName(attribute).localname in ("ascii", "hAnsi", "eastAsia", "cs"):
            name = str(value)
            if name not in _FONTS:
                return ("FONT", f"DOCX 使用了无法核对的字体（{name[:40]}）")
    return None


def _line(element: Element) -> Odd | None:
    line = _number(_val(element, "line"))
    if _val(element, "lineRule") == "exact" and (line is None or line < _SMALLEST_LINE):
        return ("CLIPPED", "DOCX 的行高过小，文字可能被裁去")
    return None


def _letter_spacing(element: Element) -> Odd | None:
    """w:spacing means the gap between letters in a run and the lines' in a paragraph."""
    value = _number(_val(element))
    if _val(element) and (value is None or not -20 <= value <= 400):
        return ("SPACING", "DOCX 的字间距异常，文字可能重叠")
    return _line(element)


def _indent(element: Element) -> Odd | None:
    numbers = {
        str(etree.QName(key).localname): _number(str(v)) for key, v in element.attrib.items()
    }
    known = {key: number for key, number in numbers.items() if number is not None}
    first = known.get("left", known.get("start", 0)) - known.get("hanging", 0)
    if len(known) < len(numbers) or any(abs(n) > _FURTHEST_INDENT for n in known.values()):
        return ("INDENT", "DOCX 的缩进异常，文字可能在页面之外")
    if min(first, *known.values(), 0) < -_INTO_MARGIN:
        return ("INDENT", "DOCX 的缩进为负，文字可能在页面之外")
    return None


def _margins(element: Element) -> Odd | None:
    for side in ("left", "right", "top", "bottom"):
        number = _number(_val(element, side))
        if number is None or not _INTO_MARGIN <= number <= _FURTHEST_INDENT:
            return ("MARGIN", "DOCX 的页边距异常，文字可能在页面之外")
    return None


def _page_size(element: Element) -> Odd | None:
    for side in ("w", "h"):
        number = _number(_val(element, side))
        if number is None or number < _SMALLEST_PAGE:
            return ("PAGE_SIZE", "DOCX 的纸张异常，文字可能在页面之外")
    return None


def _row_height(element: Element) -> Odd | None:
    if _val(element, "hRule") == "exact":
        return ("CLIPPED", "DOCX 的表格行高固定，文字可能被裁去")
    return None


def _switched(code: str, message: str) -> Callable[[Element], Odd | None]:
    return lambda element: None if _off(element) else (code, message)


_CHECKS: Final[dict[str, Callable[[Element], Odd | None]]] = {
    W + "color": _colour,
    W + "shd": _shading,
    W + "sz": _size,
    W + "rFonts": _fonts,
    W + "spacing": _letter_spacing,
    W + "ind": _indent,
    W + "trHeight": _row_height,
    W + "pgMar": _margins,
    W + "pgSz": _page_size,
    W + "vanish": _switched("VANISH", "DOCX 有隐藏文字"),
    W + "webHidden": _switched("VANISH", "DOCX 有隐藏文字"),
    W + "specVanish": _switched("VANISH", "DOCX 有隐藏文字"),
    W + "strike": _switched("STRIKE", "DOCX 有划去的文字"),
    W + "dstrike": _switched("STRIKE", "DOCX 有划去的文字"),
    W + "hidden": _switched("VANISH", "DOCX 有隐藏的表格行"),
}
