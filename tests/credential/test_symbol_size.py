import pytest
import segno

from credential.symbol_size import ErrorLevel, capacity, data_bits, size_of, size_within


@pytest.mark.parametrize(
    ("version", "error", "bits"),
    [(1, "L", 152), (8, "M", 1232), (9, "L", 1856), (40, "H", 10208)],
)
def test_capacities_are_those_of_the_standard(version: int, error: ErrorLevel, bits: int) -> None:
    """ISO/IEC 18004 table 7, data bits."""
    assert capacity(version, error) == bits


def test_the_bits_of_both_segments() -> None:
    assert data_bits(24, 15, 5) == 4 + 8 + 8 * 24 + 4 + 10 + 50
    assert data_bits(24, 16, 5) == data_bits(24, 15, 5) + 4
    assert data_bits(24, 17, 5) == data_bits(24, 15, 5) + 7
    assert data_bits(24, 15, 10) == data_bits(24, 15, 9) + 8 + 2
    assert data_bits(24, 15, 27) == data_bits(24, 15, 26) + 2


@pytest.mark.parametrize("error", ["L", "M", "Q", "H"])
@pytest.mark.parametrize("digits", range(20, 700, 53))
def test_the_version_is_the_one_that_segno_takes(digits: int, error: ErrorLevel) -> None:
    size = size_of(24, digits, error)
    assert size is not None
    segments = ["https://zx.example.cn/1/", "7" * (digits + size.zero)]
    code = segno.make_qr(segments, error=error, boost_error=False)  # type: ignore[arg-type]
    assert code.version == size.version
    assert len(code.matrix) == size.modules


def test_a_zero_moves_the_data_off_the_byte_boundary() -> None:
    found = [size_of(24, digits, "M") for digits in range(14, 400)]
    assert {size.zero for size in found if size is not None} == {True, False}
    for digits, size in enumerate(found, start=14):
        assert size is not None
        assert (data_bits(24, digits + size.zero, size.version) + 4) % 8


def test_the_best_level_within_a_square() -> None:
    m, lower = size_of(24, 362, "M"), size_of(24, 362, "L")
    assert m is not None and lower is not None and lower.side < m.side
    assert size_within(24, 362, m.side) == m
    assert size_within(24, 362, m.side - 1) == lower
    assert size_within(24, 362, lower.side - 1) is None
    assert size_within(24, 362, 200, "H") == size_of(24, 362, "H")


def test_what_no_symbol_holds() -> None:
    assert size_of(24, 8000, "L") is None
    assert size_within(24, 8000, 185) is None
