"""A pile from the disk: nothing in a folder is left out unsaid."""

import errno
import os
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from credential.policy import NOTARY
from service.errors import UserError
from service.piles import open_pile
from tests.verifier.test_zip_pile import SYSTEM, packed
from verifier.evidence import Evidence
from verifier.limits import Limits
from verifier.pile import Item, Summary


def _put(folder: Path, name: str, content: bytes) -> None:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def test_hidden_files_and_what_only_bears_a_system_name_are_verified(tmp_path: Path) -> None:
    names = (".b.pdf", ".git/x/c.pdf", "._d.pdf", "Thumbs.db", "a.pdf")
    for name in names:
        _put(tmp_path, name, b"%PDF-1.7")
    with ExitStack() as stack:
        pile = open_pile([tmp_path], Limits(), stack)
        found = list(pile.items)
    assert (pile.count, pile.passed_over) == (5, ())
    assert sorted(found, key=lambda item: item.name) == [
        Item(name, b"%PDF-1.7") for name in sorted(names)
    ]


def test_system_files_are_named_and_counted(tmp_path: Path) -> None:
    for name, content in SYSTEM.items():
        _put(tmp_path / "fold", name, content)
    _put(tmp_path / "fold", "a.pdf", b"1")
    _put(tmp_path, "pile.zip", packed({**SYSTEM, "b.pdf": b"2"}))
    with ExitStack() as stack:
        pile = open_pile([tmp_path / "fold", tmp_path / "pile.zip"], Limits(), stack)
        found = list(pile.items)
    assert found == [Item("a.pdf", b"1"), Item("b.pdf", b"2")]
    assert sorted(pile.passed_over) == sorted([*SYSTEM, *SYSTEM])
    summary = Summary(NOTARY, (), ("Thumbs.db",))
    assert summary.count_lines()[3:] == ["系统文件，未核验：1 个"]
    assert summary.passed_over_lines() == ["Thumbs.db：系统文件，未核验"]


def test_a_document_behind_the_head_of_a_system_file_is_verified(tmp_path: Path) -> None:
    """Found in a pile: poppler and MuPDF open ._合格证.pdf as the PDF behind its AppleDouble head."""
    head = SYSTEM["__MACOSX/b/._二.pdf"]
    _put(tmp_path, "._合格证.pdf", head + b"\n%PDF-1.7")
    _put(tmp_path, "._b.pdf", head)
    with ExitStack() as stack:
        pile = open_pile([tmp_path], Limits(), stack)
        found = list(pile.items)
    assert found == [Item("._合格证.pdf", head + b"\n%PDF-1.7")]
    assert pile.passed_over == ("._b.pdf",)


def test_links_and_pipes_are_rows_that_say_so(tmp_path: Path) -> None:
    fold = tmp_path / "fold"
    _put(tmp_path, "other/a.pdf", b"1")
    fold.mkdir()
    os.mkfifo(fold / "a.pdf")
    (fold / "b").symlink_to(tmp_path / "other")
    (fold / "c.pdf").symlink_to(tmp_path / "missing")
    (fold / "d.pdf").symlink_to(tmp_path / "other/a.pdf")
    (fold / "e/.DS_Store").parent.mkdir()
    (fold / "e/.DS_Store").symlink_to(tmp_path / "store")
    _put(tmp_path, "store", SYSTEM["b/.DS_Store"])
    with ExitStack() as stack:
        found = list(open_pile([fold], Limits(), stack).items)
        (named,) = open_pile([fold / "d.pdf"], Limits(), stack).items
    assert named == Item("d.pdf", b"1"), "the clerk's own"
    assert [item.name for item in found] == ["a.pdf", "b", "c.pdf", "d.pdf", "e/.DS_Store"]
    for item in found:
        assert isinstance(item.content, Evidence)
        (flag,) = item.content.flags
        assert (flag.code, flag.message) == (
            "NOT_A_FILE",
            "不是普通文件（是链接或设备），未读取",
        )


