"""Pictures of real pages through real OCR: scanned, photographed, altered, two in one picture."""

import io
import socket
from dataclasses import replace

import numpy as np
import pikepdf
import pytest
from PIL import Image, ImageDraw, ImageFont

from benchmarks.degrading import jpeg, page_picture, photograph, scanned_pdf
from credential.confirmation import places_to_confirm
from credential.verdict import AxisName, Finding, Indication, SubIndication, Verdict
from tests.certgen import documents
from tests.verifier import paper
from verifier.extraction import scan_page
from verifier.extraction.our_fonts import PATHS
from verifier.limits import Limits

ISSUED = documents.certificate()
OTHER = documents.certificate(
    product="茶鲜叶", amount="350", origin="浙江省杭州市建德市大同镇", name="建德市大同茶业有限公司"
)
RECORDS = paper.registry(paper.record_of(ISSUED, fields=ISSUED.fields))
PATIENT = Limits(ocr_seconds=300)
"""Machines under load must not change what is tested."""


def check(data: bytes, limits: Limits = PATIENT) -> Verdict:
    return paper.check(data, RECORDS, at=ISSUED.claims.issued_at + 60, limits=limits)


def content(verdict: Verdict) -> dict[str | None, Finding]:
    findings = paper.axis(verdict, AxisName.CONTENT_MATCH).findings
    return {finding.field: finding for finding in findings}


@pytest.fixture
def no_network(monkeypatch: pytest.MonkeyPatch):
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a socket")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)


def test_a_photograph_of_an_honest_page_is_for_a_person_to_confirm(no_network: None):
    """From the side, in shadow, turned on its side; every field is read and has its place."""
    seen = photograph(page_picture(paper.pdf(ISSUED), 220), np.random.default_rng(1))
    verdict = check(jpeg(np.ascontiguousarray(np.rot90(seen))))
    assert verdict.indication is Indication.INDETERMINATE
    assert verdict.worst.sub_indication is SubIndication.CONTENT_NOT_COMPARED, verdict.worst
    findings = content(verdict)
    assert findings.keys() == ISSUED.fields.keys()
    assert {finding.code for finding in findings.values()} == {"OCR_SAME"}
    place = findings["quantity"].place
    assert place is not None
    assert place.box is not None
    # as uploaded: on its side, the first rows of the page stand at the left
    x0, y0, x1, y1 = place.box
    assert x1 - x0 < y1 - y0
    visible = paper.axis(verdict, AxisName.VISIBILITY)
    assert visible.findings[0].message.startswith("第 1 页是图像，无法由程序核对有无遮盖")


@pytest.mark.parametrize("light", [170, 140])
def test_a_photograph_in_dim_light_reads_as_in_bright(light: int):
    """Found: on paper of such gray 鲜 was read as 鮮, and nobody could confirm the honest page."""
    tea = documents.certificate(product="茶鲜叶")
    page = page_picture(paper.pdf(tea), 180)
    picture = io.BytesIO()
    Image.fromarray((page * (light / 255)).astype(np.uint8)).save(picture, "PNG")
    records = paper.registry(paper.record_of(tea, fields=tea.fields))
    verdict = paper.check(picture.getvalue(), records, at=tea.claims.issued_at + 60, limits=PATIENT)
    finding = content(verdict)["product"]
    assert (finding.code, finding.found) == ("OCR_SAME", "茶鲜叶")
    assert finding.message.startswith("“产品名称”OCR 读得一致")
    assert verdict.worst.sub_indication is SubIndication.CONTENT_NOT_COMPARED, verdict.worst


