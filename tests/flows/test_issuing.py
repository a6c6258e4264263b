"""A batch table and a list of applications become files that are recorded, named and refused rightly."""

import re
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
from openpyxl import load_workbook

from credential.certificate_id import parse_certificate_id
from credential.qr_text import read_qr_text
from registry.credentials import find_credential
from tests.flows.office import (
    BASE_URL,
    GOOD_ROWS,
    IMPORTED,
    ISSUED,
    MADE,
    PASSPHRASE,
    Place,
    manifest,
    read_csv,
    run,
    sample_rows,
)

COLUMNS = ["id", "file", "page", "qr_text", "state"]


def files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def attached(pdf: Path) -> bytes:
    with pikepdf.open(pdf) as document:
        assert list(document.attachments) == ["credential.cose"]
        return document.attachments["credential.cose"].get_file().read_bytes()


def test_the_manifest_names_every_file_and_what_its_symbol_says(office: Place) -> None:
    for folder in (office.a5, office.labels):
        lines = manifest(folder)
        assert len(lines) == GOOD_ROWS
        assert list(lines[0]) == COLUMNS
        names = {"manifest.csv", "refused.csv", *(line["file"] for line in lines)}
        assert set(files(folder)) == names
        for line in lines:
            base_url, message = read_qr_text(line["qr_text"])
            assert base_url == BASE_URL
            assert line["file"] == f"{line['id']}.pdf"
            assert line["page"] == "1"
            assert attached(folder / line["file"]) == message


def test_every_file_is_of_a_credential_on_record(office: Place) -> None:
    with office.office() as opened:
        for folder in (office.a5, office.labels, office.pledges):
            for line in manifest(folder):
                stored = find_credential(opened.registry, parse_certificate_id(line["id"]))
                assert stored is not None
                assert read_qr_text(line["qr_text"])[1] == stored.message


def test_pledges_come_as_pdf_and_docx_of_one_credential(office: Place) -> None:
    lines = manifest(office.pledges)
    assert len(lines) == 12
    for pdf, docx in zip(lines[::2], lines[1::2], strict=True):
        assert (pdf["id"], pdf["qr_text"]) == (docx["id"], docx["qr_text"])
        assert [pdf["file"], docx["file"]] == [f"{pdf['id']}.pdf", f"{pdf['id']}.docx"]
        assert (office.pledges / docx["file"]).read_bytes().startswith(b"PK")


def test_every_wrong_row_is_refused_with_row_column_found_and_expected(office: Place) -> None:
    expected = {
        "主体不在名录": r"第 \d+ 行，列“.+”：应为登记库中已登记的主体，得到 “.+”",
        "缺产地": r"第 \d+ 行，列“产地”：应为产地（.+），得到空白",
        "将来的日期": r"第 \d+ 行，列“采收日期”：应为不晚于今天（.+）的日期，得到 “.+”",
        "不在范围内的产品": r"第 \d+ 行，列“产品”：“.+”属于.+：不在办法规定的产品范围内，.+",
        "重复": r"第 \d+ 行：与第 \d+ 行重复，同一批次只开具一次；.+",
        "数量不明": r"第 \d+ 行，列“数量”：应为数字加单位（.+），得到 “若干”",
        "代码有误": r"第 \d+ 行，列“.+代码.+”：应为 18 位统一社会信用代码（.+），得到 “.+”",
        "日期不存在": r"第 \d+ 行，列“采收日期”：应为存在的日期（.+），得到 “.+年2月30日”",
    }
    wrong = {
        row: batch.wrong
        for row, (_, batch) in enumerate(sample_rows(), start=3)
        if batch.wrong is not None
    }
    refused = {int(line["row"]): line for line in read_csv(office.a5 / "refused.csv")}
    assert refused.keys() == wrong.keys()
    for row, why in wrong.items():
        reason = refused[row]["reason"]
        assert re.fullmatch(expected[why], reason), reason
        assert reason.startswith(f"第 {row} 行")
        assert (refused[row]["column"] or "") in reason


def test_refused_applications_say_which_rule(office: Place) -> None:
    reasons = [line["reason"] for line in read_csv(office.pledges / "refused.csv")]
    assert len(reasons) == 2
    assert "73 周岁，不满 75 周岁，应当提交其父母的死亡证明" in reasons[0]
    assert "不在可以承诺代替的四种证明之内" in reasons[1]


