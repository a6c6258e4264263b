"""What a scanner writes, and what another reader would show otherwise than PDFium."""

from collections.abc import Callable
from decimal import Decimal

import numpy as np
import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name

from tests.verifier import paper
from tests.verifier.extraction.test_picture_colours import SRGB
from tests.verifier.scans import LABEL, Change, content, in_pdf, jpeg, label, opened, picture_of
from tests.verifier.scans import why_not as odd
from verifier.extraction.scanned_check import telling_titles
from verifier.extraction.scanned_pages import ScannedSheet
from verifier.extraction.scanned_picture import _SWITCHES, _is_kind

FONTS = Dictionary(F1=Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica))


def sheet(data: bytes) -> ScannedSheet:
    scan = opened(data)
    assert not scan.flags, scan.flags
    assert not isinstance(scan.scan, str), scan.scan
    return scan.scan[0]


def page(**entries: object) -> Change:
    def change(pdf: pikepdf.Pdf) -> None:
        for key, value in entries.items():
            pdf.pages[0].obj[f"/{key}"] = value

    return change


def image(**entries: object) -> Change:
    def change(pdf: pikepdf.Pdf) -> None:
        for key, value in entries.items():
            picture_of(pdf)[f"/{key}"] = value

    return change


def catalog(**entries: object) -> Change:
    def change(pdf: pikepdf.Pdf) -> None:
        for key, value in entries.items():
            pdf.Root[f"/{key}"] = value

    return change


def both(*changes: Change) -> Change:
    def change(pdf: pikepdf.Pdf) -> None:
        for one in changes:
            one(pdf)

    return change


def fonts(pdf: pikepdf.Pdf) -> None:
    pdf.pages[0].obj.Resources.Font = FONTS


INVISIBLE = "BT 3 Tr /F1 9 Tf 1 0 0 1 20 30 Tm (9200) Tj [(kg) -20 (x)] TJ ET"


@pytest.mark.parametrize(
    "change",
    [
        None,
        content("@ /Im0 Do"),
        content("q @ q 1 0 0 1 0 0 cm /Im0 Do Q Q"),
        content("/P <</MCID 0>> BDC q @ /Im0 Do Q EMC"),
        image(Name=Name.Im0, Interpolate=True, Decode=Array([0, 1])),
        page(TrimBox=Array([0, 0, 226.8, 170.28]), MediaBox=Array([0, 0, 226.8, 170.28])),
        catalog(PageLayout=Name.SinglePage, PageMode=Name.UseNone),
        both(fonts, content(f"q @ /Im0 Do Q {INVISIBLE}")),
        both(fonts, content(f"{INVISIBLE} q @ /Im0 Do Q")),
    ],
)
def test_what_scanners_write(change: Change | None):
    one = sheet(label(change))
    assert (one.quarters, one.picture.packing) == (0, "/DCTDecode")
    assert one.box == pytest.approx((0, 0, 1, 1), abs=0.002)
    assert len(one.picture.digest) == 64


def test_a_picture_turned_by_its_matrix_or_its_page():
    across, down = LABEL.shape[1] * 0.36, LABEL.shape[0] * 0.36
    turned = f"q 0 {across:.4f} -{down:.4f} 0 {down:.4f} 0 cm /Im0 Do Q"
    size = Array([0, 0, round(down, 4), round(across, 4)])
    assert sheet(label(both(content(turned), page(MediaBox=size)))).quarters == 1
    assert sheet(label(page(Rotate=90))).quarters == 0
    upside = f"q -{across:.4f} 0 0 -{down:.4f} {across:.4f} {down:.4f} cm /Im0 Do Q"
    assert sheet(label(content(upside))).quarters == 2


@pytest.mark.parametrize("mode", ["3.0", "3."])
def test_a_text_mode_that_poppler_passes_over(mode: str):
    text = INVISIBLE.replace("3 Tr", f"{mode} Tr")
    found = opened(label(both(fonts, content(f"q @ /Im0 Do Q {text}"))))
    assert found.scan == "页面内容有图片以外的指令 Tr"


