"""Fonts as ours are written are understood; anything else is one refusal, soon."""

import io
import struct
import time
from functools import cache
from random import Random

import pikepdf
import pytest

from tests.verifier import paper
from verifier.extraction.font_program import FontError, glyphs, open_program
from verifier.extraction.outline_program import OutlineError, flat_glyph

MOST = 1000


@cache
def program() -> bytes:
    with pikepdf.open(io.BytesIO(paper.pdf(paper.producer()))) as opened:
        font = opened.pages[0].Resources.Font.f0.DescendantFonts[0]
        return bytes(font.FontDescriptor.FontFile3.read_bytes())


def test_widths_are_those_of_the_font():
    found = glyphs(program(), MOST)
    assert {1000.0} < {glyph.width for glyph in found.values()}
    assert list(found) == sorted(found)


def test_too_many_glyphs():
    with pytest.raises(FontError):
        glyphs(program(), len(glyphs(program(), MOST)) - 1)


def test_whatever_its_bytes_are_it_is_read_or_refused():
    source = Random(4)
    for _ in range(400):
        data = bytearray(program())
        for _ in range(source.randint(1, 4)):
            data[source.randrange(source.choice((60, 600, len(data))))] = source.randrange(256)
        cut = bytes(data[: source.randint(0, len(data)) if source.random() < 0.2 else len(data)])
        try:
            glyphs(cut, MOST)
        except FontError:
            continue


# numbers are written as 139 + n
MOVE, LINE, END, BOX = b"\x8b\x8b\x15", b"\x95\x95\x05", b"\x0e", b"\x95\x95\x95\x06"


@pytest.mark.parametrize(
    ("code", "width"),
    [
        (END, None),
        (b"\xef" + END, 100.0),
        (MOVE + LINE + END, None),
        (b"\xef" + MOVE + BOX + END, 100.0),
        (b"\x8b\x95\x01" + MOVE + BOX + END, None),
        (b"\xef\x8b\x95\x12\x8b\x95\x13\xc0" + MOVE + BOX + b"\x14\x80" + END, 100.0),
    ],
)
def test_glyphs_as_ours_are(code, width):
    assert flat_glyph(code, (), ()) == (code, width)


ODD = {
    "no end": MOVE + BOX,
    "behind the end": END + END,
    "a line before a move": LINE + END,
    "an operand too many for a move": MOVE + BOX + b"\x8b" + MOVE + BOX + END,
    "an operand too many for a line": MOVE + b"\x8b" + LINE + END,
    "an operand left": MOVE + BOX + b"\x8b" + END,
    "an accented letter": b"\x8b\x8b\xac\xad" + END,
    "arithmetic": MOVE + b"\x8c\x8c\x0c\x0a\x8b\x05" + END,
    "a random number": MOVE + b"\x0c\x17\x8b\x05" + END,
    "hints in the middle": MOVE + BOX + b"\x8b\x95\x01" + BOX + END,
    # pdf.js draws nothing of such a glyph
    "a hint of no pair": b"\xef\x01" + MOVE + BOX + END,
    "a hint of no pair behind another": b"\x8b\x95\x01\x03" + MOVE + BOX + END,
    "a mask without hints": b"\x13\x80" + MOVE + BOX + END,
    "no such subroutine": b"\x8b\x0a",
    "return": MOVE + BOX + b"\x0b",
    "reserved": MOVE + b"\x02" + END,
    "more than the stack": MOVE + b"\x8c" * 50 + b"\x05" + END,
}


@pytest.mark.parametrize("name", ODD)
def test_glyphs_that_interpreters_draw_differently(name):
    with pytest.raises(OutlineError):
        flat_glyph(ODD[name], (), ())


def call(number: int) -> bytes:
    """Of fewer than 1240."""
    return bytes((139 + number - 107, 0x0A))


def test_subroutines_in_their_places():
    own = (MOVE + call(1), BOX + END)
    assert flat_glyph(call(0), (), own)[1] is None


EIGHTFOLD = [call(place + 1) * 8 + b"\x0b" for place in range(9)]


@pytest.mark.parametrize(
    "own",
    [
        (call(0) + b"\x0b",),
        (*EIGHTFOLD, BOX + b"\x0b"),
        (*EIGHTFOLD, b"\x0b"),
    ],
)
def test_subroutines_without_end(own):
    begun = time.process_time()
    with pytest.raises(OutlineError):
        flat_glyph(MOVE + call(0) + END, (), own)
    assert time.process_time() - begun < 1


def test_parts_with_other_matrices():
    """Ghostscript takes the scale of all from the first, and draws no letter of the others."""
    matrix, nothing = bytes.fromhex("8c8b8b8c8b8b0c07"), bytes.fromhex("1c00000c038b0c04")
    assert program().count(matrix) > 1
    glyphs(program().replace(matrix, nothing), MOST)
    with pytest.raises(FontError):
        glyphs(program().replace(matrix, nothing, 1), MOST)


@pytest.mark.parametrize(
    "data",
    [
        lambda: b"\x01\x01" + program()[2:],
        # six numbers for a line's place in all parts, where their matrices may be left out
        lambda: program().replace(
            bytes.fromhex("8c8b8b8c8b8b0c07"), bytes.fromhex("8c8b8b8c8b8b0c03")
        ),
        lambda: program().replace(b"Identity", b"identity", 1),
    ],
    ids=["another minor version", "other operands", "another collection"],
)
def test_a_font_that_ghostscript_gives_up(data):
    """And draws the codes' bytes in a font of its own."""
    with pytest.raises(FontError):
        glyphs(data(), MOST)


def test_something_stands_behind_a_charset():
    """Ghostscript draws crossed boxes for the letters of a font that ends with this table."""
    font = program()
    opened = open_program(font)
    count = len(glyphs(font, MOST))
    cids = list(glyphs(font, MOST))[1:]
    table = b"\0" + b"".join(cid.to_bytes(2, "big") for cid in cids)
    for tail, is_read in ((b"\0", True), (b"", False)):
        moved = _with_charset_at(font, opened.charset, len(font)) + table + tail
        if is_read:
            assert len(glyphs(moved, MOST)) == count
        else:
            with pytest.raises(FontError):
                glyphs(moved, MOST)


def _with_charset_at(font: bytes, old: int, new: int) -> bytes:
    """The top dictionary names another place, in as many bytes."""
    for written, again in (
        (b"\x1d" + struct.pack(">i", old), b"\x1d" + struct.pack(">i", new)),
        (b"\x1c" + struct.pack(">h", old), b"\x1c" + struct.pack(">h", new)),
    ):
        if font.count(written + b"\x0f") == 1:
            return font.replace(written + b"\x0f", again + b"\x0f")
    raise AssertionError("the charset's place is written otherwise")


@pytest.mark.parametrize(
    ("value", "other"),
    [
        # the top of the box of all letters, by which MuPDF tells how high a line is
        (b"\x1c\x07\x11\x05", b"\x1c\x05\x11\x05"),
        # and its foot
        (b"\xfe\xad\x1c", b"\xfe\xae\x1c"),
        # the version
        (b"\x0c\x07\xfe\x79", b"\x0c\x1f\xfe\x79"),
    ],
)
def test_values_are_those_of_our_fonts(value, other):
    assert program().count(value) == 1
    with pytest.raises(FontError):
        glyphs(program().replace(value, other), MOST)