def test_the_same_table_again_gives_the_same_numbers_and_bytes(own: Place, tmp_path: Path) -> None:
    before = files(own.a5)
    ran = own.issue("a5", own.batches, tmp_path / "again", at=ISSUED + 40_000)
    assert ran.status == 0
    assert f"签发 0 份，此前已签发 {GOOD_ROWS} 份，拒绝 10 行" in ran.out
    after = files(tmp_path / "again")
    assert {line["state"] for line in manifest(own.a5)} == {"issued"}
    assert {line["state"] for line in manifest(tmp_path / "again")} == {"issued-before"}
    del before["manifest.csv"], after["manifest.csv"]
    assert after == before


def test_a_table_once_more_with_one_more_row_issues_that_row_alone(
    own: Place, tmp_path: Path
) -> None:
    book = load_workbook(own.batches)
    sheet = book.worksheets[0]
    row = [cell.value for cell in sheet[3]]
    sheet.append([*row[:11], "另一批"])
    longer = tmp_path / "longer.xlsx"
    book.save(longer)
    ran = own.issue("a5", longer, own.a5, at=ISSUED + 60)
    assert f"签发 1 份，此前已签发 {GOOD_ROWS} 份" in ran.out
    assert len({line["id"] for line in manifest(own.a5)}) == GOOD_ROWS + 1


def test_all_or_nothing_issues_nothing_and_names_every_row(tmp_path: Path, own: Place) -> None:
    home = fresh(tmp_path / "fresh", own)
    ran = home.issue("a5", own.batches, home.a5, "--all-or-nothing")
    assert ran.status == 1
    assert ran.err.startswith("错误：有 10 行被拒绝，一份也没有签发：\n第 ")
    assert len(ran.err.strip().splitlines()) == 11
    assert not home.a5.exists()
    assert issued_count(home) == 0


def test_a_row_with_several_wrong_cells_is_one_row(tmp_path: Path, own: Place) -> None:
    home = fresh(tmp_path / "fresh", own)
    wrong = only_rows(own, tmp_path, [3, 4], product="长" * 61, quantity="很多")
    ran = home.issue("a5", wrong, home.a5, "--all-or-nothing")
    assert "有 1 行被拒绝，一份也没有签发：\n第 4 行" in ran.err
    assert ran.err.count("第 4 行，列") == 2
    assert "签发 1 份，此前已签发 0 份，拒绝 1 行" in home.issue("a5", wrong, home.a5).out


def test_all_or_nothing_also_where_one_row_cannot_be_printed(tmp_path: Path, own: Place) -> None:
    """A character that no font has shows itself only when the page is set, after good rows."""
    home = fresh(tmp_path / "fresh", own)
    unprintable = only_rows(own, tmp_path, [3, 4], product="𪚥草莓")
    ran = home.issue("a5", unprintable, home.a5, "--all-or-nothing")
    assert ran.status == 1
    assert "有 1 行被拒绝，一份也没有签发：\n第 4 行：" in ran.err
    assert issued_count(home) == 0
    ran = home.issue("a5", unprintable, home.a5)
    assert "签发 1 份，此前已签发 0 份，拒绝 1 行" in ran.out
    assert issued_count(home) == 1


def test_all_or_nothing_issues_all_where_all_are_good(tmp_path: Path, own: Place) -> None:
    home = fresh(tmp_path / "fresh", own)
    good = only_rows(own, tmp_path, [3, 4])
    assert home.issue("a5", good, home.a5, "--all-or-nothing").status == 0
    assert [line["state"] for line in manifest(home.a5)] == ["issued", "issued"]
    assert not (home.a5 / "refused.csv").exists()


def test_a_withdrawn_certificate_is_not_printed_again(own: Place, tmp_path: Path) -> None:
    first, second = (line["id"] for line in manifest(own.a5)[:2])
    own.done("revoke", first, "--reason", "产品抽检不合格", at=ISSUED + 60)
    own.done("revoke", second, "--suspend", "--reason", "核查中", at=ISSUED + 60)
    ran = own.issue("a5", own.batches, tmp_path / "again", at=ISSUED + 120)
    assert f"此前已签发 {GOOD_ROWS - 2} 份，拒绝 12 行" in ran.out
    assert f"此前签发的 {first} 已作废（产品抽检不合格），不再打印" in ran.err
    assert f"此前签发的 {second} 监管中（暂停使用）（核查中），不再打印" in ran.err
    assert not (tmp_path / "again" / f"{first}.pdf").exists()


