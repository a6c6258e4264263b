"""Where each object of a PDF stands, and that each reference leads to one (ISO 32000-2 §7.3.10, §7.5).

All else here reads qpdf's copy of the file; the person opens the file. Of a number that stands twice,
an entry that is free but used, or a reference by a generation that there is not, qpdf takes one
meaning and other readers another, in silence: so nothing but the one plain form is let through.
"""

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Final, TypeGuard

import pikepdf
from pikepdf import Name

from verifier.extraction.cross_reference import (
    EOL,
    FREE,
    PACKED,
    PLAIN,
    Entry,
    OddError,
    Section,
    read_sections,
)
from verifier.extraction.every_byte import check_every_byte
from verifier.extraction.object_text import (
    NAME,
    OBJECT,
    PLAIN_TOKENS,
    REFERENCE,
    TEXT,
    WHITE,
    WHOLE,
    opened_text,
)
from verifier.extraction.packed_streams import is_plain_flate
from verifier.extraction.revisions import Revision, check_revisions

_OBJ: Final = re.compile(rb"obj(?<=[\x00\t\n\f\r ]obj)")
_HEADER: Final = 40
"""Bytes of an object's two numbers, with more white space than anybody writes."""
_OF_A_HEADER: Final = b"\x00\t\n\f\r 0123456789"
_HEADER_END: Final = re.compile(rb"(?<!\d)(\d{1,10})[\x00\t\n\f\r ]++\d++[\x00\t\n\f\r ]++\Z")
_BEFORE: Final = re.compile(rb".{4}" + WHITE + rb"|%%EOF", re.DOTALL)
"""Typst ends a file with no end of line, and the seal's update begins there."""
_R: Final = re.compile(rb"(?<![^\t\n\f\r \[\]<>()])[0-9.+-]*+R(?![^\t\n\f\r \[\]<>()/])")
_PAIRS: Final = re.compile(
    rb"((?:%s*+\d{1,10}%s++\d{1,10})*+%s*+)"
    rb"(?:(?<=\n)%%%% Object stream: object \d{1,10}, index 0; original object ID: \d{1,10}\n)?"
    % (WHITE, WHITE, WHITE)
)
"""qpdf --qdf says of each object which it was, of the first one behind the last number."""
_START: Final = re.compile(rb"%%PDF-\d\.\d(?:%s|%%[^\r\n]*+)*+\d{1,10} \d{1,5} obj" % WHITE)
_FIRST: Final = re.compile(
    rb"%%PDF-\d\.\d%s(?:%%[^\r\n]*+%s)*+\d{1,10} 0 obj%s*+(<<%s>>)%s*+endobj%s*+"
    % (EOL, EOL, WHITE, rb"[^()<>%#]*+", WHITE, WHITE)
)
_LINEAR_ENTRY: Final = re.compile(
    rb"/([A-Za-z]{1,10})%s*+(\d{1,10}|\[%s*+\d{1,10}%s++\d{1,10}%s*+\])" % ((WHITE,) * 4)
)
_LINEAR: Final = re.compile(rb"<<%s*+(?:%s%s*+)*+>>" % (WHITE, _LINEAR_ENTRY.pattern, WHITE))
_FIRST_ENTRY: Final = re.compile(rb"xref ?%s0 \d{1,10}( ?%s)" % (EOL, EOL))
_LINEAR_KEYS: Final = frozenset((b"Linearized", b"L", b"H", b"O", b"E", b"N", b"T"))
_HEAD: Final = 2048
_ESCAPE: Final = re.compile(rb"#([0-9A-Fa-f]{2})")


def odd_references(pdf: pikepdf.Pdf, data: bytes) -> str | None:
    """Words for the first thing that readers may understand differently. ``data``: the file of ``pdf``.

    Raises:
        pikepdf.PdfError: a stream is over qpdf's limit.
    """
    try:
        sections = list(read_sections(data))
        _check_linear(pdf, data, sections)
        table: dict[int, Entry] = {}
        for section in sections:  # the newest first
            for number, entry in section.entries.items():
                table.setdefault(number, entry)
        _check_places(data, sections, table)
        held = list(_plain_texts(data, table))
        held += _packed_texts(pdf, sections, table)
        held += [section.trailer for section in sections]
        _check_references(held, table)
        _check_spelling(held)
        check_every_byte(data, sections)
        check_revisions(dict(_revisions(pdf, data, sections)))
    except OddError as odd:
        return str(odd)
    return None


