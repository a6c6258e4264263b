"""What a PDF carries beside its pages' own content: attachments, annotations, forms, layers, scripts.

None of it is on a document that we issue, except the credential as an attachment; whatever else is
there may show a reader something that the text does not say.
"""

from dataclasses import dataclass
from typing import Final

import pikepdf
from pikepdf import Name

from credential.cose import LARGEST
from credential.verdict import Place, SubIndication
from verifier.evidence import Attachment, Flag, Form
from verifier.extraction.pdf_inventory import odd_catalog, odd_contents, walk
from verifier.extraction.refusal import over_limit, unsupported
from verifier.limits import Limits

_ACTIONS: Final = {
    "/JavaScript": "脚本",
    "/Launch": "启动程序的动作",
    "/SubmitForm": "提交表单的动作",
    "/ImportData": "导入数据的动作",
    "/Rendition": "多媒体",
    "/RichMediaExecute": "多媒体",
    "/Hide": "隐藏内容的动作",
    "/SetOCGState": "切换图层的动作",
}
_MM: Final = 25.4 / 72


@dataclass(frozen=True, slots=True)
class Structure:
    """``signed``: a signature dictionary is there (ISO 32000-1 §12.8.1)."""

    flags: tuple[Flag, ...]
    attachments: tuple[Attachment, ...]
    signed: bool


def read_structure(pdf: pikepdf.Pdf, limits: Limits) -> Structure:
    """Raises Refused where a page is larger than the limit."""
    flags = [*_root_flags(pdf.Root)]
    for number, page in enumerate(pdf.pages, start=1):
        flags.extend(_page_flags(page, number, limits))
    attachments: list[Attachment] = []
    signed = False
    seen = dict(odd_catalog(pdf.Root))
    for item in walk(pdf, limits):
        if Name.EF in item:
            attachments.append(_attachment(item))
        if Name.ByteRange in item and Name.Contents in item:
            signed = True
        seen |= dict(_odd(item)) | dict(odd_contents(item))
    flags.extend(_hidden(code, f"PDF 含有{message}") for code, message in seen.items())
    return Structure(tuple(flags), tuple(attachments), signed)


def _root_flags(root: pikepdf.Object) -> list[Flag]:
    flags = []
    if Name.OCProperties in root:
        flags.append(_hidden("OPTIONAL_CONTENT", "PDF 含有可隐藏的图层"))
    if Name.AcroForm in root:
        flags.append(_hidden("FORM", "PDF 含有表单"))
    if Name.OpenAction in root or Name.AA in root:
        flags.append(_hidden("ACTION", "PDF 打开时会执行动作"))
    if Name.Collection in root:
        flags.append(_hidden("PORTFOLIO", "PDF 是多文件集合"))
    return flags


def _odd(item: pikepdf.Object) -> list[tuple[str, str]]:
    odd = []
    subtype, kind = _name(item, "/S"), _name(item, "/Type")
    if subtype in _ACTIONS:
        odd.append((f"ACTION_{subtype[1:].upper()}", _ACTIONS[subtype]))
    if Name.JS in item:
        odd.append(("ACTION_JAVASCRIPT", "脚本"))
    if kind in {"/OCG", "/OCMD"} or Name.OC in item:
        odd.append(("OPTIONAL_CONTENT", "可隐藏的图层"))
    if Name.XFA in item:
        odd.append(("FORM", "表单"))
    if Name.Alternates in item:
        odd.append(("ALTERNATE_IMAGE", "屏幕与打印时不同的图片"))
    return odd


def _name(item: pikepdf.Object, key: str) -> str:
    value = item.get(key)
    return str(value) if isinstance(value, pikepdf.Name) else ""


def _attachment(item: pikepdf.Object) -> Attachment:
    name = str(item.get(Name.UF, item.get(Name.F, "")))[:100]
    try:
        stream = item.EF.get(Name.F, item.EF.get(Name.UF))
        data = stream.read_bytes() if isinstance(stream, pikepdf.Stream) else b""
    except (pikepdf.PdfError, AttributeError):
        data = b""
    return Attachment(name, data if len(data) <= LARGEST else b"")


def _page_flags(page: pikepdf.Page, number: int, limits: Limits) -> list[Flag]:
    media, crop = _box(page.mediabox), _box(page.cropbox)
    width, height = (crop[2] - crop[0]) * _MM, (crop[3] - crop[1]) * _MM
    if max(width, height) > limits.page_side:
        raise over_limit("PAGE_SIZE", f"第 {number} 页大于 A0", Form.PDF)
    if min(width, height) < 5:
        raise unsupported("PAGE_SIZE", f"第 {number} 页没有可见的版面", Form.PDF)
    place = Place(number)
    flags = []
    if crop != media or crop[:2] != (0, 0):
        flags.append(_hidden("CROP", f"第 {number} 页裁去了部分版面", place))
    if page.obj.get(Name.Rotate, 0) != 0 or page.obj.get(Name.UserUnit, 1) != 1:
        flags.append(_hidden("ROTATED", f"第 {number} 页被旋转或缩放", place))
    if Name.Annots in page.obj and len(page.obj.Annots):  # an annotation lies over the page
        flags.append(_hidden("ANNOTATION", f"第 {number} 页有批注或覆盖物", place))
    if Name.AA in page.obj:
        flags.append(_hidden("ACTION", f"第 {number} 页带有动作", place))
    return flags


def _box(box: pikepdf.Object) -> tuple[float, ...]:
    x0, y0, x1, y1 = (float(side) for side in box)
    return min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)


def _hidden(code: str, message: str, place: Place | None = None) -> Flag:
    return Flag(SubIndication.HIDDEN_CONTENT, code, message, place)
