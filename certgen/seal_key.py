"""The key and X.509 certificate that seal an office's PDFs: made here, or brought as PKCS#12."""

import hashlib
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, pkcs12
from cryptography.x509.oid import NameOID

KEY_BITS: Final = 3072
"""RSA: every reader checks it, and 3072 bits outlast a certificate of today (ETSI TS 119 312)."""
SHORTEST_KEY: Final = 2048
_EXPONENT: Final = 65537
_LONGEST_NAME: Final = 64
"""Characters of a common name (RFC 5280 appendix A.1, ub-common-name)."""
_USAGE: Final = "digital_signature", "content_commitment"
"""Either lets a certificate sign a document (RFC 5280 §4.2.1.3)."""


class SealKeyError(ValueError):
    """The file or the certificate can't seal; the message is for the office."""


@dataclass(frozen=True, slots=True)
class SealKey:
    """``chain``: the certificates above ``certificate``, which a reader needs to find its root."""

    private: RSAPrivateKey = field(repr=False)
    certificate: x509.Certificate
    chain: tuple[x509.Certificate, ...] = ()

    @property
    def digest(self) -> bytes:
        """SHA-256 of the certificate: its name in the trust list."""
        return hashlib.sha256(self.certificate.public_bytes(Encoding.DER)).digest()

    @property
    def valid_from(self) -> int:
        return int(self.certificate.not_valid_before_utc.timestamp())

    @property
    def valid_until(self) -> int:
        """Unix seconds; not at it. A certificate is valid through its last second (RFC 5280 §4.1.2.5)."""
        return int(self.certificate.not_valid_after_utc.timestamp()) + 1


def make_seal_key(office: str, *, at: int, years: int) -> SealKey:
    """A new key with a certificate that it signs itself: trusted by our trust list, and by whoever
    puts it among the trusted ones of a PDF reader."""
    if len(office) > _LONGEST_NAME:
        raise SealKeyError(f"机关名称超过 {_LONGEST_NAME} 个字，放不进证书：{office}")
    private = generate_private_key(_EXPONENT, KEY_BITS)
    name = x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "CN"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, office),
            x509.NameAttribute(NameOID.COMMON_NAME, office),
        ]
    )
    begin = datetime.fromtimestamp(at, UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(private.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begin)
        .not_valid_after(begin + timedelta(days=365 * years))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_signing_usage(), critical=True)
        .add_extension(
            x509.SubjectKeyIdentifier.from_public_key(private.public_key()), critical=False
        )
        .sign(private, hashes.SHA256())
    )
    return SealKey(private, certificate)


def _signing_usage() -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True,
        content_commitment=True,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=False,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )


def read_seal_key(data: bytes, password: str | None) -> SealKey:
    """A PKCS#12 file (RFC 7292) of a certification authority, or one that we wrote.

    Raises:
        SealKeyError: another format or password, no RSA key, or a certificate that may not sign.
    """
    try:
        private, certificate, chain = pkcs12.load_key_and_certificates(
            data, password.encode() if password is not None else None
        )
    except ValueError as error:
        raise SealKeyError("不是 PKCS#12 文件（.p12、.pfx），或口令不对") from error
    if private is None or certificate is None:
        raise SealKeyError("PKCS#12 文件中没有私钥或证书")
    if not isinstance(private, RSAPrivateKey) or private.key_size < SHORTEST_KEY:
        raise SealKeyError(f"签章密钥应为不少于 {SHORTEST_KEY} 位的 RSA 密钥")
    if not _may_sign(certificate):
        raise SealKeyError("证书的密钥用途不含数字签名，不能用来签章")
    return SealKey(private, certificate, tuple(chain))


def _may_sign(certificate: x509.Certificate) -> bool:
    try:
        usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    except x509.ExtensionNotFound:
        return True
    return any(getattr(usage, name) for name in _USAGE)


def write_seal_key(key: SealKey) -> bytes:
    """As PKCS#12 without a password of its own: for a keystore that encrypts it."""
    return pkcs12.serialize_key_and_certificates(
        None, key.private, key.certificate, key.chain, NoEncryption()
    )
