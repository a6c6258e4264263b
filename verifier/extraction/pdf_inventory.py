"""What a PDF's objects are made of, against what our own pages are made of.

Two readers may draw one file differently: a colour profile that makes 0.97 grey black in one and
white in the other, a transfer function, a screen-only image, a font that is not embedded. What our
pages do not use is therefore not looked into but said.
"""

import hashlib
import re
from collections.abc import Iterator, Mapping, Set
from typing import Final, TypeGuard

import pikepdf
from pikepdf import Name

from verifier.extraction.packed_streams import is_whole_mask
from verifier.extraction.refusal import over_limit
from verifier.limits import Limits

Keys = Set[str]
"""Of a dictionary, with the slash."""
_PROFILES: Final = {
    # typst 0.15: gray, and the sRGB of its output intent
    "00c0f94e09127520a17dc0e1d9264b5702081d96dbdb1549ee88e3631ce42a9d": 1,
    "c56e1685d888f5edb92fe07f2750f387f8fe8e91b32ff8fb0b56bfbbb9458353": 3,
    # what ps2pdf puts in gray's place, as PDF 1.4 knows no profile of ICC 4: black stays black
    "71b94e11af3ae7389a1da29ca3ca2f4436ea1e50a8c8a53925f0402cc6cd4a44": 1,
}
"""SHA-256 of the colour profiles on our pages, and how many components each has."""
_PS2PDF: Final = 900
"""Bytes of its profile. It leaves unset what ends the copyright, and what stands behind the curve."""
_PROFILE: Final = frozenset({"/N", "/Range", "/Filter", "/Length"})
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
        "/Group",
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
        # smooths what is enlarged; a picture that is no symbol is reported whatever it shows
        "/Interpolate",
    }
)
_FORM: Final = frozenset(
    {
        "/Type",
        "/Subtype",
        "/BBox",
        "/Resources",
        "/FormType",
        "/Filter",
        "/DecodeParms",
        "/Length",
    }
)
_DEVICE: Final = frozenset({"/DeviceGray", "/DeviceRGB"})
_FONTS: Final = {
    "/Type0": frozenset(
        {"/Type", "/Subtype", "/BaseFont", "/Encoding", "/DescendantFonts", "/ToUnicode"}
    ),
    "/CIDFontType0": frozenset(
        {"/Type", "/Subtype", "/BaseFont", "/CIDSystemInfo", "/FontDescriptor", "/DW", "/W"}
    ),
}
"""A subset with two-byte codes that are its CIDs (ISO 32000-1 §9.7), and what such a font says."""
_NEEDED: Final = {
    "/Page": frozenset({"/Contents", "/MediaBox", "/Parent", "/Resources"}),
    "/Type0": _FONTS["/Type0"],
    "/CIDFontType0": _FONTS["/CIDFontType0"] - {"/DW"},
    "/Form": frozenset({"/Type", "/BBox", "/Resources"}),
}
"""By type or subtype: at what is not there each reader makes do in its own way (pdf.js draws nothing
in a font without a name)."""
_SUBSET: Final = re.compile(r"/[A-Z]{6}\+Noto(?:Sans|Serif)SC-Regular")
"""Of our own fonts. LibreOffice sets a page in a font of its own by the name: in ZapfDingbats digits are
pointing hands."""
_TYPES: Final = {
    "/Type0": {"/Font"},
    "/CIDFontType0": {"/Font"},
    "/CIDFontType0C": {"None"},
    "/Form": {"/XObject"},
    "/Image": {"/XObject", "None"},
    "/Widget": {"/Annot"},
    "/XML": {"/Metadata"},
}
"""By subtype: Ghostscript gives up a font whose part is of another type, and draws its codes' bytes."""
_FOREIGN_FONTS: Final = frozenset({"/Type1", "/Type3", "/MMType1", "/TrueType", "/CIDFontType2"})
_FILE: Final = frozenset({"/Type", "/F", "/UF", "/EF", "/Desc", "/AFRelationship"})
"""Of a file specification (§7.11.3)."""
_FILE_DESCRIPTION: Final = "COSE_Sign1"
_PLAIN_STATE: Final = {
    "/Type": ("/ExtGState",),
    "/CA": (1,),
    "/ca": (1,),
    "/BM": ("/Normal", "/Compatible"),
    "/SMask": ("/None",),
    "/OP": (False,),
    "/op": (False,),
    "/AIS": (False,),
    "/SA": (False, True),
    "/OPM": (0, 1),
}
"""What a graphics state (ISO 32000-1 §11.6.5.8, table 58) may say that changes nothing: programs
that print through cairo write CA and ca of 1 on every page. OPM works only where OP is true."""
_GROUP: Final = {
    "/Type": ("/Group",),
    "/S": ("/Transparency",),
    "/I": (False, True),
    "/K": (False, True),
    "/CS": ("/DeviceRGB", "/DeviceGray"),
}
"""A page as a group (§11.6.6): with nothing transparent in it, it is the page."""
_ODD_RESOURCES: Final = {
    "/Pattern": "填充图案",
    "/Shading": "渐变",
    "/Properties": "内容属性",
}

