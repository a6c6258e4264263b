"""What has the form of a seal, and is none."""

import io
from collections.abc import Callable, Mapping

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name

from credential.verdict import AxisName, Indication
from tests.verifier import paper

ISSUED = paper.producer()
PAGE = paper.pdf(ISSUED)


def findings(change: Callable[[pikepdf.Pdf], None]) -> Mapping[str, str]:
    verdict = paper.check(paper.edit_pdf(PAGE, change), paper.known(ISSUED))
    assert verdict.indication is not Indication.PASSED
    return {one.code: one.message for one in paper.axis(verdict, AxisName.VISIBILITY).findings}


def sealed_in_form(
    annotation: Dictionary, *, numbered: bool, contents: bool
) -> Callable[[pikepdf.Pdf], None]:
    """The seal's field as certgen/seal.py makes it, and another annotation on the page."""

    def change(opened: pikepdf.Pdf) -> None:
        value = Dictionary(Type=Name.Sig, ByteRange=Array([0, 0, 0, 0]))
        if contents:
            value.Contents = pikepdf.String("00")
        field = Dictionary(
            FT=Name.Sig,
            T=pikepdf.String("Seal"),
            Type=Name.Annot,
            Subtype=Name.Widget,
            F=132,
            Rect=Array([0, 0, 0, 0]),
            P=opened.pages[0].obj,
            V=value,
        )
        held = opened.make_indirect(field) if numbered else field
        opened.Root.AcroForm = Dictionary(Fields=Array([held]), SigFlags=3)
        opened.pages[0].obj.Annots = Array([annotation or held])

    return change


STAMP = Dictionary(
    Type=Name.Annot, Subtype=Name.Stamp, Rect=Array([150, 470, 360, 492]), F=4, Name=Name.Approved
)


@pytest.mark.parametrize("numbered", [False, True])
def test_an_annotation_is_not_the_seal_for_having_no_number_either(numbered):
    """Of two objects within others each has the number 0: a stamp was taken for the seal's field."""
    change = sealed_in_form(STAMP, numbered=numbered, contents=True)
    assert findings(change)["ANNOTATION"] == "第 1 页有批注或覆盖物"


def test_the_form_of_a_seal_without_a_signature_is_a_form():
    """Nor is such a file one without a seal: its bytes need not say /ByteRange."""
    change = sealed_in_form(Dictionary(), numbered=True, contents=False)
    assert findings(change)["FORM"] == "PDF 含有表单"


def test_a_seal_whose_bytes_nobody_can_find_is_judged_as_a_seal():
    change = sealed_in_form(Dictionary(), numbered=True, contents=True)
    output = io.BytesIO()
    with pikepdf.open(io.BytesIO(PAGE)) as opened:
        change(opened)
        opened.save(output, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    assert b"/ByteRange" not in output.getvalue()
    verdict = paper.check(output.getvalue(), paper.known(ISSUED))
    assert paper.axis(verdict, AxisName.PADES).indication is not Indication.PASSED