def test_content_in_streams_that_run_together():
    def parts(first: bytes) -> Change:
        def change(pdf: pikepdf.Pdf) -> None:
            content("q @ /Im0 Do Q")(pdf)
            pdf.pages[0].obj.Contents = Array(
                [pdf.make_stream(first), pdf.pages[0].obj.Contents, pdf.make_stream(b"\nQ")]
            )

        return change

    assert isinstance(opened(label(parts(b"q "))).scan, tuple)
    assert opened(label(parts(b"q"))).scan == "页面内容的写法各阅读程序读法不同"


def test_our_own_page_is_no_scan():
    assert odd(paper.pdf(paper.producer(), paper.LABEL)) == "图片不是整页的"


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ("q @ /Im0 Do Q q 9 0 0 9 0 0 cm /Im0 Do Q", "指令 Do"),
        ("q @ /Im0 Do", "不是只画一张图片"),
        ("q @ /Im0 Do Q Q", "指令 Q"),
        ("q @ Q", "不是只画一张图片"),
        ("q @ /Im1 Do Q", "指令 Do"),
        ("q 0 0 50 50 re W n @ /Im0 Do Q", "指令 re"),
        ("q @ /Im0 Do Q 1 g 0 0 50 50 re f", "指令 g"),
        ("q @ /Im0 Do Q BT /F1 9 Tf 20 30 Td (9200) Tj ET", "指令 Tj"),
        ("q @ /Im0 Do Q BT 3 Tr /F1 9 Tf (1) Tj 0 Tr (9200) Tj ET", "指令 Tr"),
        ("q @ /Im0 Do Q BT 7 Tr /F1 9 Tf (1) Tj ET", "指令 Tr"),
        ("q @ /Im0 Do Q q BT 3 Tr ET Q BT /F1 9 Tf (9200) Tj ET", "指令 Tj"),
        ("q @ /Im0 Do Q BT 3 Tr /F2 9 Tf (1) Tj ET", "指令 Tf"),
        ("q @ /Im0 Do Q BT 3 Tr /F1 9 Tf @ (1) Tj ET", "指令 cm"),
        ("q @ /Im0 Do Q (1) Tj", "指令 Tj"),
        ("/OC /Layer BDC q @ /Im0 Do Q EMC", "指令 BDC"),
        ("/OC <</Name (x)>> BDC q @ /Im0 Do Q EMC", "指令 BDC"),
        ("q @ 1 0 0.1 1 0 0 cm /Im0 Do Q", "倾斜或镜像"),
        ("q @ -1 0 0 1 1 0 cm /Im0 Do Q", "倾斜或镜像"),
        ("q @ 0.9 0 0 0.9 0 0 cm /Im0 Do Q", "没有铺满"),
        ("q @ 1 0 0 1 0.1 0 cm /Im0 Do Q", "没有铺满"),
        ("q @ 0.001 0 0 0.001 0 0 cm 1000 0 0 1000 0 0 cm /Im0 Do Q", "指令 cm"),
        ("q @" + " 1 0 0 1 0.0001 0 cm" * 5 + " /Im0 Do Q", "指令 cm"),
        ("q @ /Im0 Do Q BI /W 1 /H 1 /BPC 1 /CS /G ID \x00 EI", "写法"),
        ("q @ /Im0#20 Do Q", "写法"),
        ("q 226--8 0 0 170 0 0 cm /Im0 Do Q", "写法"),
        ("q @ /GS gs /Im0 Do Q", "指令 gs"),
        ("q @ /Im0 Do Q /Sh sh", "指令 sh"),
    ],
)
def test_content_that_draws_anything_else(words: str, why: str):
    assert why in str(odd(label(both(fonts, content(words)))))


def form(pdf: pikepdf.Pdf) -> None:
    entries = pdf.pages[0].obj.Resources.XObject
    box = pdf.pages[0].obj.MediaBox
    inner = pdf.make_stream(
        b"/Im0 Do", Subtype=Name.Form, BBox=box, Resources=Dictionary(XObject=entries)
    )
    pdf.pages[0].obj.Resources = Dictionary(XObject=Dictionary(Fm0=inner))


def second(pdf: pikepdf.Pdf) -> None:
    pdf.pages[0].obj.Resources.XObject["/Im1"] = picture_of(pdf)


