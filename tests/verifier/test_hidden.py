"""Text that a person does not see, sights that no text explains: never a pass, never a match."""

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name

from credential.verdict import AxisName, Indication, SubIndication
from tests.verifier import paper

UNSURE, FAILED = Indication.INDETERMINATE, Indication.FAILED


def visibility(verdict):
    return paper.axis(verdict, AxisName.VISIBILITY)


def codes(verdict, name=AxisName.VISIBILITY):
    return {finding.code for finding in paper.axis(verdict, name).findings}


def edited(change, style=paper.A5):
    issued = paper.producer()
    data = paper.edit_pdf(paper.pdf(issued, style), change)
    return paper.check(data, paper.known(issued))


HIDDEN_TEXT = {
    "white": "1 g BT /Odd 10 Tf 300 165 Td (9200) Tj ET",
    "nearly white": "0.8 g BT /Odd 10 Tf 300 165 Td (9200) Tj ET",
    "render mode 3": "BT 3 Tr /Odd 10 Tf 300 165 Td (9200) Tj ET",
    "off the page": "BT /Odd 10 Tf 600 420 Td (9200) Tj ET",
    "clipped away": "0 0 1 1 re W n BT /Odd 10 Tf 300 165 Td (9200) Tj ET",
    "covered": "BT /Odd 10 Tf 300 165 Td (9200) Tj ET 1 g 298 163 40 10 re f",
}


@pytest.mark.parametrize("kind", HIDDEN_TEXT)
def test_hidden_text_is_found_and_not_read(kind):
    verdict = edited(paper.append_content(HIDDEN_TEXT[kind]))
    assert visibility(verdict).sub_indication is SubIndication.HIDDEN_CONTENT
    assert "UNSEEN_TEXT" in codes(verdict)
    # what is not seen is not content: the visible page still says what was signed
    assert paper.axis(verdict, AxisName.CONTENT_MATCH).indication is Indication.PASSED
    assert verdict.indication is UNSURE


def test_tiny_text():
    verdict = edited(paper.append_content("BT /Odd 2 Tf 300 165 Td (9200) Tj ET"))
    assert visibility(verdict).indication is UNSURE
    assert verdict.indication is not Indication.PASSED


def test_hidden_truth_under_a_visible_lie_is_no_match():
    """The signed value is there in white, another is seen: what counts is what is seen."""
    altered = paper.producer(product="黄桃")
    content = "1 g BT /Odd 10 Tf 300 165 Td (1200) Tj ET"
    data = paper.edit_pdf(paper.pdf(altered), paper.append_content(content))
    verdict = paper.check(data, paper.known(paper.producer()))
    assert verdict.indication is FAILED
    mismatch = paper.axis(verdict, AxisName.CONTENT_MATCH).findings[0]
    assert (mismatch.field, mismatch.found) == ("product", "黄桃")


def lie_in_the_character_map(shown: str, said: str):
    def change(opened: pikepdf.Pdf) -> None:
        changed = 0
        for item in opened.objects:
            if isinstance(item, Dictionary) and Name.ToUnicode in item:
                text = item.ToUnicode.read_bytes()
                for one, other in zip(shown, said, strict=True):
                    old, new = f"<{ord(one):04X}>".encode(), f"<{ord(other):04X}>".encode()
                    changed += text.count(old)
                    text = text.replace(old, new)
                item.ToUnicode = opened.make_stream(text)
        assert changed

    return change


def test_a_lying_character_map():
    """The page shows 黄桃, the text says 草莓: no parser sees it, the picture does."""
    altered = paper.producer(product="黄桃")
    data = paper.edit_pdf(paper.pdf(altered), lie_in_the_character_map("黄桃", "草莓"))
    verdict = paper.check(data, paper.known(paper.producer()))
    assert verdict.indication is UNSURE
    assert {"OTHER_SHAPE", "FONT_OUTLINE"} <= set(codes(verdict))
    content = paper.axis(verdict, AxisName.CONTENT_MATCH)
    assert content.sub_indication is SubIndication.CONTENT_NOT_COMPARED
    assert {finding.field for finding in content.findings} == {"product"}


@pytest.mark.parametrize(
    "pair", ["己已", "已巳", "未末", "日曰", "太大", "入人", "干千", "土士", "戌戍"]
)
@pytest.mark.parametrize("style", [paper.A5, paper.LABEL], ids=lambda style: style.name)
def test_a_lying_character_map_of_look_alikes(style, pair):
    """Even at 7 pt the picture tells them apart."""
    shown, said = pair
    altered = paper.producer(contact=shown)
    data = paper.edit_pdf(paper.pdf(altered, style), lie_in_the_character_map(shown, said))
    verdict = paper.check(data, paper.known(paper.producer()))
    wrong = [f for f in visibility(verdict).findings if f.code == "OTHER_SHAPE"]
    assert wrong
    assert said in (wrong[0].found or "")


@pytest.mark.parametrize(
    ("style", "shown", "said"),
    [
        (paper.A5, "1900公斤", "1200公斤"),
        (paper.LABEL, "1900公斤", "1200公斤"),
    ],
    ids=["a5", "80x60"],
)
def test_a_lying_digit(style, shown, said):
    """9 is shown where the text says 2; the other 9s are shown as they are."""
    altered = paper.producer(quantity=shown)
    page = paper.pdf(altered, style)
    verdict = paper.check(page, paper.known(paper.producer()))
    assert verdict.indication is FAILED
    finding = paper.axis(verdict, AxisName.CONTENT_MATCH).findings[0]
    assert (finding.expected, finding.found) == (said, shown)


