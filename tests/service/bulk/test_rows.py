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
HEADERS = {"product": "品名", "quantity": "数量"}
GRADED = replace(COOPERATIVE, grade=Grade("c-lower", "c"), grade_public=True)


def _share(subject: SubjectFacts, labels: int, first: int, count: int) -> Share:
    return Share(row_text(BATCH, subject, bytes(range(32)), labels), first, count)


def test_what_is_written_is_read() -> None:
    shares = [_share(GRADED, 9, 3, 4), _share(PERSON, 2, 1, 2), _share(GRADED, 1, 1, 1)]
    key = bytes(range(32))
    assert read_rows(write_rows(shares, HEADERS)) == [
        LabelRow(BATCH, GRADED, key, 3, 4, shared=True, headers=HEADERS),
        LabelRow(BATCH, PERSON, key, 1, 2, headers=HEADERS),
        LabelRow(BATCH, GRADED, key, 1, 1, headers=HEADERS),
    ]


def test_rows_are_alike_that_differ_in_quantity_and_number_alone() -> None:
    other = replace(BATCH, number=18, quantity=Quantity(7, 0, "枚"), batch="P2")
    apart = [
        (replace(BATCH, product="桃"), GRADED),
        (replace(BATCH, origin="建德市"), GRADED),
        (replace(BATCH, produced_on=date(2026, 3, 6)), GRADED),
        (replace(BATCH, basis=(Basis.CONTROLLED,)), GRADED),
        (replace(BATCH, role=Role.PRODUCER), GRADED),
        (replace(BATCH, division=None), GRADED),
        (replace(BATCH, contact=None), GRADED),
        (BATCH, replace(GRADED, grade_public=False)),
    ]
    rows = [(BATCH, GRADED), (other, GRADED), *apart]
    shares = [Share(row_text(*one, bytes(32), 1), 1, 1) for one in rows]
    read = read_rows(write_rows(shares, HEADERS))
    assert read[0].alike == read[1].alike
    assert len({one.alike for one in read}) == 1 + len(apart)
    assert [one.batch for one in read[2:]] == [one for one, _ in apart]
