"""Files in which one number leads readers to two objects. Each passed once: all evidence was of qpdf's
copy, and other programs drew another page."""

import re
from collections.abc import Callable, Mapping

import pikepdf
import pypdfium2 as pdfium
import pytest

from credential.verdict import AxisName, Indication, SubIndication
from tests.verifier import paper
from tests.verifier.written import (
    BLOT,
    FREE,
    ISSUED,
    Written,
    data_of,
    honest_streams,
    honest_table,
    honest_update,
    stream,
)
from verifier.extraction.front_door import rewrite_pdf
from verifier.extraction.original import beside_original
from verifier.limits import Limits

KNOWN = paper.known(paper.producer())
UNSURE = "PDF 的对象目录（交叉引用表）写法异常，各阅读程序可能显示不同的内容："
TWICE = "表格各段重叠、次序有误或条目不规范"
HYBRID = "表格与数据流并用（XRefStm）或已加密"


def _more_content(file: Written, generation: int = 0) -> None:
    old = b"%d 0 R" % file.content
    more = b"[%b %d %d R]" % (old, file.new, generation)
    file.on_page(b"/Contents " + old, b"/Contents " + more)


def by_generation(file: Written) -> bytes:
    _more_content(file, 1)
    file.objects[file.new] = stream(BLOT)
    file.put_all()
    return file.table()


def of_no_object(file: Written) -> bytes:
    _more_content(file)
    file.put_all()
    return file.table()


def picture_by_generation(file: Written) -> bytes:
    entries = (
        b"/Type/XObject/Subtype/Image/Width 1/Height 1/ColorSpace/DeviceGray/BitsPerComponent 8"
    )
    file.objects[file.new] = stream(b"\0", entries)
    return _drawn_by_generation(file)


def form_by_generation(file: Written) -> bytes:
    entries = b"/Type/XObject/Subtype/Form/BBox[0 0 1 1]/Resources<<>>"
    file.objects[file.new] = stream(b"0 g 0 0 1 1 re f", entries)
    return _drawn_by_generation(file)


def _drawn_by_generation(file: Written) -> bytes:
    draw = data_of(file.objects[file.content]) + b"\nq 30 0 0 8 165 460 cm /G0 Do Q"
    file.objects[file.content] = stream(draw)
    resources = re.search(rb"/Resources (\d+) 0 R", file.objects[file.page])
    holder = int(resources[1]) if resources else file.page
    text = file.objects[holder]
    assert b"/XObject <<" in text
    file.objects[holder] = text.replace(b"/XObject <<", b"/XObject << /G0 %d 1 R" % file.new)
    file.put_all()
    return file.table()


def page_by_generation(file: Written) -> bytes:
    file.objects[file.tree] = file.objects[file.tree].replace(
        b"/Kids [", b"/Kids [ %d 1 R" % file.new
    )
    file.objects[file.new] = (
        b"<</Type/Page/Parent %d 0 R/MediaBox[0 0 300 300]/Contents %d 0 R/Resources<<>>>>"
        % (file.tree, file.new + 1)
    )
    file.objects[file.new + 1] = stream(b"0 g 9 9 90 90 re f")
    file.put_all()
    return file.table()


def annotations_by_generation(file: Written) -> bytes:
    note = b"<</Type/Annot/Subtype/Stamp/F 4/Rect[165 440 265 460]/AP<</N %d 0 R>>>>"
    file.objects[file.new] = b"[%b]" % (note % (file.new + 1))
    form = b"/Type/XObject/Subtype/Form/BBox[0 0 100 20]/Resources<<>>"
    file.objects[file.new + 1] = stream(b"0 g 0 0 30 8 re f", form)
    file.on_page(b"/Contents", b"/Annots %d 1 R /Contents" % file.new)
    file.put_all()
    return file.table()


def twice_in_the_table(file: Written) -> bytes:
    file.put_all()
    altered = file.put(file.content, file.altered)
    return file.table(behind=b"%d 1\n%010d 00000 n \n" % (file.content, altered))


def twice_in_the_stream(file: Written) -> bytes:
    file.put_all()
    return file.streamed(twice=file.put(file.content, file.altered))


def _beside(file: Written) -> None:
    _more_content(file)
    file.objects[file.new] = stream(BLOT)
    file.put_all()


def a_free_entry(file: Written) -> bytes:
    _beside(file)
    return file.table({file.new: b"%010d 00000 f \n" % file.at[file.new]})


def in_no_table(file: Written) -> bytes:
    _beside(file)
    return file.table({file.new: FREE})


def hybrid(file: Written) -> bytes:
    file.put_all()
    return _with_stream(file, file.put(file.content, file.altered), file.content)


def hybrid_hidden(file: Written) -> bytes:
    _beside(file)
    return _with_stream(file, file.at[file.new], file.new, {file.new: FREE})


