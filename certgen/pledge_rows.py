"""A row of the notary's list of applications -> a pledge application, or what is wrong with it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from certgen.cells import CellError, Reader, plain, text
from certgen.dates import EXPECTED_DATE, EXPECTED_MOMENT, not_after, parse_date, parse_moment
from certgen.pledge import PledgeApplication, keyed_digest
from certgen.row_error import RowError
from certgen.table import Cell, Table, TableRow, read_table
from certgen.table_header import Column
from credential.identifiers import IdentifierError, check_id_number, mask_id_number

PLEDGE_COLUMNS: Final = (
    Column("promisor", ("承诺人", "申请人", "承诺人姓名", "申请人姓名", "姓名"), required=True),
    Column("alias", ("曾用名", "别名")),
    Column("id_number", ("身份证号", "身份证号码", "证件号码", "公民身份号码"), required=True),
    Column("matter", ("办理事项", "公证事项", "事项"), required=True),
    Column("proof", ("替代证明", "证明事项", "承诺替代的证明"), required=True),
    Column("decedent", ("被继承人", "被继承人姓名")),
    Column("born", ("被继承人出生日期", "出生日期")),
    Column("died", ("被继承人死亡日期", "死亡日期")),
    Column("acknowledged_at", ("告知确认时间", "告知时间", "阅知时间"), required=True),
)


@dataclass(frozen=True, slots=True)
class PledgeRow:
    """One application as the list tells it. ``acknowledged_at``: Unix seconds."""

    number: int
    promisor: str
    id_number: str = field(repr=False)
    matter: str
    proof: str
    acknowledged_at: int
    alias: str | None = None
    decedent: str | None = None
    born: date | None = None
    died: date | None = None


def read_pledge_table(data: bytes) -> Table:
    """XLSX or CSV bytes -> the rows. Raises TableError."""
    return read_table(data, PLEDGE_COLUMNS)


def read_pledges(table: Table, at: int) -> tuple[list[PledgeRow], list[RowError]]:
    """The rows that can be judged and everything that is wrong with the others, in their order."""
    rows: list[PledgeRow] = []
    errors: list[RowError] = []
    for table_row in table.rows:
        row = read_pledge_row(table, table_row, at)
        if isinstance(row, PledgeRow):
            rows.append(row)
        else:
            errors.extend(row)
    return rows, errors


def read_pledge_row(table: Table, table_row: TableRow, at: int) -> PledgeRow | list[RowError]:
    """One row, or all that is wrong with it. ``at``: Unix seconds; nothing may lie after it."""
    reader = Reader.of(table.headers, table_row)
    promisor = reader.required("promisor", text, "承诺人姓名")
    alias = reader.optional("alias", text)
    id_number = reader.required("id_number", id_number_cell, "18 位身份证号码")
    matter = reader.required("matter", text, "办理事项")
    proof = reader.required("proof", text, "以承诺替代的证明")
    decedent = reader.optional("decedent", text)
    born = reader.optional("born", _past_date(at))
    died = reader.optional("died", _past_date(at))
    acknowledged_at = reader.required("acknowledged_at", _past_moment(at), EXPECTED_MOMENT)
    if decedent is not None:
        for key, day in (("born", born), ("died", died)):
            if day is None and key not in table_row.cells:
                reader.refuse(key, f"被继承人的{EXPECTED_DATE}")
    if born and died and died < born:
        reader.refuse("died", "不早于出生日期的日期")
    if reader.errors or not (promisor and id_number and matter and proof and acknowledged_at):
        return reader.errors
    return PledgeRow(
        table_row.number,
        promisor,
        id_number,
        matter,
        proof,
        acknowledged_at,
        alias,
        decedent,
        born,
        died,
    )


def pledge_application(row: PledgeRow, *, authority: str, key: bytes) -> PledgeApplication:
    """Leave the identity number behind: its masked form is printed, its keyed digest is signed."""
    return PledgeApplication(
        promisor=row.promisor,
        code=mask_id_number(row.id_number),
        digest=keyed_digest(row.id_number, key),
        matter=row.matter,
        proof=row.proof,
        authority=authority,
        acknowledged_at=row.acknowledged_at,
        alias=row.alias,
        decedent=row.decedent,
        born=row.born,
        died=row.died,
    )


def id_number_cell(cell: Cell) -> str:
    """A checked identity number; the message of an error has no part of it."""
    if not isinstance(cell, str):
        raise CellError("文本格式的身份证号码（存成数字会丢失末位，请把单元格设为“文本”后重填）")
    try:
        return check_id_number(plain(cell))
    except IdentifierError as error:
        raise CellError(f"18 位身份证号码（{error}）") from error


def _past_date(at: int) -> Callable[[Cell], date]:
    return lambda cell: not_after(parse_date(cell), at)


def _past_moment(at: int) -> Callable[[Cell], int]:
    def parse(cell: Cell) -> int:
        moment = parse_moment(cell)
        if moment > at:
            raise CellError("不晚于现在的时间")
        return moment

    return parse
