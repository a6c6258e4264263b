"""Verdicts: separate axes, each with an ETSI EN 319 102-1 indication; the overall is the worst.

What was not checked is an axis that says so: no axis is silently left out, and nothing but a
completed check makes PASSED.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from credential.policy import NOTARY, Policy

SCHEMA: Final = "zhengxin-verdict/1"


class Indication(StrEnum):
    """EN 319 102-1 §5.1.3."""

    PASSED = "TOTAL-PASSED"
    INDETERMINATE = "INDETERMINATE"
    FAILED = "TOTAL-FAILED"


_RANK: Final = {Indication.PASSED: 0, Indication.INDETERMINATE: 1, Indication.FAILED: 2}


class SubIndication(StrEnum):
    # EN 319 102-1 §5.1.3, tables 5 and 6
    FORMAT_FAILURE = "FORMAT_FAILURE"
    HASH_FAILURE = "HASH_FAILURE"
    SIG_CRYPTO_FAILURE = "SIG_CRYPTO_FAILURE"
    SIG_CONSTRAINTS_FAILURE = "SIG_CONSTRAINTS_FAILURE"
    CRYPTO_CONSTRAINTS_FAILURE_NO_POE = "CRYPTO_CONSTRAINTS_FAILURE_NO_POE"
    NO_SIGNING_CERTIFICATE_FOUND = "NO_SIGNING_CERTIFICATE_FOUND"
    NO_CERTIFICATE_CHAIN_FOUND = "NO_CERTIFICATE_CHAIN_FOUND"
    OUT_OF_BOUNDS_NO_POE = "OUT_OF_BOUNDS_NO_POE"
    REVOKED = "REVOKED"
    REVOKED_NO_POE = "REVOKED_NO_POE"
    EXPIRED = "EXPIRED"
    NOT_YET_VALID = "NOT_YET_VALID"
    NO_POE = "NO_POE"
    TRY_LATER = "TRY_LATER"
    # our own
    SUPERSEDED = "SUPERSEDED"
    SUSPENDED = "SUSPENDED"
    FOREIGN_LINK = "FOREIGN_LINK"
    CONTENT_MISMATCH = "CONTENT_MISMATCH"
    CONTENT_NOT_COMPARED = "CONTENT_NOT_COMPARED"
    MULTIPLE_CREDENTIALS = "MULTIPLE_CREDENTIALS"
    HIDDEN_CONTENT = "HIDDEN_CONTENT"
    PARSER_DISAGREEMENT = "PARSER_DISAGREEMENT"
    PROCESSING_LIMIT = "PROCESSING_LIMIT"
    UNSUPPORTED_FORMAT = "UNSUPPORTED_FORMAT"
    NO_SIGNATURE_FOUND = "NO_SIGNATURE_FOUND"


class AxisName(StrEnum):
    CONTAINER = "container"
    CREDENTIAL = "credential"
    PADES = "pades"
    REGISTRY_STATUS = "registry_status"
    CONTENT_MATCH = "content_match"
    VISIBILITY = "visibility"


@dataclass(frozen=True, slots=True)
class Place:
    """Where on the paper: page from 1; box in millimetres from the top left (x0, y0, x1, y1)."""

    page: int
    box: tuple[float, float, float, float] | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing seen. ``code`` is stable for machines; ``message`` is Chinese, for a person.

    ``step`` is the number of the verification step (see credential/checking.py) that saw it.
    """

    code: str
    message: str
    step: int | None = None
    field: str | None = None
    expected: str | None = None
    found: str | None = None
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class Axis:
    name: AxisName
    indication: Indication
    sub_indication: SubIndication | None = None
    findings: tuple[Finding, ...] = ()

    def __post_init__(self) -> None:
        if self.indication is not Indication.PASSED and self.sub_indication is None:
            raise ValueError("an axis that did not pass says why")


@dataclass(frozen=True, slots=True)
class GradeNow:
    """The grade as issued and the grade now, never one value. ``at``: Unix seconds of the latter.

    ``then``: the grade at the verdict's ``as_of``, where it has one.
    """

    as_issued: str | None
    now: str | None
    at: int | None
    then: str | None = None


@dataclass(frozen=True, slots=True)
class FieldText:
    """A printed field as signed and as found; None where it is not known or not there.

    ``hidden``: ``signed`` is not the whole value, this reader may not see it.
    """

    field: str
    signed: str | None
    found: str | None
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Verdict:
    """``as_of``: the time of which validity was asked, where that is not ``checked_at``. Unix seconds.

    ``texts``: the whole text for a reader's eyes, where the file has text; no part of the JSON.
    """

    file: str
    sha256: str
    axes: tuple[Axis, ...]
    credential: Mapping[str, object] | None = None
    grade: GradeNow | None = None
    checked_at: int | None = None
    policy: Policy = NOTARY
    as_of: int | None = None
    texts: tuple[FieldText, ...] = ()

    def decides(self, axis: Axis) -> bool:
        """A policy may do without a check; it can't make a file pass that is proved false."""
        return axis.name in self.policy.demands or axis.indication is Indication.FAILED

    @property
    def deciding(self) -> tuple[Axis, ...]:
        return tuple(axis for axis in self.axes if self.decides(axis))

    @property
    def worst(self) -> Axis:
        """The axis that decides; the first of the worst. Raises ValueError where there is none."""
        return max(self.deciding, key=lambda axis: _RANK[axis.indication])

    @property
    def indication(self) -> Indication:
        return self.worst.indication if self.deciding else Indication.INDETERMINATE

    @property
    def sub_indication(self) -> SubIndication | None:
        return self.worst.sub_indication if self.deciding else SubIndication.NO_SIGNATURE_FOUND


def worst(indications: Sequence[Indication]) -> Indication:
    """The worst of some; nothing checked is INDETERMINATE."""
    return max(indications, key=_RANK.__getitem__, default=Indication.INDETERMINATE)


def verdict_json(verdict: Verdict) -> dict[str, object]:
    """The published JSON of a verdict (design §7)."""
    axes = [{**_axis_json(axis), "decides": verdict.decides(axis)} for axis in verdict.axes]
    policy = verdict.policy
    grade = verdict.grade
    return {
        "schema": SCHEMA,
        "file": verdict.file,
        "sha256": verdict.sha256,
        "checked_at": verdict.checked_at,
        "indication": verdict.indication,
        "sub_indication": verdict.sub_indication,
        "policy": {"name": policy.name, "version": policy.version, "sha256": policy.sha256},
        "as_of": verdict.as_of,
        "axes": axes,
        "credential": dict(verdict.credential) if verdict.credential is not None else None,
        "grade": None
        if grade is None
        else {
            "as_issued": grade.as_issued,
            "now": grade.now,
            "at": grade.at,
            "then": grade.then,
        },
    }


def _axis_json(axis: Axis) -> dict[str, object]:
    return {
        "name": axis.name,
        "indication": axis.indication,
        "sub_indication": axis.sub_indication,
        "findings": [_finding_json(finding) for finding in axis.findings],
    }


def _finding_json(finding: Finding) -> dict[str, object]:
    place = finding.place
    return {
        "code": finding.code,
        "message": finding.message,
        "step": finding.step,
        "field": finding.field,
        "expected": finding.expected,
        "found": finding.found,
        "place": None
        if place is None
        else {"page": place.page, "box": list(place.box) if place.box is not None else None},
    }
