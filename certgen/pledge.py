"""The notarial 信用承诺书 (高平市公证处): a pledge in place of a proof."""

import hashlib
import hmac
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from certgen.printable import FieldError, check_fields, check_filled, platform_statement
from credential.certificate_id import format_certificate_id
from credential.claims import (
    DIGEST_SIZE,
    Claims,
    Kind,
    Pack,
    Profile,
    StatusReference,
    Subject,
    Template,
)
from credential.fields import fields_digest, format_date
from credential.identifiers import mask_name
from scheme.facts import age_at

KEY_SIZE: Final = 32


@dataclass(frozen=True, slots=True)
class PledgeApplication:
    """What one person asks to pledge. The identity number itself is not here.

    ``code``: masked, as printed; ``digest``: :func:`keyed_digest` of the number, 16 bytes.
    ``proof``: the words of the proof that the pledge replaces; the pack says which there are.
    ``decedent``, ``born`` and ``died``: for proofs about an inheritance, else None.
    ``authority``: who accepts the pledge. ``acknowledged_at``: Unix seconds at which the 告知 was
    read and acknowledged.
    """

    promisor: str
    code: str
    digest: bytes = field(repr=False)
    matter: str
    proof: str
    authority: str
    acknowledged_at: int
    alias: str | None = None
    decedent: str | None = None
    born: date | None = None
    died: date | None = None

    @property
    def decedent_age(self) -> int | None:
        """周岁 at death, as the scheme's rules count it. Raises ValueError where death is first."""
        if self.born is None or self.died is None:
            return None
        return age_at(self.born, self.died)


@dataclass(frozen=True, slots=True)
class PledgeTexts:
    """The pack's texts, rendered for this application; a newline separates paragraphs."""

    title: str
    caption: str
    notice: str
    acknowledged: str
    pledge: str
    liability: str


def prepare_pledge(
    application: PledgeApplication,
    texts: PledgeTexts,
    pack: Pack,
    *,
    template: Template,
    identifier: bytes,
    status: StatusReference,
    check_code: str,
    at: int,
) -> tuple[Claims, dict[str, str]]:
    """The claims (document profile) and the printed fields in the order of the page.

    ``at``: the time of the pledge, Unix seconds. The paper has the full name, the claims the
    masked one (PIPL Art. 28).

    Raises:
        FieldError: a value is missing or cannot be printed, or the 告知 was not acknowledged
            before the pledge.
    """
    if application.acknowledged_at > at:
        raise FieldError("acknowledged", "的时间晚于承诺时间：须先阅知告知内容，再作承诺")
    try:
        age = application.decedent_age
    except ValueError as error:
        raise FieldError("decedent_age", "有误：死亡日期早于出生日期") from error
    printed = {
        "title": texts.title,
        "promisor": application.promisor,
        "alias": application.alias,
        "promisor_code": application.code,
        "matter": application.matter,
        "proof": application.proof,
        "decedent": application.decedent,
        "decedent_age": None if age is None else f"{age}周岁",
        "authority": application.authority,
        "notice": texts.notice,
        "acknowledged": texts.acknowledged,
        "pledge": texts.pledge,
        "liability": texts.liability,
        "pledged_on": format_date(at),
        # 电子签名法 Art. 3: inheritance needs the wet signature, for which this is the room
        "signature": "",
        "check_code": check_code,
        "platform": platform_statement(application.authority),
        "caption": texts.caption,
        "number": format_certificate_id(identifier),
    }
    fields = {name: value for name, value in printed.items() if value is not None}
    check_fields(fields)
    check_filled(fields)
    claims = Claims(
        id=identifier,
        kind=Kind.PLEDGE,
        profile=Profile.DOCUMENT,
        issued_at=at,
        subject=Subject(digest=application.digest, name=mask_name(application.promisor)),
        status=status,
        digest=fields_digest(fields, identifier, DIGEST_SIZE[Profile.DOCUMENT]),
        pack=pack,
        template=template,
        matter=application.matter,
    )
    return claims, fields


def keyed_digest(identifier: str, key: bytes) -> bytes:
    """16 bytes that stand for a natural person's number (identity number, 农户编号) in claims.

    HMAC-SHA-256, cut: without the key nobody can try out all numbers. ``key``: 32 bytes.
    """
    if len(key) != KEY_SIZE:
        raise ValueError(f"key: {KEY_SIZE} bytes")
    return hmac.digest(key, identifier.strip().upper().encode(), hashlib.sha256)[:16]
