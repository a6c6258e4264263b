"""A chunk made without a registry: what is refused leaves nothing, numbers never meet."""

import hmac
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pypdfium2
import pytest

from certgen.label_drawing import LabelDrawer
from certgen.label_pdf import LabelPdf
from credential.certificate_id import format_certificate_id
from service.bulk import press as press_module
from service.bulk.desk import trial_work
from service.bulk.orders import Order, opened
from service.bulk.parts import read_part
from service.bulk.press import make_chunk
from service.bulk.work import Made, Work
from tests.service.bulk.office import chunks, clumsy_draw, row, table
from tests.service.bulk.test_issuing import LONG


def _work(made: Order, rows: Sequence[Sequence[str]]) -> Work:
    with opened(made.registry_url) as registry:
        (chunk,) = chunks(registry, made, table(rows)).chunks
        return trial_work(registry, chunk.rows, place=0, at=made.rules.at, who="王科员")


def _numbers(done: Made) -> list[bytes]:
    return [label.id for label in done.record.labels]


def test_a_refused_row_leaves_its_places_blank_at_the_end(made: Order, tmp_path: Path) -> None:
    work = _work(made, [row(1, labels=2), row(2, labels=3, product=LONG), row(3, labels=2)])
    done = make_chunk(made.press, work)
    assert [(one.row, one.column) for one in done.record.refused] == [(3, "产品名称")]
    assert done.record.refused[0].message.startswith("第 3 行：")
    assert done.record.lost == 3
    assert len(done.record.labels) == len(set(_numbers(done))) == 4
    # nothing of the refused row: no certificate, no page
    assert len(done.record.credentials) == 2
    drawn = read_part(done.part).drawn
    assert len(drawn.pages) == 4
    with (tmp_path / "some.pdf").open("wb") as file:
        pdf = LabelPdf(file, made.press.drawer.sheet)
        pdf.add(drawn)
        pdf.close()
    with pypdfium2.PdfDocument(tmp_path / "some.pdf") as read:
        texts = [page.get_textpage().get_text_range() for page in read]
    for text, number in zip(texts, _numbers(done), strict=True):
        assert format_certificate_id(number) in text


def test_all_rows_refused_is_a_chunk_of_nothing(made: Order) -> None:
    done = make_chunk(made.press, _work(made, [row(1, product=LONG), row(2, product=LONG)]))
    assert [one.row for one in done.record.refused] == [2, 3]
    assert (done.record.labels, done.record.credentials) == ([], [])
    assert done.record.lost == 2
    assert read_part(done.part).drawn.pages == ()


def test_two_rows_of_one_batch_number_are_two_certificates(made: Order) -> None:
    twice = [row(1, labels=2), row(1, labels=2, product="杨梅")]
    done = make_chunk(made.press, _work(made, twice))
    assert len({one.id for one in done.record.credentials}) == 2
    assert len(set(_numbers(done))) == 4
    assert [label.serial for label in done.record.labels] == [1, 2, 1, 2]


def test_the_same_work_is_the_same_labels_and_pages(made: Order) -> None:
    work = _work(made, [row(1, labels=3)])
    first, second = make_chunk(made.press, work), make_chunk(made.press, work)
    assert _numbers(first) == _numbers(second)


def test_rows_that_are_alike_are_made_as_each_by_itself(
    made: Order, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(press_module, "draw_check_code", lambda: "0000-1111-2222")
    # one producer, two products, quantities of three and of four digits
    rows = [row(number) for number in range(1, 3000, 300)]
    rows += [row(number, labels=2, product="杨梅") for number in (1, 4)]
    work = _work(made, rows)
    together = make_chunk(made.press, work)
    assert len(made.press.forms) < len(rows)
    apart = []
    for place, one in enumerate(rows):
        fresh = replace(made.press, forms={}, drawer=LabelDrawer.of(made.press.style))
        alone = replace(_work(made, [one]), allotments=[work.allotments[place]])
        apart.append(make_chunk(fresh, alone))
    credentials = [one for done in apart for one in done.record.credentials]
    assert [one.message for one in together.record.credentials] == [c.message for c in credentials]
    assert [one.fields for one in together.record.credentials] == [c.fields for c in credentials]
    assert together.record.labels == [label for done in apart for label in done.record.labels]
    pages = [page for done in apart for page in read_part(done.part).drawn.pages]
    assert list(read_part(together.part).drawn.pages) == pages


def test_a_number_that_another_label_has_is_drawn_again(made: Order) -> None:
    work = _work(made, [row(1, labels=3)])
    first = _numbers(make_chunk(made.press, work))
    again = _numbers(make_chunk(made.press, replace(work, taken=frozenset({first[1]}))))
    assert again[::2] == first[::2]
    assert again[1] not in first
    # for all labels of a certificate say the time of its issue
    assert again[1][:4] == first[1][:4]


def test_rows_whose_labels_draw_one_number(made: Order, monkeypatch: pytest.MonkeyPatch) -> None:
    work = _work(made, [row(1), row(2), row(3)])
    monkeypatch.setattr(hmac, "digest", clumsy_draw(hmac.digest))
    numbers = _numbers(make_chunk(made.press, work))
    assert numbers[0][4:] == bytes(6)
    assert len(set(numbers)) == 3


def test_a_label_signed_otherwise_before_is_refused_by_name(made: Order) -> None:
    work = _work(made, [row(1, labels=3), row(2)])
    number = _numbers(make_chunk(made.press, work))[2]
    done = make_chunk(made.press, replace(work, differing=frozenset({number})))
    (refused,) = done.record.refused
    assert refused.message.startswith(
        f"第 2 行：编号 {format_certificate_id(number)} 的标签此前已用另一把密钥或另一版样式签发"
    )
    assert len(done.record.labels) == 1
    assert done.record.lost == 3
