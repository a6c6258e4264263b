"""Tables as they come from offices, through ``zhengxin issue``: read as meant, or refused in a sentence.

What is wrong with the cells of a row is tests/certgen/test_rows.py's; here is what a whole file may be.
"""

import re
import zipfile
from collections.abc import Callable, Sequence
from datetime import date
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import Workbook
from openpyxl.utils.datetime import CALENDAR_MAC_1904
from openpyxl.worksheet.worksheet import Worksheet

from certgen import sheet_size
from service.bulk import orders
from service.bulk.orders import opened
from service.cli import main
from service.home import Home
from tests.certgen.sheets import xlsx, xlsx_with
from tests.service.bulk.office import (
    HEAD,
    PASSPHRASE,
    assert_each_once,
    make_home,
    order,
    recorded,
    row,
    table,
)

Ran = tuple[int, str, str]


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """An office that never issues: every table here is refused."""
    return make_home(tmp_path_factory.mktemp("empty"))


@pytest.fixture
def little_room(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheet_size, "LARGEST_INFLATED", 4 << 20)
    # nothing is drawn here
    monkeypatch.setattr(orders, "warm_up", lambda _press, _at: None)


@pytest.fixture
def run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> Callable[..., Ran]:
    monkeypatch.setenv("ZHENGXIN_PASSPHRASE", PASSPHRASE)

    def issue(home: Home, data: bytes, *more: object) -> Ran:
        (tmp_path / "table").write_bytes(data)
        common = ("--scheme", "jiande", "--style", "one-box-60x40", "--input", tmp_path / "table")
        with pytest.raises(SystemExit) as ended:
            main(["--home", str(home.path), "issue", *map(str, (*common, *more))])
        said = capfd.readouterr()
        return int(ended.value.code or 0), said.out, said.err

    return issue


def book(*rows: Sequence[object], merge: str = "", epoch_1904: bool = False) -> bytes:
    """A workbook of one sheet: the header and these rows."""
    made = Workbook()
    if epoch_1904:
        made.epoch = CALENDAR_MAC_1904
    sheet = made.worksheets[0]
    for values in (HEAD, *rows):
        sheet.append(list(values))
    if merge:
        sheet.merge_cells(merge)
    data = BytesIO()
    made.save(data)
    return data.getvalue()


