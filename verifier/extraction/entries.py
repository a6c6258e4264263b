"""Every entry of a PDF, from the trailer on, against those that our pages and their savings have.

An entry that is no part of what it stands in is passed over by most readers and taken by one: resources
in the dictionary of a page's content are Ghostscript's and pdf.js's own way to other letters (ISO 32000-2
§7.8.3). So each place in the file has its list. What the entries may say is looked at elsewhere.
"""

from collections.abc import Iterator, Mapping
from typing import Final

import pikepdf
from pikepdf import Name

Number = tuple[int, int]

_VALUE: Final = ""
"""No dictionary or stream, nor an array that holds one."""
_ELSEWHERE: Final = "^"
"""A way back up, or to a page; what is there has a place of its own."""
_PACKED: Final = {"/Length": _VALUE, "/Filter": _VALUE}


def _values(*keys: str) -> Mapping[str, str]:
    return dict.fromkeys((f"/{key}" for key in keys), _VALUE)


_FIELD: Final = {
    **_values("F", "FT", "Rect", "Subtype", "T", "Type"),
    "/P": _ELSEWHERE,
    "/V": "seal",
}
_TABLE: Final = {
    "/Root": "catalog",
    "/Info": "information",
    **_values("Size", "ID", "Prev", "DocChecksum", "Type", "W", "Index", "Length", "Filter"),
    "/DecodeParms": "predictor",
}
_KNOWN: Final[Mapping[str, Mapping[str, str]]] = {
    "trailer": _TABLE,
    "predictor": _values(
        "Colors", "Columns", "Predictor", "BitsPerComponent", "K", "BlackIs1", "Rows"
    ),
    # a subject or keywords would be words that nobody signed
    "information": _values("Title", "Creator", "Producer", "CreationDate", "ModDate"),
    "catalog": {
        **_values("Type", "Lang", "Version", "PageMode", "PageLayout"),
        "/Pages": "pages",
        "/AF": "file",
        "/AcroForm": "form of a seal",
        "/MarkInfo": "marks",
        "/Metadata": "metadata",
        "/Names": "names",
        "/OutputIntents": "intent",
        "/StructTreeRoot": "structure",
        "/ViewerPreferences": "preferences",
    },
    "pages": {**_values("Type", "Count"), "/Kids": "pages or page", "/Parent": _ELSEWHERE},
    "page": {
        **_values("Type", "MediaBox", "CropBox", "Rotate", "StructParents", "Tabs"),
        "/Parent": _ELSEWHERE,
        "/Contents": "content",
        "/Resources": "resources",
        "/Group": "group",
        "/Annots": "seal's field",
    },
    "content": _PACKED,
    "resources": {
        **_values("ProcSet"),
        "/Font": "fonts",
        "/XObject": "drawings",
        "/ColorSpace": "colours",
        "/ExtGState": "states",
    },
    "colour": _values(),
    "profile": {**_PACKED, **_values("N", "Range")},
    "state": _values("Type", "CA", "ca", "BM", "SMask", "SA", "AIS", "OP", "op", "OPM"),
    "group": _values("Type", "S", "CS", "I", "K"),
    "form": {
        **_PACKED,
        **_values("Type", "Subtype", "BBox", "FormType"),
        "/Resources": "resources",
        "/Group": "group",
    },
    "image": {
        **_PACKED,
        **_values("Type", "Subtype", "Width", "Height", "BitsPerComponent", "Interpolate"),
        **_values("Decode", "ImageMask"),
        "/ColorSpace": "colour",
        "/DecodeParms": "predictor",
    },
    "font": {
        **_values("Type", "Subtype", "BaseFont", "Encoding"),
        "/DescendantFonts": "part of a font",
        "/ToUnicode": "character map",
    },
    "part of a font": {
        **_values("Type", "Subtype", "BaseFont", "DW", "W"),
        "/CIDSystemInfo": "collection",
        "/FontDescriptor": "descriptor",
    },
    "collection": _values("Registry", "Ordering", "Supplement"),
    "descriptor": {
        **_values("Type", "FontName", "Flags", "FontBBox", "ItalicAngle", "Ascent", "Descent"),
        **_values("CapHeight", "XHeight", "StemV", "StemH"),
        "/CIDSet": "content",
        "/FontFile3": "font program",
    },
    "font program": {**_PACKED, **_values("Subtype")},
    "character map": {**_PACKED, **_values("Type", "WMode")},
    "intent": {
        **_values(
            "Type", "S", "Info", "OutputCondition", "OutputConditionIdentifier", "RegistryName"
        ),
        "/DestOutputProfile": "profile",
    },
    "marks": _values("Marked", "Suspects"),
    "metadata": {**_PACKED, **_values("Type", "Subtype")},
    "preferences": _values("Direction", "DisplayDocTitle", "PrintScaling"),
    "names": {"/EmbeddedFiles": "names of files"},
    "names of files": {**_values("Limits"), "/Names": "file", "/Kids": "names of files"},
    "file": {**_values("Type", "F", "UF", "Desc", "AFRelationship"), "/EF": "data of a file"},
    "data of a file": {"/F": "data", "/UF": "data"},
    "data": {**_PACKED, **_values("Type", "Subtype"), "/Params": "size of a file"},
    "size of a file": _values("Size", "ModDate", "CreationDate", "CheckSum"),
    "form of a seal": {**_values("SigFlags"), "/Fields": "seal's field"},
    "seal's field": _FIELD,
    "structure": {
        **_values("Type", "ParentTreeNextKey"),
        "/K": "element",
        "/ParentTree": "parents",
        "/RoleMap": "roles",
    },
    "element": {
        **_values("Type", "S", "Alt"),
        "/K": "element",
        "/P": _ELSEWHERE,
        "/Pg": _ELSEWHERE,
        "/A": "attributes",
    },
    "mark": {**_values("Type", "MCID"), "/Pg": _ELSEWHERE},
    "attributes": _values("O", "Placement"),
    "parents": {"/Nums": "element"},
}
_TYPES: Final[Mapping[str, str]] = {
    "trailer": "/XRef",
    "catalog": "/Catalog",
    "pages": "/Pages",
    "page": "/Page",
    "state": "/ExtGState",
    "group": "/Group",
    "form": "/XObject",
    "image": "/XObject",
    "font": "/Font",
    "part of a font": "/Font",
    "descriptor": "/FontDescriptor",
    "character map": "/CMap",
    "intent": "/OutputIntent",
    "metadata": "/Metadata",
    "file": "/Filespec",
    "data": "/EmbeddedFile",
    "seal's field": "/Annot",
    "structure": "/StructTreeRoot",
    "element": "/StructElem",
    "mark": "/MCR",
}
"""What says of what type it is."""
_SAID: Final[Mapping[tuple[str, str], object]] = {
    ("attributes", "/O"): Name.Layout,
    ("attributes", "/Placement"): Name.Block,
    ("catalog", "/Lang"): "zh-CN",
    ("character map", "/WMode"): 0,
    ("file", "/AFRelationship"): Name.Data,
    ("image", "/Interpolate"): False,
    ("marks", "/Marked"): True,
    ("marks", "/Suspects"): False,
    # from right to left Chromium copies and reads aloud the words of a line, and the figures of a day
    ("preferences", "/Direction"): Name.L2R,
    ("preferences", "/DisplayDocTitle"): True,
    ("preferences", "/PrintScaling"): Name("/None"),
}
"""What is said where anything else changes how a page is read, printed or read aloud."""
_MAPS: Final = {"fonts": "font", "drawings": "drawing", "colours": "colour", "states": "state"}
"""Of names that a page gives to what it uses."""
_UNWALKED: Final = frozenset({"roles", "seal"})
"""A map of names to names; what pades.py reads."""


