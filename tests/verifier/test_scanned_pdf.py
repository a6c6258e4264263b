"""A printed and scanned file: a person confirms it as they confirm a photograph, or is told what to do."""

import numpy as np
import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name

from benchmarks.degrading import page_picture
from credential.confirmation import Confirmation, confirm, confirmed_pictures, places_to_confirm
from credential.verdict import AxisName, Indication, SubIndication, Verdict
from service.confirming import asking_words
from tests import samples
from tests.verifier import paper
from tests.verifier.scans import LABEL, Change, content, in_pdf, jpeg, label, picture_of, put
from verifier.extraction import scan_page
from verifier.limits import Limits

RECORDS = paper.known(paper.producer(), paper.pledge())
SCAN = label()
PATIENT = Limits(ocr_seconds=300)


@pytest.fixture
def no_ocr(monkeypatch: pytest.MonkeyPatch) -> None:
    """The person has all of the page to look at."""
    monkeypatch.setattr(scan_page, "is_installed", lambda: False)


def check(data: bytes) -> Verdict:
    return paper.check(data, RECORDS, limits=PATIENT)


def everything(verdict: Verdict) -> Confirmation:
    return Confirmation("王公证员", samples.AT, frozenset(places_to_confirm(verdict)))


def why_not(verdict: Verdict) -> str:
    """The words that say that nobody can confirm it."""
    found = paper.axis(verdict, AxisName.VISIBILITY).findings
    return next(one.message for one in found if one.code == "SCAN_FORM")


def test_a_scanned_letter_of_two_pages_passes_once_a_person_has_looked():
    """Read by OCR, the second page without a symbol: a note in ink."""
    first = page_picture(paper.pdf(paper.pledge(), paper.LETTER), 150)
    second = np.full_like(first, 255)
    second[300:330, 200:700] = 90
    verdict = check(in_pdf(jpeg(first), jpeg(second)))
    assert verdict.indication is Indication.INDETERMINATE
    assert verdict.worst.sub_indication is SubIndication.CONTENT_NOT_COMPARED, verdict.worst
    places = places_to_confirm(verdict)
    assert {"promisor", "matter", "page-1", "page-2"} <= {*places}
    assert "第 2 页整页（page-2）" in str(asking_words(verdict))
    said = everything(verdict)
    one = Confirmation(said.who, said.at, said.places - {"page-2"})
    assert confirm(verdict, one).indication is Indication.INDETERMINATE
    assert confirm(verdict, said).indication is Indication.PASSED
    pictures = confirmed_pictures(verdict, said)
    assert [words[:15] for words in pictures] == [f"第 {n} 页图像 SHA-256" for n in (1, 2)]
    assert pictures[0][-64:] != pictures[1][-64:]


def test_an_altered_scan_is_not_for_confirmation():
    altered = page_picture(paper.pdf(paper.producer(quantity="9200公斤")), 150)
    verdict = check(in_pdf(jpeg(altered)))
    assert verdict.worst.sub_indication is SubIndication.CONTENT_MISMATCH
    assert places_to_confirm(verdict) == ()
    assert "人工确认不能使这份文件通过" in str(asking_words(verdict))


def text(pdf: pikepdf.Pdf) -> None:
    font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
    pdf.pages[0].obj.Resources.Font = Dictionary(F1=font)
    content("q @ /Im0 Do Q BT 3 Tr /F1 9 Tf 20 30 Td (9200) Tj ET")(pdf)


def titled(words: str) -> Change:
    def change(pdf: pikepdf.Pdf) -> None:
        pdf.docinfo["/Title"] = words

    return change


@pytest.mark.parametrize(
    "data",
    [
        SCAN,
        label(text),
        label(titled("SKM_C25826112207330")),
        label(titled("扫描件 2026-11-22")),
        label(lambda pdf: pdf.pages[0].obj.__setitem__("/Rotate", 90)),
    ],
)
@pytest.mark.usefixtures("no_ocr")
def test_what_a_person_can_confirm(data: bytes):
    verdict = check(data)
    assert places_to_confirm(verdict)[0] == "page"
    assert confirm(verdict, everything(verdict)).indication is Indication.PASSED


@pytest.mark.usefixtures("no_ocr")
def test_an_invisible_text_layer_is_told_of():
    found = paper.axis(check(label(text)), AxisName.VISIBILITY).findings
    assert [one.code for one in found] == ["SCANNED_PAGE", "TEXT_LAYER"]
    assert "另带有不显示的文字层（供检索）；文字层未采用" in found[1].message


