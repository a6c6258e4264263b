"""A chunk's pages on their way to the file: what is written is read, and joined on the right pages."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certgen.label_drawing import DrawnPages
from certgen.label_sheet import A4_SHEETS
from service.bulk.parts import Part, join_parts, manifest_lines, read_part, write_part

_TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=20)
_DRAWN = st.builds(
    DrawnPages,
    st.lists(st.binary(max_size=40), max_size=5).map(tuple),
    st.dictionaries(st.text("abcF0123", min_size=1), st.binary(max_size=20), max_size=4),
    st.frozensets(st.characters(codec="utf-8"), max_size=10),
)
_LISTING = st.lists(st.tuples(_TEXT, _TEXT, _TEXT), max_size=6)


@given(_DRAWN, _LISTING)
def test_what_is_written_is_read(drawn: DrawnPages, listing: list[tuple[str, str, str]]) -> None:
    part = Part(drawn, manifest_lines(listing))
    assert read_part(write_part(part)) == part
    assert part.labels == len(listing)
    # the same part is the same bytes: a page drawn again is the page of before
    assert write_part(part) == write_part(read_part(write_part(part)))


@pytest.mark.parametrize(
    ("start", "pages"),
    [(1, [1] * 24 + [2] * 6 + [3] * 6), (20, [1] * 5 + [2] * 24 + [3] * 1 + [4] * 6)],
)
def test_pages_are_counted_over_parts(start: int, pages: list[int]) -> None:
    """Thirty labels, then six that begin a sheet: a refused row left the places between blank."""
    sheet = A4_SHEETS[24]
    sheets = -(-(30 + start - 1) // 24)
    parts = [
        Part(
            DrawnPages((b"q Q",) * some, {}, frozenset("a")),
            manifest_lines([(f"n{place}", "HTTPS://X", "issued") for place in range(labels)]),
        )
        for labels, some in ((30, sheets), (6, 1))
    ]
    pdf, manifest = io.BytesIO(), io.BytesIO()
    count = join_parts(parts, pdf, manifest, sheet=sheet, start=start)
    lines = manifest.getvalue().decode().split("\r\n")
    assert (count, lines.pop()) == (36, "")
    assert [int(line.split(",")[2]) for line in lines] == pages
    assert lines[0] == "n0,labels.pdf,1,HTTPS://X,issued"
    assert pdf.getvalue().startswith(b"%PDF-")
