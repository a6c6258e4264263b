"""service/pledges.py: applications, the notary's rules, and who is registered for them."""

import hashlib
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

import pytest

from credential.certificate_id import format_certificate_id, parse_certificate_id
from credential.normal import canonical_text
from registry.credentials import find_acknowledgement, find_credential
from registry.subjects import find_subjects
from service.certificates import Batch
from service.errors import UserError
from service.issuing import Run, issue_rows, try_rows
from service.office import Office
from service.pledges import read_pledge_applications
from service.signing import digest_key, signer_for
from tests.flows.office import ISSUED, PASSPHRASE, TODAY, Place, manifest
from tests.service.batches import run_of

_DAY = TODAY - timedelta(days=1)
GOOD: Mapping[str, str] = {
    "承诺人": "田大根",
    "身份证号": "11010519491231002X",
    "办理事项": "未婚声明公证",
    "替代证明": "公证当事人的未婚事实证明",
    "告知确认时间": f"{_DAY} 09:11",
}
PARENTS = "与被继承人的关系证明、死亡时年满75周岁的被继承人其父母的死亡事实证明"


def table(*rows: Mapping[str, str]) -> bytes:
    full = [{**GOOD, **row} for row in rows]
    columns = list(dict.fromkeys(name for row in full for name in row))
    lines = [",".join(columns)] + [",".join(row.get(c, "") for c in columns) for row in full]
    return "\n".join(lines).encode()


def read(office: Office, out: Path, *rows: Mapping[str, str]) -> tuple[Run, Batch]:
    run = run_of(office, out, "letter-a4", "gaoping")
    signer = signer_for(office, "pledge", "gaoping", ISSUED, PASSPHRASE)
    digest = digest_key(office, PASSPHRASE)
    return run, read_pledge_applications(run, table(*rows), signer, digest)


def test_nobody_is_registered_before_a_pledge_is_issued(own: Place, tmp_path: Path) -> None:
    stranger = {"承诺人": "从未见过", "身份证号": "11010519491231002X"}
    with own.office() as opened:

        def registered() -> int:
            return len(find_subjects(opened.registry, ["从未见过"], "gaoping")["从未见过"])

        refused = {**stranger, "替代证明": "公证当事人的学历证明"}
        run, batch = read(opened, tmp_path, stranger, refused)
        assert (len(batch.ready), len(batch.refused)) == (1, 1)
        assert registered() == 0
        issue_rows(run, batch.ready)
        assert registered() == 1


def test_all_or_nothing_registers_nobody(own: Place, tmp_path: Path) -> None:
    applications = tmp_path / "applications.csv"
    refused = {"替代证明": "公证当事人的学历证明"}
    applications.write_bytes(table({"承诺人": "从未见过"}, refused))
    ran = own.issue("letter-a4", applications, tmp_path / "out", "--all-or-nothing")
    assert (ran.status, "一份也没有签发" in ran.err) == (1, True)
    with own.office() as opened:
        assert find_subjects(opened.registry, ["从未见过"], "gaoping")["从未见过"] == ()


@pytest.mark.parametrize(
    ("died", "age", "admitted"),
    [("2025-06-30", 75, True), ("2025-06-29", 74, False)],
)
def test_parents_death_may_be_pledged_from_75_on(
    office: Place, tmp_path: Path, died: str, age: int, admitted: bool
) -> None:
    row = {"替代证明": PARENTS, "被继承人": "王大山"}
    dates = {"被继承人出生日期": "1950-06-30", "被继承人死亡日期": died}
    with office.office() as opened:
        _, batch = read(opened, tmp_path, {**row, **dates})
    assert (len(batch.ready) == 1) is admitted
    if not admitted:
        [refused] = batch.refused
        assert f"死亡时 {age} 周岁，不满 75 周岁" in refused.message


