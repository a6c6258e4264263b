"""In the registry before the file leaves; the same row once only, whoever issues and whatever dies."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from sqlalchemy import func, select

from credential.claims import StatusReference
from credential.fields import FIELDS
from credential.status import Status
from registry import tables
from registry.audit import audit_trail, credential_object
from registry.credentials import Acknowledgement, find_acknowledgement, find_credential, find_issued
from registry.database import RegistryError, read
from registry.issuing import (
    LIST_SIZE,
    Allotment,
    IssueRequest,
    NewCredential,
    record_credentials,
)
from registry.keys import add_key, compromise_key, retire_key
from registry.registry import Registry, close_registry, open_registry
from registry.status import change_status, status_history
from tests import samples
from tests.registry.office import (
    COOPERATIVE,
    WHO,
    issue,
    issue_key,
    open_office,
    signed_claims,
)
from tests.samples import AT, DAY


def count(registry: Registry) -> int:
    statement = select(func.count()).select_from(tables.credentials)
    return read(registry.main, lambda connection: connection.execute(statement).scalar_one())


def test_records_what_was_signed(registry: Registry) -> None:
    open_office(registry)
    (stored,) = issue(registry, ["第 3 行"], at=AT + 60)
    assert stored.claims == replace(samples.PRODUCER, id=stored.id, status=stored.claims.status), (
        "the message is what the callback signed"
    )
    assert stored.fields == samples.PRODUCER_FIELDS
    assert list(stored.fields) == [name for name in FIELDS if name in samples.PRODUCER_FIELDS]
    assert (stored.recorded_at, stored.recorded_by) == (AT + 60, WHO)
    assert stored.id[:4] == (AT + 60).to_bytes(4, "big")
    assert find_credential(registry, stored.id) == stored
    assert find_credential(registry, bytes(10)) is None
    (entry,) = audit_trail(registry, credential_object(stored.id))
    assert (entry.who, entry.at, entry.action) == (WHO, AT + 60, "credential.record")


def test_the_same_row_gives_the_same_certificate(registry: Registry) -> None:
    open_office(registry)
    first = issue(registry, ["甲", "乙", "甲"])
    assert first[0] == first[2] != first[1]
    again = issue(registry, ["乙", "丙", "甲"], at=AT + DAY)
    assert again[0] == first[1]
    assert again[2] == first[0]
    assert count(registry) == 3
    assert find_issued(registry, [issue_key("乙"), issue_key("丁")]) == {issue_key("乙"): first[1]}


def test_places_in_status_lists_follow_each_other(registry: Registry) -> None:
    open_office(registry)
    places = [stored.claims.status for stored in issue(registry, [str(i) for i in range(1200)])]
    assert places == [StatusReference(1, i) for i in range(1200)]


def test_a_full_list_is_followed_by_the_next(registry: Registry) -> None:
    open_office(registry)
    with registry.main.engine.begin() as connection:
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql(f"UPDATE status_numbers SET next = {LIST_SIZE - 1}")
        else:
            connection.exec_driver_sql(f"SELECT setval('status_numbers', {LIST_SIZE - 2})")
    places = [stored.claims.status for stored in issue(registry, ["甲", "乙"])]
    assert places == [StatusReference(1, LIST_SIZE - 1), StatusReference(2, 0)]


def test_nothing_is_recorded_where_signing_fails(registry: Registry) -> None:
    open_office(registry)

    def sign(place: int, allotment: Allotment) -> NewCredential:
        if place == 1:
            raise RuntimeError("密钥库已锁")
        return signed_claims(samples.PRODUCER, allotment)

    with pytest.raises(RuntimeError, match="密钥库已锁"):
        record_credentials(
            registry,
            [IssueRequest(issue_key("甲")), IssueRequest(issue_key("乙"))],
            sign,
            at=AT,
            who=WHO,
        )
    assert count(registry) == 0
    assert len(issue(registry, ["甲", "乙"])) == 2


def _foreign_number(allotment: Allotment) -> NewCredential:
    return signed_claims(samples.PRODUCER, replace(allotment, id=b"0123456789"))


def _foreign_place(allotment: Allotment) -> NewCredential:
    return signed_claims(samples.PRODUCER, replace(allotment, status=StatusReference(9, 9)))


def _broken(allotment: Allotment) -> NewCredential:
    return replace(signed_claims(samples.PRODUCER, allotment), message=b"\xd2\x84")


def _other_pack(allotment: Allotment) -> NewCredential:
    return replace(signed_claims(samples.PRODUCER, allotment), pack=samples.GAOPING)


def _stranger(allotment: Allotment) -> NewCredential:
    return signed_claims(samples.PRODUCER, allotment, samples.STRANGER)


def _unknown_subject(allotment: Allotment) -> NewCredential:
    return signed_claims(replace(samples.PRODUCER, subject=samples.NOTARY), allotment)


def _too_early(allotment: Allotment) -> NewCredential:
    return signed_claims(replace(samples.PRODUCER, issued_at=AT - 91 * DAY), allotment)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (_foreign_number, "第 1 项：凭证没有使用分配的编号和状态位置"),
        (_foreign_place, "第 1 项：凭证没有使用分配的编号和状态位置"),
        (_broken, "第 1 项：凭证数据有误"),
        (_other_pack, "第 1 项：凭证中的规则包与登记的不同"),
        (_stranger, f"签名密钥 {samples.STRANGER.public_key.kid.hex()} 未登记"),
        (_unknown_subject, "主体未登记：32140581MD0TEXT48W"),
        (_too_early, "不包括 2025年12月4日 10:00:00"),
    ],
)
def test_refuses_what_a_verifier_would_refuse(
    registry: Registry, make: Callable[[Allotment], NewCredential], message: str
) -> None:
    open_office(registry)
    with pytest.raises(RegistryError, match=message):
        record_credentials(
            registry,
            [IssueRequest(issue_key("甲"))],
            lambda _, allotment: make(allotment),
            at=AT,
            who=WHO,
        )
    assert count(registry) == 0


def test_a_compromised_key_records_nothing_more(registry: Registry) -> None:
    open_office(registry)
    kid = samples.ISSUER_KEY.key.kid
    (before,) = issue(registry, ["甲"])
    compromise_key(registry, kid, AT + DAY, at=AT + 2 * DAY, who=WHO, why="笔记本失窃")
    with pytest.raises(RegistryError, match="已失密，不能用于签发"):
        issue(registry, ["乙"], at=AT + 3 * DAY)
    assert issue(registry, ["甲"], at=AT + 3 * DAY) == (before,)


def test_a_retired_key_records_nothing_more(registry: Registry) -> None:
    open_office(registry)
    retire_key(registry, samples.ISSUER_KEY.key.kid, at=AT + DAY, who=WHO, why="换新")
    with pytest.raises(RegistryError, match=r"有效期为.*不包括 2026年3月6日 10:00:00"):
        issue(registry, ["甲"], at=AT + DAY)


def test_a_key_signs_only_its_schemes(registry: Registry) -> None:
    open_office(registry)
    other = replace(
        samples.ISSUER_KEY, key=samples.STRANGER.public_key, schemes=frozenset({"gaoping"})
    )
    add_key(registry, other, at=AT, who=WHO, why="公证处")
    with pytest.raises(RegistryError, match=r"无权签发 certificate（jiande）"):
        issue(registry, ["甲"], signer=samples.STRANGER)
    # a label names no scheme itself: the registry's does
    with pytest.raises(RegistryError, match=r"无权签发 certificate（jiande）"):
        issue(registry, ["甲"], claims=samples.LABEL, signer=samples.STRANGER)


def test_a_reissue_supersedes_the_old_one_at_once(registry: Registry) -> None:
    open_office(registry)
    (old,) = issue(registry, ["甲"])
    request = IssueRequest(issue_key("甲，改"), replaces=old.id, reason="数量有误")

    def again() -> bytes:
        stored = record_credentials(
            registry,
            [request],
            lambda _, allotment: signed_claims(samples.PRODUCER, allotment),
            at=AT + DAY,
            who=WHO,
        )
        return stored[0].id

    new = again()
    assert again() == new, "a second try changes nothing"
    (entry,) = status_history(registry, old.id)
    assert (entry.status, entry.reason, entry.replaced_by, entry.at) == (
        Status.SUPERSEDED,
        "数量有误",
        new,
        AT + DAY,
    )


def test_a_void_certificate_is_not_reissued(registry: Registry) -> None:
    open_office(registry)
    (old,) = issue(registry, ["甲"])
    change_status(registry, old.id, Status.INVALID, "抽检不合格", at=AT + 1, who=WHO)
    request = IssueRequest(issue_key("甲，改"), replaces=old.id, reason="数量有误")
    with pytest.raises(RegistryError, match="凭证“已作废”，状态不能再更改"):
        record_credentials(
            registry,
            [request],
            lambda _, allotment: signed_claims(samples.PRODUCER, allotment),
            at=AT + DAY,
            who=WHO,
        )
    assert count(registry) == 1


def test_the_acknowledgement_is_kept_with_the_pledge(registry: Registry) -> None:
    open_office(registry)
    noted = Acknowledgement(bytes(range(32)), AT - 300)

    def pledge(_: int, allotment: Allotment) -> NewCredential:
        new = signed_claims(samples.PLEDGE, allotment)
        return replace(new, pack=samples.GAOPING, fields=samples.PLEDGE_FIELDS)

    request = IssueRequest(issue_key("公证 1"), acknowledgement=noted)
    (stored,) = record_credentials(registry, [request], pledge, at=AT, who=WHO)
    assert find_acknowledgement(registry, stored.id) == noted
    late = replace(
        request, issue_key=issue_key("2"), acknowledgement=replace(noted, acknowledged_at=AT + 1)
    )
    with pytest.raises(RegistryError, match="第 1 项：告知的确认时间在将来"):
        record_credentials(registry, [late], pledge, at=AT, who=WHO)


def test_an_issue_key_is_long_enough(registry: Registry) -> None:
    with pytest.raises(RegistryError, match="签发键应为 16 至 64 字节"):
        record_credentials(registry, [IssueRequest(b"1")], lambda _, a: _broken(a), at=AT, who=WHO)


def test_issuers_side_by_side_never_double_or_clash(url: str) -> None:
    """Eight threads with connections of their own issue overlapping rows in different orders."""
    registry = open_registry(url)
    open_office(registry)
    rows = [f"第 {i} 行" for i in range(40)]

    def issuer(start: int) -> set[tuple[str, bytes]]:
        own = open_registry(url)
        mine = rows[start:] + rows[:start]
        mine = mine[::-1] if start % 2 else mine
        seen: set[tuple[str, bytes]] = set()
        for i in range(0, len(mine), 10):
            chunk = mine[i : i + 10]
            seen |= set(zip(chunk, (stored.id for stored in issue(own, chunk)), strict=True))
        close_registry(own)
        return seen

    with ThreadPoolExecutor(8) as pool:
        seen = set().union(*pool.map(issuer, range(0, 40, 5)))
    assert len(seen) == 40, "every issuer got the same certificate for the same row"
    assert count(registry) == 40
    stored = find_issued(registry, [issue_key(row) for row in rows])
    assert len({one.claims.status for one in stored.values()}) == 40
    close_registry(registry)


@pytest.mark.parametrize(
    ("moment", "recorded"),
    [("sign", 0), ("insert", 0), ("committed", 3)],
)
def test_a_killed_issuer_leaves_nothing_unknown_and_nothing_twice(
    url: str, moment: str, recorded: int
) -> None:
    registry = open_registry(url)
    open_office(registry)
    run = [sys.executable, "-m", "tests.registry.killed_issuer", url, moment]
    done = subprocess.run(run, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == -signal.SIGKILL, done.stderr
    printed = done.stdout.split()
    assert len(printed) == recorded, "only what is committed was given out"
    assert count(registry) == recorded
    again = issue(registry, ["甲", "乙", "丙"], at=AT + DAY)
    assert count(registry) == 3
    if recorded:
        assert [stored.id.hex() for stored in again] == printed
    close_registry(registry)


def test_processes_side_by_side_on_postgresql(postgres_url: str) -> None:
    registry = open_registry(postgres_url)
    open_office(registry)
    run = [sys.executable, "-m", "tests.registry.killed_issuer", postgres_url, "never"]
    started = [
        subprocess.Popen(run, stdout=subprocess.PIPE, text=True, env=dict(os.environ))
        for _ in range(3)
    ]
    outputs = {process.communicate(timeout=60)[0] for process in started}
    assert [process.returncode for process in started] == [0, 0, 0]
    assert len(outputs) == 1, "the same certificates in every process"
    assert count(registry) == 3
    assert (
        COOPERATIVE.key
        == find_issued(registry, [issue_key("甲")])[issue_key("甲")].claims.subject.packed
    )
    close_registry(registry)
