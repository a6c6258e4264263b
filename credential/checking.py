"""The verification steps of a credential, numbered once; findings carry the number.

Of the credential itself (axis ``credential``), from what was scanned, offline:

 1. the text has our form and its digits are a message
 2. the link leads to an address of the trust list
 3. the message is a COSE_Sign1 with our header
 4. the key is in the trust list
 5. the algorithm is the key's own
 6. the signature fits
 7. the signed claims have our form
 8. the key may sign this kind and scheme
 9. the issue time lies within the key's validity
10. the issue time is not in the future
11. the trust list is current
12. the key is not compromised, or the registry recorded these bytes before it was

Steps 13-16, of its standing, are in credential/standing.py.
"""

from collections.abc import Callable
from functools import lru_cache
from typing import Final

from credential.cbor import FormatError
from credential.claims import Claims, decode_claims
from credential.cose import (
    AlgorithmError,
    Envelope,
    PublicKey,
    SignatureError,
    open_sign1,
    verify_sign1,
)
from credential.fields import format_date, format_time
from credential.qr_text import QrTextError, read_qr_text
from credential.standing import Credential, Standing
from credential.trust import CLOCK_SKEW, IssuerKey, TrustList
from credential.verdict import Axis, AxisName, Finding, Indication, SubIndication

_REMEMBERED: Final = 4096
"""Genuine messages whose claims are kept, about 4 kB each: a crate in a market is scanned often."""


class _Refused(Exception):
    def __init__(self, indication: Indication, sub: SubIndication, finding: Finding) -> None:
        super().__init__(finding.message)
        self.indication, self.sub, self.finding = indication, sub, finding


def check_text(text: str, trust: TrustList, at: int) -> tuple[Axis, Credential | None]:
    """Steps 1-11 of a symbol's text. Step 12 is :func:`check_compromise`."""
    return _run(lambda: _open_text(text, trust, at))


def check_message(message: bytes, trust: TrustList, at: int) -> tuple[Axis, Credential | None]:
    """Steps 3-11 of a message without its link, as from an attachment or a server's own path."""
    return _run(lambda: _open_message(message, trust, at))


def _run(steps: Callable[[], tuple[Credential, _Refused | None]]) -> tuple[Axis, Credential | None]:
    try:
        credential, refused = steps()
    except _Refused as early:
        axis = Axis(AxisName.CREDENTIAL, early.indication, early.sub, (early.finding,))
        return axis, None
    if refused is not None:
        finding = (refused.finding,)
        return Axis(AxisName.CREDENTIAL, refused.indication, refused.sub, finding), credential
    return Axis(AxisName.CREDENTIAL, Indication.PASSED), credential


def _refuse(
    step: int,
    sub: SubIndication,
    code: str,
    message: str,
    *,
    indication: Indication = Indication.FAILED,
    expected: str | None = None,
    found: str | None = None,
) -> _Refused:
    finding = Finding(code, message, step=step, expected=expected, found=found)
    return _Refused(indication, sub, finding)


def _open_text(text: str, trust: TrustList, at: int) -> tuple[Credential, _Refused | None]:
    try:
        base_url, message = read_qr_text(text)  # step 1
    except QrTextError as error:
        raise _refuse(1, SubIndication.FORMAT_FAILURE, "TEXT_FORM", str(error)) from error
    if base_url not in trust.base_urls:  # step 2
        raise _refuse(
            2,
            SubIndication.FOREIGN_LINK,
            "FOREIGN_LINK",
            "二维码的网址不属于签发单位，请勿打开",
            expected="、".join(trust.base_urls),
            found=base_url,
        )
    return _open_message(message, trust, at)


def _open_message(message: bytes, trust: TrustList, at: int) -> tuple[Credential, _Refused | None]:
    try:
        envelope = open_sign1(message)  # step 3
        if envelope.type is not None:
            raise FormatError("protected.typ", "不是凭证")
    except FormatError as error:
        raise _refuse(
            3, SubIndication.FORMAT_FAILURE, "MESSAGE_FORM", f"凭证数据有误：{error}"
        ) from error
    issuer_key = _find_key(envelope.kid, trust)
    credential = Credential(message, _genuine_claims(envelope, issuer_key.key), issuer_key)
    return credential, _entitled(credential, trust, at)


