"""A batch table's row -> what a certificate is issued from, or what is wrong with the row."""

import hashlib
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Final

from certgen.cells import CellError, Reader, choice, contact, division, one_of, plain, text, uscc
from certgen.dates import EXPECTED_DATE, not_after, not_long_before, parse_date
from certgen.descriptions import batch_number, place_name, product_name
from certgen.household import check_household_code
from certgen.quantities import EXPECTED as EXPECTED_QUANTITY
from certgen.quantities import one_measure, parse_quantity, parse_unit
from certgen.row_error import RowError
from certgen.table import Cell, Table, TableRow, read_table
from certgen.table_header import Column, TableError
from credential.cbor import encode, encode_text
from credential.claims import Basis, Kind, Quantity, Role
from credential.fields import BASIS_WORDS
from credential.identifiers import IdentifierError
from credential.normal import canonical_text

BATCH_COLUMNS: Final = (
    Column("producer", ("承诺主体", "生产主体", "主体名称", "单位名称", "生产者", "生产单位")),
    Column("uscc", ("统一社会信用代码", "社会信用代码", "信用代码", "主体代码", "主体编号")),
    Column("household", ("农户编号",)),
    Column("product", ("产品名称", "产品", "品名", "农产品名称"), required=True),
    Column("quantity", ("产品数量", "数量", "重量"), required=True),
    Column("unit", ("单位", "计量单位", "数量单位")),
    Column("origin", ("产地", "生产地", "生产地点"), required=True),
    Column("division", ("行政区划代码", "区划代码"), is_code=True),
    Column(
        "produced_on",
        # a table without the day of harvest tells batches apart by the day of issue
        (
            "采收日期",
            "生产日期",
            "采摘日期",
            "采收时间",
            "捕捞日期",
            "日期",
            "开具日期",
            "开具时间",
        ),
        required=True,
        is_ranked=True,
    ),
    Column("basis", ("承诺依据", "依据"), required=True),
    Column("role", ("样式", "出证身份", "开具身份", "承诺主体类型", "角色"), is_ranked=True),
    Column(
        "contact",
        ("联系方式", "联系电话", "电话", "手机", "手机号"),
        is_code=True,
        is_ranked=True,
    ),
    Column("batch", ("批次号", "生产批次", "批次", "批号", "批次编号"), is_code=True),
    Column("labels", ("标签张数", "张数", "份数", "标签数", "枚数")),
)
"""Every column of a batch table; one of producer, uscc and household is needed too."""

_BASES: Final[Mapping[str, Basis]] = {
    **{words: basis for basis, words in BASIS_WORDS.items()},
    "质量安全控制": Basis.CONTROLLED,
    "内部质量控制": Basis.CONTROLLED,
    "质量控制": Basis.CONTROLLED,
    "自行检测": Basis.SELF_TESTED,
    "自我检测": Basis.SELF_TESTED,
    "自检合格": Basis.SELF_TESTED,
    "自检": Basis.SELF_TESTED,
    "委托检测": Basis.TESTED_BY_OTHERS,
}
_ROLES: Final[Mapping[str, Role]] = {
    "生产者": Role.PRODUCER,
    "收购者": Role.COLLECTOR,
    "生产": Role.PRODUCER,
    "收购": Role.COLLECTOR,
    "样式一": Role.PRODUCER,
    "样式二": Role.COLLECTOR,
}
_DUPLICATE: Final = "同一批次只开具一次；确属两批的，请填写“批次号”加以区分"
MOST_LABELS: Final = 100_000
"""Of one row."""
EXPECTED_LABELS: Final = f"1 至 {MOST_LABELS} 的张数"
_OFTEN_SAID: Final = (
    "producer",
    "uscc",
    "household",
    "product",
    "origin",
    "produced_on",
    "basis",
    "role",
    "division",
    "contact",
)
"""Columns in which most rows say what others say: all but quantity, unit, batch and labels."""
_KEPT: Final = 4096
_ROW_KEY_DOMAIN: Final = "zhengxin-row/1"
_OPEN: Final = bytes([0xFF]) * 40
"""Stands for a value left open: no text (UTF-8) has these bytes, and no subject's key so many."""
_NO_BATCH: Final = encode(None)


@dataclass(frozen=True, slots=True)
class BatchRow:
    """One batch as the table tells it.

    ``uscc`` or ``household``, or else ``producer``, names whose it is; which subject that is, and
    whether a name beside a code is its own, is the registry's to say. ``division`` and ``contact`` are None where the subject's own hold.
    ``labels``: how many the table asks for, if it does.
    """

    number: int
    producer: str | None
    uscc: str | None
    household: str | None
    product: str
    quantity: Quantity
    origin: str
    produced_on: date
    basis: tuple[Basis, ...]
    role: Role = Role.PRODUCER
    division: str | None = None
    contact: str | None = None
    batch: str | None = None
    labels: int | None = None


