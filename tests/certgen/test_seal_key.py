"""Keys that seal: made, brought as PKCS#12, refused."""

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    NoEncryption,
    pkcs12,
)

from certgen.seal_key import (
    KEY_BITS,
    SealKeyError,
    make_seal_key,
    read_seal_key,
    write_seal_key,
)
from tests import samples, seals


def test_a_certificate_of_our_own() -> None:
    key = make_seal_key("建德市农业农村局", at=samples.AT, years=3)
    certificate = key.certificate
    assert key.private.key_size == KEY_BITS
    assert key.valid_from == samples.AT
    assert key.valid_until == samples.AT + 3 * 365 * samples.DAY + 1
    names = {item.oid._name: item.value for item in certificate.subject}
    assert names == {
        "countryName": "CN",
        "organizationName": "建德市农业农村局",
        "commonName": "建德市农业农村局",
    }
    usage = certificate.extensions.get_extension_for_class(x509.KeyUsage)
    assert usage.critical and usage.value.digital_signature and usage.value.content_commitment
    assert not usage.value.key_cert_sign
    certificate.verify_directly_issued_by(certificate)
    assert "private" not in repr(key)


def test_it_is_kept_and_read_as_pkcs12() -> None:
    key = seals.seal_key("某局", seals.authority())
    kept = read_seal_key(write_seal_key(key), None)
    assert kept.certificate == key.certificate
    assert kept.private.private_numbers() == key.private.private_numbers()


def packed(**changed: object) -> bytes:
    key = seals.seal_key()
    values = {"key": key.private, "cert": key.certificate} | changed
    return pkcs12.serialize_key_and_certificates(
        b"x",
        values["key"],  # type: ignore[arg-type]
        values["cert"],  # type: ignore[arg-type]
        [seals.authority().certificate],
        BestAvailableEncryption(b"secret") if "plain" not in changed else NoEncryption(),
    )


def test_a_file_of_an_authority_brings_its_chain() -> None:
    key = read_seal_key(packed(), "secret")
    assert key.chain == (seals.authority().certificate,)
    assert key.digest == seals.seal_key().digest


def curve() -> bytes:
    private = ec.generate_private_key(ec.SECP256R1())
    return pkcs12.serialize_key_and_certificates(b"x", private, None, None, NoEncryption())


def short() -> bytes:
    return write_seal_key(seals.seal_key("短密钥", bits=1024))


def for_encryption() -> bytes:
    return write_seal_key(seals.seal_key("加密证书", usages=("key_encipherment",)))


@pytest.mark.parametrize(
    ("data", "password", "words"),
    [
        (b"nothing", None, "不是 PKCS#12 文件（.p12、.pfx），或口令不对"),
        (packed, "wrong", "不是 PKCS#12 文件（.p12、.pfx），或口令不对"),
        (curve, None, "PKCS#12 文件中没有私钥或证书"),
        (short, None, "签章密钥应为不少于 2048 位的 RSA 密钥"),
        (for_encryption, None, "证书的密钥用途不含数字签名，不能用来签章"),
    ],
)
def test_what_can_not_seal_is_refused(data: object, password: str | None, words: str) -> None:
    given = data() if callable(data) else data
    assert isinstance(given, bytes)
    with pytest.raises(SealKeyError) as caught:
        read_seal_key(given, password)
    assert str(caught.value) == words


def test_a_name_too_long_for_a_certificate() -> None:
    with pytest.raises(SealKeyError, match=r"^机关名称超过 64 个字，放不进证书：局局"):
        make_seal_key("局" * 65, at=samples.AT, years=3)
