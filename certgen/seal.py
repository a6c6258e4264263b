"""Sealing: a PDF as printed -> the same with the office's signature, PAdES B-B or B-T.

The signature is an invisible field added by an incremental update (ISO 32000-1 §7.5.6), so that the
page, its text and PDF/A-3u stay what they were. What is signed beside the document is the same for
all: pyHanko makes that message once, and each document fills in its digest and its signature (an
RSA signature is always as long as its key). The same document at the same time gives the same
bytes, unless a time stamp is asked for.
"""

import asyncio
import hashlib
import io
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from asn1crypto import cms  # type: ignore[import-untyped]
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.signers.cms_embedder import PdfCMSEmbedder, SigIOSetup, SigObjSetup
from pyhanko.sign.signers.pdf_byterange import SignatureObject
from pyhanko.sign.signers.pdf_cms import Signer
from pyhanko_certvalidator.registry import SimpleCertificateStore

from certgen.seal_key import SealKey
from credential.fields import SHANGHAI

Stamp = Callable[[bytes], bytes]
"""SHA-256 of a signature -> the time-stamp token over it (RFC 3161 §2.4.2, DER)."""

FIELD: Final = "Seal"
REASON: Final = "平台签名（防篡改）"
"""电子签名法 Art. 13: a server's key is not the promisor's own signature, and says so."""
STAMP_ROOM: Final = 16_384
"""Bytes kept for a time-stamp token with its certificates."""
_HASH: Final = "sha256"
_DIGEST_MARK: Final = hashlib.sha256(b"zhengxin: the digest of a document stands here").digest()


class SealError(ValueError):
    """The PDF can't be sealed; the message is for the clerk."""


@dataclass(frozen=True, slots=True)
class Seal:
    """``attributes``: the signed attributes (RFC 5652 §5.3) and ``message`` the whole CMS message,
    both with marks where a document's digest and signature go."""

    key: SealKey
    attributes: bytes
    message: bytes


def prepare_seal(key: SealKey) -> Seal:
    """What all seals of this key have in common."""
    marker = _Marker(key)
    message = asyncio.run(marker.async_sign(_DIGEST_MARK, _HASH, use_pades=True)).dump()
    seal = Seal(key, marker.attributes, message)
    marks = (seal.attributes.count(_DIGEST_MARK), message.count(_DIGEST_MARK))
    if marks != (1, 1) or message.count(_signature_mark(key)) != 1:
        raise SealError("无法用此证书签章")
    return seal


def seal_pdf(data: bytes, seal: Seal, *, at: int, stamp: Stamp | None = None) -> bytes:
    """The PDF with the seal. ``at``: the time that the seal states, Unix seconds.

    Raises:
        SealError: the time-stamp token is larger than the room kept for it.
    """
    room = len(seal.message) + (STAMP_ROOM if stamp is not None else 0)
    embedder = PdfCMSEmbedder(SigFieldSpec(FIELD)).write_cms(FIELD, _Update(data))
    next(embedder)
    placeholder = SignatureObject(
        timestamp=datetime.fromtimestamp(at, UTC).astimezone(SHANGHAI),
        subfilter=SigSeedSubFilter.PADES,
        reason=REASON,
        bytes_reserved=2 * room,
    )
    embedder.send(SigObjSetup(placeholder))
    prepared, output = embedder.send(SigIOSetup(_HASH, in_place=False))
    message = _message(seal, prepared.document_digest, stamp)
    if len(message) > room:
        raise SealError(f"时间戳超过 {STAMP_ROOM} 字节，放不下")
    embedder.send(message)
    sealed: bytes = output.getvalue()
    return sealed


def _message(seal: Seal, digest: bytes, stamp: Stamp | None) -> bytes:
    signature = seal.key.private.sign(
        seal.attributes.replace(_DIGEST_MARK, digest), PKCS1v15(), hashes.SHA256()
    )
    filled = seal.message.replace(_DIGEST_MARK, digest)
    message = filled.replace(_signature_mark(seal.key), signature)
    if stamp is None:
        return message
    content = cms.ContentInfo.load(message)
    token = cms.ContentInfo.load(stamp(hashlib.sha256(signature).digest()))
    kind = "signature_time_stamp_token"
    attribute = cms.CMSAttribute({"type": kind, "values": [token]})
    content["content"]["signer_infos"][0]["unsigned_attrs"] = cms.CMSAttributes([attribute])
    stamped: bytes = content.dump()
    return stamped


def _signature_mark(key: SealKey) -> bytes:
    return (_DIGEST_MARK[::-1] * (key.private.key_size // 256 + 1))[: key.private.key_size // 8]


class _Marker(Signer):
    """Signs nothing: keeps what is to be signed, and puts a mark where the signature goes."""

    def __init__(self, key: SealKey) -> None:
        store = SimpleCertificateStore.from_certs(_asn1(item) for item in key.chain)  # type: ignore[no-untyped-call]  # pyHanko's
        super().__init__(signing_cert=_asn1(key.certificate), cert_registry=store)
        self.mark = _signature_mark(key)
        self.attributes = b""

    async def async_sign_raw(
        self,
        data: bytes,
        digest_algorithm: str,  # noqa: ARG002  # passed by name
        dry_run: bool = False,  # noqa: ARG002  # passed by name
    ) -> bytes:
        self.attributes = data
        return self.mark


def _asn1(certificate: x509.Certificate) -> asn1_x509.Certificate:
    return asn1_x509.Certificate.load(certificate.public_bytes(Encoding.DER))


class _Update(IncrementalPdfFileWriter):
    """An update that takes nothing from the clock or from chance."""

    def __init__(self, data: bytes) -> None:
        super().__init__(io.BytesIO(data))

    def _update_meta(self) -> None:
        """The document's own dates and maker stay."""

    @classmethod
    def _handle_id(cls, prev: PdfFileReader) -> generic.ArrayObject:
        """The second part changes with each update (ISO 32000-1 §14.4)."""
        first = prev.trailer["/ID"][0]
        original = first.original_bytes
        second = hashlib.sha256(original).digest()[:16]
        parts = [generic.ByteStringObject(original), generic.ByteStringObject(second)]
        return generic.ArrayObject(parts)
