"""Sample data for the demonstration and the tests: what a county's office really keeps.

Everything is made up (see service/sample_subjects.py) and the same every time; the three identity
numbers are the worked examples of GB 11643 and nobody's.
"""

from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Final

from credential.subjects import SUBJECT_TYPE_WORDS
from service.sample_batches import sample_batches
from service.sample_subjects import DIVISION, GRADES, sample_subjects
from service.sample_workbook import Value, office_workbook

_PLEDGE_COLUMNS: Final = (
    ("序号", 6),
    ("承诺人", 10),
    ("曾用名", 10),
    ("身份证号", 22),
    ("办理事项", 20),
    ("替代证明", 44),
    ("被继承人", 10),
    ("被继承人出生日期", 18),
    ("被继承人死亡日期", 18),
    ("告知确认时间", 20),
)
_BATCH_COLUMNS: Final = (
    ("序号", 6),
    ("生产主体", 34),
    ("统一社会信用代码（农户编号）", 24),
    ("产品", 12),
    ("数量", 12),
    ("单位", 6),
    ("产地", 24),
    ("采收日期", 16),
    ("承诺依据", 40),
    ("样式", 10),
    ("联系电话", 16),
    ("批次号", 14),
)
_SUBJECT_COLUMNS: Final = (
    ("序号", 6),
    ("主体名称", 36),
    ("主体类型", 14),
    ("统一社会信用代码", 22),
    ("农户编号", 22),
    ("等级", 6),
    ("行政区划代码", 14),
    ("产地", 26),
    ("联系电话", 16),
    ("同意公开等级", 14),
)
_PROPERTY: Final = "继承人放弃继承权涉及的财产证明"
_PARENTS: Final = "与被继承人的关系证明、死亡时年满75周岁的被继承人其父母的死亡事实证明"
_UNMARRIED: Final = "公证当事人的未婚事实证明"
_NOT_REMARRIED: Final = "公证当事人的未再婚事实证明"
# GB 11643-1999: the worked examples of the standard
_FIRST, _SECOND, _THIRD = "11010519491231002X", "440524188001010014", "360426199101010071"
_OLD: Final = (date(1931, 4, 2), date(2025, 11, 19))
_JUST_75: Final = (date(1950, 6, 30), date(2025, 6, 30))
_YOUNG: Final = (date(1952, 8, 15), date(2025, 9, 1))
_PLEDGES: Final[tuple[tuple[Value, ...], ...]] = (
    ("田大根", None, _FIRST, "放弃继承权声明公证", _PROPERTY, "田老根", *_OLD),
    ("田大根", None, _FIRST, "继承权公证", _PARENTS, "田老根", *_OLD),
    ("王小五", "王五", _SECOND, "继承权公证", _PARENTS, "王大山", *_JUST_75),
    ("李㐂", None, _THIRD, "未婚声明公证", _UNMARRIED, None, None, None),
    ("王小五", "王五", _SECOND, "未再婚声明公证", _NOT_REMARRIED, None, None, None),
    # refused: the parents' death may be pledged from 75 on
    ("李㐂", None, _THIRD, "继承权公证", _PARENTS, "李长河", *_YOUNG),
    # refused: none of the four proofs
    ("田大根", None, _FIRST, "学历公证", "公证当事人的学历证明", None, None, None),
    ("王小五", "王五", _SECOND, "放弃继承权声明公证", _PROPERTY, "王大山", *_JUST_75),
)


def subjects_workbook() -> bytes:
    """``subjects.xlsx``: 2,706 subjects with their grades."""
    rows = [
        (
            serial,
            subject.name,
            SUBJECT_TYPE_WORDS[subject.type],
            subject.uscc,
            subject.household,
            subject.grade,
            DIVISION,
            subject.origin,
            subject.contact,
            None if subject.consent is None else "是" if subject.consent else "否",
        )
        for serial, subject in enumerate(sample_subjects(), start=1)
    ]
    totals = {code: sum(g.get(code, 0) for g in GRADES.values()) for code in ("A", "B", "C", "c")}
    counted = "、".join(f"{code} 级 {count} 个" for code, count in totals.items())
    return office_workbook(
        "主体名录",
        "建德市农产品生产主体信用等级名录（样例，均为虚构）",
        _SUBJECT_COLUMNS,
        rows,
        f"备注：共 {len(rows)} 个主体，其中{counted}。",
    )


def batches_workbook(today: date) -> bytes:
    """``batches.xlsx``: 240 batches of the month up to ``today``, ten of them wrong on purpose."""
    rows = [
        (
            serial,
            batch.producer,
            batch.code,
            batch.product,
            batch.quantity,
            batch.unit,
            batch.origin,
            batch.produced_on,
            batch.basis,
            batch.role,
            batch.contact,
            batch.batch,
        )
        for serial, batch in enumerate(sample_batches(sample_subjects(), today), start=1)
    ]
    return office_workbook(
        "开具台账",
        f"{today.year}年{today.month}月 承诺达标合格证开具台账（样例）",
        _BATCH_COLUMNS,
        rows,
        "备注：未填“样式”的按生产者开具；农户无统一社会信用代码的，填农户编号。",
    )


def pledges_workbook(today: date) -> bytes:
    """``pledges.xlsx``: eight applications to Gaoping's notary, two of which must be refused."""
    yesterday = today - timedelta(days=1)
    rows = [
        (serial, *pledge, datetime.combine(yesterday, time(9, 10 + serial)))
        for serial, pledge in enumerate(_PLEDGES, start=1)
    ]
    return office_workbook(
        "承诺申请",
        "高平市公证处 信用承诺代替证明申请登记（样例，均为虚构）",
        _PLEDGE_COLUMNS,
        rows,
        "备注：身份证号为国家标准 GB 11643 中的示例号码。",
    )


def write_samples(folder: Path, today: date) -> tuple[Path, Path, Path]:
    """Write subjects.xlsx, batches.xlsx and pledges.xlsx; the folder is made if need be."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = folder / "subjects.xlsx", folder / "batches.xlsx", folder / "pledges.xlsx"
    contents = subjects_workbook(), batches_workbook(today), pledges_workbook(today)
    for path, content in zip(paths, contents, strict=True):
        path.write_bytes(content)
    return paths
