"""What the child saw of the electronic signatures of a PDF. It judges no trust: the parent does.

Times are Unix seconds. A span is (from, until): valid from, and not at until.
"""

from dataclasses import dataclass
from enum import StrEnum

Span = tuple[int, int]


class Later(StrEnum):
    """What was added to the file after the signature, as the difference of the revisions shows."""

    NOTHING = "nothing"
    VALIDATION_DATA = "validation-data"
    """Nothing but certificates, revocation data and document time stamps (PAdES B-LT, B-LTA)."""
    OTHER = "other"


class Revocation(StrEnum):
    """By what the file itself carries; nothing is fetched."""

    GOOD = "good"
    REVOKED = "revoked"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Chain:
    """A certificate's path to one of the configured authorities. ``span``: when all of it is valid."""

    span: Span
    revocation: Revocation


@dataclass(frozen=True, slots=True)
class Signer:
    """Whose certificate signed. ``digest``: SHA-256 of it, in hexadecimal.

    ``may_sign``: its key usage includes signing (RFC 5280 §4.2.1.3), or it states none.
    ``bits``: of its key. ``chain``: None where no configured authority stands above it.
    """

    name: str
    digest: str
    span: Span
    may_sign: bool
    bits: int
    chain: Chain | None


@dataclass(frozen=True, slots=True)
class TimeStamp:
    """A time-stamp token (RFC 3161). ``genuine``: over this signature, and signed as it says."""

    at: int
    genuine: bool
    signer: Signer


@dataclass(frozen=True, slots=True)
class PdfSignature:
    """``field``: name of the form field. ``document_stamp``: a document time stamp, no signature.

    ``intact``: what it covers is what was signed; ``genuine``: and its certificate signed that.
    ``whole``: it covers the whole file but for its own bytes. ``hash`` and ``algorithm``: as the
    signature names them. ``claimed_at``: the signer's own word.
    """

    field: str
    document_stamp: bool
    intact: bool
    genuine: bool
    whole: bool
    later: Later
    hash: str
    algorithm: str
    signer: Signer
    claimed_at: int | None
    stamp: TimeStamp | None


@dataclass(frozen=True, slots=True)
class PdfSignatures:
    """In the order of the revisions. ``trouble``: why they could not all be read, or empty."""

    found: tuple[PdfSignature, ...] = ()
    trouble: str = ""
