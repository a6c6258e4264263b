"""Withdrawn, suspended, restored, re-issued: what the scan page and the verifier then say."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from credential.subjects import SubjectType
from tests.flows.office import BASE_URL, ISSUED, Place, Printed, first_of, printed, read_csv
from tests.service.batches import COOPERATIVE, table
from tests.service.web.asgi_client import AsgiClient

LATER = ISSUED + 3600


def state_of(pages: AsgiClient, path: str) -> Mapping[str, Any]:
    answer: Mapping[str, Any] = pages.get(path, {"accept": "application/json"}).json()
    return answer


def verdict_of(place: Place, one: Printed) -> tuple[int, str]:
    """Exit status and the first line."""
    ran = place.run("verify", "--text", one.text, at=LATER)
    return ran.status, ran.out.splitlines()[0]


@pytest.fixture
def one(own: Place) -> Printed:
    return printed(own)[0]


def test_a_valid_certificate_is_valid_by_symbol_and_by_number(own: Place, one: Printed) -> None:
    with own.pages() as pages:
        by_symbol, by_number = state_of(pages, one.path), state_of(pages, f"/c/{one.number}")
        page = pages.get(one.path)
    assert by_symbol["state"] == by_number["state"] == "valid"
    assert by_symbol["number"] == one.number
    assert (by_symbol["by_number"], by_number["by_number"]) == (False, True)
    assert page.status_code == 200
    assert "<h1>有效" in page.text
    assert len(page.content) <= 15 * 1024


def test_a_void_certificate_says_when_and_why(own: Place, one: Printed) -> None:
    ran = own.done("revoke", one.number, "--reason", "产品抽检不合格", at=LATER)
    assert f"{one.number} 已作废：产品抽检不合格" in ran.out
    with own.pages() as pages:
        answer, page = state_of(pages, one.path), pages.get(one.path)
        other = state_of(pages, printed(own)[1].path)
    assert (answer["state"], answer["reason"]) == ("void", "产品抽检不合格")
    assert answer["state_since"] == LATER
    assert "<h1>已作废" in page.text and "产品抽检不合格" in page.text
    assert other["state"] == "valid"
    status, head = verdict_of(own, one)
    assert (status, head.endswith("TOTAL-FAILED / REVOKED")) == (1, True)


def test_a_labels_number_is_answered_with_its_certificates(own: Place, tmp_path: Path) -> None:
    """A label's status is its certificate's: no label is void alone, and its number is on record."""
    source, out = tmp_path / "table.csv", tmp_path / "labels"
    source.write_bytes(table({"统一社会信用代码": COOPERATIVE.uscc, "标签张数": "2"}))
    assert own.issue("one-fruit", source, out, "--processes", "1").status == 0
    first, second = read_csv(out / "manifest.csv")
    for more in ((), ("--suspend",), ("--restore",)):
        ran = own.run("revoke", first["id"], "--reason", "标签被盗", *more, at=LATER)
        assert ran.status == 1
        assert f"{first['id']} 是一枚标签的编号，它属于合格证 " in ran.err
        assert "全部标签（包括已经贴出去的）都失效" in ran.err
    with own.pages() as pages:
        assert state_of(pages, f"/c/{second['id']}")["state"] == "valid"
    command = re.search("zhengxin revoke ([0-9A-Z-]{20,}) --reason", ran.err)
    assert command is not None
    options = ("--style", "a5", "--reason", "数量", "--out", tmp_path / "re", "--quantity", "1斤")
    assert "是一枚标签的编号" in own.run("reissue", first["id"], *options, at=LATER).err
    own.done("revoke", command[1], "--reason", "标签被盗", at=LATER)
    with own.pages() as pages:
        answers = [state_of(pages, f"/c/{line['id']}") for line in (first, second)]
        by_symbol = state_of(pages, second["qr_text"].removeprefix(BASE_URL))
    assert [answer["state"] for answer in (*answers, by_symbol)] == ["void"] * 3


def test_void_is_for_ever_and_a_reason_is_needed(own: Place, one: Printed) -> None:
    assert own.run("revoke", one.number).status == 2
    assert own.run("revoke", one.number, "--reason", "").status == 1
    own.done("revoke", one.number, "--reason", "抽检不合格", at=LATER)
    for more in ((), ("--suspend",), ("--restore",)):
        ran = own.run("revoke", one.number, "--reason", "又想用了", *more, at=LATER + 1)
        assert ran.status == 1
        assert "已作废" in ran.err


def test_suspended_and_restored(own: Place, one: Printed) -> None:
    own.done("revoke", one.number, "--suspend", "--reason", "群众举报，核查中", at=LATER)
    with own.pages() as pages:
        assert state_of(pages, one.path)["state"] == "suspended"
        assert "群众举报，核查中" in pages.get(one.path).text
    status, head = verdict_of(own, one)
    assert (status, head.endswith("INDETERMINATE / SUSPENDED")) == (2, True)
    ran = own.done("revoke", one.number, "--restore", "--reason", "核查无误", at=LATER + 60)
    assert "已恢复" in ran.out
    with own.pages() as pages:
        assert state_of(pages, one.path)["state"] == "valid"


def test_reissued_the_old_one_leads_to_the_new_one(own: Place, tmp_path: Path) -> None:
    old = first_of(own, SubjectType.COOPERATIVE, SubjectType.ENTERPRISE)
    out = tmp_path / "reissued"
    options = ("--style", "a5", "--out", out, "--quantity", "300公斤", "--reason", "数量填错")
    ran = own.done("reissue", old.number, *options, at=LATER)
    [file] = out.iterdir()
    new = file.stem
    assert ran.out == f"已换开：{old.number} → {file.name}\n"
    with own.pages() as pages:
        answer, page = state_of(pages, old.path), pages.get(old.path)
        successor = state_of(pages, f"/c/{new}")
    assert (answer["state"], answer["replaced_by"]) == ("superseded", new)
    assert f'href="/c/{new}"' in page.text and "<h1>已换开" in page.text
    assert successor["state"] == "valid"
    assert successor["fields"]["quantity"] == "300公斤"
    changed = {
        name for name, value in successor["fields"].items() if value != answer["fields"][name]
    }
    assert changed <= {"quantity", "number", "issued_on"}
    status, head = verdict_of(own, old)
    assert (status, head.endswith("TOTAL-FAILED / SUPERSEDED")) == (1, True)

    again = own.done("reissue", old.number, *options, at=LATER + 60)
    assert again.out == ran.out, "the same request again is the same new certificate"
    assert [path.name for path in out.iterdir()] == [file.name]
    twice = own.run("reissue", old.number, *options[:-2], "--reason", "再改", "--product", "草莓")
    assert twice.status == 1
    assert "已换开" in twice.err


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("--quantity", "很多"), "数量应为 数字加单位"),
        (("--product", "生牛乳"), "不在办法规定的产品范围内"),
        (("--product", "𪚥草莓"), "“𪚥”"),
    ],
)
def test_a_wrong_correction_changes_nothing(
    own: Place, one: Printed, tmp_path: Path, change: tuple[str, str], said: str
) -> None:
    options = ("--style", "a5", "--out", tmp_path / "out", "--reason", "更正", *change)
    ran = own.run("reissue", one.number, *options, at=LATER)
    assert ran.status == 1
    assert said in ran.err
    with own.pages() as pages:
        assert state_of(pages, one.path)["state"] == "valid"
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("style", ["one-fruit", "letter-a4", "nosuch"])
def test_a_style_that_prints_no_single_certificate_is_refused(
    own: Place, one: Printed, tmp_path: Path, style: str
) -> None:
    """Found: KeyError for a label."""
    options = ("--style", style, "--out", tmp_path / "out", "--reason", "更正")
    ran = own.run("reissue", one.number, *options, "--quantity", "3公斤", at=LATER)
    pages = "a5、label-80x60、one-coop、one-coop-a4、one-household、one-household-a4"
    said = f"错误：样式“{style}”不能用来换开一份合格证，可用：{pages}\n"
    assert (ran.status, ran.err) == (1, said)


def test_numbers_that_are_none_are_told_from_those_unknown(own: Place, one: Printed) -> None:
    slip = one.number[:-1] + ("0" if one.number[-1] != "0" else "1")
    ran = own.run("revoke", slip, "--reason", "x")
    assert ran.status == 1
    assert ran.err.startswith("错误：") and "登记库" not in ran.err
    with own.pages() as pages:
        assert pages.get(f"/c/{slip}").status_code == 400


def test_an_altered_digit_is_forged_and_another_offices_symbol_foreign(
    own: Place, one: Printed
) -> None:
    digits = one.path.removeprefix("/1/")
    altered = digits[:-40] + str((int(digits[-40]) + 1) % 10) + digits[-39:]
    with own.pages() as pages:
        answer = pages.get(f"/1/{altered}", {"accept": "application/json"})
        assert answer.status_code == 400
        assert answer.json()["state"] == "forged"
        assert one.number not in answer.text
    assert own.run("verify", "--text", f"{BASE_URL}/1/{altered}", at=LATER).status == 1
    foreign = own.run("verify", "--text", f"https://evil.example{one.path}", at=LATER)
    assert foreign.status == 1
    assert "FOREIGN_LINK" in foreign.out


def test_the_page_counts_its_lookups(own: Place, one: Printed) -> None:
    with own.pages() as pages:
        first, second = state_of(pages, one.path), state_of(pages, one.path)
    assert [first["scans"]["number"], second["scans"]["number"]] == [1, 2]
    with own.pages() as pages:
        third = state_of(pages, one.path)
    assert third["scans"] == {"number": 3, "first_at": first["scans"]["first_at"]}


def test_suspended_and_restored_at_once_is_refused(own: Place, one: Printed) -> None:
    ran = own.run("revoke", one.number, "--suspend", "--restore", "--reason", "x", at=LATER)
    assert ran.status == 2
    assert "--suspend 和 --restore 只能用一个" in ran.err
