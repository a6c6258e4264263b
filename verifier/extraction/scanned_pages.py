"""Is a PDF nothing but scanned pages: on each one picture over all of it, as scanners write it?

A person confirms what a viewer shows, and OCR reads what PDFium draws. That both see the same picture
follows, as in docs/adr/0018, from what the file may hold: this is the closed list of it. Text that is
not drawn (Tr 3), as scanners add it for searching, may stand beside the picture; nobody reads it here.
"""

import warnings
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import pairwise
from typing import Final, TypeGuard, cast

import pikepdf
from pikepdf import Name

from verifier.extraction.drawing import are_operands
from verifier.extraction.packed_streams import is_plain_flate
from verifier.extraction.scanned_picture import (
    OddPictureError,
    ScannedPicture,
    is_plain_profile_stream,
    read_entries,
)
from verifier.extraction.spelling import is_plainly_spelt
from verifier.extraction.transform import UNIT, Transform, is_near, multiplied

_CATALOG: Final = frozenset(
    [
        "/Type",
        "/Pages",
        "/Metadata",
        "/Lang",
        "/MarkInfo",
        "/Version",
        "/ViewerPreferences",
        "/OutputIntents",
        "/StructTreeRoot",
        "/PageLayout",
        "/PageMode",
        "/Info",
        "/Extensions",
    ]
)
"""Info is Ghostscript's; of the rest pdf_structure.py has flags, whatever is said here."""
_PAGE: Final = frozenset(
    [
        "/Type",
        "/Parent",
        "/Contents",
        "/MediaBox",
        "/CropBox",
        "/BleedBox",
        "/TrimBox",
        "/ArtBox",
        "/Resources",
        "/Rotate",
        "/StructParents",
        "/LastModified",
        "/Tabs",
    ]
)
_RESOURCES: Final = frozenset({"/XObject", "/ProcSet", "/Font"})
_STREAM: Final = frozenset({"/Filter", "/Length"})
_BOXES: Final = (Name.BleedBox, Name.TrimBox, Name.ArtBox)
_FONTS: Final = frozenset({"/Type1", "/TrueType", "/Type0", "/MMType1"})
"""Text mode 3 hides their letters; those of a Type 3 font it does not (§9.3.6)."""
_OPERANDS: Final = {
    "q": "", "Q": "", "cm": "######", "Do": "/", "BMC": "/", "BDC": "/<", "EMC": "",
    "BT": "", "ET": "", "Tr": "1", "Tf": "/#", "Td": "##", "TD": "##", "Tm": "######", "T*": "",
    "TL": "#", "Tc": "#", "Tw": "#", "Tz": "#", "Ts": "#", "Tj": "(", "TJ": "[", "'": "(",
}  # fmt: skip
_SHOW: Final = frozenset({"Tj", "TJ", "'"})
_INSIDE: Final = frozenset({"ET", "Td", "TD", "Tm", "T*"}) | _SHOW
"""Of a text object, and of nothing else (§9.4)."""
_ANYWHERE: Final = frozenset(["Tr", "Tf", "TL", "Tc", "Tw", "Tz", "Ts", "BMC", "BDC", "EMC"])
_INVISIBLE: Final = 3
_MARK: Final = frozenset({"/MCID"})
_DEEPEST: Final = 8
_CONTENT: Final = 1 << 20
"""Bytes of a page's content: a page of Chinese as invisible text has 0.1 MB."""
_SMALL: Final = 0.01
"""Of a matrix: in smaller steps readers round differently."""
_STEPS: Final = 4
_EDGE: Final = 0.01
"""Part of a page's side by which a picture may end within or beyond it."""
_DENSE: Final = (70.0, 650.0)
"""Dots an inch: of denser ones readers show some and leave out others."""
_SQUEEZED: Final = 2.1
"""Of dots an inch across to down; fax has 204 by 98."""
_PICTURED: Final = 200
"""Pixels of a side from which a picture is no symbol of ours."""


OF_OTHER_PAGES: Final = frozenset(
    [
        "CATALOG",
        "PAGE_ENTRY",
        "IMAGE_ENTRY",
        "COLOUR",
        "PICTURE",
        "PACKING",
        "IMAGE_DATA",
        "KIND_FILTER",
        "FONT",
        "FONT_ENTRY",
        "FONT_ENCODING",
        "FONT_NAME",
        "FONT_SHARED",
        "FONT_PROGRAM",
        "FONT_WIDTHS",
        "FONT_OUTLINE",
    ]
)
"""Codes of flags for what is not on pages of ours, and for which scanned pages have the lists above: of
their pictures, and of fonts that draw nothing."""


class OddScanError(Exception):
    """Words for what is not as scanners write it."""


