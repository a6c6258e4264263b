"""What a font's codes read as (ISO 32000-1 §9.10.3), written as in our files, taken apart in one pass.

pdfminer's own parser takes a third of the reading of a page for it. What is written in any other way
is not guessed at: the answer is None and pdfminer reads it itself.
tests/verifier/extraction/test_plain_unicode.py holds both to the same letters.
"""

import io
import re
from collections.abc import Mapping
from typing import Final

import pikepdf
from pdfminer.cmapdb import CMapParser, FileUnicodeMap

_BEGIN: Final = rb"/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n"
_TYPST: Final = (
    rb"%!PS-Adobe-3\.0 Resource-CMap\n(?:%%[A-Za-z]++[^\r\n]*+\n)*+" + _BEGIN + rb"/CIDSystemInfo "
    rb"3 dict dup begin\n    /Registry \(Adobe\) def\n    /Ordering \(Identity\) def\n"
    rb"    /Supplement 0 def\nend def\n/CMapName /Custom def\n/CMapVersion 1 def\n/CMapType 0 def\n"
    rb"/WMode 0 def\n"
)  # fmt: skip
_LABELS: Final = (
    _BEGIN + rb"/CIDSystemInfo <</Registry \(Adobe\) /Ordering \(UCS\) /Supplement 0>> def\n"
    rb"/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n"
)  # fmt: skip
"""As certgen writes them by itself."""
_CHARACTER: Final = rb"<([0-9A-F]{4})> <((?:[0-9A-F]{4}){1,8})>\n"
_MAP: Final = re.compile(
    rb"(?:" + _TYPST + rb"|" + _LABELS + rb")"
    rb"1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n"
    rb"(?P<blocks>(?:[0-9]{1,3} beginbfchar\n(?:" + _CHARACTER + rb")*+endbfchar\n)*+)"
    rb"endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n"
    rb"(?:%%EndResource\n%%EOF)?"
)
_CHARACTERS: Final = re.compile(_CHARACTER)


def unicode_of(said: object) -> Mapping[int, str]:
    """What each code of a font reads as, by its ToUnicode; nothing where that can't be read."""
    if not isinstance(said, pikepdf.Stream):
        return {}
    try:
        data = said.read_bytes()
    except pikepdf.PdfError:
        return {}
    known = plain_unicode(data)
    if known is None:
        known = FileUnicodeMap()
        CMapParser(known, io.BytesIO(data)).run()
    return known.cid2unichr


def plain_unicode(data: bytes) -> FileUnicodeMap | None:
    found = _MAP.fullmatch(data)
    if found is None:
        return None
    known = FileUnicodeMap()
    for code, text in _CHARACTERS.findall(found["blocks"]):
        known.add_cid2unichr(int(code, 16), bytes.fromhex(text.decode("ascii")))
    return known