_READ: Final[dict[tuple[int | Cell | None, ...], BatchRow]] = {}
"""Rows read without an error, by the time and by the cells that say what other rows say too."""


def read_batch_table(data: bytes) -> Table:
    """XLSX or CSV bytes -> the rows of a batch table.

    Raises:
        TableError: as :func:`certgen.table.read_table`, or no column says whose a batch is.
    """
    table = read_table(data, BATCH_COLUMNS)
    check_batch_columns(table.headers)
    return table


def check_batch_columns(headers: Mapping[str, str]) -> None:
    """Raises TableError where no column says whose a batch is."""
    if not {"producer", "uscc", "household"} & headers.keys():
        raise TableError("缺少列：统一社会信用代码、农户编号、承诺主体，至少要有一列")


def read_batch(table: Table, at: int) -> tuple[list[BatchRow], list[RowError]]:
    """The rows that can be issued and everything that is wrong with the others, in their order.

    ``at``: Unix seconds; a batch of a later day is refused. The second of two rows that say the
    same is refused; rows that name one producer in two ways meet again in :func:`row_key`.
    """
    rows: list[BatchRow] = []
    errors: list[RowError] = []
    seen: dict[bytes, int] = {}
    for table_row in table.rows:
        row = read_batch_row(table.headers, table_row, at)
        if isinstance(row, list):
            errors.extend(row)
            continue
        said = (row.uscc or row.household or row.producer or "").encode()
        first = seen.setdefault(row_key("", Kind.CERTIFICATE, said, row), row.number)
        if first != row.number:
            errors.append(duplicate_row(row.number, first))
        else:
            rows.append(row)
    return rows, errors


def read_batch_row(
    headers: Mapping[str, str], table_row: TableRow, at: int
) -> BatchRow | list[RowError]:
    """One row, or all that is wrong with it. ``headers``: of the table."""
    reader = Reader.of(headers, table_row)
    said = at, *map(table_row.cells.get, _OFTEN_SAID)
    if not table_row.faults and (like := _READ.get(said)) is not None:
        return _read_like(like, reader)
    producer = reader.optional("producer", text)
    code = reader.optional("uscc", _either_code)
    household = reader.optional("household", household_code_cell)
    if not {"producer", "uscc", "household"} & table_row.cells.keys():
        key = next((k for k in ("uscc", "household") if k in headers), "producer")
        reader.refuse(key, "承诺主体的代码、农户编号或名称")
    if {"uscc", "household"} <= table_row.cells.keys():
        reader.refuse("household", "空白：统一社会信用代码和农户编号只填一个")
    product = reader.required("product", product_name, "产品名称")
    quantity = _quantity(reader)
    origin = reader.required("origin", place_name, "产地（如 建德市杨村桥镇）")
    produced_on = reader.required(
        "produced_on",
        lambda cell: not_long_before(not_after(parse_date(cell), at), at),
        EXPECTED_DATE,
    )
    basis = reader.required("basis", parse_basis, _basis_expected())
    role = reader.optional("role", one_of(_ROLES))
    division_code = reader.optional("division", division)
    phone = reader.optional("contact", contact)
    batch = reader.optional("batch", batch_number)
    labels = reader.optional("labels", _labels)
    if reader.errors or not (product and quantity and origin and produced_on and basis):
        return reader.errors
    is_household = code is not None and code.startswith("NH")
    row = BatchRow(
        number=table_row.number,
        producer=producer,
        uscc=None if is_household else code,
        household=code if is_household else household,
        product=product,
        quantity=quantity,
        origin=origin,
        produced_on=produced_on,
        basis=basis,
        role=role or Role.PRODUCER,
        division=division_code,
        contact=phone,
        batch=batch,
        labels=labels,
    )
    # two numbers may be equal and written otherwise: 1.0 and 1
    if not any(isinstance(cell, Decimal) for cell in said):
        if len(_READ) >= _KEPT:
            _READ.clear()
        _READ[said] = row
    return row


def _read_like(like: BatchRow, reader: Reader) -> BatchRow | list[RowError]:
    """A row whose other cells are those of ``like``, in which nothing was wrong."""
    quantity = _quantity(reader)
    batch = reader.optional("batch", batch_number)
    labels = reader.optional("labels", _labels)
    if reader.errors or not quantity:
        return reader.errors
    return BatchRow(
        number=reader.row.number,
        producer=like.producer,
        uscc=like.uscc,
        household=like.household,
        product=like.product,
        quantity=quantity,
        origin=like.origin,
        produced_on=like.produced_on,
        basis=like.basis,
        role=like.role,
        division=like.division,
        contact=like.contact,
        batch=batch,
        labels=labels,
    )


