"""Comparison: what was printed against what was signed, field by field (axis ``content_match``).

What is signed are the claims themselves and a digest over all printed fields. The registry's copy
of the fields counts only where it gives that very digest, so a wrong or forged answer of the
registry can't make an altered page match.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from credential.claims import DIGEST_SIZE, Claims, Kind, Profile
from credential.fields import FIELDS, Comparison, claimed_fields, fields_digest
from credential.identifiers import mask_name
from credential.normal import NormalError, canonical_text
from credential.verdict import Axis, AxisName, Finding, Indication, SubIndication
from verifier.lookalikes import lookalikes
from verifier.reading import Printed, Reading

_WORDS: Final = {"title": "标题", "caption": "二维码旁的文字"}
_HIDDEN: Final = "（不显示）"
_PUBLIC: Final[Mapping[Kind, frozenset[str]]] = {
    Kind.CERTIFICATE: frozenset(
        {"quantity", "origin", "subject", "issued_on", "expires_on", "basis", "promise"}
    ),
    Kind.PLEDGE: frozenset({"promisor", "authority", "pledged_on", "expires_on"}),
    Kind.REPORT: frozenset({"promisor", "pledged_on"}),
}
"""What the page behind the symbol shows to everyone, besides what the claims themselves carry."""
_PERSONAL: Final = frozenset(
    {name for name, spec in FIELDS.items() if spec.comparison is Comparison.NAME}
)


@dataclass(frozen=True, slots=True)
class Signed:
    """What must be printed. ``fields``: known values; ``complete``: these are all there may be.

    ``masked``: name fields of which only the masked form is known. ``sparse``: a label prints some of
    its claims only; that none of those is gone, the digest alone says.
    """

    fields: Mapping[str, str]
    masked: Mapping[str, str]
    complete: bool
    sparse: bool = False


def field_words(name: str) -> str:
    """What a clerk calls the field: its label, or where it stands."""
    return FIELDS[name].label or _WORDS[name]


def signed_fields(claims: Claims, recorded: Mapping[str, str] | None) -> Signed:
    """``recorded``: the registry's copy of the printed fields, believed only by its digest."""
    if recorded is not None and _digest_of(recorded, claims) == claims.digest:
        return Signed(dict(recorded), {}, complete=True)
    name_field = "subject" if claims.kind is Kind.CERTIFICATE else "promisor"
    person = claims.subject.is_natural_person and claims.subject.name is not None
    masked = {name_field: claims.subject.name or ""} if person else {}
    sparse = claims.profile is Profile.LABEL
    return Signed(claimed_fields(claims), masked, complete=False, sparse=sparse)


def _digest_of(fields: Mapping[str, str], claims: Claims) -> bytes | None:
    try:
        return fields_digest(fields, claims.id, DIGEST_SIZE[claims.profile])
    except (NormalError, KeyError):
        return None


def compare_fields(
    reading: Reading, claims: Claims, recorded: Mapping[str, str] | None, *, reveal: bool
) -> Axis:
    """The axis ``content_match``. ``reveal``: the reader may see names and contacts in full."""
    signed = signed_fields(claims, recorded)
    shown = _shown(signed, claims, reveal)
    findings = [
        *_unreadable(reading),
        *_differences(reading, signed, shown),
        *_repeated(reading),
    ]
    printed = {name: item.value for name, item in reading.fields.items()}
    if not findings and _digest_of(printed, claims) != claims.digest:
        findings.append(_digest_finding(printed, signed))
    if findings:
        return Axis(
            AxisName.CONTENT_MATCH,
            Indication.FAILED,
            SubIndication.CONTENT_MISMATCH,
            tuple(findings),
        )
    if unsure := tuple(_unconfirmed(reading)):
        return _not_compared(unsure)
    return Axis(AxisName.CONTENT_MATCH, Indication.PASSED)


def not_compared(code: str, message: str) -> Axis:
    """The axis where there was nothing to compare, or nothing to compare it with."""
    return _not_compared((Finding(code, message),))


def _not_compared(findings: tuple[Finding, ...]) -> Axis:
    return Axis(
        AxisName.CONTENT_MATCH,
        Indication.INDETERMINATE,
        SubIndication.CONTENT_NOT_COMPARED,
        findings,
    )


