"""Symbols are found as zxing-cpp finds them when it is let search everywhere, only sooner."""

import random
from collections.abc import Callable

import numpy as np
import pytest
import zxingcpp
from PIL import Image, ImageFilter, ImageOps

from tests.verifier import paper
from verifier.extraction import symbols
from verifier.extraction.symbols import Found, Picture, read_symbols

OURS = paper.producer().qr_text
ELSEWHERE = "HTTPS://ELSEWHERE.CN"


def modules(text: str, error: str = "M") -> Picture:
    """A pixel a module, with its quiet zone."""
    code = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode, ec_level=error)
    return np.array(code.to_image(scale=1, add_quiet_zones=True), np.uint8)


def enlarged(picture: Picture, times: int) -> Picture:
    return picture.repeat(times, 0).repeat(times, 1)


def found_everywhere(picture: Picture) -> set[str]:
    """By zxing-cpp at all sizes, with nothing blank."""
    found = zxingcpp.read_barcodes(
        picture, formats=zxingcpp.BarcodeFormat.QRCode, text_mode=zxingcpp.TextMode.Plain
    )
    return {code.text for code in found}


@pytest.fixture
def searched(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, int]]:
    """The sizes of what is searched, in turn."""
    sizes: list[tuple[int, int]] = []
    decode = symbols._decode_within

    def watched(picture: Picture, inked: symbols.Within, scale: float) -> list[Found]:
        sizes.append(picture.shape)
        return decode(picture, inked, scale)

    monkeypatch.setattr(symbols, "_decode_within", watched)
    return sizes


@pytest.mark.parametrize("times", [6, 7, 12])
def test_repeated_pixels_are_searched_less_often_and_the_place_is_the_same(
    searched: list[tuple[int, int]], times: int
):
    small = modules(OURS)
    wider = np.pad(enlarged(small, times), ((0, 0), (0, 5)), constant_values=255)
    (drawn,), (beside,) = read_symbols(enlarged(small, times)), read_symbols(wider)
    assert searched[0] == (3 * len(small), 3 * len(small))
    assert wider.shape in searched
    assert (drawn.text, drawn.version, drawn.error, drawn.mask) == (
        OURS, beside.version, beside.error, beside.mask,
    )  # fmt: skip
    assert np.abs(np.subtract(drawn.corners, beside.corners)).max() <= 1


def a_pixel_that_is_no_module(picture: Picture) -> Picture:
    picture[203, 207] ^= 255
    return picture


def a_pale_pixel(picture: Picture) -> Picture:
    picture[-1, -1] = 254
    return picture


def a_row_more(picture: Picture) -> Picture:
    return np.pad(picture, ((0, 1), (0, 0)), constant_values=255)


@pytest.mark.parametrize(
    "change", [a_pixel_that_is_no_module, a_pale_pixel, a_row_more], ids=lambda one: one.__name__
)
def test_a_picture_with_anything_finer_is_searched_as_it_is(
    searched: list[tuple[int, int]], change: Callable[[Picture], Picture]
):
    picture = change(enlarged(modules(OURS), 6))
    (found,) = read_symbols(picture)
    assert searched[0] == picture.shape
    assert found.text == OURS


@pytest.mark.parametrize("inner", [2, 4, 8])
def test_a_second_symbol_inside_of_the_first_is_found(inner: int):
    """In whole modules of the first, too: error correction reads past it."""
    drawn = enlarged(modules(OURS, "H"), 8)
    small = enlarged(modules(ELSEWHERE, "L"), inner)
    at = (len(drawn) - len(small)) // 16 * 8
    drawn[at : at + len(small), at : at + len(small)] = small
    assert {found.text for found in read_symbols(drawn)} == {OURS, ELSEWHERE}
    assert found_everywhere(drawn) == {OURS, ELSEWHERE}


