"""The electronic seal or signature on a PDF: the axis ``pades`` (EN 319 142, EN 319 102-1).

The rule is strict: the last signature or document time stamp covers the whole file, and whatever was
added after an earlier one is validation data and nothing else. Our own offices' certificates are
those of the trust list; a foreign one has to lead to an authority that the verifier was given.
"""

from collections.abc import Iterator
from typing import Final

from credential.fields import format_time
from credential.legible import quoted
from credential.trust import CLOCK_SKEW, SealCertificate, TrustList
from credential.verdict import Axis, AxisName, Finding, Indication, SubIndication
from verifier.pdf_signature import (
    Later,
    PdfSignature,
    PdfSignatures,
    Revocation,
    Signer,
    TimeStamp,
)

_HASHES: Final = frozenset(
    {"sha256", "sha384", "sha512", "sha3_256", "sha3_384", "sha3_512", "shake256"}
)
"""ETSI TS 119 312: neither MD5 nor SHA-1 holds a signature."""
_WEAK_ALGORITHMS: Final = ("md5", "sha1_", "dsa")
_SHORTEST_RSA: Final = 2048

_Problem = tuple[Indication, SubIndication, Finding]
_RANK: Final = {Indication.INDETERMINATE: 1, Indication.FAILED: 0}


def check_pades(
    signatures: PdfSignatures, trust: TrustList, at: int, issuer: str | None = None
) -> Axis:
    """``at``: Unix seconds at which the signatures are judged. ``issuer``: whose key signed the
    credential in the document, where one did."""
    found = signatures.found
    problems = [*_unread(signatures)]
    if not problems:
        problems = [*_coverage(found), *_of_others(found, trust, issuer)]
        for signature in found:
            problems.extend(_problems(signature, trust, at))
    said = [finding for signature in found for finding in _said(signature, trust, at)]
    if not problems:
        return Axis(AxisName.PADES, Indication.PASSED, findings=tuple(said))
    problems.sort(key=lambda problem: _RANK[problem[0]])
    indication, sub, _ = problems[0]
    findings = (*(finding for _, _, finding in problems), *said)
    return Axis(AxisName.PADES, indication, sub, findings)


def _unread(signatures: PdfSignatures) -> Iterator[_Problem]:
    if signatures.trouble:
        yield _unsure(SubIndication.FORMAT_FAILURE, "SEAL_UNREADABLE", signatures.trouble)
    elif not any(not signature.document_stamp for signature in signatures.found):
        words = "文件中没有电子签章，只有文档时间戳" if signatures.found else "签章已不在文件中"
        yield _unsure(SubIndication.NO_SIGNATURE_FOUND, "NO_SEAL", words)


def _coverage(found: tuple[PdfSignature, ...]) -> Iterator[_Problem]:
    """The last covers the whole file; an earlier one was followed by validation data only."""
    if not found[-1].whole:
        yield _unsure(
            SubIndication.SIG_CONSTRAINTS_FAILURE,
            "ADDED_AFTER_SEAL",
            "签章之后文件又被添加了内容，签章没有覆盖整个文件",
        )
    for signature in found:
        if signature.later is Later.OTHER:
            yield _unsure(
                SubIndication.SIG_CONSTRAINTS_FAILURE,
                "CHANGED_AFTER_SEAL",
                f"{quoted(signature.signer.name)}签章之后文件又有改动",
            )


def _of_others(
    found: tuple[PdfSignature, ...], trust: TrustList, issuer: str | None
) -> Iterator[_Problem]:
    """The seal of one listed office under what another one issued vouches for nothing it said."""
    for signature in found:
        listed = trust.find_seal(bytes.fromhex(signature.signer.digest))
        if listed is not None and issuer is not None and listed.issuer != issuer:
            words = f"文件由 {issuer} 出具，签章却是 {listed.issuer} 的"
            yield _unsure(SubIndication.SIG_CONSTRAINTS_FAILURE, "SEAL_OF_ANOTHER", words)


def _problems(signature: PdfSignature, trust: TrustList, at: int) -> Iterator[_Problem]:
    name = quoted(signature.signer.name)
    if not signature.intact:
        words = f"{name}的签章与文件内容不符：签章之后内容被改动，或签章未覆盖全部内容"
        yield _failed(SubIndication.HASH_FAILURE, "SEAL_BROKEN", words)
    elif not signature.genuine:
        yield _failed(SubIndication.SIG_CRYPTO_FAILURE, "SEAL_FORGED", f"{name}的签章签名不符")
    if _is_weak(signature):
        words = f"签章所用算法已不安全：{signature.algorithm}、{signature.hash}"
        sub = SubIndication.CRYPTO_CONSTRAINTS_FAILURE_NO_POE
        yield _unsure(sub, "SEAL_ALGORITHM", words)
    if not signature.document_stamp and not signature.signer.may_sign:
        words = f"{name}的证书不是用来签名的"
        yield _unsure(SubIndication.SIG_CONSTRAINTS_FAILURE, "SEAL_USAGE", words)
    listed = trust.find_seal(bytes.fromhex(signature.signer.digest))
    proven = _proven(signature.stamp, trust, at)
    if listed is not None and not signature.document_stamp:
        yield from _listed(listed, signature.claimed_at, proven, at)
    else:
        yield from _chained(signature.signer, proven, at)


