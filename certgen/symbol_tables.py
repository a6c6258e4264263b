"""Many symbols at once: the same modules as certgen.symbol draws one by one, a hundredfold faster.

With version, level and mask fixed, a symbol is affine over GF(2): the bits of the text go to fixed
places, and the error correction is a sum of one table row for each data byte. The tables come from
segno once; a chunk of symbols is then a few dozen XORs and one scatter in numpy.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt
import segno
from segno import consts
from segno import encoder as segno_encoder

from certgen.symbol import MASK, fit_size, split_text
from credential.symbol_size import (
    SEGNO_LEVELS,
    ErrorLevel,
    SymbolSize,
    capacity,
    count_bits,
    data_bits,
)

Bytes = npt.NDArray[np.uint8]

# segno's parts below make_qr have no type stubs; its version is pinned
_ENCODER: Final[Any] = segno_encoder
_ECC: Final[Any] = consts.ECC
_BYTE_MODE, _NUMERIC_MODE = 4, 1
"""Mode indicators (ISO/IEC 18004 §7.4.2, table 2)."""
_PADS: Final = (0b11101100, 0b00010001)
"""Pad codewords in turn (ISO/IEC 18004 §7.4.10)."""
_CHUNK: Final = 1000
"""Symbols at a time: what a chunk needs stays in the processor's cache, and memory flat."""


class PackedSymbol(NamedTuple):
    """``side``: modules, without the quiet zone; ``rows``: one after the other in hexadecimal, a bit
    a module (1 is dark), each filled up to whole bytes."""

    side: int
    rows: bytes


def fit_symbols(
    qr_texts: Sequence[str], box_mm: float, min_module_mm: float, *, best: ErrorLevel = "M"
) -> list[PackedSymbol]:
    """The modules of :func:`certgen.symbol.fit_symbol` for each text.

    Raises:
        SymbolError: a text that does not fit.
    """
    groups: dict[tuple[str, int], list[int]] = {}
    digits: list[str] = []
    for place, text in enumerate(qr_texts):
        prefix, number = split_text(text)
        digits.append(number)
        groups.setdefault((prefix, len(number)), []).append(place)
    drawn: list[Any] = [None] * len(qr_texts)
    for (prefix, length), places in groups.items():
        size = fit_size(len(prefix), length, box_mm, min_module_mm, best)
        for start in range(0, len(places), _CHUNK):
            chunk = places[start : start + _CHUNK]
            modules = draw_symbols(prefix, [digits[place] for place in chunk], size)
            for place, symbol in zip(chunk, _packed(modules), strict=True):
                drawn[place] = symbol
    return drawn


def _packed(modules: Bytes) -> list[PackedSymbol]:
    rows = np.packbits(modules, axis=2)
    side, each = modules.shape[1], 2 * rows[0].size
    text = rows.tobytes().hex().encode()
    return [PackedSymbol(side, text[at : at + each]) for at in range(0, len(text), each)]


def draw_symbols(prefix: str, digits: Sequence[str], size: SymbolSize) -> Bytes:
    """Symbols of one size for numbers of one length: (number, side, side), 0 and 1 (dark)."""
    count = len(digits[0]) + size.zero
    text = "".join("0" + number for number in digits) if size.zero else "".join(digits)
    ascii_digits = np.frombuffer(text.encode("ascii"), np.uint8)
    figures = ascii_digits.reshape(len(digits), count) - np.uint8(ord("0"))
    data = _data_codewords(prefix, figures, size)
    return _place(data, _tables(size.version, size.error))


def _data_codewords(prefix: str, figures: Bytes, size: SymbolSize) -> Bytes:
    """(number, data codewords): both segments, terminator and padding."""
    amount, count = figures.shape
    bits_in_all = capacity(size.version, size.error)
    bits = np.empty((amount, bits_in_all), np.uint8)
    head = _head(prefix, count, size.version)
    bits[:, : len(head)] = head
    end = _write_figures(bits, len(head), figures)
    assert end == data_bits(len(prefix), count, size.version)
    tail = _tail(end, bits_in_all)
    bits[:, end:] = tail
    return np.packbits(bits, axis=1)


