"""One label as a picture: PNG and SVG to share, dots for a thermal printer.

Every module of the symbol is a whole number of dots. A label printer has 8 or 12 dots a millimetre;
a module of two and a half of them would be two here and three there.
"""

import io
import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Final
from xml.sax.saxutils import escape

import numpy as np
import pypdfium2  # type: ignore[import-untyped]  # it has no stubs
from PIL import Image

from certgen.label_drawing import Label
from certgen.label_font import Glyph, glyph_of, half_width_glyphs, label_fonts
from certgen.label_layout import place_label
from certgen.label_parts import MM, Box, Line
from certgen.label_pdf import write_labels
from certgen.symbol import Symbol, SymbolError, fit_symbol
from certgen.symbol_tables import Bytes
from credential.fields import FIELDS
from credential.symbol_size import QUIET_ZONE
from scheme.model import Style

_INCH: Final = 25.4
_OVERSAMPLED: Final = 3
_INK: Final = 175
"""Grey below which a dot is black: well above half, since thin strokes of small type get lost."""


def draw_pictures(labels: Sequence[Label], style: Style, dpi: int) -> Iterator[Image.Image]:
    """Grey, each at its true size for so many dots an inch.

    Raises:
        LabelError, GlyphError, SymbolError: one can't be drawn; the message says why.
    """
    width, height = _dots(style.width_mm, dpi), _dots(style.height_mm, dpi)
    file = io.BytesIO()
    write_labels(file, style, [labels])
    with pypdfium2.PdfDocument(file.getvalue()) as pdf:
        for label, page in zip(labels, pdf, strict=True):
            large = page.render(scale=dpi * _OVERSAMPLED / 72).to_pil().convert("L")
            picture: Image.Image = large.resize((width, height), Image.Resampling.BOX)
            _put_symbol(picture, label, style, dpi)
            yield picture


def _put_symbol(picture: Image.Image, label: Label, style: Style, dpi: int) -> None:
    box = place_label(style, label.fields).symbol
    symbol = _fit(label, style, box, dpi)
    count = symbol.side
    dots = _whole_dots(box.side, dpi) // count
    left = _dots(box.x, dpi) + (_dots(box.side, dpi) - dots * count) // 2
    top = _dots(box.y, dpi) + (_dots(box.side, dpi) - dots * count) // 2
    right, bottom = _dots(box.x + box.side, dpi), _dots(box.y + box.side, dpi)
    picture.paste(255, (_dots(box.x, dpi), _dots(box.y, dpi), right, bottom))
    picture.paste(Image.open(io.BytesIO(symbol.png(dots))).convert("L"), (left, top))


def burnt(picture: Image.Image) -> Bytes:
    """(height, width), 1 is black: the dots that a thermal printer burns."""
    return (np.asarray(picture) < _INK).astype(np.uint8)


def write_png(picture: Image.Image, dpi: int) -> bytes:
    """To share as the electronic form; it says its own size."""
    data = io.BytesIO()
    picture.save(data, "PNG", dpi=(dpi, dpi))
    return data.getvalue()


def _dots(millimetres: float, dpi: int) -> int:
    return round(millimetres * dpi / _INCH)


def _whole_dots(millimetres: float, dpi: int) -> int:
    """Not one more than fits; a binary fraction short of a whole is a whole."""
    return math.floor(millimetres * dpi / _INCH + 1e-6)


def _fit(label: Label, style: Style, box: Box, dpi: int) -> Symbol:
    """With modules of whole dots that are no smaller than the style's least, but for a tenth of a
    dot."""
    least = math.ceil(style.module_mm * dpi / _INCH - 0.1)
    room = _whole_dots(box.side, dpi)
    try:
        return fit_symbol(
            label.qr_text, room * _INCH / dpi, least * _INCH / dpi, best=style.error_level
        )
    except SymbolError as error:
        raise SymbolError(
            f"样式“{style.title}”在每英寸 {dpi} 点的打印机上印不下：每格须为 {least} 个整点"
            f"（{least * _INCH / dpi:.3f} mm），请用点数更多的打印机或较大的样式"
        ) from error