def _check_linear(pdf: pikepdf.Pdf, data: bytes, sections: list[Section]) -> None:
    """Annex F: for the file as it was written, readers begin behind the first object, and take from it
    which object the first page is, without a look at the tree."""
    start = _START.match(data)
    text = start and TEXT.match(data, start.end())
    head = data[:_HEAD] if text is None else text[1]
    names = (_ESCAPE.sub(_character, name) for name in NAME.findall(head))
    if b"Linearized" not in names:
        return
    first = _FIRST.match(data)
    if first is None:
        raise OddError("线性化信息不规范")
    said = _LINEAR.fullmatch(first[1])
    values = dict(_LINEAR_ENTRY.findall(first[1]))
    number = b"%d" % pdf.pages[0].obj.objgen[0]
    plain = {b"Linearized": b"1", b"O": number, b"N": b"%d" % len(pdf.pages), b"P": b"0"}
    if any(value.startswith(b"0") and value != b"0" for value in values.values()):
        raise OddError("线性化信息不规范")
    if (
        said is None
        or not _LINEAR_KEYS <= values.keys() <= {*_LINEAR_KEYS, b"P"}
        or any(values.get(key, value) != value for key, value in plain.items())
        or len(_LINEAR_ENTRY.findall(first[1])) != len(values)
    ):
        raise OddError("线性化信息不规范")
    # poppler counts the further pages from object 1 by the hints (F.4.1), which nobody reads here
    numbers = [page.obj.objgen[0] for page in pdf.pages]
    if len(numbers) > 2 or numbers[1:] not in ([], [1]):
        raise OddError("线性化的文件中各页的次序无法核对")
    known = sections
    if values[b"L"] == b"%d" % len(data):  # as it was written
        known = sections[:1]
        main = sections[1].at if len(sections) == 2 else -1
        # poppler counts entries from there that the first section has not (F.3.7)
        if int(values[b"T"]) not in _first_entry(data, main):
            raise OddError("线性化信息不规范")
    if first.end() not in {section.at for section in known}:
        raise OddError("线性化信息不规范")


def _first_entry(data: bytes, at: int) -> range:
    """Where a section's entries may be said to begin: the white space before a stream, or before entry 0."""
    table = _FIRST_ENTRY.match(data, max(at, 0))
    return range(table.start(1), table.end(1) + 1) if table is not None else range(at - 1, at + 1)


def _character(escape: re.Match[bytes]) -> bytes:
    return bytes.fromhex(escape[1].decode())


def _check_places(data: bytes, sections: list[Section], table: dict[int, Entry]) -> None:
    """Each object stands where a section says, none elsewhere, and none behind the one in use: who
    has lost the table looks for the last."""
    known = set()
    for section in sections:
        for number, (kind, at, generation) in section.entries.items():
            if kind == FREE or (number and kind == PACKED):
                continue
            known.add(at)
            there = data.startswith(b"%d 0 obj" % number, at) and _BEFORE.match(data, at - 5)
            if not number or generation or not there:
                raise OddError(f"对象 {number} 不在所记的位置")
    last = {}
    for at, number in _headers(data):
        last[number] = at
        if at not in known or table.get(number, (FREE,))[0] == FREE:
            raise OddError(f"对象 {number} 不在目录中")
    for number, (kind, at, _) in table.items():
        if kind == PLAIN and last.get(number) != at:
            raise OddError(f"对象 {number} 之后还有同号的对象")


def _headers(data: bytes) -> Iterator[tuple[int, int]]:
    """Place and number of whatever looks like the beginning of an object."""
    for word in _OBJ.finditer(data):
        start = max(0, word.start() - _HEADER)
        before = data[start : word.start()]
        head = _HEADER_END.search(before)
        if head is None and len(before) == _HEADER and not before.translate(None, _OF_A_HEADER):
            raise OddError("对象的编号写法不规范")
        if head is not None:
            yield start + head.start(), int(head[1])


def _plain_texts(data: bytes, table: dict[int, Entry]) -> Iterator[bytes]:
    """What each object that has an offset says, but for the bytes of its stream."""
    starts = sorted((at, number) for number, (kind, at, _) in table.items() if kind == PLAIN)
    for (at, number), (after, _) in pairwise([*starts, (len(data), 0)]):
        head = OBJECT.match(data, at)
        text = head and TEXT.match(data, head.end(), after)
        if text is None or text[2] == b"startxref":
            raise OddError(f"对象 {number} 的写法不规范")
        yield opened_text(text[1])


