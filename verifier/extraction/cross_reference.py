"""The cross-reference of a PDF, read from the file itself and strictly (ISO 32000-2 §7.5.4, §7.5.8)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import pikepdf
from pikepdf import Name

from credential.plain_deflate import is_plainly_deflated
from verifier.extraction.object_text import NAME, OBJECT, REFERENCE, TEXT, WHITE, opened_text
from verifier.extraction.packed_streams import has_known_rows

_MOST_SECTIONS: Final = 100
_MOST_NUMBERS: Final = 1_000_000
"""Readers drop numbers above limits of their own, from four millions (Annex C.2 has eight)."""
_LARGEST: Final = 8 << 20
"""Bytes of a cross-reference stream; a file of 100 000 objects has one of 0.6 MB."""
EOL: Final = rb"(?:\r\n|\n|\r)"
_END: Final = re.compile(
    rb"[\r\n]startxref" + EOL + rb"(\d{1,10})" + EOL + rb"%%EOF[\x00\t\n\f\r ]*\Z"
)
_TAIL: Final = 1024
"""Bytes at the end where readers look for startxref (ISO 32000-1 Annex H.3.4.4)."""
_SUBSECTION: Final = re.compile(rb"(\d{1,10}) (\d{1,10}) ?" + EOL)
_ENTRIES: Final = re.compile(rb"(?:\d{10} \d{5} [nf](?: \r| \n|\r\n))*+")
_ENTRY: Final = 20
_WIDE: Final = (range(1, 2), range(1, 9), range(3))
"""Bytes of each field; a place may take eight, as in our labels. Of a type in more than four, poppler and Ghostscript mend the file instead."""
_TRAILER: Final = re.compile(WHITE + rb"*trailer" + WHITE + rb"*")
_KEYS: Final = frozenset(
    {b"Size", b"Prev", b"Root", b"Encrypt", b"XRefStm"}
    | {b"W", b"Index", b"Length", b"Filter", b"DecodeParms", b"Extends"}
)
FREE, PLAIN, PACKED = range(3)
"""Types of an entry (§7.5.8.3, table 18)."""

Entry = tuple[int, int, int]
"""Type; offset, or the object stream's number; generation, or the place in the object stream."""


class OddError(Exception):
    """Words for what readers may understand differently."""


@dataclass(frozen=True, slots=True)
class Section:
    """``end``: behind a table's trailer, or behind the data of one in a stream."""

    at: int
    end: int
    entries: dict[int, Entry]
    trailer: bytes
    """Its text, without what is in strings."""


def read_sections(data: bytes) -> Iterator[Section]:
    """Along the chain of /Prev."""
    end = _END.search(data, max(0, len(data) - _TAIL))
    if end is None:
        raise OddError("文件末尾的 startxref 不规范")
    at: int | None = int(end[1])
    seen: set[int] = set()
    roots: set[bytes] = set()
    kinds: set[bool] = set()
    while at is not None:
        if at in seen or len(seen) == _MOST_SECTIONS:
            raise OddError("各段循环引用或过多")
        seen.add(at)
        section, values = _section(data, at)
        if "/XRefStm" in values or "/Encrypt" in values:
            raise OddError("表格与数据流并用（XRefStm）或已加密")
        roots.update(
            re.findall(rb"/Root%s*+(\d+%s++\d+)%s++R" % (WHITE, WHITE, WHITE), section.trailer)
        )
        size = values.get(Name.Size)
        if not isinstance(size, int) or max(section.entries, default=0) >= size:
            raise OddError("对象编号超出所记总数（Size）")
        if size > _MOST_NUMBERS:
            raise OddError("对象编号过大")
        kinds.add("/W" in values)
        yield section
        at = values.get(Name.Prev)
        if at is not None and not (isinstance(at, int) and at > 0):
            raise OddError("上一段的位置（Prev）不规范")
    if len(roots) != 1 or len(kinds) != 1:
        raise OddError("各段所指的文档目录（Root）或写法不同")


def _section(data: bytes, at: int) -> tuple[Section, pikepdf.Dictionary]:
    table = re.compile(rb"xref ?" + EOL).match(data, at)
    if table is not None:
        entries, at_trailer = _table(data, table.end())
        start = _TRAILER.match(data, at_trailer)
        text = start and TEXT.match(data, start.end())
        if text is None or text[2] != b"startxref":
            raise OddError("表格之后的 trailer 不规范")
        return Section(at, text.start(2), entries, opened_text(text[1])), _values(text[1])
    if (head := OBJECT.match(data, at)) is not None:
        text = TEXT.match(data, head.end())
        if text is not None and text[2].startswith(b"stream"):
            values = _values(text[1])
            entries = _stream_entries(data, text.end(), values)
            # the stream is an object too
            if entries.setdefault(int(head[1]), (PLAIN, at, 0)) != (PLAIN, at, 0):
                raise OddError(f"对象 {int(head[1])} 的位置有两种说法")
            end = text.end() + int(values.Length)
            return Section(at, end, entries, opened_text(text[1])), values
    raise OddError("所指的位置上没有表格")


