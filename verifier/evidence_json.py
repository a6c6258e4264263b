"""Evidence as JSON: how it leaves the child. The parent trusts no type in it."""

import json
import math
from collections.abc import Callable, Sequence
from typing import Final, TypeVar, cast

from credential.verdict import Place, SubIndication
from verifier.evidence import (
    Attachment,
    Box,
    Evidence,
    Flag,
    Form,
    Glyph,
    PageSize,
    Paragraph,
    ScannedLine,
    ScannedPage,
    ScanState,
    Symbol,
)
from verifier.pdf_signature import (
    Chain,
    Later,
    PdfSignature,
    PdfSignatures,
    Revocation,
    Signer,
    Span,
    TimeStamp,
)

_LONGEST: Final = 100_000
_NUMBERS: Final = 5
"""Of a glyph, behind its box."""
_T = TypeVar("_T")


class EvidenceError(ValueError):
    """The child's answer is not evidence."""


def write_evidence(evidence: Evidence) -> str:
    return json.dumps(
        {
            "form": evidence.form,
            "pages": [[page.width, page.height] for page in evidence.pages],
            "glyphs": _write_glyphs(evidence.glyphs),
            "second_text": evidence.second_text,
            "paragraphs": [[p.text, p.symbol] for p in evidence.paragraphs],
            "symbols": [[s.text, s.page, s.box] for s in evidence.symbols],
            "attachments": [[a.name, a.data.hex()] for a in evidence.attachments],
            "unexplained": [_place(place) for place in evidence.unexplained],
            "flags": [
                [flag.sub, flag.code, flag.message, flag.place and _place(flag.place)]
                for flag in evidence.flags
            ],
            "signatures": evidence.signatures and _write_signatures(evidence.signatures),
            "scanned": [
                [
                    page.page,
                    page.state,
                    [[line.text, line.box, line.flat, line.confidences] for line in page.lines],
                    [[s.text, s.page, s.box] for s in page.symbols],
                    page.digest,
                ]
                for page in evidence.scanned
            ],
        },
        ensure_ascii=True,
        separators=(",", ":"),
    )


def _write_glyphs(glyphs: Sequence[Glyph]) -> list[Sequence[object]]:
    """By column, of which each is checked as one."""
    if not glyphs:
        return []
    texts, pages, boxes, *numbers = zip(*glyphs, strict=True)
    return [texts, pages, *zip(*boxes, strict=True), *numbers]


def _place(place: Place) -> list[object]:
    return [place.page, place.box]


def _write_signatures(signatures: PdfSignatures) -> list[object]:
    return [
        [
            [
                *(s.field, s.document_stamp, s.intact, s.genuine, s.whole, s.later),
                *(s.hash, s.algorithm, _write_signer(s.signer), s.claimed_at),
                s.stamp and [s.stamp.at, s.stamp.genuine, _write_signer(s.stamp.signer)],
            ]
            for s in signatures.found
        ],
        signatures.trouble,
    ]


def _write_signer(s: Signer) -> list[object]:
    chain = s.chain and [s.chain.span, s.chain.revocation]
    return [s.name, s.digest, s.span, s.may_sign, s.bits, chain]


def read_evidence(text: str) -> Evidence:
    """Raises EvidenceError where anything is missing or of another type."""
    try:
        data = _table(json.loads(text))
        return Evidence(
            form=Form(_text(data["form"])),
            pages=tuple(_page(item) for item in _list(data["pages"])),
            glyphs=_glyphs(data["glyphs"]),
            second_text=tuple(_text(item) for item in _list(data["second_text"])),
            paragraphs=tuple(_paragraph(item) for item in _list(data["paragraphs"])),
            symbols=tuple(_symbol(item) for item in _list(data["symbols"])),
            attachments=tuple(_attachment(item) for item in _list(data["attachments"])),
            unexplained=tuple(_read_place(item) for item in _list(data["unexplained"])),
            flags=tuple(_flag(item) for item in _list(data["flags"])),
            signatures=_optional(data["signatures"], _signatures),
            scanned=tuple(_scanned(item) for item in _list(data["scanned"])),
        )
    except (ValueError, KeyError, RecursionError) as error:
        raise EvidenceError(f"证据格式有误：{type(error).__name__}") from error


def _page(value: object) -> PageSize:
    width, height = _list(value)
    return PageSize(_number(width), _number(height))


