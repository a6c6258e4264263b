"""Small tables and a run, for the tests of what reads and issues them."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from credential.subjects import SubjectType
from service.certificates import Batch, read_certificates
from service.issuing import Run
from service.office import Office
from service.printing import PDF
from service.sample_subjects import SampleSubject
from service.signing import digest_key, signer_for
from tests.flows.office import ISSUED, PASSPHRASE, TODAY, WHO, producers

_GOOD: Final = {
    "产品": "草莓",
    "数量": "500斤",
    "产地": "建德市杨村桥镇",
    "采收日期": TODAY.isoformat(),
    "承诺依据": "自行检测合格",
}


def producer(*types: SubjectType, consent: bool | None = None) -> SampleSubject:
    return next(s for s in producers() if s.type in types and s.consent is consent)


COOPERATIVE: Final = producer(SubjectType.COOPERATIVE)
HOUSEHOLD: Final = producer(SubjectType.HOUSEHOLD, consent=False)
CONSENTED: Final = producer(SubjectType.HOUSEHOLD, consent=True)


def table(*rows: Mapping[str, str | None]) -> bytes:
    """A CSV: row 2 and on, each a good batch but for what it says."""
    full = [{**_GOOD, **row} for row in rows]
    columns = list(dict.fromkeys(name for row in full for name in row))
    lines = [",".join(columns)] + [",".join(row.get(c) or "" for c in columns) for row in full]
    return "\n".join(lines).encode()


def run_of(
    office: Office, out: Path, style: str = "a5", scheme: str = "jiande", at: int = ISSUED
) -> Run:
    pack = office.pack(scheme)
    return Run(office, pack, pack.style(style), (PDF,), out, at, WHO)


def read(run: Run, *rows: Mapping[str, str | None]) -> Batch:
    signer = signer_for(run.office, run.style.kind, run.pack.id, run.at, PASSPHRASE)
    return read_certificates(run, table(*rows), signer, digest_key(run.office, PASSPHRASE))
