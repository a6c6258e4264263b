"""From the table to the file: each label once, whatever is repeated, refused, cancelled or withdrawn."""

import hashlib
import time
from pathlib import Path

import pypdfium2
import pytest
from openpyxl import Workbook

from credential.certificate_id import format_certificate_id, parse_certificate_id
from credential.qr_text import read_qr_text
from credential.status import Status
from registry.jobs import Job, JobState, find_job, set_job_state
from registry.records import RegistryRecords, scan_view
from registry.registry import close_registry, open_registry
from registry.status import change_status
from service.bulk import checking, issuing
from service.bulk.issuing import resume_job, try_labels
from service.bulk.orders import Paper, opened, order_of
from service.bulk.running import JobStoppedError
from service.bulk.source import given, handed_in
from service.errors import UserError
from service.home import Home
from service.issuing import REFUSED
from service.settings import load_settings
from tests.samples import AT
from tests.service.bulk.office import (
    HEAD,
    PASSPHRASE,
    WHO,
    assert_each_once,
    issue,
    make_home,
    manifest,
    order,
    recorded,
    row,
    table,
)

LONG = "杨村桥红颜" * 11 + "草莓"


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return make_home(tmp_path)


@pytest.fixture(autouse=True)
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checking, "LABELS", 10)
    monkeypatch.setattr(checking, "ROWS", 7)