def test_a_speckled_symbol_is_found_beside_one_that_is_blank_by_then(
    searched: list[tuple[int, int]],
):
    """At a third of the size alone."""
    large = enlarged(modules(ELSEWHERE, "L"), 11)
    specks = np.random.default_rng(1).random(large.shape) < 0.12
    speckled = np.where(specks, 255 - large, large)
    assert not symbols._decode_within(speckled, symbols._inked(speckled), 1.0)
    ours = enlarged(modules(OURS), 4)
    sheet = np.full((len(ours), len(ours) + len(large)), 255, np.uint8)
    sheet[:, : len(ours)] = ours
    sheet[: len(large), len(ours) :] = speckled
    searched.clear()
    assert [found.text for found in read_symbols(sheet)] == [OURS, ELSEWHERE]
    assert [size[0] for size in searched] == [len(sheet), len(sheet) // 3]


def test_a_camera_s_picture_is_searched_once_where_a_symbol_was_found(
    searched: list[tuple[int, int]],
):
    frame = np.full((480, 640), 215, np.uint8)
    ours = enlarged(modules(OURS), 4)
    read_symbols(frame)
    assert len(searched) == 2
    searched.clear()
    frame[100 : 100 + len(ours), 150 : 150 + len(ours)] = ours
    assert [found.text for found in read_symbols(frame)] == [OURS]
    assert searched == [frame.shape]


@pytest.mark.parametrize("kind", ["MicroQRCode", "RMQRCode"])
def test_a_small_symbol_of_another_kind_is_one_more(kind: str):
    """Its version is M1 or R7x43."""
    code = zxingcpp.create_barcode("12345", getattr(zxingcpp.BarcodeFormat, kind))
    other = enlarged(np.array(code.to_image(scale=1, add_quiet_zones=True), np.uint8), 6)
    sheet = np.full((600, 420), 255, np.uint8)
    ours = enlarged(modules(OURS), 4)
    sheet[: len(ours), : len(ours)] = ours
    sheet[400 : 400 + other.shape[0], 20 : 20 + other.shape[1]] = other
    assert {found.text: found.version for found in read_symbols(sheet)} == {OURS: 15, "12345": 0}


def scene(seed: int) -> Picture:
    """One to three symbols, each below the other, as drawn, photographed, copied or inverted."""
    chance = random.Random(seed)
    gray = chance.randint(170, 255)
    tiles = [tile(chance, gray, f"HTTPS://X.CN/{seed}/{n}") for n in range(seed % 3 + 1)]
    across, down = max(one.width for one in tiles), sum(one.height for one in tiles)
    sheet, top = Image.new("L", (across, down), gray), 0
    for one in tiles:
        sheet.paste(one, ((across - one.width) // 2, top))
        top += one.height
    if chance.random() < 0.5:
        sheet = sheet.filter(ImageFilter.GaussianBlur(chance.uniform(0.3, 2)))
    noise = np.random.default_rng(seed).normal(0, chance.choice([0.01, 10, 40]), (down, across))
    return np.clip(np.asarray(sheet) + noise, 0, 255).astype(np.uint8)


def tile(chance: random.Random, gray: int, text: str) -> Image.Image:
    text += "/" + str(chance.randrange(10 ** chance.choice([5, 80, 300])))
    drawn = modules(text, chance.choice("LMQH"))
    one = Image.fromarray(enlarged(drawn, chance.choice([2, 3, 4, 6, 9])))
    if chance.random() < 0.15:
        one = ImageOps.invert(one)
    one = one.point(lambda value: 20 + value * (gray - 20) // 255)
    angle = chance.choice([0, 0, 90, chance.uniform(-180, 180)])
    return one.rotate(angle, Image.Resampling.BILINEAR, expand=True, fillcolor=gray)


def test_in_pictures_of_all_kinds_nothing_is_missed():
    every = 0
    for seed in range(40):
        picture = scene(seed)
        thorough = found_everywhere(picture)
        assert {found.text for found in read_symbols(picture)} >= thorough, seed
        every += len(thorough)
    assert every > 50


def _page_with(
    symbol: Picture, left: int, top: int, shape: tuple[int, int] = (2481, 1749)
) -> Picture:
    page = np.full(shape, 255, np.uint8)
    height, width = symbol.shape
    page[top : top + height, left : left + width] = symbol
    return page


@pytest.mark.parametrize("place", [(0, 0), (161, 333), (820, 1207), (1749 - 57 * 8, 2481 - 57 * 8)])
@pytest.mark.parametrize("seen", ["as it is", "blurred", "inverted", "turned"])
def test_white_margins_are_not_searched_and_change_nothing(
    place: tuple[int, int], seen: str
) -> None:
    """A page with a corner that is not quite white is searched as a whole."""
    symbol = enlarged(modules(OURS), 456 // len(modules(OURS)))
    ways: dict[str, Callable[[Image.Image], Image.Image]] = {
        "as it is": lambda image: image,
        "blurred": lambda image: image.filter(ImageFilter.GaussianBlur(2)),
        "inverted": ImageOps.invert,
        "turned": lambda image: image.rotate(7, fillcolor=255),
    }
    page = _page_with(np.asarray(ways[seen](Image.fromarray(symbol))), *place)
    whole = page.copy()
    whole[0, 0] = whole[-1, -1] = min(254, whole[0, 0])
    within, all_of_it = symbols._inked(page), symbols._inked(whole)
    assert [side.stop - side.start for side in all_of_it] == [*page.shape]
    assert any(side.stop - side.start < 800 for side in within)
    (one,), (other,) = read_symbols(page), read_symbols(whole)
    assert (one.text, one.version, one.mask) == (other.text, other.version, other.mask)
    # zxing-cpp reckons in numbers that grow coarser with the distance from the corner
    assert np.abs(np.array(one.corners) - other.corners).max() <= 1


def test_a_white_page_has_no_symbol() -> None:
    assert read_symbols(np.full((900, 700), 255, np.uint8)) == []
