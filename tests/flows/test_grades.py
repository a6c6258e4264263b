"""The grade as issued and the grade now: two cases of C, history, consent."""

from typing import Any

import pytest

from credential.subjects import SubjectType
from tests.flows.office import ISSUED, Place, Printed, first_of, printed, producers

LATER = ISSUED + 3600
ORGANISATIONS = (SubjectType.COOPERATIVE, SubjectType.ENTERPRISE)
SCHEME = ("--scheme", "jiande")


def scanned(place: Place, one: Printed) -> tuple[dict[str, Any], str]:
    with place.pages() as pages:
        answer = pages.get(one.path, {"accept": "application/json"}).json()
        return answer, pages.get(one.path).text


def code(one: Printed) -> str:
    assert one.producer.uscc is not None
    return one.producer.uscc


def test_the_page_shows_the_grade_now_beside_the_grade_as_issued(own: Place) -> None:
    one = first_of(own, *ORGANISATIONS, grade="B")
    answer, _ = scanned(own, one)
    assert (answer["grade"]["as_issued"], answer["grade"]["now"]) == ("B", "B")
    reason = ("--reason", "承诺内容与抽查结果不符")
    ran = own.done("grade", "set", *SCHEME, *reason, code(one), "C", at=LATER)
    assert ran.out == f"{one.producer.name}：B级 → C级\n"
    answer, page = scanned(own, one)
    assert answer["state"] == "valid", "a grade is no status"
    assert answer["grade"] == {"as_issued": "B", "now": "C", "since": LATER, "disputed": False}
    assert answer["grade_statement"]
    assert "<b>等级已变动</b>：开具时 B级，当前 C级" in page
    ran = own.run("verify", "--text", one.text)
    assert "信用等级：开具时 B，当前 C" in ran.out


def test_upper_and_lower_c_are_two_grades(own: Place) -> None:
    one = first_of(own, *ORGANISATIONS, grade="B")
    own.done("grade", "set", *SCHEME, "--reason", "降级", code(one), "C", at=LATER)
    own.done("grade", "set", *SCHEME, "--reason", "再降", code(one), "c", at=LATER + 1)
    answer, page = scanned(own, one)
    assert answer["grade"]["now"] == "c"
    assert answer["grade"]["since"] == LATER + 1
    assert "c级" in page
    wrong = own.run("grade", "set", *SCHEME, "--reason", "x", code(one), "b")
    assert wrong.status == 1
    assert "等级应为 A、B、C、c 之一（区分大小写），得到 “b”" in wrong.err


def test_history_says_when_what_why_who_and_by_which_rules(own: Place) -> None:
    one = first_of(own, *ORGANISATIONS, grade="B")
    own.done("--who", "李主任", "grade", "set", *SCHEME, "--reason", "年度评定", code(one), "A")
    lines = own.done("grade", "history", *SCHEME, code(one)).out.splitlines()
    assert len(lines) == 2
    assert "  B级  导入主体名录  王科员  jiande@2026.1" in lines[0]
    assert lines[1].endswith("  A级  年度评定  李主任  jiande@2026.1")
    with own.pages() as pages:
        page = pages.get(f"/subjects/{code(one)}").text
    assert page.index("年度评定") < page.index("导入主体名录")


def test_a_households_grade_needs_its_consent(own: Place) -> None:
    consented, silent = (
        next(o for o in printed(own) if o.producer.consent is answer) for answer in (True, False)
    )
    answer, page = scanned(own, consented)
    assert (answer["grade"]["now"], answer["grade_published"]) == ("c", True)
    answer, page = scanned(own, silent)
    assert (answer["grade"], answer["grade_statement"]) == (None, None)
    assert answer["grade_published"] is False
    assert "未公开" in page and "c级" not in page
    for _, text in (scanned(own, consented), scanned(own, silent)):
        for one in (consented, silent):
            assert one.producer.name not in text
            assert one.producer.contact not in text


def test_consent_given_and_withdrawn_by_the_office(own: Place) -> None:
    one = next(o for o in printed(own) if o.producer.consent is False)
    evidence = ("--evidence", "档案柜 3-12")
    own.done("subject", "consent", *SCHEME, *evidence, one.producer.name, at=LATER)
    answer, page = scanned(own, one)
    assert answer["grade"]["now"] == one.producer.grade
    assert answer["grade"]["as_issued"] is None, "nothing was printed without consent"
    withdraw = ("subject", "consent", *SCHEME, *evidence, "--withdraw", one.producer.name)
    assert "已撤回同意" in own.done(*withdraw, at=LATER + 1).out
    answer, page = scanned(own, one)
    assert answer["grade"] is None
    assert "未公开" in page


@pytest.mark.parametrize("command", ["show", "consent"])
def test_an_unknown_subject_is_said_to_be(own: Place, command: str) -> None:
    more = ("--evidence", "x") if command == "consent" else ()
    ran = own.run("subject", command, *SCHEME, *more, "建德市查无此社")
    assert ran.status == 1
    assert "没有" in ran.err and "建德市查无此社" in ran.err


def test_showing_a_subject_says_whether_its_grade_is_public(own: Place) -> None:
    one = first_of(own, *ORGANISATIONS, grade="B")
    out = own.done("subject", "show", *SCHEME, code(one)).out
    assert out.startswith(f"{one.producer.name}  {code(one)}  ")
    assert "B级（公开）" in out
    silent = next(s for s in producers() if s.consent is False)
    out = own.done("subject", "show", *SCHEME, silent.name).out
    assert f"{silent.grade}级（不公开）" in out and "（自然人）" in out


def test_the_same_list_again_changes_nothing(own: Place) -> None:
    ran = own.done("subject", "import", *SCHEME, "--input", own.subjects, at=LATER)
    count = len(producers())
    assert ran.out == f"新增 0 户，更新 0 户，未变 {count} 户；等级变动 0 户；有误 0 处\n"


def test_a_household_is_named_by_its_number_too(own: Place) -> None:
    one = first_of(own, SubjectType.HOUSEHOLD)
    assert one.producer.household is not None
    named = ("--evidence", "同意书第 7 号", one.producer.household)
    ran = own.done("subject", "consent", *SCHEME, *named, at=LATER)
    assert ran.out == f"{one.producer.name}：已登记同意\n"
    ran = own.done("subject", "consent", *SCHEME, "--withdraw", *named, at=LATER + 1)
    assert ran.out == f"{one.producer.name}：已撤回同意\n"
    unknown = own.run("subject", "consent", *SCHEME, "--evidence", "x", "NH330182000000000")
    assert "没有登记" in unknown.err
