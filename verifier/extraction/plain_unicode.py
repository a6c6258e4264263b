"""What a font's codes read as (ISO 32000-1 §9.10.3), in the forms that writers of our files use.

A CMap is a program: of a string with brackets in it, a block in a comment or behind the end, readers
make different letters, and LibreOffice's Draw sets the text anew by them. So there is one grammar;
whatever else is written is told of. tests/verifier/extraction/test_plain_unicode.py holds what is
read here and what pdfminer reads to the same letters.
"""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Final

import pikepdf
from pdfminer.cmapdb import FileUnicodeMap

_WHITE: Final = rb"[\n ]"
_BEGIN: Final = b"/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n"
_HEADS: Final = (
    # typst
    b"%!PS-Adobe-3.0 Resource-CMap\n%%DocumentNeededResources: procset CIDInit\n"
    b"%%IncludeResource: procset CIDInit\n%%BeginResource: CMap Custom\n"
    b"%%Title: (Custom Adobe Identity 0)\n%%Version: 1\n%%EndComments\n" + _BEGIN +
    b"/CIDSystemInfo 3 dict dup begin\n    /Registry (Adobe) def\n    /Ordering (Identity) def\n"
    b"    /Supplement 0 def\nend def\n/CMapName /Custom def\n/CMapVersion 1 def\n"
    b"/CMapType 0 def\n/WMode 0 def\n",
    # cairo
    _BEGIN + b"/CIDSystemInfo\n<< /Registry (Adobe)\n   /Ordering (UCS)\n   /Supplement 0\n>> def\n"
    b"/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n",
    # certgen/label_font.py
    _BEGIN + b"/CIDSystemInfo <</Registry (Adobe) /Ordering (UCS) /Supplement 0>> def\n"
    b"/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n",
)  # fmt: skip
_BY_GHOSTSCRIPT: Final = re.escape(_BEGIN + b"/CMapType 2 def\n/CMapName/R") + rb"[0-9]{1,6} def\n"
_HEAD: Final = rb"(?:" + b"|".join((*map(re.escape, _HEADS), _BY_GHOSTSCRIPT)) + rb")"
"""As they stand: of a dup too many Ghostscript gives the map up, and copies the codes as letters."""
_MOST: Final = 100
"""Of a block (TN 5014 §1.4.1): at more the same."""
_CODE: Final = rb"<[0-9A-Fa-f]{4}>"
_TEXT: Final = rb"<(?:[0-9A-Fa-f]{4}){1,8}>"
_CHARACTER: Final = rb"(" + _CODE + rb") ?(" + _TEXT + rb")\n"
_RANGE: Final = rb"(" + _CODE + rb") ?(" + _CODE + rb") ?(" + _TEXT + rb")\n"
_BLOCK: Final = (
    rb"([0-9]{1,3}) begin(?:bfchar\n((?:" + _CHARACTER + rb")*+)endbfchar"
    rb"|bfrange\n((?:" + _RANGE + rb")*+)endbfrange)\n"
)
_MAP: Final = re.compile(
    _HEAD + rb"1 begincodespacerange\n<0000> ?<[Ff]{4}>\nendcodespacerange\n"
    rb"(?P<blocks>(?:" + _BLOCK + rb")*+)"
    rb"endcmap\nCMapName currentdict /CMap defineresource pop\nend[\n ]end\n"
    rb"(?:%%EndResource\n%%EOF)?"
)
_COMMON: Final = 1 << 16
"""Bytes; a letter's has 5,000."""
_BLOCKS: Final = re.compile(_BLOCK)
_CHARACTERS: Final = re.compile(_CHARACTER)
_RANGES: Final = re.compile(_RANGE)


def unicode_of(said: object) -> Mapping[int, str] | None:
    """What each code of a font reads as, by its ToUnicode; None where readers may differ on it."""
    if not isinstance(said, pikepdf.Stream):
        return None
    try:
        known = plain_unicode(said.read_bytes())
    except pikepdf.PdfError:
        return None
    return None if known is None else known.cid2unichr


def plain_unicode(data: bytes) -> FileUnicodeMap | None:
    """Not to be changed: a file's are asked for twice, of the file and of its copy."""
    return _known(data) if len(data) <= _COMMON else _read(data)


def _read(data: bytes) -> FileUnicodeMap | None:
    found = _MAP.fullmatch(data)
    if found is None:
        return None
    known = FileUnicodeMap()
    least = 0
    for block in _BLOCKS.finditer(found["blocks"]):
        pairs = _characters(block[2]) if block[2] is not None else _ranges(block[5])
        if pairs is None or len(pairs) != int(block[1]) or len(pairs) > _MOST:
            return None
        for codes, text in pairs:
            for place, code in enumerate(codes):
                one = text[:-1] + bytes([text[-1] + place])
                # of a range that is said before others, and others again, readers take the later
                if code < least or not _is_whole(one):
                    return None
                known.add_cid2unichr(code, one)
                least = code + 1
    spreads = [pair for pair in _RANGES.findall(found["blocks"]) if _is_spread(*pair[:2])]
    numbers = (_says_numbers(known.cid2unichr, start, said) for start, _, said in spreads)
    return None if any(numbers) else known


_known: Final = lru_cache(maxsize=16)(_read)
_Pairs = list[tuple[range, bytes]]
"""Codes, and what the first reads as in UTF-16; the last byte counts on."""


def _characters(block: bytes) -> _Pairs:
    pairs = ((int(code[1:-1], 16), text) for code, text in _CHARACTERS.findall(block))
    return [(range(code, code + 1), _bytes(text)) for code, text in pairs]


def _ranges(block: bytes) -> _Pairs | None:
    """None where the last byte would run over: some carry on and others begin anew."""
    pairs = []
    for start, end, said in _RANGES.findall(block):
        first, last, text = int(start[1:-1], 16), int(end[1:-1], 16), _bytes(said)
        if _is_spread(start, end):
            last = first
        codes = range(first, last + 1)
        if not codes or text[-1] + len(codes) > 0x100:
            return None
        pairs.append((codes, text))
    return pairs


def _is_spread(start: bytes, end: bytes) -> bool:
    """Over 257 codes, by which Ghostscript means the first; the others it says again, and of codes that
    it does not, a glyph that is there reads as nothing."""
    first, last = int(start[1:-1], 16), int(end[1:-1], 16)
    return first & 0xFF == 0xFF and last == first + 0x100


def _says_numbers(known: Mapping[int, str], start: bytes, said: bytes) -> bool:
    """Whether Ghostscript's own extraction, which takes all codes of a spread, has other numbers."""
    first, base = int(start[1:-1], 16), int(said[-5:-1], 16)
    return any(
        known.get(first + more, "").isnumeric() and chr(base + more & 0xFFFF).isnumeric()
        for more in range(1, 0x101)
    )


def _is_whole(text: bytes) -> bool:
    """No half of a pair (Unicode §3.9, D91)."""
    try:
        text.decode("utf-16-be")
    except UnicodeDecodeError:
        return False
    return True


def _bytes(text: bytes) -> bytes:
    return bytes.fromhex(text[1:-1].decode("ascii"))