def test_a_folder_that_cant_be_read_is_a_row_that_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Found: pathlib's rglob passes over it, and the pile without it passed whole."""
    _put(tmp_path, "a.pdf", b"1")
    _put(tmp_path, "sub/altered.pdf", b"2")
    _put(tmp_path, "z.pdf", b"3")

    def scandir(folder: Path) -> Iterator[os.DirEntry[str]]:
        if folder == tmp_path / "sub":
            raise PermissionError(errno.EACCES, "Permission denied", str(folder))
        return scan(folder)

    scan = os.scandir
    monkeypatch.setattr(os, "scandir", scandir)
    with ExitStack() as stack:
        pile = open_pile([tmp_path], Limits(), stack)
        first, folder, last = pile.items
        (alone,) = open_pile([tmp_path / "sub"], Limits(), stack).items
    assert (pile.count, first, last) == (3, Item("a.pdf", b"1"), Item("z.pdf", b"3"))
    assert (folder.name, alone.name) == ("sub/", "./")
    for item in (folder, alone):
        assert isinstance(item.content, Evidence)
        (flag,) = item.content.flags
        said = "无法读取文件夹，其中的文件都没有核验：没有读写的权限"
        assert (flag.code, flag.message) == ("NOT_READABLE", said)


def test_a_file_that_cant_be_read_is_a_row_in_chinese(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def read(path: Path) -> bytes:
        raise PermissionError(errno.EACCES, "Permission denied", str(path))

    _put(tmp_path, "a.pdf", b"1")
    monkeypatch.setattr(Path, "read_bytes", read)
    with ExitStack() as stack:
        (item,) = open_pile([tmp_path], Limits(), stack).items
    assert isinstance(item.content, Evidence)
    assert item.content.flags[0].message == "无法读取文件：没有读写的权限"


def test_a_name_that_is_no_text_can_be_written_everywhere(tmp_path: Path) -> None:
    (tmp_path / os.fsdecode(b"a\xff\xd6\xa4.pdf")).write_bytes(b"%PDF-1.7")
    with ExitStack() as stack:
        (folder,) = open_pile([tmp_path], Limits(), stack).items
        (alone,) = open_pile(list(tmp_path.iterdir()), Limits(), stack).items
    assert folder.name == alone.name == r"a\xff֤.pdf"
    assert folder.name.encode()


def test_a_name_writes_no_line_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "a\x1b[8m\n核验结论：通过\u202e.pdf").write_bytes(b"%PDF-1.7")
    packed_one = packed(
        {"b\u202efdp.exe": b"1", "c\x1b[8m\nok": b"2", "\u202e/.DS_Store": SYSTEM["b/.DS_Store"]}
    )
    with ExitStack() as stack:
        (item,) = open_pile([tmp_path], Limits(), stack).items
        (alone,) = open_pile(list(tmp_path.iterdir()), Limits(), stack).items
        (tmp_path / "b.zip").write_bytes(packed_one)
        pile = open_pile([tmp_path / "b.zip"], Limits(), stack)
        names = [item.name for item in pile.items]
    assert item.name == alone.name == r"a\u001b[8m\u000a核验结论：通过\u202e.pdf"
    assert names == [r"b\u202efdp.exe", r"c\u001b[8m\u000aok"]
    assert pile.passed_over == (r"\u202e/.DS_Store",)


def test_a_path_that_is_refused_is_named_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "a\n好\x1b.zip").write_bytes(b"")
    with ExitStack() as stack, pytest.raises(UserError) as refused:
        open_pile(list(tmp_path.iterdir()), Limits(), stack)
    assert str(refused.value) == rf"{tmp_path}/a\u000a好\u001b.zip：不是 ZIP 压缩包"


def test_a_page_of_html_under_a_system_files_name_is_a_row(tmp_path: Path) -> None:
    head = SYSTEM["__MACOSX/b/._二.pdf"]
    page = head + "<!DOCTYPE html><h1>承诺达标合格证</h1>".encode()
    _put(tmp_path, "._合格证.html", page)
    _put(tmp_path, "._b.pdf", head + b"<?xml version='1.0'?><plist></plist>")
    with ExitStack() as stack:
        pile = open_pile([tmp_path], Limits(), stack)
        found = list(pile.items)
    assert found == [Item("._合格证.html", page)]
    assert pile.passed_over == ("._b.pdf",)
