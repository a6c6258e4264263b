"""Between registry and press: what was issued before, what clashes, what is recorded on its own."""

import hmac
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pikepdf
import pytest

from registry.chunks import take_chunk
from registry.database import RegistryError
from registry.issuing import RowTakenError
from registry.jobs import Job, create_job
from registry.registry import Registry
from service.bulk import checking, desk
from service.bulk.desk import begin_chunk, commit_chunk
from service.bulk.orders import Order, opened
from service.bulk.parts import read_part
from service.bulk.press import make_chunk
from service.bulk.running import chunk_place
from service.bulk.source import given
from service.bulk.work import Made, Work
from tests.samples import AT
from tests.service.bulk.office import (
    assert_each_once,
    chunks,
    clumsy_draw,
    issue,
    make_home,
    order,
    recorded,
    row,
    table,
)
from tests.service.bulk.test_issuing import LONG


@pytest.fixture
def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Order:
    monkeypatch.setattr(checking, "LABELS", 10)
    return order(make_home(tmp_path))


def _job(registry: Registry, made: Order, data: bytes) -> Job:
    checked = chunks(registry, made, data)
    new = made.new_job(given(data), Path("out"))
    return create_job(registry, new, checked.chunks, checked.refused, at=made.rules.at)


def _begin(registry: Registry, made: Order, job: Job, chunk: int = 0) -> Work:
    rows = take_chunk(registry, job.id, chunk, worker="甲机", at=AT)
    assert rows is not None
    place = chunk_place(made.press, chunk)
    return begin_chunk(registry, made.press, job, chunk, rows, place=place, at=AT)


def _commit(
    registry: Registry, made: Order, job: Job, work: Work, begin: Callable[[], Work]
) -> Made:
    return commit_chunk(
        registry,
        job,
        work,
        make_chunk(made.press, work),
        make=lambda again: make_chunk(made.press, again),
        begin=begin,
        keep_part=False,
        at=AT,
    )


def test_a_row_whose_labels_lie_in_several_chunks_has_one_certificate(made: Order) -> None:
    with opened(made.registry_url) as registry:
        job = _job(registry, made, table([row(1, labels=3), row(2, labels=25)]))
        serials: list[int] = []
        certificates = set()
        for chunk in range(3):
            work = _begin(registry, made, job, chunk)
            # its certificate is in the registry before any of its labels is made
            assert len(work.known) == 1
            assert len(work.allotments) == (1 if chunk == 0 else 0)
            done = make_chunk(made.press, work)
            _commit(registry, made, job, work, lambda w=work: w)  # type: ignore[misc]
            new = {one.id for one in done.record.credentials}
            mine = [label for label in done.record.labels if label.credential not in new]
            serials += [label.serial for label in mine]
            certificates |= {label.credential for label in mine}
        assert serials == list(range(1, 26))
        assert len(certificates) == 1
        assert len(recorded(registry)) == 28


def test_a_spread_row_that_can_not_be_printed_is_refused_in_each_chunk(made: Order) -> None:
    with opened(made.registry_url) as registry:
        job = _job(registry, made, table([row(1, labels=15, product=LONG)]))
        for chunk in range(2):
            work = _begin(registry, made, job, chunk)
            assert not work.known
            done = make_chunk(made.press, work)
            assert [one.row for one in done.record.refused] == [2]
            assert not done.record.credentials


def test_labels_of_one_row_that_draw_one_number(
    made: Order, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hmac, "digest", clumsy_draw(hmac.digest))
    data = table([row(1, labels=4), row(2, labels=12)])
    issue(made.home, data, tmp_path / "a", made, processes=1)
    with opened(made.registry_url) as registry:
        assert_each_once(registry, tmp_path / "a", 16)
        before = recorded(registry)
    again = order(made.home, at=AT + 60)
    issue(made.home, data, tmp_path / "b", again, processes=1)
    with opened(made.registry_url) as registry:
        assert recorded(registry) == before
        assert_each_once(registry, tmp_path / "b", 16)
    # not the bytes: the first file's font may keep a digit of the number that was given up
    assert _pages(tmp_path / "a/labels.pdf") == _pages(tmp_path / "b/labels.pdf")


def _pages(file: Path) -> list[bytes]:
    with pikepdf.open(file) as opened:
        return [page.Contents.read_bytes() for page in opened.pages]


def test_who_comes_second_takes_the_certificates_of_the_first(made: Order) -> None:
    data = table([row(1, labels=2), row(2, labels=2)])
    with opened(made.registry_url) as registry:
        first, second = (_job(registry, made, data) for _ in range(2))
        # both look before either records
        works = [_begin(registry, made, job) for job in (first, second)]
        assert all(work.allotments and not work.known for work in works)
        ours = _commit(registry, made, first, works[0], lambda: works[0])
        assert ours.record.credentials
        printed = _commit(registry, made, second, works[1], lambda: _begin(registry, made, second))
        assert not printed.record.credentials
        assert [label.id for label in printed.record.labels] == [
            label.id for label in ours.record.labels
        ]
        assert len(recorded(registry)) == 4
        # the very same pages; the second's font may keep a letter of the numbers that it gave up
        first_drawn, again = (read_part(made.part).drawn for made in (ours, printed))
        assert (again.pages, again.forms) == (first_drawn.pages, first_drawn.forms)
        assert again.characters >= first_drawn.characters


def test_a_chunk_that_never_gets_through_says_so(
    made: Order, monkeypatch: pytest.MonkeyPatch
) -> None:
    def taken(*_: object, **__: object) -> None:
        raise RowTakenError("又被抢先")

    monkeypatch.setattr(desk, "record_chunk", taken)
    with opened(made.registry_url) as registry:
        job = _job(registry, made, table([row(1)]))
        work = _begin(registry, made, job)
        with pytest.raises(
            RegistryError, match=f"任务 {job.id} 第 0 段一再与其他任务冲突，请稍后继续"
        ):
            _commit(registry, made, job, work, lambda: replace(work))
