"""The page behind a symbol or a printed number: what was checked, as one value, then as HTML or JSON.

Order and words: rules of the field §4. No phone number, no identity number, no natural person's
full name (PIPL Art. 28): only the fields named here ever reach the page.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from credential.certificate_id import format_certificate_id
from credential.claims import Claims, Kind
from credential.fields import NAME_FIELD, claimed_fields
from credential.identifiers import mask_name
from credential.protocols import Record
from credential.public_text import public_reason
from credential.standing import Credential, Standing
from credential.verdict import Axis, Indication, SubIndication
from service.web.context import GradeFacts, ScanCount, ScanFacts, TestResult
from service.web.scan_state import (
    KIND_WORDS,
    State,
    StateWords,
    banner_style,
    concluded_words,
    report_state,
    scan_state,
    state_words,
)
from service.web.templating import TEMPLATES

SCHEMA: Final = "zhengxin-scan/1"
DAMAGED: Final = "二维码内容不完整或被改动，请对准二维码重新扫描一次"
_SHOWN: Final = {
    Kind.CERTIFICATE: (
        *("number", "product", "quantity", "origin", "subject", "issued_on", "expires_on"),
        *("basis", "promise"),
    ),
    # A pledge's own text may name other natural persons (an heir, a decedent): it stays on paper.
    Kind.PLEDGE: ("number", "matter", "promisor", "authority", "pledged_on", "expires_on"),
    # what was in the file that was checked stays on paper too
    Kind.REPORT: (
        *("number", "matter", "verdict", "checked_at", "file_digest", "policy"),
        *("reporter", "reported_on"),
    ),
}
_STANDS: Final = frozenset({State.VALID, State.READ_CONCLUSION})
_CONTENT: Final = _STANDS | {State.VOID, State.SUPERSEDED, State.EXPIRED, State.SUSPENDED}


@dataclass(frozen=True, slots=True)
class Row:
    """One line: a field's name (credential/fields.py has its label) and its value."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class GradeView:
    """Codes of the grade as issued and the grade now, never one value. ``since``: Unix seconds."""

    as_issued: str | None
    now: str | None
    since: int | None
    disputed: bool

    @property
    def changed(self) -> bool:
        return self.as_issued is not None and self.now is not None and self.as_issued != self.now


@dataclass(frozen=True, slots=True)
class ScanView:
    """All that the page says. Times are Unix seconds.

    ``grade`` is None where none is published; ``grade_withheld`` says that this is why.
    ``uscc``: of an organisation, for the link to its credit page. ``by_number``: the number was
    typed, so the symbol in the buyer's hand was not checked. ``code``: of the finding that decided,
    for machines (credential/checking.py, credential/standing.py).
    """

    state: State
    kind: Kind
    checked_at: int
    rows: tuple[Row, ...] = ()
    code: str | None = None
    reason: str | None = None
    state_since: int | None = None
    replaced_by: str | None = None
    grade: GradeView | None = None
    grade_withheld: bool = False
    tests: tuple[TestResult, ...] = ()
    scans: ScanCount | None = None
    issuer: str | None = None
    uscc: str | None = None
    by_number: bool = False

    @property
    def number(self) -> str | None:
        return self.value("number")

    @property
    def words(self) -> StateWords:
        if self.kind is Kind.REPORT and self.state in _STANDS:
            return concluded_words(self.value("verdict") or "", self.by_number)
        return state_words(self.state, self.kind, self.by_number)

    def value(self, name: str) -> str | None:
        return next((row.value for row in self.rows if row.name == name), None)


def scan_view(
    axis: Axis,
    credential: Credential | None,
    standing: Standing | None,
    facts: ScanFacts | None,
    scans: ScanCount | None,
    *,
    at: int,
    by_number: bool = False,
) -> ScanView:
    """One view from the checks of steps 1-12 (``axis``) and 13-16 (``standing``), asked at ``at``."""
    state = scan_state(axis, standing.axis if standing is not None else None)
    code, message = _refusal(axis, standing)
    if credential is None:
        return ScanView(state, Kind.CERTIFICATE, at, code=code, reason=message)
    claims = credential.claims
    is_report = claims.kind is Kind.REPORT
    if is_report and state is State.VALID:
        printed = facts.record.fields if facts is not None else {}
        state = report_state(printed.get("verdict", ""))
    content = state in _CONTENT
    record = facts.record if facts is not None and content else None
    rows = _rows(claims, record, facts.subject_name if facts is not None else None)
    # The signed content is shown where only the registry is silent; what is not genuine or not
    # on record lends its words no page of ours.
    if state is State.UNKNOWN:
        rows = rows[:1]
    elif state is State.FORGED or (not content and axis.indication is not Indication.PASSED):
        rows = ()
    natural = claims.subject.is_natural_person
    # an office promises nothing: it has no grade
    grade_facts = facts.grade if facts is not None and content and not is_report else None
    withheld = grade_facts is not None and natural and not grade_facts.published
    return ScanView(
        state=state,
        kind=claims.kind,
        checked_at=at,
        rows=rows,
        code=code,
        reason=_why(state, record, natural) if content else message,
        state_since=_since(state, claims, record),
        replaced_by=format_certificate_id(record.replaced_by)
        if record is not None and record.replaced_by is not None
        else None,
        grade=None if grade_facts is None or withheld else _grade(claims, record, grade_facts),
        grade_withheld=withheld,
        tests=facts.tests if facts is not None and content else (),
        scans=scans if content else None,
        issuer=credential.issuer_key.issuer if rows and state is not State.UNKNOWN else None,
        uscc=claims.subject.uscc if content else None,
        by_number=by_number,
    )


