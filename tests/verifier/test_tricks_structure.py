"""Tricks in a PDF's structure, where two readers open, decode or draw one file differently."""

import io
import re
from functools import partial

import pikepdf
import pytest
from pikepdf import Name

from credential.verdict import AxisName, Indication
from tests.verifier import paper
from tests.verifier.test_tricks import codes, edited
from verifier.extraction.examined import examine_pdf
from verifier.extraction.page_tree import opened_pages
from verifier.limits import Limits

ISSUED = paper.pdf(paper.producer())


def written_plainly(change, document=None, style=paper.A5):
    """Our page as its bytes stand, so that a test may alter them as text."""
    data = paper.edit_pdf(paper.pdf(document or paper.producer(), style), change)
    output = io.BytesIO()
    with pikepdf.open(io.BytesIO(data)) as opened:
        opened.save(output, object_stream_mode=pikepdf.ObjectStreamMode.disable)
    return output.getvalue()


def checked(data):
    verdict = paper.check(data, paper.known(paper.producer()))
    assert verdict.indication is not Indication.PASSED
    return verdict


def second_page(opened: pikepdf.Pdf) -> None:
    opened.pages.append(opened.pages[0])


def messages(verdict, code, name=AxisName.CONTAINER):
    return [f.message for f in paper.axis(verdict, name).findings if f.code == code]


def test_a_page_that_no_reader_opens():
    data = written_plainly(second_page)
    lied = re.sub(rb"/Count 2\b", b"/Count 1", data)
    assert lied != data
    assert messages(checked(lied), "PAGE_COUNT") == [
        "PDF 的页数说法不一：页面目录所记页数（Count）或上级（Parent）与实际不符",
        "PDF 的页数说法不一：一种解析程序只能打开 1 页，另一种 2 页",
    ]


def test_a_page_less_by_the_linearised_count():
    output = io.BytesIO()
    with pikepdf.open(io.BytesIO(written_plainly(second_page))) as opened:
        opened.save(output, linearize=True)
    lied = re.sub(rb"/N 2\b", b"/N 1", output.getvalue())
    assert messages(checked(lied), "PAGE_COUNT") == [
        "PDF 的页数说法不一：线性化信息所记页数与实际不符"
    ]


def test_a_page_under_another_node():
    def adopt(opened: pikepdf.Pdf) -> None:
        other = pikepdf.Dictionary(Type=Name.Pages, Kids=[], Count=0, MediaBox=[0, 0, 100, 100])
        opened.pages[0].obj.Parent = opened.make_indirect(other)

    assert "PAGE_COUNT" in codes(edited(adopt), AxisName.CONTAINER)


def first_font(opened: pikepdf.Pdf) -> pikepdf.Object:
    return next(font for _, font in opened.pages[0].Resources.Font.items())


def own_code_table(opened: pikepdf.Pdf) -> None:
    """Identity for who looks at the name; <00 23> is one code for some and 0023 for others."""
    table = opened.make_stream(
        b"/CIDInit /ProcSet findresource begin begincmap /CMapName /X def\n"
        b"1 begincodespacerange <0000> <ffff> endcodespacerange\n"
        b"1 begincidrange <0000> <ffff> 0 endcidrange\n"
        b"1 begincidchar <00 0a> 35 endcidchar endcmap end"
    )
    table.Type, table.CMapName = Name.CMap, Name("/Identity-H")
    first_font(opened).Encoding = table


def opentype(opened: pikepdf.Pdf) -> None:
    part = first_font(opened).DescendantFonts[0]
    part.FontDescriptor.FontFile3.Subtype = Name.OpenType


def second_program(opened: pikepdf.Pdf) -> None:
    descriptor = first_font(opened).DescendantFonts[0].FontDescriptor
    descriptor.FontFile2 = opened.make_stream(b"x")


def glyph_table(opened: pikepdf.Pdf) -> None:
    first_font(opened).DescendantFonts[0].CIDToGIDMap = opened.make_stream(bytes(512))


def no_descriptor(opened: pikepdf.Pdf) -> None:
    del first_font(opened).DescendantFonts[0].FontDescriptor


@pytest.mark.parametrize(
    ("change", "code", "message"),
    [
        (own_code_table, "FONT_ENCODING", "PDF 含有自带编码表的字体"),
        (opentype, "FONT", "PDF 含有未嵌入的字体"),
        (second_program, "FONT", "PDF 含有未嵌入的字体"),
        (no_descriptor, "FONT", "PDF 含有未嵌入的字体"),
        (glyph_table, "FONT_ENTRY", "PDF 含有字体中无法核对的条目（CIDToGIDMap）"),
    ],
)
def test_fonts_whose_codes_readers_read_differently(change, code, message):
    assert messages(edited(change), code, AxisName.VISIBILITY) == [message]


