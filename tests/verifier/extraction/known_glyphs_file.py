"""Makes verifier/extraction/known_glyphs.bin: ``python -m tests.verifier.extraction.known_glyphs_file``."""

import io
from collections.abc import Iterator

import pikepdf
import pylopdf_fonts_zh_cn as fonts
import typst

from certgen.glyphs import has_glyph
from certgen.label_font import glyph_of, half_width_glyphs, label_fonts
from certgen.printable import unprintable
from verifier.extraction.font_program import glyphs
from verifier.extraction.known_glyphs import FILE, glyph_digest
from verifier.extraction.our_letters import our_programs
from verifier.extraction.plain_unicode import unicode_of

_MOST = 20_000


def letters() -> str:
    """Of GB 2312-80 and ASCII, what may be printed and has a shape."""
    double = (bytes((high, low)) for high in range(0xA1, 0xF8) for low in range(0xA1, 0xFF))
    chinese = "".join(pair.decode("gb2312", "ignore") for pair in double)
    every = (
        dict.fromkeys(map(chr, range(0x21, 0x7F))) | dict.fromkeys(chinese) | dict.fromkeys("□■")
    )
    return "".join(
        one for one in every if not one.isspace() and has_glyph(one) and not unprintable(one)
    )


def by_typst() -> bytes:
    text = letters().replace("\\", "\\\\").replace('"', '\\"')
    source = "\n".join(
        f'#text(font: "{font}", lang: "zh", region: "cn", ligatures: false, features: {features},'
        f' "{text}".clusters().join(" "))'
        for font in ("Noto Serif SC", "Noto Sans SC")
        for features in ("()", '("hwid",)')
    )
    page = typst.compile(
        source.encode(), font_paths=[str(fonts.sans_path().parent)], ignore_system_fonts=True
    )
    assert isinstance(page, bytes)
    return page


def programs(pdf: bytes) -> Iterator[tuple[bytes, str]]:
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        for item in opened.objects:
            if isinstance(item, pikepdf.Dictionary) and item.get("/Subtype") == "/Type0":
                read = unicode_of(item.ToUnicode) or {}
                program = item.DescendantFonts[0].FontDescriptor.FontFile3.read_bytes()
                if b"SC-Regular" not in program[:64]:
                    continue  # typst's own, of a letter that neither of ours has
                for cid, glyph in glyphs(program, _MOST).items():
                    if (text := read.get(cid)) is not None:
                        yield glyph.code, text


def by_labels() -> Iterator[tuple[bytes, str]]:
    wanted = [(glyph, text) for text in letters() if (glyph := glyph_of(text)) is not None]
    wanted += [(glyph, text) for text, glyph in half_width_glyphs().items()]
    for place, font in enumerate(label_fonts()):
        read = {glyph.code: text for glyph, text in wanted if glyph.font == place}
        program = font.subset(glyph.glyph for glyph, _ in wanted if glyph.font == place)
        for cid, glyph in glyphs(program, _MOST).items():
            if cid in read:
                yield glyph.code, read[cid]


def make_file() -> bytes:
    every = dict.fromkeys((*programs(by_typst()), *by_labels()))
    return b"".join(sorted({glyph_digest(*one) for one in every if one[0] in our_programs(one[1])}))


if __name__ == "__main__":
    FILE.write_bytes(make_file())
