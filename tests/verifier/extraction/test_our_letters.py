"""A glyph is the letter that its number reads as, byte for byte, or it is not ours."""

import io
from functools import cache

import pikepdf
import pytest

from certgen.label_pdf import label_pdf
from tests.certgen.labels import label, style
from tests.verifier import paper
from tests.verifier.extraction.known_glyphs_file import make_file
from verifier.extraction.embedded_fonts import _first_other
from verifier.extraction.font_program import Glyph, glyphs
from verifier.extraction.known_glyphs import FILE, SIZE, glyph_digest, is_known, known_glyphs
from verifier.extraction.our_letters import (
    is_not_defined,
    is_our_hinting,
    is_our_letter,
    our_programs,
    our_widths,
)
from verifier.extraction.plain_unicode import unicode_of

MOST = 1000
END = b"\x0e"


@cache
def letters(kind: str) -> dict[str, Glyph]:
    """What the glyphs of a page of ours read as."""
    data = {
        "page": lambda: paper.pdf(paper.producer()),
        "label": lambda: label_pdf(label("one-bag"), style("one-bag")),
    }[kind]()
    found = {}
    with pikepdf.open(io.BytesIO(data)) as opened:
        for item in opened.objects:
            if isinstance(item, pikepdf.Dictionary) and item.get("/Subtype") == "/Type0":
                program = item.DescendantFonts[0].FontDescriptor.FontFile3.read_bytes()
                read = unicode_of(item.ToUnicode)
                assert read is not None
                for cid, glyph in glyphs(program, MOST).items():
                    found[read.get(cid, "")] = glyph
    return found


@pytest.mark.parametrize("kind", ["page", "label"])
def test_the_letters_of_our_pages_are_ours_and_no_others(kind: str) -> None:
    ours = letters(kind)
    assert len(ours) > 80
    assert is_not_defined(ours.pop(""))
    every = sorted(ours)
    for text, other in zip(every, every[1:] + every[:1], strict=True):
        assert is_our_letter(ours[text], text), text
        assert not is_our_letter(ours[text], other), f"{text} as {other}"
        assert is_not_defined(ours[text]) == text.isspace()


@pytest.mark.parametrize("kind", ["page", "label"])
def test_what_is_known_is_what_would_be_found(kind: str) -> None:
    ours = {text: glyph.code for text, glyph in letters(kind).items() if text.strip()}
    assert all(is_known(code, text) and code in our_programs(text) for text, code in ours.items())
    assert not is_known(ours["承"], "诺")
    assert not is_known(ours["承"] + END, "承")


def test_the_file_of_known_glyphs_is_what_our_programs_embed() -> None:
    data = FILE.read_bytes()
    assert data == make_file()
    assert len(known_glyphs()) * SIZE == len(data)
    assert glyph_digest(b"ab", "c") != glyph_digest(b"b", "ca")


def test_a_letter_that_the_file_does_not_have_is_looked_up_in_our_fonts() -> None:
    """囍 is not in GB 2312-80; both fonts have it."""
    codes = our_programs("囍")
    assert len(codes) == 2
    hints = letters("page")["承"].hints
    assert not any(is_known(code, "囍") for code in codes)
    assert all(is_our_letter(Glyph(1000, code, hints), "囍") for code in codes)
    assert not any(is_our_letter(Glyph(1000, code, hints), "喜") for code in codes)


def test_a_letter_with_something_more_is_not_ours() -> None:
    """A contour of no breadth, which Ghostscript draws and PDFium does not; one number changed."""
    glyph = letters("page")["1"]
    drawing = glyph.code[:-1]
    assert is_our_letter(glyph, "1")
    for more in (b"\x94\x94\x15\xbd\x07", b"\x8d\x16\x95\x8b\x05"):
        assert not is_our_letter(glyph._replace(code=drawing + more + END), "1")
    assert not is_our_letter(glyph, "7")
    assert not is_our_letter(glyph, "一村")
    assert not is_our_letter(glyph, "\U0001f600")


@pytest.mark.parametrize(
    "other",
    [
        {"fuzz": (2000.0,), "scale": (10.0,)},
        {"blue": (0.0, 0.0, 0.0, 0.0)},
        {"blue": ()},
        {"width_across": (900.0,)},
        {"widths_upright": (1.0, 2.0)},
        {"expansion": (5.0,)},
        {"language": (0.0,)},
    ],
)
def test_hints_that_press_a_letter_flat_are_not_ours(other: dict[str, tuple[float, ...]]) -> None:
    """A browser follows them and PDFium does not: of 100 公斤 pdf.js showed 10."""
    glyph = letters("page")["承"]
    assert is_our_hinting(glyph.hints)
    assert not is_our_letter(glyph._replace(hints=glyph.hints._replace(**other)), "承")


def test_hints_as_ghostscript_writes_them_are_ours() -> None:
    hints = letters("page")["承"].hints
    across, upright = hints.widths_across, hints.widths_upright
    nothing = (0.0,)
    written = hints._replace(
        scale=nothing,
        shift=nothing,
        fuzz=nothing,
        expansion=nothing,
        widths_across=nothing + across[:-1],
        widths_upright=nothing + upright[:-1],
    )
    assert is_our_hinting(written)
    assert not is_our_hinting(written._replace(widths_across=nothing + across[1:]))


def test_a_letter_that_a_text_may_choose_from_two() -> None:
    glyph = letters("page")["承"]
    assert _first_other({1: glyph}, {1: "承"}) is None
    assert _first_other({1: glyph, 2: glyph}, {1: "承", 2: "承"}) == "承"


def test_a_letter_of_another_width_is_not_ours() -> None:
    """pdftotext copied 21 00 of a 1200 whose 2 said that it goes back, and LibreOffice set it so."""
    glyph = letters("page")["1"]
    assert glyph.width in our_widths("1")
    for width in (glyph.width - 1200, glyph.width + 300, -glyph.width, 0.0):
        assert not is_our_letter(glyph._replace(width=width), "1")
    hanzi = letters("page")["承"]
    assert hanzi.width == 1000
    assert is_our_letter(hanzi, "承")
    assert not is_our_letter(hanzi._replace(width=1500.0), "承")
