"""Seal certificates, a small certification authority and a time-stamping authority for tests.

Keys are drawn once a process; 2048 bits, because tests draw several.
"""

import asyncio
import functools
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from asn1crypto import keys as asn1_keys
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from pyhanko.sign.timestamps.dummy_client import DummyTimeStamper

from certgen.seal import Seal, prepare_seal
from certgen.seal_key import SealKey
from credential.trust import SealCertificate
from tests import samples

OFFICE: Final = "建德市农业农村局"
FROM: Final = samples.AT - 90 * samples.DAY
UNTIL: Final = samples.AT + 1000 * samples.DAY


@functools.cache
def private_key(name: str, bits: int = 2048) -> RSAPrivateKey:
    assert name
    return generate_private_key(65537, bits)


@dataclass(frozen=True)
class Authority:
    """Who issues certificates: a root."""

    key: RSAPrivateKey
    certificate: x509.Certificate

    @property
    def der(self) -> bytes:
        return self.certificate.public_bytes(Encoding.DER)


@functools.cache
def authority(name: str = "测试根证书机构") -> Authority:
    key = private_key(name)
    certificate = _certificate(name, key, None, FROM - samples.DAY, UNTIL * 2, ca=True)
    return Authority(key, certificate)


def _certificate(
    name: str,
    key: RSAPrivateKey,
    issuer: Authority | None,
    begin: int,
    end: int,
    *,
    ca: bool = False,
    usages: tuple[str, ...] = ("digital_signature", "content_commitment"),
    stamping: bool = False,
) -> x509.Certificate:
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    every = (
        "digital_signature",
        "content_commitment",
        "key_encipherment",
        "data_encipherment",
        "key_agreement",
        "key_cert_sign",
        "crl_sign",
        "encipher_only",
        "decipher_only",
    )
    granted = ("key_cert_sign", "crl_sign") if ca else usages
    usage = x509.KeyUsage(**{use: use in granted for use in every})
    above = issuer.certificate.subject if issuer else subject
    signing = issuer.key if issuer else key
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(above)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(datetime.fromtimestamp(begin, UTC))
        .not_valid_after(datetime.fromtimestamp(end - 1, UTC))
        .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(signing.public_key()),
            critical=False,
        )
    )
    if stamping:
        purpose = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING])
        builder = builder.add_extension(purpose, critical=True)
    return builder.sign(signing, hashes.SHA256())


@functools.cache
def seal_key(  # noqa: PLR0917  # cached by them
    name: str = OFFICE,
    issuer: Authority | None = None,
    begin: int = FROM,
    end: int = UNTIL,
    usages: tuple[str, ...] = ("digital_signature", "content_commitment"),
    bits: int = 2048,
) -> SealKey:
    key = private_key(name, bits)
    made = _certificate(name, key, issuer, begin, end, usages=usages)
    return SealKey(key, made)


@functools.cache
def seal(*arguments: Any, **named: Any) -> Seal:
    return prepare_seal(seal_key(*arguments, **named))


def listed(key: SealKey, **changed: Any) -> SealCertificate:
    values = {"issuer": OFFICE, "valid_from": FROM, "valid_until": UNTIL} | changed
    return SealCertificate(key.digest, **values)


def revocation_list(issuer: Authority, revoked: tuple[SealKey, ...], at: int) -> bytes:
    """DER; of the next year."""
    begin = datetime.fromtimestamp(at, UTC)
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(issuer.certificate.subject)
        .last_update(begin)
        .next_update(begin + timedelta(days=3650))
    )
    for key in revoked:
        entry = x509.RevokedCertificateBuilder().serial_number(key.certificate.serial_number)
        builder = builder.add_revoked_certificate(entry.revocation_date(begin).build())
    return builder.sign(issuer.key, hashes.SHA256()).public_bytes(Encoding.DER)


def asn1(certificate: x509.Certificate) -> asn1_x509.Certificate:
    return asn1_x509.Certificate.load(certificate.public_bytes(Encoding.DER))


def asn1_key(key: RSAPrivateKey) -> asn1_keys.PrivateKeyInfo:
    data = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    return asn1_keys.PrivateKeyInfo.load(data)


def stamper(at: int, issuer: Authority | None = None) -> DummyTimeStamper:
    """A time-stamping authority whose clock stands at ``at``."""
    key = private_key("时间戳服务")
    above = issuer or authority()
    begin, end = at - 90 * samples.DAY, at + 1000 * samples.DAY
    certificate = _certificate("测试时间戳服务", key, above, begin, end, stamping=True)
    return DummyTimeStamper(
        asn1(certificate), asn1_key(key), fixed_dt=datetime.fromtimestamp(at, UTC)
    )


def stamp(at: int, issuer: Authority | None = None) -> Callable[[bytes], bytes]:
    """The same as seal_pdf() takes it."""
    clock = stamper(at, issuer)

    def token(digest: bytes) -> bytes:
        made: bytes = asyncio.run(clock.async_timestamp(digest, "sha256")).dump()
        return made

    return token
