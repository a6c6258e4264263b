"""An office that issues labels: three cooperatives, tables of any length, what came out read back."""

import csv
import io
import shutil
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import select

from credential.certificate_id import parse_certificate_id
from credential.subjects import SubjectFacts, SubjectType
from registry import tables
from registry.database import read
from registry.registry import Registry, close_registry, open_registry
from registry.subjects import import_subjects
from service.bulk.checking import (
    CheckedTable,
    check_rows,
    collect_chunks,
    open_rows,
    raw_rows,
)
from service.bulk.issuing import Result, issue_labels
from service.bulk.orders import Order, Paper, new_order
from service.bulk.source import given
from service.home import Home
from service.office import registry_url
from service.setting_up import make_office
from service.settings import Settings, load_settings
from tests.registry.office import uscc
from tests.remembered import remember
from tests.samples import AT
from tests.shared import made_once

remember()

PASSPHRASE = "zhengxin-test"
WHO = "王科员"
HEAD = (
    "生产主体",
    "统一社会信用代码",
    "产品名称",
    "产品数量",
    "产地",
    "采收日期",
    "承诺依据",
    "批次号",
    "标签张数",
)
STYLE = "one-box-60x40"


def make_home(folder: Path, url: str = "") -> Home:
    """``url``: of the registry; empty for SQLite in the home folder, made once a test run and copied."""
    if url:
        return _make_home(folder, url)
    made = made_once("bulk-office", lambda draft: _make_home(draft, ""))
    return Home(shutil.copytree(made / "home", folder / "home"))


def _make_home(folder: Path, url: str) -> Home:
    home = Home(folder / "home")
    settings = Settings(base_url="https://zx.example.cn", registry_url=url)
    make_office(home, settings, ["jiande"], PASSPHRASE, at=AT - 100, who=WHO, n=2**14)
    registry = open_registry(registry_url(home, settings))
    facts = [
        SubjectFacts(
            type=SubjectType.COOPERATIVE,
            name=f"建德市第{number}果蔬专业合作社",
            uscc=uscc(number),
            digest=None,
            division="330182",
            origin="浙江省杭州市建德市杨村桥镇",
            contact="0571-00000000",
        )
        for number in range(3)
    ]
    import_subjects(registry, facts, at=AT - 90, who=WHO, why="名录")
    close_registry(registry)
    return home


def order(home: Home, style: str = STYLE, paper: Paper = Paper(), at: int = AT) -> Order:  # noqa: B008  # a value
    return new_order(
        home,
        load_settings(home),
        "jiande",
        style,
        paper=paper,
        passphrase=PASSPHRASE,
        at=at,
        who=WHO,
    )


def row(number: int, labels: int | str = 1, product: str = "草莓") -> list[str]:
    return [
        f"建德市第{number % 3}果蔬专业合作社",
        uscc(number % 3),
        product,
        f"{100 + number}公斤",
        "建德市杨村桥镇",
        "2026-03-01",
        "自行检测合格",
        f"P{number}",
        str(labels),
    ]


def table(rows: Sequence[Sequence[str]], head: Sequence[str] = HEAD) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows([head, *rows])
    return text.getvalue().encode("utf-8-sig")


def issue(home: Home, data: bytes, out: Path, made: Order | None = None, **options: Any) -> Result:
    return issue_labels(
        made or order(home),
        given(data),
        out,
        progress=options.pop("progress", lambda _job: None),
        processes=options.pop("processes", 2),
        **options,
    )


def manifest(out: Path) -> list[dict[str, str]]:
    with (out / "manifest.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def recorded(registry: Registry) -> list[Any]:
    """All labels, in the order of their numbers."""
    statement = select(tables.labels).order_by(tables.labels.c.id)
    return list(read(registry.main, lambda connection: connection.execute(statement).all()))


def assert_each_once(registry: Registry, out: Path, count: int) -> None:
    """Every label exactly once in the registry and in the output, with the bytes recorded."""
    found = recorded(registry)
    assert len(found) == count
    places = Counter((label.credential, label.style, label.serial) for label in found)
    assert set(places.values()) == {1}
    printed = manifest(out)
    assert len(printed) == count
    assert {parse_certificate_id(line["id"]) for line in printed} == {label.id for label in found}
    assert [line["page"] for line in printed] == [str(page) for page in range(1, count + 1)]


def chunks(registry: Registry, made: Order, data: bytes) -> CheckedTable:
    """The table checked in this process."""
    raw = raw_rows(open_rows(given(data)))
    some = [check_rows(registry, made.rules, one) for one in raw]
    return collect_chunks(some, made.press.drawer.sheet, made.press.drawer.start)


def clumsy_draw(digest: Callable[..., bytes]) -> Callable[..., bytes]:
    """For hmac.digest: the first number that any label draws is the same."""

    def draw(key: bytes, message: bytes, kind: Any) -> bytes:
        first = message.startswith(b"zhengxin-label/1") and b"/0/" in message[:64]
        return bytes(32) if first else digest(key, message, kind)

    return draw