def test_every_label_is_in_the_registry_and_says_what_its_certificate_says(
    home: Home, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    # rows that share chunks and rows that are spread over several
    result = issue(home, table([row(n, labels=n + 1) for n in range(10)] + [row(77, 35)]), out)
    assert (result.labels, result.job.done, result.job.state) == (90, 90, JobState.DONE)
    with opened(order(home).registry_url) as registry:
        assert_each_once(registry, out, 90)
        for line in manifest(out)[::13]:
            _, message = read_qr_text(line["qr_text"])
            record = RegistryRecords(registry).record(parse_certificate_id(line["id"]))
            assert record is not None
            assert record.message_sha256 == hashlib.sha256(message).digest()
            assert record.fields["number"] == line["id"]
    with pypdfium2.PdfDocument(out / "labels.pdf") as pdf:
        assert len(pdf) == 90
        text = pdf[89].get_textpage().get_text_range()
    assert manifest(out)[89]["id"] in text
    assert "草莓" in text


def test_a_few_labels_start_no_process(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[int] = []

    def start(*_arguments: object) -> None:
        started.append(1)
        raise UserError("another process")

    monkeypatch.setattr(issuing, "open_crew", start)
    few, many = table([row(1, labels=50)]), table([row(2, labels=51)])
    monkeypatch.setattr(issuing, "_FEW", 50)
    assert issue(home, few, tmp_path / "out").labels == 50
    assert try_labels(order(home), given(few)).labels == 50
    assert not started
    with pytest.raises(UserError, match="another process"):
        issue(home, many, tmp_path / "out")
    monkeypatch.setattr(issuing, "_SHORT", 10)
    with pytest.raises(UserError, match="another process"):
        issue(home, table([row(3)]), tmp_path / "out")
    assert len(started) == 2


def test_a_table_that_changed_while_it_was_read_issues_nothing(home: Home, tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_bytes(table([row(1)]))
    source = handed_in(path)
    path.write_bytes(table([row(1), row(2)]))
    with pytest.raises(UserError, match="在读取时被改动"):
        try_labels(order(home), source)


def test_the_same_table_again_issues_nothing_and_prints_the_same(
    home: Home, tmp_path: Path
) -> None:
    data = table([row(n, labels=3) for n in range(8)])
    issue(home, data, tmp_path / "a")
    with opened(order(home).registry_url) as registry:
        before = recorded(registry)
        # later, by another order
        issue(home, data, tmp_path / "b", order(home, at=int(time.time()) + 60))
        assert recorded(registry) == before
    first, second = manifest(tmp_path / "a"), manifest(tmp_path / "b")
    assert {line["state"] for line in first} == {"issued"}
    assert {line["state"] for line in second} == {"issued-before"}
    assert [line["qr_text"] for line in first] == [line["qr_text"] for line in second]
    assert (tmp_path / "a/labels.pdf").read_bytes() == (tmp_path / "b/labels.pdf").read_bytes()


def test_more_labels_of_the_same_row_are_only_the_new_ones(home: Home, tmp_path: Path) -> None:
    issue(home, table([row(1, labels=4)]), tmp_path / "a")
    issue(home, table([row(1, labels=6)]), tmp_path / "b")
    with opened(order(home).registry_url) as registry:
        assert_each_once(registry, tmp_path / "b", 6)
        assert len({label.credential for label in recorded(registry)}) == 1


def test_wrong_rows_are_named_and_the_others_issued(home: Home, tmp_path: Path) -> None:
    rows = [
        row(1),
        row(2, product=LONG),
        row(3, product="草莓\x07"),
        row(4, labels=0),
        row(1),
        row(5, product="\U00016a38草莓"),
        row(6),
    ]
    rows[6][0] = "无此合作社"
    out = tmp_path / "out"
    result = issue(home, table(rows), out)
    assert result.labels == 1
    messages = {refusal.row: refusal.message for refusal in result.refused}
    assert list(messages) == [3, 4, 5, 6, 7, 8]
    assert "57 个" in messages[3] and "产品名称" in messages[3]
    assert "不可见或未定义的字符 U+0007" in messages[4]
    assert messages[5] == "第 5 行，列“标签张数”：应为 1 至 100000 的张数，得到 “0”"
    assert messages[6].startswith("第 6 行：与第 2 行重复")
    assert "U+16A38" in messages[7]
    assert "建德市第0果蔬专业合作社" in messages[8]
    assert len((out / REFUSED).read_text("utf-8-sig").splitlines()) == 7
    with opened(order(home).registry_url) as registry:
        assert_each_once(registry, out, 1)


def test_a_dry_run_shows_the_same_and_leaves_nothing(home: Home, tmp_path: Path) -> None:
    rows = [row(1, labels=25), row(2, product=LONG), row(3, labels=0)]
    trial = try_labels(order(home), given(table(rows)), processes=2)
    assert trial.labels == 25
    assert [refusal.row for refusal in trial.refused] == [3, 4]
    with opened(order(home).registry_url) as registry:
        assert recorded(registry) == []
        assert scan_view(registry, bytes(10)) is None
    result = issue(home, table(rows), tmp_path / "out")
    assert result.refused == trial.refused


def test_all_or_nothing(home: Home, tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"有 1 行被拒绝，一份也没有签发：\n第 3 行"):
        issue(home, table([row(1), row(2, product=LONG)]), tmp_path, all_or_nothing=True)
    with opened(order(home).registry_url) as registry:
        assert recorded(registry) == []


def test_a_cancelled_job_goes_on_when_asked(home: Home, tmp_path: Path) -> None:
    data = table([row(n, labels=3) for n in range(20)])
    out = tmp_path / "out"
    made = order(home)
    registry = open_registry(made.registry_url)

    def cancel(job: Job) -> None:
        # now: a job that was left long ago is abandoned
        set_job_state(registry, job.id, JobState.CANCELLED, at=int(time.time()))

    with pytest.raises(JobStoppedError, match="任务 1 已取消；已登记的部分有效"):
        issue(home, data, out, progress=cancel, processes=1)
    assert 0 < len(recorded(registry)) < 60
    assert not (out / "labels.pdf").exists()
    # the table handed in again is the same job
    result = issue(home, data, out)
    assert result.resumed
    assert_each_once(registry, out, 60)
    close_registry(registry)


def test_pages_lost_after_the_commit_are_drawn_again(home: Home, tmp_path: Path) -> None:
    data, out = table([row(n, labels=5) for n in range(8)]), tmp_path / "out"
    whole = issue(home, data, tmp_path / "whole")
    other = make_home(tmp_path / "other")

    def interrupt(_job: Job) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        issue(other, data, out, progress=interrupt)
    with opened(order(other).registry_url) as registry:
        for part in (other.path / "jobs" / "1").glob("part-*"):
            part.unlink()
        job = find_job(registry, 1)
        assert job is not None and job.state is JobState.QUEUED
    resumed = order_of(other, load_settings(other), job, PASSPHRASE)
    result = resume_job(resumed, job, out, progress=lambda _job: None, processes=1)
    assert result.labels == whole.labels
    with opened(order(other).registry_url) as registry:
        assert_each_once(registry, out, 40)


def test_labels_of_a_voided_certificate_are_not_printed_anew(home: Home, tmp_path: Path) -> None:
    data = table([row(1, labels=2), row(2, labels=2)])
    issue(home, data, tmp_path / "a")
    with opened(order(home).registry_url) as registry:
        view = scan_view(registry, parse_certificate_id(manifest(tmp_path / "a")[0]["id"]))
        assert view is not None and view.label_of is not None
        change_status(registry, view.label_of, Status.INVALID, "农残超标", at=AT + 9, who=WHO)
        number = format_certificate_id(view.label_of)
    result = issue(home, data, tmp_path / "b")
    assert result.labels == 2
    assert result.refused[0].message.startswith(f"第 2 行：此前签发的 {number} 已作废（农残超标）")


def test_a_part_used_sheet(home: Home, tmp_path: Path) -> None:
    out = tmp_path / "out"
    paper = order(home, "one-fruit-52x29", Paper("40", 36))
    issue(home, table([row(n, labels=10) for n in range(6)]), out, paper)
    assert [line["page"] for line in manifest(out)] == ["1"] * 5 + ["2"] * 40 + ["3"] * 15
    with pypdfium2.PdfDocument(out / "labels.pdf") as pdf:
        assert len(pdf) == 3


def test_a_style_per_piece_needs_its_count(home: Home, tmp_path: Path) -> None:
    with pytest.raises(
        UserError, match="列“标签张数”：应为 1 至 100000 的张数（每枚一张），得到空白"
    ):
        issue(home, table([row(1, labels="")]), tmp_path, order(home, "one-fruit-52x29"))


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "文件是空的"),
        ("产品名称,产地\n\ud800".encode("utf-16-le", "surrogatepass"), "不是表格"),
        (table([], HEAD), "下面没有数据"),
        (b"PK\x03\x04", "XLSX 文件已损坏"),
    ],
)
def test_a_file_that_is_no_table(home: Home, tmp_path: Path, data: bytes, message: str) -> None:
    with pytest.raises(UserError, match=message):
        issue(home, data, tmp_path / "out")
    with opened(order(home).registry_url) as registry:
        assert recorded(registry) == []
    assert not (tmp_path / "out").exists()


