"""Which key signs now, and opening it."""

from typing import Final

from credential.cose import Ed25519Signer
from credential.trust import IssuerKey
from registry.keys import issuer_keys
from service.errors import UserError
from service.keystore import open_key, open_secret, stored_keys
from service.office import Office
from service.trust import newest_trust_list, read_root

DIGEST_KEY: Final = "subject-digest"
"""The secret under which identifiers of natural persons are digested; it never changes."""


def signer_for(
    office: Office, use: str, scheme: str | None, at: int, passphrase: str
) -> Ed25519Signer:
    """The newest published key that may sign this now and whose private half is on this machine.

    Raises:
        UserError: there is none, or the passphrase is wrong.
    """
    here = {stored.public_key for stored in stored_keys(office.home.private_keys)}
    # a key that no published list names, left by a run that failed half-way, is trusted by nobody
    published = {key.key for key in newest_trust_list(office)[0].keys}
    usable = [
        key
        for key in issuer_keys(office.registry)
        if key.key in here & published and _usable(key, use, scheme, at)
    ]
    if not usable:
        what = f"{use}（方案 {scheme}）" if scheme else f"{use} "
        raise UserError(
            f"本机没有现在可用于签发 {what}的密钥，"
            f"请运行：zhengxin keys new --use {use} --scheme {scheme or '方案'}"
        )
    newest = max(usable, key=lambda key: (key.valid_from, key.key.kid))
    return open_key(office.home.private_keys, newest.key.kid, passphrase)


def _usable(key: IssuerKey, use: str, scheme: str | None, at: int) -> bool:
    return key.may_sign(use, scheme) and key.covers(at) and key.compromised_at is None


def root_signer(office: Office, passphrase: str) -> Ed25519Signer:
    return open_key(office.home.private_keys, read_root(office.home.trust).kid, passphrase)


def digest_key(office: Office, passphrase: str) -> bytes:
    return open_secret(office.home.private_keys, DIGEST_KEY, passphrase)