def attached(opened: pikepdf.Pdf) -> pikepdf.Object:
    return opened.Root.Names.EmbeddedFiles.Names[1]


def second_file(opened: pikepdf.Pdf) -> None:
    attached(opened).EF.UF = opened.make_stream(b"%PDF-1.7 altered")


def second_name(opened: pikepdf.Pdf) -> None:
    attached(opened).F = pikepdf.String("altered.pdf")


def file_for_others(opened: pikepdf.Pdf) -> None:
    attached(opened).EF.Mac = opened.make_stream(b"%PDF-1.7 altered")


def said_otherwise(opened: pikepdf.Pdf) -> None:
    attached(opened).Desc = pikepdf.String("最新合格证，以此为准")


def name_in_the_tree(opened: pikepdf.Pdf) -> None:
    opened.Root.Names.EmbeddedFiles.Names[0] = pikepdf.String("最新合格证.pdf")


def name_without_a_file(opened: pikepdf.Pdf) -> None:
    """pdf.js lists it with its description."""
    words = {"F": "本证已作废.pdf", "UF": "本证已作废.pdf", "Desc": "本证已作废，请勿使用"}
    entry = pikepdf.Dictionary(
        Type=Name.Filespec, **{k: pikepdf.String(v) for k, v in words.items()}
    )
    names = opened.Root.Names.EmbeddedFiles.Names
    names.append(pikepdf.String("本证已作废.pdf"))
    names.append(opened.make_indirect(entry))


@pytest.mark.parametrize(
    ("change", "code", "name", "message"),
    [
        (
            second_file,
            "OTHER_ATTACHED",
            AxisName.CONTAINER,
            "PDF 附带的凭证与二维码中的不是同一份",
        ),
        (second_name, "ATTACHMENT", AxisName.CONTAINER, "PDF 带有其他附件"),
        (
            file_for_others,
            "ATTACHMENT_ENTRY",
            AxisName.VISIBILITY,
            "PDF 含有附件中无法核对的条目（Mac）",
        ),
        (
            said_otherwise,
            "ATTACHMENT_ENTRY",
            AxisName.VISIBILITY,
            "PDF 含有附件的说明（最新合格证，以此为准）",
        ),
        (
            name_in_the_tree,
            "ATTACHMENT_NAME",
            AxisName.VISIBILITY,
            "PDF 含有名称与文件不符的附件",
        ),
        (
            name_without_a_file,
            "ATTACHMENT_NAME",
            AxisName.VISIBILITY,
            "PDF 含有名称与文件不符的附件",
        ),
    ],
)
def test_two_files_behind_one_attachment(change, code, name, message):
    assert messages(edited(change), code, name) == [message]


def nested(opened: pikepdf.Pdf, levels: int) -> None:
    """A form in forms with an area of its own: some readers go so deep, others do not."""
    box = [0, 0, 420, 596]
    form = opened.make_stream(
        b"0 g 100 100 200 200 re f", Type=Name.XObject, Subtype=Name.Form, BBox=box
    )
    form.Resources = pikepdf.Dictionary()
    for _ in range(levels):
        held = pikepdf.Dictionary(XObject=pikepdf.Dictionary(X=form))
        form = opened.make_stream(b"/X Do", Type=Name.XObject, Subtype=Name.Form, BBox=box)
        form.Resources = held
    opened.pages[0].Resources.XObject.Xz = opened.make_indirect(form)
    opened.pages[0].contents_add(b"q /Xz Do Q")


@pytest.mark.parametrize("levels", [1, 45])
def test_forms_in_forms(levels):
    verdict = edited(lambda opened: nested(opened, levels))
    assert set(messages(verdict, "DRAWING", AxisName.VISIBILITY)) == {
        "各阅读程序可能画得不同：绘图指令所用的图形中又套有图形"
    }


def test_the_content_of_a_form_is_looked_into():
    def draw(opened: pikepdf.Pdf) -> None:
        nested(opened, 0)
        opened.pages[0].Resources.XObject.Xz.write(b"9000-0 0 0 0 re f")

    assert messages(edited(draw), "DRAWING", AxisName.VISIBILITY) == [
        "各阅读程序可能画得不同：绘图指令有无法核对的指令 9000-0"
    ]