MARKS = {
    "a white box over the quantity": "1 g 100 473 60 14 re f",
    "a black box over the quantity": "0 g 100 473 60 14 re f",
    "a stroke through the quantity": "0 G 2 w 118 479 m 160 479 l S",
    "a drawn figure": "0 G 2 w 250 500 m 262 515 l 268 500 l S",
    "a small filled shape": "0 g 300 500 6 6 re f",
    "a grey wash": "0.7 g 200 200 120 40 re f",
}


@pytest.mark.parametrize("kind", MARKS)
def test_marks_that_no_text_explains(kind):
    verdict = edited(paper.append_content(MARKS[kind]))
    assert verdict.indication is not Indication.PASSED
    assert visibility(verdict).sub_indication is SubIndication.HIDDEN_CONTENT
    assert all(finding.place is not None for finding in visibility(verdict).findings)


def test_a_thin_rule_is_no_mark():
    verdict = edited(paper.append_content("0 G 0.5 w 60 180 m 300 180 l S"))
    assert verdict.indication is Indication.PASSED, verdict.axes


def annotation(opened: pikepdf.Pdf) -> None:
    page = opened.pages[0]
    appearance = opened.make_stream(b"0 g 0 0 20 10 re f")
    appearance.Type, appearance.Subtype = Name.XObject, Name.Form
    appearance.BBox = Array([0, 0, 20, 10])
    note = Dictionary(
        Type=Name.Annot,
        Subtype=Name.Stamp,
        Rect=Array([100, 470, 160, 490]),
        AP=Dictionary(N=appearance),
        F=4,
    )
    page.obj.Annots = Array([opened.make_indirect(note)])


def javascript(opened: pikepdf.Pdf) -> None:
    opened.Root.OpenAction = Dictionary(S=Name.JavaScript, JS="this.print()")


def form(opened: pikepdf.Pdf) -> None:
    opened.Root.AcroForm = Dictionary(Fields=Array([]))


def layer(opened: pikepdf.Pdf) -> None:
    group = opened.make_indirect(Dictionary(Type=Name.OCG, Name="x"))
    opened.Root.OCProperties = Dictionary(OCGs=Array([group]), D=Dictionary(OFF=Array([group])))


def cropped(opened: pikepdf.Pdf) -> None:
    opened.pages[0].cropbox = Array([0, 0, 419, 590])


def scaled(opened: pikepdf.Pdf) -> None:
    opened.pages[0].obj.UserUnit = 2


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (annotation, "ANNOTATION"),
        (javascript, "ACTION"),
        (form, "FORM"),
        (layer, "OPTIONAL_CONTENT"),
        (cropped, "CROP"),
        (scaled, "SCALED"),
    ],
)
def test_what_lies_over_the_page(change, code):
    verdict = edited(change)
    assert verdict.indication is not Indication.PASSED
    assert code in codes(verdict)


def test_another_attachment():
    def attach(opened: pikepdf.Pdf) -> None:
        opened.attachments["other.txt"] = pikepdf.AttachedFileSpec(opened, b"x")

    verdict = edited(attach)
    container = paper.axis(verdict, AxisName.CONTAINER)
    assert container.sub_indication is SubIndication.HIDDEN_CONTENT
    assert container.findings[0].found == "other.txt"


def test_an_attached_credential_that_is_not_the_symbols():
    issued, other = paper.producer(), paper.household()

    def swap(opened: pikepdf.Pdf) -> None:
        for item in opened.objects:
            if isinstance(item, Dictionary) and Name.EF in item:
                item.EF.F = opened.make_stream(other.message)

    verdict = paper.check(paper.edit_pdf(paper.pdf(issued), swap), paper.known(issued, other))
    container = paper.axis(verdict, AxisName.CONTAINER)
    assert container.sub_indication is SubIndication.MULTIPLE_CREDENTIALS


def test_a_signature_that_is_not_checked_says_so():
    def sign(opened: pikepdf.Pdf) -> None:
        opened.Root.Odd = opened.make_indirect(
            Dictionary(Type=Name.Sig, ByteRange=Array([0, 1, 2, 3]), Contents=b"\0" * 8)
        )

    verdict = edited(sign)
    pades = paper.axis(verdict, AxisName.PADES)
    assert pades.indication is UNSURE
    assert pades.findings[0].message == "文件中有 1 处签章数据，签章域 0 个"


def second_symbol(text: str):
    def change(opened: pikepdf.Pdf) -> None:
        symbol = paper.symbol_picture(opened, text)
        page = opened.pages[0]
        page.obj.Resources.XObject[Name("/Decoy")] = symbol
        page.contents_add(b"q 90 0 0 90 300 30 cm /Decoy Do Q")

    return change


def test_a_decoy_symbol():
    decoy = paper.household().qr_text
    verdict = edited(second_symbol(decoy))
    assert verdict.indication is UNSURE
    credential = paper.axis(verdict, AxisName.CREDENTIAL)
    assert credential.sub_indication is SubIndication.MULTIPLE_CREDENTIALS
    assert verdict.credential is None


def test_a_foreign_symbol_beside_ours():
    verdict = edited(second_symbol("https://pay.example.com/abc"))
    credential = paper.axis(verdict, AxisName.CREDENTIAL)
    assert credential.sub_indication is SubIndication.MULTIPLE_CREDENTIALS


def test_the_same_symbol_twice_is_one_credential():
    verdict = edited(second_symbol(paper.producer().qr_text))
    assert paper.axis(verdict, AxisName.CREDENTIAL).indication is Indication.PASSED


def test_text_beside_the_fields_breaks_one_of_them():
    verdict = edited(paper.append_content("BT /Odd 10 Tf 300 165 Td (9200) Tj ET"))
    assert verdict.indication is FAILED
    assert paper.axis(verdict, AxisName.CONTENT_MATCH).sub_indication is (
        SubIndication.CONTENT_MISMATCH
    )