def test_gb_18030_and_formulas_are_read_as_their_values(home: Home, tmp_path: Path) -> None:
    text = table([row(1, labels=2)]).decode("utf-8-sig")
    assert issue(home, text.encode("gb18030"), tmp_path / "a").labels == 2
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.append(HEAD)
    # a formula whose value nobody has worked out yet is not the empty cell that it is read as
    sheet.append([*row(2)[:3], '="1"&"00公斤"', *row(2)[4:]])
    book.save(tmp_path / "formula.xlsx")
    with pytest.raises(UserError, match=r"第 2 行，列“产品数量”：.*得到 “（公式没有算出结果）”"):
        issue(home, (tmp_path / "formula.xlsx").read_bytes(), tmp_path / "b")


@pytest.mark.parametrize(
    ("head", "message"),
    [
        (
            b"PK",
            "文件超过 20 MB，请分成几个文件，或另存为 CSV（不超过 128 MB）",
        ),
        (b"", "文件超过 128 MB，请分成几个文件"),
    ],
)
def test_a_sheet_of_200_mb_is_refused_unread(tmp_path: Path, head: bytes, message: str) -> None:
    path = tmp_path / "huge.xlsx"
    with path.open("wb") as file:
        file.write(head)
        file.truncate(200 << 20)
    with pytest.raises(UserError) as error:
        handed_in(path)
    assert str(error.value) == message
