"""A pile: order, how far it reads ahead, what its summary says."""

import threading
from collections.abc import Iterator
from dataclasses import replace

import pytest

from credential.policy import BUYER, NOTARY
from credential.verdict import (
    Axis,
    AxisName,
    FieldText,
    Finding,
    Indication,
    SubIndication,
    Verdict,
)
from service.piles import summary_csv
from service.web.report_page import pile_page
from verifier.pile import Item, Row, Summary, verify_pile

PASSED = Axis(AxisName.CREDENTIAL, Indication.PASSED)
FAILED = Axis(
    AxisName.CONTENT_MATCH,
    Indication.FAILED,
    SubIndication.CONTENT_MISMATCH,
    (Finding("MISMATCH", "“产品数量”与签发时不符"),),
)


def row(name: str, sha: str, number: str | None, axis: Axis = PASSED) -> Row:
    credential = None if number is None else {"id": number}
    return Row.of(Verdict(name, sha, (axis,), credential))


def test_verdicts_come_in_order_and_nothing_is_read_far_ahead() -> None:
    read: list[int] = []
    gate = threading.Event()

    def source() -> Iterator[Item]:
        for place in range(40):
            read.append(place)
            yield Item(str(place), b"")

    def check(item: Item) -> Verdict:
        if item.name == "0":
            gate.wait(10)  # the first is the last to be ready
        return Verdict(item.name, "", (PASSED,))

    verdicts = verify_pile(source(), check, workers=2)
    threading.Timer(0.05, gate.set).start()
    assert next(verdicts).file == "0"
    assert len(read) <= 4
    assert [verdict.file for verdict in verdicts] == [str(place) for place in range(1, 40)]


def test_a_summary_counts_and_names_what_is_there_twice() -> None:
    rows = (
        row("a.pdf", "aa", "N-1"),
        row("b.pdf", "bb", "N-1"),
        row("c.pdf", "aa", "N-1"),
        row("d.pdf", "dd", "N-2", FAILED),
        row("e.pdf", "ee", None),
        row("f.pdf", "", None),
        row("g.pdf", "", None),
    )
    summary = Summary(NOTARY, rows)
    assert summary.indication is Indication.FAILED
    assert summary.count_lines() == ["通过：6 个文件", "无法确定：0 个文件", "不通过：1 个文件"]
    assert summary.duplicate_lines() == [
        "同一文件出现 2 次：第 1 个、第 3 个",
        "凭证 N-1 出现在 3 个文件中：第 1 个、第 2 个、第 3 个",
    ]
    assert rows[3].message == "“产品数量”与签发时不符"
    assert Summary(NOTARY, rows[4:]).same_files() == {}
    assert Summary(NOTARY, ()).indication is Indication.INDETERMINATE


def test_the_same_file_twice_is_no_second_credential() -> None:
    twice = (row("a.pdf", "aa", "N-1"), row("b.pdf", "aa", "N-1"))
    assert Summary(NOTARY, twice).same_credentials() == {}


def test_a_pass_that_its_message_explains_is_no_plain_one() -> None:
    """A report on a failed file, and a policy without the content where a difference was seen."""
    axes = (PASSED, replace(FAILED, indication=Indication.INDETERMINATE))
    texts = (FieldText("verdict", "不通过（TOTAL-FAILED）", None),)
    report = Row.of(Verdict("a.pdf", "", (PASSED,), {"kind": "report"}, texts=texts))
    altered = Row.of(Verdict("b.pdf", "", axes, {"kind": "certificate"}, policy=BUYER))
    content = Axis(AxisName.CONTENT_MATCH, Indication.PASSED)
    well = Row.of(Verdict("c.pdf", "", (PASSED, content), {"kind": "certificate"}, policy=BUYER))
    assert [one.is_doubtful for one in (report, altered, well)] == [True, True, False]
    assert report.words == altered.words == "通过，须看说明"
    assert report.message.startswith("这是一份核验报告，真实与否只指报告本身；报告的结论：")
    assert altered.message == "只指凭证和登记状态，不指内容；核验时看到有不同之处"
    assert well.message == "只指凭证和登记状态，不指内容"
    summary = Summary(BUYER, (report, altered, well))
    assert summary.count_lines()[0] == "通过：3 个文件，其中 2 个须看说明"
    page = pile_page(summary, "pile.zip", 0)
    assert page.count('<span class="mark cannot-check">? 通过，须看说明</span>') == 2
    assert page.count('<span class="mark valid">✓ 通过</span>') == 1
    assert '<div class="valid"><strong>1</strong>✓ 通过</div>' in page
    assert '<div class="cannot-check"><strong>2</strong>? 通过，须看说明</div>' in page
    assert "b.pdf,TOTAL-PASSED,,通过，须看说明," in summary_csv(summary).decode()


ON_A_REPORT = "；这是一份核验报告，真实与否只指报告本身；报告的结论：“{}”（被核验文件的指纹 ab12）"


@pytest.mark.parametrize(
    ("conclusion", "plain"),
    [
        ("通过（TOTAL-PASSED）", True),
        ("通过（TOTAL-PASSED）" + ON_A_REPORT.format("通过（TOTAL-PASSED）"), True),
        ("通过（TOTAL-PASSED）（截至 2026年3月1日 08:00:00）；现在：已作废", False),
        ("通过（TOTAL-PASSED）（截至 2026年3月1日 08:00:00）", False),
        ("通过（TOTAL-PASSED），只指凭证和登记状态，不指内容；核验时看到有不同之处", False),
        ("通过（TOTAL-PASSED），只指凭证和登记状态，不指内容", False),
        ("通过（TOTAL-PASSED）；其中 1 个须看说明", False),
        (
            "通过（TOTAL-PASSED）"
            + ON_A_REPORT.format("通过（TOTAL-PASSED），只指凭证和登记状态，不指内容"),
            False,
        ),
        ("不通过（TOTAL-FAILED）", False),
        ("无法确定（INDETERMINATE）", False),
        ("通过（TOTAL-PASSED）；这是一份核验报告，报告的结论：“不通过（TOTAL-FAILED）”", False),
        ("", False),
    ],
)
def test_a_report_is_as_plain_as_what_it_concluded(conclusion: str, plain: bool) -> None:
    texts = (FieldText("verdict", conclusion, None),)
    row = Row.of(Verdict("a.pdf", "", (PASSED,), {"kind": "report"}, texts=texts))
    assert row.plain is plain


def test_a_pass_of_the_past_says_of_when_and_what_is_known_today() -> None:
    known = Axis(AxisName.REGISTRY_STATUS, Indication.PASSED)

    def of(*said: str) -> Row:
        axis = replace(known, findings=tuple(Finding("STATUS_NOW", words) for words in said))
        return Row.of(Verdict("a.pdf", "", (axis,), {"kind": "pledge"}, as_of=0))

    valid, void = of("现在：有效", "现在：换开"), of("现在：已作废")
    assert (valid.plain, valid.message) == (True, "1970年1月1日 08:00:00时有效")
    assert (void.is_doubtful, void.words) == (True, "通过，须看说明")
    assert void.message == "1970年1月1日 08:00:00时有效；现在：已作废"
