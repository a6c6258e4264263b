"""The printed fields: names, labels on paper, how each compares, and the digest over all of them.

Everything printed on a document belongs to a field, so that the digest covers the whole page:
the promise's wording as much as the quantity. On paper a field is its label, a full-width colon and
its value, the label at the start of a line or a table cell; the title stands before the first
label and the caption beside the symbol.
"""

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from enum import StrEnum
from functools import lru_cache
from typing import Final

from credential.cbor import encode, encode_bytes, encode_text
from credential.certificate_id import format_certificate_id
from credential.claims import Basis, Claims, Grade, Kind, Quantity
from credential.normal import LONGEST_KEPT, canonical_text

SHANGHAI: Final = timezone(timedelta(hours=8), "Asia/Shanghai")
_FIRST: Final = int(datetime(1, 1, 1, tzinfo=UTC).timestamp())
_LAST: Final = int(datetime(9999, 12, 31, 23, 59, 59, tzinfo=SHANGHAI).timestamp())
"""Unix seconds."""
"""China has one time zone and no summer time since 1991."""


class Comparison(StrEnum):
    """How a value read from paper compares; text from OCR never settles a name."""

    TEXT = "text"
    NAME = "name"
    NUMBER = "number"
    DATE = "date"
    IDENTIFIER = "identifier"


@dataclass(frozen=True, slots=True)
class FieldSpec:
    """``label``: as printed, without the colon; empty where the place tells (title, caption)."""

    label: str
    english: str
    comparison: Comparison


_T, _N, _Q, _D, _I = (
    Comparison.TEXT,
    Comparison.NAME,
    Comparison.NUMBER,
    Comparison.DATE,
    Comparison.IDENTIFIER,
)

FIELDS: Final[Mapping[str, FieldSpec]] = {
    "title": FieldSpec("", "Title", _T),
    "caption": FieldSpec("", "Words beside the symbol", _T),
    "number": FieldSpec("编号", "Number", _I),
    # 农业农村部令 2025 年第 4 号 Art. 14
    "product": FieldSpec("产品名称", "Product", _T),
    "quantity": FieldSpec("产品数量", "Quantity", _Q),
    "origin": FieldSpec("产地", "Origin", _T),
    "issued_on": FieldSpec("开具时间", "Issued on", _D),
    "subject": FieldSpec("承诺主体", "Promisor", _N),
    "subject_code": FieldSpec("统一社会信用代码", "Unified social credit code", _I),
    "contact": FieldSpec("联系方式", "Contact", _I),
    "basis": FieldSpec("承诺依据", "Basis", _T),
    "promise": FieldSpec("承诺事项", "Promise", _T),
    "grade": FieldSpec("开具时信用等级", "Grade when issued", _T),
    # the same, Art. 14 in short: what a small label leaves off stands on the package
    "elsewhere": FieldSpec("其他事项", "Where the other fields are", _T),
    # 信用承诺书
    "promisor": FieldSpec("承诺人", "Promisor", _N),
    "alias": FieldSpec("曾用名", "Former name", _N),
    "promisor_code": FieldSpec("证件号码", "Identity number (masked)", _I),
    "matter": FieldSpec("办理事项", "Matter", _T),
    "proof": FieldSpec("替代证明", "Proof replaced", _T),
    "decedent": FieldSpec("被继承人", "Decedent", _N),
    "decedent_age": FieldSpec("死亡时年龄", "Age at death", _Q),
    "authority": FieldSpec("受理单位", "Authority", _T),
    "notice": FieldSpec("告知内容", "Notice", _T),
    "acknowledged": FieldSpec("告知确认", "Acknowledgement", _T),
    "pledge": FieldSpec("承诺内容", "Pledge", _T),
    "liability": FieldSpec("违诺责任", "Liability", _T),
    "pledged_on": FieldSpec("承诺日期", "Pledged on", _D),
    "expires_on": FieldSpec("有效期至", "Valid until", _D),
    "signature": FieldSpec("承诺人签名", "Promisor's own signature", _T),
    # 核验报告
    "verdict": FieldSpec("核验结论", "Verdict", _T),
    "file": FieldSpec("核验文件", "File", _T),
    "file_digest": FieldSpec("文件指纹", "SHA-256 of the file", _I),
    "checked_at": FieldSpec("核验时间", "Checked at", _D),
    "policy": FieldSpec("核验策略", "Policy", _T),
    "checked": FieldSpec("被核验凭证", "Credential checked", _I),
    "axes": FieldSpec("逐项结果", "Item by item", _T),
    "findings": FieldSpec("核验发现", "Findings", _T),
    "annex": FieldSpec("附件指纹", "SHA-256 of the annexes", _I),
    "reporter": FieldSpec("出具单位", "Reported by", _N),
    "reported_on": FieldSpec("出具日期", "Reported on", _D),
    "check_code": FieldSpec("校验码", "Check code", _I),
    "platform": FieldSpec("平台签名（防篡改）", "Platform signature (tamper evidence)", _T),
}
"""In the order of the page. 电子签名法 Art. 13: the platform's signature is never the promisor's."""

