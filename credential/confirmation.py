"""A person looked: what no program may pass, a named person confirms place by place.

Only what was not compared can be confirmed. What was found to differ, to be hidden or to be signed
by nobody stays as it is, whoever looks at it.
"""

from dataclasses import dataclass, replace
from typing import Final

from credential.fields import format_time
from credential.verdict import Axis, AxisName, Finding, Indication, SubIndication, Verdict

PAGE: Final = "page"
"""The place of a finding that is about no one field: the whole page."""
_AXES: Final = frozenset({AxisName.CONTENT_MATCH, AxisName.VISIBILITY})
_NOTHING_TO_SEE: Final = frozenset({"NO_CREDENTIAL", "TEXT_ONLY", "NOT_READ", "PICTURE"})
"""PICTURE: a symbol alone, with no paper around it to be looked at."""


@dataclass(frozen=True, slots=True)
class Confirmation:
    """``places``: field names, or PAGE. ``at``: Unix seconds."""

    who: str
    at: int
    places: frozenset[str]


def places_to_confirm(verdict: Verdict) -> tuple[str, ...]:
    """What a person would have to look at, in the order of the verdict; empty where that can't help."""
    if not verdict.policy.person:
        return ()
    places = [
        _place(finding) for axis in verdict.axes if _is_open(axis) for finding in axis.findings
    ]
    return tuple(dict.fromkeys(places))


def confirm(verdict: Verdict, confirmation: Confirmation) -> Verdict:
    """The verdict with each axis passed whose every place was confirmed, and who says so."""
    return replace(verdict, axes=tuple(_confirmed(axis, confirmation) for axis in verdict.axes))


def _is_open(axis: Axis) -> bool:
    return (
        axis.name in _AXES
        and axis.indication is Indication.INDETERMINATE
        and axis.sub_indication is SubIndication.CONTENT_NOT_COMPARED
        and not any(finding.code in _NOTHING_TO_SEE for finding in axis.findings)
    )


def _confirmed(axis: Axis, confirmation: Confirmation) -> Axis:
    places = {_place(finding) for finding in axis.findings}
    if not _is_open(axis) or not places or not places <= confirmation.places:
        return axis
    words = f"由 {confirmation.who} 于 {format_time(confirmation.at)} 对照画面逐处确认"
    said = Finding("CONFIRMED_BY_PERSON", words)
    return Axis(axis.name, Indication.PASSED, None, (*axis.findings, said))


def _place(finding: Finding) -> str:
    return finding.field or PAGE
