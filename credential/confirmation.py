"""A person looked: what no program may pass, a named person confirms place by place.

Only what was not compared can be confirmed. What was found to differ, to be hidden or to be signed
by nobody stays as it is, whoever looks at it.
"""

from dataclasses import dataclass, replace
from typing import Final

from credential.fields import format_time
from credential.verdict import Axis, AxisName, Finding, Indication, SubIndication, Verdict

PAGE: Final = "page"
"""The place of a finding that is about no one field: the whole page. Of a document of several pages
each is a place of its own: page-1, page-2."""
_SCANNED: Final = "SCANNED_PAGE"
"""The code of a finding for a page that is a picture."""
_AXES: Final = frozenset({AxisName.CONTENT_MATCH, AxisName.VISIBILITY})
_NOTHING_TO_SEE: Final = frozenset(
    {"NO_CREDENTIAL", "TEXT_ONLY", "NOT_READ", "PICTURE", "OCR_WITHHELD"}
)
"""PICTURE: a symbol alone, with no paper around it to be looked at. OCR_WITHHELD: what was signed is not
shown, so that nobody can compare the paper with it."""


@dataclass(frozen=True, slots=True)
class Confirmation:
    """``places``: field names, or pages. ``at``: Unix seconds."""

    who: str
    at: int
    places: frozenset[str]


def places_to_confirm(verdict: Verdict) -> tuple[str, ...]:
    """What a person would have to look at, in the order of the verdict; empty where that can't help."""
    rest = (axis for axis in verdict.deciding if not _is_open(axis))
    if not verdict.policy.person or any(axis.indication is not Indication.PASSED for axis in rest):
        return ()
    several = _has_several_pages(verdict)
    places = [
        _place(finding, several=several)
        for axis in verdict.axes
        if _is_open(axis)
        for finding in axis.findings
    ]
    return tuple(dict.fromkeys(places))


def confirmed_pictures(verdict: Verdict, confirmation: Confirmation) -> tuple[str, ...]:
    """What the verdict calls the pictures of the pages that were confirmed, in their order."""
    several = _has_several_pages(verdict)
    return tuple(
        f"第 {finding.place.page} 页{finding.found}"
        for axis in verdict.axes
        for finding in axis.findings
        if finding.code == _SCANNED
        and finding.found
        and finding.place
        and _place(finding, several=several) in confirmation.places
    )


def confirm(verdict: Verdict, confirmation: Confirmation) -> Verdict:
    """The verdict with each axis passed whose every place was confirmed, and who says so."""
    several = _has_several_pages(verdict)
    axes = (_confirmed(axis, confirmation, several=several) for axis in verdict.axes)
    return replace(verdict, axes=tuple(axes))


def _is_open(axis: Axis) -> bool:
    return (
        axis.name in _AXES
        and axis.indication is Indication.INDETERMINATE
        and axis.sub_indication is SubIndication.CONTENT_NOT_COMPARED
        and not any(finding.code in _NOTHING_TO_SEE for finding in axis.findings)
    )


def _confirmed(axis: Axis, confirmation: Confirmation, *, several: bool) -> Axis:
    places = {_place(finding, several=several) for finding in axis.findings}
    if not _is_open(axis) or not places or not places <= confirmation.places:
        return axis
    words = f"由 {confirmation.who} 于 {format_time(confirmation.at)} 对照画面逐处确认"
    said = Finding("CONFIRMED_BY_PERSON", words)
    return Axis(axis.name, Indication.PASSED, None, (*axis.findings, said))


def _has_several_pages(verdict: Verdict) -> bool:
    """As far as its findings say."""
    places = (finding.place for axis in verdict.axes for finding in axis.findings)
    return any(place is not None and place.page > 1 for place in places)


def _place(finding: Finding, *, several: bool) -> str:
    if finding.field is not None:
        return finding.field
    if several and finding.place is not None:
        return f"{PAGE}-{finding.place.page}"
    return PAGE