def _table(data: bytes, at: int) -> tuple[dict[int, Entry], int]:
    """§7.5.4: entries of twenty bytes, and where they end."""
    entries: dict[int, Entry] = {}
    after = 0
    while (head := _SUBSECTION.match(data, at)) is not None:
        first, count = int(head[1]), int(head[2])
        at = head.end() + _ENTRY * count
        block = data[head.end() : at]
        if first < after or len(block) != _ENTRY * count or not _ENTRIES.fullmatch(block):
            raise OddError("表格各段重叠、次序有误或条目不规范")
        after = first + count
        for number in range(first, after):
            entry = block[_ENTRY * (number - first) :][:_ENTRY]
            kind = PLAIN if entry[17:18] == b"n" else FREE
            entries[number] = (kind, int(entry[:10]), int(entry[11:16]))
        # pdf.js counts such a subsection from 0
        if first == 1 and count and entries[1][0] == FREE:
            raise OddError("表格的起始编号不规范")
    return entries, at


def _stream_entries(data: bytes, at: int, values: pikepdf.Dictionary) -> dict[int, Entry]:
    """§7.5.8: the entries of a cross-reference stream."""
    length, widths, size = (values.get(key) for key in ("/Length", "/W", "/Size"))
    index = values.get("/Index", [0, size])
    if values.get(Name.Type) != Name.XRef or not (
        isinstance(length, int) and isinstance(size, int) and length >= 0
    ):
        raise OddError("数据流形式的表格不规范")
    wide, runs = _integers(widths), _integers(index)
    if (
        len(wide) != 3
        or any(n not in few for n, few in zip(wide, _WIDE, strict=True))
        or len(runs) % 2
    ):
        raise OddError("数据流形式的表格不规范（W 或 Index）")
    raw = data[at : at + length]
    if not re.compile(EOL + rb"?endstream").match(data, at + length):
        raise OddError("数据流形式的表格长度不符")
    table = _decoded(raw, values, sum(wide))
    if sum(runs[1::2]) * sum(wide) != len(table) or len(table) > _LARGEST:
        raise OddError("数据流形式的表格长度不符")
    numbers: list[int] = []
    after = 0
    for first, count in zip(runs[::2], runs[1::2], strict=True):
        if first < after:
            raise OddError("表格各段重叠、次序有误或条目不规范")
        after = first + count
        numbers.extend(range(first, after))
    entries = {}
    for place, number in enumerate(numbers):
        row = table[place * sum(wide) : (place + 1) * sum(wide)]
        kind = int.from_bytes(row[: wide[0]]) if wide[0] else PLAIN
        where, which = row[wide[0] : wide[0] + wide[1]], row[wide[0] + wide[1] :]
        if kind > PACKED:
            raise OddError("表格含有未知类型的条目")
        entries[number] = (kind, int.from_bytes(where), int.from_bytes(which))
    return entries


def _integers(array: object) -> list[int]:
    held = list(array) if isinstance(array, pikepdf.Array | list) else []
    if not held or not all(isinstance(item, int) and item >= 0 for item in held):
        raise OddError("数据流形式的表格不规范（W 或 Index）")
    return [int(item) for item in held]


def _decoded(raw: bytes, values: pikepdf.Dictionary, wide: int) -> bytes:
    """In the forms that writers use: bare, or deflated with at most one row's differences."""
    kind, parts = values.get(Name.Filter), values.get(Name.DecodeParms)
    if isinstance(kind, pikepdf.Array) and len(kind) == 1:
        kind = kind[0]
        parts = parts[0] if isinstance(parts, pikepdf.Array) and len(parts) == 1 else parts
    if kind is None and parts is None:
        return raw
    known: dict[str, tuple[int, ...]] = {
        "/Predictor": (1, 10, 12, 15),
        "/Columns": (wide,),
        "/Colors": (1,),
        "/BitsPerComponent": (8,),
    }
    if (
        kind != Name.FlateDecode
        or not is_plainly_deflated(raw)
        or not (
            parts is None
            or (
                isinstance(parts, pikepdf.Dictionary)
                and all(value in known.get(key, ()) for key, value in parts.items())
            )
        )
    ):
        raise OddError("数据流形式的表格压缩方式不规范")
    with pikepdf.new() as other:
        stream = pikepdf.Stream(other, raw)
        stream.Filter = kind
        if parts is not None:
            stream.DecodeParms = pikepdf.Dictionary(dict(parts.items()))
        decoded = stream.read_bytes()
        if other.get_warnings():
            raise OddError("数据流形式的表格已损坏")
    predicted = parts is not None and parts.get(Name.Predictor, 1) != 1
    if predicted and not has_known_rows(raw, wide, len(decoded) // wide):
        raise OddError("数据流形式的表格压缩方式不规范")
    return decoded


def _values(text: bytes) -> pikepdf.Dictionary:
    """A trailer's direct values; each key that counts here stands once, and plainly."""
    opened = opened_text(text)
    names = NAME.findall(opened)
    if any(b"#" in name for name in names) or any(names.count(key) > 1 for key in _KEYS):
        raise OddError("trailer 的条目重复或写法不规范")
    try:
        values = pikepdf.Object.parse(REFERENCE.sub(b"null", opened).strip())
    except (pikepdf.PdfError, ValueError) as error:
        raise OddError("trailer 不规范") from error
    if not isinstance(values, pikepdf.Dictionary):
        raise OddError("trailer 不规范")
    return values
