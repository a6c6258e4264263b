"""service/importing.py: the office's list into the registry."""

import pytest
from sqlalchemy import select

from credential.fields import format_time
from credential.subjects import SubjectType
from registry import tables
from registry.grades import grade_history, open_dispute
from registry.subjects import find_subjects
from service.errors import UserError
from service.importing import Imported, import_subject_list
from service.office import Office
from service.signing import digest_key
from tests.flows.office import IMPORTED, PASSPHRASE, WHO, Place
from tests.service.batches import CONSENTED, COOPERATIVE, HOUSEHOLD

HEADER = "主体名称,主体类型,统一社会信用代码,农户编号,等级,行政区划代码,产地,联系电话,同意公开等级"
LATER = IMPORTED + 3600
COOP = f"{COOPERATIVE.name},合作社,{COOPERATIVE.uscc},"
HOME = f"{HOUSEHOLD.name},农户,,{HOUSEHOLD.household}"
REST = "330182,建德市杨村桥镇,0571-00001234"


def imported(
    office: Office, *rows: str, at: int = LATER, scheme: str = "jiande", override: bool = False
) -> Imported:
    data = "\n".join((HEADER, *rows)).encode()
    key = digest_key(office, PASSPHRASE)
    return import_subject_list(
        office, scheme, data, key, at=at, who=WHO, why="年度更新", override=override
    )


def test_only_what_differs_is_history(own: Place) -> None:
    with own.office() as opened:
        done = imported(opened, f"{COOP},B,{REST},", f"{HOME},{HOUSEHOLD.grade},{REST},")
        assert (done.count.added, done.count.changed) == (0, 2)
        assert done.grades == 1, "the household keeps its grade"
        again = imported(opened, f"{COOP},B,{REST},", at=LATER + 1)
        assert (again.count.unchanged, again.grades) == (1, 0)
        [facts] = find_subjects(opened.registry, [COOPERATIVE.uscc or ""], "jiande")[
            COOPERATIVE.uscc or ""
        ]
        assert facts.contact == "0571-00001234"
        entries = grade_history(opened.registry, facts.key, "jiande")
        assert [(e.grade.code, e.reason) for e in entries] == [
            (COOPERATIVE.grade, "导入主体名录"),
            ("B", "年度更新"),
        ]
        assert entries[1].rule_version == "jiande@2026.1"


def test_upper_and_lower_case_are_two_grades(own: Place) -> None:
    with own.office() as opened:
        codes = []
        for at, code in enumerate(("C", "c", "C"), start=LATER):
            imported(opened, f"{COOP},{code},{REST},", at=at)
            [facts] = find_subjects(opened.registry, [COOPERATIVE.name], "jiande")[COOPERATIVE.name]
            assert facts.grade is not None
            codes.append((facts.grade.id, facts.grade.code))
    assert codes == [("c-upper", "C"), ("c-lower", "c"), ("c-upper", "C")]


def test_a_household_is_known_by_a_digest_and_its_consent(own: Place) -> None:
    with own.office() as opened:
        found = find_subjects(opened.registry, [CONSENTED.name, HOUSEHOLD.name], "jiande")
        [consented], [silent] = found[CONSENTED.name], found[HOUSEHOLD.name]
        assert consented.type is silent.type is SubjectType.HOUSEHOLD
        assert (consented.uscc, len(consented.key)) == (None, 16)
        assert (consented.grade_public, silent.grade_public) == (True, False)
        imported(opened, f"{HOME},c,{REST},是")
        [silent] = find_subjects(opened.registry, [HOUSEHOLD.name], "jiande")[HOUSEHOLD.name]
        assert silent.grade_public


def test_no_in_the_list_withdraws_consent_and_an_empty_cell_does_not(own: Place) -> None:
    home = f"{CONSENTED.name},农户,,{CONSENTED.household},{CONSENTED.grade},{REST},"
    with own.office() as opened:

        def public() -> bool:
            [facts] = find_subjects(opened.registry, [CONSENTED.name], "jiande")[CONSENTED.name]
            return facts.grade_public

        imported(opened, home)
        assert public()
        imported(opened, f"{home}否", f"{HOME},c,{REST},否", at=LATER + 1)
        assert not public()
        with opened.registry.main.engine.connect() as connection:
            said = connection.execute(
                select(
                    tables.consents.c.granted, tables.consents.c.evidence, tables.consents.c.at
                ).where(tables.consents.c.at >= LATER)
            )
            # nothing is withdrawn of whom nothing was granted
            assert list(said) == [(False, "年度更新", LATER + 1)]


def test_wrong_rows_are_named_and_good_ones_registered(own: Place) -> None:
    with own.office() as opened:
        done = imported(
            opened,
            f"{COOP},F,{REST},",
            f"{HOME},A,{REST},",
            f"建德市新合作社,合作社,93330182MA0T00000X,,A,{REST},",
        )
    assert done.grades == 1
    messages = [error.message for error in done.errors]
    assert messages[0] == "第 2 行，列“等级”：应为 A、B、C 或 c，得到 “F”"
    assert messages[1].startswith("第 4 行，列“统一社会信用代码”：应为 18 位统一社会信用代码")
    assert len(messages) == 2


