"""Grade statements: the grade now, signed and short-lived, so that a relayed grade can't be forged."""

from dataclasses import dataclass
from typing import Final

from credential.cbor import FormatError, as_bytes, as_map, as_text, as_time, decode, encode
from credential.claims import Grade
from credential.cose import LARGEST, Envelope, Signer, open_sign1, sign1

TYPE: Final = "application/vnd.zhengxin.grade+cwt"
LIFETIME: Final = 600
"""Seconds for which a statement holds."""
_EXP, _IAT, _APP = 4, 6, -65537
_SUBJECT, _SCHEME, _ID, _CODE, _SINCE = 1, 2, 3, 4, 5


@dataclass(frozen=True, slots=True)
class GradeStatement:
    """``subject``: packed code or digest, as in the claims. Times are Unix seconds.

    ``since``: when the subject got this grade.
    """

    subject: bytes
    scheme: str
    grade: Grade
    since: int
    issued_at: int
    expires_at: int


def sign_grade(statement: GradeStatement, signer: Signer) -> bytes:
    app = {
        _SUBJECT: statement.subject,
        _SCHEME: statement.scheme,
        _ID: statement.grade.id,
        _CODE: statement.grade.code,
        _SINCE: statement.since,
    }
    payload = {_IAT: statement.issued_at, _EXP: statement.expires_at, _APP: app}
    return sign1(encode(payload), signer, type=TYPE)


def open_grade(message: bytes) -> Envelope:
    """Raises FormatError where the message is not a grade statement."""
    envelope = open_sign1(message)
    if envelope.type != TYPE:
        raise FormatError("protected.typ", "不是等级声明")
    return envelope


def read_grade(payload: bytes) -> GradeStatement:
    """Read a verified payload. Raises FormatError."""
    none = frozenset[int]()
    claims = as_map(decode(payload, limit=LARGEST), "", frozenset({_IAT, _EXP, _APP}), none)
    labels = frozenset({_SUBJECT, _SCHEME, _ID, _CODE, _SINCE})
    app = as_map(claims[_APP], "app", labels, none)
    return GradeStatement(
        subject=as_bytes(app[_SUBJECT], "app.subject", 12, 16),
        scheme=as_text(app[_SCHEME], "app.scheme", 32),
        grade=Grade(
            as_text(app[_ID], "app.grade.id", 32), as_text(app[_CODE], "app.grade.code", 8)
        ),
        since=as_time(app[_SINCE], "app.since"),
        issued_at=as_time(claims[_IAT], "iat"),
        expires_at=as_time(claims[_EXP], "exp"),
    )