@dataclass(frozen=True, slots=True)
class ScannedSheet:
    """``quarters``: by which the picture is turned to the left on its page; ``text``: invisible text
    stands beside it. ``box``: of the page's width and height, what the picture takes from the top left."""

    picture: ScannedPicture
    quarters: int
    box: tuple[float, float, float, float]
    text: bool


def read_scanned_sheets(pdf: pikepdf.Pdf) -> tuple[ScannedSheet, ...]:
    """One for each page, in order.

    Raises:
        OddScanError: the file holds anything else.
        pikepdf.PdfError: a stream is over qpdf's limit.
    """
    pages = [page.obj for page in pdf.pages]
    # first: of our own pages nothing more is looked at
    images = [_only_image(page) for page in pages]
    _check_keys(pdf.Root, _CATALOG, "文档")
    for intent in pdf.Root.get(Name.OutputIntents, ()):
        _check_intent(intent)
    return tuple(_sheet(page, *image) for page, image in zip(pages, images, strict=True))


def _only_image(page: pikepdf.Object) -> tuple[str, pikepdf.Stream]:
    resources = page.get(Name.Resources)
    held = resources.get(Name.XObject) if isinstance(resources, pikepdf.Dictionary) else None
    drawn = list(held.items()) if isinstance(held, pikepdf.Dictionary) else []
    if len(drawn) != 1:
        raise OddScanError("一页上不是只有一张图片")
    name, image = drawn[0]
    if not (isinstance(image, pikepdf.Stream) and image.get(Name.Subtype) == Name.Image):
        raise OddScanError("一页上不是只有一张图片")
    sides: list[object] = [image.get(Name.Width), image.get(Name.Height)]
    if not all(isinstance(side, int) and side >= _PICTURED for side in sides):
        raise OddScanError("图片不是整页的")
    return name, image


def _check_keys(item: pikepdf.Object, known: frozenset[str], words: str) -> None:
    if odd := sorted(item.keys() - known):
        raise OddScanError(f"{words}带有 {'、'.join(key[1:][:40] for key in odd[:5])}")


def _check_intent(intent: object) -> None:
    """A profile that devices other than the screen are thought of with; as plain as a picture's."""
    profile = intent.get(Name.DestOutputProfile) if isinstance(intent, pikepdf.Dictionary) else None
    if profile is not None and not is_plain_profile_stream(profile):
        raise OddScanError("输出颜色配置不是普通的")


def _sheet(page: pikepdf.Object, name: str, image: pikepdf.Stream) -> ScannedSheet:
    _check_keys(page, _PAGE, "页面")
    _check_keys(page.Resources, _RESOURCES, "页面的资源")
    try:
        picture = read_entries(image)
    except OddPictureError as odd:
        raise OddScanError(str(odd)) from odd
    drawn = _drawn(page, name)
    quarters, corners = _turned(drawn.picture or UNIT)
    x0, y0, x1, y1 = _media(page)
    wide, high = x1 - x0, y1 - y0
    left, bottom, right, top = corners
    away = (left - x0) / wide, (y1 - top) / high, (right - x1) / wide, (y0 - bottom) / high
    if max(map(abs, away)) > _EDGE:
        raise OddScanError("图片没有铺满页面或超出页面")
    across, down = (right - left, top - bottom)[:: -1 if quarters % 2 else 1]
    dense = 72 * picture.width / across, 72 * picture.height / down
    if not _DENSE[0] <= min(dense) <= max(dense) <= min(_DENSE[1], _SQUEEZED * min(dense)):
        raise OddScanError("图片的分辨率不是扫描仪通常的")
    box = away[0], away[1], 1 + away[2], 1 + away[3]
    return ScannedSheet(picture, quarters, box, drawn.text)


def _media(page: pikepdf.Object) -> tuple[float, float, float, float]:
    box = page.get(Name.MediaBox)
    sides = [float(side) for side in box] if isinstance(box, pikepdf.Array) else []
    if len(sides) != 4 or sides[0] >= sides[2] or sides[1] >= sides[3]:
        raise OddScanError("页面没有自己的尺寸")
    if any(name in page and list(page[name]) != list(box or ()) for name in _BOXES):
        raise OddScanError("页面的几种边框不同")
    return sides[0], sides[1], sides[2], sides[3]


def _turned(transform: Transform) -> tuple[int, tuple[float, float, float, float]]:
    """Quarters to the left, and where the unit square comes to lie: left, bottom, right, top."""
    a, b, c, d, e, f = transform
    ends = [(e, f), (a + c + e, b + d + f)]
    (x0, x1), (y0, y1) = (sorted(axis) for axis in zip(*ends, strict=True))
    signs = [(one > 0) - (one < 0) for one in (a, b, c, d)]
    turns = [[1, 0, 0, 1], [0, 1, -1, 0], [-1, 0, 0, -1], [0, -1, 1, 0]]
    if signs not in turns or not (is_near((x0, y0)) and is_near((x1, y1))):
        raise OddScanError("图片被倾斜或镜像")
    return turns.index(signs), (x0, y0, x1, y1)