@lru_cache(maxsize=256)
def _head(prefix: str, count: int, version: int) -> Bytes:
    """Bits before the first digit."""
    byte_count, number_count = count_bits(version)
    text = (
        f"{_BYTE_MODE:04b}{len(prefix):0{byte_count}b}"
        + "".join(f"{byte:08b}" for byte in prefix.encode("ascii"))
        + f"{_NUMERIC_MODE:04b}{count:0{number_count}b}"
    )
    return np.frombuffer(text.encode(), np.uint8) - np.uint8(ord("0"))


def _write_figures(bits: Bytes, start: int, figures: Bytes) -> int:
    """Ten bits for three digits, seven for two that are left, four for one; where they end."""
    amount, count = figures.shape
    triples, rest = divmod(int(count), 3)
    end = start + 10 * triples
    weights = np.array([100, 10, 1], np.uint16)
    values = figures[:, : 3 * triples].reshape(amount, triples, 3) @ weights
    bits[:, start:end] = _TEN_BITS[values].reshape(amount, 10 * triples)
    if rest:
        last = figures[:, 3 * triples :] @ weights[3 - rest :]
        width = (0, 4, 7)[rest]
        bits[:, end : end + width] = _TEN_BITS[last][:, 10 - width :]
        end += width
    return end


_TEN_BITS: Final[Bytes] = (
    np.arange(1000, dtype=np.uint16)[:, None] >> np.arange(9, -1, -1, dtype=np.uint16) & 1
).astype(np.uint8)