def _packed_texts(
    pdf: pikepdf.Pdf, sections: list[Section], table: dict[int, Entry]
) -> Iterator[bytes]:
    """§7.5.7: what each object in an object stream says."""
    named: dict[int, dict[int, int]] = {}
    for section in sections:
        for number, (kind, stream, place) in section.entries.items():
            if kind != PACKED:
                continue
            if named.setdefault(stream, {}).setdefault(place, number) != number:
                raise OddError(f"对象 {number} 的位置有两种说法")
    for number, places in named.items():
        again = sum(number in section.entries for section in sections) != 1
        if again or table.get(number, (FREE,))[0] != PLAIN:
            raise OddError(f"对象流 {number} 不在所记的位置")
        packed = pdf.get_object(number, 0)
        if not _is_plain_packing(packed):
            raise OddError(f"对象流 {number} 的写法不规范")
        yield from map(opened_text, _unpacked(packed, number, places))


def _revisions(
    pdf: pikepdf.Pdf, data: bytes, sections: list[Section]
) -> Iterator[tuple[int, list[Revision]]]:
    """Of each number that stands in more than one place, what it says in each."""
    if len(sections) == 1:
        return
    places: dict[int, set[Entry]] = {}
    packed: dict[int, dict[int, int]] = {}
    for section in sections:
        for number, entry in section.entries.items():
            kind, at, place = entry
            if kind != FREE:
                places.setdefault(number, set()).add(entry)
            if kind == PACKED:
                packed.setdefault(at, {})[place] = number
    for number, held in places.items():
        if len(held) > 1:
            yield number, [_revision(pdf, data, entry, packed) for entry in sorted(held)]


def _revision(
    pdf: pikepdf.Pdf, data: bytes, entry: Entry, packed: dict[int, dict[int, int]]
) -> Revision:
    kind, at, place = entry
    if kind == PACKED:
        stream = pdf.get_object(at, 0)
        assert _is_plain_packing(stream)  # looked at before
        return list(_unpacked(stream, at, packed[at]))[place]
    head = OBJECT.match(data, at)
    text = head and TEXT.match(data, head.end())
    return text[1] if text and text[2] == b"endobj" else None


def _is_plain_packing(stream: object) -> TypeGuard[pikepdf.Stream]:
    return (
        isinstance(stream, pikepdf.Stream)
        and stream.get(Name.Type) == Name.ObjStm
        and isinstance(stream.get(Name.N), int)
        and isinstance(stream.get(Name.First), int)
        and "/Extends" not in stream
        and "/DecodeParms" not in stream
        and is_plain_flate(stream)
    )


def _unpacked(stream: pikepdf.Stream, number: int, places: dict[int, int]) -> Iterator[bytes]:
    data = stream.read_bytes()
    first = int(stream.First)
    pairs = _PAIRS.fullmatch(data[:first]) if 0 <= first <= len(data) else None
    if pairs is None:
        raise OddError(f"对象流 {number} 的目录不规范")
    held = [int(word) for word in pairs[1].split()]
    numbers, starts = held[::2], held[1::2]
    if len(numbers) != stream.N:
        raise OddError(f"对象流 {number} 的目录不规范")
    ascending = starts[:1] == [0] and all(one < other for one, other in pairwise(starts))
    if dict(enumerate(numbers)) != places or len({*numbers}) != len(numbers) or not ascending:
        raise OddError(f"对象流 {number} 中有重复、未登记或位置不符的对象")
    for start, end in pairwise([*starts, len(data) - first]):
        text = data[first + start : first + end]
        if not WHOLE.fullmatch(text):
            raise OddError(f"对象流 {number} 的写法不规范")
        yield text


def _check_spelling(texts: list[bytes]) -> None:
    for text in texts:
        plain = PLAIN_TOKENS.match(text)
        if plain is None or plain.end() != len(text):
            odd = text[plain.end() if plain else 0 :].split(maxsplit=1)[:1]
            said = odd[0][:20].decode("ascii", "replace") if odd else ""
            raise OddError(f"名称或数字的写法不规范（{said}）")


def _check_references(texts: list[bytes], table: dict[int, Entry]) -> None:
    """Each leads to an object that is in use, by the generation 0 (§7.3.10)."""
    for text in texts:
        # or it ends elsewhere than it was thought to
        if text.count(b"<") != text.count(b">") or text.count(b"[") != text.count(b"]"):
            raise OddError("对象的括号不成对")
        found = REFERENCE.findall(text)
        if len(found) != len(_R.findall(text)):
            raise OddError("对象引用的写法不规范")
        for number, generation in found:
            if int(generation):
                raise OddError(f"引用了不存在的版本（{int(number)} {int(generation)} R）")
            if table.get(int(number), (FREE,))[0] == FREE:
                raise OddError(f"引用了不存在的对象（{int(number)} 0 R）")
