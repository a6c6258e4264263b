"""What the verifier says of one made-up file, with and without its registry."""

import time
from dataclasses import dataclass

from benchmarks.robustness_papers import Stage
from benchmarks.verify import InProcess
from credential.verdict import AxisName, Indication, SubIndication, Verdict
from verifier.evidence import Evidence
from verifier.verify import verify

_OF_THE_PAGE = frozenset({AxisName.CONTAINER, AxisName.CONTENT_MATCH, AxisName.VISIBILITY})


@dataclass(frozen=True, slots=True)
class Outcome:
    """``unnoticed``: every axis of the page passed, with the registry or offline, whatever the
    verdict; ``subs``: of all axes; ``fields``: that a finding names; ``seconds``: of processor time;
    ``error``: an exception, which there must never be."""

    indication: Indication
    unnoticed: bool
    subs: frozenset[SubIndication]
    fields: frozenset[str]
    seconds: float
    error: str | None = None

    @property
    def passed(self) -> bool:
        return self.indication is Indication.PASSED


@dataclass(frozen=True, slots=True)
class _Read:
    """Evidence that is there already."""

    evidence: Evidence

    def extract(self, data: bytes) -> Evidence:
        del data
        return self.evidence


def judge_file(stage: Stage, data: bytes) -> Outcome:
    began = time.process_time()
    try:
        read = _Read(InProcess().extract(data))
        verdict, offline = (
            verify(data, "file", trust=stage.trust, at=stage.at, records=records, isolation=read)
            for records in (stage.records, None)
        )
    except Exception as error:  # it is what is looked for
        taken = time.process_time() - began
        words = f"{type(error).__name__}: {error}"
        return Outcome(
            Indication.INDETERMINATE, False, frozenset(), frozenset(), taken, words[:200]
        )
    return Outcome(
        verdict.indication,
        _unnoticed(verdict) or _unnoticed(offline),
        frozenset(axis.sub_indication for axis in verdict.axes if axis.sub_indication is not None),
        _named(verdict),
        time.process_time() - began,
    )


def _unnoticed(verdict: Verdict) -> bool:
    held = {axis.name: axis.indication for axis in verdict.axes}
    return all(held.get(name) is Indication.PASSED for name in _OF_THE_PAGE)


def _named(verdict: Verdict) -> frozenset[str]:
    return frozenset(
        name
        for axis in verdict.axes
        if axis.name is AxisName.CONTENT_MATCH
        for finding in axis.findings
        for name in (finding.field or "").split(",")
        if name
    )
