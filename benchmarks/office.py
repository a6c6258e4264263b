"""An office to measure: a temporary home on disk, the made-up subjects, tables of any length."""

import csv
import io
import secrets
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from benchmarks.measuring import BenchmarkError
from certgen.certificate import label_claims
from certgen.document import Document
from certgen.label_layout import label_fields
from credential.certificate_id import new_certificate_id
from credential.claims import StatusReference, encode_claims
from credential.cose import Ed25519Signer, sign1
from credential.fields import SHANGHAI
from credential.qr_text import write_qr_text
from credential.subjects import SubjectFacts
from registry.credentials import StoredCredential
from registry.grades import GradeChange, set_grades
from registry.issuing import record_credentials
from registry.subjects import import_subjects
from scheme.model import Style
from service.certificates import Batch, read_certificates
from service.home import Home
from service.issuing import Run
from service.office import Office, open_office
from service.pledges import read_pledge_applications
from service.printing import PDF
from service.sample_subjects import DIVISION, SampleSubject, sample_subjects
from service.setting_up import make_office
from service.settings import Settings, save_settings
from service.signing import digest_key, signer_for

PASSPHRASE: Final = "zhengxin-bench"
BASE_URL: Final = "https://zhengxin.example.cn"
CERTIFICATES, PLEDGES = "jiande", "gaoping"
_WHO: Final = "bench"
_SCRYPT_N: Final = 2**14
"""The least that is opened again: this passphrase protects nothing."""
_CHUNK: Final = 1000
_PROOF: Final = "继承人放弃继承权涉及的财产证明"
_IDENTITY: Final = "11010519491231002X"
"""The worked example of GB 11643-1999."""


@dataclass(frozen=True, slots=True)
class Desk:
    """One kind of document of the office, with all that issuing it takes.

    ``table``: how many rows, and where their numbers begin -> a CSV table of rows never seen before.
    """

    run: Run
    signer: Ed25519Signer
    digest: bytes
    read: Callable[[Run, bytes, Ed25519Signer, bytes], Batch]
    table: Callable[[int, int], bytes]

    def batch(self, count: int, first: int) -> Batch:
        return self.judged(self.table(count, first))

    def judged(self, data: bytes) -> Batch:
        batch = self.read(self.run, data, self.signer, self.digest)
        if batch.refused:
            raise BenchmarkError(batch.refused[0].message)
        return batch


@dataclass(frozen=True, slots=True)
class SampleOffice:
    office: Office
    at: int
    certificates: Desk
    letters: Desk


@contextmanager
def sample_office(subjects: int) -> Iterator[SampleOffice]:
    """``subjects``: how many organisations are registered. The folder is gone afterwards."""
    with TemporaryDirectory(prefix="zhengxin-bench-") as folder:
        at = int(time.time())
        home = Home(Path(folder) / "home")
        settings = Settings(base_url=BASE_URL)
        schemes = (CERTIFICATES, PLEDGES)
        make_office(home, settings, schemes, PASSPHRASE, at=at, who=_WHO, n=_SCRYPT_N)
        save_settings(home, settings)
        producers = [one for one in sample_subjects() if one.uscc is not None][:subjects]
        with open_office(home, settings) as office:
            _register(office, producers, at)
            batches, pledges = _Batches(producers, at), _Pledges(at)
            yield SampleOffice(
                office,
                at,
                Desk(*_opened(office, CERTIFICATES, "a5", at), read_certificates, batches),
                Desk(*_opened(office, PLEDGES, "letter-a4", at), read_pledge_applications, pledges),
            )


def record(desk: Desk, count: int) -> list[StoredCredential]:
    """Certificates in the registry, without paper."""
    stored: list[StoredCredential] = []
    for first in range(0, count, _CHUNK):
        ready = desk.batch(min(_CHUNK, count - first), first).ready
        requests = [row.request for row in ready]
        rows = [row.sign for row in ready]
        stored += record_credentials(
            desk.run.office.registry,
            requests,
            lambda place, allotment, rows=rows: rows[place](allotment),  # type: ignore[misc]  # mypy can't infer a default
            at=desk.run.at,
            who=_WHO,
        )
    return stored