def row_key(scheme: str, kind: Kind, subject_key: bytes, row: BatchRow) -> bytes:
    """32 bytes that are the same for the same batch: issued again it is the same certificate.

    SHA-256 over the canonical inputs. ``subject_key``: SubjectFacts.key. The contact, the
    number of labels, the sheet's row number and how a date or quantity was written are no part of it:
    1000斤, 500公斤 and 0.5吨 are one batch.
    """
    place, promise = (row.division, row.origin), (row.basis, row.role)
    before, after = _key_parts(
        (scheme, kind, subject_key), row.product, place, row.produced_on, promise
    )
    batch = _NO_BATCH if row.batch is None else encode_text(canonical_text(row.batch))
    return hashlib.sha256(b"".join((before, _measure(row.quantity), after, batch))).digest()


@lru_cache(maxsize=_KEPT)
def _key_parts(
    whose: tuple[str, Kind, bytes],
    product: str,
    place: tuple[str | None, str],
    produced_on: date,
    promise: tuple[tuple[Basis, ...], Role],
) -> tuple[bytes, bytes]:
    """What is hashed before the quantity, and between it and the batch number. ``whose``: scheme, kind
    and the subject's key; ``place``: division and origin; ``promise``: on what basis, and as what."""
    scheme, kind, subject_key = whose
    (division, origin), (basis, role) = place, promise
    said = [
        _ROW_KEY_DOMAIN,
        scheme,
        str(kind),
        subject_key,
        canonical_text(product),
        _OPEN,
        [division, canonical_text(origin)],
        produced_on.isoformat(),
        [int(one) for one in basis],
        int(role),
        _OPEN,
    ]
    before, after, _ = encode(said).split(encode(_OPEN))
    return before, after


@lru_cache(maxsize=16384)
def _measure(quantity: Quantity) -> bytes:
    one = one_measure(quantity)
    return encode([one.mantissa, one.exponent, one.unit])


def duplicate_row(row: int, first_row: int) -> RowError:
    """Also for the caller, who knows by :func:`row_key` when two ways of naming mean one producer."""
    return RowError.duplicate(row, first_row, _DUPLICATE)


def household_code_cell(cell: Cell) -> str:
    """A cell with a 农户编号."""
    try:
        return check_household_code(plain(cell))
    except IdentifierError as error:
        raise CellError(f"农户编号（{str(error).removeprefix('农户编号')}）") from error


_BOX: Final = "[■☑✓✔√□☐]"
_BOXED: Final = f"({_BOX})([^{_BOX[1:-1]}]+)"


def parse_basis(cell: Cell) -> tuple[Basis, ...]:
    """One or more bases, in the order of the form; ■ ☑ √ before a word mark the chosen where □ stand
    too. ☒ is a chosen one to some, and to others one crossed out.

    Raises:
        CellError: none, or a word that is no basis of Art. 14 (农业农村部令 2025 年第 4 号).
    """
    written = plain(cell).replace(" ", "")
    if "☒" in written:
        raise CellError(_basis_expected())
    boxes = re.findall(_BOXED, written)
    if "".join(box + word for box, word in boxes) != written and re.search(_BOX, written):
        # a mark behind its word, or words without one
        raise CellError(f"{_basis_expected()}（每项之前有 □ 或 ■）")
    words = [word for box, word in boxes if box not in "□☐"] if boxes else [written]
    chosen = set()
    for word in (part for joined in words for part in re.split("[、,;/和及]", joined) if part):
        if word not in _BASES:
            raise CellError(_basis_expected())
        chosen.add(_BASES[word])
    if not chosen:
        raise CellError(_basis_expected())
    return tuple(sorted(chosen))


def _basis_expected() -> str:
    return choice(list(BASIS_WORDS.values()))


def _either_code(cell: Cell) -> str:
    """Tables often keep 农户编号 in the column of codes."""
    is_household = isinstance(cell, str) and cell.upper().startswith("NH")
    return household_code_cell(cell) if is_household else uscc(cell)


def _quantity(reader: Reader) -> Quantity | None:
    """The unit from the quantity's own cell, the unit column, or the header: 数量（公斤）."""
    unit = reader.optional("unit", parse_unit)
    if "unit" in reader.row.cells and unit is None:
        return None
    if unit is None:
        unit = _header_unit(reader.headers.get("quantity", ""))

    def parse(cell: Cell) -> Quantity:
        return parse_quantity(cell, unit=unit)

    return reader.required("quantity", parse, EXPECTED_QUANTITY)


@lru_cache(maxsize=64)
def _header_unit(header: str) -> str | None:
    written = re.search(r"\((.+)\)", unicodedata.normalize("NFKC", header))
    try:
        return None if written is None else parse_unit(written[1])
    except CellError:
        return None  # 数量（重量）: not a unit


def _labels(cell: Cell) -> int:
    return _count(plain(cell))


@lru_cache(maxsize=1024)
def _count(text: str) -> int:
    written = re.fullmatch(r"([1-9][0-9]{0,5})(\.0+)?[张份枚]?", text.replace(",", ""))
    if written is None or int(written[1]) > MOST_LABELS:
        raise CellError(EXPECTED_LABELS)
    return int(written[1])
