"""A PDF as it was sent, looked at entry by entry: whatever readers may take differently is a flag."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

import pikepdf

from credential.verdict import SubIndication
from verifier.evidence import Attachment, Flag
from verifier.extraction.drawing import Drawings, read_drawings
from verifier.extraction.entries import odd_entries
from verifier.extraction.file_title import read_titles
from verifier.extraction.front_door import opened_pdf
from verifier.extraction.object_places import odd_references
from verifier.extraction.packed_symbol import write_out_symbols
from verifier.extraction.page_tree import is_even, odd_page_counts
from verifier.extraction.path_ink import Places
from verifier.extraction.pdf_structure import read_structure
from verifier.extraction.scanned_pages import (
    OF_OTHER_PAGES,
    OddScanError,
    ScannedSheet,
    read_scanned_sheets,
)
from verifier.extraction.structure_tree import Elements, elements_as_drawn
from verifier.limits import Limits

_HEADER: Final = re.compile(rb"%PDF-[12]\.[0-9]")
"""ISO 32000-1 §7.5.2; an update adds none."""
_SOURCE: Final = re.compile(r"^stream <[^>]*>:? ?")
"""What qpdf calls a file that comes from memory."""
_UNSURE: Final = "PDF 的对象目录（交叉引用表）写法异常，各阅读程序可能显示不同的内容"
_READ_OTHERWISE: Final = "PDF 的结构（供朗读、复制、导出）与页面上文字的内容或次序不同"
_WHITE: Final = b"\x00\t\n\x0c\r "


@dataclass(frozen=True, slots=True)
class Examined:
    """``signed``: there is, or was before an update, something of an electronic signature.
    ``titles``: the file's. ``scan``: the pages, if all are scanners', or words for why they are not.
    ``inked``: of each page where its paths leave ink (drawing.py), if it is to be looked for;
    ``elements``: of the structure, which hold the letters; ``alts``: words that it has in the place of a
    picture."""

    flags: tuple[Flag, ...]
    attachments: tuple[Attachment, ...]
    signed: bool
    titles: tuple[str, ...]
    scan: tuple[ScannedSheet, ...] | str
    inked: Sequence[Places] = ()
    elements: Elements = field(default_factory=Elements)
    alts: tuple[str, ...] = ()

    @property
    def is_disputed(self) -> bool:
        """Readers are known to disagree on it."""
        return any(flag.sub is SubIndication.PARSER_DISAGREEMENT for flag in self.flags)


def examine_pdf(
    data: bytes, warnings: Sequence[str], limits: Limits, opened: Callable[[], int]
) -> Examined:
    """``warnings``: of the rewriting; ``opened``: how many pages PDFium opens, which is asked by who uses it.

    Raises:
        Refused: over a limit.
    """
    with opened_pdf(data, limits) as pdf:
        even = is_even(pdf)  # before qpdf mends the tree, and says so in its log alone
        structure = read_structure(pdf, limits)
        counts = list(odd_page_counts(pdf, opened(), even=even))
        odd = odd_references(pdf, data)
        scan = _scan(pdf)
        entries = sorted(set(odd_entries(pdf))) if isinstance(scan, str) else []
        write_out_symbols(pdf)
        drawings = read_drawings(pdf) if isinstance(scan, str) else Drawings((), ())
        elements = (
            Elements()
            if isinstance(scan, tuple)
            else elements_as_drawn(pdf, drawings.marked, unmarked=drawings.unmarked)
        )
        titles = read_titles(pdf)
        # both name the file by its place in memory: the same words are told once
        every = warnings or [str(warning) for warning in pdf.get_warnings()]
    uneven = (_disagreement("PAGE_COUNT", f"PDF 的页数说法不一：{words}") for words in counts)
    drawn = (
        Flag(
            SubIndication.HIDDEN_CONTENT,
            "DRAWING",
            f"各阅读程序可能画得不同：绘图指令{words}",
            place,
        )
        for words, place in drawings.odd
    )
    places = [] if odd is None else [_disagreement("CROSS_REFERENCE", f"{_UNSURE}：{odd}")]
    if entries:
        words = f"PDF 含有无法核对的条目（{'、'.join(entries[:5])}）"
        places.append(Flag(SubIndication.HIDDEN_CONTENT, "ENTRY", words))
    told = (
        [Flag(SubIndication.HIDDEN_CONTENT, "STRUCTURE_ORDER", _READ_OTHERWISE)]
        if elements is None
        else []
    )
    found = structure.flags
    if not isinstance(scan, str):
        found = tuple(flag for flag in found if flag.code not in OF_OTHER_PAGES)
    flags = (*found, *_outside(data), *_warned(every), *places, *uneven, *drawn, *told)
    # its byte range is never compressed: the signer writes over it
    signed = structure.signed or b"/ByteRange" in data
    return Examined(
        flags[: limits.flags],
        structure.attachments,
        signed,
        titles,
        scan,
        drawings.inked,
        elements or Elements(),
        (*structure.alts, *drawings.alts),
    )


def _scan(pdf: pikepdf.Pdf) -> tuple[ScannedSheet, ...] | str:
    try:
        return read_scanned_sheets(pdf)
    except OddScanError as odd:
        return str(odd)


def _outside(data: bytes) -> list[Flag]:
    """Bytes before the header or after the last end mark: a second file may hide there, or stand as a
    whole one: of two PDFs in a row, readers that mend show the second, others by its table the first."""
    flags = []
    if not data.startswith(b"%PDF-"):
        flags.append(_disagreement("LEADING_BYTES", "PDF 文件头之前有其他数据"))
    if len(_HEADER.findall(data)) > 1:
        flags.append(_disagreement("SECOND_FILE", "文件里还有另一个 PDF 的文件头"))
    end = data.rfind(b"%%EOF")
    if end < 0:
        flags.append(_disagreement("NO_END", "PDF 文件没有结束标记，可能不完整"))
    elif data[end + 5 :].strip(_WHITE):
        flags.append(_disagreement("TRAILING_BYTES", "PDF 文件结束之后还有其他数据"))
    return flags


def _warned(warnings: Sequence[str]) -> list[Flag]:
    if not warnings:
        return []
    text = _SOURCE.sub("", warnings[0])[:200]
    return [
        _disagreement("REPAIRED", f"PDF 结构有误，经修复才能读取（{len(warnings)} 处）：{text}")
    ]


def _disagreement(code: str, message: str) -> Flag:
    return Flag(SubIndication.PARSER_DISAGREEMENT, code, message)
