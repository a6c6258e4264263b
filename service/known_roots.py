"""Which root keys this machine goes by when there is no network, and how another one is let in.

A folder of lists brings its own root, and all else in it is vouched for by that: whoever swaps the
folder as a whole is told only by the root that was there before.
"""

import re
from pathlib import Path
from typing import Final

from credential.cose import PublicKey
from service.errors import UserError
from service.home import Home
from service.trust import ROOT_FILE, read_root, write_root

_FINGERPRINT: Final = re.compile(r"[0-9a-f]{64}")


def fingerprint(root: PublicKey) -> str:
    """SHA-256 of root.cose, which is the key's deterministic encoding and nothing else."""
    return root.thumbprint.hex()


def read_known_root(folder: Path, home: Home) -> PublicKey:
    """The folder's root; where this machine knows none, the first is taken, see :func:`first_words`.

    Raises:
        UserError: no root, or one that is not known here while others are.
    """
    root = read_root(folder)
    known = _known(home)
    if known and fingerprint(root) not in known:
        raise UserError(
            f"文件夹 {folder} 的根公钥与本机认得的不同，整个文件夹可能被换过，不予采信。"
            f"它的 SHA-256 是 {fingerprint(root)}，本机认得的是 {'、'.join(sorted(known))}。"
            "签发单位确实换了根密钥，或这是另一签发单位的资料：先用另一条途径（电话、公函）"
            f"问到它的 SHA-256，再运行：zhengxin accept-root {folder} <问到的 SHA-256>"
        )
    return root


def first_words(folder: Path, home: Home) -> str | None:
    """For the clerk whose machine has seen no root's lists before. Raises UserError."""
    if _remembered(home) or home.is_initialised:
        return None
    return (
        f"本机第一次离线核验。根公钥的 SHA-256 是 {fingerprint(read_root(folder))}，"
        "请用另一条途径（电话、公函）与签发单位核对"
    )


def accept_root(folder: Path, home: Home, said: str) -> str:
    """From now on the folder's root is known here too. ``said``: its SHA-256, as the issuer told it.

    Raises:
        UserError: no root, or another one than was told.
    """
    root = read_root(folder)
    told = re.sub(r"[\s:：]", "", said).lower()
    if _FINGERPRINT.fullmatch(told) is None:
        raise UserError(f"SHA-256 应为 64 位的 0-9、a-f，得到 “{said[:80]}”")
    if told != fingerprint(root):
        raise UserError(
            f"不符，没有接受：文件夹 {folder} 的根公钥的 SHA-256 是 {fingerprint(root)}，"
            f"问到的是 {told}"
        )
    write_root(home.seen / told, root)
    return told


def _known(home: Home) -> set[str]:
    """Those whose lists were accepted here. The folder in the home is an office's own, or is copied
    over like any other: there it vouches for itself only as long as nothing was seen before."""
    known = _remembered(home)
    if (home.is_initialised or not known) and (home.trust / ROOT_FILE).exists():
        known.add(fingerprint(read_root(home.trust)))
    return known


def _remembered(home: Home) -> set[str]:
    paths = home.seen.iterdir() if home.seen.is_dir() else ()
    return {path.name for path in paths if _FINGERPRINT.fullmatch(path.name)}
