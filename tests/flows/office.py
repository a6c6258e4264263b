"""An office as the command line makes it, made once a test run and copied by who changes it.

About thirty rows cut from the samples; its times lie in the last days, as the running office reads
the clock.
"""

import contextlib
import csv
import functools
import io
import json
import os
import shutil
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Final
from unittest import mock

from openpyxl import load_workbook

from credential.certificate_id import parse_certificate_id
from credential.fields import SHANGHAI
from credential.subjects import SUBJECT_TYPE_WORDS, SubjectType
from registry.credentials import find_credential
from service import keystore
from service.cli import main
from service.commands.serve import running_app
from service.commands.session import Session
from service.home import Home
from service.office import Office, open_office
from service.sample_batches import SampleBatch, sample_batches
from service.sample_subjects import DIVISION, SampleSubject, sample_subjects
from service.samples import batches_workbook, pledges_workbook
from service.settings import load_settings
from tests.published import valid
from tests.remembered import remember
from tests.service.web.asgi_client import AsgiClient
from tests.shared import made_once, run_began, run_folder

remember()

PASSPHRASE: Final = "春江水暖鸭先知 2026"
BASE_URL: Final = "https://zx.example.cn"
WHO: Final = "王科员"
HOUR: Final = 3600
DAY: Final = 24 * HOUR
MADE: Final = (run_began() // DAY - 3) * DAY + 2 * HOUR
"""When the office was made, at ten in Shanghai; an hour later the list was imported, a day later it
issued: what a test does some hours after is done on the same day, whenever the tests are run."""
IMPORTED: Final = MADE + HOUR
ISSUED: Final = MADE + DAY
TODAY: Final = datetime.fromtimestamp(ISSUED, UTC).astimezone(SHANGHAI).date()
GOOD_ROWS: Final = 20
CHEAP: Final = 2**14


@dataclass(frozen=True, slots=True)
class Ran:
    """One run of the program: exit status and what it wrote."""

    status: int
    out: str
    err: str

    def __str__(self) -> str:
        return f"exit {self.status}\n{self.out}\n{self.err}"


@dataclass(frozen=True, slots=True)
class Place:
    """A home folder with its sources and what was printed, all below one folder."""

    folder: Path

    @property
    def home(self) -> Home:
        return Home(self.folder / "home")

    @property
    def subjects(self) -> Path:
        return self.folder / "subjects.csv"

    @property
    def batches(self) -> Path:
        return self.folder / "batches.xlsx"

    @property
    def applications(self) -> Path:
        return self.folder / "pledges.xlsx"

    @property
    def a5(self) -> Path:
        return self.folder / "a5"

    @property
    def labels(self) -> Path:
        return self.folder / "labels"

    @property
    def pledges(self) -> Path:
        return self.folder / "pledges"

    def run(self, *arguments: object, at: int | None = None, **environment: str) -> Ran:
        """``zhengxin --home … arguments`` at a time (Unix seconds; now), in this process."""
        return run("--home", self.home.path, *arguments, at=at, **environment)

    def done(self, *arguments: object, at: int | None = None, **environment: str) -> Ran:
        """:meth:`run`, which has to succeed."""
        ran = self.run(*arguments, at=at, **environment)
        assert ran.status == 0, str(ran)
        return ran

    def issue(self, style: str, source: Path, out: Path, *more: object, at: int = ISSUED) -> Ran:
        scheme = "gaoping" if style == "letter-a4" else "jiande"
        options = ("--scheme", scheme, "--style", style, "--input", source, "--out", out)
        return self.run("issue", *options, *more, at=at)

    @contextlib.contextmanager
    def office(self) -> Iterator[Office]:
        with open_office(self.home, load_settings(self.home, {})) as office:
            yield office

    @contextlib.contextmanager
    def pages(self, **environment: str) -> Iterator[AsgiClient]:
        """The running office's pages, without a socket."""
        settings = load_settings(self.home, environment)
        with open_office(self.home, settings) as office, running_app(office, PASSPHRASE) as app:
            yield AsgiClient(app)


def run(*arguments: object, at: int | None = None, **environment: str) -> Ran:
    """The program as a shell would start it; ``at`` None is now. A crash is the test's own."""
    out, err = io.StringIO(), io.StringIO()
    moment = int(time.time()) if at is None else at

    def start(home: Home, who: str | None) -> Session:
        return Session(home, who or WHO, moment)

    kept = {name: value for name, value in os.environ.items() if not name.startswith("ZHENGXIN_")}
    known = {"ZHENGXIN_PASSPHRASE": PASSPHRASE} | environment
    with (
        mock.patch.dict(os.environ, kept | known, clear=True),
        mock.patch.object(Session, "start", start),
        cheap_keys(),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
    ):
        try:
            main([str(argument) for argument in arguments])
            status: object = 0
        except SystemExit as ended:
            status = ended.code
    assert isinstance(status, int)
    if "verify" in arguments and "--json" in arguments:
        for line in out.getvalue().splitlines():
            valid(json.loads(line))
    return Ran(status, out.getvalue(), err.getvalue())


def cheap_keys() -> "mock._patch[Any]":
    """Keys as always, but sealed at the least cost that is accepted."""
    seal = keystore._seal

    def cheaply(path: Path, head: dict[str, Any], secret: bytes, passphrase: str, _n: int) -> None:
        seal(path, head, secret, passphrase, CHEAP)

    return mock.patch.object(keystore, "_seal", cheaply)


@functools.cache
def made_office() -> Place:
    """This process's own copy."""
    folder = run_folder() / f"office-{os.getpid()}"
    return Place(shutil.copytree(made_once("office", _make_office), folder))


def _make_office(folder: Path) -> None:
    """Initialised, its subjects imported, one batch printed in two styles, and its pledges."""
    place = Place(folder)
    write_sources(place)
    begin(place)
    for style, source, out, *more in (
        ("a5", place.batches, place.a5),
        ("label-80x60", place.batches, place.labels),
        ("letter-a4", place.applications, place.pledges, "--docx"),
    ):
        ran = place.issue(str(style), Path(source), Path(out), *more)
        assert ran.status == 0, str(ran)


def begin(place: Place, **environment: str) -> None:
    """``init`` and ``subject import``."""
    schemes = ("--scheme", "jiande", "--scheme", "gaoping")
    place.done("init", *schemes, "--base-url", BASE_URL, at=MADE, **environment)
    listed = ("--scheme", "jiande", "--input", place.subjects)
    place.done("subject", "import", *listed, at=IMPORTED, **environment)


def copied(folder: Path) -> Place:
    """The office made, as one's own."""
    shutil.copytree(made_office().folder, folder, dirs_exist_ok=True)
    return Place(folder)


def write_sources(place: Place) -> None:
    place.folder.mkdir(parents=True, exist_ok=True)
    place.subjects.write_text(subjects_csv(producers()), "utf-8-sig")
    place.batches.write_bytes(cut_batches(TODAY, {number for number, _ in sample_rows()}))
    place.applications.write_bytes(pledges_workbook(TODAY))


def sample_rows() -> list[tuple[int, SampleBatch]]:
    """The batches of the cut table: the row of the full sheet, and what is typed there."""
    numbered = enumerate(sample_batches(sample_subjects(), TODAY), start=3)
    chosen, good = [], 0
    for number, batch in numbered:
        good += batch.wrong is None
        if batch.wrong is not None or good <= GOOD_ROWS:
            chosen.append((number, batch))
    return chosen


def cut_batches(today: date, kept: set[int]) -> bytes:
    """The sample's sheet with these of its rows, title and remark too."""
    book = load_workbook(io.BytesIO(batches_workbook(today)))
    sheet = book.worksheets[0]
    for number in range(sheet.max_row - 1, 2, -1):
        if number not in kept:
            sheet.delete_rows(number)
    saved = io.BytesIO()
    book.save(saved)
    return saved.getvalue()


def producers() -> list[SampleSubject]:
    """Those of the table's good rows. Of the households the first has consented, no other."""
    names = {(b.producer, b.origin) for _, b in sample_rows() if b.wrong is None}
    chosen = [s for s in sample_subjects() if (s.name, s.origin) in names]
    households = [s for s in chosen if s.type is SubjectType.HOUSEHOLD]
    return [replace(s, consent=s is households[0]) if s in households else s for s in chosen]


def subjects_csv(subjects: Sequence[SampleSubject]) -> str:
    text = io.StringIO()
    writer = csv.writer(text)
    header = (
        "主体名称 主体类型 统一社会信用代码 农户编号 等级 行政区划代码 产地 联系电话 同意公开等级"
    )
    writer.writerow(header.split())
    for s in subjects:
        consent = {None: "", True: "是", False: "否"}[s.consent]
        words = SUBJECT_TYPE_WORDS[s.type]
        row = (s.name, words, s.uscc, s.household, s.grade, DIVISION, s.origin, s.contact, consent)
        writer.writerow(row)
    return text.getvalue()


def manifest(folder: Path) -> list[dict[str, str]]:
    return read_csv(folder / "manifest.csv")


def read_csv(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


@dataclass(frozen=True, slots=True)
class Printed:
    """One certificate of the batch: what its row of the manifest says, and whose it is."""

    number: str
    file: str
    text: str
    producer: SampleSubject

    @property
    def path(self) -> str:
        """What a browser asks the office for."""
        return self.text.removeprefix(BASE_URL)


def printed(place: Place) -> list[Printed]:
    """The batch's certificates, in the order of the manifest."""
    by_code = {s.uscc: s for s in producers()}
    by_name = {s.name: s for s in producers()}
    with place.office() as office:
        found = []
        for line in manifest(place.a5):
            stored = find_credential(office.registry, parse_certificate_id(line["id"]))
            assert stored is not None
            code = stored.claims.subject.uscc
            producer = by_code[code] if code else by_name[stored.fields["subject"]]
            found.append(Printed(line["id"], line["file"], line["qr_text"], producer))
    return found


def first_of(place: Place, *types: SubjectType, grade: str | None = None) -> Printed:
    """The first certificate of a producer of one of these types, with this grade."""
    return next(
        one
        for one in printed(place)
        if one.producer.type in types and grade in {None, one.producer.grade}
    )