def number_view(state: State, identifier: bytes, reason: str, at: int) -> ScanView:
    """A typed number of which nothing but the number is known: not on record, or not answered."""
    row = Row("number", format_certificate_id(identifier))
    return ScanView(state, Kind.CERTIFICATE, at, rows=(row,), reason=reason, by_number=True)


def _refusal(axis: Axis, standing: Standing | None) -> tuple[str | None, str | None]:
    """Code and message of the finding that decided; a damaged symbol's in a buyer's words."""
    findings = axis.findings or (standing.axis.findings if standing is not None else ())
    if not findings:
        return None, None
    damaged = axis.sub_indication is SubIndication.FORMAT_FAILURE
    return findings[0].code, DAMAGED if damaged else findings[0].message


def _why(state: State, record: Record | None, natural: bool) -> str | None:
    """The reason of the last status change, while that change is what the page says."""
    if record is None or record.reason is None or state in _STANDS | {State.EXPIRED}:
        return None
    return public_reason(record.reason, record.fields, natural)


def _since(state: State, claims: Claims, record: Record | None) -> int | None:
    if state is State.EXPIRED:
        return claims.expires_at
    return record.status_at if record is not None and state not in _STANDS else None


def _rows(claims: Claims, record: Record | None, name: str | None) -> tuple[Row, ...]:
    """The printed values where the registry has them; what the claims settle comes from the claims."""
    printed = record.fields if record is not None else {}
    values = {**printed, **claimed_fields(claims)}
    name = claims.subject.name or name
    # masked here as well, whatever the registry gave: masking twice changes nothing
    public = mask_name(name) if name and claims.subject.is_natural_person else name or ""
    values[NAME_FIELD[claims.kind]] = public
    if "basis" in values:
        values["basis"] = _chosen(values["basis"])
    return tuple(Row(field, values[field]) for field in _SHOWN[claims.kind] if values.get(field))


def _chosen(basis: str) -> str:
    """Of “■质量安全控制符合要求 □自行检测合格”, the marked ones."""
    return "、".join(part[1:] for part in basis.split() if part.startswith("■"))


def _grade(claims: Claims, record: Record | None, facts: GradeFacts) -> GradeView:
    """A label's claims carry no grade: there the printed field says the grade as issued."""
    printed = record.fields.get("grade", "") if record is not None else ""
    issued = claims.grade.code if claims.grade is not None else printed.removesuffix("级") or None
    now = facts.now.code if facts.now is not None else None
    return GradeView(issued, now, facts.since, facts.disputed)


def render_scan_page(view: ScanView) -> str:
    """The whole page: static parts, rendered once for each state and kind, around what differs."""
    head, tail = _shell(view.state, view.kind, view.words)
    return head + _BODY.render(view=view) + tail


@lru_cache(maxsize=128)
def _shell(state: State, kind: Kind, words: StateWords) -> tuple[str, str]:
    """Kept: all but what reports concluded."""
    page = TEMPLATES.get_template("scan_shell.html").render(
        title=f"{words.banner} · {KIND_WORDS[kind][0]}",
        words=words,
        state=banner_style(state),
        kind=KIND_WORDS[kind],
        body="\0",
    )
    head, tail = page.rsplit("\0", 1)
    return head, tail


_BODY: Final = TEMPLATES.get_template("scan.html")


def scan_json(view: ScanView) -> dict[str, object]:
    """The same as JSON. Times are Unix seconds; ``grade`` is null where none is published."""
    grade, scans = view.grade, view.scans
    words = view.words
    return {
        "schema": SCHEMA,
        "state": view.state.value,
        "words": words.banner,
        "meaning": words.meaning,
        "kind": view.kind.value,
        "number": view.number,
        "code": view.code,
        "reason": view.reason,
        "state_since": view.state_since,
        "replaced_by": view.replaced_by,
        "fields": {row.name: row.value for row in view.rows},
        "subject_code": view.uscc,
        "issuer": view.issuer,
        "grade": None
        if grade is None
        else {
            "as_issued": grade.as_issued,
            "now": grade.now,
            "since": grade.since,
            "disputed": grade.disputed,
        },
        "grade_published": not view.grade_withheld,
        "tests": [
            {
                "item": test.item,
                "result": test.result,
                "tested_at": test.tested_at,
                "tested_by": test.tested_by,
                "quick": test.quick,
            }
            for test in view.tests
        ],
        "scans": None if scans is None else {"number": scans.number, "first_at": scans.first_at},
        "by_number": view.by_number,
        "checked_at": view.checked_at,
    }