def test_a_name_that_is_not_the_codes_own_is_refused(own: Place, tmp_path: Path) -> None:
    rows = {number: batch for number, (_, batch) in enumerate(sample_rows(), start=3)}
    row = next(n for n, b in rows.items() if b.code and b.code[0] == "9" and not b.wrong)
    table = only_rows(own, tmp_path, [row], producer="建德市别的合作社")
    ran = own.issue("a5", table, tmp_path / "out")
    assert ran.status == 1
    assert f"列“生产主体”：应为{rows[row].producer}（代码 {rows[row].code} 登记的名称）" in (
        ran.err.replace("应为 ", "应为")
    )
    assert "没有一行可以签发" in ran.err


@pytest.mark.parametrize(
    ("scheme", "style", "said"),
    [
        ("jiande", "a6", "方案“jiande”没有样式“a6”，可用：a5、"),
        ("nowhere", "a5", "没有方案“nowhere”，可用：gaoping、jiande"),
    ],
)
def test_a_wrong_style_or_scheme_is_named_with_those_there_are(
    office: Place, tmp_path: Path, scheme: str, style: str, said: str
) -> None:
    options = ("--scheme", scheme, "--style", style, "--input", office.batches)
    ran = office.run("issue", *options, "--out", tmp_path / "out")
    assert ran.status == 1
    assert said in ran.err


def test_a_file_that_is_no_table_is_refused_in_a_sentence(office: Place, tmp_path: Path) -> None:
    for content in (b"%PDF-1.7", b"PK\3\4 broken", b"\x89PNG\0\0", b""):
        source = tmp_path / "table.xlsx"
        source.write_bytes(content)
        ran = office.issue("a5", source, tmp_path / "out")
        assert ran.status == 1
        assert ran.err.startswith("错误：")
        assert "Traceback" not in ran.err


def test_a_folder_that_is_no_office_says_how_to_make_one(tmp_path: Path) -> None:
    ran = run("--home", tmp_path / "none", "keys", "list")
    assert ran.status == 1
    assert f"尚未初始化，请先运行：zhengxin --home {tmp_path / 'none'} init" in ran.err


def test_an_office_is_made_once(office: Place) -> None:
    ran = office.run("init", at=MADE)
    assert ran.status == 1
    assert "已经初始化过，不再覆盖" in ran.err


def test_init_takes_the_environment_where_no_option_is_given(tmp_path: Path) -> None:
    place = Place(tmp_path)
    ran = place.run("init", at=MADE, ZHENGXIN_BASE_URL="https://zx.example.org")
    assert ran.status == 0
    assert 'base_url = "https://zx.example.org"' in place.home.settings_file.read_text("utf-8")
    assert place.home.settings_file.stat().st_mode & 0o777 == 0o600


# Helpers


def fresh(folder: Path, source: Place) -> Place:
    """An office with its subjects that has issued nothing."""
    place = Place(folder)
    folder.mkdir()
    place.done("init", "--base-url", BASE_URL, at=MADE)
    listed = ("--scheme", "jiande", "--input", source.subjects)
    place.done("subject", "import", *listed, at=IMPORTED)
    return place


def issued_count(place: Place) -> int:
    with place.office() as opened, opened.registry.main.engine.connect() as connection:
        return int(connection.exec_driver_sql("SELECT count(*) FROM credentials").scalar_one())


def only_rows(place: Place, folder: Path, rows: list[int], **last: str) -> Path:
    """Of the table only these rows, as rows 3, 4, …; the last of them changed."""
    columns = {"producer": 2, "product": 4, "quantity": 5, "batch": 12}
    book = load_workbook(BytesIO(place.batches.read_bytes()))
    sheet = book.worksheets[0]
    for row in range(sheet.max_row - 1, 2, -1):
        if row not in rows:
            sheet.delete_rows(row)
    for name, value in last.items():
        sheet.cell(2 + len(rows), columns[name]).value = value
    path = folder / "rows.xlsx"
    book.save(path)
    return path


def test_the_passphrase_is_the_offices(office: Place, tmp_path: Path) -> None:
    options = ("--scheme", "jiande", "--style", "a5", "--input", office.batches)
    ran = office.run("issue", *options, "--out", tmp_path, ZHENGXIN_PASSPHRASE=PASSPHRASE + "x")
    assert ran.status == 1
    assert re.fullmatch(r"错误：口令不对，或密钥文件 [0-9a-f]+\.json 已损坏\n", ran.err)
    assert PASSPHRASE not in ran.err
