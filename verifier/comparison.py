"""Comparison: what was printed against what was signed, field by field (axis ``content_match``).

What is signed are the claims themselves and a digest over all printed fields. The registry's copy
of the fields counts only where it gives that very digest, so a wrong or forged answer of the
registry can't make an altered page match.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Final

from credential.amount_words import amounts_said_twice
from credential.claims import DIGEST_SIZE, Claims, Kind, Profile
from credential.fields import FIELDS, NAME_FIELD, Comparison, claimed_fields, fields_digest
from credential.identifiers import mask_name
from credential.normal import NormalError, canonical_text
from credential.verdict import Axis, AxisName, Finding, Indication, SubIndication
from verifier.lookalikes import lookalikes
from verifier.reading import Printed, Reading

_WORDS: Final = {"title": "标题", "caption": "二维码旁的文字"}
_HIDDEN: Final = "（不显示）"
_CODE: Final = "check_code"
_SET_AGAIN: Final = "版面的字体已被其他软件替换，读出的文字无法逐字确认，下列不同之处须人工核对；请上传出证系统生成的原文件"
_SUMS: Final = 3
"""Of a field, that are named; a stranger's page has as many as it likes."""
_LONGEST_SUM: Final = 60
_PUBLIC: Final[Mapping[Kind, frozenset[str]]] = {
    Kind.CERTIFICATE: frozenset(
        {"quantity", "origin", "subject", "issued_on", "expires_on", "basis", "promise"}
    ),
    Kind.PLEDGE: frozenset({"promisor", "authority", "pledged_on", "expires_on"}),
    Kind.REPORT: frozenset({"reporter", "reported_on", "verdict", "checked_at", "file_digest"}),
}
"""What the page behind the symbol shows to everyone, besides what the claims themselves carry."""
_PERSONAL: Final = frozenset(
    {name for name, spec in FIELDS.items() if spec.comparison is Comparison.NAME}
)


@dataclass(frozen=True, slots=True)
class Signed:
    """What must be printed. ``fields``: known values; ``complete``: these are all there may be.

    ``masked``: name fields of which only the masked form is known. ``sparse``: a label prints some of
    its claims only; that none of those is gone, the digest alone says. ``withheld``: the registry knows
    more, but the paper does not bear its check code.
    """

    fields: Mapping[str, str]
    masked: Mapping[str, str]
    complete: bool
    sparse: bool = False
    withheld: bool = False


def field_words(name: str) -> str:
    """What a clerk calls the field: its label, or where it stands."""
    return FIELDS[name].label or _WORDS[name]


def signed_fields(
    claims: Claims, recorded: Mapping[str, str] | None, printed: Mapping[str, str], *, reveal: bool
) -> Signed:
    """``recorded``: the registry's copy of the printed fields, believed only by its digest, and used
    for a paper with its check code only (docs/adr/0014): who has a symbol and makes a page
    around it could else try telephone numbers until one agrees. ``printed``: what the paper says."""
    withheld = False
    if recorded is not None and _digest_of(recorded, claims) == claims.digest:
        if reveal or _has_its_code(recorded, printed):
            return Signed(dict(recorded), {}, complete=True)
        withheld = True
    name_field = NAME_FIELD[claims.kind]
    person = claims.subject.is_natural_person and claims.subject.name is not None
    masked = {name_field: claims.subject.name or ""} if person else {}
    sparse = claims.profile is Profile.LABEL
    return Signed(claimed_fields(claims), masked, complete=False, sparse=sparse, withheld=withheld)


def _has_its_code(recorded: Mapping[str, str], printed: Mapping[str, str]) -> bool:
    """A label that names nobody has no check code, and nothing to withhold."""
    if _CODE not in recorded:
        return True
    return _canonical(printed.get(_CODE, "")) == _canonical(recorded[_CODE])


def _digest_of(fields: Mapping[str, str], claims: Claims) -> bytes | None:
    try:
        return fields_digest(fields, claims.id, DIGEST_SIZE[claims.profile])
    except (NormalError, KeyError):
        return None


def compare_fields(
    reading: Reading, claims: Claims, recorded: Mapping[str, str] | None, *, reveal: bool
) -> Axis:
    """The axis ``content_match``. ``reveal``: the reader may see names and contacts in full."""
    printed = {name: item.value for name, item in reading.fields.items()}
    signed = signed_fields(claims, recorded, printed, reveal=reveal)
    shown = shown_values(signed, claims, reveal=reveal)
    findings = [
        *_unreadable(reading),
        *_differences(reading, signed, shown),
        *_repeated(reading),
    ]
    if signed.withheld:
        findings.append(_code_finding(reading))
    if not findings and _digest_of(printed, claims) != claims.digest:
        findings.append(_digest_finding(printed, signed))
    if findings and reading.set_again:
        return _not_compared((Finding("SET_AGAIN", _SET_AGAIN), *findings))
    if findings:
        return Axis(
            AxisName.CONTENT_MATCH,
            Indication.FAILED,
            SubIndication.CONTENT_MISMATCH,
            tuple(findings),
        )
    if twice := tuple(amounts_that_differ(reading)):
        return Axis(
            AxisName.CONTENT_MATCH,
            Indication.INDETERMINATE,
            SubIndication.CONTENT_MISMATCH,
            twice,
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


def _code_finding(reading: Reading) -> Finding:
    item = reading.fields.get(_CODE)
    rest = "，未公开的各项因此未逐项比对"
    if item is None:
        words = f"缺少“{field_words(_CODE)}”{rest}"
        return Finding("MISSING", words, field=_CODE, expected=_HIDDEN)
    words = f"“{field_words(_CODE)}”与签发时不符{rest}"
    return Finding("MISMATCH", words, None, _CODE, _HIDDEN, item.value, item.place)


def _repeated(reading: Reading) -> Iterator[Finding]:
    # turned twice: of several places the first one stays
    for name, place in reversed(dict(reversed(reading.repeated)).items()):
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


def amounts_that_differ(reading: Reading) -> Iterator[Finding]:
    """Signed as it is, a document may still say a sum twice and each time another (票据法 Art. 8)."""
    for name, item in reading.fields.items():
        differing = (sums for sums in amounts_said_twice(item.value) if not sums.agree)
        for sums in islice(differing, _SUMS):
            words, figures = sums.words[:_LONGEST_SUM], sums.figures[:_LONGEST_SUM]
            yield Finding(
                "AMOUNTS_DIFFER",
                f"“{field_words(name)}”中金额的大写“{words}”与小写“{figures}”不一致",
                field=name,
                found=item.value,
                place=item.place,
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


def shown_values(signed: Signed, claims: Claims, *, reveal: bool) -> dict[str, str]:
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
