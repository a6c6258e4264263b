"""Objects that a file holds more than once: a seal adds entries, and alters none."""

import io

import pikepdf
import pytest

from tests.verifier.written import Written
from verifier.extraction.cross_reference import OddError
from verifier.extraction.object_places import odd_references
from verifier.extraction.revisions import check_revisions

PAGE = b"<</Type/Page/Contents 7 0 R/MediaBox[0 0 419.5 595]/Lang(zh-CN)>>"


def updated(file: Written, number: int, text: bytes) -> bytes:
    """``number`` stands once more in a second section, as ``text``."""
    file.put_all()
    data = file.table()
    before, size = data.rfind(b"xref\n0 "), max(file.at) + 1
    at = file.put(number, text)
    start = len(file.out)
    file.out += b"xref\n%d 1\n%010d 00000 n \n" % (number, at)
    file.out += b"trailer\n<</Size %d/Root %d 0 R/Prev %d>>\n" % (size, file.root, before)
    file.out += b"startxref\n%d\n%%%%EOF\n" % start
    return bytes(file.out)


def odd(data: bytes) -> str | None:
    with pikepdf.open(io.BytesIO(data)) as opened:
        return odd_references(opened, data)


def test_content_has_one_revision() -> None:
    """Readers that take another section for the newest would show the other one."""
    file = Written()
    content = file.objects[file.content]
    assert odd(updated(file, file.content, content)) == f"对象 {file.content} 有内容不同的几个版本"


def test_a_page_is_what_it_was() -> None:
    file = Written()
    same = file.objects[file.page]
    assert odd(updated(file, file.page, same.replace(b"<<", b"<< /Annots [] ", 1))) is None
    file = Written()
    assert b"/Contents" in same
    altered = same.replace(b"/MediaBox [ 0 0 ", b"/MediaBox [ 0 1 ")
    assert altered != same
    assert odd(updated(file, file.page, altered)) == f"对象 {file.page} 有内容不同的几个版本"


@pytest.mark.parametrize(
    "other",
    [
        PAGE.replace(b"7 0 R", b"8 0 R"),
        PAGE.replace(b"/Lang(zh-CN)", b""),
        PAGE.replace(b"/Type/Page", b"/Type/Page/Rotate 90"),
        PAGE.replace(b"595", b"true"),
        PAGE.replace(b"419.5", b"419.50001"),
        b"[1 2]",
        b"(words)",
        b"5",
        b"<</Type/Page",
        None,
    ],
    ids=repr,
)
def test_what_alters_an_entry(other: bytes | None) -> None:
    with pytest.raises(OddError) as refused:
        check_revisions({3: [PAGE], 5: [PAGE, PAGE, other]})
    assert str(refused.value) == "对象 5 有内容不同的几个版本"


@pytest.mark.parametrize(
    "other",
    [
        PAGE.replace(b"(zh-CN)", b"<7a682d434e>").replace(b"/", b" /"),
        PAGE.replace(b"<<", b"<</Annots[9 0 R]/AcroForm 4 0 R/DSS 5 0 R/Extensions<<>>/Perms<<>>"),
    ],
    ids=repr,
)
def test_what_a_seal_adds(other: bytes) -> None:
    check_revisions({5: [PAGE, other]})


def test_streams_have_one_revision() -> None:
    with pytest.raises(OddError) as refused:
        check_revisions({5: [None, None]})
    assert str(refused.value) == "对象 5 有内容不同的几个版本"
