"""Paper on a desk is laid flat and upright, whichever way it was photographed."""

import numpy as np
import pytest

from benchmarks.degrading import page_picture, photograph
from tests.verifier import paper
from verifier.extraction.rectify import flatten, move
from verifier.extraction.symbols import read_symbols, with_harder

PAGE = page_picture(paper.pdf(paper.producer()), 180)
HEIGHT, WIDTH = PAGE.shape


@pytest.mark.parametrize("quarters", range(4))
def test_a_photograph_from_the_side(quarters: int):
    seen = photograph(PAGE, np.random.default_rng(quarters), aslant=0.06, shadow=0.3)
    turned = np.ascontiguousarray(np.rot90(seen, quarters))
    (found,) = with_harder(turned, read_symbols(turned))
    flat, transform = flatten(turned, found.corners)
    assert flat.shape[0] / flat.shape[1] == pytest.approx(HEIGHT / WIDTH, rel=0.12)
    # the symbol stands in the lower left part, its sides level
    corners = move(transform, np.array(found.corners, float)) / (flat.shape[1], flat.shape[0])
    (whole,) = read_symbols(PAGE)
    signed = np.array(whole.corners, float) / (WIDTH, HEIGHT)
    assert np.abs(corners - signed).max() < 0.04
    # and back again
    there = move(np.linalg.inv(transform), move(transform, np.array(found.corners, float)))
    assert np.allclose(there, found.corners)


def test_a_scan_without_an_edge_is_only_turned():
    scan = np.ascontiguousarray(np.rot90(PAGE, 2))
    (found,) = read_symbols(scan)
    flat, _ = flatten(scan, found.corners)
    assert flat.shape == PAGE.shape
    assert np.mean(np.abs(flat.astype(int) - PAGE)) < 3


def test_a_page_without_a_symbol_stays_as_it_is():
    flat, transform = flatten(PAGE, None)
    assert flat is PAGE
    assert np.array_equal(transform, np.eye(3))
