"""Where a field's label and its value begin."""

import pytest

from tests.verifier.test_page_form import evidence
from verifier.field_lines import FieldLine, follows, gap_behind, line_of
from verifier.reading import read_fields
from verifier.typesetting import lines_of


def first_line(kind: str, name: str) -> FieldLine:
    pieces = read_fields(evidence(kind)).fields[name].pieces
    return line_of(name, next(iter(lines_of(pieces))))


@pytest.mark.parametrize(
    ("kind", "name", "gap"),
    [("a5", "product", 4.4), ("a5", "subject_code", 0.4), ("label", "product", 0.0)],
)
def test_a_value_stands_in_its_column_or_runs_on(kind: str, name: str, gap: float) -> None:
    line = first_line(kind, name)
    assert line.label is not None
    assert line.start is not None
    assert line.left == line.label.box[0]
    assert gap_behind(line.label, line.start, line.em) == pytest.approx(gap, abs=0.02)
    assert follows(line.label, line.start, line) is (gap < 0.45)


def test_a_label_is_no_part_of_the_value() -> None:
    assert first_line("a5", "product").text == "草莓"