def three(pdf: pikepdf.Pdf) -> None:
    fonts(pdf)
    pdf.pages[0].obj.Resources.Font.F1.Subtype = Name.Type3
    content(f"q @ /Im0 Do Q {INVISIBLE}")(pdf)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (form, "不是只有一张图片"),
        (second, "不是只有一张图片"),
        (three, "指令 Tf"),
        (page(Resources=Dictionary()), "不是只有一张图片"),
        (page(Group=Dictionary(S=Name.Transparency)), "页面带有 Group"),
        (page(PieceInfo=Dictionary()), "页面带有 PieceInfo"),
        (page(TrimBox=Array([0, 0, 100, 100])), "几种边框不同"),
        (page(MediaBox=Array([0, 0, 100, 170])), "没有铺满页面或超出"),
        (page(MediaBox=Array([0, 0, 2268, 1702.8])), "没有铺满"),
        (image(Decode=Array([1, 0])), "被反转"),
        (image(Intent=Name.Perceptual), "图片带有 Intent"),
        (image(ImageMask=True), "图片带有 ImageMask"),
        (image(Mask=Array([0, 10])), "图片带有 Mask"),
        (image(SMaskInData=1), "图片带有 SMaskInData"),
        (image(OC=Dictionary(Type=Name.OCG)), "图片带有 OC"),
        (image(Alternates=Array([])), "图片带有 Alternates"),
        (image(Matte=Array([0])), "图片带有 Matte"),
        (image(F=pikepdf.String("other.jpg")), "图片带有 F"),
        (image(BitsPerComponent=4), "不是普通的黑白、灰度或 RGB"),
        (image(BitsPerComponent=True), "不是普通的黑白、灰度或 RGB"),
        (image(ColorSpace=Name.DeviceCMYK), "不是普通的黑白、灰度或 RGB"),
        (image(ColorSpace=Array([Name.Indexed, Name.DeviceRGB, 0, b"abc"])), "不是普通的"),
        (image(ColorSpace=Array([Name.CalGray, Dictionary(Gamma=9)])), "不是普通的"),
        (image(Filter=Name.JPXDecode), "不能由两种程序核对"),
        (image(Filter=Name.JBIG2Decode, BitsPerComponent=1), "不能由两种程序核对"),
        (image(Filter=Array([Name.FlateDecode, Name.DCTDecode])), "不能由两种程序核对"),
        (image(DecodeParms=Dictionary(ColorTransform=0)), "不能由两种程序核对"),
        (image(Width=100), "图片不是整页的"),
        (catalog(Outlines=Dictionary()), "文档带有 Outlines"),
        (catalog(Dests=Dictionary()), "文档带有 Dests"),
    ],
)
def test_entries_that_scanners_do_not_write(change: Change, why: str):
    assert why in str(odd(label(change)))


def softly(pdf: pikepdf.Pdf) -> None:
    mask = pdf.make_stream(bytes(4), Subtype=Name.Image, Width=2, Height=2, BitsPerComponent=8)
    picture_of(pdf).SMask = mask


def profiled(pdf: pikepdf.Pdf) -> None:
    profile = pdf.make_stream(bytes(128), N=1)
    picture_of(pdf).ColorSpace = Array([Name.ICCBased, profile])


def intended(pdf: pikepdf.Pdf) -> None:
    profile = pdf.make_stream(bytes(128), N=3)
    intent = Dictionary(Type=Name.OutputIntent, DestOutputProfile=profile)
    pdf.Root.OutputIntents = Array([intent])


def defaults(pdf: pikepdf.Pdf) -> None:
    space = Array([Name.Separation, Name.Black, Name.DeviceGray])
    pdf.pages[0].obj.Resources.ColorSpace = Dictionary(DefaultGray=space)


def packed(pdf: pikepdf.Pdf) -> None:
    pdf.pages[0].obj.Contents.F = pikepdf.String("other")


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (softly, "图片带有 SMask"),
        (profiled, "不是普通的黑白、灰度或 RGB"),
        (intended, "输出颜色配置"),
        (defaults, "页面的资源带有 ColorSpace"),
        (packed, "页面内容残缺"),
    ],
)
def test_objects_that_change_what_is_shown(change: Change, why: str):
    assert why in str(odd(label(change)))


