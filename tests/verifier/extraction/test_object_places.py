"""The one form of a cross-reference, and what is said of each other one."""

import io
import re
import zlib

import pikepdf
import pytest

from tests.verifier.written import (
    FREE,
    ISSUED,
    Written,
    honest_streams,
    honest_table,
    honest_update,
    stream,
)
from verifier.extraction.cross_reference import OddError, read_sections
from verifier.extraction.object_places import odd_references

TWICE = "表格各段重叠、次序有误或条目不规范"


def odd(data: bytes) -> str | None:
    with pikepdf.open(io.BytesIO(data)) as opened:
        return odd_references(opened, data)


PLAIN = honest_table(Written())
UPDATED = honest_update(Written())
STREAMED = honest_streams(Written())


@pytest.mark.parametrize("linearize", [False, True])
@pytest.mark.parametrize("mode", pikepdf.ObjectStreamMode.__members__.values(), ids=str)
def test_what_qpdf_writes_is_plain(mode, linearize):
    output = io.BytesIO()
    with pikepdf.open(io.BytesIO(ISSUED)) as opened:
        opened.save(output, object_stream_mode=mode, linearize=linearize)
    assert odd(output.getvalue()) is None


def remarked(index: bytes) -> bytes:
    """In an object stream, with ``index`` behind its numbers, as ``qpdf --qdf`` writes it."""
    file = Written()
    page, tree = file.objects.pop(file.page), file.objects.pop(file.tree)
    file.put_all()
    head = b"%d 0\n%d %d" % (file.tree, file.page, len(tree) + 1) + index
    entries = b"/Type/ObjStm/N 2/First %d" % len(head)
    file.at[file.new] = file.put(file.new, stream(head + tree + b" " + page, entries))
    return file.streamed({file.tree: (file.new, 0), file.page: (file.new, 1)})


REMARK = b"\n%% Object stream: object 3, index 0; original object ID: 10\n"


def test_what_qdf_remarks_in_an_object_stream():
    assert odd(remarked(b"\n")) is None
    assert odd(remarked(REMARK)) is None


@pytest.mark.parametrize(
    "index",
    [
        REMARK[1:],
        REMARK * 2,
        REMARK + b"9 0\n",
        REMARK.replace(b"\n", b"\r"),
        REMARK.replace(b"%%", b"%"),
        REMARK.replace(b"ID: 10", b"ID: 10 << >>"),
        REMARK.replace(b"index 0", b"index 1"),
        b"\n% 9 0\n",
    ],
    ids=repr,
)
def test_no_other_remark_in_the_numbers_of_an_object_stream(index):
    assert odd(remarked(index)) == "对象流 80 的目录不规范"


SECOND = re.compile(rb"(?<=65535 f \n\d{10} 00000 n \n)(\d{10}) 00000 n \n")


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (PLAIN.replace(b"startxref\n", b"startxref \n"), "文件末尾的 startxref 不规范"),
        (PLAIN.replace(b"xref\n0 80\n", b"xref\n0  80\n"), "表格之后的 trailer 不规范"),
        (PLAIN.replace(FREE, b"0000000000 65535 f\n\n", 1), TWICE),
        (PLAIN.replace(b"/Size 80", b"/Size 79"), "对象编号超出所记总数（Size）"),
        (PLAIN.replace(b"/Size 80", b"/Size 80/Prev 9"), "所指的位置上没有表格"),
        (PLAIN.replace(b"/Size 80", b"/Size 80/Size 80"), "trailer 的条目重复或写法不规范"),
        (PLAIN.replace(b"/Size 80", b"/#53ize 80"), "trailer 的条目重复或写法不规范"),
        (SECOND.sub(rb"\1 00001 n \n", PLAIN, 1), "对象 2 不在所记的位置"),
        (PLAIN.replace(b"2 0 obj\n", b"2 0\nobj\n", 1), "对象 2 不在所记的位置"),
        (UPDATED.replace(b"/Root 79 0 R>>", b"/Root 78 0 R>>"), "各段所指的文档目录（Root）或写法不同"),
        (honest_streams(Written(), b"/Extends 1 0 R"), "对象流 80 的写法不规范"),
        (STREAMED.replace(b"/W[1 4 2]", b"/W[1 4 2 0]"), "数据流形式的表格不规范（W 或 Index）"),
    ],
)  # fmt: skip
def test_what_is_not_of_the_plain_form_is_named(data, words):
    assert data not in (PLAIN, UPDATED, STREAMED)
    assert odd(data) == words