def _find_key(kid: bytes, trust: TrustList) -> IssuerKey:
    issuer_key = trust.find(kid)  # step 4
    if issuer_key is None:
        raise _refuse(
            4,
            SubIndication.NO_SIGNING_CERTIFICATE_FOUND,
            "UNKNOWN_KEY",
            "签名密钥不在信任列表中，无法确认由谁签发",
            indication=Indication.INDETERMINATE,
            found=kid.hex(),
        )
    return issuer_key


@lru_cache(maxsize=_REMEMBERED)
def _genuine_claims(envelope: Envelope, key: PublicKey) -> Claims:
    """Steps 5-7, which are arithmetic on these two values alone: no change of a trust list, no
    passing of time makes a remembered answer wrong. A refusal raises and is never remembered, so
    forgeries can't push genuine messages out.
    """
    try:
        verify_sign1(envelope, key)  # steps 5 and 6
    except AlgorithmError as error:
        raise _refuse(5, SubIndication.SIG_CONSTRAINTS_FAILURE, "ALGORITHM", str(error)) from error
    except SignatureError as error:
        raise _refuse(
            6, SubIndication.SIG_CRYPTO_FAILURE, "BAD_SIGNATURE", "签名不符：不是签发时的内容"
        ) from error
    try:
        return decode_claims(envelope.payload)  # step 7
    except FormatError as error:
        raise _refuse(
            7, SubIndication.FORMAT_FAILURE, "CLAIMS_FORM", f"凭证内容有误：{error}"
        ) from error


def _entitled(credential: Credential, trust: TrustList, at: int) -> _Refused | None:
    claims, key = credential.claims, credential.issuer_key
    scheme = claims.pack.scheme if claims.pack is not None else None
    if not key.may_sign(claims.kind, scheme):  # step 8
        return _refuse(
            8,
            SubIndication.SIG_CONSTRAINTS_FAILURE,
            "KEY_NOT_ENTITLED",
            f"{key.issuer}的密钥无权签发此类文件",
            expected="、".join(sorted(key.uses)),
            found=f"{claims.kind} {scheme or ''}".strip(),
        )
    if not key.covers(claims.issued_at):  # step 9
        return _refuse(
            9,
            SubIndication.NO_SIGNING_CERTIFICATE_FOUND,
            "KEY_NOT_VALID_THEN",
            "签发时间不在密钥的有效期内",
            expected=f"{format_date(key.valid_from)}至{format_date(key.valid_until)}",
            found=format_date(claims.issued_at),
        )
    if claims.issued_at > at + CLOCK_SKEW:  # step 10
        return _refuse(
            10,
            SubIndication.NOT_YET_VALID,
            "ISSUED_IN_FUTURE",
            "签发时间在将来",
            indication=Indication.INDETERMINATE,
            found=format_time(claims.issued_at),
        )
    if not trust.is_current(at):  # step 11
        return _refuse(
            11,
            SubIndication.TRY_LATER,
            "TRUST_LIST_EXPIRED",
            "信任列表已过有效期，请更新后再验",
            indication=Indication.INDETERMINATE,
            found=format_time(trust.expires_at),
        )
    return None


def check_compromise(axis: Axis, credential: Credential, standing: Standing) -> Axis:
    """Step 12: what a compromised key signed holds only where the registry recorded it before.

    The issue time in the credential counts for nothing: whoever has the key can write any.
    """
    compromised_at = credential.issuer_key.compromised_at
    if compromised_at is None or axis.indication is not Indication.PASSED:
        return axis
    record = standing.record
    if record is not None and record.message_sha256 == credential.sha256:
        if record.recorded_at < compromised_at:
            return axis
        refused = _refuse(
            12,
            SubIndication.REVOKED,
            "KEY_COMPROMISED",
            "签名密钥已失密，且登记时间不早于失密时间",
            expected=f"早于 {format_time(compromised_at)}",
            found=format_time(record.recorded_at),
        )
    elif standing.known:
        refused = _refuse(
            12, SubIndication.REVOKED, "KEY_COMPROMISED", "签名密钥已失密，且登记库中没有这份凭证"
        )
    else:
        refused = _refuse(
            12,
            SubIndication.REVOKED_NO_POE,
            "KEY_COMPROMISED",
            "签名密钥已失密，离线无法确认这份凭证在失密之前已登记",
            indication=Indication.INDETERMINATE,
        )
    return Axis(AxisName.CREDENTIAL, refused.indication, refused.sub, (refused.finding,))
