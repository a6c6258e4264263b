"""The annex of a 核验报告: pages with their marked places, and the whole text as a difference.

It has no symbol of its own: the signed report prints its fingerprint. A picture on a page is ink
that no text explains, so a page that shows one can't itself be read back as a document.
"""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

import typst

from certgen.page import PageError, page_fonts
from certgen.plain_pdf import plain_pdf
from certgen.report import plain_text

_SOURCE: Final = Path(__file__).with_name("detail.typ").read_text("utf-8")
_ROOT: Final[Any] = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class DetailNote:
    number: int
    failed: bool
    label: str
    message: str
    expected: str | None
    found: str | None


@dataclass(frozen=True, slots=True)
class DetailSheet:
    """``png``: of one page with its places marked and numbered."""

    page: int
    png: bytes
    notes: tuple[DetailNote, ...]


@dataclass(frozen=True, slots=True)
class DetailText:
    """``parts``: (same, gone or added; text) in reading order."""

    label: str
    changed: bool
    parts: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Detail:
    """``facts``: label and value, at the head."""

    facts: tuple[tuple[str, str], ...]
    sheets: tuple[DetailSheet, ...]
    texts: tuple[DetailText, ...]


def detail_pdf(detail: Detail, *, at: int) -> bytes:
    """PDF/A-2u. ``at``: Unix seconds.

    Raises:
        PageError: it can't be set.
    """
    try:
        data = typst.compile(
            _SOURCE.encode(),
            root=_ROOT,
            font_paths=page_fonts(),
            sys_inputs={"detail": _json(detail)},
            pdf_standards="a-2u",
            timestamp=at,
        )
    except typst.TypstError as cause:
        raise PageError("核验报告的附件无法排版，请联系管理员") from cause
    return plain_pdf(data)


def _json(detail: Detail) -> str:
    return json.dumps(_plain(asdict(detail)), ensure_ascii=False)


def _plain(value: Any) -> Any:
    """Words of a hostile file are set like any others; pictures as numbers, which typst reads."""
    if isinstance(value, str):
        return plain_text(value)
    if isinstance(value, bytes):
        return list(value)
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, list | tuple) else value