BASIS_WORDS: Final[Mapping[Basis, str]] = {
    Basis.CONTROLLED: "质量安全控制符合要求",
    Basis.SELF_TESTED: "自行检测合格",
    Basis.TESTED_BY_OTHERS: "委托检测合格",
}

NAME_FIELD: Final[Mapping[Kind, str]] = {
    Kind.CERTIFICATE: "subject",
    Kind.PLEDGE: "promisor",
    Kind.REPORT: "reporter",
}
"""Where a document prints the name of its subject."""
_DATE_FIELD: Final[Mapping[Kind, str]] = {
    Kind.CERTIFICATE: "issued_on",
    Kind.PLEDGE: "pledged_on",
    Kind.REPORT: "reported_on",
}
_DIGEST_DOMAIN: Final = "zhengxin-fields/1"
_DIGEST_HEAD: Final = encode([_DIGEST_DOMAIN, b"", {}])[: -len(encode(b"") + encode({}))]
"""Of the array of domain, identifier and fields, up to the identifier."""


@dataclass(frozen=True, slots=True)
class DigestForm:
    """What is hashed of fields that differ in a few values alone, ``names``, in their order there.
    ``parts``: around the values, one more than these."""

    names: tuple[str, ...]
    parts: tuple[bytes, ...]

    def fill(self, fields: Mapping[str, str], identifier: bytes, size: int = 32) -> bytes:
        """As :func:`fields_digest`. ``fields``: those of ``names`` at least.

        Raises:
            NormalError: as there.
        """
        said = [_DIGEST_HEAD, encode_bytes(identifier), self.parts[0]]
        for name, part in zip(self.names, self.parts[1:], strict=True):
            said += (encode_text(canonical_text(fields[name])), part)
        return hashlib.sha256(b"".join(said)).digest()[:size]


def digest_form(fields: Mapping[str, str], own: Collection[str]) -> DigestForm:
    """For fields that differ from these in the values of ``own`` alone.

    Raises:
        NormalError, KeyError: as :func:`fields_digest`.
    """
    head, ordered = _digest_form(tuple(fields))
    names, parts, settled = [], [], [head]
    for name in ordered:
        if name in own:
            parts.append(b"".join([*settled, encode(name)]))
            names.append(name)
            settled = []
        else:
            settled.append(_entry(name, fields[name]))
    return DigestForm(tuple(names), (*parts, b"".join(settled)))


