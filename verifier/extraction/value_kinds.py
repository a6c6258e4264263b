"""The kinds of value that a PDF's entries have, against those that our own pages' entries have.

``true`` is 1 to one reader, 0 to another and nothing to a third; 443.0 is no width where a whole
number is wanted (ISO 32000-1 §7.3.2, §7.3.3 and the tables of each dictionary), and 4294967386 turns a page
by 90 where numbers have 32 bits. Every entry that readers act on is therefore of one of the kinds
seen in honest files.
"""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Final

import pikepdf

Kinds = frozenset[str]
_INT: Final[Kinds] = frozenset({"integer"})
_NUMBER: Final[Kinds] = frozenset({"integer", "real"})
_NAME: Final[Kinds] = frozenset({"name_"})
_BOOLEAN: Final[Kinds] = frozenset({"boolean"})
_ARRAY: Final[Kinds] = frozenset({"array"})
_STREAM: Final[Kinds] = frozenset({"stream"})
_DICTIONARY: Final[Kinds] = frozenset({"dictionary"})
_STRING: Final[Kinds] = frozenset({"string"})
_OTHER: Final[Kinds] = frozenset(
    {"integer", "real", "name_", "array", "stream", "dictionary", "string"}
)
"""Of entries that are not named below, such as names of resources."""


def _each(keys: str, kinds: Kinds) -> dict[str, Kinds]:
    return {f"/{key}": kinds for key in keys.split()}


_KINDS: Final[Mapping[str, Kinds]] = {
    **_each(
        "BitsPerComponent Colors Columns Count DW EarlyChange FirstChar Flags FormType Height"
        " LastChar Length Length1 Length2 Length3 N OPM Predictor Rotate Rows Size StructParent"
        " StructParents Supplement UserUnit WMode Width XHeight SigFlags MaxLen Ff Q",
        _INT,
    ),
    **_each("CA ca Ascent CapHeight Descent ItalicAngle StemH StemV", _NUMBER),
    **_each(
        "Type Subtype BaseFont FontName BM Encoding Filter FT SubFilter AFRelationship"
        " Intent CMapName",
        _NAME,
    ),
    **_each(
        "AIS SA OP op I ImageMask Interpolate Marked Suspects UserProperties DisplayDocTitle"
        " FitWindow CenterWindow HideMenubar HideToolbar HideWindowUI PickTrayByPDFSize"
        " BlackIs1 EncodedByteAlign EndOfLine EndOfBlock NeedAppearances",
        _BOOLEAN,
    ),
    **_each(
        "Annots BBox Decode DescendantFonts FontBBox Kids Matrix MediaBox CropBox BleedBox"
        " TrimBox ArtBox Range Rect W Widths ID Index ByteRange Fields Limits",
        _ARRAY,
    ),
    **_each("FontFile FontFile2 FontFile3 ToUnicode DestOutputProfile CIDSet Metadata", _STREAM),
    **_each(
        "AcroForm CIDSystemInfo EF ExtGState Font FontDescriptor MarkInfo Pages Parent"
        " Resources ViewerPreferences XObject Properties Pattern Shading Root Group",
        _DICTIONARY,
    ),
    **_each("Registry Ordering Desc Lang CreationDate ModDate", _STRING),
    "/DecodeParms": _DICTIONARY | _ARRAY,
    "/Contents": _STREAM | _ARRAY | _STRING,
    "/ColorSpace": _DICTIONARY | _ARRAY | _NAME,
    "/SMask": _STREAM | _NAME,
    "/K": _OTHER | _BOOLEAN,
    "/S": _NAME | _INT,
    "/UF": _STRING | _STREAM,
    "/H": _ARRAY | _NAME,
}
"""By key. K is a group's, a mark's and a compressed picture's; S a hint's of a linearised file too;
UF a name and a file (§7.11.3, §7.11.4.3)."""
_ELEMENTS: Final[Mapping[str, Kinds]] = {
    **_each("BBox FontBBox Matrix MediaBox CropBox BleedBox TrimBox ArtBox Rect Widths", _NUMBER),
    **_each("Range Decode Index ByteRange", _INT),
    **_each("DescendantFonts Kids Annots Fields", _DICTIONARY),
    "/W": _NUMBER | _ARRAY,  # which are codes, and so whole, embedded_fonts.py says
    "/Contents": _STREAM,
    "/Filter": _NAME,
    "/ColorSpace": _NAME | _STREAM,
}
"""Of the arrays under these keys, and of arrays in them. Others hold no boolean (§7.3.2)."""
_INSIDE: Final = {"/W": "/Widths"}
"""What the arrays in an array are like: widths, where the outer one has codes too (§9.7.4.3)."""
_PLAIN: Final[Mapping[type, str]] = {bool: "boolean", int: "integer", Decimal: "real"}
_RANGE: Final = range(-(2**31), 2**31)
"""Of whole numbers (ISO 32000-1 Annex C.2)."""
_STRUCTURE: Final = (pikepdf.Name.XRef, pikepdf.Name.ObjStm)
Checked = set[tuple[str, int, int]]
"""Key, number and generation of arrays seen before: many entries may name one long array."""


def odd_kinds(entries: Mapping[str, object], checked: Checked) -> Iterator[tuple[str, str]]:
    """Code and words for each entry whose value is of no kind that such an entry has.

    ``checked`` grows: one set for a file.
    """
    for key, value in entries.items():
        kind = _kind(value)
        if kind not in _KINDS.get(key, _OTHER) or (
            kind == "array" and not _are_plain(value, key, checked)
        ):
            yield f"KIND_{key[1:][:20].upper()}", f"写法异常的条目（{key[1:][:40]}）"


def _are_plain(array: object, key: str, checked: Checked) -> bool:
    assert isinstance(array, pikepdf.Array)
    if array.is_indirect:
        place = key, *array.objgen
        if place in checked:
            return True
        checked.add(place)
    known = _ELEMENTS.get(key, _OTHER | {"null"})
    return all(
        kind in known and (kind != "array" or _are_plain(each, _INSIDE.get(key, key), checked))
        for each in array
        for kind in (_kind(each),)
    )


def _kind(value: object) -> str:
    if value is None:
        return "null"
    plain = _PLAIN.get(type(value))
    if plain == "integer" and value not in _RANGE:
        return "beyond"
    if plain is not None:
        return plain
    assert isinstance(value, pikepdf.Object)
    kind = value._type_code.name
    # of the file's own structure (§7.5.7, §7.5.8): nothing refers to such a stream, and what it
    # may be packed with is not for content
    if kind == "stream" and value.get(pikepdf.Name.Type) in _STRUCTURE:
        return "structure"
    return kind
