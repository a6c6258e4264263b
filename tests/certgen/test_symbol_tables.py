"""Symbols by table are those of segno, module for module."""

import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from certgen.symbol import ErrorLevel, SymbolError, fit_symbol
from certgen.symbol_tables import Bytes, PackedSymbol, draw_symbols, fit_symbols
from credential.symbol_size import size_of

_PREFIX = "https://zx.example.cn/1/"


def _number(digits: int, seed: int) -> str:
    return "7" + "".join(random.Random(seed).choices("0123456789", k=digits - 1))


def _rows(modules: Bytes) -> list[bytes]:
    return [bytes(row) for row in modules]


def _unpacked(symbol: PackedSymbol) -> list[bytes]:
    packed = np.frombuffer(bytes.fromhex(symbol.rows.decode()), np.uint8)
    rows = np.unpackbits(packed.reshape(symbol.side, -1), axis=1)
    return _rows(rows[:, : symbol.side])


@settings(max_examples=60, deadline=None)
@given(
    host=st.from_regex(r"[a-z]{1,24}(\.[a-z]{2,6})", fullmatch=True),
    digits=st.integers(30, 520),
    seed=st.integers(0, 10**6),
    best=st.sampled_from(["L", "M", "Q", "H"]),
)
def test_the_same_modules_as_one_by_one(
    host: str, digits: int, seed: int, best: ErrorLevel
) -> None:
    texts = [f"https://{host}/1/{_number(digits, seed + place)}" for place in range(3)]
    for text, symbol in zip(texts, fit_symbols(texts, 60, 0.5, best=best), strict=True):
        assert _unpacked(symbol) == list(fit_symbol(text, 60, 0.5, best=best).modules)


@pytest.mark.parametrize("error", ["L", "M", "Q", "H"])
@pytest.mark.parametrize("digits", [15, 40, 130, 300, 800, 900])
def test_every_level_and_many_versions(digits: int, error: ErrorLevel) -> None:
    """Among them versions with blocks of two lengths, and with remainder bits."""
    size = size_of(len(_PREFIX), digits, error)
    assert size is not None
    number = _number(digits, 5)
    (modules,) = draw_symbols(_PREFIX, [number], size)
    assert _rows(modules) == list(fit_symbol(_PREFIX + number, 200, 0.5, best=error).modules)


def test_lengths_and_hosts_may_be_mixed_and_keep_their_order() -> None:
    texts = [
        f"{prefix}{_number(digits, digits)}"
        for digits in (362, 120, 363, 362, 364)
        for prefix in (_PREFIX, "https://a.cn/1/")
    ]
    drawn = fit_symbols(texts, 40, 0.33)
    assert [_unpacked(symbol) for symbol in drawn] == [
        list(fit_symbol(text, 40, 0.33).modules) for text in texts
    ]


def test_more_than_one_chunk() -> None:
    texts = [_PREFIX + _number(120, seed) for seed in range(1003)]
    drawn = fit_symbols(texts, 40, 0.33)
    for place in (0, 999, 1000, 1002):
        assert _unpacked(drawn[place]) == list(fit_symbol(texts[place], 40, 0.33).modules)


def test_one_text_that_does_not_fit_is_refused() -> None:
    texts = [_PREFIX + _number(120, 1), _PREFIX + _number(900, 1)]
    with pytest.raises(SymbolError, match=r"每格 0.33 mm 需要 \d+\.\d mm 见方，版面只有 20.0 mm"):
        fit_symbols(texts, 20, 0.33)


def test_nothing_to_draw() -> None:
    assert fit_symbols([], 20, 0.33) == []
