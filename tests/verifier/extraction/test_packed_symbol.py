"""A symbol that Ghostscript packed is written out; in any other shape it stays, and is refused."""

import pikepdf
import pytest

from verifier.extraction.drawing import read_drawings
from verifier.extraction.packed_symbol import spelt_out, write_out_symbols

BEFORE = b"q 0.1 0 0 0.1 0 0 cm\n0 g\nq 630 0 0 630 1010 380 cm"
HEAD = b"\nBI\n/IM true\n/W 21\n/H 21\n/BPC 1\n/D[1\n0]\n/F/CCF\n/DP<</K -1\n/Columns 21>>\nID "
DATA = bytes.fromhex(
    "3f91d175239e2a473ca8d0409e547f7affed0417f1c7c719438417193515a914d4195329c1050911d82049d2096a"
    "08268208524aa85442085ae184114e10582049c4309249240829f4f8da91cfc42041e5475082108104bf610b57fa"
    "841084083c7a082108210a3c420b088e8250010010"
)
"""As Ghostscript 10.00 packs a symbol of 21 modules."""
END = b"\nEI Q\nQ\n"
MODULES = (
    "fe5bf8827208badae8ba52e8ba2ae8820a08feabf800d800eff62090a250b648a020c2103b6ab8009558fed73082dd"
    "c0ba9728ba4230bac88882a238fe8aa8"
)
"""The same as our labels write them, a row in three bytes."""
PACKED = BEFORE + HEAD + DATA + END


def test_what_ghostscript_packs_is_written_out_as_ours():
    plain = f"\nBI /W 21 /H 21 /IM true /BPC 1 /D [1 0] /F /AHx ID {MODULES}> EI Q\nQ\n"
    assert spelt_out(PACKED) == BEFORE + plain.encode()


ODD = {
    "another kind of coding": PACKED.replace(b"/K -1", b"/K 0"),
    "black is 1": PACKED.replace(b"/K -1", b"/BlackIs1 true\n/K -1"),
    "rows": PACKED.replace(b"/Columns 21", b"/Columns 21\n/Rows 21"),
    "no columns": PACKED.replace(b"\n/Columns 21", b""),
    "other columns": PACKED.replace(b"/Columns 21", b"/Columns 24"),
    "other height": PACKED.replace(b"/H 21", b"/H 20"),
    "of a larger side": PACKED.replace(b" 21", b" 25"),
    "of no symbol's side": PACKED.replace(b" 21", b" 999"),
    "zeros are painted": PACKED.replace(b"/D[1\n0]", b"/D[0\n1]"),
    "no mask": PACKED.replace(b"/IM true", b"/IM false"),
    "smoothed": PACKED.replace(b"/BPC 1", b"/BPC 1\n/I true"),
    "in other words": PACKED.replace(b"/F/CCF", b"/Filter/CCITTFaxDecode"),
    "a second filter": PACKED.replace(b"/F/CCF", b"/F[/CCF]"),
    "spelt otherwise": PACKED.replace(b"/W 21\n/H 21", b"/W 21 /H 21"),
    "a row less": BEFORE + HEAD.replace(b"21", b"20") + DATA + END,
    "a byte more": BEFORE + HEAD + DATA + b"\0" + END,
    "a byte less": BEFORE + HEAD + DATA[:-1] + END,
    "without its end mark": BEFORE + HEAD + DATA[:-3] + END,
    "an end mark more": BEFORE + HEAD + DATA + b"\0\x10\x01" + END,
    "a bit behind its end": BEFORE + HEAD + DATA[:-1] + b"\x11" + END,
    "a bit otherwise": BEFORE + HEAD + DATA[:40] + bytes([DATA[40] ^ 4]) + DATA[41:] + END,
    "nothing but its end mark": BEFORE + HEAD + b"\0\x10\x01" + END,
    "no data": BEFORE + HEAD + END,
    "the end within": BEFORE + HEAD + DATA + b"\nEI Q\nQ\n" + DATA + END,
    "something behind": PACKED + b"0 0 10 10 re f\n",
    "a space behind": PACKED + b" ",
    "something between": PACKED.replace(END, b"\nEI 0 g Q\nQ\n"),
    "not at the end of a line": PACKED.replace(b"\nBI\n", b" BI\n"),
    "behind something else than a matrix": PACKED.replace(b" cm\n", b" cm\n5\n"),
    "two": PACKED + PACKED,
}


@pytest.mark.parametrize("name", ODD)
def test_in_another_shape_it_stays_as_it_is(name):
    assert ODD[name] != PACKED
    assert spelt_out(ODD[name]) is None


def page_with(content: bytes) -> pikepdf.Pdf:
    opened = pikepdf.new()
    opened.add_blank_page(page_size=(170, 113))
    opened.pages[0].Contents = opened.make_stream(content)
    opened.pages[0].Resources = pikepdf.Dictionary()
    return opened


def test_written_out_it_is_a_drawing_of_ours():
    opened = page_with(PACKED)
    assert [words for words, _ in read_drawings(opened).odd] == ["有无法核对的指令 INLINE IMAGE"]
    write_out_symbols(opened)
    assert not list(read_drawings(opened).odd)


@pytest.mark.parametrize(
    "before",
    [b"(", b"<", b"BT (", b"/Span <</X (", b"% ", b"/F", b"BI /W 21 /H 21 /IM true ID "],
    ids=repr,
)
def test_within_a_string_a_comment_or_another_picture_it_is_none(before):
    written = BEFORE + b"\n" + before + b" cm" + HEAD + DATA + END
    assert spelt_out(written) is not None
    opened = page_with(written)
    write_out_symbols(opened)
    assert list(read_drawings(opened).odd)


def test_nothing_stands_before_a_picture_but_its_matrix():
    """Of an operand too many one reader takes the first, another none."""
    plain = spelt_out(PACKED) or b""
    assert not list(read_drawings(page_with(plain)).odd)
    for more in (b"5", b"/F", b"(x)"):
        opened = page_with(plain.replace(b" cm\nBI", b" cm\n%b BI" % more))
        assert [words for words, _ in read_drawings(opened).odd] == ["的写法各阅读程序读法不同"]
