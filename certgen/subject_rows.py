"""A row of the office's list of subjects -> a subject to register, or what is wrong with it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from certgen.cells import Reader, choice, contact, division, one_of, text, uscc
from certgen.row_error import RowError
from certgen.rows import household_code_cell
from certgen.table import Table, TableRow, read_table
from certgen.table_header import Column, TableError
from credential.subjects import SUBJECT_TYPE_WORDS, SubjectType

SUBJECT_COLUMNS: Final = (
    Column("name", ("主体名称", "名称", "单位名称", "承诺主体", "生产主体"), required=True),
    Column("uscc", ("统一社会信用代码", "社会信用代码", "信用代码", "主体代码")),
    Column("household", ("农户编号",)),
    Column("type", ("主体类型", "主体类别", "类型", "类别"), is_ranked=True),
    Column("grade", ("信用等级", "等级", "评定等级")),
    Column("division", ("行政区划代码", "区划代码"), required=True, is_code=True),
    Column("origin", ("产地", "生产地点", "生产地址", "基地"), required=True, is_ranked=True),
    Column(
        "contact",
        ("联系电话", "联系方式", "电话", "手机", "手机号"),
        required=True,
        is_code=True,
        is_ranked=True,
    ),
    Column("consent", ("同意公开等级", "等级公开授权", "同意公开")),
)

_TYPES: Final = {
    **{words: type_ for type_, words in SUBJECT_TYPE_WORDS.items()},
    **{str(type_): type_ for type_ in SubjectType},
    "农民专业合作社": SubjectType.COOPERATIVE,
    "农村集体经济组织": SubjectType.VILLAGE,
    "个体户": SubjectType.SELF_EMPLOYED,
}
# GB 32100-2015 table 1: registering department and kind of organisation.
_PREFIXES: Final = {
    "91": SubjectType.ENTERPRISE,
    "92": SubjectType.SELF_EMPLOYED,
    "93": SubjectType.COOPERATIVE,
    "N1": SubjectType.VILLAGE,
    "N2": SubjectType.VILLAGE,
    "N3": SubjectType.VILLAGE,
    "11": SubjectType.AUTHORITY,
    "12": SubjectType.AUTHORITY,
    "32": SubjectType.AUTHORITY,
}
_YES_NO: Final = {"是": True, "否": False}


@dataclass(frozen=True, slots=True)
class SubjectRow:
    """One subject as the list tells it; exactly one of ``uscc`` and ``household``.

    ``grade``: the code as printed (C and c differ), or None. ``consent``: whether the subject agrees that
    the grade is public, None where nobody asked; of natural persons only (PIPL Art. 25).
    """

    number: int
    type: SubjectType
    name: str
    uscc: str | None
    household: str | None
    division: str
    origin: str
    contact: str
    grade: str | None = None
    consent: bool | None = None


def read_subject_table(data: bytes) -> Table:
    """XLSX or CSV bytes -> the rows.

    Raises:
        TableError: as :func:`certgen.table.read_table`, or no column holds a code.
    """
    table = read_table(data, SUBJECT_COLUMNS)
    if not {"uscc", "household"} & table.headers.keys():
        raise TableError("缺少列：统一社会信用代码、农户编号，至少要有一列")
    return table


def read_subjects(table: Table, grades: Sequence[str]) -> tuple[list[SubjectRow], list[RowError]]:
    """The subjects that can be registered and everything that is wrong with the other rows.

    ``grades``: the codes of the scheme, best first. The second row with one code is refused.
    """
    rows: list[SubjectRow] = []
    errors: list[RowError] = []
    seen: dict[str, int] = {}
    for table_row in table.rows:
        row = read_subject_row(table, table_row, grades)
        if isinstance(row, list):
            errors.extend(row)
            continue
        first = seen.setdefault(row.uscc or row.household or "", row.number)
        if first != row.number:
            errors.append(RowError.duplicate(row.number, first, "同一代码只登记一次"))
        else:
            rows.append(row)
    return rows, errors


def read_subject_row(
    table: Table, table_row: TableRow, grades: Sequence[str]
) -> SubjectRow | list[RowError]:
    """One row, or all that is wrong with it."""
    reader = Reader.of(table.headers, table_row)
    name = reader.required("name", text, "主体名称")
    code = reader.optional("uscc", uscc)
    household = reader.optional("household", household_code_cell)
    type_ = _type(reader, code, household)
    grade = reader.optional("grade", one_of({code: code for code in grades}))
    division_code = reader.required("division", division, "6 位行政区划代码（如 330182）")
    origin = reader.required("origin", text, "产地（如 建德市杨村桥镇）")
    phone = reader.required("contact", contact, "电话号码（如 0571-00001234）")
    consent = reader.optional("consent", one_of(_YES_NO))
    if reader.errors or not (name and type_ and division_code and origin and phone):
        return reader.errors
    return SubjectRow(
        number=table_row.number,
        type=type_,
        name=name,
        uscc=code,
        household=household,
        division=division_code,
        origin=origin,
        contact=phone,
        grade=grade,
        consent=consent,
    )


def _type(reader: Reader, code: str | None, household: str | None) -> SubjectType | None:
    """From the code; what the list says itself is held against it."""
    given = {"uscc", "household"} & reader.row.cells.keys()
    if len(given) != 1:
        key = "uscc" if "uscc" in reader.headers else "household"
        both = "统一社会信用代码和农户编号"
        reader.refuse(key, f"{both}二者之一，不能都填" if given else f"{both}二者之一")
        return None
    if code is None and household is None:
        return None
    derived = SubjectType.HOUSEHOLD if code is None else _PREFIXES.get(code[:2])
    if derived is None:
        prefixes = choice(list(_PREFIXES))
        reader.refuse("uscc", f"{prefixes} 开头的代码")
        return None
    stated = reader.optional("type", one_of(_TYPES))
    if stated is not None and stated is not derived:
        why = f"代码以 {code[:2]} 开头" if code else "填的是农户编号"
        reader.refuse("type", f"{SUBJECT_TYPE_WORDS[derived]}（{why}）")
    return derived