def changed(data: bytes, change: Callable[[str, bytes], bytes], **parts: bytes) -> bytes:
    """The workbook with every part changed, and more parts."""
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            new.writestr(name, change(name, old.read(name)))
        for name, content in parts.items():
            new.writestr(name, content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def with_parts(data: bytes, **parts: bytes) -> bytes:
    return changed(data, lambda _name, content: content, **parts)


def worked_out(data: bytes, value: str) -> bytes:
    """The formula ="x" with the value that Excel keeps beside it."""

    def change(name: str, content: bytes) -> bytes:
        cell = f"<v>{value}</v>".encode()
        filled = re.sub(rb"<v ?/>|<v></v>", cell, content)
        # the type that Excel gives to a text
        return re.sub(rb'(<c [^>]*)(?<! t="str")(><f>)', rb'\1 t="str"\2', filled)

    return changed(data, change)


CSV = table([row(1), row(2)]).decode("utf-8-sig")
LINES = CSV.splitlines()


@pytest.mark.usefixtures("little_room")
@pytest.mark.parametrize(
    ("data", "message"),
    [
        pytest.param(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "是旧版 .xls 或加了密码的表格，请另存为不加密码的 .xlsx", id="xls-or-encrypted"),
        pytest.param(CSV.encode("utf-16"), "不是表格：应为 XLSX，或 UTF-8、GB 18030 编码的 CSV", id="utf-16"),
        pytest.param("\n".join(LINES[:2]).encode("gb18030") + b"\n" + LINES[2].encode(), "文件中混有两种编码（第 3 行是 UTF-8），请用一种编码另存后再试", id="mixed"),
        pytest.param(b"a,b\n\xff\xfe\xfd\n", "不是表格：应为 XLSX，或 UTF-8、GB 18030 编码的 CSV", id="no-encoding"),
        pytest.param(table([row(1)], ["列"] * 9), "没有找到表头：前 30 行中应有一行写着列名（产品名称、产品数量、产地、采收日期、承诺依据）", id="no-header"),
        pytest.param(table([row(1)], ["备注", "类别", *HEAD[2:]]), "缺少列：统一社会信用代码、农户编号、承诺主体，至少要有一列", id="whose"),
        pytest.param(table([row(1)], [*HEAD[:3], "备注", *HEAD[4:]]), "缺少列：产品数量（表头在第 1 行，认出的列：生产主体、统一社会信用代码、产品名称、产地、采收日期、承诺依据、批次号、标签张数）", id="column"),
        pytest.param(table([[*row(1), "5"]], [*HEAD, "标签张数"]), "第 1 行表头中列“标签张数”出现两次", id="twice"),
        pytest.param(xlsx([HEAD, row(1)], [HEAD, row(2)]), "有多个工作表带数据：“表1”、“表2”，请每次只交一个", id="two-sheets"),
        pytest.param(book([*row(1)[:2], "=1+1", *row(1)[3:]]), "没有一行可以签发\n第 2 行，列“产品名称”：应为填好的内容（请在 Excel 或 WPS 中改正公式后保存），得到 “（公式没有算出结果）”", id="formula-never-worked-out"),
        pytest.param(with_parts(book(row(1)), **{"xl/media/bomb.bin": bytes(5 << 20)}), "表格展开后超过 4 MB，请分成几个文件", id="bomb"),
        pytest.param(book(row(1))[:-40], "XLSX 文件已损坏，请重新保存后再试", id="cut-off"),
        pytest.param(with_parts(book(row(1)), **{"content.xml": b"<a/>"}), "不是 XLSX 表格，请在 Excel 或 WPS 中另存为 .xlsx", id="ods"),
        pytest.param(table([[*row(1)[:5], "46082", *row(1)[6:]]]), "没有一行可以签发\n第 2 行，列“采收日期”：应为日期（如 2026-03-05、2026.3.5 或 2026年3月5日）；请把单元格设为日期格式，得到 “46082”", id="serial-as-text"),
    ],
)  # fmt: skip
def test_a_file_that_is_refused_says_why_and_issues_nothing(
    empty: Home,
    run: Callable[..., Ran],
    tmp_path: Path,
    data: bytes,
    message: str,
) -> None:
    out = tmp_path / "out"
    status, said, err = run(empty, data, "--out", out, "--processes", 1)
    assert (status, said) == (1, "")
    assert err.endswith(f"错误：{message}\n"), err
    assert not out.exists()
    with opened(order(empty).registry_url) as registry:
        assert recorded(registry) == []


def test_hidden_rows_are_named_in_a_dry_run_and_nothing_is_issued_of_them(
    empty: Home, run: Callable[..., Ran], tmp_path: Path
) -> None:
    def hide(sheet: Worksheet) -> None:
        for number in (2, 4):
            sheet.row_dimensions[number].hidden = True

    data = xlsx_with([HEAD, row(1), row(2), row(3)], hide)
    why = "应为显示出来的行（要用的请取消隐藏或筛选，不用的请删除这一行），得到 “被隐藏或筛掉的行”"
    _, said, err = run(empty, data, "--dry-run")
    for number in (2, 4):
        assert f"第 {number} 行：{why}" in said + err
    assert "第 3 行" not in said + err
    status, _, err = run(empty, data, "--out", tmp_path / "out", "--all-or-nothing")
    assert (status, f"第 2 行：{why}" in err) == (1, True)


def test_200_mb_are_refused_unread_whatever_is_issued(
    empty: Home, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ZHENGXIN_PASSPHRASE", PASSPHRASE)
    source = tmp_path / "huge.xlsx"
    with source.open("wb") as file:
        file.write(b"PK")
        file.truncate(200 << 20)
    options = ("--scheme", "jiande", "--input", str(source))
    for command in (
        ("issue", "--style", "a5", "--out", str(tmp_path / "out"), *options),
        ("issue", "--style", "one-box-60x40", "--dry-run", *options),
        ("subject", "import", *options),
    ):
        with pytest.raises(SystemExit) as ended:
            main(["--home", str(empty.path), *command])
        assert ended.value.code == 1
        said = "错误：文件超过 20 MB，请分成几个文件，或另存为 CSV（不超过 128 MB）\n"
        assert capfd.readouterr().err == said
    assert not (tmp_path / "out").exists()


def test_a_table_as_offices_keep_it_is_read_as_meant(
    run: Callable[..., Ran], tmp_path: Path
) -> None:
    """Macros, a hidden sheet, 1904 dates, formulas, other names and order of columns, odd spaces."""
    home, out = make_home(tmp_path), tmp_path / "out"
    made = Workbook()
    made.epoch = CALENDAR_MAC_1904
    sheet, hidden = made.worksheets[0], made.create_sheet("旧")
    hidden.append(HEAD)
    hidden.append(row(9))
    hidden.sheet_state = "hidden"
    sheet.append(["2026 年三月台账"])
    sheet.append(["张数", "依据 *", "日期", "生产地", "重量", "品名（必填）", "信用代码", "批号"])
    code = row(1)[1]
    basis = "自行检测合格"
    sheet.append([1, basis, date(2026, 3, 1), " 建德市杨村桥镇 ", '="x"', "草莓", code, "a"])
    sheet.append(
        ["２", basis, "2026.3.1", "建德市杨村桥镇", "１，２００ 公斤", "草莓  ", code, "b"]
    )
    sheet.append(["1,000", basis, "2026年3月1日", "建德市杨村桥镇", "1,200斤", "草莓", code, "c"])
    sheet.append([None, "自检\n", 20260301, "建德市杨村桥镇", "0.5吨", "草莓", f"{code} ", "d"])
    sheet.append(["合计", None, None, None, "若干"])
    data = BytesIO()
    made.save(data)
    macros = {"xl/vbaProject.bin": b"\xd0\xcf\x11\xe0 macro"}
    status, said, err = run(
        home,
        with_parts(worked_out(data.getvalue(), "300公斤"), **macros),
        "--out",
        out,
        "--processes",
        1,
    )
    assert (status, "标签 1004 枚，拒绝 0 行" in said) == (0, True), said + err
    with opened(order(home).registry_url) as registry:
        assert_each_once(registry, out, 1004)


def test_a_merged_cell_fills_only_its_first_row_and_wrong_rows_leave_the_others(
    run: Callable[..., Ran], tmp_path: Path
) -> None:
    home, out = make_home(tmp_path), tmp_path / "out"
    rows = [
        row(1),
        row(4),
        row(7),
        row(7),
        row(10, product="杨村桥红颜" * 11 + "颜红杨草莓"),
        row(13, product="\U0002a6a5草莓"),
    ]
    data = book(*rows, merge="A2:B3")
    told = [
        "第 3 行，列“统一社会信用代码”：应为承诺主体的代码、农户编号或名称，得到空白",
        "第 5 行：与第 4 行重复，同一批次只开具一次；确属两批的，请填写“批次号”加以区分",
    ]
    status, said, err = run(home, data, "--dry-run")
    assert (status, "可以签发 2 枚，拒绝 4 行" in said) == (1, True), said + err
    with opened(order(home).registry_url) as registry:
        assert recorded(registry) == []
    status, said, issued = run(home, data, "--out", out, "--processes", 1)
    assert (status, "标签 2 枚，拒绝 4 行" in said) == (0, True), said + issued
    for text in (err, issued):
        lines = [line for line in text.splitlines() if line.startswith("第 ")]
        assert [line[:4] for line in lines] == ["第 3 ", "第 5 ", "第 6 ", "第 7 "]
        assert lines[:2] == told
        assert "“产品名称”有 60 个字，缩到最小字号" in lines[2]
        assert "U+2A6A5" in lines[3], lines[3]
    again = run(home, data, "--out", tmp_path / "again", "--processes", 1)
    assert again[0] == 0
    with opened(order(home).registry_url) as registry:
        assert_each_once(registry, out, 2)
        assert_each_once(registry, tmp_path / "again", 2)
