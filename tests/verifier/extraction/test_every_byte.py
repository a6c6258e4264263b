"""Each byte of a file has an owner, or readers that go through the whole of it find what the table has not."""

import io
import re

import pikepdf
import pytest

from tests.verifier.written import Written, honest_streams, honest_table, honest_update, stream
from verifier.extraction.object_places import odd_references

TRAILER = b"xref\n0 1\n0000000000 65535 f \ntrailer\n<</Size 90/Root 1 0 R>>\nstartxref\n0\n%%EOF\n"
NOBODYS = r"第 \d+ 字节起有不属于任何对象的内容"


def odd(data: bytes) -> str | None:
    with pikepdf.open(io.BytesIO(data)) as opened:
        return odd_references(opened, data)


def with_gap(gap: bytes) -> bytes:
    """``gap`` between the last object and the table."""
    file = Written()
    file.put_all()
    file.out += gap
    return file.table()


@pytest.mark.parametrize("make", [honest_table, honest_update, honest_streams])
def test_what_is_honestly_written(make) -> None:
    assert odd(make(Written())) is None


@pytest.mark.parametrize(
    "gap",
    [
        b"\n\r\n \t\0",
        b"%% Original object ID: 7 0\n",
        b"%%Contents for page 1\n",
        b"%\xe2\xe3\xcf\xd3\n",
    ],
    ids=repr,
)
def test_white_space_and_remarks(gap: bytes) -> None:
    assert odd(with_gap(gap)) is None


@pytest.mark.parametrize(
    "gap",
    [
        TRAILER,
        b"x\n",
        b"trailer\n",
        b"startxref\n17\n%%EOF\n",
        b"% trailer <<>>\n",
        b"% <<\n",
        b"%xref\n",
        b"% endstream\n",
        b"%PDF-1.4\n",
        b"<</Type/Page>>\n",
        b"endobj\n",
    ],
    ids=repr,
)
def test_what_stands_between_objects(gap: bytes) -> None:
    said = odd(with_gap(gap))
    assert said is not None
    assert re.fullmatch(NOBODYS, said), said


def test_a_trailer_in_the_data_of_a_stream() -> None:
    """LibreOffice and others end a stream at the word, whatever the length says."""
    file = Written()
    file.objects[file.new] = stream(b"endstream endobj\n" + TRAILER)
    file.put_all()
    said = odd(file.table())
    assert said is not None
    assert re.fullmatch(NOBODYS, said), said


def test_the_word_alone_in_the_data_of_a_stream() -> None:
    file = Written()
    file.objects[file.new] = stream(b"endstream")
    file.put_all()
    assert re.fullmatch(r"第 \d+ 字节起的数据流之后没有结束标记", odd(file.table()) or "")


def test_where_a_table_is_said_to_be() -> None:
    first = b"startxref\n%d\n"
    data = honest_update(Written())
    place = int(re.search(rb"startxref\n(\d+)", data)[1])  # type: ignore[index]
    altered = data.replace(first % place, first % (place - 1), 1)
    assert odd(data) is None
    assert odd(altered) == "startxref 所指的位置上没有表格"


STRAY = "文件里有不属于表格的 trailer 或 startxref"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (b"(trailer)", STRAY),
        (b"(startxref)", STRAY),
        (stream(b"\ntrailer<</Root 9 0 R>>"), STRAY),
        (stream(b"\nstartxref\n9\n"), STRAY),
        (stream(b"9000 %a\n0 %b\nobj<<>>"), "对象的编号写法不规范"),
        (stream(b"9000 0\r obj<<>>"), "对象 9000 不在目录中"),
    ],
    ids=repr,
)
def test_words_in_strings_and_streams(text: bytes, said: str) -> None:
    file = Written()
    file.objects[file.new] = text
    assert odd(honest_table(file)) == said