_TELLING: Final = frozenset(
    {
        "/Type",
        "/Subtype",
        "/ExtGState",
        *_ODD_RESOURCES,
        "/ColorSpace",
        "/DestOutputProfile",
        "/Font",
        "/EF",
        "/Names",
    }
)
"""A dictionary with none of these keys has nothing to say here; most are parts of the structure."""


def walk(pdf: pikepdf.Pdf, limits: Limits) -> Iterator[tuple[pikepdf.Object, dict[str, object]]]:
    """Every dictionary and stream with its entries, also those that are written inside another object.

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
                entries: dict[str, object] = dict(item.items())
                yield item, entries
                held = [value for key, value in entries.items() if key != "/Parent"]
            elif isinstance(item, pikepdf.Array):
                held = list(item)
            else:
                continue
            stack.extend(value for value in held if _is_inside(value))


def _is_inside(value: object) -> TypeGuard[pikepdf.Object]:
    """A container of its own: what has a number comes up by itself."""
    return (
        isinstance(value, pikepdf.Dictionary | pikepdf.Array | pikepdf.Stream)
        and not value.is_indirect
    )


def odd_catalog(root: pikepdf.Object) -> Iterator[tuple[str, str]]:
    """Code and words for each entry of the catalog that our files do not have."""
    yield from _odd_keys(root.keys(), _CATALOG, "CATALOG", "页面以外的内容")
    names = root.get(Name.Names)
    if isinstance(names, pikepdf.Dictionary):
        yield from _odd_keys(names.keys(), frozenset({"/EmbeddedFiles"}), "NAMES", "页面以外的内容")


def odd_contents(item: pikepdf.Object, keys: Keys) -> Iterator[tuple[str, str]]:
    """Code and words for what one dictionary has of what our pages do not use. ``keys``: its own."""
    if keys.isdisjoint(_TELLING):
        return
    kind, subtype = item.get(Name.Type), item.get(Name.Subtype)
    yield from _odd_type(kind, subtype, keys)
    if kind == Name.Page:
        yield from _odd_keys(keys, _PAGE, "PAGE_ENTRY", "页面中无法核对的条目")
        if "/Group" in keys and not _says_only(item.Group, _GROUP):
            yield "PAGE_ENTRY", "页面中无法核对的条目（Group）"
    if subtype == Name.Image:
        if not (isinstance(item, pikepdf.Stream) and is_whole_mask(item)):
            yield from _odd_keys(keys, _IMAGE, "IMAGE_ENTRY", "带遮罩或替换的图片")
    elif subtype == Name.Form:
        yield from _odd_keys(keys, _FORM, "FORM_ENTRY", "带透明组的图形")
    yield from _odd_graphics(item, keys)
    if kind == Name.Font or str(subtype) in {*_FONTS, *_FOREIGN_FONTS}:
        yield from _odd_font(item, keys)
    elif kind == Name.FontDescriptor and "/FontFile3" not in keys:
        yield "FONT", "未嵌入的字体"
    if "/Font" in keys and not _are_fonts(item.Font):
        yield "FONT", "无法核对的字体类型"
    if "/EF" in keys:
        yield from _odd_file(item, keys)
    # some readers list an attachment by its name in the tree (§7.9.6)
    if "/Names" in keys and not _are_named_as_files(item.Names):
        yield "ATTACHMENT_NAME", "名称与文件不符的附件"


def _odd_type(
    kind: pikepdf.Object | None, subtype: pikepdf.Object | None, keys: Keys
) -> Iterator[tuple[str, str]]:
    missing = _NEEDED.get(str(subtype or kind), frozenset()) - keys
    if missing:
        names = "、".join(sorted(key[1:] for key in missing))
        yield "ENTRY_MISSING", f"缺少条目的对象（{names}）"
    if str(kind) not in _TYPES.get(str(subtype), {str(kind)}):
        yield "TYPE", "类型（Type）与用途不符的对象"


def _odd_font(item: pikepdf.Object, keys: Keys) -> Iterator[tuple[str, str]]:
    subtype = str(item.get(Name.Subtype))
    if subtype not in _FONTS:
        yield "FONT", "无法核对的字体类型"
        return
    yield from _odd_keys(keys, _FONTS[subtype], "FONT_ENTRY", "字体中无法核对的条目")
    if subtype == "/Type0":
        # a CMap of the file's own is read differently; pdfminer looks at its name only
        if item.get(Name.Encoding) != Name("/Identity-H"):
            yield "FONT_ENCODING", "自带编码表的字体"
        parts = item.get(Name.DescendantFonts)
        if not (isinstance(parts, pikepdf.Array) and len(parts) == 1 and _is_cid_font(parts[0])):
            yield "FONT", "无法核对的字体类型"
        elif not _is_named_as(item, parts[0]):
            yield "FONT_NAME", "名称不一致的字体"
    elif not _is_embedded(item.get(Name.FontDescriptor)):
        yield "FONT", "未嵌入的字体"


def _is_cid_font(font: object) -> bool:
    """With a number of its own: where there is none, poppler tells fonts apart by 31 bits of a sum."""
    return (
        isinstance(font, pikepdf.Dictionary)
        and font.is_indirect
        and font.get(Name.Subtype) == Name.CIDFontType0
    )


def _is_named_as(font: pikepdf.Object, part: pikepdf.Object) -> bool:
    """A subset, all parts of which have its name (§9.6.4, §9.7.6.1)."""
    name = str(part.get(Name.BaseFont))
    descriptor = part.get(Name.FontDescriptor)
    own = descriptor.get(Name.FontName) if isinstance(descriptor, pikepdf.Dictionary) else None
    return (
        _SUBSET.fullmatch(name) is not None
        and str(own) == name
        and str(font.get(Name.BaseFont)) in {name, f"{name}-Identity-H"}
    )


def _is_embedded(descriptor: object) -> bool:
    """As bare CFF (§9.9, table 126): of an OpenType file readers use different tables."""
    if not isinstance(descriptor, pikepdf.Dictionary):
        return False
    program = descriptor.get(Name.FontFile3)
    return (
        descriptor.is_indirect
        and descriptor.get(Name.Type) == Name.FontDescriptor
        and isinstance(program, pikepdf.Stream)
        and program.get(Name.Subtype) == Name.CIDFontType0C
        and not {"/FontFile", "/FontFile2"} & descriptor.keys()
    )


def _are_fonts(fonts: object) -> bool:
    return isinstance(fonts, pikepdf.Dictionary) and all(
        isinstance(font, pikepdf.Dictionary)
        and font.is_indirect
        and font.get(Name.Type) == Name.Font
        # a part of one (§9.7.4) some draw and others do not
        and font.get(Name.Subtype) != Name.CIDFontType0
        for _, font in fonts.items()
    )


def _are_named_as_files(leaf: object) -> bool:
    """Each entry that is no place in the document is a file that is there (§7.11.4)."""
    held = list(leaf) if isinstance(leaf, pikepdf.Array) else []
    return len(held) % 2 == 0 and all(
        Name.EF in file and str(name) == str(file.get(Name.UF))
        for name, file in zip(held[::2], held[1::2], strict=True)
        if isinstance(file, pikepdf.Dictionary)
    )


def _odd_file(item: pikepdf.Object, keys: Keys) -> Iterator[tuple[str, str]]:
    yield from _odd_keys(keys, _FILE, "ATTACHMENT_ENTRY", "附件中无法核对的条目")
    if isinstance(item.EF, pikepdf.Dictionary):
        known = frozenset({"/F", "/UF"})
        yield from _odd_keys(item.EF.keys(), known, "ATTACHMENT_ENTRY", "附件中无法核对的条目")
    if str(item.get(Name.Desc, _FILE_DESCRIPTION)) != _FILE_DESCRIPTION:
        yield "ATTACHMENT_ENTRY", f"附件的说明（{str(item.Desc)[:40]}）"


def _odd_graphics(item: pikepdf.Object, keys: Keys) -> Iterator[tuple[str, str]]:
    if "/ExtGState" in keys and not _are_plain_states(item.ExtGState):
        yield "GRAPHICS", "图形状态（透明、叠印或传递函数）"
    for key, words in _ODD_RESOURCES.items():
        if key in keys and not (isinstance(item[key], pikepdf.Dictionary) and not len(item[key])):
            yield "GRAPHICS", words
    if "/ColorSpace" in keys and not _is_our_space(item.ColorSpace, named=True):
        yield "COLOUR", "无法核对的颜色空间"
    if "/DestOutputProfile" in keys and not _is_our_profile(item.DestOutputProfile):
        yield "COLOUR", "无法核对的颜色空间"


def _odd_keys(
    keys: Keys, known: frozenset[str], code: str, words: str
) -> Iterator[tuple[str, str]]:
    odd = sorted(keys - known)
    if odd:
        yield code, f"{words}（{'、'.join(key[1:][:40] for key in odd[:5])}）"


def _are_plain_states(states: object) -> bool:
    return isinstance(states, pikepdf.Dictionary) and all(
        _says_only(state, _PLAIN_STATE) for _, state in states.items()
    )


def _says_only(item: object, known: Mapping[str, tuple[object, ...]]) -> bool:
    return isinstance(item, pikepdf.Dictionary) and all(
        (str(value) if isinstance(value, pikepdf.Name) else value) in known.get(key, ())
        for key, value in item.items()
    )


def _is_our_space(space: object, *, named: bool = False) -> bool:
    """A device space or one of our profiles; ``named``: or the resources' table of such."""
    if isinstance(space, pikepdf.Name):
        return str(space) in _DEVICE
    if isinstance(space, pikepdf.Array):
        return len(space) == 2 and space[0] == Name.ICCBased and _is_our_profile(space[1])
    if named and isinstance(space, pikepdf.Dictionary):
        # DefaultGray and DefaultRGB (§8.6.5.6) some readers put in the place of the device spaces
        return all(
            _is_our_space(value) and not name.startswith(("/Default", "/Device", "/Pattern"))
            for name, value in space.items()
        )
    return False


def _is_our_profile(profile: object) -> bool:
    if not isinstance(profile, pikepdf.Stream) or not profile.keys() <= _PROFILE:
        return False
    count = profile.get(Name.N)
    if count not in {1, 3} or list(profile.get(Name.Range, ())) not in ([], [0, 1] * int(count)):
        return False
    try:
        data = profile.read_bytes()
        said = data[:347] + data[348:892] if len(data) == _PS2PDF else data
        return _PROFILES.get(hashlib.sha256(said).hexdigest()) == count
    except pikepdf.PdfError:
        return False