def annotated(pdf: pikepdf.Pdf) -> None:
    note = Dictionary(Type=Name.Annot, Subtype=Name.Square, Rect=[0, 0, 50, 50])
    pdf.pages[0].obj.Annots = Array([pdf.make_indirect(note)])


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (annotated, None),
        (page(UserUnit=2), None),
        (page(CropBox=Array([0, 0, 100, 100])), "CROP"),
        (page(Rotate=45), "TURNED"),
        (image(Interpolate=1), "KIND_INTERPOLATE"),
        (catalog(OCProperties=Dictionary(OCGs=Array([]))), None),
        (catalog(OpenAction=Dictionary(S=Name.JavaScript, JS=b"1")), None),
    ],
)
def test_what_other_checks_say_of_a_scan(change: Change, code: str | None):
    """By a flag of their own, whatever the closed list says."""
    cleaned = opened(label(change))
    assert cleaned.flags or isinstance(cleaned.scan, str)
    assert code is None or code in {flag.code for flag in cleaned.flags}


def test_one_page_of_two_that_is_no_scan():
    other = both(content("q @ /Im0 Do Q"), page(PieceInfo=Dictionary()))
    assert odd(in_pdf(jpeg(LABEL), jpeg(LABEL))) is None
    assert "PieceInfo" in str(odd(in_pdf(jpeg(LABEL), jpeg(LABEL), change=other)))


def structure(change: Callable[[bytes], bytes]) -> set[str]:
    cleaned = opened(change(label()))
    return {flag.code for flag in cleaned.flags}


def test_duplicate_keys_and_a_broken_table_are_told_of_scans_too():
    twice = structure(lambda data: data.replace(b"/Width 630", b"/Width 3 /Width 630"))
    assert {"REPAIRED"} & twice
    moved = structure(lambda data: data.replace(b"/Rotate", b"/Rotat", 1) + b"\n%%EOF junk")
    assert moved


def with_profile(data: bytes, colours: int) -> Change:
    def change(pdf: pikepdf.Pdf) -> None:
        profile = pdf.make_stream(data, N=colours, Alternate=Name.DeviceRGB)
        picture_of(pdf).ColorSpace = Array([Name.ICCBased, profile])
        intent = Dictionary(Type=Name.OutputIntent, S=Name.GTS_PDFA1, DestOutputProfile=profile)
        pdf.Root.OutputIntents = Array([intent])

    return change


def test_a_profile_is_as_plain_as_a_pictures():
    colours = jpeg(np.stack([LABEL] * 3, axis=2))
    one = sheet(in_pdf(colours, change=with_profile(SRGB, 3)))
    assert one.picture.colours == 3
    other = SRGB.replace(b"rXYZ", b"XXXX", 1)
    for data, count in ((other, 3), (SRGB + b"more", 3), (SRGB, 1)):
        why = str(odd(in_pdf(colours, change=with_profile(data, count))))
        assert why == "输出颜色配置不是普通的"
        without = both(
            with_profile(data, count), lambda pdf: pdf.Root.__delitem__("/OutputIntents")
        )
        assert "灰度或 RGB" in str(odd(in_pdf(colours, change=without)))


@pytest.mark.parametrize(
    ("entry", "value", "plain"),
    [
        ("/K", -1, True),
        ("/K", Decimal("-1.0"), False),
        ("/K", True, False),
        ("/BlackIs1", True, True),
        ("/BlackIs1", 1, False),
    ],
)
def test_a_parameter_is_of_its_kind(entry: str, value: object, plain: bool):
    """Of -1.0 poppler and MuPDF make group 3, and draw noise."""
    assert _is_kind(value, switch=entry in _SWITCHES) is plain


@pytest.mark.parametrize(
    "title", ["Scan 2026-11-22.pdf", "SKM_C25026112209070", "扫描件", "img_0012.jpg"]
)
def test_a_title_that_scanners_give_tells_nothing(title: str):
    assert telling_titles([title], ()) == ()


@pytest.mark.parametrize(
    "title", ["Qty_9200", "VOID-", "NOT-OK-", "FAKE_1", "9200", "scan doc 1", "9200公斤"]
)
def test_any_other_title_is_told_of(title: str):
    assert telling_titles([title], ()) == (title,)
