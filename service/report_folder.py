"""``verify --report``: what is written of one file, or of a pile, and the signed PDF over it."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from credential.verdict import Indication, Verdict
from service.commands.session import ask_passphrase
from service.errors import UserError
from service.home import write_file
from service.office import Office
from service.piles import SUMMARY, VERDICTS, VerdictFile, summary_csv
from service.printing import PRINT_ERRORS
from service.report_files import REPORT, report_files
from service.reports import (
    find_reporter,
    issue_report,
    missing_setting,
    pile_values,
    report_values,
)
from service.web.report_page import pile_page
from service.web.verdict_page import verdict_page
from verifier.isolation import Isolation
from verifier.pile import Item, Summary

FILES: Final = "files"


@dataclass(slots=True)
class ReportFolder:
    """Writes below ``out``. ``said``: what to tell the clerk in the end.

    ``office`` None: offline, nothing is signed. ``at``: Unix seconds.
    """

    out: Path
    office: Office | None
    at: int
    who: str
    said: list[str] = field(default_factory=list)
    _verdicts: VerdictFile | None = None

    @property
    def _site(self) -> str:
        return self.office.settings.base_url if self.office is not None else ""

    def write_one(self, verdict: Verdict, item: Item, isolation: Isolation) -> None:
        """JSON, one page, the detailed page, its PDF, and the signed report over them."""
        files = report_files(verdict, item, isolation, site=self._site, at=self.at)
        self._write({**files.annexes, **files.pages})
        self._sign(report_values(verdict, files.digests))

    def write_next(self, verdict: Verdict) -> None:
        """One of a pile, as soon as it is there; a page of its own unless it passed."""
        if self._verdicts is None:
            self._verdicts = VerdictFile.start(self.out / VERDICTS)
        place = self._verdicts.add(verdict)
        if verdict.indication is not Indication.PASSED:
            page = verdict_page(verdict, self._site).encode()
            write_file(self.out / FILES / f"{place:05}.html", page)

    def write_summary(self, summary: Summary, name: str) -> None:
        verdicts = self._verdicts or VerdictFile.start(self.out / VERDICTS)
        table = summary_csv(summary)
        digests = {VERDICTS: verdicts.finish(), SUMMARY: hashlib.sha256(table).hexdigest()}
        self.said.append(f"已写出 {self.out / VERDICTS}")
        page = pile_page(summary, name, self.at, self._site).encode()
        self._write({SUMMARY: table, "summary.html": page})
        self._sign(pile_values(summary, name, digests, self.at))

    def _write(self, files: Mapping[str, bytes]) -> None:
        for name, data in files.items():
            write_file(self.out / name, data)
            self.said.append(f"已写出 {self.out / name}")

    def _set_aside(self) -> None:
        """Beside what is said now, a signed report of an earlier run would pass for its own."""
        path = self.out / f"{REPORT}.pdf"
        if path.exists():
            digest = hashlib.sha256(path.read_bytes()).hexdigest()[:8]
            earlier = path.rename(path.with_name(f"{REPORT}-earlier-{digest}.pdf"))
            self.said.append(f"这个文件夹里上一次的报告改名为 {earlier}")

    def _sign(self, values: dict[str, str]) -> None:
        """The signed report, where this office can issue one; else why not."""
        self._set_aside()
        if self.office is None:
            self.said.append("离线核验不出具签名的报告")
            return
        if (missing := missing_setting(self.office.settings)) is not None:
            self.said.append(f"未出具签名的报告：{missing}")
            return
        reporter = find_reporter(self.office, ask_passphrase(), at=self.at, who=self.who)
        try:
            printed = issue_report(reporter, values)
        except PRINT_ERRORS as error:
            raise UserError(f"核验报告无法排版：{error}") from error
        self._write({f"{REPORT}.pdf": printed.data})
        self.said.append(f"报告编号 {printed.name.removesuffix('.pdf')}")