def test_digits_in_a_colour_as_light_as_the_paper_are_nobodys_to_confirm():
    """Found: a pink 99 before the quantity was no ink to OCR, which said that it read alike."""
    page = (page_picture(paper.pdf(ISSUED), 200) * (170 / 255)).astype(np.uint8)
    seen = Image.fromarray(page).convert("RGB")
    honest = io.BytesIO()
    seen.save(honest, "PNG")
    assert paper.axis(check(honest.getvalue()), AxisName.VISIBILITY).findings[0].code != "PALE_INK"
    box = content(check(honest.getvalue()))["quantity"].place
    assert box is not None and box.box is not None
    x0, y0, _, y1 = (side * 300 / 25.4 for side in box.box)
    pink = (255, 122, 193)
    assert abs(Image.new("RGB", (1, 1), pink).convert("L").getpixel((0, 0)) - 170) <= 3
    draw, width = ImageDraw.Draw(seen), 3
    for left in (x0 - 36, x0 - 18):  # as 9 is drawn, two strokes and a bowl
        draw.ellipse((left, y0, left + 14, (y0 + y1) / 2), outline=pink, width=width)
        draw.line((left + 13, y0 + 8, left + 13, y1), fill=pink, width=width)
    altered = io.BytesIO()
    seen.save(altered, "PNG")
    verdict = check(altered.getvalue())
    findings = paper.axis(verdict, AxisName.VISIBILITY).findings
    (pale,) = [finding for finding in findings if finding.code == "PALE_INK"]
    assert pale.message == (
        "文字旁有与纸一样浅的彩色笔画或涂色，文字识别看不到它，读得一致不作数，不能由人工确认；"
        "请看彩色画面，并用没有涂色的原件重新扫描或拍照"
    )
    assert pale.place is not None and pale.place.box is not None
    visible = paper.axis(verdict, AxisName.VISIBILITY)
    assert visible.sub_indication is SubIndication.HIDDEN_CONTENT
    assert places_to_confirm(verdict) == ()


def test_figures_that_nobody_sees_are_not_read():
    """Found: two noughts of gray 250 among black figures; a person sees 12 and a gap, OCR read 1200."""
    page = page_picture(paper.pdf(ISSUED), 200)
    honest, altered = io.BytesIO(), io.BytesIO()
    Image.fromarray(page).save(honest, "PNG")
    place = content(check(honest.getvalue()))["quantity"].place
    assert place is not None and place.box is not None
    _, y0, x1, y1 = (round(side * 300 / 25.4) for side in place.box)
    em = 11.5 / 72 * 200
    noughts = page[y0 - 8 : y1 + 8, round(x1 - 3.2 * em) : round(x1 - 2 * em)]
    noughts[noughts < 250] = 250
    Image.fromarray(page).save(altered, "PNG")
    finding = content(check(altered.getvalue()))["quantity"]
    assert (finding.code, finding.found) == ("OCR_DIFFERS", "12公斤")


@pytest.mark.parametrize(("form", "dpi"), [("PNG", 300), ("PDF", 200)])
def test_a_panel_as_dark_as_its_words_is_named_for_a_person_to_see(form: str, dpi: int):
    """Found: blue on red of one gray is nothing to OCR, and no place was named. ``dpi``: a picture by
    itself has no size on paper."""
    seen = Image.fromarray(page_picture(paper.pdf(ISSUED), 200)).convert("RGB")
    draw = ImageDraw.Draw(seen)
    draw.rectangle((640, 300, 1100, 350), fill=(220, 40, 40))
    font = ImageFont.truetype(str(PATHS[0]), 36)
    draw.text((650, 300), "更正：九百公斤", font=font, fill=(0, 111, 255))
    altered = io.BytesIO()
    seen.save(altered, form, resolution=dpi)
    verdict = check(altered.getvalue())
    assert verdict.indication is Indication.INDETERMINATE
    findings = {one.code: one for one in paper.axis(verdict, AxisName.VISIBILITY).findings}
    assert findings["COLOURED"].message == (
        "画面上有彩色的部分（印章、手写或其他），文字识别只看黑白：请在彩色画面上看清那里写着什么"
    )
    place = findings["COLOURED"].place
    assert place is not None and place.box is not None
    assert place.box == pytest.approx([side * 25.4 / dpi for side in (640, 300, 1101, 351)], abs=1)
    assert places_to_confirm(verdict)


@pytest.mark.parametrize(
    ("words", "size", "place"),
    [("本证仅供展示，不得用于销售", 40, (300, 1430)), ("9", 31, (-24, -4))],
)
def test_words_whiter_than_gray_paper_are_nobodys_to_confirm(
    words: str, size: int, place: tuple[int, int]
):
    """Found: the paper is made white for OCR, and they with it; each field was read alike."""
    seen = Image.fromarray((page_picture(paper.pdf(ISSUED), 200) * (170 / 255)).astype(np.uint8))
    honest = io.BytesIO()
    seen.save(honest, "PNG")
    verdict = check(honest.getvalue())
    assert places_to_confirm(verdict)
    x, y = place
    if x < 0:
        quantity = content(verdict)["quantity"].place
        assert quantity is not None and quantity.box is not None
        x, y = (
            round(side * 300 / 25.4) + off for side, off in zip(quantity.box, place, strict=False)
        )
    font = ImageFont.truetype(str(PATHS[0]), size)
    ImageDraw.Draw(seen).text((x, y), words, font=font, fill=255)
    altered = io.BytesIO()
    seen.save(altered, "PNG")
    verdict = check(altered.getvalue())
    assert "TEXT_UNREAD" in {f.code for f in paper.axis(verdict, AxisName.VISIBILITY).findings}
    assert places_to_confirm(verdict) == ()


