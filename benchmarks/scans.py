"""Scans and photographs of honest, altered and transplanted documents: what the verifier says.

    python -m benchmarks.scans [--pictures N] [--seed S]

Honest ones must never fail, altered and transplanted ones must never pass. Documents are set anew
with random values; each picture goes through the same extraction and judgement as an upload.
"""

import argparse
import json
import sys
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from statistics import median
from typing import Final

import numpy as np

from benchmarks.degrading import DEGRADATIONS
from benchmarks.measuring import BenchmarkError
from benchmarks.office import CERTIFICATES, PLEDGES, SampleOffice, record, sample_office
from certgen.document import Document
from certgen.page import PageStyle, render_pdf
from credential.qr_text import write_qr_text
from credential.verdict import AxisName, Verdict
from registry.credentials import StoredCredential
from registry.records import RegistryRecords
from service.issuing import issue_rows
from service.printing import page_style
from service.trust import current_trust_list
from verifier.evidence import Evidence
from verifier.evidence_json import read_evidence, write_evidence
from verifier.extraction.run import extract
from verifier.limits import Limits
from verifier.verify import verify

_ALTERED: Final[Mapping[str, str]] = {
    "quantity": "98765公斤",
    "issued_on": "2031年12月9日",
    "product": "野生香菇",
    "contact": "0579-98765432",
    "number": "D6ME-7800-0410-6105-8",
    "promisor": "王小二",
    "decedent": "李四光",
    "pledged_on": "2031年12月9日",
    "matter": "房屋买卖合同公证",
}
KINDS: Final = ("honest", "altered", "transplanted")


class InProcess:
    """Time is not what is measured: every page is read to its end."""

    limits: Final = Limits(ocr_seconds=600)

    def extract(self, data: bytes) -> Evidence:
        return read_evidence(write_evidence(extract(data, self.limits, lambda _seconds: None)))


@dataclass(frozen=True, slots=True)
class Picture:
    kind: str
    style: str
    degraded: str
    verdict: Verdict
    seconds: float

    @property
    def fields(self) -> Counter[str]:
        axis = next(axis for axis in self.verdict.axes if axis.name is AxisName.CONTENT_MATCH)
        return Counter(finding.code for finding in axis.findings)


def run(pictures: int, seed: int) -> list[Picture]:
    """``pictures``: of each kind."""
    random = np.random.default_rng(seed)
    names = list(DEGRADATIONS)
    made: list[Picture] = []
    with sample_office(subjects=60) as office:
        papers = _papers(office, pictures + 1)
        for number in range(pictures):
            paper, style = papers[number]
            other = next(one for one, kind in papers[number + 1 :] + papers if _alike(one, paper))
            name = names[number % len(names)]
            for kind, shown in zip(
                KINDS, (paper, _altered(paper, random), _transplanted(other, paper)), strict=True
            ):
                data = DEGRADATIONS[name](render_pdf(shown, style, at=office.at), random)
                began = time.process_time()
                verdict = _verdict(office, data)
                taken = time.process_time() - began
                made.append(Picture(kind, style.name, name, verdict, taken))
                print(
                    len(made), kind, style.name, name, verdict.indication, dict(made[-1].fields),
                    file=sys.stderr, flush=True,
                )  # fmt: skip
    return made


def _papers(office: SampleOffice, count: int) -> list[tuple[Document, PageStyle]]:
    certificates = record(office.certificates, count)
    # the first one enters the person in the registry
    issue_rows(office.letters.run, office.letters.batch(1, 1_000_000).ready)
    letters = record(office.letters, count)
    jiande, gaoping = office.office.pack(CERTIFICATES), office.office.pack(PLEDGES)
    a5 = page_style(jiande, jiande.style("a5"))
    label = page_style(jiande, jiande.style("label-80x60"))
    letter = page_style(gaoping, gaoping.style("letter-a4"))
    kinds = ((certificates, a5), (certificates, label), (letters, letter), (certificates, a5))
    made = []
    for number in range(count):
        stored, style = kinds[number // len(DEGRADATIONS) % len(kinds)]
        made.append((_document(stored[number], office), style))
    return made


def _document(stored: StoredCredential, office: SampleOffice) -> Document:
    base = office.office.settings.base_url
    return Document(
        stored.claims, stored.message, write_qr_text(stored.message, base), stored.fields
    )


def _alike(one: Document, other: Document) -> bool:
    return one.claims.kind is other.claims.kind and one.claims.id != other.claims.id


def _altered(paper: Document, random: np.random.Generator) -> Document:
    names = [name for name in _ALTERED if name in paper.fields]
    name = names[int(random.integers(len(names)))]
    return replace(paper, fields={**paper.fields, name: _ALTERED[name]})


def _transplanted(shown: Document, symbol: Document) -> Document:
    return replace(shown, message=symbol.message, qr_text=symbol.qr_text)


def _verdict(office: SampleOffice, data: bytes) -> Verdict:
    trust, _ = current_trust_list(office.office, office.at)
    records = RegistryRecords(office.office.registry)
    return verify(
        data, "scan", trust=trust, at=office.at + 60, records=records, isolation=InProcess()
    )


def _report(made: list[Picture]) -> dict[str, object]:
    lines: dict[str, object] = {}
    for kind in KINDS:
        here = [one for one in made if one.kind == kind]
        said = Counter(
            f"{one.verdict.indication} / {one.verdict.worst.sub_indication}" for one in here
        )
        fields: Counter[str] = sum((one.fields for one in here), Counter())
        lines[kind] = {"pictures": len(here), "verdicts": dict(said), "fields": dict(fields)}
    lines["by degradation, honest fields"] = {
        name: dict(
            sum(
                (one.fields for one in made if one.kind == "honest" and one.degraded == name),
                Counter(),
            )
        )
        for name in DEGRADATIONS
    }
    lines["seconds of CPU a picture, median"] = round(median(one.seconds for one in made), 2)
    return lines


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pictures", type=int, default=100, help="of each kind")
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    made = run(asked.pictures, asked.seed)
    print(json.dumps(_report(made), ensure_ascii=False, indent=2))
    failed = [
        one for one in made if one.kind == "honest" and one.verdict.indication == "TOTAL-FAILED"
    ]
    passed = [one for one in made if one.verdict.indication == "TOTAL-PASSED"]
    for one in (*failed, *passed):
        print(one.kind, one.style, one.degraded, one.verdict.worst.findings, file=sys.stderr)
    if failed or passed:
        raise BenchmarkError(f"honest failed: {len(failed)}, passed: {len(passed)}")


if __name__ == "__main__":
    main()
