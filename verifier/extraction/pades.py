"""The electronic signatures of a PDF, on the bytes as uploaded: a rewrite would destroy them.

pyHanko reads and checks; whether a signature covers the whole file is found here on the bytes
themselves, because pyHanko adds lengths up and does not look where the gap is. No network: a
certificate, its issuers and their revocation lists are in the file, or they are not known.
"""

import asyncio
import io
import logging
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from asn1crypto import x509  # type: ignore[import-untyped]
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import DiffResult, ModificationLevel
from pyhanko.sign.fields import enumerate_sig_fields
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko.sign.validation.errors import NoDSSFoundError
from pyhanko.sign.validation.generic_cms import collect_timing_info
from pyhanko.sign.validation.pdf_embedded import (
    EmbeddedPdfSignature,
    async_validate_pdf_signature,
    async_validate_pdf_timestamp,
)
from pyhanko.sign.validation.settings import KeyUsageConstraints
from pyhanko.sign.validation.status import SignatureStatus, TimestampSignatureStatus
from pyhanko_certvalidator import ValidationContext

from verifier.limits import Limits
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

_BYTE_RANGE: Final = b"/ByteRange"
_HEX: Final = re.compile(rb"<[0-9A-Fa-f]+>")
_USAGES: Final = frozenset({"digital_signature", "non_repudiation"})
_ANY_USAGE: Final = KeyUsageConstraints(key_usage=set(), extd_key_usage=None)
"""The parent judges the usage, with words of its own."""
_LATER: Final = {
    ModificationLevel.NONE: Later.NOTHING,
    ModificationLevel.LTA_UPDATES: Later.VALIDATION_DATA,
}
_LONGEST_NAME: Final = 120

for _library in ("pyhanko", "pyhanko_certvalidator"):
    # what it has to say of an upload is in the evidence, and in no log
    logging.getLogger(_library).setLevel(logging.CRITICAL + 1)


class _Trouble(Exception):
    """Why the signatures can't be read; Chinese."""


@dataclass(frozen=True, slots=True)
class _File:
    """``authorities``: DER certificates that a chain may end at; ``store``: the file's own DSS."""

    data: bytes
    authorities: Sequence[bytes]
    store: DocumentSecurityStore | None


def read_signatures(data: bytes, authorities: Sequence[bytes], limits: Limits) -> PdfSignatures:
    """Every signature and document time stamp. Hostile bytes make it say so, never raise."""
    try:
        return PdfSignatures(tuple(_read(data, authorities, limits)))
    except _Trouble as trouble:
        return PdfSignatures(trouble=str(trouble))
    except Exception as error:  # parsers raise anything on hostile bytes; none of it may pass
        return PdfSignatures(trouble=f"电子签章损坏或无法解析（{type(error).__name__}）")


def _read(data: bytes, authorities: Sequence[bytes], limits: Limits) -> list[PdfSignature]:
    # one is all that our files have; each costs a hash over the file
    if data.count(_BYTE_RANGE) > limits.signatures:
        raise _Trouble(f"电子签章超过 {limits.signatures} 个")
    reader = PdfFileReader(io.BytesIO(data), strict=True)
    fields = list(enumerate_sig_fields(reader, filled_status=True))
    if len({name for name, _, _ in fields}) != len(fields):
        raise _Trouble("有同名的签章域")
    # the same words twice, or in a revision that the last one replaced: not for us to choose
    if len(fields) != data.count(_BYTE_RANGE):
        raise _Trouble(f"文件中有 {data.count(_BYTE_RANGE)} 处签章数据，签章域 {len(fields)} 个")
    for _, value, _ in fields:
        size = len(value.get_object().raw_get("/Contents").original_bytes)
        if size > limits.signature_bytes:
            raise _Trouble(f"一个电子签章超过 {limits.signature_bytes >> 10} KB")
    found = [EmbeddedPdfSignature(reader, field, name) for name, _, field in fields]
    file = _File(data, authorities, _store(reader))
    ordered = sorted(found, key=lambda embedded: embedded.signed_revision)
    return [asyncio.run(_signature(embedded, file)) for embedded in ordered]