def _is_weak(signature: PdfSignature) -> bool:
    rsa = "rsa" in signature.algorithm
    return (
        signature.hash not in _HASHES
        or signature.algorithm.startswith(_WEAK_ALGORITHMS)
        or (rsa and signature.signer.bits < _SHORTEST_RSA)
    )


def _proven(stamp: TimeStamp | None, trust: TrustList, at: int) -> int | None:
    """When the signature existed by the word of an authority that we know, or None."""
    if stamp is None or not stamp.genuine or stamp.at > at + CLOCK_SKEW:
        return None
    chain = stamp.signer.chain
    listed = trust.find_seal(bytes.fromhex(stamp.signer.digest))
    if listed is not None or chain is None or chain.revocation is Revocation.REVOKED:
        # an office's own seal is no independent witness of the time
        return None
    begin, end = chain.span
    return stamp.at if begin <= at < end else None


def _listed(
    seal: SealCertificate, claimed: int | None, proven: int | None, at: int
) -> Iterator[_Problem]:
    """Of the trust list: it says from when until when the certificate may seal, as for a key that
    signs credentials; a certificate that ended did not become known to others by that."""
    when = claimed if proven is None else proven
    if when is None:
        yield _unsure(SubIndication.NO_POE, "SEAL_TIME", "签章没有写明时间，无法确认当时证书有效")
    elif when > at + CLOCK_SKEW:
        words = f"签章时间 {format_time(when)} 在将来"
        yield _unsure(SubIndication.NOT_YET_VALID, "SEAL_TIME", words)
    elif not seal.covers(when):
        words = f"签章时间 {format_time(when)} 不在信任列表所列证书的有效期内"
        yield _unsure(SubIndication.OUT_OF_BOUNDS_NO_POE, "SEAL_EXPIRED", words)
    lost = seal.compromised_at
    if lost is not None and (proven is None or proven >= lost):
        words = f"{seal.issuer} 的签章密钥自 {format_time(lost)} 起失密"
        yield _unsure(SubIndication.REVOKED_NO_POE, "SEAL_COMPROMISED", words)


def _chained(signer: Signer, proven: int | None, at: int) -> Iterator[_Problem]:
    chain = signer.chain
    if chain is None:
        words = f"{quoted(signer.name)}的证书不在信任列表中，也不出自受信任的证书机构"
        yield _unsure(SubIndication.NO_CERTIFICATE_CHAIN_FOUND, "SEAL_UNKNOWN", words)
        return
    if chain.revocation is Revocation.REVOKED:
        yield _unsure(
            SubIndication.REVOKED_NO_POE, "SEAL_REVOKED", f"{quoted(signer.name)}的证书已被吊销"
        )
        return
    begin, end = chain.span
    if not begin <= (at if proven is None else proven) < end:
        words = f"{quoted(signer.name)}的证书有效期为 {format_time(begin)} 至 {format_time(end)}，无法确认签章时有效"
        yield _unsure(SubIndication.OUT_OF_BOUNDS_NO_POE, "SEAL_EXPIRED", words)
    if chain.revocation is Revocation.UNKNOWN:
        words = (
            f"{quoted(signer.name)}的证书是否已被吊销未核对：文件中没有吊销信息，本系统不联网查询"
        )
        yield _unsure(SubIndication.TRY_LATER, "SEAL_REVOCATION_UNKNOWN", words)


def _said(signature: PdfSignature, trust: TrustList, at: int) -> Iterator[Finding]:
    """What the signature is, whatever it is worth."""
    signer = signature.signer
    listed = trust.find_seal(bytes.fromhex(signer.digest))
    kind = "文档时间戳" if signature.document_stamp else "电子签章"
    owner = f"（信任列表：{listed.issuer}）" if listed is not None else ""
    yield Finding("SEAL_SIGNER", f"{kind}：{quoted(signer.name)}{owner}")
    if signature.whole:
        yield Finding("SEAL_COVERAGE", "覆盖整个文件")
    algorithm = f"{signature.algorithm}，{signer.bits} 位，摘要 {signature.hash}"
    yield Finding("SEAL_ALGORITHMS", f"算法：{algorithm}")
    if signature.claimed_at is not None:
        words = f"签章自述时间 {format_time(signature.claimed_at)}"
        yield Finding("SEAL_CLAIMED_TIME", words)
    yield Finding("SEAL_STAMP", _stamp_words(signature, trust, at))


def _stamp_words(signature: PdfSignature, trust: TrustList, at: int) -> str:
    stamp = signature.stamp
    if stamp is None:
        return "没有时间戳，签章时间未经第三方证明"
    words = f"时间戳 {format_time(stamp.at)}（{quoted(stamp.signer.name)}）"
    if not stamp.genuine:
        return f"{words} 无效，不作为依据"
    if _proven(stamp, trust, at) is None:
        return f"{words} 不出自受信任的时间戳机构，不作为依据"
    return words


def _failed(sub: SubIndication, code: str, message: str) -> _Problem:
    return Indication.FAILED, sub, Finding(code, message)


def _unsure(sub: SubIndication, code: str, message: str) -> _Problem:
    return Indication.INDETERMINATE, sub, Finding(code, message)
