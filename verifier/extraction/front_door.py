"""The front door: what the bytes are, and for a PDF a rewrite under qpdf's limits.

A rewrite makes the parsers behind it agree; it also hides what they would have disagreed on, so
every warning becomes a flag (threats.md, fact 3).
"""

import io
import re
import zipfile
from dataclasses import dataclass
from typing import Final

import pikepdf
from pikepdf import Name, settings

from credential.verdict import SubIndication
from verifier.evidence import Attachment, Flag, Form
from verifier.extraction.drawing import odd_drawings
from verifier.extraction.file_title import read_titles
from verifier.extraction.object_places import odd_references
from verifier.extraction.packed_symbol import write_out_symbols
from verifier.extraction.page_tree import is_even, odd_page_counts
from verifier.extraction.pdf_structure import Structure, read_structure
from verifier.extraction.refusal import Refused, over_limit, unsupported
from verifier.extraction.scanned_pages import (
    OF_OTHER_PAGES,
    OddScanError,
    ScannedSheet,
    read_scanned_sheets,
)
from verifier.limits import Limits

_HEADER_WITHIN: Final = 1024
"""Bytes before %PDF- that readers tolerate (ISO 32000-1 Annex H.3.4.1): seen, then flagged."""
_HEADER: Final = re.compile(rb"%PDF-[12]\.[0-9]")
"""ISO 32000-1 §7.5.2; an update adds none."""
_LIMIT_REACHED: Final = "memory limit exceeded"
"""qpdf's words, of each of its filters."""
_SOURCE: Final = re.compile(r"^stream <[^>]*>:? ?")
"""What qpdf calls a file that comes from memory."""
_UNSURE: Final = "PDF 的对象目录（交叉引用表）写法异常，各阅读程序可能显示不同的内容"
_WHITE: Final = b"\x00\t\n\x0c\r "


@dataclass(frozen=True, slots=True)
class CleanPdf:
    """``data``: the file as qpdf wrote it anew, with no page turned, of ``original``. ``signed``:
    there is, or was before an update, something of an electronic signature. ``titles``: the file's.
    ``scan``: the pages, if all are scanners', or words for why they are not."""

    data: bytes
    original: bytes
    flags: tuple[Flag, ...]
    attachments: tuple[Attachment, ...]
    signed: bool
    titles: tuple[str, ...]
    scan: tuple[ScannedSheet, ...] | str