UNCLEAR = {
    "q 1 0 0 1 9000-0 0 cm Q": "有无法核对的指令 9000-0",
    "--1 0 0 0 re f": "有无法核对的指令 --1",
    "1e2 0 0 0 re f": "有无法核对的指令 1e2",
    "4294967396 0 0 0 re f": "有无法核对的指令 re",
    "0 0 1 g": "有无法核对的指令 g",
    "0 rg": "有无法核对的指令 rg",
    "(x) g": "有无法核对的指令 g",
    "W n": "有无法核对的指令 W",
    "{ 1 } g": "有无法核对的指令 g",
    "Q q": "的次序有误，在指令 Q",
    "q": "的次序有误，在末尾",
    "0 0 l S": "的次序有误，在指令 l",
    "0 0 m 1 g 9 9 l S": "的次序有误，在指令 g",
    "BT 0 0 m ET": "的次序有误，在指令 m",
    "BT BT ET": "的次序有误，在指令 BT",
    "q " * 30 + "Q " * 30: "的次序有误，在指令 q",
    "BI /W 1": "不完整",
    "0 g " * 300_000: "过长，未逐条核对",
}


@pytest.mark.parametrize("content", UNCLEAR, ids=lambda content: content[:20])
def test_operators_that_readers_understand_differently(content):
    data = paper.edit_pdf(ISSUED, lambda opened: opened.pages[0].contents_add(content.encode()))
    assert drawn(data) == [f"各阅读程序可能画得不同：绘图指令{UNCLEAR[content]}"]


def drawn(data):
    flags = examine_pdf(data, (), Limits(), partial(opened_pages, data)).flags
    return [flag.message for flag in flags if flag.code == "DRAWING"]


@pytest.mark.parametrize("content", ["q 0 g 1.5 -.5 +3 4. re f Q", "q 1 w 0 0 m 9 9 l S Q"])
def test_what_is_written_plainly_is_understood(content):
    data = paper.edit_pdf(ISSUED, lambda opened: opened.pages[0].contents_add(content.encode()))
    assert drawn(data) == []


def test_content_in_two_streams():
    """pdf.js puts nothing between them: the d of one and the 1 of the other are its operator d1."""

    def split(opened: pikepdf.Pdf) -> None:
        opened.pages[0].contents_add(b"[] 0 d", prepend=True)

    data = paper.edit_pdf(ISSUED, split, in_parts=True)
    assert drawn(data) == ["各阅读程序可能画得不同：绘图指令分成几段"]


def test_a_string_over_two_streams():
    def split(opened: pikepdf.Pdf) -> None:
        opened.pages[0].contents_add(b"BT (a")
        opened.pages[0].contents_add(b"b) Tj ET")

    data = paper.edit_pdf(ISSUED, split, in_parts=True)
    assert drawn(data) == ["各阅读程序可能画得不同：绘图指令不完整"]


def test_a_mode_of_text_that_poppler_passes_over():
    """A real number where a whole one is wanted: the mode before stays, and □ is filled to ■."""

    def real(opened: pikepdf.Pdf) -> None:
        page = opened.pages[0]
        data = page.Contents.read_bytes()
        assert b"BT 0 Tr" in data
        page.Contents = opened.make_stream(data.replace(b"BT 0 Tr", b"BT 0.0 Tr"))

    said = drawn(paper.edit_pdf(ISSUED, real))
    assert said == ["各阅读程序可能画得不同：绘图指令有无法核对的指令 Tr"]


def test_a_page_that_is_not_in_the_tree():
    """A reader that follows another entry to it shows it."""

    def stray(opened: pikepdf.Pdf) -> None:
        page = opened.pages[0].obj
        opened.Root.StructTreeRoot.Pg = opened.make_indirect(
            pikepdf.Dictionary(Contents=page.Contents, Resources=page.Resources)
        )

    verdict = edited(stray)
    assert messages(verdict, "STRAY_PAGE", AxisName.VISIBILITY) == ["PDF 含有不在页面目录中的页面"]


def test_a_node_of_the_page_tree_has_nothing_for_its_pages():
    """pdf.js draws what hangs there over each of them."""

    def annotate(opened: pikepdf.Pdf) -> None:
        square = pikepdf.Dictionary(
            Type=Name.Annot, Subtype=Name.Square, Rect=pikepdf.Array([100, 470, 160, 490])
        )
        opened.Root.Pages.Annots = pikepdf.Array([opened.make_indirect(square)])

    verdict = edited(annotate)
    said = {one.code: one.message for one in paper.axis(verdict, AxisName.VISIBILITY).findings}
    assert said["PAGE_TREE"] == "PDF 含有页面目录中无法核对的条目"
    assert said["STRAY_ANNOTATION"] == "PDF 含有不在页面上的批注或覆盖物"
