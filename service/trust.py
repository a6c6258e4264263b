"""The office's own trust list: made of the registry's keys, signed by the root, kept as public files."""

from pathlib import Path
from typing import Final

from credential.cbor import FormatError, encode
from credential.cose import PublicKey, Signer
from credential.fields import format_time
from credential.trust import (
    IssuerKey,
    SealCertificate,
    TrustError,
    TrustList,
    open_trust_list,
    read_public_key,
    sign_trust_list,
)
from registry.keys import latest_trust_list, publish_trust_list, trust_list_as_of
from service.errors import UserError
from service.home import read_list, write_file
from service.office import Office

ROOT_FILE: Final = "root.cose"
LIST_FILE: Final = "trust-list.cose"
_DAY: Final = 86400


def publish(
    office: Office,
    root: Signer,
    *,
    at: int,
    who: str,
    why: str,
    seals: tuple[SealCertificate, ...] | None = None,
) -> TrustList:
    """Sign and record the next version of the trust list, and write it to the home folder.

    ``seals``: the certificates that seal, if not those of the list before.
    """
    settings = office.settings
    newest = latest_trust_list(office.registry)
    held = open_trust_list(newest[1], [root.public_key]) if newest else None
    # what was printed under a former address stays genuine when the office moves
    addresses = tuple(dict.fromkeys((settings.base_url, *(held.base_urls if held else ()))))
    if seals is None:
        seals = held.seals if held else ()

    def sign(version: int, keys: tuple[IssuerKey, ...]) -> bytes:
        trust = TrustList(
            version=version,
            issued_at=at,
            expires_at=at + settings.trust_list_days * _DAY,
            base_urls=addresses,
            roots=(root.public_key,),
            keys=keys,
            seals=seals,
        )
        return sign_trust_list(trust, root)

    message = publish_trust_list(office.registry, sign, at=at, who=who, why=why)
    write_file(office.home.trust / LIST_FILE, message)
    return open_trust_list(message, [root.public_key])


def newest_trust_list(office: Office) -> tuple[TrustList, bytes]:
    """The newest list in the registry and its bytes, whatever its age.

    Raises:
        UserError: none was published, or our own root did not sign it.
    """
    newest = latest_trust_list(office.registry)
    if newest is None:
        raise UserError("尚未发布信任列表，请先运行：zhengxin keys publish")
    try:
        return open_trust_list(newest[1], [read_root(office.home.trust)]), newest[1]
    except TrustError as error:
        raise UserError(f"登记库中的信任列表：{error}") from error


def current_trust_list(office: Office, at: int) -> tuple[TrustList, bytes]:
    """The newest list in the registry and its bytes.

    Raises:
        UserError: none was published, or it has expired: the root must sign a new one.
    """
    trust, message = newest_trust_list(office)
    if not trust.is_current(at):
        raise UserError("信任列表已过有效期，请发布新的：zhengxin keys publish")
    return trust, message


def write_root(folder: Path, root: PublicKey) -> None:
    write_file(folder / ROOT_FILE, encode(root.cose_key))


def read_root(folder: Path) -> PublicKey:
    """The anchor. Raises UserError."""
    path = folder / ROOT_FILE
    try:
        return read_public_key(read_list(path))
    except FileNotFoundError:
        raise UserError(f"缺少根公钥文件 {path}") from None
    except (OSError, FormatError) as error:
        raise UserError(f"根公钥文件 {path} 无法读取") from error


def trust_list_then(office: Office, as_of: int) -> TrustList:
    """The list that was in force at a time in the past.

    Raises:
        UserError: none was published by then, or our own root did not sign it.
    """
    message = trust_list_as_of(office.registry, as_of)
    if message is None:
        raise UserError(f"截至 {format_time(as_of)}，本单位尚未发布信任列表")
    try:
        return open_trust_list(message, [read_root(office.home.trust)])
    except TrustError as error:
        raise UserError(f"登记库中的信任列表：{error}") from error
