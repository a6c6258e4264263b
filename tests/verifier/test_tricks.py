"""Each trick that once passed: our own page, altered by hand. None may pass, and each says why."""

import re
from collections.abc import Callable

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, String

from credential.verdict import AxisName, Indication, SubIndication
from tests.verifier import paper
from verifier.limits import Limits

QUANTITY = "1200公斤"


def edited(change: Callable[[pikepdf.Pdf], None], style=paper.A5):
    issued = paper.producer()
    data = paper.edit_pdf(paper.pdf(issued, style), change)
    verdict = paper.check(data, paper.known(issued))
    assert verdict.indication is not Indication.PASSED
    return verdict


def codes(verdict, name=AxisName.VISIBILITY):
    return {finding.code for finding in paper.axis(verdict, name).findings}


def quantity_set_again(*parts: tuple[int, int, float, float, float, float]):
    """``parts``: first and last character, points to the right of and above where the value
    stood, size, gray."""

    def change(opened: pikepdf.Pdf) -> None:
        page = opened.pages[0]
        content = page.Contents.read_bytes()
        shown = _block_of_quantity(opened, content)
        x, y, font, codes = shown[1:]
        pieces = [
            f"q {gray} g BT /{font} {size} Tf 1 0 0 1 {x + right} {y + up} Tm "
            f"<{''.join(codes[start:end])}> Tj ET Q\n"
            for start, end, right, up, size, gray in parts
        ]
        page.Contents = opened.make_stream(content.replace(shown[0], "".join(pieces).encode()))

    return change


def _block_of_quantity(opened: pikepdf.Pdf, content: bytes):
    pattern = re.compile(
        rb"q 1 0 0 -1 ([\d.]+) ([\d.]+) cm/c0 cs 0 scn\nBT 0 Tr/(f\d) [\d.]+ Tf 1 0 0 -1 0 0 Tm"
        rb"(.*?)(TJ|Tj)\nET\nQ",
        re.S,
    )
    for block in pattern.finditer(content):
        (shown,) = pikepdf.parse_content_stream(opened.make_stream(block[4] + block[5]))
        held = shown.operands[0]
        strings = list(held) if isinstance(held, pikepdf.Array) else [held]
        data = b"".join(bytes(text) for text in strings if isinstance(text, pikepdf.String))
        codes = [data[at : at + 2].hex() for at in range(0, len(data), 2)]
        unicode = _unicode(opened, block[3].decode())
        if "".join(unicode.get(code, "?") for code in codes) == QUANTITY:
            return block[0], float(block[1]), float(block[2]), block[3].decode(), codes
    raise AssertionError("the quantity is not on the page")


def _unicode(opened: pikepdf.Pdf, font: str) -> dict[str, str]:
    table = opened.pages[0].Resources.Font[f"/{font}"].ToUnicode.read_bytes().decode()
    pairs = re.findall(r"<([0-9a-fA-F]{4})>\s*<([0-9a-fA-F]{4})>", table)
    return {code.lower(): chr(int(text, 16)) for code, text in pairs}


DIGIT = 0.556
"""Ems of a digit's advance, near enough."""


def pt(digits: float, size: float = 11.5) -> float:
    return digits * DIGIT * size


TYPE = {
    "a shrunk head": ([(0, 2, 0, 0, 6, 0), (2, 6, pt(2, 6), 0, 11.5, 0)], "UNEVEN_SIZE"),
    "a shrunk head, smaller than any type": (
        [(0, 2, 0, 0, 4, 0), (2, 6, pt(2, 4), 0, 11.5, 0)],
        "TINY_TEXT",
    ),
    "a grey head": ([(0, 2, 0, 0, 11.5, 0.4), (2, 6, pt(2), 0, 11.5, 0)], "PALE_TEXT"),
    "a raised digit": ([(0, 1, 0, 3, 11.5, 0), (1, 6, pt(1), 0, 11.5, 0)], "UNEVEN_LINE"),
    "a digit apart": ([(0, 1, 0, 0, 11.5, 0), (1, 6, pt(2.4), 0, 11.5, 0)], "UNEVEN_SPACING"),
    "a digit far apart": ([(0, 1, 0, 0, 11.5, 0), (1, 6, pt(4), 0, 11.5, 0)], "UNEVEN_SPACING"),
    "digits on each other": ([(0, 1, 0, 0, 11.5, 0), (1, 6, pt(0.7), 0, 11.5, 0)], None),
}


@pytest.mark.parametrize("trick", TYPE)
def test_type_that_is_not_set_as_ours(trick):
    parts, code = TYPE[trick]
    verdict = edited(quantity_set_again(*parts))
    assert code is None or code in codes(verdict)
    assert paper.axis(verdict, AxisName.VISIBILITY).indication is not Indication.PASSED


def test_the_value_set_again_as_it_was_passes():
    """So that the tricks above are caught for what they are."""
    issued = paper.producer()
    change = quantity_set_again((0, 6, 0, 0, 11.5, 0))
    verdict = paper.check(paper.edit_pdf(paper.pdf(issued), change), paper.known(issued))
    assert verdict.indication is Indication.PASSED, verdict.axes


