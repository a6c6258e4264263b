"""The one form that our own PDFs may have: an invisible signature field and nothing else.

certgen/seal.py makes it. Anything more, an appearance or a second field, may draw over the page and
is flagged like any form. Whether the signature holds is another question (pades.py).
"""

from typing import Final

import pikepdf
from pikepdf import Name

Widget = tuple[int, int]
"""Number and generation of a field that is a widget as well."""
_FORM: Final = frozenset({"/Fields", "/SigFlags"})
_FIELD: Final = frozenset({"/FT", "/T", "/Type", "/Subtype", "/F", "/Rect", "/P", "/V"})
_VALUE: Final = frozenset(
    {"/Type", "/Filter", "/SubFilter", "/Contents", "/ByteRange", "/M", "/Reason"}
)
_SIGNED: Final = frozenset({"/Contents", "/ByteRange"})
_FLAGS: Final = 132
"""Print and Locked (ISO 32000-1 §12.5.3): not hidden, as PDF/A-3 wants it (ISO 19005-3 §6.3.2)."""
_SIGNATURES_EXIST: Final = 3
"""And: append only (ISO 32000-1 §12.7.2)."""


def seal_widget(root: pikepdf.Object) -> Widget | None:
    """The object number of the field of an invisible seal, or None where the form is another."""
    form = root.get(Name.AcroForm)
    if not isinstance(form, pikepdf.Dictionary) or set(form.keys()) != _FORM:
        return None
    fields = form.Fields
    if form.SigFlags != _SIGNATURES_EXIST or not _is_array(fields, 1):
        return None
    field = fields[0]
    # what has no number of its own would be every other that has none
    if not (isinstance(field, pikepdf.Dictionary) and field.is_indirect):
        return None
    return field.objgen if _is_invisible(field) and _is_plain(field.V) else None


def _is_invisible(field: pikepdf.Object) -> bool:
    return (
        set(field.keys()) == _FIELD
        and Name.Sig == field.FT
        and field.Subtype == Name.Widget
        and field.F == _FLAGS
        and _is_array(field.Rect, 4)
        and all(side == 0 for side in field.Rect)
    )


def _is_plain(value: pikepdf.Object) -> bool:
    return (
        isinstance(value, pikepdf.Dictionary)
        and _SIGNED <= set(value.keys()) <= _VALUE
        and value.get(Name.Type) == Name.Sig
    )


def _is_array(value: object, length: int) -> bool:
    return isinstance(value, pikepdf.Array) and len(value) == length


def is_seal(annotations: pikepdf.Object, widget: Widget | None) -> bool:
    """The page's annotations are the seal's field alone."""
    if widget is None or not _is_array(annotations, 1):
        return False
    return annotations[0].is_indirect and annotations[0].objgen == widget
