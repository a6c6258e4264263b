"""service/reissuing.py: a correction is a new certificate, and the old one says so at once."""

from pathlib import Path

import pytest

from credential.certificate_id import parse_certificate_id
from credential.status import Status
from registry.credentials import StoredCredential, find_credential
from registry.database import RegistryError
from registry.status import status_history
from service.errors import UserError
from service.issuing import Issued, issue_rows
from service.office import Office
from service.reissuing import Changes, reissue_certificate
from service.signing import signer_for
from tests.flows.office import HOUR, ISSUED, PASSPHRASE, Place, first_of, manifest
from tests.service.batches import COOPERATIVE, HOUSEHOLD, read, run_of

LATER = ISSUED + HOUR


def old_of(office: Office, number: str) -> StoredCredential:
    found = find_credential(office.registry, parse_certificate_id(number))
    assert found is not None
    return found


def again(office: Office, out: Path, old: StoredCredential, changes: Changes) -> Issued:
    run = run_of(office, out, at=LATER)
    signer = signer_for(office, "certificate", "jiande", LATER, PASSPHRASE)
    return reissue_certificate(run, old, changes, "数量填错", signer)


@pytest.mark.parametrize("kind", [COOPERATIVE.type, HOUSEHOLD.type])
def test_all_but_the_change_stays(own: Place, tmp_path: Path, kind: object) -> None:
    with own.office() as opened:
        number = first_of(own, kind).number  # type: ignore[arg-type]
        old = old_of(opened, number)
        new = again(opened, tmp_path, old, Changes(quantity="3公斤")).stored
        [entry] = status_history(opened.registry, old.id)
    differing = {name for name, value in new.fields.items() if value != old.fields.get(name)}
    changing = {"quantity", "number", "check_code"}
    assert changing <= differing <= changing | {"issued_on"}
    assert new.fields["quantity"] == "3公斤"
    assert new.claims.subject == old.claims.subject
    assert new.claims.origin == old.claims.origin
    assert new.claims.role == old.claims.role
    assert new.claims.issued_at == LATER
    assert (entry.status, entry.replaced_by, entry.reason) == (
        *(Status.SUPERSEDED, new.id, "数量填错"),
    )


def test_the_contact_of_the_old_one_is_printed_on_the_new_one(own: Place, tmp_path: Path) -> None:
    """Typed in the batch's row; the claims, which a phone reads, have none."""
    with own.office() as opened:
        run = run_of(opened, tmp_path)
        row = {"统一社会信用代码": COOPERATIVE.uscc, "联系电话": "0571-00009999"}
        old = issue_rows(run, read(run, row).ready).issued[0].stored
        new = again(opened, tmp_path, old, Changes(quantity="3公斤")).stored
    assert old.fields["contact"] == new.fields["contact"] == "0571-00009999"
    assert COOPERATIVE.contact != "0571-00009999"


def test_the_grade_is_that_of_the_day(own: Place, tmp_path: Path) -> None:
    one = first_of(own, COOPERATIVE.type, grade="B")
    grade = ("--reason", "x", one.producer.uscc, "C")
    own.done("grade", "set", "--scheme", "jiande", *grade, at=ISSUED + 60)
    with own.office() as opened:
        old = old_of(opened, one.number)
        new = again(opened, tmp_path, old, Changes()).stored
    assert old.claims.grade is not None and new.claims.grade is not None
    assert (old.claims.grade.code, new.claims.grade.code) == ("B", "C")


def test_the_same_request_is_the_same_certificate(own: Place, tmp_path: Path) -> None:
    with own.office() as opened:
        old = old_of(opened, manifest(own.a5)[0]["id"])
        first = again(opened, tmp_path, old, Changes(origin="建德市寿昌镇"))
        second = again(opened, tmp_path, old, Changes(origin="建德市寿昌镇"))
        assert (first.again, second.again) == (False, True)
        assert first.stored == second.stored
        with pytest.raises(RegistryError, match="已换开"):
            again(opened, tmp_path, old, Changes(origin="建德市大同镇"))


def test_a_void_one_is_not_replaced(own: Place, tmp_path: Path) -> None:
    number = manifest(own.a5)[0]["id"]
    own.done("revoke", number, "--reason", "抽检不合格", at=ISSUED + 60)
    with own.office() as opened, pytest.raises(RegistryError, match="已作废"):
        again(opened, tmp_path, old_of(opened, number), Changes())


def test_its_successor_once_withdrawn_is_not_printed_again(own: Place, tmp_path: Path) -> None:
    with own.office() as opened:
        old = old_of(opened, manifest(own.a5)[0]["id"])
        new = again(opened, tmp_path, old, Changes()).files[0].removesuffix(".pdf")
    own.done("revoke", new, "--reason", "抽检不合格", at=LATER + 60)
    with own.office() as opened, pytest.raises(UserError, match=f"{new} 已作废"):
        again(opened, tmp_path, old, Changes())


def test_a_pledge_is_not_re_issued(own: Place, tmp_path: Path) -> None:
    number = manifest(own.pledges)[0]["id"]
    with own.office() as opened, pytest.raises(UserError, match=f"{number} 不是可以换开的合格证"):
        again(opened, tmp_path, old_of(opened, number), Changes())


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        (Changes(quantity="若干"), "数量应为 数字加单位（如 500斤），得到 “若干”"),
        (Changes(product="稻谷"), "不在办法规定的产品范围内"),
        (Changes(origin="𪚥村"), "𪚥"),
    ],
)
def test_a_change_that_is_wrong_records_nothing(
    own: Place, tmp_path: Path, changes: Changes, said: str
) -> None:
    with own.office() as opened:
        old = old_of(opened, manifest(own.a5)[0]["id"])
        with pytest.raises(UserError, match=said):
            again(opened, tmp_path / "out", old, changes)
        assert status_history(opened.registry, old.id) == ()
    assert not (tmp_path / "out").exists()


def test_a_change_is_read_like_a_cell(own: Place, tmp_path: Path) -> None:
    with own.office() as opened:
        old = old_of(opened, manifest(own.a5)[0]["id"])
        for changes, message in (
            (Changes(product="草莓（特级）"), "^产品应为 产品名称（只写名称"),
            (Changes(origin="建德市13800001234"), "^产地应为 产地（不含身份证号或电话号码"),
            (Changes(quantity="若干"), "^数量应为 数字加单位"),
        ):
            with pytest.raises(UserError, match=message):
                again(opened, tmp_path, old, changes)
        assert status_history(opened.registry, old.id) == ()
