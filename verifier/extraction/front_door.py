"""The front door: what the bytes are, and for a PDF a rewrite under qpdf's limits.

A rewrite makes the parsers behind it agree; it also hides what they would have disagreed on, so
every warning becomes a flag (threats.md, fact 3), and the file itself is examined (examined.py).
"""

import io
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

import pikepdf
from pikepdf import Name, settings

from credential.verdict import SubIndication
from verifier.evidence import Flag, Form
from verifier.extraction.packed_symbol import write_out_symbols
from verifier.extraction.refusal import Refused, over_limit, unsupported
from verifier.limits import Limits
from verifier.other_forms import has_pdf, has_text_document, has_zip

_HEADER_WITHIN: Final = 1024
"""Bytes before %PDF- that readers tolerate (ISO 32000-1 Annex H.3.4.1): seen, then flagged."""
_LIMIT_REACHED: Final = "memory limit exceeded"
"""qpdf's words, of each of its filters."""


@dataclass(frozen=True, slots=True)
class Rewritten:
    """``data``: the file as qpdf wrote it anew, with no page turned; ``warnings``: qpdf's."""

    data: bytes
    warnings: tuple[str, ...]


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


def other_form(data: bytes, form: Form) -> Iterator[Flag]:
    """A file that is another document too, for whoever opens it with another program."""
    is_pdf = form in {Form.PICTURE, Form.DOCX} and has_pdf(data)
    is_hybrid = form is Form.PDF and has_text_document(data)
    if is_pdf or is_hybrid or (form in {Form.PICTURE, Form.PDF} and has_zip(data)):
        yield Flag(
            SubIndication.HIDDEN_CONTENT,
            "POLYGLOT",
            "文件里还有另一种格式的文件（PDF、ZIP 或 ODF），其他程序可能打开另一份文件，不能由人工确认；请重新扫描、拍照或另存",
        )


def _zip_form(data: bytes) -> Form:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise unsupported("ZIP_DAMAGED", "文件损坏，无法解压") from error
    return Form.DOCX if "word/document.xml" in names else Form.UNKNOWN


@contextmanager
def opened_pdf(data: bytes, limits: Limits) -> Iterator[pikepdf.Pdf]:
    """Raises:
    Refused: encrypted, damaged, or over one of qpdf's limits; in the block too.
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
            yield pdf
    except pikepdf.PasswordError as error:
        raise unsupported("ENCRYPTED", "文件已加密，请上传未加密的文件", Form.PDF) from error
    except pikepdf.PdfError as error:
        if _LIMIT_REACHED in str(error):
            raise _stream_too_large(limits) from error
        raise unsupported("PDF_DAMAGED", "PDF 文件损坏，无法读取", Form.PDF) from error


def rewrite_pdf(data: bytes, limits: Limits) -> Rewritten:
    """Raises:
    Refused: encrypted, damaged, or over a limit.
    """
    with opened_pdf(data, limits) as pdf:
        _check_size(pdf, limits)
        write_out_symbols(pdf)
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
        warnings = tuple(str(warning) for warning in pdf.get_warnings())
    if any(_LIMIT_REACHED in warning for warning in warnings):
        raise _stream_too_large(limits)  # qpdf wrote the stream as it stood, undecoded
    return Rewritten(output.getvalue(), warnings)


def _check_size(pdf: pikepdf.Pdf, limits: Limits) -> None:
    if len(pdf.objects) > limits.pdf_objects:
        raise over_limit("PDF_OBJECTS", f"PDF 对象超过 {limits.pdf_objects} 个", Form.PDF)
    if len(pdf.pages) > limits.pages:
        raise over_limit("PAGES", f"超过 {limits.pages} 页", Form.PDF)
    if not pdf.pages:
        raise unsupported("NO_PAGES", "PDF 没有页面", Form.PDF)
    _check_content(pdf, limits)


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


def _stream_too_large(limits: Limits) -> Refused:
    return over_limit("STREAM", f"PDF 的一个数据流解开后超过 {limits.stream >> 20} MB", Form.PDF)