def _store(reader: PdfFileReader) -> DocumentSecurityStore | None:
    try:
        return DocumentSecurityStore.read_dss(reader)
    except NoDSSFoundError:
        return None


async def _signature(embedded: EmbeddedPdfSignature, file: _File) -> PdfSignature:
    gapless, whole = _coverage(embedded, file.data)
    is_stamp = embedded.sig_object_type == "/DocTimeStamp"
    stamp = None if is_stamp else await _stamp(embedded, file)
    # whose word on the time is nobody's must not choose the time at which revocation is asked for
    witnessed = stamp is not None and stamp.genuine and stamp.signer.chain is not None
    moment = stamp.at if stamp is not None and witnessed else None
    status = await _validated(embedded, file, moment, is_stamp=is_stamp)
    signer = await _signer(status, file, moment, embedded, is_stamp=is_stamp)
    claimed = embedded.self_reported_timestamp
    if is_stamp:
        at = _seconds(getattr(status, "timestamp"))  # noqa: B009  # only a stamp's status has it
        stamp = TimeStamp(at, status.intact and status.valid, signer)
    return PdfSignature(
        field=str(embedded.field_name)[:_LONGEST_NAME],
        document_stamp=is_stamp,
        intact=status.intact and gapless,
        genuine=status.intact and status.valid,
        whole=whole,
        later=Later.NOTHING if whole else _later(embedded),
        hash=str(status.md_algorithm),
        algorithm=str(status.pkcs7_signature_mechanism),
        signer=signer,
        claimed_at=None if claimed is None or is_stamp else _seconds(claimed),
        stamp=stamp,
    )


def _coverage(embedded: EmbeddedPdfSignature, data: bytes) -> tuple[bool, bool]:
    """Whether the one gap of the byte range is the signature's own hexadecimal string, and whether
    the range reaches the end of the file (ISO 32000-1 §12.8.1)."""
    ranges = [int(item) for item in embedded.byte_range]
    if len(ranges) != 4:
        return False, False
    start, first, second, last = ranges
    gap = data[first:second] if 0 < first < second else b""
    own = _HEX.fullmatch(gap) is not None and bytes.fromhex(gap[1:-1].decode("ascii")) == bytes(
        embedded.pkcs7_content
    )
    gapless = start == 0 and last > 0 and own and second + last <= len(data)
    return gapless, gapless and second + last == len(data)


def _later(embedded: EmbeddedPdfSignature) -> Later:
    result = embedded.diff_result
    if not isinstance(result, DiffResult):
        return Later.OTHER
    return _LATER.get(result.modification_level, Later.OTHER)


async def _validated(
    embedded: EmbeddedPdfSignature, file: _File, moment: int | None, *, is_stamp: bool
) -> SignatureStatus:
    context = _context(file, embedded.signer_cert, moment, "soft-fail", _others(embedded))
    if is_stamp:
        return await async_validate_pdf_timestamp(embedded, context)
    return await async_validate_pdf_signature(embedded, context, key_usage_settings=_ANY_USAGE)


async def _stamp(embedded: EmbeddedPdfSignature, file: _File) -> TimeStamp | None:
    """The time stamp over the signature, if it bears one."""
    token = _token(embedded)
    if token is None:
        return None
    at = token["encap_content_info"]["content"].parsed["gen_time"].native
    certificates = [choice.chosen for choice in token["certificates"]]
    context = _context(file, None, _seconds(at), "soft-fail", certificates)
    found = await collect_timing_info(embedded.signer_info, context, embedded.compute_digest)
    status: TimestampSignatureStatus = found["timestamp_validity"]
    chain = _chain(status, Revocation.UNKNOWN)
    signer = _as_signer(status.signing_cert, chain)
    return TimeStamp(_seconds(status.timestamp), status.intact and status.valid, signer)


