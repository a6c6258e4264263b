"""service/issuing.py: recorded, then written; the manifest's cells; trials that leave nothing."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from credential.certificate_id import format_certificate_id
from credential.status import Status
from registry.status import change_status
from service.issuing import (
    Ready,
    Refusal,
    Report,
    Run,
    WithdrawnError,
    issue_row,
    issue_rows,
    try_rows,
    write_manifest,
)
from service.printing import DOCX, PDF
from tests.flows.office import BASE_URL, ISSUED, WHO, Place, read_csv
from tests.flows.test_issuing import issued_count
from tests.service.batches import COOPERATIVE, read, run_of

ROW = {"统一社会信用代码": COOPERATIVE.uscc}
UNPRINTABLE = {**ROW, "产品": "𪚥草莓"}


def ready_rows(run: Run, *rows: Any) -> tuple[Ready, ...]:
    return read(run, *rows).ready


def test_progress_counts_every_row_and_a_bad_one_stops_nothing(own: Place, tmp_path: Path) -> None:
    done: list[int] = []
    with own.office() as opened:
        run = run_of(opened, tmp_path)
        rows = ready_rows(run, {**ROW, "批次号": "1"}, UNPRINTABLE, {**ROW, "批次号": "3"})
        report = issue_rows(run, rows, done.append)
    assert done == [1, 2, 3]
    assert [issued.row for issued in report.issued] == [2, 4]
    [refused] = report.refused
    assert (refused.row, refused.column) == (3, None)
    assert refused.message.startswith("第 3 行：") and "𪚥" in refused.message
    assert len(list(tmp_path.glob("*.pdf"))) == 2


def test_each_format_is_a_file_of_one_credential(own: Place, tmp_path: Path) -> None:
    with own.office() as opened:
        run = replace(run_of(opened, tmp_path / "out"), formats=(PDF, DOCX))
        issued = issue_row(run, ready_rows(run, ROW)[0])
        assert [name.rpartition(".")[2] for name in issued.files] == ["pdf", "docx"]
        assert sorted(path.name for path in run.out.iterdir()) == sorted(issued.files)
        again = issue_row(run, ready_rows(run, ROW)[0])
    assert (issued.again, again.again) == (False, True)
    assert again.stored == issued.stored


def test_a_trial_finds_what_issuing_would_refuse_and_records_nothing(
    own: Place, tmp_path: Path
) -> None:
    before = issued_count(own)
    with own.office() as opened:
        run = run_of(opened, tmp_path / "out")
        good, bad = ready_rows(run, ROW, UNPRINTABLE)
        [refused] = try_rows(run, [good, bad])
        assert (refused.row, "𪚥" in refused.message) == (3, True)
        assert issued_count(own) == before
        assert not (tmp_path / "out").exists()
        issue_row(run, good)
        assert try_rows(run, [good]) == ()


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (Status.INVALID, "已作废（抽检不合格）"),
        (Status.SUSPENDED, "监管中（暂停使用）（抽检不合格）"),
    ],
)
def test_withdrawn_paper_is_refused_in_trial_and_in_earnest(
    own: Place, tmp_path: Path, status: Status, words: str
) -> None:
    with own.office() as opened:
        run = run_of(opened, tmp_path / "out")
        [ready] = ready_rows(run, ROW)
        number = issue_row(run, ready).stored.id
        change_status(opened.registry, number, status, "抽检不合格", at=ISSUED, who=WHO)
        again = replace(run, out=tmp_path / "again")
        with pytest.raises(WithdrawnError) as caught:
            issue_row(again, ready)
        [refused] = try_rows(again, [ready])
        assert words in str(caught.value)
        assert refused.message == f"第 2 行：{caught.value}"
        if status is Status.SUSPENDED:
            change_status(opened.registry, number, Status.VALID, "无误", at=ISSUED, who=WHO)
            assert issue_row(again, ready).again
        else:
            assert not (tmp_path / "again").exists()


def test_a_cell_that_a_spreadsheet_would_run_is_text(tmp_path: Path) -> None:
    refusals = (
        Refusal(3, "=列", "=HYPERLINK(1)"),
        Refusal(4, None, "+1"),
        Refusal(5, None, "-1"),
        Refusal(6, None, "@x"),
        Refusal(7, "产地", "第 7 行"),
    )
    write_manifest(Report((), refusals), BASE_URL, tmp_path)
    cells = [(line["column"], line["reason"]) for line in read_csv(tmp_path / "refused.csv")]
    assert cells == [
        ("'=列", "'=HYPERLINK(1)"), ("", "'+1"), ("", "'-1"), ("", "'@x"), ("产地", "第 7 行"),
    ]  # fmt: skip
    assert (tmp_path / "refused.csv").read_bytes().startswith(b"\xef\xbb\xbf")


def test_a_batch_without_refusals_leaves_no_old_list_of_them(tmp_path: Path) -> None:
    write_manifest(Report((), (Refusal(3, None, "x"),)), BASE_URL, tmp_path)
    write_manifest(Report((), ()), BASE_URL, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["manifest.csv"]
    assert (tmp_path / "manifest.csv").read_bytes() == (
        b"\xef\xbb\xbfid,file,page,qr_text,state\r\n"
    )


def test_a_row_with_another_telephone_is_not_given_the_old_paper(
    own: Place, tmp_path: Path
) -> None:
    with own.office() as opened:
        run = run_of(opened, tmp_path / "out")
        first, same, other = (
            ready_rows(run, {**ROW, "联系方式": number})[0]
            for number in ("0571-00001234", "0571-00001234", "0571-00009999")
        )
        number = format_certificate_id(issue_row(run, first).stored.id)
        assert issue_row(run, same).again
        with pytest.raises(WithdrawnError) as caught:
            issue_row(run, other)
    assert str(caught.value).startswith(
        f"此前已签发 {number}，上面的“联系方式”为 “0571-00001234”，与本行的 “0571-00009999” 不同"
    )
