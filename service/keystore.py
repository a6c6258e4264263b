"""Private keys at rest: one JSON file a key, scrypt (RFC 7914) and ChaCha20-Poly1305 (RFC 8439).

The key's public half and kid are readable without the passphrase; they are authenticated with it.
Nothing here puts a private key or a passphrase into a message, a log or a representation.
"""

import base64
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from credential.cose import ED25519, Ed25519Signer, PublicKey
from service.errors import UserError
from service.home import write_file

FORMAT: Final = "zhengxin-private-key/1"
SECRET_FORMAT: Final = "zhengxin-secret/1"
SCRYPT_N: Final = 2**16
"""64 MiB and about 0.2 s for each guess (OWASP Password Storage: N=2^16, r=8, p=2 or more work)."""
_SCRYPT_R, _SCRYPT_P = 8, 2
_LARGEST_N: Final = 2**20
SHORTEST_PASSPHRASE: Final = 8


@dataclass(frozen=True, slots=True)
class StoredKey:
    """A key file without its secret: name of the file and the public half."""

    path: Path
    public_key: PublicKey


def check_passphrase(passphrase: str) -> str:
    if len(passphrase) < SHORTEST_PASSPHRASE:
        raise UserError(f"密钥口令至少 {SHORTEST_PASSPHRASE} 个字符")
    return passphrase


def create_key(folder: Path, passphrase: str, *, n: int = SCRYPT_N) -> Ed25519Signer:
    """Draw a new key, store it encrypted (0600) and return its signer."""
    private = Ed25519PrivateKey.generate()
    signer = Ed25519Signer(private)
    save_key(folder, private.private_bytes_raw(), signer.public_key, passphrase, n=n)
    return signer


def save_key(
    folder: Path, secret: bytes, public_key: PublicKey, passphrase: str, *, n: int = SCRYPT_N
) -> Path:
    head: dict[str, Any] = {
        "format": FORMAT,
        "kid": public_key.kid.hex(),
        "algorithm": public_key.algorithm,
        "public": _b64(public_key.x),
    }
    path = folder / f"{public_key.kid.hex()}.json"
    _seal(path, head, secret, passphrase, n)
    return path


def save_secret(
    folder: Path, name: str, secret: bytes, passphrase: str, *, n: int = SCRYPT_N
) -> None:
    """A secret that is no signing key, as the key of the personal digests."""
    _seal(folder / f"{name}.secret", {"format": SECRET_FORMAT, "name": name}, secret, passphrase, n)


def open_secret(folder: Path, name: str, passphrase: str) -> bytes:
    """Raises UserError: no such secret here, a wrong passphrase, or a damaged file."""
    path = folder / f"{name}.secret"
    if not path.exists():
        raise UserError(f"本机没有密钥文件 {path.name}")
    return _unseal(path, SECRET_FORMAT, passphrase)


def stored_keys(folder: Path) -> Iterator[StoredKey]:
    for path in sorted(folder.glob("*.json")):
        head = _read(path, FORMAT)
        yield StoredKey(path, PublicKey(ED25519, base64.b64decode(str(head["public"]))))


def open_key(folder: Path, kid: bytes, passphrase: str) -> Ed25519Signer:
    """The signer of a stored key.

    Raises:
        UserError: no such key here, a wrong passphrase, or a damaged file.
    """
    path = folder / f"{kid.hex()}.json"
    if not path.exists():
        raise UserError(f"本机没有密钥 {kid.hex()} 的私钥文件")
    secret = _unseal(path, FORMAT, passphrase)
    signer = Ed25519Signer.from_seed(secret)
    if signer.public_key.kid != kid:
        raise UserError(f"密钥文件 {path.name} 的内容与文件名不符")
    return signer


def _seal(path: Path, head: dict[str, Any], secret: bytes, passphrase: str, n: int) -> None:
    salt, nonce = os.urandom(16), os.urandom(12)
    head["kdf"] = {"name": "scrypt", "n": n, "r": _SCRYPT_R, "p": _SCRYPT_P, "salt": _b64(salt)}
    wrapping = _derive(check_passphrase(passphrase), salt, n, _SCRYPT_R, _SCRYPT_P)
    data = ChaCha20Poly1305(wrapping).encrypt(nonce, secret, _associated(head))
    head["sealed"] = {"nonce": _b64(nonce), "data": _b64(data)}
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    write_file(path, json.dumps(head, indent=1).encode() + b"\n", mode=0o600)


def _unseal(path: Path, format: str, passphrase: str) -> bytes:
    head = _read(path, format)
    try:
        sealed = head.pop("sealed")
        kdf = head["kdf"]
        # bounded before it runs: a planted file must not make us derive for hours
        if not 2**14 <= kdf["n"] <= _LARGEST_N or (kdf["r"], kdf["p"]) != (_SCRYPT_R, _SCRYPT_P):
            raise UserError(f"密钥文件 {path.name} 的参数不被接受")
        salt = base64.b64decode(kdf["salt"])
        wrapping = _derive(passphrase, salt, kdf["n"], kdf["r"], kdf["p"])
        nonce, data = base64.b64decode(sealed["nonce"]), base64.b64decode(sealed["data"])
        return ChaCha20Poly1305(wrapping).decrypt(nonce, data, _associated(head))
    except InvalidTag:
        raise UserError(f"口令不对，或密钥文件 {path.name} 已损坏") from None
    except (KeyError, TypeError, ValueError):
        raise UserError(f"密钥文件 {path.name} 已损坏") from None


def _read(path: Path, format: str) -> dict[str, Any]:
    try:
        head = json.loads(path.read_bytes())
    except (OSError, ValueError):
        raise UserError(f"密钥文件 {path.name} 无法读取") from None
    if not isinstance(head, dict) or head.get("format") != format:
        raise UserError(f"密钥文件 {path.name} 不是本系统的格式")
    return head


def _derive(passphrase: str, salt: bytes, n: int, r: int, p: int) -> bytes:
    return Scrypt(salt=salt, length=32, n=n, r=r, p=p).derive(passphrase.encode())


def _associated(head: dict[str, Any]) -> bytes:
    return json.dumps(head, sort_keys=True, separators=(",", ":")).encode()


def _b64(data: bytes) -> str:
    return base64.b64encode(data).decode()