def _drawn(page: pikepdf.Object, name: str) -> "_Content":
    """What the content draws: the one picture, once, and nothing else that is seen."""
    content = page.get(Name.Contents)
    held = list(content) if isinstance(content, pikepdf.Array) else [content]
    streams = [one for one in held if _is_plain_stream(one)]
    data = [one.read_bytes() for one in streams]
    if len(data) != len(held) or sum(map(len, data)) > _CONTENT:
        raise OddScanError("页面内容残缺或过长")
    # §7.8.2: some put white space between two streams, others read over the seam
    seams = all(
        not one or one[-1:].isspace() or other[:1].isspace() for one, other in pairwise(data)
    )
    if not seams or not all(map(is_plainly_spelt, data)):
        raise OddScanError("页面内容的写法各阅读程序读法不同")
    drawn = _Content(name, page.Resources.get(Name.Font, pikepdf.Dictionary()))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            for stream in streams:
                for instruction in pikepdf.parse_content_stream(stream):
                    operator, operands = str(instruction.operator), list(instruction.operands)
                    expected = _OPERANDS.get(operator)
                    fit = expected is not None and are_operands(expected, operands)
                    if not (fit and drawn.takes(operator, operands)):
                        raise OddScanError(f"页面内容有图片以外的指令 {operator[:20]}")
        except (pikepdf.PdfError, TypeError, UserWarning) as error:
            raise OddScanError("页面内容不完整") from error
    if not drawn.is_whole():
        raise OddScanError("页面内容不是只画一张图片")
    return drawn


@dataclass(slots=True)
class _Content:
    """What a page's content comes to. ``picture``: where the picture is drawn; ``hidden``: text is not
    drawn, by the mode set last."""

    name: str
    fonts: pikepdf.Object
    transform: Transform = UNIT
    steps: int = 0
    hidden: bool = False
    saved: list[tuple[Transform, int, bool]] = field(default_factory=list)
    inside: bool = False
    marks: int = 0
    text: bool = False
    picture: Transform | None = None

    def takes(self, operator: str, operands: Sequence[object]) -> bool:
        """Whether a scanner's page may go on with this instruction."""
        if self.inside != (operator in _INSIDE) and operator not in _ANYWHERE:
            return False
        if operator in {"BT", "ET"}:
            self.inside, self.text = operator == "BT", True
        elif operator in {"BMC", "BDC", "EMC"}:
            self.marks += -1 if operator == "EMC" else 1
            if operator == "BDC" and not cast(pikepdf.Dictionary, operands[1]).keys() <= _MARK:
                return False
        elif operator in {"Tr", "Tf"}:
            return self._writes(operator, operands)
        elif operator in {"q", "Q", "cm", "Do"}:
            return self._draws(operator, operands)
        return self.marks >= 0 and (self.hidden or operator not in _SHOW)

    def _writes(self, operator: str, operands: Sequence[object]) -> bool:
        if operator == "Tf":
            return _is_hidden_by_mode(self.fonts, str(operands[0]))
        self.hidden = operands == [_INVISIBLE]
        return self.hidden

    def _draws(self, operator: str, operands: Sequence[object]) -> bool:
        if operator == "cm":
            return self._moves(operands)
        if operator == "Do":
            drawn, self.picture = self.picture, self.transform
            return drawn is None and operands == [self.name]
        if operator == "q":
            self.saved.append((self.transform, self.steps, self.hidden))
        elif self.saved:
            self.transform, self.steps, self.hidden = self.saved.pop()
        else:
            return False
        return len(self.saved) <= _DEEPEST

    def _moves(self, operands: Sequence[object]) -> bool:
        a, b, c, d, e, f = (float(cast(Decimal, one)) for one in operands)
        self.transform = multiplied((a, b, c, d, e, f), self.transform)
        self.steps += 1
        return self.steps <= _STEPS and all(not one or abs(one) >= _SMALL for one in (a, b, c, d))

    def is_whole(self) -> bool:
        return self.picture is not None and not (self.saved or self.inside or self.marks)


def _is_hidden_by_mode(fonts: pikepdf.Object, name: str) -> bool:
    font = fonts.get(name) if isinstance(fonts, pikepdf.Dictionary) else None
    return isinstance(font, pikepdf.Dictionary) and str(font.get(Name.Subtype)) in _FONTS


def _is_plain_stream(stream: object) -> TypeGuard[pikepdf.Stream]:
    return (
        isinstance(stream, pikepdf.Stream) and stream.keys() <= _STREAM and is_plain_flate(stream)
    )
