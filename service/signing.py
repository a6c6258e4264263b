"""Which key signs now, and opening it."""

from collections.abc import Mapping, Sequence
from typing import Final

from credential.cose import Ed25519Signer
from credential.fields import format_time
from credential.trust import IssuerKey
from registry.keys import issuer_keys
from service.errors import UserError
from service.keystore import open_key, open_secret, stored_keys
from service.office import Office
from service.trust import newest_trust_list, read_root

DIGEST_KEY: Final = "subject-digest"
"""The secret under which identifiers of natural persons are digested; it never changes."""
_SIGNED: Final[Mapping[str, str]] = {
    "certificate": "合格证",
    "pledge": "承诺书",
    "report": "核验报告",
    "status": "状态列表",
    "grade": "信用等级",
}
"""What a key of each use (credential.trust.USES) signs."""


def signer_for(
    office: Office,
    use: str,
    scheme: str | None,
    at: int,
    passphrase: str,
    *,
    only: bool = False,
) -> Ed25519Signer:
    """The newest published key that may sign this now and whose private half is on this machine.

    ``only``: one that may sign nothing else.

    Raises:
        UserError: there is none (or none at this time, which may be the clock's fault), or the
            passphrase is wrong.
    """
    here = {stored.public_key for stored in stored_keys(office.home.private_keys)}
    # a key that no published list names, left by a run that failed half-way, is trusted by nobody
    published = {key.key for key in newest_trust_list(office)[0].keys}
    fitting = [
        key
        for key in issuer_keys(office.registry)
        if key.key in here & published
        and key.may_sign(use, scheme)
        and key.compromised_at is None
        and (not only or key.uses == {use})
    ]
    usable = [key for key in fitting if key.covers(at)]
    if not usable:
        what = f"{_SIGNED[use]}（方案 {scheme}）" if scheme else _SIGNED[use]
        raise UserError(
            _no_key(f"签发{what}的{'专用' if only else ''}密钥", use, scheme, fitting, at)
        )
    newest = max(usable, key=lambda key: (key.valid_from, key.key.kid))
    return open_key(office.home.private_keys, newest.key.kid, passphrase)


def _no_key(what: str, use: str, scheme: str | None, fitting: Sequence[IssuerKey], at: int) -> str:
    """A new key by a clock that is wrong would be trusted at the wrong time: the clock comes first."""
    make = f"请运行：zhengxin keys new --use {use} --scheme {scheme or '方案'}"
    if not fitting:
        return f"本机没有可用于{what}，{make}"
    newest = max(fitting, key=lambda key: key.valid_from)
    said = (
        f"本机时间是 {format_time(at)}，{what}有效期 "
        f"{format_time(newest.valid_from)} 至 {format_time(newest.valid_until)}，请核对时间"
    )
    return f"{said}；时间无误的，密钥已到期或停用，{make}" if at >= newest.valid_until else said


def root_signer(office: Office, passphrase: str) -> Ed25519Signer:
    return open_key(office.home.private_keys, read_root(office.home.trust).kid, passphrase)


def digest_key(office: Office, passphrase: str) -> bytes:
    return open_secret(office.home.private_keys, DIGEST_KEY, passphrase)
