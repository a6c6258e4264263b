"""Was it valid at that time? Trust, status and grade as of then, and beside them what is known now."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from credential.checking import check_text
from credential.fields import format_time
from credential.protocols import RecordSource
from credential.standing import Credential, Standing
from credential.trust import TrustList
from credential.verdict import Axis, Finding, Indication

STATUS_NOW: Final = "STATUS_NOW"
VALID_NOW: Final = "现在：有效"


@dataclass(frozen=True, slots=True)
class Past:
    """A time (Unix seconds) with the trust list in force and the registry as they were then."""

    at: int
    trust: TrustList
    records: RecordSource


def check_text_then(text: str, past: Past, trust: TrustList) -> tuple[Axis, Credential | None]:
    """Steps 1-11 by the trust list of that time.

    The credential comes back with the key as the list of today has it: that someone else had it
    already then may have come out later, and counts.
    """
    axis, credential = check_text(text, past.trust, past.at)
    if credential is None:
        return axis, None
    known = trust.find(credential.issuer_key.key.kid)
    return axis, credential if known is None else replace(credential, issuer_key=known)


def with_present(then: Axis, now: Standing, as_of: int) -> Axis:
    """The axis ``registry_status`` of that time, with what the registry says today."""
    return replace(then, findings=(*then.findings, *_present(then, now, as_of)))


def _present(then: Axis, now: Standing, as_of: int) -> Iterator[Finding]:
    if then.indication is Indication.PASSED:
        yield Finding("VALID_THEN", f"{format_time(as_of)}时有效", step=16)
    elif now.record is not None and now.record.recorded_at > as_of:
        recorded = format_time(now.record.recorded_at)
        yield Finding("RECORDED_LATER", f"登记于 {recorded}，晚于所问的时间", step=14)
    if now.axis.indication is Indication.PASSED:
        yield Finding(STATUS_NOW, VALID_NOW, step=16)
    for finding in now.axis.findings:
        yield replace(finding, code=STATUS_NOW, message=f"现在：{finding.message}")
