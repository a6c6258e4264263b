"""The batches of a month: 230 good ones, ten wrong in ways that an office meets."""

from collections import Counter
from datetime import date

from service.sample_batches import sample_batches
from service.sample_subjects import sample_subjects

TODAY = date(2026, 3, 5)
BATCHES = sample_batches(sample_subjects(), TODAY)


def test_ten_of_240_are_wrong() -> None:
    assert len(BATCHES) == 240
    assert Counter(batch.wrong for batch in BATCHES if batch.wrong) == {
        "主体不在名录": 2,
        "缺产地": 1,
        "将来的日期": 1,
        "不在范围内的产品": 2,
        "重复": 1,
        "数量不明": 1,
        "代码有误": 1,
        "日期不存在": 1,
    }


def test_a_repeated_row_stands_below_its_original() -> None:
    keys = [(batch.producer, batch.batch) for batch in BATCHES]
    again = next(place for place, batch in enumerate(BATCHES) if batch.wrong == "重复")
    assert keys.index(keys[again]) < again


def test_they_are_always_the_same_but_for_the_dates() -> None:
    assert sample_batches(sample_subjects(), TODAY) == BATCHES
    later = sample_batches(sample_subjects(), date(2027, 11, 30))
    assert [batch.producer for batch in later] == [batch.producer for batch in BATCHES]


def test_dates_and_quantities_come_in_many_forms() -> None:
    good = [batch for batch in BATCHES if batch.wrong is None]
    dates = Counter(type(batch.produced_on) for batch in good)
    assert dates[date] > 100
    assert dates[int] > 10
    marks = [
        mark
        for mark in ".年/-"
        if any(mark in str(b.produced_on) for b in good if isinstance(b.produced_on, str))
    ]
    assert marks == [".", "年", "/", "-"]
    quantities = {batch.quantity for batch in good}
    assert {"500斤", "1,200 公斤", "３０箱", "2400枚", "0.5吨", "12.5kg", 350} <= quantities
    assert len({batch.product for batch in good}) >= 10
