"""Labels as recorded: a narrow row each, written in bulk; what one prints is known from its certificate.

A label's number is settled by its certificate, style and serial, so that making the same label
again gives the same number and the same bytes, and recording it again changes nothing.
"""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from psycopg.errors import UniqueViolation
from sqlalchemy import Connection, select, text

from credential.cbor import encode
from credential.certificate_id import format_certificate_id
from registry import tables
from registry.database import RegistryError, upsert
from registry.subjects import CHUNK

LabelFields = Sequence[tuple[str, str | None]]
"""Name and text in the order of the label; None where the text is the certificate's own."""
NUMBER: Final = "number"
_COLUMNS: Final = (
    "id",
    "credential",
    "style",
    "serial",
    "message_sha256",
    "job",
    "recorded_at",
)
_KNOWN_STYLE: Final = text("SELECT id FROM label_styles WHERE sha256 = :sha256")
_PG_TYPES: Final = ("bytea", "bytea", "int4", "int4", "bytea", "int4", "int8")


class NewLabel(NamedTuple):
    """``credential``: id of its certificate; ``serial``: from 1, within certificate and style.

    A tuple, for a million of them go from one process to another.
    """

    id: bytes
    credential: bytes
    serial: int
    message_sha256: bytes


class LabelConflictError(RegistryError):
    """Nothing is recorded. ``taken``: numbers that another label has; ``differing``: numbers that
    these very labels have, but signed otherwise (another key, another version of the style)."""

    def __init__(self, taken: frozenset[bytes], differing: frozenset[bytes]) -> None:
        super().__init__("标签编号与已登记的冲突")
        self.taken = taken
        self.differing = differing


def label_style(connection: Connection, scheme: str, style: str, fields: LabelFields) -> int:
    """The number under which labels name this style; the same style has the same number."""
    table = tables.label_styles
    entries = [[name, words] for name, words in fields]
    digest = hashlib.sha256(encode([scheme, style, entries])).digest()
    known = {"sha256": digest}
    if (found := connection.execute(_KNOWN_STYLE, known).scalar()) is not None:
        return int(found)
    row = {"sha256": digest, "scheme": scheme, "style": style, "fields": entries}
    connection.execute(
        upsert(connection, table).on_conflict_do_nothing(index_elements=["sha256"]), row
    )
    return int(connection.execute(_KNOWN_STYLE, known).scalar_one())


def label_fields(
    identifier: bytes, entries: LabelFields, printed: Mapping[str, str]
) -> dict[str, str]:
    """What a label prints. ``printed``: its certificate's fields; one it lacks is not on the label."""
    fields: dict[str, str] = {}
    for name, words in entries:
        value = format_certificate_id(identifier) if name == NUMBER else words
        value = printed.get(name) if value is None else value
        if value is not None:
            fields[name] = value
    return fields


def record_labels(
    connection: Connection, labels: Sequence[NewLabel], style: int, *, job: int, at: int
) -> None:
    """Within the transaction that also records their certificates. Those recorded before stay.

    Raises:
        LabelConflictError: the transaction must end without a commit.
    """
    rows = [
        (new.id, new.credential, style, new.serial, new.message_sha256, job, at) for new in labels
    ]
    if connection.dialect.name == "postgresql":
        known = _copy(connection, rows)
    else:
        known = _insert(connection, rows)
    if known:
        _check_same(connection, labels, style)


def _insert(connection: Connection, rows: Sequence[tuple[object, ...]]) -> bool:
    """Whether some were there before. Straight through the driver: SQLAlchemy's own work on a row
    is more than SQLite's."""
    marks = ", ".join("?" * len(_COLUMNS))
    statement = (
        f"INSERT INTO labels ({', '.join(_COLUMNS)}) VALUES ({marks}) ON CONFLICT (id) DO NOTHING"
    )
    return connection.exec_driver_sql(statement, list(rows)).rowcount != len(rows)


def _copy(connection: Connection, rows: Sequence[tuple[object, ...]]) -> bool:
    """COPY, five times as fast as INSERT; where a number is there already, row by row."""
    driver = connection.connection.driver_connection
    assert driver is not None
    columns = ", ".join(_COLUMNS)
    attempt = connection.begin_nested()
    try:
        with (
            driver.cursor() as cursor,
            cursor.copy(f"COPY labels ({columns}) FROM STDIN (FORMAT BINARY)") as copy,
        ):
            copy.set_types(_PG_TYPES)
            for row in rows:
                copy.write_row(row)
    except UniqueViolation:
        attempt.rollback()
        statement = upsert(connection, tables.labels).on_conflict_do_nothing(index_elements=["id"])
        connection.execute(
            statement, sorted((dict(zip(_COLUMNS, row, strict=True)) for row in rows), key=_by_id)
        )
        return True
    attempt.commit()
    return False


def _by_id(row: Mapping[str, object]) -> bytes:
    identifier = row["id"]
    assert isinstance(identifier, bytes)
    return identifier


def _check_same(connection: Connection, labels: Sequence[NewLabel], style: int) -> None:
    table = tables.labels
    by_id = {label.id: label for label in labels}
    # two labels of one batch under one number: the second takes another
    taken = {label.id for label in labels if by_id[label.id] is not label}
    differing = set()
    identifiers = list(by_id)
    name = (tables.label_styles.c.scheme, tables.label_styles.c.style)
    own_style = connection.execute(select(*name).where(tables.label_styles.c.id == style)).one()
    for start in range(0, len(identifiers), CHUNK):
        found = (
            select(table.c.id, table.c.credential, table.c.serial, table.c.message_sha256, *name)
            .join(tables.label_styles, tables.label_styles.c.id == table.c.style)
            .where(table.c.id.in_(identifiers[start : start + CHUNK]))
        )
        for row in connection.execute(found):
            ours = by_id[row.id]
            if (row.credential, row.serial, row.scheme, row.style) != (
                ours.credential,
                ours.serial,
                *own_style,
            ):
                taken.add(row.id)
            elif row.message_sha256 != ours.message_sha256:
                differing.add(row.id)
    if taken or differing:
        raise LabelConflictError(frozenset(taken), frozenset(differing))