def annotated(pdf: pikepdf.Pdf) -> None:
    note = Dictionary(Type=Name.Annot, Subtype=Name.Square, Rect=[0, 0, 50, 50])
    pdf.pages[0].obj.Annots = Array([pdf.make_indirect(note)])


def masked(pdf: pikepdf.Pdf) -> None:
    mask = pdf.make_stream(
        bytes(4), Subtype=Name.Image, Width=2, Height=2, BitsPerComponent=8,
        ColorSpace=Name.DeviceGray,
    )  # fmt: skip
    picture_of(pdf).SMask = mask


def alternate(pdf: pikepdf.Pdf) -> None:
    other = Dictionary(Image=picture_of(pdf), DefaultForPrinting=True)
    picture_of(pdf).Alternates = Array([other])


def optional(pdf: pikepdf.Pdf) -> None:
    group = pdf.make_indirect(Dictionary(Type=Name.OCG, Name=pikepdf.String("x")))
    picture_of(pdf).OC = group
    pdf.Root.OCProperties = Dictionary(OCGs=Array([group]), D=Dictionary(OFF=Array([group])))


def twice(key: bytes, value: bytes) -> bytes:
    """An entry that stands twice; the table is moved along by a shorter comment."""
    old = b"/Type /Page\n" if b"/Type /Page\n" in SCAN else b"/Type /Page "
    return SCAN.replace(old, old + key + b" " + value + b" ", 1)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (label(lambda pdf: picture_of(pdf).__setitem__("/Decode", Array([1, 0]))), "Decode"),
        (label(masked), "SMask"),
        (label(alternate), "Alternates"),
        (label(optional), "OC"),
        (label(annotated), "Annots"),
        (label(content("q @ /Im0 Do Q q 9 0 0 9 0 0 cm /Im0 Do Q")), "指令 Do"),
        (label(content("q 0 0 90 90 re W n @ /Im0 Do Q")), "指令 re"),
        (label(content("q @ 1 0 0 1 0.3 0 cm /Im0 Do Q")), "没有铺满"),
        (label(lambda p: p.pages[0].obj.__setitem__("/CropBox", Array([0, 0, 90, 90]))), "见指出"),
        (label(lambda pdf: pdf.pages[0].obj.__setitem__("/UserUnit", 2)), "UserUnit"),
        (label(put(jpeg(LABEL, progressive=True))), "渐进式"),
        (label(put(jpeg(LABEL)[:-900])), "残缺"),
        (label(titled("数量 9200 公斤")), "见指出的其他各处"),
        (SCAN + b"\n%PDF-1.4\n%%EOF\n", "见指出的其他各处"),
        (twice(b"/UserUnit", b"1"), "见指出的其他各处|页面带有"),
        (in_pdf(jpeg(LABEL)).replace(b"endobj", b"endobj ", 1), "见指出的其他各处"),
    ],
)  # fmt: skip
@pytest.mark.usefixtures("no_ocr")
def test_what_nobody_can_confirm(data: bytes, words: str):
    """And the verdict says what to do."""
    verdict = check(data)
    assert verdict.indication is Indication.INDETERMINATE
    assert places_to_confirm(verdict) == ()
    said = why_not(verdict)
    assert any(word in said for word in words.split("|")), said
    assert said.endswith("请把各页重新扫描或另存为 JPEG、PNG 图片再核验")
    asked = asking_words(verdict)
    assert asked is None or "人工确认不能使这份文件通过" in asked
    whole = Confirmation("王公证员", samples.AT, frozenset({"page", "page-1"}))
    assert confirm(verdict, whole).indication is Indication.INDETERMINATE


@pytest.mark.usefixtures("no_ocr")
def test_what_pdfium_draws_otherwise_than_the_data_say(monkeypatch: pytest.MonkeyPatch):
    """Whatever the lists leave open, the page as drawn has to be its picture."""
    monkeypatch.setattr(
        "verifier.extraction.scanned_check.decode_scanned", lambda _: np.flipud(LABEL)
    )
    assert "两种程序画出的页面不同" in why_not(check(SCAN))


@pytest.mark.usefixtures("no_ocr")
def test_where_time_runs_out_nobody_confirms():
    verdict = paper.check(SCAN, RECORDS, limits=Limits(ocr_seconds=0))
    assert "核对图片超时" in why_not(verdict)
