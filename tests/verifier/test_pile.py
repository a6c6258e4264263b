"""A pile: order, how far it reads ahead, what its summary says."""

import threading
from collections.abc import Iterator

from credential.policy import NOTARY
from credential.verdict import Axis, AxisName, Finding, Indication, SubIndication, Verdict
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
