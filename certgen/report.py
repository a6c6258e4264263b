"""The 核验报告: what was found of a file, as a document that can itself be verified."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from certgen.glyphs import has_glyph
from certgen.page import PageStyle
from certgen.printable import check_fields, unprintable
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
from credential.fields import FIELDS, fields_digest, format_date
from credential.normal import canonical_text

TITLE: Final = "核验报告"
CLAIM: Final = Template("report", 1)
STYLE: Final = PageStyle(
    TITLE, Path(__file__).with_name("report.typ").read_text("utf-8"), 210, 297, 0.5
)


@dataclass(frozen=True, slots=True)
class Report:
    """``values``: printed fields by name, credential.fields.FIELDS from ``verdict`` to ``annex``; a
    newline separates paragraphs. ``reporter``: name of the office; ``uscc``: its code."""

    reporter: str
    uscc: str
    values: Mapping[str, str]


def prepare_report(
    report: Report,
    pack: Pack,
    *,
    identifier: bytes,
    status: StatusReference,
    check_code: str,
    at: int,
) -> tuple[Claims, dict[str, str]]:
    """The claims and the printed fields in the order of the page. ``at``: Unix seconds.

    Raises:
        FieldError: a value is missing.
    """
    fields = {
        "title": TITLE,
        "subject_code": report.uscc,
        "matter": TITLE,
        **{name: plain_text(value) for name, value in report.values.items()},
        "reporter": report.reporter,
        "reported_on": format_date(at),
        "check_code": check_code,
        "platform": f"由{report.reporter}平台签名，仅证明本报告出具后未被改动",
        "caption": "核验报告 扫码查验本报告的真伪和状态",
        "number": format_certificate_id(identifier),
    }
    check_fields(fields)
    claims = Claims(
        id=identifier,
        kind=Kind.REPORT,
        profile=Profile.DOCUMENT,
        issued_at=at,
        subject=Subject(uscc=report.uscc, name=report.reporter),
        status=status,
        digest=fields_digest(fields, identifier, DIGEST_SIZE[Profile.DOCUMENT]),
        pack=pack,
        template=CLAIM,
        matter=TITLE,
    )
    return claims, fields


def plain_text(text: str) -> str:
    """What a hostile file says, so that it can be printed and read back.

    A character that has no glyph or no safe form is named by its code point, and underscores that run
    into one line, of which no reader could tell how many they are, and boxes that stand otherwise than to be
    ticked, before a word and behind a blank; where a field's label and its colon
    stand, colons become ratio signs, so that no reader takes the words for that field.
    """
    plain = _LINE.sub(lambda line: _named("_") * len(line[0]), "".join(map(_plain, text)))
    plain = _BOX.sub(lambda box: _named(box[0]), plain)
    # a line begins and ends with what is seen, and of two blanks nobody sees that they are two
    plain = "\n".join(_BLANKS.sub(" ", line).strip() for line in plain.split("\n"))
    canonical = canonical_text(plain)
    return plain.translate(_NO_COLONS) if any(map(canonical.__contains__, _LABELS)) else plain


def _plain(character: str) -> str:
    if character in " \n":
        return character
    if character.isspace():
        return " "
    if unprintable(character) is not None or not has_glyph(character):
        return _named(character)
    return character


def _named(character: str) -> str:
    return f"〔U+{ord(character):04X}〕"


_BLANKS: Final = re.compile(" {2,}")
_LINE: Final = re.compile("_{2,}")
_BOX: Final = re.compile(r"(?<=[^ \n])[□■]|[□■](?=[\s□■]|$)")
_LABELS: Final = [canonical_text(f"{spec.label}：") for spec in FIELDS.values() if spec.label]
_NO_COLONS: Final = str.maketrans(dict.fromkeys(":：\ufe13\ufe30\ufe55", "∶"))
"""Every character of a font of ours whose NFKC is a colon, or that looks like one."""