def test_another_section_at_the_head_of_a_linearised_file():
    """Readers that take the file as linearised begin there; the others begin at the end."""
    output = io.BytesIO()
    with pikepdf.open(io.BytesIO(ISSUED)) as opened:
        opened.save(output, linearize=True)
    data = output.getvalue()
    assert odd(data) is None
    for altered in (
        re.sub(rb"endobj\n +", lambda pad: pad[0][:-2] + b"%\n", data, count=1),
        re.sub(rb"/Linearized(.*\nendobj\n)  ", rb"/Linear#69zed\1", data, count=1),
        re.sub(rb"/L (\d+)(.*\nendobj\n)     ", rb"/L \1/L 9\2 ", data, count=1),
        # pdf.js takes its first page from here
        re.sub(rb"/O \d", b"/O 9", data, count=1),
        re.sub(rb"/N 1(.*\nendobj\n)    ", rb"/N 1/P 1\1", data, count=1),
    ):
        assert len(altered) == len(data)
        assert altered != data
        assert odd(altered) == "线性化信息不规范"


HIDING = {
    b"/Xendobj/Contents": "引用了不存在的版本（80 1 R）",
    b"/Xstream\n/Contents": "引用了不存在的版本（80 1 R）",
    b" endobj /Contents": "对象的括号不成对",
    b"<<>> stream\n/Contents": "对象的括号不成对",
    b"%(\n/Contents": "引用了不存在的版本（80 1 R）",
    b"/X(\\\\)/Contents": "引用了不存在的版本（80 1 R）",
    b"/X<(/Contents": "对象 64 的写法不规范",
    b"/X{/Contents": "对象 64 的写法不规范",
}


@pytest.mark.parametrize("hiding", HIDING, ids=repr)
def test_no_way_of_writing_hides_a_reference(hiding):
    """Behind each, another program may still see /Contents."""
    file = Written()
    old = b"/Contents %d 0 R" % file.content
    file.on_page(b"<<", b"<<" + hiding + b"[%d 0 R %d 1 R]%%)\n" % (file.content, file.new))
    file.on_page(old, b"/Y null")
    file.put_all()
    data = file.table()
    with pikepdf.open(io.BytesIO(ISSUED)) as other:
        assert odd_references(other, data) == HIDING[hiding]


ODD_SPELLING = {
    b"443." + b"0" * 300: "443." + "0" * 16,
    b"1" + b"0" * 10: "1" + "0" * 10,
    b"--5": "--5",
    b"1e3": "1e3",
    b"/" + b"X" * 101: "/" + "X" * 19,
    b"/X#41": "/X#41",
    b"truer": "truer",
}


@pytest.mark.parametrize("spelt", ODD_SPELLING, ids=lambda spelt: spelt[:12].decode())
def test_numbers_and_names_that_readers_cut_or_mend(spelt):
    """Ghostscript's buffer for a number has 255 bytes, and with the number it loses the object."""

    def with_entry(value: bytes) -> str | None:
        file = Written()
        file.on_page(b"<<", b"<</X " + value)
        file.put_all()
        return odd(file.table())

    assert odd(PLAIN) is None
    assert all(with_entry(plain) is None for plain in (b"443.0", b"-.5", b"/a#2Fb", b"true"))
    assert with_entry(spelt + b" ") == f"名称或数字的写法不规范（{ODD_SPELLING[spelt]}）"


