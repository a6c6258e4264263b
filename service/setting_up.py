"""Making a new office: home folder, settings, root and issuer keys, the first trust list."""

import os
from collections.abc import Sequence
from typing import Final

from certgen.pledge import KEY_SIZE
from credential.trust import IssuerKey
from registry.keys import add_key
from service.errors import UserError
from service.home import Home
from service.keystore import SCRYPT_N, check_passphrase, create_key, save_secret
from service.office import Office, open_office
from service.sealing import new_seal, store_seal
from service.settings import Settings, save_settings
from service.signing import DIGEST_KEY
from service.trust import publish, write_root

ISSUING: Final = frozenset({"certificate", "pledge", "report"})
SERVING: Final = frozenset({"status", "grade"})
"""Signed all day by the running service: a key of its own, that cannot issue."""
PLATFORM: Final = "证信平台"
_YEAR: Final = 365 * 86400


def make_office(
    home: Home,
    settings: Settings,
    schemes: Sequence[str],
    passphrase: str,
    *,
    at: int,
    who: str,
    n: int = SCRYPT_N,
    seal: bool = False,
) -> None:
    """``schemes``: ids of the packs this office issues by; ``n``: cost of the passphrase; ``seal``:
    with a certificate that seals the PDFs, one for each authority.

    Raises:
        UserError: the folder is an office already, or an unknown scheme.
    """
    if home.is_initialised:
        raise UserError(f"目录 {home.path} 已经初始化过，不再覆盖")
    check_passphrase(passphrase)
    home.path.mkdir(parents=True, exist_ok=True)
    with open_office(home, settings) as office:
        for scheme in schemes:
            office.pack(scheme)
        root = create_key(home.private_keys, passphrase, n=n)
        write_root(home.trust, root.public_key)
        save_secret(home.private_keys, DIGEST_KEY, os.urandom(KEY_SIZE), passphrase, n=n)
        for scheme in schemes:
            issuer = office.pack(scheme).authority
            new_key(office, issuer, ISSUING, [scheme], passphrase, at=at, who=who, n=n)
        new_key(office, PLATFORM, SERVING, schemes, passphrase, at=at, who=who, n=n)
        authorities = dict.fromkeys(office.pack(scheme).authority for scheme in schemes)
        seals = tuple(
            store_seal(office, issuer, new_seal(issuer, at=at), passphrase, n=n)
            for issuer in (authorities if seal else ())
        )
        publish(office, root, at=at, who=who, why="初始化", seals=seals)
    # last: a home with settings is a whole one
    save_settings(home, settings)


def new_key(
    office: Office,
    issuer: str,
    uses: frozenset[str],
    schemes: Sequence[str],
    passphrase: str,
    *,
    at: int,
    who: str,
    years: int = 2,
    n: int = SCRYPT_N,
) -> IssuerKey:
    """Draw a key, store it encrypted and register its public half. Publish the trust list after."""
    signer = create_key(office.home.private_keys, passphrase, n=n)
    key = IssuerKey(
        key=signer.public_key,
        issuer=issuer,
        valid_from=at,
        valid_until=at + years * _YEAR,
        uses=uses,
        schemes=frozenset(schemes),
    )
    add_key(office.registry, key, at=at, who=who, why="新密钥")
    return key