def _with_stream(
    file: Written, at: int, number: int, rows: Mapping[int, bytes] | None = None
) -> bytes:
    entries = b"/Type/XRef/W[1 4 2]/Index[%d 1]/Size %d/Root %d 0 R"
    data = bytes([1]) + at.to_bytes(4) + bytes(2)
    size = file.new + 6
    start = file.put(file.new + 5, stream(data, entries % (number, size, file.root)))
    return file.table(rows, trailer=b"/XRefStm %d" % start)


def _two_pages(file: Written) -> tuple[bytes, bytes]:
    """The honest page and the altered one; all but the page are written."""
    honest = file.objects.pop(file.page)
    file.objects[file.new] = file.altered
    file.put_all()
    old, new = b"/Contents %d 0 R", b"/Contents %d 0 R" % file.new
    return honest, honest.replace(old % file.content, new)


def twice_in_an_object_stream(file: Written) -> bytes:
    honest, altered = _two_pages(file)
    file.pack(file.new + 1, [(file.page, altered), (file.page, honest)])
    return file.streamed({file.page: (file.new + 1, 0)})


def at_another_index(file: Written) -> bytes:
    honest, altered = _two_pages(file)
    file.pack(file.new + 1, [(file.page, honest), (file.new + 3, altered)])
    return file.streamed({file.page: (file.new + 1, 1)})


Trick = Callable[[Written], bytes]
TRICKS: dict[Trick, str] = {
    by_generation: "引用了不存在的版本（80 1 R）",
    picture_by_generation: "引用了不存在的版本（80 1 R）",
    form_by_generation: "引用了不存在的版本（80 1 R）",
    page_by_generation: "引用了不存在的版本（80 1 R）",
    annotations_by_generation: "引用了不存在的版本（80 1 R）",
    twice_in_the_table: TWICE,
    twice_in_the_stream: TWICE,
    a_free_entry: "对象 80 不在目录中",
    in_no_table: "对象 80 不在目录中",
    of_no_object: "引用了不存在的对象（80 0 R）",
    hybrid: HYBRID,
    hybrid_hidden: HYBRID,
    twice_in_an_object_stream: "对象流 81 中有重复、未登记或位置不符的对象",
    at_another_index: "对象流 81 中有重复、未登记或位置不符的对象",
}


@pytest.mark.parametrize("trick", TRICKS, ids=lambda trick: trick.__name__)
def test_one_number_with_two_objects(trick):
    verdict = paper.check(trick(Written()), KNOWN)
    assert verdict.indication is Indication.INDETERMINATE
    container = paper.axis(verdict, AxisName.CONTAINER)
    assert container.sub_indication is SubIndication.PARSER_DISAGREEMENT
    messages = {found.code: found.message for found in container.findings}
    assert messages["CROSS_REFERENCE"] == UNSURE + TRICKS[trick]


def test_a_letter_with_its_page_twice_in_an_object_stream():
    data = twice_in_an_object_stream(Written(paper.pdf(paper.pledge(), paper.LETTER)))
    verdict = paper.check(data, paper.known(paper.pledge()))
    found = paper.axis(verdict, AxisName.CONTAINER).findings
    assert [finding.code for finding in found] == ["CROSS_REFERENCE"]


@pytest.mark.parametrize(
    "trick",
    [by_generation, page_by_generation, twice_in_an_object_stream, picture_by_generation],
    ids=lambda trick: trick.__name__,
)
def test_a_page_that_is_not_drawn_as_its_copy(trick, monkeypatch):
    data = trick(Written())
    copy = pdfium.PdfDocument(rewrite_pdf(data, Limits()).data)
    assert [same for _, same in beside_original(data, list(copy))] == [False]
    monkeypatch.setattr("verifier.extraction.examined.odd_references", lambda *_: None)
    monkeypatch.setattr("verifier.extraction.examined.is_even", lambda _: True)
    found = paper.axis(paper.check(data, KNOWN), AxisName.CONTAINER).findings
    assert [finding.code for finding in found] == ["DRAWN_OTHERWISE"]


def test_a_turned_and_a_cropped_page_are_drawn_as_their_copies():
    def turn_and_crop(opened: pikepdf.Pdf) -> None:
        opened.pages.append(opened.pages[0])
        opened.pages[1].cropbox = [10, 20, 300, 400]
        opened.pages[1].rotate(270, relative=False)
        # one more is turned by the tree
        opened.pages.append(opened.pages[0])
        opened.Root.Pages.Rotate = 90

    data = paper.edit_pdf(ISSUED, turn_and_crop)
    copy = pdfium.PdfDocument(rewrite_pdf(data, Limits()).data)
    assert len(copy) == 3
    assert [same for _, same in beside_original(data, list(copy))] == [True] * 3


@pytest.mark.parametrize(
    "way", [honest_table, honest_streams, honest_update], ids=lambda way: way.__name__
)
def test_the_same_ways_of_writing_pass_when_honest(way):
    assert paper.check(way(Written()), KNOWN).indication is Indication.PASSED