@pytest.mark.parametrize(("pages", "words"), [(2, None), (3, "线性化的文件中各页的次序无法核对")])
def test_further_pages_of_a_linearised_file(pages, words):
    """Poppler takes them by the hints, from object 1 on: another page than the tree's, it may be."""
    output = io.BytesIO()
    with pikepdf.open(io.BytesIO(ISSUED)) as opened:
        for _ in range(pages - 1):
            opened.pages.append(opened.pages[0])
        opened.save(output, linearize=True)
    assert odd(output.getvalue()) == words


def with_row_kind(kind: int) -> bytes:
    """The cross-reference stream as qpdf writes it, its first row of another predictor."""
    output = io.BytesIO()
    with pikepdf.open(io.BytesIO(ISSUED)) as opened:
        opened.save(output, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    data = output.getvalue()
    table = data.rindex(b" obj", 0, data.rindex(b"/XRef"))
    found = re.compile(rb"/Length (\d+)").search(data, table)
    assert found is not None
    start = data.index(b"stream\n", table) + 7
    rows = bytearray(zlib.decompress(data[start : start + int(found[1])]))
    rows[0] = kind
    packed = zlib.compress(bytes(rows))
    end = data.index(b"\nendstream", start)
    head = data[: found.start()] + b"/Length %d" % len(packed) + data[found.end() : start]
    return head + packed + data[end:]


@pytest.mark.parametrize("kind", [5, 255])
def test_a_row_of_a_predictor_that_there_is_not(kind: int) -> None:
    """pdf.js and Ghostscript mend the file, and may find a catalog that stands in no table."""
    assert odd(with_row_kind(2)) is None
    assert odd(with_row_kind(kind)) == "数据流形式的表格压缩方式不规范"


def test_numbers_far_before_the_word() -> None:
    """Behind what they belong to, a number and the word may be far apart."""
    file = Written()
    file.objects[file.new] = stream(b"9000" + b" " * 60 + b"0" + b" " * 60 + b"obj")
    assert odd(honest_table(file)) == "对象的编号写法不规范"


@pytest.mark.parametrize("wide", [(5, 4, 2), (2, 4, 2), (1, 4, 8)])
def test_fields_that_some_readers_do_not_read(wide: tuple[int, int, int]) -> None:
    """poppler and Ghostscript take none of more than four bytes, and mend the file."""
    file = Written()
    file.put_all()
    assert odd(file.streamed(wide=wide)) == "数据流形式的表格不规范（W 或 Index）"


LINEAR = io.BytesIO()
with pikepdf.open(io.BytesIO(ISSUED)) as _opened:
    _opened.save(LINEAR, linearize=True, object_stream_mode=pikepdf.ObjectStreamMode.disable)


@pytest.mark.parametrize(
    ("pattern", "by"),
    [
        # as a number the file's length, by its letters another: an older section might follow
        (rb"/L (\d+)", b"/L 0%d"),
        # poppler counts entries from there
        (rb"/T (\d+)", b"/T %d"),
    ],
)
def test_what_the_head_of_a_linearised_file_says_in_numbers(pattern: bytes, by: bytes) -> None:
    data = LINEAR.getvalue()
    found = re.search(pattern, data)
    assert found is not None
    said = by % (int(found[1]) - (20 if by.startswith(b"/T") else 0))
    blank = b" " * (len(found[0]) + 1 - len(said))
    altered = data.replace(found[0] + b" ", said + blank, 1)
    assert (odd(data), len(altered)) == (None, len(data))
    assert odd(altered) == "线性化信息不规范"


def test_a_subsection_that_some_count_from_0() -> None:
    """pdf.js: whatever the free entry says, and in each subsection."""
    file = Written()
    file.put_all()
    data = file.table()
    before, size = data.rfind(b"xref\n0 "), max(file.at) + 1
    start = len(file.out)
    file.out += b"xref\n0 1\n" + FREE + b"1 1\n0000000000 00001 f \n"
    file.out += b"trailer\n<</Size %d/Root %d 0 R/Prev %d>>\n" % (size, file.root, before)
    file.out += b"startxref\n%d\n%%%%EOF\n" % start
    with pytest.raises(OddError) as refused:
        list(read_sections(bytes(file.out)))
    assert str(refused.value) == "表格的起始编号不规范"
