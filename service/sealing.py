"""The office's seal: its key encrypted in the home folder, its certificate named in the trust list."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.serialization import Encoding

from certgen.seal_key import SealKey, SealKeyError, make_seal_key, read_seal_key, write_seal_key
from credential.cose import Signer
from credential.fields import format_time
from credential.trust import SealCertificate, TrustList
from service.errors import UserError
from service.home import write_file
from service.keystore import SCRYPT_N, open_secret, save_secret
from service.office import Office
from service.trust import newest_trust_list, publish

Sealer = Callable[[bytes, int], bytes]
"""A PDF and the time of its document (Unix seconds) -> the PDF with the seal. Raises UserError."""

YEARS: Final = 3
NOT_SEALED: Final = "没有电子签章证书，PDF 不加盖电子签章；需要时请运行：zhengxin keys seal create --scheme {scheme}"


def new_seal(office: str, *, at: int, years: int = YEARS) -> SealKey:
    """Raises UserError."""
    try:
        return make_seal_key(office, at=at, years=years)
    except SealKeyError as error:
        raise UserError(str(error)) from error


def read_seal(path: Path, password: str, at: int) -> SealKey:
    """Of a PKCS#12 file. Raises UserError."""
    try:
        key = read_seal_key(path.read_bytes(), password)
    except SealKeyError as error:
        raise UserError(f"{path.name}：{error}") from error
    if not key.valid_from <= at < key.valid_until:
        begin, end = format_time(key.valid_from), format_time(key.valid_until)
        raise UserError(f"{path.name}：证书有效期为 {begin} 至 {end}，现在不能使用")
    return key


def store_seal(
    office: Office, issuer: str, key: SealKey, passphrase: str, *, n: int = SCRYPT_N
) -> SealCertificate:
    """Keep the key, and the certificate beside the trust list for PDF readers. To be published."""
    folder = office.home
    save_secret(folder.private_keys, _name(key.digest), write_seal_key(key), passphrase, n=n)
    certificates = [item.public_bytes(Encoding.PEM) for item in (key.certificate, *key.chain)]
    write_file(certificate_file(office, key.digest), b"".join(certificates))
    return SealCertificate(key.digest, issuer, key.valid_from, key.valid_until)


def add_seal(
    office: Office, issuer: str, key: SealKey, root: Signer, passphrase: str, *, at: int, who: str
) -> SealCertificate:
    """Store a seal and publish a trust list that names it."""
    held = newest_trust_list(office)[0].seals
    if any(seal.digest == key.digest for seal in held):
        raise UserError("这张签章证书已经在信任列表中")
    seal = store_seal(office, issuer, key, passphrase)
    publish(office, root, at=at, who=who, why="新签章证书", seals=(*held, seal))
    return seal


def end_seal(
    office: Office,
    digest: str,
    root: Signer,
    *,
    at: int,
    who: str,
    why: str,
    compromised_at: int | None = None,
) -> SealCertificate:
    """Let it seal no more from now on, and forget its key; what it sealed before stays sealed,
    unless ``compromised_at``.

    Raises:
        UserError: no such seal.
    """
    held = newest_trust_list(office)[0].seals
    old = next((seal for seal in held if digest and seal.digest.hex().startswith(digest)), None)
    if old is None:
        raise UserError(f"没有签章证书“{digest}”，请用 zhengxin keys seal list 查看")
    lost = [when for when in (old.compromised_at, compromised_at) if when is not None]
    ended = replace(
        old,
        valid_until=max(old.valid_from, min(old.valid_until, at)),
        compromised_at=min(lost, default=None),
    )
    seals = tuple(ended if seal is old else seal for seal in held)
    publish(office, root, at=at, who=who, why=why, seals=seals)
    (office.home.private_keys / f"{_name(old.digest)}.secret").unlink(missing_ok=True)
    return ended


def open_sealer(office: Office, issuer: str, at: int, passphrase: str) -> Sealer | None:
    """The newest seal of ``issuer`` that is on this machine; None where there is none.

    The seal states the time of the document, so that a reprint gives the same bytes; where the
    certificate did not cover that yet, ``at``. When it was made only a time stamp proves.

    Raises:
        UserError: it has ended, or the passphrase is wrong.
    """
    here = [
        seal for seal in _listed(newest_trust_list(office)[0], issuer) if _is_here(office, seal)
    ]
    if not here:
        return None
    usable = [seal for seal in here if seal.covers(at) and seal.compromised_at is None]
    if not usable:
        raise UserError(
            f"{issuer}的签章证书已过有效期，请运行：zhengxin keys seal create（或 import）"
        )
    newest = max(usable, key=lambda seal: (seal.valid_from, seal.digest))
    return _sealer(office, newest, at, passphrase)


def _sealer(office: Office, listed: SealCertificate, at: int, passphrase: str) -> Sealer:
    # pyHanko takes a second to load: only for who seals
    from certgen.seal import SealError, prepare_seal, seal_pdf  # noqa: PLC0415
    from service.timestamping import http_stamp  # noqa: PLC0415

    key = read_seal_key(
        open_secret(office.home.private_keys, _name(listed.digest), passphrase), None
    )
    seal = prepare_seal(key)
    url = office.settings.tsa_url
    stamp = http_stamp(url) if url else None

    def put_on(data: bytes, dated: int) -> bytes:
        when = dated if listed.covers(dated) else at
        try:
            return seal_pdf(data, seal, at=when, stamp=stamp)
        except SealError as error:
            raise UserError(str(error)) from error

    return put_on


def _listed(trust: TrustList, issuer: str) -> list[SealCertificate]:
    return [seal for seal in trust.seals if seal.issuer == issuer]


def _is_here(office: Office, seal: SealCertificate) -> bool:
    return (office.home.private_keys / f"{_name(seal.digest)}.secret").exists()


def _name(digest: bytes) -> str:
    return f"seal-{digest.hex()[:16]}"


def certificate_file(office: Office, digest: bytes) -> Path:
    """Where the certificate lies for whoever trusts it in a PDF reader."""
    return office.home.trust / f"{_name(digest)}.pem"
