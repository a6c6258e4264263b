"""A ZIP of documents: names, and everything in it that must not be read."""

import io
import zipfile
from random import Random

import pytest

from credential.verdict import SubIndication
from verifier.evidence import Evidence
from verifier.limits import Limits
from verifier.pile import Item
from verifier.zip_pile import PileError, PileLimits, open_zip

LIMIT, NO = SubIndication.PROCESSING_LIMIT, SubIndication.UNSUPPORTED_FORMAT


def packed(members: dict[str, bytes], flags: int = 0) -> bytes:
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
        for member in archive.infolist():
            member.flag_bits |= flags
    return output.getvalue()


def items(
    data: bytes, limits: Limits | None = None, bounds: PileLimits | None = None
) -> list[Item]:
    return list(open_zip(io.BytesIO(data), limits, bounds).items())


def refusal(item: Item) -> tuple[SubIndication, str]:
    assert isinstance(item.content, Evidence)
    (flag,) = item.content.flags
    return flag.sub, flag.code


SYSTEM = {
    "__MACOSX/b/._二.pdf": b"\0\5\x16\7\0\2\0\0Mac OS X",
    "b/.DS_Store": b"\0\0\0\1Bud1\0",
    "Thumbs.db": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
    "b/desktop.ini": b"[.ShellClassInfo]",
}


def test_members_in_their_order_without_folders_and_system_files() -> None:
    data = packed({"b/": b"", "b/二.pdf": b"2", **SYSTEM, "a.pdf": b"1"})
    assert items(data) == [Item("b/二.pdf", b"2"), Item("a.pdf", b"1")]
    pile = open_zip(io.BytesIO(data))
    assert (pile.count, pile.passed_over) == (2, tuple(SYSTEM))


@pytest.mark.parametrize("name", SYSTEM)
@pytest.mark.parametrize(
    "inside",
    [
        b"%PDF-1.7",
        b"1 0 obj\n<<>>",
        b"1 0%\nobj<<>>",
        b"startxref 0",
        b"PK\3\4" + bytes(26),
        b"PK\5\6" + bytes(18),
        "WordDocument".encode("utf-16-le"),
        "\5SummaryInformation".encode("utf-16-le"),
        "STARWRITERDOCUMENT".encode("utf-16-le"),
    ],
)
def test_a_document_behind_the_head_of_a_system_file_is_verified(name: str, inside: bytes) -> None:
    """Readers look for a document within a file; a letter of Word is a compound file, as small pictures are."""
    content = SYSTEM[name] + bytes(2000) + inside
    pile = open_zip(io.BytesIO(packed({"a.pdf": b"1", name: content})))
    assert (pile.count, pile.passed_over) == (2, ())
    assert list(pile.items()) == [Item("a.pdf", b"1"), Item(name, content)]


@pytest.mark.parametrize(
    "name",
    [
        *("__MACOSX/b.pdf", "x/__MACOSX/协议书.pdf", "__MACOSX/._b.pdf", ".DS_Store", "Thumbs.db"),
        *("desktop.ini", "b.pdf/", ".b.pdf"),
    ],
)
def test_no_document_is_passed_over_by_its_name(name: str) -> None:
    pile = open_zip(io.BytesIO(packed({"a.pdf": b"1", name: b"%PDF-1.7"})))
    assert list(pile.items()) == [Item("a.pdf", b"1"), Item(name, b"%PDF-1.7")]
    assert pile.passed_over == ()


def _hidden(where: str) -> bytes:
    """A member that the directory does not list, before, between and after the others."""
    stray = packed({"b.pdf": b"hidden"})
    stray = stray[: stray.index(b"PK\1\2")]
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w") as archive:
        for name in ("first", "between", "after"):
            if name == where:
                output.write(stray)
                archive.start_dir = output.tell()
            if name != "after":
                archive.writestr(f"{name}.pdf", b"1")
    return output.getvalue()


@pytest.mark.parametrize("where", ["first", "between", "after"])
def test_a_member_that_the_directory_does_not_list_is_refused(where: str) -> None:
    assert len(items(_hidden("nowhere"))) == 2
    with pytest.raises(PileError) as refused:
        items(_hidden(where))
    assert str(refused.value) == "压缩包中有目录没有列出的内容，请重新打包后再提交"


def test_sizes_after_the_data_are_no_hidden_content() -> None:
    class Pipe(io.BytesIO):
        def seekable(self) -> bool:
            return False

        def seek(self, *_: object) -> int:
            raise io.UnsupportedOperation

        def tell(self) -> int:
            raise io.UnsupportedOperation

    output = Pipe()
    with zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.pdf", b"1")
        archive.writestr("b.pdf", b"2")
    data = output.getvalue()
    assert data.count(b"PK\7\x08") == 2
    assert items(data) == [Item("a.pdf", b"1"), Item("b.pdf", b"2")]


def test_a_size_that_differs_from_the_directory_is_refused() -> None:
    data = packed({"a.pdf": b"1" * 90})
    with pytest.raises(PileError, match="压缩包中有目录没有列出的内容"):
        items(data[:18] + b"\1" + data[19:])


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8"])
def test_a_name_without_the_mark_of_utf8(encoding: str) -> None:
    """As Windows in Chinese and other programs write: the raw bytes, and no bit 11."""
    raw = "公证书（二）.pdf".encode(encoding)
    ascii_name = "x" * len(raw)
    data = packed({ascii_name: b"1"}).replace(ascii_name.encode(), raw)
    assert items(data) == [Item("公证书（二）.pdf", b"1")]


