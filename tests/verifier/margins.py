"""How far letters and their look-alikes are apart in the picture, at the sizes that we print.

``python -m tests.verifier.margins`` prints, for each pair, the largest misfit of the letter that is
drawn, and of the other one where the text claims that instead (threats.md, fact 8).
"""

from typing import Final

from tests.verifier import paper
from tests.verifier.test_hidden import lie_in_the_character_map
from verifier.visibility import FITS, FITS_SMALL

PAIRS: Final = (
    "己已", "已巳", "未末", "日曰", "太大", "入人", "干千", "土士", "万方", "壹壱",
    "01", "17", "38", "56", "69",
)  # fmt: skip


def _misfit(data: bytes, text: str) -> float:
    return max(glyph.misfit for glyph in paper.Direct().extract(data).glyphs if glyph.text == text)


def _print_table() -> None:
    for style, limit in ((paper.A5, FITS), (paper.LABEL, FITS_SMALL)):
        print(f"{style.name}: confirmed up to {limit}")
        for shown, said in PAIRS:
            data = paper.pdf(paper.producer(contact=shown), style)
            lie = paper.edit_pdf(data, lie_in_the_character_map(shown, said))
            print(
                f"  {shown} {_misfit(data, shown):.3f}  said to be {said} {_misfit(lie, said):.3f}"
            )


if __name__ == "__main__":
    _print_table()