def test_a_scan_with_an_altered_quantity_names_it():
    altered = replace(ISSUED, fields={**ISSUED.fields, "quantity": "9200公斤"})
    verdict = check(scanned_pdf([page_picture(paper.pdf(altered), 200)], 200, bitonal=True))
    assert verdict.indication is Indication.INDETERMINATE
    assert verdict.worst.sub_indication is SubIndication.CONTENT_MISMATCH
    differing = [f for f in content(verdict).values() if f.code != "OCR_SAME"]
    (finding,) = differing
    assert (finding.code, finding.field) == ("OCR_DIFFERS", "quantity")
    assert (finding.expected, finding.found) == ("1200公斤", "9200公斤")
    assert finding.place is not None
    assert finding.place.box is not None
    assert finding.place.box == pytest.approx((15, 37, 72, 43), abs=2)
    texts = {text.field: text for text in verdict.texts}
    assert texts.keys() == ISSUED.fields.keys()
    open_texts = {name: text for name, text in texts.items() if not text.hidden}
    assert [n for n, text in open_texts.items() if text.signed != text.found] == ["quantity"]
    assert texts["contact"].hidden
    assert texts["contact"].found == ISSUED.fields["contact"]
    assert (texts["quantity"].signed, texts["quantity"].found) == ("1200公斤", "9200公斤")


def test_a_symbol_in_a_photograph_of_another_document_fails():
    transplant = paper.with_symbol_of(OTHER, ISSUED)
    picture = page_picture(paper.pdf(transplant), 200)
    verdict = check(jpeg(photograph(picture, np.random.default_rng(2))))
    assert verdict.indication is Indication.FAILED
    assert verdict.worst.name is AxisName.CONTENT_MATCH
    assert verdict.worst.sub_indication is SubIndication.CONTENT_MISMATCH
    assert {"product", "quantity", "subject"} <= content(verdict).keys()


def test_two_documents_in_one_picture_are_each_named():
    household = documents.household_certificate()
    labels = [page_picture(paper.pdf(one, documents.LABEL), 250) for one in (ISSUED, household)]
    verdict = check(jpeg(np.hstack(labels)))
    assert verdict.indication is Indication.INDETERMINATE
    assert verdict.worst.sub_indication is SubIndication.MULTIPLE_CREDENTIALS
    findings = paper.axis(verdict, AxisName.CREDENTIAL).findings
    assert [finding.code for finding in findings] == ["SEVERAL_SYMBOLS", *["ONE_DOCUMENT"] * 2]
    known, unknown = sorted(findings[1:], key=lambda one: one.place.box[0] if one.place else 0)
    assert known.message.startswith(
        f"其中一份，编号 {ISSUED.fields['number']}：凭证签名有效，登记状态有效"
    )
    assert "项中读到" in known.message
    assert unknown.message.startswith(f"其中一份，编号 {household.fields['number']}：")
    assert "登记状态无法确定" in unknown.message


SCAN = scanned_pdf([page_picture(paper.pdf(ISSUED), 150)], 150)


