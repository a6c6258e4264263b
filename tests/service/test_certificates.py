"""service/certificates.py: whose batch it is, what the rules say, how long it is kept."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from credential.claims import Profile, Role
from credential.fields import SHANGHAI
from scheme.model import Pack
from service.certificates import certificate_texts, months_later, read_certificates
from service.errors import UserError
from service.issuing import issue_rows
from service.packs import load_packs
from service.settings import Settings, schemes_folder
from tests.flows.office import ISSUED, Place
from tests.service.batches import (
    CONSENTED,
    COOPERATIVE,
    HOUSEHOLD,
    producer,
    read,
    run_of,
)

CODE, NAME = "统一社会信用代码", "生产主体"


@pytest.fixture(scope="module")
def jiande() -> Pack:
    return load_packs(schemes_folder(Settings()))["jiande"]


def reasons(office: Place, out: Path, *rows: dict[str, str | None]) -> list[str]:
    with office.office() as opened:
        return [refusal.message for refusal in read(run_of(opened, out), *rows).refused]


def test_a_subject_is_found_by_code_name_or_household_number(office: Place, tmp_path: Path) -> None:
    rows: tuple[dict[str, str | None], ...] = (
        {CODE: COOPERATIVE.uscc, "批次号": "1"},
        {NAME: COOPERATIVE.name, "批次号": "2"},
        {CODE: HOUSEHOLD.household, "批次号": "3"},
        {CODE: COOPERATIVE.uscc, NAME: f" {COOPERATIVE.name[:3]} {COOPERATIVE.name[3:]}"},
    )
    with office.office() as opened:
        batch = read(run_of(opened, tmp_path), *rows)
    assert ([ready.row for ready in batch.ready], batch.refused) == ([2, 3, 4, 5], ())


def test_a_subject_that_is_not_registered_is_named_by_what_was_typed(
    office: Place, tmp_path: Path
) -> None:
    unknown = "93330182MA0U00012U"
    rows: tuple[dict[str, str | None], ...] = ({CODE: unknown}, {NAME: "建德市无此社"})
    assert reasons(office, tmp_path, *rows) == [
        f"第 2 行，列“统一社会信用代码”：应为登记库中已登记的主体，得到 “{unknown}”",
        "第 3 行，列“生产主体”：应为登记库中已登记的主体，得到 “建德市无此社”",
    ]


def test_a_name_that_two_bear_needs_a_code(own: Place, tmp_path: Path) -> None:
    twin = producer(HOUSEHOLD.type, consent=False)
    listed = own.folder / "twin.csv"
    header, *_ = own.subjects.read_text("utf-8-sig").splitlines()
    number = CONSENTED.household or ""
    row = f"{twin.name},农户,,{number},c,330182,建德市,0571-00009999,"
    listed.write_text(f"{header}\n{row}\n", "utf-8")
    own.done("subject", "import", "--scheme", "jiande", "--input", listed)
    assert reasons(own, tmp_path, {NAME: twin.name}) == [
        f"第 2 行，列“生产主体”：应为唯一的主体（同名的有 2 个，请填代码），得到 “{twin.name}”"
    ]


def test_a_name_that_is_not_the_codes_own_is_refused(office: Place, tmp_path: Path) -> None:
    [reason] = reasons(office, tmp_path, {CODE: COOPERATIVE.uscc, NAME: "建德市别的合作社"})
    expected = f"{COOPERATIVE.name}（代码 {COOPERATIVE.uscc} 登记的名称）"
    assert reason == f"第 2 行，列“生产主体”：应为{expected}，得到 “建德市别的合作社”"


def test_one_batch_named_in_two_ways_is_one_batch(office: Place, tmp_path: Path) -> None:
    [reason] = reasons(office, tmp_path, {CODE: COOPERATIVE.uscc}, {NAME: COOPERATIVE.name})
    assert reason.startswith("第 3 行：与第 2 行重复，同一批次只开具一次")


def test_the_rules_refuse_with_the_products_column(office: Place, tmp_path: Path) -> None:
    [reason] = reasons(office, tmp_path, {CODE: COOPERATIVE.uscc, "产品": "生牛乳"})
    assert reason.startswith("第 2 行，列“产品”：“生牛乳”属于生乳：不在办法规定的产品范围内")


def test_a_scheme_without_certificates_or_a_file_that_is_no_table(
    office: Place, tmp_path: Path
) -> None:
    with office.office() as opened:
        run = run_of(opened, tmp_path, "letter-a4", "gaoping")
        with pytest.raises(UserError, match="方案“gaoping”不开具承诺达标合格证"):
            read(run, {CODE: COOPERATIVE.uscc})
        with pytest.raises(UserError, match="没有找到表头"):
            read_certificates(run_of(opened, tmp_path), b"a,b\n1,2\n", None, b"")  # type: ignore[arg-type]


def test_collectors_promise_what_collectors_promise(own: Place, tmp_path: Path) -> None:
    with own.office() as opened:
        run = run_of(opened, tmp_path)
        batch = read(run, {CODE: COOPERATIVE.uscc, "样式": "收购者"})
        [issued] = issue_rows(run, batch.ready).issued
    assert issued.stored.claims.role is Role.COLLECTOR
    assert "已按规定收取并保存该批次农产品承诺达标合格证" in issued.stored.fields["promise"]


@pytest.mark.parametrize(("name", "shown"), [("silent", False), ("consented", True)])
def test_a_households_grade_is_signed_and_printed_only_with_consent(
    own: Place, tmp_path: Path, name: str, shown: bool
) -> None:
    household = CONSENTED if shown else HOUSEHOLD
    with own.office() as opened:
        run = run_of(opened, tmp_path)
        [issued] = issue_rows(run, read(run, {CODE: household.household}).ready).issued
    claims, fields = issued.stored.claims, issued.stored.fields
    assert (claims.grade is not None, "grade" in fields) == (shown, shown)
    assert claims.subject.uscc is None and claims.subject.name != household.name
    assert ("信用等级" in fields["caption"]) is shown


def test_a_label_of_the_same_row_is_a_credential_of_its_own(own: Place, tmp_path: Path) -> None:
    styles = load_packs(schemes_folder(Settings()))["jiande"].styles
    labels = [style.id for style in styles if style.profile is Profile.LABEL]
    with own.office() as opened:
        numbers = set()
        for style in ["a5", *labels[:1]]:
            run = run_of(opened, tmp_path, style)
            batch = read(run, {CODE: COOPERATIVE.uscc})
            numbers |= {ready.request.issue_key for ready in batch.ready}
    assert len(numbers) == 1 + len(labels[:1])


def test_the_words_of_each_role_and_grade(jiande: Pack) -> None:
    words = {
        (role, shown): certificate_texts(jiande, role, grade_shown=shown)
        for role in Role
        for shown in (True, False)
    }
    assert {texts.title for texts in words.values()} == {"承诺达标合格证"}
    assert all("承诺达标合格证" in texts.caption for texts in words.values())
    producers_words, collectors = words[Role.PRODUCER, True], words[Role.COLLECTOR, True]
    assert producers_words.promise.startswith("我承诺生产销售的食用农产品：")
    assert collectors.promise.startswith("我承诺销售的食用农产品：")


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        ("2026-03-05", 24, "2028-03-05"),
        ("2026-08-31", 6, "2027-02-28"),
        ("2027-08-31", 6, "2028-02-29"),
        ("2026-12-31", 1, "2027-01-31"),
        ("2026-12-15", 12, "2027-12-15"),
        ("2026-01-31", 0, "2026-01-31"),
    ],
)
def test_months_are_of_the_calendar(day: str, months: int, expected: str) -> None:
    moment = datetime.fromisoformat(f"{day}T23:30:00+08:00")
    later = datetime.fromtimestamp(months_later(int(moment.timestamp()), months), UTC)
    assert later.astimezone(SHANGHAI).isoformat() == f"{expected}T23:30:00+08:00"


def test_kept_as_long_as_the_pack_says(own: Place, tmp_path: Path, jiande: Pack) -> None:
    assert jiande.certificate is not None
    with own.office() as opened:
        run = run_of(opened, tmp_path)
        [issued] = issue_rows(run, read(run, {CODE: COOPERATIVE.uscc}).ready).issued
    months = jiande.certificate.retention_months
    assert issued.stored.retain_until == months_later(ISSUED, months)
    assert issued.stored.retain_until > ISSUED + timedelta(days=180).total_seconds()


@pytest.mark.parametrize("product", ["稻谷、草莓", "草莓（含生牛乳、大米）", "烤鸡"])
def test_what_the_name_hides_is_asked_about(office: Place, tmp_path: Path, product: str) -> None:
    (reason,) = reasons(office, tmp_path, {CODE: COOPERATIVE.uscc, "产品": product})
    assert reason.startswith(f"第 2 行，列“产品”：待核实：不能判断“{product}”是否在开具范围内")
    assert reason.endswith("；品名只写一种产品，括号内只写品种或种养方式")


def test_one_batch_in_four_units_is_issued_once(office: Place, tmp_path: Path) -> None:
    written = ["500公斤", "500千克", "0.5吨", "1000斤"]
    rows = [{CODE: COOPERATIVE.uscc, "数量": quantity} for quantity in written]
    with office.office() as opened:
        batch = read(run_of(opened, tmp_path), *rows)
    assert [ready.row for ready in batch.ready] == [2]
    assert [refusal.message for refusal in batch.refused] == [
        f"第 {row} 行：与第 2 行重复，同一批次只开具一次；确属两批的，请填写“批次号”加以区分"
        for row in (3, 4, 5)
    ]
