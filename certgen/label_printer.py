"""Printer languages: a label as one bitmap in ZPL (Zebra) or TSPL (TSC and most Chinese makes).

A bitmap, because no printer has the fonts; so every printer prints the same.
"""

import re
from collections.abc import Iterator
from typing import Final

import numpy as np

from certgen.symbol_tables import Bytes
from scheme.model import Style

GAP_MM: Final = 2
"""Between labels on a roll, as sold; the printer finds the next label by it."""
_RUNS: Final = re.compile(r"(.)\1*")
_UNITS: Final = "GHIJKLMNOPQRSTUVWXY"
_TWENTIES: Final = "ghijklmnopqrstuvwxyz"


def write_zpl(dots: Bytes) -> bytes:
    """One label. ``dots``: (height, width), 1 is black, at the printer's own resolution."""
    height, width = dots.shape
    rows = np.packbits(dots, axis=1)
    size = rows.size
    # ^PW width, ^LL length, ^GFA bytes sent, bytes in all, bytes a row (ZPL II, vol. 1)
    return (
        f"^XA\n^PW{width}\n^LL{height}\n^LH0,0\n^FO0,0^GFA,{size},{size},{rows.shape[1]},"
        f"{compress_rows(rows)}^FS\n^XZ\n"
    ).encode("ascii")


def write_tspl(dots: Bytes, style: Style) -> bytes:
    """As :func:`write_zpl`; the bitmap is binary in it, 0 is black."""
    rows = np.packbits(dots, axis=1) ^ np.uint8(255)
    head = (
        f"SIZE {style.width_mm} mm,{style.height_mm} mm\r\nGAP {GAP_MM} mm,0 mm\r\n"
        f"DIRECTION 1\r\nCLS\r\nBITMAP 0,0,{rows.shape[1]},{rows.shape[0]},0,"
    )
    return head.encode("ascii") + rows.tobytes() + b"\r\nPRINT 1,1\r\n"


def compress_rows(rows: Bytes) -> str:
    """ZPL II's alternative data compression: counts before hexadecimal digits, “,” for zeros and
    “!” for ones to the end of a row, “:” for the row before once more."""
    return "".join(_compressed(rows))


def _compressed(rows: Bytes) -> Iterator[str]:
    before = None
    for row in rows:
        text = row.tobytes().hex().upper()
        if text == before:
            yield ":"
            continue
        before = text
        bare = text.rstrip("0")
        end = ","
        if bare == text:
            bare = text.rstrip("F")
            end = "!" if bare != text else ""
        yield _RUNS.sub(_run, bare) + end


def _run(found: re.Match[str]) -> str:
    """A repeated digit: z is 400, g 20, Y 19, G 1."""
    count, digit = len(found[0]), found[1]
    if count == 1:
        return digit
    most, count = divmod(count, 400)
    twenties, units = divmod(count, 20)
    return (
        "z" * most
        + (_TWENTIES[twenties - 1] if twenties else "")
        + (_UNITS[units - 1] if units else "")
        + digit
    )
