"""Pages for a report: marks where the findings are, pixels believed by their length alone."""

import io

import pytest
from PIL import Image, ImageDraw

from credential.verdict import Indication
from tests.verifier import paper
from verifier.extraction.page_pixels import LONGEST, SIZE, page_pixels
from verifier.isolation import Isolation
from verifier.limits import Limits
from verifier.page_picture import Mark, _marked, marks_of, picture_pages

ALTERED = paper.pdf(paper.producer(quantity="9200公斤"))
VERDICT = paper.check(ALTERED, paper.known(paper.producer()))


class Source:
    def __init__(self, pixels: bytes | None) -> None:
        self.pixels = pixels

    def page_pixels(self, *_: object) -> bytes | None:
        return self.pixels


def test_the_altered_field_is_marked_in_red_where_it_stands() -> None:
    with Isolation(Limits(), workers=1) as isolation:
        (picture,) = picture_pages(ALTERED, VERDICT, isolation)
    image = Image.open(io.BytesIO(picture.png)).convert("RGB")
    assert max(image.size) == LONGEST
    (mark,) = picture.marks
    assert (mark.number, mark.page, mark.indication) == (1, 1, Indication.FAILED)
    across = image.width / 148
    x0, y0, _, y1 = mark.box
    red, green, blue = image.getpixel((round((x0 + 5) * across), round((y1 + 0.7) * across)))
    assert red > 150 and max(green, blue) < 80
    assert image.getpixel((round(5 * across), round((y0 + 1) * across))) == (255, 255, 255)


def test_a_mark_far_off_the_page_is_drawn_no_farther_than_its_edge(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Found: of words a kilometre away Pillow went through each row, 10 seconds a mark."""
    drawn: list[tuple[float, ...]] = []
    monkeypatch.setattr(
        ImageDraw.ImageDraw, "rectangle", lambda _self, sides, **_: drawn.append(tuple(sides))
    )
    image = Image.new("RGB", (400, 600), "white")
    for box in ((0.0, 0.0, 2.0**28, 2.0**28), (-(2.0**28), 5.0, -(2.0**27), 9.0)):
        mark = Mark(1, 1, box, Indication.FAILED)
        _marked(image, (mark,), 2.0)
    assert drawn
    assert all(-50 <= side <= 650 for sides in drawn for side in sides)


def test_a_file_that_is_no_page_has_no_picture() -> None:
    assert page_pixels(b"nothing", 1, Limits()) is None
    assert page_pixels(ALTERED, 2, Limits()) is None
    assert page_pixels(paper.docx_of(paper.pledge()), 1, Limits()) is None
    assert page_pixels(paper.symbol_png("x"), 1, Limits()) is not None


def test_a_picture_keeps_its_colours() -> None:
    """What differs from its paper by colour alone is seen by a person, and so is in the report."""
    tan, pink = (210, 180, 140), (255, 156, 140)
    picture = Image.new("RGB", (64, 48), tan)
    picture.paste(pink, (32, 0, 64, 48))
    assert picture.convert("L").getextrema() == (184, 184)
    output = io.BytesIO()
    picture.save(output, "PNG")
    packed = page_pixels(output.getvalue(), 1, Limits())
    assert packed is not None
    assert SIZE.unpack(packed[: SIZE.size])[:2] == (64, 48)
    assert packed[SIZE.size :] == picture.tobytes()


@pytest.mark.parametrize(
    "pixels",
    [
        None,
        b"",
        SIZE.pack(2, 2, 100) + bytes(11),
        SIZE.pack(2, 2, 100) + bytes(13),
        SIZE.pack(0, 2, 100),
        SIZE.pack(2, 2, 0) + bytes(12),
        SIZE.pack(LONGEST + 1, 1, 100) + bytes(3 * LONGEST + 3),
    ],
)
def test_pixels_of_another_size_are_no_picture(pixels: bytes | None) -> None:
    assert picture_pages(b"", VERDICT, Source(pixels)) == ()
    good = SIZE.pack(2, 2, 100) + bytes(12)
    assert len(picture_pages(b"", VERDICT, Source(good))) == 1


def test_a_pass_has_no_marks() -> None:
    issued = paper.producer()
    assert marks_of(paper.check(paper.pdf(issued), paper.known(issued))) == ()
