"""Each byte of a PDF belongs to an object, a cross-reference section, or is white space or a remark.

Readers that mend go through the whole file for what looks like an object or a trailer, wherever it
stands; LibreOffice does so with every file, and opens the other document that a trailer names
(/AdditionalStreams), be it in no section's chain.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from verifier.extraction.cross_reference import EOL, PLAIN, OddError, Section
from verifier.extraction.object_text import OBJECT, TEXT, WHITE

_END_OF_STREAM: Final = re.compile(rb"endstream%s*+endobj(?![^\t\n\f\r %%])" % WHITE)
_HEADER: Final = re.compile(rb"%PDF-\d\.\d(?=[\t\n\f\r ])")
_REMARK: Final = rb"%(?:(?!trailer|xref|endobj|endstream|<<|PDF-)[^\r\n])*+(?=[\r\n]|\Z)"
_BETWEEN: Final = re.compile(rb"(?:\x00|%s++|%s)*+" % (WHITE, _REMARK))
"""§7.2.3, §7.2.4. A seal's update fills with white space, some writers with zeros."""
_OBJ_OF_A_LINE: Final = re.compile(rb"[\r\n][\x00\t\f ]*+obj[\x00\t\n\f\r ()<>\[\]{}/%]")
_MARK: Final = re.compile(rb"%s*+startxref%s(\d{1,10})%s%%%%EOF" % (WHITE, EOL, EOL))


def check_every_byte(data: bytes, sections: Sequence[Section]) -> None:
    """Raises OddError. ``sections``: read from ``data``, with each object where it says."""
    at = _HEADER.match(data)
    if at is None:
        raise OddError("文件头的写法不规范")
    spans = sorted(_spans(data, sections))
    end = at.end()
    for start, after in spans:
        between = _BETWEEN.match(data, end, start)
        if start < end or between is None or between.end() != start:
            raise OddError(f"第 {end} 字节起有不属于任何对象的内容")
        end = after
    between = _BETWEEN.match(data, end)
    if between is None or between.end() != len(data):
        raise OddError(f"第 {end} 字节起有不属于任何对象的内容")
    _check_words(data, spans)


def _check_words(data: bytes, spans: Sequence[tuple[int, int]]) -> None:
    """In strings and streams too: who mends looks for the words, wherever they stand, and some for the
    number of an object over a remark between the two."""
    tables = sum(data.startswith(b"xref", start) for start, _ in spans)
    marks = sum(data.endswith(b"%%EOF", start, end) for start, end in spans)
    if data.count(b"trailer") != tables or data.count(b"startxref") != marks:
        raise OddError("文件里有不属于表格的 trailer 或 startxref")
    if _OBJ_OF_A_LINE.search(data) is not None:
        raise OddError("对象的编号写法不规范")


def _spans(data: bytes, sections: Sequence[Section]) -> Iterator[tuple[int, int]]:
    places = {section.at for section in sections}
    for section in sections:
        is_object = OBJECT.match(data, section.at) is not None
        end = _end_of_object(data, section.at) if is_object else section.end
        mark = _MARK.match(data, end)
        if mark is not None and int(mark[1]) not in {0, *places}:
            raise OddError("startxref 所指的位置上没有表格")
        # the first of a linearised file needs none (Annex F)
        yield section.at, end if mark is None else mark.end()
    plain = {
        at for section in sections for kind, at, _ in section.entries.values() if kind == PLAIN
    }
    for at in plain - places:
        yield at, _end_of_object(data, at)


def _end_of_object(data: bytes, at: int) -> int:
    head = OBJECT.match(data, at)
    text = head and TEXT.match(data, head.end())
    if text is None:
        raise OddError(f"第 {at} 字节起的对象写法不规范")
    if not text[2].startswith(b"stream"):
        return text.end()
    # the first, whatever the length says: who mends looks for it
    end = _END_OF_STREAM.match(data, data.find(b"endstream", text.end()))
    if end is None:
        raise OddError(f"第 {at} 字节起的数据流之后没有结束标记")
    return end.end()
