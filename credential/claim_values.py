"""The values that claims are made of (credential/claims.py writes and reads them)."""

from dataclasses import dataclass
from decimal import Decimal
from enum import IntEnum, StrEnum
from typing import Self

from credential.identifiers import pack_uscc


class Kind(StrEnum):
    """What a credential is; the words are those of the trust list."""

    CERTIFICATE = "certificate"
    """承诺达标合格证"""
    PLEDGE = "pledge"
    """信用承诺书"""
    REPORT = "report"
    """核验报告"""


class Profile(IntEnum):
    """How much the symbol carries: all that a stranger must read offline, or what fits 20 mm."""

    DOCUMENT = 1
    LABEL = 2


class Basis(IntEnum):
    """承诺依据 (农业农村部令 2025 年第 4 号 Art. 14)."""

    CONTROLLED = 1
    SELF_TESTED = 2
    TESTED_BY_OTHERS = 3


class Role(IntEnum):
    """Whose promise a certificate is: 样式一 producer, 样式二 collector (收购者)."""

    PRODUCER = 1
    COLLECTOR = 2


@dataclass(frozen=True, slots=True)
class Subject:
    """Who promises: the code of an organisation, or the keyed digest of a natural person's number.

    ``name`` is the full name of an organisation; a natural person's is masked (PIPL Art. 28).
    A label carries no name.
    """

    uscc: str | None = None
    digest: bytes | None = None
    name: str | None = None

    def __post_init__(self) -> None:
        if (self.uscc is None) == (self.digest is None):
            raise ValueError("subject: a code or a digest, one of the two")

    @property
    def is_natural_person(self) -> bool:
        return self.digest is not None

    @property
    def packed(self) -> bytes:
        """As signed: the code in 12 bytes, or the 16 bytes of the digest."""
        return pack_uscc(self.uscc) if self.uscc is not None else self.digest or b""


@dataclass(frozen=True, slots=True)
class Quantity:
    """A decimal number and its unit, as RFC 8949 §3.4.4 decimal fractions: mantissa · 10^exponent."""

    mantissa: int
    exponent: int
    unit: str

    @classmethod
    def of(cls, amount: Decimal, unit: str) -> Self:
        """The shortest form: 500 is (500, 0), 1.50 is (15, -1)."""
        sign, digits, exponent = amount.normalize().as_tuple()
        if sign or not isinstance(exponent, int) or not amount:
            raise ValueError("quantity: a positive number")
        mantissa = int("".join(map(str, digits)))
        return cls(mantissa * 10 ** max(exponent, 0), min(exponent, 0), unit)

    @property
    def amount(self) -> Decimal:
        return Decimal(self.mantissa).scaleb(self.exponent)


@dataclass(frozen=True, slots=True)
class Origin:
    """产地: division code (GB/T 2260) and text, never a household's address."""

    division: str
    text: str


@dataclass(frozen=True, slots=True)
class Grade:
    """A grade of a scheme: ``id`` is unique after case-folding (c-lower), ``code`` is printed (c)."""

    id: str
    code: str


@dataclass(frozen=True, slots=True)
class Pack:
    """The scheme pack whose rules and texts were used."""

    scheme: str
    version: str
    sha256: bytes


@dataclass(frozen=True, slots=True)
class Template:
    id: str
    version: int


@dataclass(frozen=True, slots=True)
class StatusReference:
    """Place in a token status list: number of the list, index in it."""

    list: int
    index: int


@dataclass(frozen=True, slots=True)
class Claims:
    """Everything one credential says. Times are Unix seconds.

    A label (``Profile.LABEL``) has id, kind, subject without a name, product, issue time, status
    reference and a 12-byte digest; a document has all that its kind needs and a 32-byte digest.
    """

    id: bytes
    kind: Kind
    profile: Profile
    issued_at: int
    subject: Subject
    status: StatusReference
    digest: bytes
    expires_at: int | None = None
    product: str | None = None
    pack: Pack | None = None
    template: Template | None = None
    quantity: Quantity | None = None
    origin: Origin | None = None
    basis: tuple[Basis, ...] = ()
    role: Role | None = None
    grade: Grade | None = None
    matter: str | None = None
    """事项: what the pledge is for."""
