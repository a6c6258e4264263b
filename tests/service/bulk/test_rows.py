"""Checked rows survive the way through the registry."""

from dataclasses import replace
from datetime import date

from certgen.rows import BatchRow
from credential.claims import Basis, Grade, Quantity, Role
from credential.subjects import SubjectFacts
from service.bulk.rows import LabelRow, Share, read_rows, row_text, write_rows
from tests.registry.office import COOPERATIVE, PERSON

BATCH = BatchRow(
    number=17,
    producer=None,
    uscc=None,
    household=None,
    product="草莓“红颜”",
    quantity=Quantity(125, -1, "公斤"),
    origin="建德市\\杨村桥镇",
    produced_on=date(2026, 3, 5),
    basis=(Basis.SELF_TESTED, Basis.TESTED_BY_OTHERS),
    role=Role.COLLECTOR,
    division="330182",
    contact="0571-00000001",
)
GRADED = replace(COOPERATIVE, grade=Grade("c-lower", "c"), grade_public=True)


def _share(subject: SubjectFacts, labels: int, first: int, count: int) -> Share:
    return Share(row_text(BATCH, subject, bytes(range(32)), labels), first, count)


def test_what_is_written_is_read() -> None:
    shares = [_share(GRADED, 9, 3, 4), _share(PERSON, 2, 1, 2), _share(GRADED, 1, 1, 1)]
    key = bytes(range(32))
    assert read_rows(write_rows(shares)) == [
        LabelRow(BATCH, GRADED, key, 3, 4, shared=True),
        LabelRow(BATCH, PERSON, key, 1, 2),
        LabelRow(BATCH, GRADED, key, 1, 1),
    ]