def test_without_the_extra_the_verdict_says_so(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(scan_page, "is_installed", lambda: False)
    verdict = check(SCAN)
    assert verdict.indication is Indication.INDETERMINATE
    assert verdict.worst.sub_indication is SubIndication.CONTENT_NOT_COMPARED
    assert verdict.worst.findings[0].code == "OCR_NOT_INSTALLED"


def test_a_photograph_that_decoders_may_read_differently_is_nobodys_to_confirm(
    monkeypatch: pytest.MonkeyPatch,
):
    """Values far beyond black and white: libjpeg's C code showed 9200公斤 where its vector code, and
    Pillow, showed 1200."""
    monkeypatch.setattr(scan_page, "is_installed", lambda: False)
    honest = jpeg(page_picture(paper.pdf(ISSUED), 150))
    start = honest.index(b"\xff\xdb") + 5
    coarse = bytes(min(255, 6 * value) for value in honest[start : start + 64])
    odd = honest[:start] + coarse + honest[start + 64 :]
    codes = [
        {finding.code for axis in check(data).axes for finding in axis.findings}
        for data in (honest, odd)
    ]
    assert ["PICTURE_DATA" in some for some in codes] == [False, True]


def test_where_time_runs_out_the_verdict_says_so():
    verdict = check(SCAN, Limits(ocr_seconds=0))
    assert verdict.worst.sub_indication is SubIndication.CONTENT_NOT_COMPARED
    assert verdict.worst.findings[0].code == "OCR_OUT_OF_TIME"


def test_what_a_scanner_wrote_beside_the_picture_is_not_read(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(scan_page, "is_installed", lambda: False)
    wrong = "BT /Odd 12 Tf 3 Tr 40 700 Td (9200) Tj ET"
    verdict = check(paper.edit_pdf(SCAN, paper.append_content(wrong)))
    assert verdict.indication is Indication.INDETERMINATE
    codes = {finding.code for axis in verdict.axes for finding in axis.findings}
    assert {"TEXT_LAYER", "OCR_NOT_INSTALLED"} <= codes
    assert "MISSING" not in codes


def test_a_scan_of_no_credential_is_not_read(monkeypatch: pytest.MonkeyPatch):
    def refuse(*_: object) -> None:
        raise AssertionError("OCR of a page without a credential")

    monkeypatch.setattr(scan_page, "find_lines", refuse)
    blank = np.full((1200, 900), 255, np.uint8)
    verdict = check(scanned_pdf([blank], 150))
    assert verdict.worst.sub_indication is SubIndication.NO_SIGNATURE_FOUND


def test_a_page_with_a_small_picture_is_no_scan():
    """Our own pages have none; a picture of a part covers no page."""
    output = io.BytesIO()
    with pikepdf.open(io.BytesIO(paper.pdf(ISSUED))) as opened:
        page = opened.pages[0]
        picture = paper.symbol_picture(opened, OTHER.qr_text)
        page.add_resource(picture, pikepdf.Name.XObject, pikepdf.Name("/Beside"))
        page.contents_add(b"q 60 0 0 60 300 20 cm /Beside Do Q")
        opened.save(output)
    verdict = check(output.getvalue())
    assert "SCANNED_PAGE" not in {f.code for axis in verdict.axes for f in axis.findings}


def _drawn(text: str, place: tuple[int, int], *, upright: bool) -> bytes:
    """Our page as a picture of 220 dpi, with words on it."""
    seen = Image.fromarray(page_picture(paper.pdf(ISSUED), 220)).convert("RGB")
    draw = ImageDraw.Draw(seen)
    font = ImageFont.truetype(str(PATHS[0]), 32)
    for number, letter in enumerate(text):
        step = 34 * number
        x, y = place
        draw.text((x, y + step) if upright else (x + step, y), letter, font=font, fill=(0, 0, 0))
    output = io.BytesIO()
    seen.save(output, "PNG")
    return output.getvalue()


def test_words_from_top_to_bottom_are_nobodys_to_confirm():
    verdict = check(_drawn("数量更正为九十吨", (1100, 300), upright=True))
    findings = paper.axis(verdict, AxisName.VISIBILITY).findings
    assert "TEXT_UNREAD" in [finding.code for finding in findings]
    assert not places_to_confirm(verdict)


def test_words_beside_the_paper_are_said():
    """Gray card around it: the paper alone is laid flat and read."""
    seen = Image.fromarray(page_picture(paper.pdf(ISSUED), 200))
    card = Image.new("L", (seen.width + 200, seen.height + 300), 150)
    card.paste(seen, (100, 100))
    codes = []
    for words in ("", "更正：产品数量为九十吨"):
        draw = ImageDraw.Draw(card)
        font = ImageFont.truetype(str(PATHS[0]), 48)
        draw.text((150, seen.height + 150), words, font=font, fill=0)
        output = io.BytesIO()
        card.save(output, "PNG")
        findings = paper.axis(check(output.getvalue()), AxisName.VISIBILITY).findings
        codes.append("TEXT_BESIDE" in [finding.code for finding in findings])
    assert codes == [False, True]
