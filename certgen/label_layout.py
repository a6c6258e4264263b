"""Where everything stands on a label: fields and a pack's layout -> placed lines. Pure.

The number is placed by its width alone, which is always the same, so that what is placed for one
piece of a batch holds for all the others.
"""

import math
from bisect import bisect_left
from collections.abc import Mapping
from functools import cache, lru_cache
from typing import Final

from certgen.glyphs import GlyphError
from certgen.label_beside import place_beside, shape_beside
from certgen.label_font import glyph_of
from certgen.label_parts import FROM_PACK, LabelShape, PlacedLabel
from certgen.label_stacked import place_stacked
from credential.fields import FIELDS
from scheme.model import Arrangement, LabelLayout, Style

_STEP: Final = 0.25
"""Points by which type shrinks."""
_LONG: Final = 20
"""Characters of a text that is worth keeping what was found of it."""


class LabelError(ValueError):
    """The fields can't be set on this label; the message is for the clerk.

    ``field``: the one that is too long.
    """

    def __init__(self, message: str, field: str) -> None:
        super().__init__(message)
        self.field = field


def label_fields(layout: LabelLayout, fields: Mapping[str, str]) -> dict[str, str]:
    """What this layout prints of a certificate's fields, in its order: the digest of the label is
    over these. Fields that the certificate does not have (a grade that is not public) are left out.
    """
    values = {**fields, **layout.words}
    return {name: values[name] for name in layout.fields if name in values}


def label_shape(style: Style, fields: Mapping[str, str]) -> LabelShape:
    """Labels of one style and shape have their lines at the same places."""
    layout = _layout(style)
    if layout.arrangement is Arrangement.BESIDE:
        return shape_beside(style, layout, fields)
    return tuple((name, value) for name, value in fields.items() if name != "number")


def place_label(style: Style, fields: Mapping[str, str]) -> PlacedLabel:
    """``fields``: exactly what is printed, from :func:`label_fields`.

    Raises:
        LabelError: a value is too long even at the layout's smallest type; names the field.
        GlyphError: a character that no font has.
    """
    check_values(style, fields)
    layout = _layout(style)
    place = place_beside if layout.arrangement is Arrangement.BESIDE else place_stacked
    largest, smallest = layout.text_pt
    steps = range(math.floor((largest - smallest) / _STEP + 1e-6) + 1)
    fitted = cache(lambda step: place(style, layout, fields, largest - step * _STEP))
    step = bisect_left(steps, True, key=lambda step: fitted(step) is not None)
    placed = fitted(step) if step in steps else None
    if placed is not None:
        return placed()
    name = _to_blame(fields)
    raise LabelError(
        f"样式“{style.title}”放不下：“{FIELDS[name].label or FIELDS[name].english}”"
        f"有 {len(fields[name])} 个字，缩到最小字号 {smallest:g} 磅仍超出，请缩短或改用较大的标签",
        name,
    )


def check_values(style: Style, fields: Mapping[str, str]) -> None:
    """Each value by itself.

    Raises:
        LabelError, GlyphError: as of :func:`place_label`.
    """
    longest_of = _layout(style).longest
    for name, value in fields.items():
        missing = _missing(value)
        if missing is not None:
            raise GlyphError(name, missing)
        longest = longest_of.get(name)
        if longest is not None and len(value) > longest:
            raise LabelError(
                f"样式“{style.title}”的“{FIELDS[name].label}”最多 {longest} 个字，"
                f"得到 {len(value)} 个：{value}",
                name,
            )


def _missing(value: str) -> str | None:
    """The first character that no font has."""
    return _kept_missing(value) if len(value) > _LONG else _first_missing(value)


@lru_cache(maxsize=1024)
def _kept_missing(value: str) -> str | None:
    """Kept: the promise is most of a label, and the same on all of them."""
    return _first_missing(value)


def _first_missing(value: str) -> str | None:
    # a glyph is always true; to look for None would ask each whether it is equal
    if all(map(glyph_of, value)):
        return None
    return next((c for c in value if not c.isspace() and glyph_of(c) is None), None)


def _layout(style: Style) -> LabelLayout:
    if style.layout is None:
        raise ValueError(f"{style.id}: not a label")
    return style.layout


def _to_blame(fields: Mapping[str, str]) -> str:
    """The longest field that a clerk can shorten."""
    own = [name for name in fields if name not in FROM_PACK | {"number"}]
    return max(own or fields, key=lambda name: len(fields[name]))