STROKES = {
    "a bar of 4.2 mm": "0 G 1 w 220 470 m 220 481.9 l S",
    "a bar of 40 mm": "0 G 1 w 300 400 m 300 513 l S",
    "a dash": "0 G 1 w 250 480 m 262 480 l S",
    "seven segments": "0 G 1.4 w 250 470 m 262 470 l S 250 482 m 262 482 l S 250 494 m 262 494 l S"
    " 262 470 m 262 494 l S",
    "a large 口": "0 G 1 w 220 400 100 100 re S",
    "a yellow word": "1 1 0.4 rg 300 470 40 12 re f",
    "a cyan word": "0.75 1 1 rg 300 470 40 12 re f",
    "a pale grey word": "0.93 g 300 470 40 12 re f",
}


@pytest.mark.parametrize("trick", STROKES)
def test_strokes_and_pale_colours(trick):
    assert "UNEXPLAINED_MARK" in codes(edited(paper.append_content(STROKES[trick])))


@pytest.mark.parametrize("size", [8, 24])
def test_a_box_in_the_symbol(size):
    box = f"1 g 90 100 {size} {size} re f 0 g 92 102 {size / 2} {size / 2} re f"
    assert "UNEXPLAINED_MARK" in codes(edited(paper.append_content(box)))


def page_of_the_symbol(matrix: str, more: str = ""):
    def change(opened: pikepdf.Pdf) -> None:
        opened.add_blank_page(page_size=(595, 842))
        page = opened.pages[1]
        page.obj.Resources = opened.pages[0].obj.Resources
        page.Contents = opened.make_stream(f"q {matrix} cm /x0 Do Q {more}".encode())

    return change


def test_writing_in_the_corners_of_a_turned_symbol():
    corner = "0 g 120 600 60 40 re f"
    verdict = edited(page_of_the_symbol("260 260 -260 260 300 140", corner))
    assert {"UNEXPLAINED_MARK", "PAGE_WITHOUT_TEXT"} <= codes(verdict)


def test_a_page_with_nothing_but_the_symbol():
    assert "PAGE_WITHOUT_TEXT" in codes(edited(page_of_the_symbol("380 0 0 380 100 300")))


def in_colour(space: Callable[[pikepdf.Pdf], pikepdf.Object]):
    def change(opened: pikepdf.Pdf) -> None:
        page = opened.pages[0]
        page.Resources.ColorSpace.odd = space(opened)
        page.contents_add(b"q /odd cs 0.985 0.985 0.985 scn 300 470 40 12 re f Q")

    return change


def profile(opened: pikepdf.Pdf) -> pikepdf.Object:
    stream = opened.make_stream(bytes(360))
    stream.N = 3
    return Array([Name.ICCBased, stream])


def calibrated(opened: pikepdf.Pdf) -> pikepdf.Object:
    return Array([Name.CalRGB, Dictionary(WhitePoint=[0.95, 1, 1.09], Gamma=[60, 60, 60])])


def separation(opened: pikepdf.Pdf) -> pikepdf.Object:
    tint = Dictionary(FunctionType=2, Domain=[0, 1], N=1, C0=[0, 0, 0, 0], C1=[0, 0, 0, 0])
    return Array([Name.Separation, Name.Black, Name.DeviceCMYK, tint])


@pytest.mark.parametrize("space", [profile, calibrated, separation])
def test_colours_that_readers_draw_differently(space):
    assert "COLOUR" in codes(edited(in_colour(space)))


def transfer(opened: pikepdf.Pdf) -> None:
    curve = Dictionary(FunctionType=2, Domain=[0, 1], N=60, C0=[0], C1=[1])
    opened.pages[0].Resources.ExtGState = Dictionary(g0=Dictionary(TR=curve))


def direct_script(opened: pikepdf.Pdf) -> None:
    action = Dictionary(S=Name.JavaScript, JS=String('app.alert("x")'))
    opened.Root.Names.JavaScript = Dictionary(Names=Array([String("x"), action]))


def outline(opened: pikepdf.Pdf) -> None:
    with opened.open_outline() as items:
        items.root.append(pikepdf.OutlineItem("特级 5000吨", 0))


def foreign_font(opened: pikepdf.Pdf) -> None:
    font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
    opened.pages[0].Resources.Font.odd = font


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (transfer, "GRAPHICS"),
        (direct_script, "ACTION_JAVASCRIPT"),
        (direct_script, "NAMES"),
        (outline, "CATALOG"),
        (foreign_font, "FONT"),
    ],
)
def test_what_our_files_do_not_have(change, code):
    assert code in codes(edited(change))


def test_an_attachment_in_a_direct_dictionary():
    def attach(opened: pikepdf.Pdf) -> None:
        held = Dictionary(
            Type=Name.Filespec,
            F="real.pdf",
            UF="real.pdf",
            EF=Dictionary(F=opened.make_stream(b"x")),
        )
        opened.Root.Names.EmbeddedFiles = Dictionary(Names=Array([String("real.pdf"), held]))

    container = paper.axis(edited(attach), AxisName.CONTAINER)
    assert "real.pdf" in {finding.found for finding in container.findings}


def test_many_runs_of_text_are_a_limit():
    issued = paper.producer()
    verdict = paper.check(paper.pdf(issued), paper.known(issued), limits=Limits(segments=5))
    assert verdict.worst.sub_indication is SubIndication.PROCESSING_LIMIT
    assert verdict.worst.findings[0].message == "文字超过 5 段"
