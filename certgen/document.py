"""A document ready for paper: what every page, letter, label and symbol is drawn from."""

from collections.abc import Mapping
from dataclasses import dataclass

from credential.claims import Claims


@dataclass(frozen=True, slots=True)
class Document:
    """``message``: the signed COSE bytes; ``qr_text``: the symbol's text for this office.

    ``fields``: the printed values by field name (credential.fields.FIELDS), in the order of the
    page; a newline separates paragraphs. The digest in the claims is over exactly these.
    """

    claims: Claims
    message: bytes
    qr_text: str
    fields: Mapping[str, str]
