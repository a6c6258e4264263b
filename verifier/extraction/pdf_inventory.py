"""What a PDF's objects are made of, against what our own pages are made of.

Two readers may draw one file differently: a colour profile that makes 0.97 grey black in one and
white in the other, a transfer function, a screen-only image, a font that is not embedded. What our
pages do not use is therefore not looked into but said.
"""

import hashlib
from collections.abc import Iterator
from typing import Final

import pikepdf
from pikepdf import Name

from verifier.extraction.refusal import over_limit
from verifier.limits import Limits

_PROFILES: Final = frozenset(
    {
        # typst 0.15: gray, and the sRGB of its output intent
        "00c0f94e09127520a17dc0e1d9264b5702081d96dbdb1549ee88e3631ce42a9d",
        "c56e1685d888f5edb92fe07f2750f387f8fe8e91b32ff8fb0b56bfbbb9458353",
    }
)
"""SHA-256 of the colour profiles on our pages."""
_CATALOG: Final = frozenset(
    {
        "/Type",
        "/Pages",
        "/AF",
        "/Lang",
        "/MarkInfo",
        "/Metadata",
        "/Names",
        "/OutputIntents",
        "/StructTreeRoot",
        "/Version",
        "/ViewerPreferences",
        "/OCProperties",
        "/AcroForm",
        "/OpenAction",
        "/AA",
        "/Collection",
    }
)
"""The last five have flags of their own."""
_PAGE: Final = frozenset(
    {
        "/Type",
        "/Parent",
        "/Contents",
        "/MediaBox",
        "/CropBox",
        "/Resources",
        "/StructParents",
        "/Rotate",
        "/UserUnit",
        "/Annots",
        "/AA",
    }
)
_IMAGE: Final = frozenset(
    {
        "/Type",
        "/Subtype",
        "/Width",
        "/Height",
        "/ColorSpace",
        "/BitsPerComponent",
        "/Filter",
        "/DecodeParms",
        "/Length",
    }
)
_FORM: Final = frozenset(
    {
        "/Type",
        "/Subtype",
        "/BBox",
        "/Matrix",
        "/Resources",
        "/FormType",
        "/Filter",
        "/DecodeParms",
        "/Length",
    }
)
_DEVICE: Final = frozenset({"/DeviceGray", "/DeviceRGB"})
_FONTS: Final = frozenset({"/Type0", "/CIDFontType0"})
_FOREIGN_FONTS: Final = frozenset({"/Type1", "/Type3", "/MMType1", "/TrueType", "/CIDFontType2"})
_ODD_RESOURCES: Final = {
    "/ExtGState": "图形状态（透明、叠印或传递函数）",
    "/Pattern": "填充图案",
    "/Shading": "渐变",
    "/Properties": "内容属性",
}


def walk(pdf: pikepdf.Pdf, limits: Limits) -> Iterator[pikepdf.Object]:
    """Every dictionary and stream, also those that are written inside another object.

    Raises:
        Refused: more than ``limits.pdf_values`` containers.
    """
    left = limits.pdf_values
    for top in pdf.objects:
        stack = [top]
        while stack:
            item = stack.pop()
            left -= 1
            if left < 0:
                raise over_limit("PDF_OBJECTS", f"PDF 内部结构超过 {limits.pdf_values} 项")
            if isinstance(item, pikepdf.Dictionary | pikepdf.Stream):
                yield item
                held = [value for key, value in item.items() if key != "/Parent"]
            elif isinstance(item, pikepdf.Array):
                held = list(item)
            else:
                continue
            stack.extend(value for value in held if _is_inside(value))


def _is_inside(value: object) -> bool:
    """A container of its own: what has a number comes up by itself."""
    return (
        isinstance(value, pikepdf.Dictionary | pikepdf.Array | pikepdf.Stream)
        and not value.is_indirect
    )


def odd_catalog(root: pikepdf.Object) -> Iterator[tuple[str, str]]:
    """Code and words for each entry of the catalog that our files do not have."""
    yield from _odd_keys(root, _CATALOG, "CATALOG", "页面以外的内容")
    names = root.get(Name.Names)
    if isinstance(names, pikepdf.Dictionary):
        yield from _odd_keys(names, frozenset({"/EmbeddedFiles"}), "NAMES", "页面以外的内容")


def odd_contents(item: pikepdf.Object) -> Iterator[tuple[str, str]]:
    """Code and words for what one dictionary has of what our pages do not use."""
    kind, subtype = item.get(Name.Type), item.get(Name.Subtype)
    if kind == Name.Page:
        yield from _odd_keys(item, _PAGE, "PAGE_ENTRY", "页面中无法核对的条目")
    if subtype == Name.Image:
        yield from _odd_keys(item, _IMAGE, "IMAGE_ENTRY", "带遮罩或替换的图片")
    elif subtype == Name.Form:
        yield from _odd_keys(item, _FORM, "FORM_ENTRY", "带透明组的图形")
    for key, words in _ODD_RESOURCES.items():
        if key in item and not (isinstance(item[key], pikepdf.Dictionary) and not len(item[key])):
            yield "GRAPHICS", words
    if Name.ColorSpace in item and not _is_our_space(item.ColorSpace, named=True):
        yield "COLOUR", "无法核对的颜色空间"
    if Name.DestOutputProfile in item and not _is_our_profile(item.DestOutputProfile):
        yield "COLOUR", "无法核对的颜色空间"
    if kind == Name.Font or subtype in _FOREIGN_FONTS:
        if str(subtype) not in _FONTS:
            yield "FONT", "无法核对的字体类型"
    elif kind == Name.FontDescriptor and Name.FontFile3 not in item:
        yield "FONT", "未嵌入的字体"


def _odd_keys(
    item: pikepdf.Object, known: frozenset[str], code: str, words: str
) -> Iterator[tuple[str, str]]:
    odd = sorted(set(item.keys()) - known)
    if odd:
        yield code, f"{words}（{'、'.join(key[1:][:40] for key in odd[:5])}）"


def _is_our_space(space: object, *, named: bool = False) -> bool:
    """A device space or one of our profiles; ``named``: or the resources' table of such."""
    if isinstance(space, pikepdf.Name):
        return str(space) in _DEVICE
    if isinstance(space, pikepdf.Array):
        return len(space) == 2 and space[0] == Name.ICCBased and _is_our_profile(space[1])
    if named and isinstance(space, pikepdf.Dictionary):
        return all(_is_our_space(value) for _, value in space.items())
    return False


def _is_our_profile(profile: object) -> bool:
    if not isinstance(profile, pikepdf.Stream) or Name.Alternate in profile:
        return False
    try:
        return hashlib.sha256(profile.read_bytes()).hexdigest() in _PROFILES
    except pikepdf.PdfError:
        return False
