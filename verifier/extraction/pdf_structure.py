"""What a PDF carries beside its pages' own content: attachments, annotations, forms, layers, scripts.

None of it is on a document that we issue, except the credential as an attachment and the field of
the seal, which draws nothing; whatever else is there may show a reader something that the text does
not say.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

import pikepdf
from pikepdf import Name

from credential.cose import LARGEST
from credential.verdict import Place, SubIndication
from verifier.evidence import Attachment, Flag, Form
from verifier.extraction.embedded_fonts import odd_fonts
from verifier.extraction.packed_streams import odd_packing
from verifier.extraction.pdf_inventory import Keys, odd_catalog, odd_contents, walk
from verifier.extraction.refusal import over_limit, unsupported
from verifier.extraction.seal_shape import Widget, is_seal, seal_widget
from verifier.extraction.structure_tree import odd_element
from verifier.extraction.symbol_pictures import odd_picture
from verifier.extraction.value_kinds import Checked, odd_kinds
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
_NODE: Final = frozenset({"/Type", "/Kids", "/Count", "/Parent"})
"""Of the page tree: what else stands there some readers give to the pages below it."""
_LAYERS: Final = frozenset({"/OCG", "/OCMD"})
_MM: Final = 25.4 / 72


@dataclass(frozen=True, slots=True)
class Structure:
    """``signed``: a signature dictionary is there (ISO 32000-1 §12.8.1). ``alts``: words in the place of
    what is drawn (§14.9.3)."""

    flags: tuple[Flag, ...]
    attachments: tuple[Attachment, ...]
    signed: bool
    alts: tuple[str, ...]


def read_structure(pdf: pikepdf.Pdf, limits: Limits) -> Structure:
    """Raises Refused where a page is larger than the limit."""
    seal = seal_widget(pdf.Root)
    flags = [*_root_flags(pdf.Root, seal)]
    for number, page in enumerate(pdf.pages, start=1):
        flags.extend(_page_flags(page, number, limits, seal))
    attachments: list[Attachment] = []
    alts: list[str] = []
    # a form like the seal's is one, whatever is wrong with its signature
    signed = seal is not None
    seen = dict(odd_catalog(pdf.Root))
    fonts = []
    checked: Checked = set()
    pages = {page.obj.objgen for page in pdf.pages}
    # those of a page are told of with its number
    notes = {seal, *(note for page in pdf.pages for note in _notes(page))}
    for item, entries in walk(pdf, limits):
        keys = entries.keys()
        if _is_page(entries) and item.objgen not in pages:
            seen["STRAY_PAGE"] = "不在页面目录中的页面"
        if "/Rect" in keys and item.objgen not in notes:
            # wherever it hangs: pdf.js takes for a page those of a node above it too
            seen["STRAY_ANNOTATION"] = "不在页面上的批注或覆盖物"
        is_node = entries.get("/Type") == Name.Pages or {"/Kids", "/Count"} <= keys
        if is_node and not keys <= _NODE:
            seen["PAGE_TREE"] = "页面目录中无法核对的条目"
        seen.update(odd_kinds(entries, checked))
        if isinstance(item, pikepdf.Stream):
            seen.update(odd_packing(item))
            if item.get(Name.Subtype) == Name.Image:
                seen.update(odd_picture(item))
        elif "/Subtype" in keys and item.Subtype == Name.Type0:
            fonts.append(item)
        if "/EF" in keys:
            attachments.extend(_attachments(item))
        if {"/ByteRange", "/Contents"} <= keys:
            signed = True
        seen.update(_odd(item, keys))
        seen.update(odd_contents(item, keys))
        seen.update(odd_element(item, keys))
        if "/Alt" in keys:
            alts.append(str(item.Alt))
    seen.update(odd_fonts(fonts))
    flags.extend(_hidden(code, f"PDF 含有{message}") for code, message in seen.items())
    return Structure(tuple(flags), tuple(attachments), signed, tuple(alts))


def _notes(page: pikepdf.Page) -> Iterator[tuple[int, int]]:
    held = page.obj.get(Name.Annots)
    for note in held if isinstance(held, pikepdf.Array) else ():
        if isinstance(note, pikepdf.Dictionary):
            yield note.objgen


def _is_page(entries: Mapping[str, object]) -> bool:
    """pdf.js takes for a page whatever has content and is no signature."""
    if "/ByteRange" in entries:
        return False
    return entries.get("/Type") == Name.Page or "/Contents" in entries


def _root_flags(root: pikepdf.Object, seal: Widget | None) -> list[Flag]:
    flags = []
    if Name.OCProperties in root:
        flags.append(_hidden("OPTIONAL_CONTENT", "PDF 含有可隐藏的图层"))
    if Name.AcroForm in root and seal is None:
        flags.append(_hidden("FORM", "PDF 含有表单"))
    if Name.OpenAction in root or Name.AA in root:
        flags.append(_hidden("ACTION", "PDF 打开时会执行动作"))
    if Name.Collection in root:
        flags.append(_hidden("PORTFOLIO", "PDF 是多文件集合"))
    return flags


def _odd(item: pikepdf.Object, keys: Keys) -> list[tuple[str, str]]:
    odd = []
    subtype = _name(item.S) if "/S" in keys else ""
    if subtype in _ACTIONS:
        odd.append((f"ACTION_{subtype[1:].upper()}", _ACTIONS[subtype]))
    if "/JS" in keys:
        odd.append(("ACTION_JAVASCRIPT", "脚本"))
    if "/OC" in keys or ("/Type" in keys and _name(item.Type) in _LAYERS):
        odd.append(("OPTIONAL_CONTENT", "可隐藏的图层"))
    if "/XFA" in keys:
        odd.append(("FORM", "表单"))
    if "/Alternates" in keys:
        odd.append(("ALTERNATE_IMAGE", "屏幕与打印时不同的图片"))
    return odd


def _name(value: object) -> str:
    return str(value) if isinstance(value, pikepdf.Name) else ""


def _attachments(item: pikepdf.Object) -> list[Attachment]:
    """Each file under each name that a reader may open it by (ISO 32000-1 §7.11.3, §7.11.4)."""
    names = {str(item[key])[:100]: None for key in ("/F", "/UF") if key in item} or {"": None}
    held = item.EF if isinstance(item.EF, pikepdf.Dictionary) else pikepdf.Dictionary()
    files = {_file(held[key]): None for key in ("/F", "/UF") if key in held} or {b"": None}
    return [Attachment(name, data) for name in names for data in files]


def _file(stream: object) -> bytes:
    try:
        data = stream.read_bytes() if isinstance(stream, pikepdf.Stream) else b""
    except pikepdf.PdfError:
        return b""
    return data if len(data) <= LARGEST else b""


def _page_flags(page: pikepdf.Page, number: int, limits: Limits, seal: Widget | None) -> list[Flag]:
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
    if page.obj.get(Name.Rotate, 0) not in range(-270, 361, 90):
        flags.append(_hidden("TURNED", f"第 {number} 页的旋转角度无法核对", place))
    if page.obj.get(Name.UserUnit, 1) != 1:
        flags.append(_hidden("SCALED", f"第 {number} 页被缩放", place))
    notes = page.obj.get(Name.Annots)
    # an annotation lies over the page
    if notes is not None and len(notes) and not is_seal(notes, seal):
        flags.append(_hidden("ANNOTATION", f"第 {number} 页有批注或覆盖物", place))
    if Name.AA in page.obj:
        flags.append(_hidden("ACTION", f"第 {number} 页带有动作", place))
    return flags


def _box(box: pikepdf.Object) -> tuple[float, ...]:
    x0, y0, x1, y1 = (float(side) for side in box)
    return min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)


def _hidden(code: str, message: str, place: Place | None = None) -> Flag:
    return Flag(SubIndication.HIDDEN_CONTENT, code, message, place)