def label_svg(label: Label, style: Style) -> str:
    """Text as outlines, so that it looks the same without the fonts; its words are in ``desc``.

    Raises:
        LabelError, GlyphError, SymbolError: it can't be drawn; the message says why.
    """
    layout = style.layout
    placed = place_label(style, label.fields)
    assert layout is not None
    symbol = fit_symbol(label.qr_text, layout.symbol_mm, style.module_mm, best=style.error_level)
    shapes: dict[Glyph, str] = {}
    body = [_svg_line(line, shapes) for line in placed.lines]
    body.append(_svg_line(placed.number, shapes, label.fields["number"]))
    body += [
        f'<path d="M{left:.2f} {y:.2f}H{right:.2f}" stroke="#000" stroke-width=".14"/>'
        for left, y, right in placed.rules
    ]
    if placed.mark is not None:
        side = placed.mark.side
        tick = side / 5
        corners = (
            f"M{x + inward * tick:.2f} {y:.2f}H{x:.2f}V{y + downward * tick:.2f}"
            for x, inward in ((placed.mark.x, 1), (placed.mark.x + side, -1))
            for y, downward in ((placed.mark.y, 1), (placed.mark.y + side, -1))
        )
        body.append(f'<path d="{"".join(corners)}" fill="none" stroke="#000" stroke-width=".14"/>')
    body.append(_svg_symbol(symbol, placed.symbol))
    shape = (
        f'<circle cx="{style.width_mm / 2:g}" cy="{style.width_mm / 2:g}" '
        f'r="{style.width_mm / 2:g}" fill="#fff"/>'
        if layout.shape.value == "round"
        else f'<rect width="{style.width_mm}" height="{style.height_mm}" fill="#fff"/>'
    )
    defs = "".join(
        f'<path id="{name}" d="{label_fonts()[glyph.font].outline(glyph.glyph)}"/>'
        for glyph, name in shapes.items()
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{style.width_mm}mm" '
        f'height="{style.height_mm}mm" viewBox="0 0 {style.width_mm} {style.height_mm}" role="img">'
        f"<desc>{escape(_words(label.fields))}</desc><defs>{defs}</defs>{shape}"
        + "".join(body)
        + "</svg>"
    )


def _words(fields: Mapping[str, str]) -> str:
    return "\n".join(
        f"{FIELDS[name].label}：{value}" if FIELDS[name].label else value
        for name, value in fields.items()
    )


def _svg_line(line: Line, shapes: dict[Glyph, str], number: str = "") -> str:
    glyphs = [glyph for character in line.text if (glyph := glyph_of(character)) is not None]
    glyphs += [half_width_glyphs()[character] for character in number]
    uses, x = [], 0
    for glyph in glyphs:
        name = shapes.setdefault(glyph, f"g{len(shapes)}")
        uses.append(f'<use href="#{name}" x="{x}"/>')
        x += glyph.width
    scale = line.size * MM / 1000
    bold = ' stroke="#000" stroke-width="18"' if line.heavy else ""
    return (
        f'<g transform="translate({line.x:.3f} {line.y:.3f}) scale({scale:.6f} {-scale:.6f})"{bold}>'
        + "".join(uses)
        + "</g>"
    )


def _svg_symbol(symbol: Symbol, box: Box) -> str:
    """One path of runs: without seams between modules."""
    runs = []
    for y, row in enumerate(symbol.modules):
        x = 0
        while x < len(row):
            end = x
            while end < len(row) and row[end]:
                end += 1
            if end > x:
                runs.append(f"M{x} {y}h{end - x}v1h{x - end}z")
            x = end + 1
    module = box.side / symbol.side
    place = box.x + QUIET_ZONE * module, box.y + QUIET_ZONE * module
    return (
        f'<path shape-rendering="crispEdges" d="{"".join(runs)}" '
        f'transform="translate({place[0]:.4f} {place[1]:.4f}) scale({module:.6f})"/>'
    )
