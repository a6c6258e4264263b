"""Entries of a kind that only some readers take: each once passed, since ``True == 1`` in Python.

The readers that differ (poppler, MuPDF, Ghostscript, PDFium) are named beside each.
"""

from collections.abc import Callable
from decimal import Decimal

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name

from credential.verdict import AxisName, Indication
from tests.verifier import paper
from verifier.extraction.value_kinds import odd_kinds

ISSUED = paper.producer()
PAGE = paper.pdf(ISSUED)
Change = Callable[[pikepdf.Pdf], None]


def _state(entries: object) -> Change:
    def change(opened: pikepdf.Pdf) -> None:
        states = Dictionary({"/a": Dictionary(entries)})
        opened.pages[0].Resources.ExtGState = states

    return change


def _set(kind: Name, key: str, value: object) -> Change:
    def change(opened: pikepdf.Pdf) -> None:
        found = [
            item
            for item in opened.objects
            if isinstance(item, pikepdf.Dictionary | pikepdf.Stream)
            and kind in (item.get(Name.Subtype), item.get(Name.Type))
        ]
        for item in found or pytest.fail(f"no {kind} in the page"):
            item[key] = value

    return change


def _profile(value: object) -> Change:
    def change(opened: pikepdf.Pdf) -> None:
        (intent,) = opened.Root.OutputIntents
        intent.DestOutputProfile.N = value

    return change


CHANGES = {
    # PDFium: alpha 0; poppler, MuPDF and Ghostscript: no such entry, so that it covers
    "ca": (_state({"/ca": True}), "ca"),
    "CA": (_state({"/CA": True}), "CA"),
    "OPM": (_state({"/OPM": True}), "OPM"),
    "AIS": (_state({"/AIS": 0}), "AIS"),
    "BM": (_state({"/BM": pikepdf.String("/Normal")}), "BM"),
    # poppler and Ghostscript refuse the profile and keep the colour before
    "N of true": (_profile(True), "N"),
    "N of 3.0": (_profile(Decimal("3.0")), "N"),
    # poppler and Ghostscript take 1000 for the width
    "DW": (_set(Name.CIDFontType0, "/DW", Decimal("443.0")), "DW"),
    "an element of W": (_set(Name.CIDFontType0, "/W", Array([0, Array([500, True])])), "W"),
    # MuPDF shows a black box
    "BitsPerComponent": (_set(Name.Page, "/BitsPerComponent", True), "BitsPerComponent"),
    "Rotate past 32 bits": (_set(Name.Page, "/Rotate", 2**32 + 90), "Rotate"),
    "TrimBox": (_set(Name.Page, "/TrimBox", Array([0, 0, 420, False])), "TrimBox"),
}


@pytest.mark.parametrize("name", CHANGES)
def test_an_entry_of_another_kind_is_named(name: str) -> None:
    change, key = CHANGES[name]
    verdict = paper.check(paper.edit_pdf(PAGE, change), paper.known(ISSUED))
    assert verdict.indication is not Indication.PASSED
    found = {one.code: one.message for one in paper.axis(verdict, AxisName.VISIBILITY).findings}
    assert found[f"KIND_{key.upper()}"] == f"PDF 含有写法异常的条目（{key}）"


def test_widths_may_be_broken_numbers() -> None:
    """Of letters as Ж, typst writes them so."""
    entries = {"/W": Array([1, Array([Decimal("657.5"), 500]), 3, 3, Decimal("1016.99994")])}
    assert list(odd_kinds(entries, set())) == []


def test_one_long_array_under_many_entries_is_read_once() -> None:
    """A hundred thousand entries that name it would otherwise take hours."""
    with pikepdf.new() as pdf:
        array = pdf.make_indirect(Array([1, 2, True]))
        checked: set[tuple[str, int, int]] = set()
        assert list(odd_kinds({"/W": array}, checked)) == [("KIND_W", "写法异常的条目（W）")]
        assert list(odd_kinds({"/W": array}, checked)) == []
        assert [code for code, _ in odd_kinds({"/Range": array}, checked)] == ["KIND_RANGE"]


def test_an_array_that_holds_itself_ends() -> None:
    with pikepdf.new() as pdf:
        array = pdf.make_indirect(Array([1]))
        array.append(array)
        assert [code for code, _ in odd_kinds({"/W": array}, set())] == ["KIND_W"]
        assert list(odd_kinds({"/Dests": array}, set())) == []


@pytest.mark.parametrize(
    "kind", [Name.CIDFontType0, Name.Type0, Name.CIDFontType0C, Name.FontDescriptor]
)
def test_a_type_other_than_its_use(kind: Name) -> None:
    """Of a part that is no /Font Ghostscript gives the whole font up, and draws 900 where 100 stands."""
    page = paper.edit_pdf(PAGE, _set(kind, "/Type", Name.Foo))
    verdict = paper.check(page, paper.known(ISSUED))
    codes = {finding.code for axis in verdict.axes for finding in axis.findings}
    assert verdict.indication is Indication.INDETERMINATE
    assert {"TYPE", "FONT"} & codes