def _token(embedded: EmbeddedPdfSignature) -> Any:
    for attribute in embedded.signer_info["unsigned_attrs"]:
        if attribute["type"].native == "signature_time_stamp_token":
            return attribute["values"][0]["content"]
    return None


async def _signer(
    status: SignatureStatus,
    file: _File,
    moment: int | None,
    embedded: EmbeddedPdfSignature,
    *,
    is_stamp: bool,
) -> Signer:
    revocation = Revocation.REVOKED if status.revoked else Revocation.UNKNOWN
    chain = _chain(status, revocation)
    if chain is not None and file.store is not None and revocation is Revocation.UNKNOWN:
        # the chain holds; is there word for each of its certificates that it was not revoked?
        again = EmbeddedPdfSignature(embedded.reader, embedded.sig_field, embedded.fq_name)
        context = _context(file, again.signer_cert, moment, "require", _others(again))
        strict = (
            await async_validate_pdf_timestamp(again, context, skip_diff=True)
            if is_stamp
            else await async_validate_pdf_signature(
                again, context, key_usage_settings=_ANY_USAGE, skip_diff=True
            )
        )
        if strict.trusted:
            chain = Chain(chain.span, Revocation.GOOD)
        elif strict.revoked:
            chain = Chain(chain.span, Revocation.REVOKED)
    return _as_signer(status.signing_cert, chain)


def _chain(status: SignatureStatus, revocation: Revocation) -> Chain | None:
    """``status``: of a path that reached an authority, or was found revoked."""
    if status.revoked:
        return Chain(_span(status.signing_cert), Revocation.REVOKED)
    if not status.trusted or status.validation_path is None:
        return None
    spans = [_span(item) for item in status.validation_path.iter_certs(include_root=False)]
    spans = spans or [_span(status.signing_cert)]
    return Chain((max(begin for begin, _ in spans), min(end for _, end in spans)), revocation)


def _as_signer(certificate: x509.Certificate, chain: Chain | None) -> Signer:
    usage = certificate.key_usage_value
    return Signer(
        name=_name(certificate),
        digest=certificate.sha256.hex(),
        span=_span(certificate),
        may_sign=usage is None or bool(_USAGES & set(usage.native)),
        bits=certificate.public_key.bit_size,
        chain=chain,
    )


def _name(certificate: x509.Certificate) -> str:
    names = certificate.subject.native
    own = names.get("common_name") or names.get("organization_name") or ""
    return str(own)[:_LONGEST_NAME]


def _span(certificate: x509.Certificate) -> Span:
    # valid through its last second (RFC 5280 §4.1.2.5)
    return _seconds(certificate.not_valid_before), _seconds(certificate.not_valid_after) + 1


def _others(embedded: EmbeddedPdfSignature) -> list[x509.Certificate]:
    return list(embedded.other_embedded_certs)


def _context(
    file: _File,
    certificate: x509.Certificate | None,
    moment: int | None,
    revocation: str,
    others: list[x509.Certificate],
) -> ValidationContext:
    """For a chain that is valid at ``moment`` (None: now), or at the nearest time to it that
    ``certificate`` covers: whether that will do is for the parent, who knows what time it is about."""
    wanted = int(time.time()) if moment is None else moment
    if certificate is not None:
        begin, end = _span(certificate)
        wanted = min(max(wanted, begin), end - 1)
    settings: dict[str, Any] = {
        "trust_roots": [x509.Certificate.load(authority) for authority in file.authorities],
        "other_certs": others,
        "moment": datetime.fromtimestamp(wanted, UTC),
        "allow_fetching": False,
        "revocation_mode": revocation,
        # what was collected after the signing says more than what was known before it
        "retroactive_revinfo": True,
    }
    if file.store is None:
        return ValidationContext(**settings)
    return file.store.as_validation_context(settings)


def _seconds(moment: datetime) -> int:
    """A time without a zone is taken as UTC (ISO 32000-1 §7.9.4 leaves it open)."""
    aware = moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
    return max(0, int(aware.timestamp()))