def odd_entries(pdf: pikepdf.Pdf) -> Iterator[str]:
    """Words for each place that has an entry which is not of its list, or a thing where there is a value."""
    left: list[tuple[object, str]] = [(pdf.trailer, "trailer")]
    seen: set[tuple[Number, str]] = set()
    above: set[Number] = set()
    while left:
        item, place = left.pop()
        if isinstance(item, pikepdf.Array):
            left.extend((one, place) for one in item if isinstance(one, pikepdf.Object))
            continue
        if not isinstance(item, pikepdf.Dictionary | pikepdf.Stream) or place in _UNWALKED:
            continue
        if place == _ELSEWHERE:
            above.add(item.objgen)
            continue
        if place == _VALUE:
            yield "应为数值之处另有对象"
            continue
        if item.is_indirect:
            if (item.objgen, place) in seen:
                continue
            seen.add((item.objgen, place))
        if place in _MAPS:
            left.extend((value, _MAPS[place]) for _, value in item.items())
            continue
        kind = _kind(item, place)
        yield from _odd(item, kind)
        known = _KNOWN[kind]
        left.extend((value, known[key]) for key, value in item.items() if key in known)
    # one that is written where it is named, 0 0, is never seen elsewhere
    if not above <= {number for number, _ in seen}:
        yield "上级不在其位"


def _odd(item: pikepdf.Object, kind: str) -> Iterator[str]:
    for key in item.keys() - _KNOWN[kind].keys():
        yield f"{key[1:][:40]}"
    if "/Type" in item and str(item["/Type"]) != _TYPES.get(kind):
        yield "Type"
    for key, value in item.items():
        if _SAID.get((kind, key), value) != value and not _is_container(value):
            yield key[1:]
    if kind == "attributes" and len(item) < len(_KNOWN[kind]):
        yield "Placement"


def _is_container(value: object) -> bool:
    """Told of for being one."""
    return isinstance(value, pikepdf.Array | pikepdf.Dictionary | pikepdf.Stream)


def _kind(item: pikepdf.Object, place: str) -> str:
    match place:
        case "pages or page":
            return "pages" if Name.Kids in item else "page"
        case "drawing":
            return "image" if item.get(Name.Subtype) == Name.Image else "form"
        # of an element that goes on over a page's end (ISO 32000-2 §14.7.5.2)
        case "element" if item.get(Name.Type) == Name.MCR:
            return "mark"
        case "colour" if isinstance(item, pikepdf.Stream):
            return "profile"
        case _:
            return place
