"""The front door: what the bytes are, and for a PDF a rewrite under qpdf's limits.

A rewrite makes the parsers behind it agree; it also hides what they would have disagreed on, so
every warning becomes a flag (threats.md, fact 3).
"""

import io
import zipfile
from dataclasses import dataclass
from typing import Final

import pikepdf
from pikepdf import settings

from credential.verdict import SubIndication
from verifier.evidence import Attachment, Flag, Form
from verifier.extraction.pdf_structure import Structure, read_structure
from verifier.extraction.refusal import over_limit, unsupported
from verifier.limits import Limits

_HEADER_WITHIN: Final = 1024
"""Bytes before %PDF- that readers tolerate (ISO 32000-1 Annex H.3.4.1): seen, then flagged."""
_WHITE: Final = b"\x00\t\n\x0c\r "


@dataclass(frozen=True, slots=True)
class CleanPdf:
    """``data``: the file as qpdf wrote it anew."""

    data: bytes
    flags: tuple[Flag, ...]
    attachments: tuple[Attachment, ...]
    signed: bool


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
            structure = _examined(pdf, limits)
            output = io.BytesIO()
            # decoded and encoded again, so that a bomb bursts here and nothing odd goes further
            pdf.save(
                output,
                object_stream_mode=pikepdf.ObjectStreamMode.disable,
                stream_decode_level=pikepdf.StreamDecodeLevel.generalized,
                recompress_flate=True,
            )
            warnings = [str(warning) for warning in pdf.get_warnings()]
    except pikepdf.PasswordError as error:
        raise unsupported("ENCRYPTED", "文件已加密，请上传未加密的文件", Form.PDF) from error
    except pikepdf.PdfError as error:
        raise unsupported("PDF_DAMAGED", "PDF 文件损坏，无法读取", Form.PDF) from error
    flags = (*structure.flags, *_outside(data), *_warned(warnings))
    return CleanPdf(
        output.getvalue(), flags[: limits.flags], structure.attachments, structure.signed
    )


def _examined(pdf: pikepdf.Pdf, limits: Limits) -> Structure:
    if len(pdf.objects) > limits.pdf_objects:
        raise over_limit("PDF_OBJECTS", f"PDF 对象超过 {limits.pdf_objects} 个", Form.PDF)
    if len(pdf.pages) > limits.pages:
        raise over_limit("PAGES", f"超过 {limits.pages} 页", Form.PDF)
    if not pdf.pages:
        raise unsupported("NO_PAGES", "PDF 没有页面", Form.PDF)
    return read_structure(pdf, limits)


def _outside(data: bytes) -> list[Flag]:
    """Bytes before the header or after the last end mark: a second file may hide there."""
    flags = []
    if not data.startswith(b"%PDF-"):
        flags.append(_disagreement("LEADING_BYTES", "PDF 文件头之前有其他数据"))
    end = data.rfind(b"%%EOF")
    if end < 0:
        flags.append(_disagreement("NO_END", "PDF 文件没有结束标记，可能不完整"))
    elif data[end + 5 :].strip(_WHITE):
        flags.append(_disagreement("TRAILING_BYTES", "PDF 文件结束之后还有其他数据"))
    return flags


def _warned(warnings: list[str]) -> list[Flag]:
    if not warnings:
        return []
    text = warnings[0][:200]
    return [
        _disagreement("REPAIRED", f"PDF 结构有误，经修复才能读取（{len(warnings)} 处）：{text}")
    ]


def _disagreement(code: str, message: str) -> Flag:
    return Flag(SubIndication.PARSER_DISAGREEMENT, code, message)
