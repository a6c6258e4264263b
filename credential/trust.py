"""The trust list: which keys may sign what, and when. Every trust rule stands in this module.

A root key signs the list; a verifier is given a root key once (the anchor) and afterwards only
accepts a list signed by a root of the list it already has, never an older version, never an
expired one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from credential.cbor import (
    FormatError,
    as_bytes,
    as_int,
    as_list,
    as_map,
    as_text,
    as_time,
    decode,
    encode,
)
from credential.cose import (
    AlgorithmError,
    PublicKey,
    SignatureError,
    Signer,
    open_sign1,
    read_cose_key,
    sign1,
    verify_sign1,
)

TYPE: Final = "application/vnd.zhengxin.trust-list+cwt"
LARGEST: Final = 1 << 20
"""Bytes; about 5,000 keys."""
CLOCK_SKEW: Final = 300
"""Seconds by which clocks may differ."""
USES: Final = frozenset({"certificate", "pledge", "report", "status", "grade"})
_EXP, _IAT = 4, 6
_VERSION, _BASE_URLS, _ROOTS, _KEYS, _SEALS = 1, 2, 3, 4, 5
_KEY, _ISSUER, _FROM, _UNTIL, _USES, _SCHEMES, _COMPROMISED = 1, 2, 3, 4, 5, 6, 7
_DIGEST, _SEAL_COMPROMISED = 1, 5
_DIGEST_SIZE: Final = 32
_APP = -65537


class TrustError(ValueError):
    """The list is refused; the message says why. The list held so far stays in force."""


@dataclass(frozen=True, slots=True)
class IssuerKey:
    """One key, whose it is and what it may sign.

    Times are Unix seconds; it may sign from ``valid_from`` up to but not at ``valid_until``.
    ``compromised_at``: from then on someone else may have used it.
    """

    key: PublicKey
    issuer: str
    valid_from: int
    valid_until: int
    uses: frozenset[str]
    schemes: frozenset[str]
    compromised_at: int | None = None

    def may_sign(self, use: str, scheme: str | None) -> bool:
        """``scheme`` is None where the message names none (labels, status lists)."""
        return use in self.uses and (scheme is None or scheme in self.schemes)

    def covers(self, at: int) -> bool:
        return self.valid_from <= at < self.valid_until


@dataclass(frozen=True, slots=True)
class SealCertificate:
    """An office's X.509 certificate that seals its PDFs, and whose it is.

    ``digest``: SHA-256 of the certificate (DER). Times as for :class:`IssuerKey`.
    """

    digest: bytes
    issuer: str
    valid_from: int
    valid_until: int
    compromised_at: int | None = None

    def covers(self, at: int) -> bool:
        return self.valid_from <= at < self.valid_until


@dataclass(frozen=True, slots=True)
class TrustList:
    """``base_urls``: where the symbols of these issuers lead; ``roots`` sign the next list."""

    version: int
    issued_at: int
    expires_at: int
    base_urls: tuple[str, ...]
    roots: tuple[PublicKey, ...]
    keys: tuple[IssuerKey, ...]
    seals: tuple[SealCertificate, ...] = ()

    def find(self, kid: bytes) -> IssuerKey | None:
        return next((key for key in self.keys if key.key.kid == kid), None)

    def find_seal(self, digest: bytes) -> SealCertificate | None:
        return next((seal for seal in self.seals if seal.digest == digest), None)

    def is_current(self, at: int) -> bool:
        return at < self.expires_at


def sign_trust_list(trust: TrustList, root: Signer) -> bytes:
    """Raises FormatError where the list breaks a rule that a reader enforces."""
    app: dict[int, object] = {
        _VERSION: trust.version,
        _BASE_URLS: list(trust.base_urls),
        _ROOTS: [root_key.cose_key for root_key in trust.roots],
        _KEYS: [_write_key(key) for key in trust.keys],
    }
    if trust.seals:
        app[_SEALS] = [_write_seal(seal) for seal in trust.seals]
    payload = encode({_IAT: trust.issued_at, _EXP: trust.expires_at, _APP: app})
    _read(payload)
    return sign1(payload, root, type=TYPE)


def _write_key(key: IssuerKey) -> dict[int, object]:
    entry: dict[int, object] = {
        _KEY: key.key.cose_key,
        _ISSUER: key.issuer,
        _FROM: key.valid_from,
        _UNTIL: key.valid_until,
        _USES: sorted(key.uses),
        _SCHEMES: sorted(key.schemes),
    }
    if key.compromised_at is not None:
        entry[_COMPROMISED] = key.compromised_at
    return entry


def _write_seal(seal: SealCertificate) -> dict[int, object]:
    entry: dict[int, object] = {
        _DIGEST: seal.digest,
        _ISSUER: seal.issuer,
        _FROM: seal.valid_from,
        _UNTIL: seal.valid_until,
    }
    if seal.compromised_at is not None:
        entry[_SEAL_COMPROMISED] = seal.compromised_at
    return entry


def open_trust_list(message: bytes, roots: Sequence[PublicKey]) -> TrustList:
    """A list that one of ``roots`` signed, whatever its age.

    Raises:
        TrustError: malformed, or not signed by one of them.
    """
    try:
        envelope = open_sign1(message, limit=LARGEST)
        if envelope.type != TYPE:
            raise FormatError("protected.typ", "不是信任列表")
        root = next((root for root in roots if root.kid == envelope.kid), None)
        if root is None:
            raise TrustError("信任列表不是由已知的根密钥签发")
        verify_sign1(envelope, root)
        return _read(envelope.payload)
    except FormatError as error:
        raise TrustError(f"信任列表格式有误：{error}") from error
    except (AlgorithmError, SignatureError) as error:
        raise TrustError("信任列表的根签名不符") from error


def accept_trust_list(
    message: bytes, *, anchors: Sequence[PublicKey], held: TrustList | None, at: int
) -> TrustList:
    """Read a list and judge whether it may replace the one held.

    ``anchors``: the root keys given at installation, used only while no list is held.

    Raises:
        TrustError: malformed, not signed by an accepted root, older than the one held, from the
            future, or expired.
    """
    trust = open_trust_list(message, held.roots if held is not None else anchors)
    if held is not None and trust.version < held.version:
        raise TrustError(f"信任列表版本 {trust.version} 旧于已见过的版本 {held.version}")
    if held is not None and trust.version == held.version and trust != held:
        raise TrustError(f"两份内容不同的信任列表使用同一版本 {trust.version}")
    if trust.issued_at > at + CLOCK_SKEW:
        raise TrustError("信任列表的签发时间在将来，请核对本机时钟")
    if not trust.is_current(at):
        raise TrustError("信任列表已过有效期，请更新")
    return trust


def _read(payload: bytes) -> TrustList:
    none = frozenset[int]()
    claims = as_map(decode(payload, limit=LARGEST), "", frozenset({_IAT, _EXP, _APP}), none)
    labels = frozenset({_VERSION, _BASE_URLS, _ROOTS, _KEYS})
    app = as_map(claims[_APP], "app", labels, frozenset({_SEALS}))
    roots = as_list(app[_ROOTS], "app.roots")
    keys = as_list(app[_KEYS], "app.keys")
    seals = as_list(app[_SEALS], "app.seals") if _SEALS in app else []
    if _SEALS in app and not seals:
        # one form for one list
        raise FormatError("app.seals", "没有签章证书时应省略")
    trust = TrustList(
        version=as_int(app[_VERSION], "app.version", 1),
        issued_at=as_time(claims[_IAT], "iat"),
        expires_at=as_time(claims[_EXP], "exp"),
        base_urls=tuple(as_text(u, "app.base_urls") for u in as_list(app[_BASE_URLS], "base_urls")),
        roots=tuple(read_cose_key(value, f"app.roots[{i}]") for i, value in enumerate(roots)),
        keys=tuple(_read_key(value, f"app.keys[{i}]") for i, value in enumerate(keys)),
        seals=tuple(_read_seal(value, f"app.seals[{i}]") for i, value in enumerate(seals)),
    )
    if not trust.roots:
        raise FormatError("app.roots", "至少一个根密钥")
    kids = [key.key.kid for key in trust.keys]
    root_kids = [root.kid for root in trust.roots]
    if len(set(kids)) != len(kids):
        raise FormatError("app.keys", "密钥标识重复")
    if len(set(root_kids)) != len(root_kids):
        raise FormatError("app.roots", "密钥标识重复")
    if set(kids) & set(root_kids):
        raise FormatError("app.keys", "根密钥不得用于签发")
    if len({seal.digest for seal in trust.seals}) != len(trust.seals):
        raise FormatError("app.seals", "签章证书重复")
    return trust


def _read_key(value: object, path: str) -> IssuerKey:
    required = frozenset({_KEY, _ISSUER, _FROM, _UNTIL, _USES, _SCHEMES})
    entry = as_map(value, path, required, frozenset({_COMPROMISED}))
    uses = frozenset(as_text(u, f"{path}.uses", 16) for u in as_list(entry[_USES], f"{path}.uses"))
    if unknown := uses - USES:
        raise FormatError(f"{path}.uses", f"未知用途 {sorted(unknown)}")
    schemes = as_list(entry[_SCHEMES], f"{path}.schemes")
    return IssuerKey(
        key=read_cose_key(entry[_KEY], f"{path}.key"),
        issuer=as_text(entry[_ISSUER], f"{path}.issuer", 60),
        valid_from=as_time(entry[_FROM], f"{path}.valid_from"),
        valid_until=as_time(entry[_UNTIL], f"{path}.valid_until"),
        uses=uses,
        schemes=frozenset(as_text(scheme, f"{path}.schemes", 32) for scheme in schemes),
        compromised_at=as_time(entry[_COMPROMISED], f"{path}.compromised_at")
        if _COMPROMISED in entry
        else None,
    )


def _read_seal(value: object, path: str) -> SealCertificate:
    required = frozenset({_DIGEST, _ISSUER, _FROM, _UNTIL})
    entry = as_map(value, path, required, frozenset({_SEAL_COMPROMISED}))
    digest = as_bytes(entry[_DIGEST], f"{path}.digest")
    if len(digest) != _DIGEST_SIZE:
        raise FormatError(f"{path}.digest", f"应为 {_DIGEST_SIZE} 字节")
    return SealCertificate(
        digest=digest,
        issuer=as_text(entry[_ISSUER], f"{path}.issuer", 60),
        valid_from=as_time(entry[_FROM], f"{path}.valid_from"),
        valid_until=as_time(entry[_UNTIL], f"{path}.valid_until"),
        compromised_at=as_time(entry[_SEAL_COMPROMISED], f"{path}.compromised_at")
        if _SEAL_COMPROMISED in entry
        else None,
    )


def read_public_key(data: bytes) -> PublicKey:
    """A root key as a file: the deterministic COSE_Key. Raises FormatError."""
    return read_cose_key(decode(as_bytes(data, ""), limit=200), "")
