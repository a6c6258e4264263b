"""Entries that stand where our pages, and their savings, have none."""

import io
from collections.abc import Callable

import pikepdf
import pytest
from pikepdf import Dictionary, Name

from credential.verdict import AxisName, Indication
from tests.verifier import paper
from verifier.extraction.entries import odd_entries

PAGE = paper.pdf(paper.producer())


def _content(opened: pikepdf.Pdf) -> None:
    """Ghostscript and pdf.js take fonts from here."""
    opened.pages[0].Contents.Resources = Dictionary()


def _font(opened: pikepdf.Pdf) -> None:
    next(iter(opened.pages[0].Resources.Font.values())).Odd = 1


def _metrics(opened: pikepdf.Pdf) -> None:
    (part,) = next(iter(opened.pages[0].Resources.Font.values())).DescendantFonts
    part.FontDescriptor.Style = Dictionary(Panose=pikepdf.String("x"))


def _intent(opened: pikepdf.Pdf) -> None:
    opened.Root.OutputIntents[0].DestOutputProfile.Alternate = Name.DeviceGray


def _trailer(opened: pikepdf.Pdf) -> None:
    opened.trailer.Odd = 1


def _value(opened: pikepdf.Pdf) -> None:
    opened.Root.Lang = Dictionary(S=Name.X)


def _array(opened: pikepdf.Pdf) -> None:
    opened.pages[0].MediaBox[0] = Dictionary()


def _element(opened: pikepdf.Pdf) -> None:
    kids = opened.Root.StructTreeRoot.K
    element = kids[0] if isinstance(kids, pikepdf.Array) else kids
    element.Lang = pikepdf.String("zh")


def _parent(opened: pikepdf.Pdf) -> None:
    """What is written there directly, other walks pass over."""
    opened.pages[0].Parent = Dictionary(Type=Name.Pages, Resources=Dictionary())


def _information(opened: pikepdf.Pdf) -> None:
    opened.docinfo[Name.Subject] = pikepdf.String("产品数量：900公斤")


def _direction(opened: pikepdf.Pdf) -> None:
    opened.Root.ViewerPreferences.Direction = Name.R2L


def _type(opened: pikepdf.Pdf) -> None:
    opened.Root.OutputIntents[0].Type = Name.Font


def _file(opened: pikepdf.Pdf) -> None:
    opened.Root.AF[0].RF = Dictionary()


CHANGES = {
    "Resources": _content,
    "Odd": _font,
    "Style": _metrics,
    "Alternate": _intent,
    "应为数值之处另有对象": _value,
    "Lang": _element,
    "RF": _file,
    "Direction": _direction,
    "Subject": _information,
    "Type": _type,
}


@pytest.mark.parametrize("said", CHANGES)
def test_an_entry_that_is_not_of_its_place_is_named(said: str) -> None:
    data = paper.edit_pdf(PAGE, CHANGES[said])
    with pikepdf.open(io.BytesIO(data)) as opened:
        assert set(odd_entries(opened)) == {said}
    verdict = paper.check(data, paper.known(paper.producer()))
    assert verdict.indication is Indication.INDETERMINATE
    findings = paper.axis(verdict, AxisName.VISIBILITY).findings
    assert f"PDF 含有无法核对的条目（{said}）" in [one.message for one in findings]


@pytest.mark.parametrize(
    ("change", "said"),
    [(_trailer, "Odd"), (_array, "应为数值之处另有对象"), (_parent, "上级不在其位")],
)
def test_in_the_trailer_and_in_arrays_too(change: Callable[[pikepdf.Pdf], None], said: str) -> None:
    with pikepdf.open(io.BytesIO(PAGE)) as opened:
        assert list(odd_entries(opened)) == []
        change(opened)
        assert set(odd_entries(opened)) == {said}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda opened: opened.Root.__setitem__("/Lang", pikepdf.String("en")), "Lang"),
        (lambda opened: opened.Root.MarkInfo.__setitem__("/Marked", False), "Marked"),
        (
            lambda opened: opened.Root.ViewerPreferences.__setitem__("/DisplayDocTitle", False),
            "DisplayDocTitle",
        ),
    ],
)
def test_what_is_said_there_is_what_ours_say(
    change: Callable[[pikepdf.Pdf], None], said: str
) -> None:
    with pikepdf.open(io.BytesIO(PAGE)) as opened:
        change(opened)
        assert set(odd_entries(opened)) == {said}


def test_a_block_of_the_structure_stays_one() -> None:
    with pikepdf.open(io.BytesIO(PAGE)) as opened:
        for element in opened.objects:
            if isinstance(element, Dictionary) and "/A" in element:
                (attributes,) = element.A
                del attributes.Placement
                break
        assert list(odd_entries(opened)) == ["Placement"]
