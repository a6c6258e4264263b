"""The front door: what is let in, and what is said of what is not."""

import io

import pikepdf
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pikepdf import Name
from PIL import Image

from credential.verdict import AxisName, Indication, SubIndication
from tests.verifier import paper
from verifier.limits import Limits

PAGE = paper.pdf(paper.producer())
KNOWN = paper.known(paper.producer())


def container(data: bytes, limits: Limits | None = None):
    verdict = paper.check(data, KNOWN, limits=limits)
    assert verdict.indication is not Indication.PASSED
    return paper.axis(verdict, AxisName.CONTAINER)


@pytest.mark.parametrize(
    "data",
    [b"", b"\x00", b"hello", b"GIF89a", b"<html></html>", b"PK\x03\x04", b"PK\x05\x06" + bytes(18)],
)
def test_what_is_no_document(data):
    assert container(data).sub_indication is SubIndication.UNSUPPORTED_FORMAT


@pytest.mark.parametrize("head", [b"%PDF-1.7\n", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff\xe0"])
def test_a_head_without_a_body(head):
    assert container(head + b"garbage").sub_indication is SubIndication.UNSUPPORTED_FORMAT


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.99])
def test_a_truncated_page_never_passes(share):
    assert container(PAGE[: int(len(PAGE) * share)]).indication is Indication.INDETERMINATE


@pytest.mark.parametrize("user", ["", "secret"])
def test_an_encrypted_file(user):
    output = io.BytesIO()
    with pikepdf.open(io.BytesIO(PAGE)) as opened:
        opened.save(output, encryption=pikepdf.Encryption(owner="owner", user=user))
    found = container(output.getvalue())
    assert found.sub_indication is SubIndication.UNSUPPORTED_FORMAT
    assert "已加密" in found.findings[0].message


@pytest.mark.parametrize(
    ("data", "code"),
    [(PAGE + b"<html>", "TRAILING_BYTES"), (b"#!/bin/sh\n" + PAGE, "LEADING_BYTES")],
)
def test_a_second_file_around_it(data, code):
    found = container(data)
    assert found.sub_indication is SubIndication.PARSER_DISAGREEMENT
    assert code in {finding.code for finding in found.findings}


def test_white_space_at_the_end_is_no_second_file():
    assert paper.check(PAGE + b"\r\n\n", KNOWN).indication is Indication.PASSED


def test_a_broken_cross_reference_is_repaired_and_said():
    found = container(PAGE.replace(b"startxref\n", b"startxref\n9"))
    assert found.sub_indication is SubIndication.PARSER_DISAGREEMENT
    assert found.findings[0].code == "REPAIRED"
    assert found.findings[0].message == "PDF 结构有误，经修复才能读取（3 处）：file is damaged"


@pytest.mark.parametrize(("pages", "passes"), [(1, True), (2, False)])
def test_the_limit_of_pages(pages, passes):
    def more(opened: pikepdf.Pdf) -> None:
        for _ in range(pages - 1):
            opened.add_blank_page(page_size=(420, 595))

    verdict = paper.check(paper.edit_pdf(PAGE, more), KNOWN, limits=Limits(pages=1))
    assert (verdict.indication is Indication.PASSED) is passes
    if not passes:
        assert verdict.worst.sub_indication is SubIndication.PROCESSING_LIMIT
        assert verdict.worst.findings[0].message == "超过 1 页"


def test_a_page_larger_than_a0():
    def large(opened: pikepdf.Pdf) -> None:
        opened.pages[0].mediabox = pikepdf.Array([0, 0, 4000, 4000])

    found = container(paper.edit_pdf(PAGE, large))
    assert (found.sub_indication, found.findings[0].message) == (
        SubIndication.PROCESSING_LIMIT,
        "第 1 页大于 A0",
    )


@pytest.mark.parametrize(
    ("limits", "words"),
    [
        (Limits(upload=1000), "文件超过 0 MB"),
        (Limits(pdf_objects=5), "PDF 对象超过 5 个"),
        (Limits(glyphs=50), "文字超过 50 个"),
        (Limits(symbols=0), "二维码超过 0 个"),
    ],
)
def test_each_limit_says_its_name(limits, words):
    found = container(PAGE, limits)
    assert found.sub_indication is SubIndication.PROCESSING_LIMIT
    assert words in found.findings[0].message


def picture(size: tuple[int, int]) -> bytes:
    output = io.BytesIO()
    Image.new("1", size).save(output, "PNG")
    return output.getvalue()


def test_a_picture_over_the_limit_is_not_decoded():
    found = container(picture((300, 300)), Limits(image_pixels=300 * 299))
    assert found.sub_indication is SubIndication.PROCESSING_LIMIT
    verdict = paper.check(picture((300, 300)), limits=Limits(image_pixels=300 * 300))
    assert verdict.worst.sub_indication is SubIndication.NO_SIGNATURE_FOUND


def test_a_page_without_a_symbol():
    blank = pikepdf.new()
    blank.add_blank_page(page_size=(420, 595))
    output = io.BytesIO()
    blank.save(output)
    verdict = paper.check(output.getvalue(), KNOWN)
    assert verdict.indication is Indication.INDETERMINATE
    assert verdict.worst.sub_indication is SubIndication.NO_SIGNATURE_FOUND


def test_a_foreign_symbol():
    verdict = paper.check(paper.symbol_png("https://example.com/1"), KNOWN)
    assert verdict.worst.sub_indication is SubIndication.NO_SIGNATURE_FOUND
    assert verdict.worst.findings[0].found == "https://example.com/1"


def test_a_symbol_of_another_host():
    text = paper.producer().qr_text.replace("zx.example.cn", "zx.example.com")
    verdict = paper.check(paper.symbol_png(text), KNOWN)
    assert verdict.worst.sub_indication is SubIndication.FOREIGN_LINK


@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.integers(0, len(PAGE) - 1), st.integers(1, 255))
def test_a_changed_byte_never_makes_an_exception(place, change):
    data = bytearray(PAGE)
    data[place] ^= change
    assert paper.check(bytes(data), KNOWN).axes


def test_the_content_of_all_pages_has_a_limit():
    with pikepdf.open(io.BytesIO(PAGE)) as opened:
        size = len(opened.pages[0].Contents.read_bytes())
    at_limit = paper.check(PAGE, KNOWN, limits=Limits(page_content=size))
    assert at_limit.indication is Indication.PASSED
    past = container(PAGE, Limits(page_content=size - 1))
    assert past.sub_indication is SubIndication.PROCESSING_LIMIT
    assert past.findings[0].message == "页面内容超过 0 MB"


def test_a_form_that_is_drawn_often_counts_each_time():
    def draw(times: int):
        def edit(opened: pikepdf.Pdf) -> None:
            page = opened.pages[0]
            form = opened.make_stream(b"0 g " * 100, Type=Name.XObject, Subtype=Name.Form)
            form.BBox = pikepdf.Array([0, 0, 1, 1])
            page.Resources.XObject.Often = form
            page.contents_add(b"/Often Do " * times)

        return paper.edit_pdf(PAGE, edit)

    limits = Limits(page_content=25_000)
    assert (
        paper.axis(paper.check(draw(2), KNOWN, limits=limits), AxisName.CONTENT_MATCH).indication
        is Indication.PASSED
    )
    found = container(draw(50), limits)
    assert found.findings[0].message == "页面内容超过 0 MB"