def test_the_notice_that_was_acknowledged_is_recorded(office: Place) -> None:
    number = parse_certificate_id(manifest(office.pledges)[0]["id"])
    with office.office() as opened:
        stored = find_credential(opened.registry, number)
        noted = find_acknowledgement(opened.registry, number)
    assert stored is not None and noted is not None
    notice = canonical_text(stored.fields["notice"])
    assert noted.notice_sha256 == hashlib.sha256(notice.encode()).digest()
    assert noted.acknowledged_at <= ISSUED


def test_the_same_application_is_the_same_pledge_and_another_moment_another(
    office: Place, tmp_path: Path
) -> None:
    with office.office() as opened:
        _, first = read(opened, tmp_path, {})
        _, again = read(opened, tmp_path, {"承诺人": "田大根"})
        _, later = read(opened, tmp_path, {"告知确认时间": f"{_DAY} 09:12"})
    keys = [batch.ready[0].request.issue_key for batch in (first, again, later)]
    assert keys[0] == keys[1] != keys[2]


@pytest.mark.parametrize(
    ("other", "label", "seen"),
    [
        ({"承诺人": "田小根"}, "承诺人", ("田大根", "田小根")),
        ({"曾用名": "田二"}, "曾用名", ("空白", "田二")),
        ({"被继承人死亡日期": "2026-06-30"}, "死亡时年龄", ("75周岁", "76周岁")),
    ],
)
def test_a_row_that_says_otherwise_than_its_pledge_is_not_given_that(
    own: Place, tmp_path: Path, other: Mapping[str, str], label: str, seen: tuple[str, str]
) -> None:
    row = {
        "替代证明": PARENTS,
        "被继承人": "王大山",
        "被继承人出生日期": "1950-06-30",
        "被继承人死亡日期": "2025-06-30",
    }
    with own.office() as opened:
        run, batch = read(opened, tmp_path, row)
        (issued,) = issue_rows(run, batch.ready).issued
        assert issue_rows(run, batch.ready).issued[0].again
        _, changed = read(opened, tmp_path, {**row, **other})
        (refused,) = issue_rows(run, changed.ready).refused
        assert try_rows(run, changed.ready) == (refused,)
        # nor has that row changed whom the registry knows by the number
        assert find_subjects(opened.registry, ["田小根"], "gaoping")["田小根"] == ()
    printed, said = seen
    number = format_certificate_id(issued.stored.id)
    assert refused.message == (
        f"第 2 行：此前已签发 {number}，上面的“{label}”为 “{printed}”，与本行的 “{said}” 不同，"
        "没有再打印；原件有误的请先作废或换开"
    )


def test_words_that_would_pass_for_a_label_refuse_their_row_alone(
    office: Place, tmp_path: Path
) -> None:
    with office.office() as opened:
        _, batch = read(opened, tmp_path, {}, {"办理事项": "办理事项：继承"})
    assert [ready.row for ready in batch.ready] == [2]
    (refused,) = batch.refused
    assert refused.message.startswith("第 3 行：")
    assert "办理事项：" in refused.message


def test_the_paper_has_the_masked_number_and_the_claims_none(office: Place) -> None:
    number = parse_certificate_id(manifest(office.pledges)[0]["id"])
    with office.office() as opened:
        stored = find_credential(opened.registry, number)
    assert stored is not None
    assert stored.fields["promisor_code"].count("*") >= 8
    assert stored.claims.subject.uscc is None
    assert b"110105" not in stored.message


def test_a_scheme_without_pledges_or_a_file_that_is_none(office: Place, tmp_path: Path) -> None:
    with office.office() as opened:
        signer = signer_for(opened, "pledge", "gaoping", ISSUED, PASSPHRASE)
        run = run_of(opened, tmp_path)
        with pytest.raises(UserError, match="方案“jiande”没有信用承诺书"):
            read_pledge_applications(run, table({}), signer, bytes(32))
        run = run_of(opened, tmp_path, "letter-a4", "gaoping")
        with pytest.raises(UserError, match="没有找到表头"):
            read_pledge_applications(run, b"x,y\n1,2\n", signer, bytes(32))