def _glyphs(value: object) -> tuple[Glyph, ...]:
    if value == []:
        return ()
    texts, pages, *columns = map(_list, _list(value))
    x0, y0, x1, y1, *numbers = map(_numbers, columns)
    if len(numbers) != _NUMBERS:
        raise ValueError("columns")
    boxes = zip(x0, y0, x1, y1, strict=True)
    rows = zip(map(_text, texts), map(_whole, pages), boxes, *numbers, strict=True)
    return tuple(map(Glyph._make, rows))


def _numbers(value: list[object]) -> list[float]:
    # at once where all of them are what they are always
    if {*map(type, value)} == {float} and math.isfinite(sum(cast(list[float], value))):
        return cast(list[float], value)
    return [_number(item) for item in value]


def _paragraph(value: object) -> Paragraph:
    text, symbol = _list(value)
    return Paragraph(_text(text), _truth(symbol))


def _symbol(value: object) -> Symbol:
    text, page, box = _list(value)
    return Symbol(_text(text), _whole(page), None if box is None else _box(box))


def _scanned(value: object) -> ScannedPage:
    page, state, lines, symbols, digest = _list(value)
    return ScannedPage(
        _whole(page),
        ScanState(_text(state)),
        tuple(_scanned_line(item) for item in _list(lines)),
        tuple(_symbol(item) for item in _list(symbols)),
        _text(digest),
    )


def _scanned_line(value: object) -> ScannedLine:
    text, box, flat, confidences = _list(value)
    read, sure = _text(text), tuple(_number(item) for item in _list(confidences))
    if len(read) != len(sure):
        raise ValueError("a confidence for each character")
    return ScannedLine(read, _box(box), _box(flat), sure)


def _signatures(value: object) -> PdfSignatures:
    found, trouble = _list(value)
    return PdfSignatures(tuple(_signature(item) for item in _list(found)), _text(trouble))


def _signature(value: object) -> PdfSignature:
    field, stamps, intact, genuine, whole, later, hashed, algorithm, signer, at, stamp = _list(
        value
    )
    return PdfSignature(
        field=_text(field),
        document_stamp=_truth(stamps),
        intact=_truth(intact),
        genuine=_truth(genuine),
        whole=_truth(whole),
        later=Later(_text(later)),
        hash=_text(hashed),
        algorithm=_text(algorithm),
        signer=_signer(signer),
        claimed_at=_optional(at, _whole),
        stamp=_optional(stamp, _stamp),
    )


def _stamp(value: object) -> TimeStamp:
    at, genuine, signer = _list(value)
    return TimeStamp(_whole(at), _truth(genuine), _signer(signer))


def _signer(value: object) -> Signer:
    name, digest, span, may_sign, bits, chain = _list(value)
    bytes.fromhex(_text(digest))
    return Signer(
        _text(name),
        _text(digest),
        _span(span),
        _truth(may_sign),
        _whole(bits),
        _optional(chain, _chain),
    )


def _chain(value: object) -> Chain:
    span, revocation = _list(value)
    return Chain(_span(span), Revocation(_text(revocation)))


def _span(value: object) -> Span:
    begin, end = _list(value)
    return _whole(begin), _whole(end)


def _optional(value: object, read: Callable[[object], _T]) -> _T | None:
    return None if value is None else read(value)


def _attachment(value: object) -> Attachment:
    name, data = _list(value)
    return Attachment(_text(name), bytes.fromhex(_text(data)))


def _flag(value: object) -> Flag:
    sub, code, message, place = _list(value)
    where = None if place is None else _read_place(place)
    return Flag(SubIndication(_text(sub)), _text(code), _text(message), where)


def _read_place(value: object) -> Place:
    page, box = _list(value)
    return Place(_whole(page), None if box is None else _box(box))


def _table(value: object) -> dict[str, object]:
    if not isinstance(value, dict):
        raise ValueError("object")
    return value


def _list(value: object) -> list[object]:
    if not isinstance(value, list):
        raise ValueError("array")
    return value


def _text(value: object) -> str:
    if not isinstance(value, str) or len(value) > _LONGEST:
        raise ValueError("text")
    return value


def _number(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise ValueError("number")
    return float(value)


def _whole(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise ValueError("integer")
    return value


def _truth(value: object) -> bool:
    if not isinstance(value, bool):
        raise ValueError("truth")
    return value


def _box(value: object) -> Box:
    x0, y0, x1, y1 = (_number(side) for side in _list(value))
    return x0, y0, x1, y1