def sniff(data: bytes, limits: Limits) -> Form:
    """The form by the bytes alone; names and media types are the sender's words."""
    if len(data) > limits.upload:
        raise over_limit("UPLOAD_SIZE", f"文件超过 {limits.upload >> 20} MB")
    if data.startswith((b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff")):
        return Form.PICTURE
    if data.startswith(b"PK\x03\x04"):
        return _zip_form(data)
    if b"%PDF-" in data[:_HEADER_WITHIN]:
        return Form.PDF
    return Form.UNKNOWN


def _zip_form(data: bytes) -> Form:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise unsupported("ZIP_DAMAGED", "文件损坏，无法解压") from error
    return Form.DOCX if "word/document.xml" in names else Form.UNKNOWN


def clean_pdf(data: bytes, limits: Limits) -> CleanPdf:
    """Open, look at the structure, write anew.

    Raises:
        Refused: encrypted, damaged, or over a limit.
    """
    settings.set_qpdf_limits(
        parser_max_nesting=100,
        parser_max_errors=20,
        parser_max_container_size=200_000,
        parser_max_container_size_damaged=5_000,
        max_stream_filters=3,
        doc_max_warnings=100,
        flate_max_memory=limits.stream,
        png_max_memory=limits.stream,
        run_length_max_memory=limits.stream,
        tiff_max_memory=limits.stream,
        dct_max_memory=limits.stream,
        dct_max_progressive_scans=20,
    )
    try:
        with pikepdf.open(io.BytesIO(data), suppress_warnings=True) as pdf:
            if pdf.is_encrypted:
                raise unsupported("ENCRYPTED", "文件已加密，请上传未加密的文件", Form.PDF)
            if len(pdf.objects) > limits.pdf_objects:
                raise over_limit("PDF_OBJECTS", f"PDF 对象超过 {limits.pdf_objects} 个", Form.PDF)
            even = is_even(pdf)  # before qpdf mends the tree, and says so in its log alone
            structure = _examined(pdf, limits)
            counts = list(odd_page_counts(pdf, data, even=even))
            odd = odd_references(pdf, data)
            scan = _scan(pdf)
            write_out_symbols(pdf)
            drawings = list(odd_drawings(pdf)) if isinstance(scan, str) else []
            titles = read_titles(pdf)
            for page in pdf.pages:
                # a page that a reader turns is read upright; what it inherits is overridden too
                page.obj.Rotate = 0
            output = io.BytesIO()
            # decoded and encoded again, so that a bomb bursts here and nothing odd goes further
            pdf.save(
                output,
                object_stream_mode=pikepdf.ObjectStreamMode.disable,
                stream_decode_level=pikepdf.StreamDecodeLevel.generalized,
                recompress_flate=True,
                # nobody reads what the copy says of itself
                fix_metadata_version=False,
            )
            warnings = [str(warning) for warning in pdf.get_warnings()]
            if any(_LIMIT_REACHED in warning for warning in warnings):
                raise _stream_too_large(limits)  # qpdf wrote the stream as it stood, undecoded
    except pikepdf.PasswordError as error:
        raise unsupported("ENCRYPTED", "文件已加密，请上传未加密的文件", Form.PDF) from error
    except pikepdf.PdfError as error:
        if _LIMIT_REACHED in str(error):
            raise _stream_too_large(limits) from error
        raise unsupported("PDF_DAMAGED", "PDF 文件损坏，无法读取", Form.PDF) from error
    uneven = (_disagreement("PAGE_COUNT", f"PDF 的页数说法不一：{words}") for words in counts)
    drawn = (
        Flag(
            SubIndication.HIDDEN_CONTENT,
            "DRAWING",
            f"各阅读程序可能画得不同：绘图指令{words}",
            place,
        )
        for words, place in drawings
    )
    read = [] if odd is None else [_disagreement("CROSS_REFERENCE", f"{_UNSURE}：{odd}")]
    found = structure.flags
    if not isinstance(scan, str):
        found = tuple(flag for flag in found if flag.code not in OF_OTHER_PAGES)
    flags = (*found, *_outside(data), *_warned(warnings), *read, *uneven, *drawn)
    # its byte range is never compressed: the signer writes over it
    signed = structure.signed or b"/ByteRange" in data
    return CleanPdf(
        output.getvalue(), data, flags[: limits.flags], structure.attachments, signed, titles, scan
    )


def _scan(pdf: pikepdf.Pdf) -> tuple[ScannedSheet, ...] | str:
    try:
        return read_scanned_sheets(pdf)
    except OddScanError as odd:
        return str(odd)


def _stream_too_large(limits: Limits) -> Refused:
    return over_limit("STREAM", f"PDF 的一个数据流解开后超过 {limits.stream >> 20} MB", Form.PDF)


def _examined(pdf: pikepdf.Pdf, limits: Limits) -> Structure:
    if len(pdf.pages) > limits.pages:
        raise over_limit("PAGES", f"超过 {limits.pages} 页", Form.PDF)
    if not pdf.pages:
        raise unsupported("NO_PAGES", "PDF 没有页面", Form.PDF)
    _check_content(pdf, limits)
    return read_structure(pdf, limits)


def _check_content(pdf: pikepdf.Pdf, limits: Limits) -> None:
    """Refuse early what would only run into the time limit, holding a child for all of it."""
    left = limits.page_content
    for page in pdf.pages:
        content = page.obj.get(Name.Contents)
        for stream in content if isinstance(content, pikepdf.Array) else (content,):
            if isinstance(stream, pikepdf.Stream):
                left -= len(stream.read_bytes())
            if left < 0:
                megabytes = limits.page_content >> 20
                raise over_limit("PAGE_CONTENT", f"页面内容超过 {megabytes} MB", Form.PDF)


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


def _warned(warnings: list[str]) -> list[Flag]:
    if not warnings:
        return []
    text = _SOURCE.sub("", warnings[0])[:200]
    return [
        _disagreement("REPAIRED", f"PDF 结构有误，经修复才能读取（{len(warnings)} 处）：{text}")
    ]


def _disagreement(code: str, message: str) -> Flag:
    return Flag(SubIndication.PARSER_DISAGREEMENT, code, message)