def fields_digest(fields: Mapping[str, str], identifier: bytes, size: int = 32) -> bytes:
    """SHA-256 over the canonical form of all printed fields, cut to ``size`` bytes.

    The certificate id, which the office draws at random, is part of it, so that nobody can prepare
    two sets of fields with one digest beforehand (a label keeps only 96 bits).

    Raises:
        NormalError: a value has a character without a safe canonical form.
        KeyError: an unknown field name.
    """
    head, names = _digest_form(tuple(fields))
    said = b"".join(
        [_DIGEST_HEAD, encode(identifier), head, *[_entry(name, fields[name]) for name in names]]
    )
    return hashlib.sha256(said).digest()[:size]


@lru_cache(maxsize=256)
def _digest_form(names: tuple[str, ...]) -> tuple[bytes, list[str]]:
    """The head of a map with these entries, and the names as deterministic CBOR orders them."""
    canonical = encode({name: "" for name in names if FIELDS[name]})
    entries = {canonical.index(encode({name: ""})[1:]): name for name in names}
    return canonical[: min(entries, default=1)], [entries[place] for place in sorted(entries)]


def _entry(name: str, value: str) -> bytes:
    """As it stands in a map, after the map's own head."""
    return _new_entry(name, value) if len(value) > LONGEST_KEPT else _kept_entry(name, value)


@lru_cache(maxsize=16384)
def _kept_entry(name: str, value: str) -> bytes:
    """Kept: labels of a batch say mostly the same."""
    return _new_entry(name, value)


def _new_entry(name: str, value: str) -> bytes:
    return encode(name) + encode(canonical_text(value))


def format_date(at: int) -> str:
    """2026年2月5日, in Asia/Shanghai."""
    return _date_words(_moment(at))


def format_time(at: int) -> str:
    """2026年2月5日 14:03:07, in Asia/Shanghai; what has no such date is the first or the last that there is."""
    moment = _moment(at)
    return f"{_date_words(moment)} {moment.hour:02}:{moment.minute:02}:{moment.second:02}"


def _moment(at: int) -> datetime:
    """A file may state any time; 99991231235959Z, of a certificate that has no end (RFC 5280 §4.1.2.5), is
    past the last one of Shanghai."""
    return datetime.fromtimestamp(min(max(at, _FIRST), _LAST), SHANGHAI)


def _date_words(day: datetime) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def format_quantity(quantity: Quantity) -> str:
    """1200公斤, 0.5吨: plain digits, no grouping."""
    if quantity.exponent == 0:
        return f"{quantity.mantissa}{quantity.unit}"
    return f"{quantity.amount:f}{quantity.unit}"


def format_basis(chosen: tuple[Basis, ...]) -> str:
    """All three bases, the chosen ones marked ■ and the others □."""
    return " ".join(
        f"{'■' if basis in chosen else '□'}{words}" for basis, words in BASIS_WORDS.items()
    )


def format_grade(grade: Grade) -> str:
    """A级, c级; a word such as 绿码 stands as it is."""
    return f"{grade.code}级" if grade.code.isascii() else grade.code


def claimed_fields(claims: Claims) -> dict[str, str]:
    """The printed values that the signed claims themselves settle, without the registry.

    A natural person's full name is not among them: the claims carry it masked.
    """
    fields = {"number": format_certificate_id(claims.id)}
    fields[_DATE_FIELD[claims.kind]] = format_date(claims.issued_at)
    name_field = NAME_FIELD[claims.kind]
    if claims.subject.uscc is not None:
        fields["subject_code"] = claims.subject.uscc
        if claims.subject.name is not None:
            fields[name_field] = claims.subject.name
    if claims.product is not None:
        fields["product"] = claims.product
    if claims.quantity is not None:
        fields["quantity"] = format_quantity(claims.quantity)
    if claims.origin is not None:
        fields["origin"] = claims.origin.text
    if claims.basis:
        fields["basis"] = format_basis(claims.basis)
    if claims.grade is not None:
        fields["grade"] = format_grade(claims.grade)
    if claims.matter is not None:
        fields["matter"] = claims.matter
    if claims.expires_at is not None:
        fields["expires_on"] = format_date(claims.expires_at)
    return fields
