"""Signed reports over the interface (service.web.reports), by a key that can sign nothing else."""

import io
import zipfile
from dataclasses import dataclass, replace
from typing import Final

from credential.verdict import Verdict
from service.errors import UserError
from service.office import Office
from service.printing import PRINT_ERRORS
from service.report_files import REPORT, report_files
from service.reports import Reporter, find_serving_reporter, issue_report, report_values
from service.running import RunningOffice
from service.web.upload import Upload

WHO: Final = "接口"
"""In the audit trail: the machine that has the token."""


@dataclass(frozen=True, slots=True)
class OfficeReports:
    """Implements service.web.reports.ReportDesk. ``reporter``: or why there is none."""

    running: RunningOffice
    reporter: Reporter | str

    def report(self, upload: Upload) -> bytes:
        if isinstance(self.reporter, str):
            raise UserError(self.reporter)
        at = self.running.now()
        verdict = self.running.verify(upload.item, upload.policy, upload.as_of)
        return self._packed(replace(self.reporter, at=at), verdict, upload)

    def _packed(self, reporter: Reporter, verdict: Verdict, upload: Upload) -> bytes:
        site = self.running.office.settings.base_url
        files = report_files(
            verdict, upload.item, self.running.isolation, site=site, at=reporter.at
        )
        try:
            printed = issue_report(reporter, report_values(verdict, files.digests))
        except PRINT_ERRORS as error:
            raise UserError(f"核验报告无法排版：{error}") from error
        output = io.BytesIO()
        stamp = zipfile.ZipInfo().date_time
        with zipfile.ZipFile(output, "w") as archive:
            for name, data in {
                f"{REPORT}.pdf": printed.data,
                **files.annexes,
                **files.pages,
            }.items():
                archive.writestr(zipfile.ZipInfo(name, stamp), data, zipfile.ZIP_DEFLATED)
        return output.getvalue()


def report_desk(office: Office, running: RunningOffice, passphrase: str) -> OfficeReports:
    """A key that also signs certificates is never opened in a server: who broke in could issue."""
    try:
        reporter: Reporter | str = find_serving_reporter(
            office, passphrase, at=running.now(), who=WHO
        )
    except UserError as error:
        reporter = str(error)
    return OfficeReports(running, reporter)