def _unreadable(reading: Reading) -> Iterator[Finding]:
    """Characters that NFKC would turn into another number (10² → 102), and invisible ones."""
    for name, item in reading.fields.items():
        try:
            canonical_text(item.value)
        except NormalError as error:
            yield Finding(
                "UNSAFE_CHARACTER",
                f"“{field_words(name)}”含有不应出现的字符：{error}",
                field=name,
                found=item.value,
                place=item.place,
            )


def _canonical(text: str) -> str | None:
    try:
        return canonical_text(text)
    except NormalError:
        return None


def _differences(reading: Reading, signed: Signed, shown: Mapping[str, str]) -> Iterator[Finding]:
    for name, value in signed.fields.items():
        item = reading.fields.get(name)
        if item is None:
            if not signed.sparse:
                yield _missing(name, shown[name])
        elif (found := _canonical(item.value)) is not None and found != _canonical(value):
            # look-alikes are named character by character: only of a value that is shown in full
            told = _canonical(value) if shown[name] == value else None
            yield _mismatch(name, item, told, found, shown[name])
    for name, value in signed.masked.items():
        item = reading.fields.get(name)
        if item is None:
            yield _missing(name, value)
        elif (found := _canonical(item.value)) is not None and mask_name(found) != value:
            yield _mismatch(name, item, value, found, value)
    if signed.complete:
        for name, item in reading.fields.items():
            if name not in signed.fields:
                words = field_words(name)
                yield Finding(
                    "ADDED",
                    f"“{words}”是签发之后添加的",
                    field=name,
                    found=item.value,
                    place=item.place,
                )


def _missing(name: str, shown: str) -> Finding:
    words = field_words(name)
    return Finding("MISSING", f"缺少“{words}”", field=name, expected=shown)


def _mismatch(name: str, item: Printed, expected: str | None, found: str, shown: str) -> Finding:
    """``expected``: the canonical value, or None where this reader may not see all of it."""
    words = field_words(name)
    if expected is not None and (pairs := lookalikes(expected, found)):
        named = "、".join(f"“{b}”（应为“{a}”）" for a, b in dict.fromkeys(pairs))
        code, message = "LOOKALIKE", f"“{words}”与签发时不符，含有形近字：{named}"
    else:
        code, message = "MISMATCH", f"“{words}”与签发时不符"
    return Finding(code, message, field=name, expected=shown, found=item.value, place=item.place)


def _repeated(reading: Reading) -> Iterator[Finding]:
    for name, place in reading.repeated:
        words = field_words(name)
        yield Finding("REPEATED", f"“{words}”出现了不止一次", field=name, place=place)


def _digest_finding(printed: Mapping[str, str], signed: Signed) -> Finding:
    """All that the symbol itself carries agrees; something else that is printed does not."""
    rest = [name for name in FIELDS if name in printed and name not in signed.fields]
    named = "、".join(map(field_words, rest)) or "版面上的其他文字"
    return Finding(
        "DIGEST",
        f"打印内容与签发时不符：二维码自带的各项相符，下列各项中至少有一项被改动、删去或添加：{named}",
        field=",".join(rest) or None,
    )


def _unconfirmed(reading: Reading) -> Iterator[Finding]:
    for name, item in reading.fields.items():
        if not item.confirmed:
            words = field_words(name)
            yield Finding(
                "SHAPE_NOT_CONFIRMED",
                f"“{words}”的文字相符，但画面上的字形未能确认",
                field=name,
                found=item.value,
                place=item.place,
            )


def _shown(signed: Signed, claims: Claims, reveal: bool) -> dict[str, str]:
    """Expected values as this reader may see them (PIPL Art. 28: no more than needed).

    Who holds a symbol and nothing else must not learn from a made-up page what the registry has
    beside it: a pledge's words, an heir's name, a telephone number.
    """
    if reveal or not signed.complete:
        return dict(signed.fields)
    public = _PUBLIC[claims.kind] | claimed_fields(claims).keys()
    masks = {
        value: mask_name("".join(value.split()))
        for name, value in signed.fields.items()
        if value and name in _PERSONAL and claims.subject.is_natural_person
    }
    result = {}
    for name, value in signed.fields.items():
        text = value if name in public else _HIDDEN
        for person, mask in masks.items():
            text = text.replace(person, mask)
        result[name] = text
    return result
