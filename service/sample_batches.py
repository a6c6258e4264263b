"""About 240 batches as a county's producers write them down, ten of them wrong on purpose."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random
from typing import Final

from credential.subjects import SubjectType
from service.sample_subjects import SampleSubject, sample_uscc
from service.sample_workbook import Value

GOOD: Final = 230
_SEED: Final = 20260201
_QUANTITIES: Final[dict[str, tuple[tuple[Value, Value], ...]]] = {
    # cells 数量 and 单位
    "weight": (
        ("500斤", None),
        ("1,200 公斤", None),
        ("３０箱", None),
        (350, "公斤"),
        ("0.5吨", None),
    ),
    "tea": (("12.5kg", None), (85.5, "斤"), ("１２０ 斤", None)),
    "eggs": (("2400枚", None), ("1,800 枚", None), (3600, "枚"), ("40箱", None)),
    "heads": (("120只", None), (60, "只"), ("1,050 只", None)),
}
_MEASURES: Final = {"茶鲜叶": "tea", "鸡蛋": "eggs", "土鸡": "heads"}
_BASES: Final = (
    "质量安全控制符合要求",
    "自行检测合格",
    "委托检测合格",
    "质量安全控制符合要求、自行检测合格",
    "自检",
    "■质量安全控制符合要求 □自行检测合格 □委托检测合格",
)


@dataclass(frozen=True, slots=True)
class SampleBatch:
    """One row as typed. ``wrong``: what is wrong with it, or None."""

    producer: str
    code: str | None
    product: str
    quantity: Value
    unit: Value
    origin: str | None
    produced_on: Value
    basis: str
    role: str | None
    contact: str | None
    batch: str | None
    wrong: str | None = None


def sample_batches(subjects: tuple[SampleSubject, ...], today: date) -> list[SampleBatch]:
    """In the order of the sheet. ``today``: batches are of the thirty days up to it."""
    random = Random(_SEED)
    producers = [*_producers(random, subjects)]
    good = [_batch(random, producers, serial, today) for serial in range(1, GOOD + 1)]
    wrong = list(_wrong(good, today))
    # spread out, none before the row that it repeats
    rows = list(good)
    for place, batch in enumerate(wrong, start=1):
        rows.insert(place * 22 + 5, batch)
    return rows


def _producers(random: Random, subjects: tuple[SampleSubject, ...]) -> Iterator[SampleSubject]:
    counts = {
        SubjectType.ENTERPRISE: 8,
        SubjectType.COOPERATIVE: 14,
        SubjectType.SELF_EMPLOYED: 12,
        SubjectType.VILLAGE: 4,
        SubjectType.HOUSEHOLD: 30,
    }
    for type_, count in counts.items():
        of_type = [subject for subject in subjects if subject.type is type_]
        yield from random.sample(of_type, count)


def _batch(random: Random, producers: list[SampleSubject], serial: int, today: date) -> SampleBatch:
    producer = random.choice(producers)
    product = random.choice(producer.products)
    quantity, unit = random.choice(_QUANTITIES[_MEASURES.get(product, "weight")])
    collects = producer.type is SubjectType.COOPERATIVE and random.randrange(4) == 0
    code = producer.uscc or producer.household
    # an organisation's name is enough now and then; a household's may not be its alone
    named_only = producer.uscc is not None and random.randrange(5) == 0
    return SampleBatch(
        producer=producer.name,
        code=None if named_only else code,
        product=product,
        quantity=quantity,
        unit=unit,
        origin=producer.origin,
        produced_on=_as_typed(today - timedelta(days=random.randrange(30)), serial),
        basis=random.choice(_BASES),
        role="收购者" if collects else None,
        contact=producer.contact if random.randrange(3) else None,
        batch=f"{today.year}-{serial:04d}",
    )


def _as_typed(day: date, serial: int) -> Value:
    """As an Excel date half of the time, otherwise in one of the ways people type it."""
    forms: tuple[Value, ...] = (
        f"{day.year}.{day.month}.{day.day}",
        f"{day.year}年{day.month}月{day.day}日",
        f"{day.year}/{day.month}/{day.day}",
        day.isoformat(),
        int(f"{day:%Y%m%d}"),
    )
    return day if serial % 2 else forms[serial // 2 % len(forms)]


def _wrong(good: list[SampleBatch], today: date) -> Iterator[SampleBatch]:
    """One after another, from a good row each; the repeated one has its original above it."""
    coded = [batch for batch in good if batch.code]
    own = [replace(batch, batch=f"{batch.batch}-2") for batch in coded]
    stranger = sample_uscc("93", "MA0U", 1)
    organisation = next(batch for batch in coded if batch.code and batch.code[0] == "9")
    last = organisation.code[-1] if organisation.code else ""
    slip = f"{(organisation.code or '')[:-1]}{'1' if last != '1' else '2'}"
    later = today + timedelta(days=20)
    yield replace(own[0], wrong="主体不在名录", producer="建德市虚构专业合作社", code=stranger)
    yield replace(own[1], wrong="主体不在名录", producer="建德市无此合作社", code=None)
    yield replace(own[2], wrong="缺产地", origin=None)
    yield replace(own[3], wrong="将来的日期", produced_on=f"{later.year}.{later.month}.{later.day}")
    yield replace(own[4], wrong="不在范围内的产品", product="生牛乳", quantity="300公斤", unit=None)
    yield replace(own[5], wrong="不在范围内的产品", product="稻谷", quantity="2吨", unit=None)
    yield replace(coded[6], wrong="重复")
    yield replace(own[7], wrong="数量不明", quantity="若干", unit=None)
    yield replace(own[8], wrong="代码有误", producer=organisation.producer, code=slip)
    yield replace(own[9], wrong="日期不存在", produced_on=f"{today.year}年2月30日")