@lru_cache(maxsize=256)
def _tail(end: int, bits_in_all: int) -> Bytes:
    """Terminator, zeros up to a whole byte, pad codewords (ISO/IEC 18004 §7.4.9, §7.4.10)."""
    stop = min(end + 4, bits_in_all)
    stop += -stop % 8
    pads = ((bits_in_all - stop) // 8 + 1) // 2 * "".join(f"{pad:08b}" for pad in _PADS)
    text = ("0" * (stop - end) + pads)[: bits_in_all - end]
    return np.frombuffer(text.encode(), np.uint8) - np.uint8(ord("0"))


@dataclass(frozen=True, slots=True)
class _Tables:
    """``blocks``: first data codeword and length of each block; ``sums[d, b]``: error codewords of
    a byte ``b`` that stands ``d`` before the end of its block; ``order``: codewords as they are
    interleaved; ``places``: module of each bit; ``frame``: all modules where every bit is 0."""

    blocks: tuple[tuple[int, int], ...]
    sums: npt.NDArray[np.uint64]
    error_words: int
    order: npt.NDArray[np.intp]
    places: npt.NDArray[np.intp]
    frame: Bytes


def _place(data: Bytes, tables: _Tables) -> Bytes:
    amount = len(data)
    correction = []
    for start, length in tables.blocks:
        total = np.zeros((amount, tables.sums.shape[2]), np.uint64)
        for place in range(length):
            total ^= tables.sums[length - 1 - place][data[:, start + place]]
        correction.append(total.view(np.uint8)[:, : tables.error_words])
    words = np.concatenate([data, *correction], axis=1)[:, tables.order]
    side = len(tables.frame)
    modules = np.zeros((amount, side * side), np.uint8)
    modules[:, tables.places] = np.unpackbits(words, axis=1)
    return modules.reshape(amount, side, side) ^ tables.frame


@lru_cache(maxsize=16)
def _tables(version: int, error: ErrorLevel) -> _Tables:
    infos = _ECC[version][SEGNO_LEVELS[error]]
    lengths = [info.num_data for info in infos for _ in range(info.num_blocks)]
    starts = [sum(lengths[:place]) for place in range(len(lengths))]
    error_words = infos[0].num_total - infos[0].num_data
    places, frame = _layout(version, error)
    return _Tables(
        blocks=tuple(zip(starts, lengths, strict=True)),
        sums=_correction_sums(error_words, max(lengths)),
        error_words=error_words,
        order=_interleaved(starts, lengths, error_words),
        places=places,
        frame=frame,
    )


def _correction_sums(error_words: int, longest: int) -> npt.NDArray[np.uint64]:
    """(distance from the end, byte, error codewords packed in eights): ISO/IEC 18004 §7.5.2.

    The row of a byte one further from the end is its own row moved on by one codeword, what falls
    out at the front divided again by the generator polynomial.
    """
    exponents = np.array(consts.GALIOS_EXP, np.uint8)
    generator = np.array(consts.GEN_POLY[error_words][:error_words])
    last = np.zeros((256, error_words), np.uint8)
    for byte in range(1, 256):
        last[byte] = exponents[(consts.GALIOS_LOG[byte] + generator) % 255]
    sums = np.zeros((longest, 256, -(-error_words // 8) * 8), np.uint8)
    sums[0, :, :error_words] = last
    for place in range(1, longest):
        before = sums[place - 1, :, :error_words]
        sums[place, :, : error_words - 1] = before[:, 1:]
        sums[place, :, :error_words] ^= last[before[:, 0]]
    return sums.view(np.uint64)


def _interleaved(
    starts: Sequence[int], lengths: Sequence[int], error_words: int
) -> npt.NDArray[np.intp]:
    """ISO/IEC 18004 §7.6: first codewords of all blocks, second ones, ...; then the same of the
    error codewords, which here follow the data block by block."""
    data = [
        start + place
        for place in range(max(lengths))
        for start, length in zip(starts, lengths, strict=True)
        if place < length
    ]
    correction = [
        sum(lengths) + block * error_words + place
        for place in range(error_words)
        for block in range(len(lengths))
    ]
    return np.array(data + correction, np.intp)


def _layout(version: int, error: ErrorLevel) -> tuple[npt.NDArray[np.intp], Bytes]:
    """Where segno puts each bit, found by drawing each binary digit of the bits' own numbers, and
    what it draws around them."""
    side = 17 + 4 * version
    bits = 8 * sum(info.num_total * info.num_blocks for info in _ECC[version][SEGNO_LEVELS[error]])
    empty = _laid(version, np.zeros(bits, np.uint8))
    numbers = np.arange(1, bits + 1)
    found = np.zeros(side * side, np.intp)
    for place in range(bits.bit_length()):
        found += (_laid(version, (numbers >> place & 1).astype(np.uint8)) ^ empty).astype(
            np.intp
        ) << place
    places = np.zeros(bits, np.intp)
    used = np.flatnonzero(found)
    places[found[used] - 1] = used
    # any symbol of this size, less its own bits, is the frame
    segments: Any = ["https://zx.example.cn/1/", "7"]
    code = segno.make_qr(segments, error=error, version=version, mask=MASK, boost_error=False)
    drawn = np.array([[module & 1 for module in row] for row in code.matrix], np.uint8)
    own = _ENCODER.Buffer()
    data = _data_codewords(
        segments[0], np.array([[7]], np.uint8), SymbolSize(version, error, False)
    )
    own.extend(np.unpackbits(data[0]).tolist())
    message = _ENCODER.make_final_message(version, SEGNO_LEVELS[error], own)
    frame = drawn.ravel().copy()
    frame[places] ^= np.array(list(message.getbits())[:bits], np.uint8)
    return places, frame.reshape(side, side)


def _laid(version: int, bits: Bytes) -> Bytes:
    """Modules as segno places these bits, before any mask; the reserved ones read as 0."""
    side = 17 + 4 * version
    matrix = _ENCODER.make_matrix(side, side)
    _ENCODER.add_finder_patterns(matrix, side, side)
    _ENCODER.add_alignment_patterns(matrix, side, side)
    # a few modules may be left over, fewer than a codeword needs: the remainder bits are 0
    free = sum(module > 1 for row in matrix for module in row)
    _ENCODER.add_codewords(
        matrix, _ENCODER.Buffer([*bits.tolist(), *[0] * (free - len(bits))]), version
    )
    return np.array(matrix, np.uint8).ravel() & np.uint8(1)