def test_a_file_that_is_no_list_is_refused(own: Place) -> None:
    with own.office() as opened:
        key = digest_key(opened, PASSPHRASE)
        for data, said in ((b"", "文件是空的"), (b"a,b\n1,2\n", "没有找到表头")):
            with pytest.raises(UserError, match=said):
                import_subject_list(opened, "jiande", data, key, at=LATER, who=WHO, why="x")
        with pytest.raises(UserError, match="没有方案“x”"):
            import_subject_list(opened, "x", b"", key, at=LATER, who=WHO, why="x")


def test_a_grade_decided_since_stands_against_the_list(own: Place) -> None:
    """Found: last year's list with one household more took back every grade lowered since."""
    code = COOPERATIVE.uscc or ""

    def grade(office: Office) -> str:
        [facts] = find_subjects(office.registry, [code], "jiande")[code]
        assert facts.grade is not None
        return facts.grade.code

    coop, home = f"{COOP},B,{REST},", f"{HOME},{HOUSEHOLD.grade},{REST},"
    with own.office() as opened:
        imported(opened, coop, home)
    decide = ("--who", "王科长", "grade", "set", "--scheme", "jiande", "--reason", "抽查不符")
    own.done(*decide, code, "C", at=LATER + 60)
    with own.office() as opened:
        for listed in ("B", "A"):
            again = imported(opened, home, f"{COOP},{listed},{REST},", at=LATER + 120)
            assert (again.grades, again.errors, grade(opened)) == (0, (), "C")
            when = format_time(LATER + 60)
            assert again.kept == (
                f"第 3 行“{COOPERATIVE.name}”：名录上是 {listed}级，登记的 C级 是 {when} "
                "由 王科长 单独调整的（抽查不符），未改动",
            )
        assert imported(opened, f"{COOP},C,{REST},", at=LATER + 180).kept == ()
        done = imported(opened, coop, at=LATER + 240, override=True)
        assert (done.grades, done.kept, grade(opened)) == (1, (), "B")
        # by the list again, so the next list goes on from there
        done = imported(opened, f"{COOP},A,{REST},", at=LATER + 300)
        assert (done.grades, done.kept, grade(opened)) == (1, (), "A")


def test_the_clerk_is_told_what_was_left_and_how_to_go_by_the_list(own: Place) -> None:
    listed = ("subject", "import", "--scheme", "jiande", "--input", own.subjects)
    decide = ("grade", "set", "--scheme", "jiande", "--reason", "抽查不符")
    other = "C" if COOPERATIVE.grade != "C" else "B"
    own.done(*decide, COOPERATIVE.uscc, other, at=LATER)
    ran = own.done(*listed, at=LATER + 60)
    assert ran.err.count("\n") == 1 and f"“{COOPERATIVE.name}”：名录上是" in ran.err
    assert ran.out.endswith(
        "等级变动 0 户；有误 0 处；等级与单独调整的不符、未改动 1 户，见上；"
        "确要以名录为准，加 --override-grades 再导入一次\n"
    )
    ran = own.done(*listed, "--override-grades", at=LATER + 120)
    assert (ran.out.endswith("等级变动 1 户；有误 0 处\n"), ran.err) == (True, "")


def test_while_a_grade_is_disputed_the_one_in_force_is_held_against_the_list(own: Place) -> None:
    code = COOPERATIVE.uscc or ""
    with own.office() as opened:
        imported(opened, f"{COOP},B,{REST},")
        [facts] = find_subjects(opened.registry, [code], "jiande")[code]
        open_dispute(opened.registry, facts.key, "jiande", "异议", at=LATER + 1, who=WHO)
    own.done("grade", "set", "--scheme", "jiande", "--reason", "x", code, "C", at=LATER + 2)
    with own.office() as opened:
        same = imported(opened, f"{COOP},C,{REST},", at=LATER + 3)
        assert (same.grades, same.kept) == (0, ())


def test_a_scheme_without_grades_takes_no_list_with_grades(own: Place) -> None:
    with own.office() as opened:
        with pytest.raises(UserError) as error:
            imported(opened, f"{COOP},,{REST},", f"{HOME},A,{REST},", scheme="gaoping")
        assert str(error.value) == (
            "方案“gaoping”不评等级，名录却填了“等级”：请核对 --scheme，或清空这一列；什么也没有登记"
        )
        assert imported(opened, f"{COOP},,{REST},", scheme="gaoping").errors == ()
    ran = own.run(
        *("grade", "set", "--scheme", "gaoping", "--reason", "x", COOPERATIVE.uscc, "A"), at=LATER
    )
    assert (ran.status, ran.err) == (1, "错误：方案“gaoping”不评等级\n")