def label_of(document: Document, style: Style, desk: Desk, base: str) -> Document:
    """A label of this style for a certificate of the office, with a number of its own."""
    layout = style.layout
    assert layout is not None
    identifier = new_certificate_id(document.claims.issued_at, secrets.token_bytes(6))
    claims, fields = label_claims(
        document.claims,
        label_fields(layout, document.fields),
        identifier=identifier,
        status=StatusReference(document.claims.status.list, document.claims.status.index),
    )
    message = sign1(encode_claims(claims), desk.signer)
    return Document(claims, message, write_qr_text(message, base), fields)


def _register(office: Office, producers: Sequence[SampleSubject], at: int) -> None:
    facts = [
        SubjectFacts(
            type=one.type,
            name=one.name,
            uscc=one.uscc,
            digest=None,
            division=DIVISION,
            origin=one.origin,
            contact=one.contact,
        )
        for one in producers
    ]
    import_subjects(office.registry, facts, at=at, who=_WHO, why="名录")
    pack = office.pack(CERTIFICATES)
    version = f"{pack.id}@{pack.version}"
    changes = [
        GradeChange(fact.key, pack.grade(one.grade), "评定", version)
        for fact, one in zip(facts, producers, strict=True)
    ]
    set_grades(office.registry, pack.id, changes, at=at, who=_WHO)


def _opened(
    office: Office, scheme: str, style_id: str, at: int
) -> tuple[Run, Ed25519Signer, bytes]:
    pack = office.pack(scheme)
    style = pack.style(style_id)
    run = Run(office, pack, style, (PDF,), office.home.path / scheme, at, _WHO)
    signer = signer_for(office, style.kind, scheme, at, PASSPHRASE)
    return run, signer, digest_key(office, PASSPHRASE)


@dataclass(frozen=True, slots=True)
class _Batches:
    producers: Sequence[SampleSubject]
    at: int

    def __call__(self, count: int, first: int) -> bytes:
        day = datetime.fromtimestamp(self.at, UTC).astimezone(SHANGHAI).date()
        head = "生产主体,统一社会信用代码,产品名称,产品数量,产地,采收日期,承诺依据,批次号"
        rows = []
        for number in range(first, first + count):
            one = self.producers[number % len(self.producers)]
            products = one.products
            rows.append(
                (
                    one.name,
                    one.uscc,
                    products[number % len(products)],
                    f"{100 + number % 9000}公斤",
                    one.origin,
                    day.isoformat(),
                    "质量安全控制符合要求、自行检测合格" if number % 3 else "委托检测合格",
                    f"P{number:07d}",
                )
            )
        return _csv(head, rows)


@dataclass(frozen=True, slots=True)
class _Pledges:
    at: int

    def __call__(self, count: int, first: int) -> bytes:
        head = "承诺人,身份证号,办理事项,替代证明,被继承人,被继承人出生日期,被继承人死亡日期,告知确认时间"
        now = datetime.fromtimestamp(self.at, UTC).astimezone(SHANGHAI)
        rows = []
        for number in range(first, first + count):
            read_at = now - timedelta(minutes=1 + number)
            told = f"{read_at:%Y-%m-%d %H:%M}"
            decedent = f"田{_SURNAMES[number % len(_SURNAMES)]}根"
            born_died = ("1931-04-02", "2025-11-19")
            rows.append(
                ("田大根", _IDENTITY, "放弃继承权声明公证", _PROOF, decedent, *born_died, told)
            )
        return _csv(head, rows)


_SURNAMES: Final = "老大小长永福寿春秋有"


def _csv(head: str, rows: Sequence[Sequence[object]]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(head.split(","))
    writer.writerows(rows)
    return text.getvalue().encode()
