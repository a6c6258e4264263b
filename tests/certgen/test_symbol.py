"""Every symbol is read by two decoders that share no code."""

import functools
import io
import random

import cv2
import numpy as np
import pytest
import zxingcpp
from PIL import Image

from certgen.symbol import QUIET_ZONE, ErrorLevel, Symbol, SymbolError, fit_symbol, make_symbol
from credential.qr_text import read_qr_text, write_qr_text
from tests.certgen.documents import certificate

_PREFIX = "https://zx.example.cn/1/"


def _qr_text(digits: int, seed: int = 1) -> str:
    source = random.Random(seed * 10_000 + digits)
    return _PREFIX + "7" + "".join(source.choices("0123456789", k=digits - 1))


def _decoded(symbol: Symbol) -> tuple[list[str], str]:
    """What zxing-cpp and what OpenCV read."""
    picture = Image.open(io.BytesIO(symbol.png(4))).convert("L")
    by_zxing = [code.text for code in zxingcpp.read_barcodes(picture)]
    by_opencv, _, _ = cv2.QRCodeDetectorAruco().detectAndDecode(np.asarray(picture))
    return by_zxing, by_opencv


@pytest.mark.parametrize("error", ["L", "M", "Q", "H"])
@pytest.mark.parametrize("digits", [120, 260, 333, 480, 600, 720, 830, 950, 1080, 1200, 1400, 1660])
def test_two_decoders_read_exactly_the_text(digits: int, error: ErrorLevel) -> None:
    symbol = make_symbol(_qr_text(digits), error=error)

    assert _decoded(symbol) == ([symbol.text], symbol.text)
    assert symbol.text.replace("/1/0", "/1/", 1) == _qr_text(digits)
    assert len(symbol.modules) == 17 + 4 * symbol.version
    assert symbol.error == error


@pytest.mark.parametrize("error", ["L", "M"])
def test_every_length_of_a_byte_boundary_is_read(error: ErrorLevel) -> None:
    """Eighteen lengths in a row meet every remainder; some of them are segno's fault, and all read."""
    symbols = [make_symbol(_qr_text(digits), error=error) for digits in range(840, 858)]

    padded = [symbol for symbol in symbols if symbol.text.startswith(_PREFIX + "0")]
    assert 0 < len(padded) < len(symbols)
    for symbol in symbols:
        assert _decoded(symbol) == ([symbol.text], symbol.text)


def test_data_on_a_byte_boundary_gets_one_zero() -> None:
    # 4 + 8 + 8 · 24 bits of address, 4 + 10 + 50 of digits, 4 of terminator are 34 bytes
    assert make_symbol(_PREFIX + "7" * 15).text == _PREFIX + "0" + "7" * 15
    assert make_symbol(_PREFIX + "7" * 14).text == _PREFIX + "7" * 14


def test_the_zero_does_not_change_the_credential() -> None:
    for amount in range(1, 200):
        message = bytes([0xD2]) + amount.to_bytes(2, "big") * 60
        symbol = make_symbol(write_qr_text(message, "https://zx.example.cn"))
        assert read_qr_text(symbol.text) == ("https://zx.example.cn", message)


def test_full_symbols_are_read() -> None:
    """Data that leaves room for less than a terminator, or none."""
    lengths = [digits for digits in range(60, 400) if _room_left(digits) < 8]
    assert len(lengths) > 5
    for digits in lengths:
        symbol = make_symbol(_qr_text(digits))
        assert _decoded(symbol) == ([symbol.text], symbol.text)


@functools.cache
def _version(digits: int) -> int:
    return make_symbol(_qr_text(digits)).version


def _room_left(digits: int) -> int:
    """Digits that still fit the version of this length."""
    version = _version(digits)
    more = 0
    while more < 8 and _version(digits + more + 1) == version:
        more += 1
    return more * 10 // 3


def test_the_picture_is_one_bit_with_four_white_modules_around() -> None:
    symbol = make_symbol(_qr_text(300))
    picture = Image.open(io.BytesIO(symbol.png()))

    assert picture.mode == "1"
    assert picture.size == (symbol.side, symbol.side)
    assert symbol.side == len(symbol.modules) + 8
    dark = np.asarray(picture) == 0
    assert not dark[:QUIET_ZONE].any() and not dark[:, :QUIET_ZONE].any()
    assert not dark[-QUIET_ZONE:].any() and not dark[:, -QUIET_ZONE:].any()
    inner = dark[QUIET_ZONE:-QUIET_ZONE, QUIET_ZONE:-QUIET_ZONE]
    assert [bytes(row.astype(np.uint8)) for row in inner] == list(symbol.modules)


def test_the_best_level_that_fits() -> None:
    text = certificate().qr_text
    levels: list[tuple[float, ErrorLevel]] = [(60, "M"), (26, "L")]
    for box, level in levels:
        symbol = fit_symbol(text, box, 0.33)
        assert (symbol.error, symbol.side * 0.33 <= box) == (level, True)
    assert fit_symbol(text, 60, 0.33, best="Q").error == "Q"


def test_a_symbol_too_large_for_the_room_is_refused() -> None:
    with pytest.raises(SymbolError, match=r"每格 0.5 mm 需要 \d+\.\d mm 见方，版面只有 20.0 mm"):
        fit_symbol(_qr_text(800), 20, 0.5)
    with pytest.raises(SymbolError, match="任何二维码都放不下"):
        make_symbol(_PREFIX + "7" * 8000)
