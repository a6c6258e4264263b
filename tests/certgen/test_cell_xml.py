"""One cell of a sheet by its XML: what it says, and why it says nothing that lasts."""

import pytest

from certgen.cell_xml import FLEETING, NO_RESULT, CellReader
from certgen.sheet_xml import WorkbookError


def _cell(
    formula: dict[str, str] | None,
    words: str,
    value: str,
    type: str = "",
    seen: set[str] | None = None,
) -> CellReader:
    cell = CellReader(7, {"t": type} if type else {}, (), set() if seen is None else seen)
    for name, attributes, text in (("f", formula, words), ("v", {}, value)):
        if attributes is not None:
            cell.start(name, attributes)
            cell.say(text)
            assert not cell.end()
    assert cell.end()
    return cell


@pytest.mark.parametrize(
    ("formula", "fault"),
    [
        ("TODAY()", FLEETING),
        ("IF(now ()>0,5,5000)", FLEETING),
        ("ROUND(RANDBETWEEN(1,9),0)", FLEETING),
        ("DATE(2026,3,5)", None),
        ("MYTODAY()", None),
        ("B2*TODAYS", None),
    ],
)
def test_a_result_that_does_not_last_is_none(formula: str, fault: str | None) -> None:
    assert _cell({}, formula, "5").fault == fault


def test_a_shared_formula_is_known_by_its_number() -> None:
    seen: set[str] = set()
    first = {"t": "shared", "si": "3", "ref": "A1:A3"}
    assert _cell(first, "TODAY()", "5", seen=seen).fault == FLEETING
    assert _cell({"t": "shared", "si": "3"}, "", "5", seen=seen).fault == FLEETING
    assert _cell({"t": "shared", "si": "4"}, "", "5", seen=seen).fault is None


def test_a_formula_without_a_result_and_an_error() -> None:
    assert _cell({}, "A1", "").fault == NO_RESULT
    assert _cell({}, "A1", "", "str").fault is None
    assert _cell(None, "", "#REF!", "e").fault == "#REF!"
    assert _cell(None, "", "what", "e").fault == NO_RESULT


@pytest.mark.parametrize(
    ("type", "value"),
    [
        ("", "红旗"),
        ("n", "1,000"),
        ("n", "INF"),
        ("s", "-1"),
        ("b", "2"),
        ("text", "5"),
        ("", "0x10"),
    ],
)
def test_a_value_that_is_none_of_its_type_is_refused(type: str, value: str) -> None:
    with pytest.raises(WorkbookError, match="内部有误"):
        _cell(None, "", value, type)


@pytest.mark.parametrize(
    ("type", "value"),
    [
        ("", "5"),
        ("n", "-1.5E-07"),
        ("n", ".5"),
        ("b", "true"),
        ("str", "红旗"),
        ("d", "2026-03-05"),
    ],
)
def test_a_value_of_its_type_is_read(type: str, value: str) -> None:
    assert _cell(None, "", value, type).fault is None
