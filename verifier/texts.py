"""The whole text of a document, field by field: as signed beside as found."""

from collections.abc import Mapping

from credential.claims import Claims
from credential.fields import FIELDS
from credential.verdict import FieldText
from verifier.comparison import shown_values, signed_fields
from verifier.reading import Reading
from verifier.scan_reading import fold


def field_texts(
    reading: Reading,
    claims: Claims,
    recorded: Mapping[str, str] | None,
    *,
    reveal: bool,
    alike: frozenset[str] | None = None,
) -> tuple[FieldText, ...]:
    """In the order of the page. ``signed`` as this reader may see it: see comparison.shown_values.

    ``alike``: of a scan, the fields that OCR read as signed. They are shown as signed: OCR's choice of
    spaces and widths is no difference of the paper's.
    """
    scanned = alike is not None
    printed = {
        name: fold(item.value) if scanned else item.value for name, item in reading.fields.items()
    }
    signed = signed_fields(claims, recorded, printed, reveal=reveal)
    shown = {**signed.masked, **shown_values(signed, claims, reveal=reveal)}
    hidden = {
        name for name in shown if name in signed.masked or shown[name] != signed.fields.get(name)
    }
    found = {name: item.value for name, item in reading.fields.items()}
    found |= {name: shown[name] for name in (alike or ()) if name in shown and name not in hidden}
    return tuple(
        FieldText(name, shown.get(name), found.get(name), hidden=name in hidden)
        for name in FIELDS
        if name in shown or name in found
    )