@pytest.mark.parametrize(
    "name",
    ["../a.pdf", "b/../../a.pdf", "/etc/passwd", "C:\\a.pdf", "..\\a.pdf", "a\n.pdf", "长" * 201],
)
def test_a_name_that_leads_elsewhere_is_refused_alone(name: str) -> None:
    first, second = items(packed({name: b"1", "ok.pdf": b"2"}))
    assert refusal(first) == (NO, "NAME")
    assert second == Item("ok.pdf", b"2")


def test_archives_within_and_encrypted_members_are_refused() -> None:
    assert [refusal(one) for one in items(packed({"a.zip": b"", "b.RAR": b""}))] == [
        (NO, "NESTED_ARCHIVE")
    ] * 2
    plain = packed({"a.pdf": b"1"})
    place = plain.index(b"PK\1\2")
    locked = plain[: place + 8] + b"\1" + plain[place + 9 :]
    assert refusal(items(locked)[0]) == (NO, "ENCRYPTED")


def test_bounds_at_and_past_each() -> None:
    limits = Limits(upload=100)
    at, past = items(packed({"a": bytes(100), "b": bytes(101)}), limits)
    assert at == Item("a", bytes(100))
    assert refusal(past) == (LIMIT, "UPLOAD_SIZE")

    at, past = items(packed({"a": bytes(100), "b": b"1"}), limits, PileLimits(inflated=100))
    assert at == Item("a", bytes(100))
    assert refusal(past) == (LIMIT, "PILE_SIZE")

    (bomb,) = items(packed({"a": bytes(10_000)}), bounds=PileLimits(small=9_999, ratio=100))
    assert refusal(bomb) == (LIMIT, "RATIO")
    (small,) = items(packed({"a": bytes(10_000)}), bounds=PileLimits(small=10_000, ratio=100))
    assert small == Item("a", bytes(10_000))

    three = packed({"a": b"", "b": b"", "c": b""})
    assert len(items(three, bounds=PileLimits(members=3))) == 3
    with pytest.raises(PileError, match="超过 2 个"):
        items(three, bounds=PileLimits(members=2))
    with pytest.raises(PileError, match="超过"):
        items(three, bounds=PileLimits(directory=50))


def test_a_size_that_lies_and_damage_are_the_members_own_matter() -> None:
    data = bytearray(packed({"a": b"hello hello hello hello", "b": b"2"}))
    data[data.index(b"a") + 3] ^= 0xFF
    first, second = items(bytes(data))
    assert refusal(first) == (NO, "MEMBER")
    assert second == Item("b", b"2")


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"PK\3\4 nothing", "不是完整的 ZIP"),
        (packed({"a": b"1"})[:-4], "不是完整的 ZIP"),
        (packed({"a": b"1"}) + b"more", "末尾有多余的数据"),
        (b"", "不是完整的 ZIP"),
    ],
)
def test_what_is_no_whole_zip(data: bytes, words: str) -> None:
    with pytest.raises(PileError, match=words):
        items(data)


@pytest.mark.parametrize("method", [zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2])
def test_another_method_is_refused_alone_damaged_or_not(method: int) -> None:
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w") as archive:
        archive.writestr(zipfile.ZipInfo("a.pdf"), b"1" * 90, compress_type=method)
        archive.writestr("b.pdf", b"2")
    data = output.getvalue()
    place = data.index(b"a.pdf") + 5
    # over the properties of LZMA and the head of bzip2 as well as over their data
    for at in (place, place + 2, place + 4, place + 12):
        for one in (data, data[:at] + b"\xff" * 5 + data[at + 5 :]):
            first, second = items(one)
            assert isinstance(first.content, Evidence)
            assert first.content.flags[0].message == (
                "压缩方式不支持（只支持存储和 Deflate），请重新打包为普通 ZIP 后再提交"
            )
            assert refusal(first) == (NO, "METHOD")
            assert second == Item("b.pdf", b"2")


def test_an_archive_that_has_lost_its_head_has_a_damaged_member() -> None:
    """Its offset is before the file: zipfile says ValueError."""
    data = packed({"a.pdf": b"1" * 40, "b.pdf": b"2" * 40})
    first, second = items(data[8:])
    assert refusal(first) == (NO, "MEMBER")
    assert second == Item("b.pdf", b"2" * 40)


def test_a_member_without_a_name_is_refused() -> None:
    data = packed({"xyz": b"1"})
    # name lengths of the local header and of the directory (§4.3.7, §4.3.12)
    for mark, place in ((b"PK\3\4", 26), (b"PK\1\2", 28)):
        at = data.index(mark) + place
        data = data[:at] + b"\0\0" + data[at + 2 :]
    data = data.replace(b"xyz", b"")
    end = data.index(b"PK\5\6")
    start = data.index(b"PK\1\2")
    sizes = (end - start).to_bytes(4, "little") + start.to_bytes(4, "little")
    (item,) = items(data[: end + 12] + sizes + data[end + 20 :])
    assert refusal(item) == (NO, "NAME")


def test_whatever_is_done_to_an_archive_it_is_read_or_refused() -> None:
    data, random = packed({"a.pdf": b"1" * 90, "b.docx": b"2"}), Random(1)
    refused = 0
    for _ in range(2000):
        at = random.randrange(len(data))
        other = (
            data[:at] + random.randbytes(random.randint(0, 4)) + data[at + random.randint(0, 9) :]
        )
        try:
            items(other)
        except PileError:
            refused += 1
    assert 0 < refused < 2000
