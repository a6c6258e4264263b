"""Validation policies as values: which axes decide a verdict, for whom (EN 319 102-1 §5.1.4.1).

A policy is named in the verdict with its version and the SHA-256 of its canonical form, so that a
report says by what it was judged. A policy that changes gets a new version.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from credential.cbor import encode

_DOMAIN: Final = "zhengxin-policy/1"
_ALL: Final = frozenset(
    {"container", "credential", "pades", "registry_status", "content_match", "visibility"}
)


@dataclass(frozen=True, slots=True)
class Policy:
    """``demands``: names of the axes that must pass (credential.verdict.AxisName). The others are
    reported and need not pass; but what is proved false (TOTAL-FAILED) fails under every policy.

    ``person``: what was read from a picture passes only after a person looked at it. ``as_of``: it
    may be judged as of a time in the past.
    """

    name: str
    version: int
    title: str
    english: str
    demands: frozenset[str]
    person: bool
    as_of: bool

    @property
    def sha256(self) -> str:
        """Of the canonical form, in hexadecimal. The titles are no part of the rule."""
        said = [_DOMAIN, self.name, self.version, sorted(self.demands), self.person, self.as_of]
        return hashlib.sha256(encode(said)).hexdigest()


BUYER: Final = Policy(
    "buyer",
    1,
    "收货人：凭证与登记状态",
    "Buyer: credential and status",
    frozenset({"credential", "registry_status"}),
    person=False,
    as_of=False,
)
NOTARY: Final = Policy(
    "notary",
    1,
    "公证：全部项目",
    "Notary: every axis",
    _ALL,
    person=True,
    as_of=False,
)
ARCHIVE: Final = Policy(
    "archive",
    1,
    "档案：某一时间是否有效",
    "Archive: valid at a given time",
    _ALL,
    person=True,
    as_of=True,
)
POLICIES: Final[Mapping[str, Policy]] = {policy.name: policy for policy in (NOTARY, BUYER, ARCHIVE)}
